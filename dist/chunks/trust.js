import { t as certain } from "./certain.js";
import { n as recipientsOf } from "./fleet.js";
import { n as caughtProblem, t as Problem } from "./problem.js";
import { i as nothingKnown } from "./last-seen.js";
import { n as openPage } from "./log-page.js";
import { t as openSnapshot } from "./snapshot.js";
import { n as isGone } from "./renewal.js";
// src/flows/hint.ts
function hintOf({ references, listing }) {
	return `${JSON.stringify({
		references,
		listing
	}, null, 1)}\n`;
}
/** Null when it says what is known already. */
function newHint(now, known) {
	if (now.references === known.references && now.listing === known.listing) return null;
	const hint = hintOf(now);
	return hint === hintOf(known) ? null : hint;
}
/** What is not as `hintOf` writes it says nothing. */
function parseHint(json) {
	const { references, listing } = parse(json);
	return {
		references: Array.isArray(references) ? references.filter(isReference) : [],
		listing: typeof listing === "string" ? listing : null
	};
}
function parse(json) {
	try {
		const found = JSON.parse(json === null ? "{}" : Buffer.from(json).toString("utf8"));
		return typeof found === "object" && found !== null ? found : {};
	} catch {
		return {};
	}
}
function isReference(found) {
	const fields = found;
	return typeof fields?.path === "string" && fields.path.startsWith("/") && typeof fields.category === "string";
}
// src/flows/trust.ts
/** The newest snapshot of a host, if there is one and it can be trusted. */
function trustedSnapshot(host, record, fleet) {
	const latest = record?.latest;
	if (latest === void 0 || latest === null) return null;
	const before = opened.get(latest);
	if (before?.signers === fleet.signers && before.trusted.snapshot.host === host) return before.trusted;
	const expected = {
		host,
		sequence: latest.sequence
	};
	const trusted = openSnapshot(latest.bytes, latest.signature, fleet.signers, expected);
	opened.set(latest, {
		signers: fleet.signers,
		trusted
	});
	return trusted;
}
/** A run asks twice for the very same one: before it reads a host, and before it records what it has read. */
const opened = /* @__PURE__ */ new WeakMap();
/** Equal to no digest: what has it is stored again. */
const noFingerprint = "";
/**
* What a run may take as known of a host. A bundle that is sealed to others than the recipients of today
* counts as one to be replaced; one that is gone is not known, and its content has to be read and kept anew.
*/
function knownOf(snapshot, record, fleet, now) {
	if (snapshot === null) return nothingKnown;
	const categories = /* @__PURE__ */ new Map();
	for (const [name, { bundle }] of Object.entries(snapshot.snapshot.categories)) {
		if (bundle === null || isGone(bundle, now)) continue;
		const current = new Set(recipientsOf(fleet, name)).symmetricDifference(new Set(bundle.recipients)).size === 0;
		categories.set(name, current ? bundle : {
			...bundle,
			fingerprint: noFingerprint
		});
	}
	return {
		categories,
		...parseHint(record?.hint ?? null)
	};
}
/** What a run may take as known of a host's logs; a page that cannot be trusted concerns its category alone. */
function knownLogs(snapshot, record) {
	const logs = /* @__PURE__ */ new Map();
	for (const [name, { log }] of Object.entries(snapshot?.snapshot.categories ?? {})) {
		if (!log || snapshot === null) continue;
		const { key, sha256, capturedAt } = log;
		const { host } = snapshot.snapshot;
		const { pages } = certain(record);
		const newest = [...pages.keys()].find((path) => path.startsWith(`logs/${host}/${name}/`));
		const page = trusted(() => {
			if (newest !== void 0 && newest > key) throw unnamedPage(newest, host);
			return openPage(pages.get(key) ?? null, log, host, name);
		});
		logs.set(name, {
			ref: {
				key,
				sha256
			},
			capturedAt,
			page
		});
	}
	return logs;
}
/** Page and snapshot come in one commit: a page without its snapshot is all that is left of a run. */
function unnamedPage(path, host) {
	return new Problem("seal/gap", `the vault has ${path}, and no snapshot of ${host} that names it`, { hint: "someone removed a snapshot; look for it in another clone of the vault" });
}
function trusted(open) {
	try {
		return open();
	} catch (error) {
		return caughtProblem(error);
	}
}
/** The run's own key must be one that later runs will accept. */
function checkSigner(fleet, publicLine) {
	if (isSigner(fleet, publicLine)) return;
	throw new Problem("seal/no-signer", "the signing key is not one of the signers of fleet.yml", {
		data: [`it is    ${publicLine}`, ...fleet.signers.map((signer) => `listed   ${signer}`)],
		hint: "add it under `signers:` of fleet.yml, or give the key that is listed"
	});
}
/** Comments after a key do not count. */
function isSigner({ signers }, publicLine) {
	return signers.some((signer) => signer.split(/\s+/).slice(0, 2).join(" ") === publicLine);
}
export { trustedSnapshot as a, knownOf as i, isSigner as n, newHint as o, knownLogs as r, checkSigner as t };
