import { t as Problem } from "./problem.js";
import { t as selectHosts } from "./select2.js";
import { a as logStoreOf, d as openVault, i as givenFleet, r as fleetOf, t as checkArtifactService, u as vaultOptions } from "./vault-parts.js";
import { r as forgeOf } from "./forge.js";
import { t as holdAgainstLastSeen } from "./heads3.js";
import { l as unlockSigningKey } from "./parts2.js";
import { t as openStored } from "./stored2.js";
import { t as _usingCtx } from "./usingCtx.js";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
// src/fleet/shards.ts
/**
* Shares hosts among so many shards, or as many as there are hosts. Hosts that stand together in the fleet file are
* often alike, and at one place: each shard gets some of them.
*/
function shareHosts(hosts, shards) {
	return Array.from({ length: Math.min(shards, hosts.length) }, (_, index) => ({
		shard: index + 1,
		hosts: hosts.filter((_host, at) => at % shards === index).map(({ name }) => name).join(",")
	}));
}
// src/wiring/sharding.ts
/** A very large fleet as several jobs: the plan, the capture jobs, and the one job that writes. */
async function planShardsWith(settings, world, signal) {
	const fleet = await givenFleet(settings) ?? await committedFleet(settings, world, signal);
	return { include: shareHosts(selectHosts(fleet, {
		...settings,
		jumpHosts: false
	}), settings.shards) };
}
async function committedFleet(settings, world, signal) {
	try {
		var _usingCtx$1 = _usingCtx();
		const vault = _usingCtx$1.a(await openVault(vaultOptions(settings, world, false), signal));
		return await fleetOf(vault, world, signal);
	} catch (_) {
		_usingCtx$1.e = _;
	} finally {
		await _usingCtx$1.d();
	}
}
async function collectWith(settings, world, signal) {
	try {
		var _usingCtx3 = _usingCtx();
		const started = performance.now();
		if (settings.captures.length === 0) throw new Problem("settings/missing", "collect needs what the capture jobs wrote", { hint: "usage: pmta-vault collect DIR|FILE…" });
		checkArtifactService(settings, world, false);
		const signingKey = unlockSigningKey(settings);
		const [{ collect }, { txtLookup }, { openCaptureFile }, parts] = await Promise.all([
			import("./collect.js"),
			import("./txt-lookup.js"),
			import("./capture-file.js"),
			openStored(settings, world, signal)
		]);
		const vault = _usingCtx3.a(parts.vault);
		const remember = await holdAgainstLastSeen(settings, {
			...parts,
			vault
		}, signal);
		const request = {
			files: await captureFiles(settings.captures),
			hosts: selectHosts(parts.fleet, {
				...settings,
				jumpHosts: false
			}),
			propose: settings.propose
		};
		const own = {
			signingKey,
			open: openCaptureFile,
			dryRun: false,
			observe: world.observe,
			logStore: logStoreOf(settings, vault, vault.bundles),
			forge: settings.propose ? await forgeOf(settings, parts.fleet, vault, world) : null,
			mostOpen: settings.maxProposals,
			about: {
				tool: world.tool,
				run: world.run
			},
			lookup: txtLookup(settings.resolver, signal),
			openMs: performance.now() - started
		};
		const report = await collect(request, {
			...parts,
			vault,
			...own
		}, signal);
		await remember();
		return report;
	} catch (_) {
		_usingCtx3.e = _;
	} finally {
		await _usingCtx3.d();
	}
}
/** A directory stands for the capture files in it; what is not there is said when it is opened. */
async function captureFiles(paths) {
	return (await Promise.all(paths.map(async (path) => {
		const names = await readdir(path, { recursive: true }).catch(() => null);
		if (names === null) return [path];
		return names.filter((name) => name.endsWith(".capture")).sort().map((name) => join(path, name));
	}))).flat();
}
export { collectWith, planShardsWith };
