import { t as backedUpHosts } from "./fleet.js";
import { n as caughtProblem } from "./problem.js";
import { n as isSigner } from "./trust.js";
import { t as checkArtifactService } from "./vault-parts.js";
import { statfs } from "node:fs/promises";
// src/wiring/checks.ts
const minFreeBytes = 1024 ** 3;
/** What `doctor` checks without a host: fleet, vault, signing key, space. */
async function ownChecks(settings, world, parts, vault) {
	const listed = isSigner(parts.fleet, parts.signingKey.publicLine);
	const space = await statfs((settings.store === "directory" ? settings.storePath : vault?.location) ?? ".").catch(() => null);
	const free = space === null ? null : space.bavail * space.bsize;
	return [
		{
			name: "fleet",
			state: "good",
			detail: `${hostCount(parts.fleet)}, ${parts.fleet.recipients.length} recipients`,
			hint: null
		},
		...parts.fleet.warnings.map((detail) => ({
			name: "fleet",
			state: "warning",
			detail,
			hint: null
		})),
		vault === null ? {
			name: "vault",
			state: "warning",
			detail: `${settings.vault} is not there yet`,
			hint: "the first backup makes it"
		} : {
			name: "vault",
			state: "good",
			detail: `${vault.location} can be read`,
			hint: null
		},
		listed ? {
			name: "signing key",
			state: "good",
			detail: "is one of the signers",
			hint: null
		} : {
			name: "signing key",
			state: "bad",
			detail: "is not one of the signers",
			hint: `add "${parts.signingKey.publicLine}" under signers: in fleet.yml`
		},
		artifactCheck(settings, world),
		free === null ? null : free < minFreeBytes ? {
			name: "space",
			state: "warning",
			detail: `${Math.floor(free / 1024 ** 2)} MiB free for the vault`,
			hint: "make room before the next run"
		} : {
			name: "space",
			state: "good",
			detail: `${Math.floor(free / 1024 ** 3)} GiB free for the vault`,
			hint: null
		}
	].filter((check) => check !== null);
}
function hostCount({ hosts }) {
	const jumpOnly = hosts.length - backedUpHosts({ hosts }).length;
	return `${hosts.length} hosts${jumpOnly === 0 ? "" : `, of which ${jumpOnly} are jump hosts only`}`;
}
function artifactCheck(settings, world) {
	if (settings.store !== "artifact") return null;
	const name = "artifact service";
	try {
		checkArtifactService(settings, world, true);
		return {
			name,
			state: "good",
			detail: "is given to this step",
			hint: null
		};
	} catch (error) {
		const { message, hint } = caughtProblem(error);
		return {
			name,
			state: "bad",
			detail: message,
			hint
		};
	}
}
export { ownChecks };
