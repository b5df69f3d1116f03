import { f as directory } from "./vault-parts.js";
import { t as holdAgainstLastSeen } from "./heads3.js";
import { l as unlockSigningKey } from "./parts2.js";
import { t as openStored } from "./stored2.js";
import { t as _usingCtx } from "./usingCtx.js";
// src/wiring/retention.ts
async function pruneWith(settings, world, signal) {
	try {
		var _usingCtx$1 = _usingCtx();
		const signingKey = unlockSigningKey(settings);
		const [{ prune }, parts] = await Promise.all([import("./prune.js"), openStored(settings, world, signal)]);
		const vault = _usingCtx$1.a(parts.vault);
		const about = {
			tool: world.tool,
			run: world.run
		};
		return await prune(settings.dryRun, {
			...parts,
			vault,
			signingKey,
			now: world.now,
			about
		}, signal);
	} catch (_) {
		_usingCtx$1.e = _;
	} finally {
		await _usingCtx$1.d();
	}
}
async function statusWith(settings, world, signal) {
	try {
		var _usingCtx3 = _usingCtx();
		const [{ status }, { forgeOf, trackerOf }, parts] = await Promise.all([
			import("./status.js"),
			import("./forge2.js"),
			openStored(settings, world, signal)
		]);
		const vault = _usingCtx3.a(parts.vault);
		const remember = await holdAgainstLastSeen(settings, {
			...parts,
			vault
		}, signal);
		const besides = settings.storePath === null ? null : directory(settings.storePath);
		const listCopies = async () => [...await vault.bundles.list("bundles/", signal), ...await besides?.list("bundles/", signal) ?? []];
		const listed = settings.html !== null ? listCopies : null;
		const forge = await forgeOf(settings, parts.fleet, vault, world);
		const report = await status({
			...parts,
			vault,
			forge,
			listCopies: listed,
			now: world.now
		}, signal);
		await remember();
		if (!settings.issues) return report;
		const { reportBreaches } = await import("./report-breaches.js");
		return await reportBreaches(report, await trackerOf(settings, vault, world), signal);
	} catch (_) {
		_usingCtx3.e = _;
	} finally {
		await _usingCtx3.d();
	}
}
export { pruneWith, statusWith };
