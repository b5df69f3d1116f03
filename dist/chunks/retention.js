import { c as directory } from "./vault-parts.js";
import { c as unlockSigningKey } from "./parts.js";
import { t as openStored } from "./stored2.js";
import { t as _usingCtx } from "./usingCtx.js";
// src/wiring/retention.ts
async function pruneWith(settings, world, signal) {
	try {
		var _usingCtx$1 = _usingCtx();
		const signingKey = unlockSigningKey(settings);
		const [{ prune }, parts] = await Promise.all([import("./prune.js"), openStored(settings, world, signal)]);
		const vault = _usingCtx$1.a(parts.vault);
		const store = settings.storePath === null ? null : directory(settings.storePath);
		const about = {
			tool: world.tool,
			run: world.run
		};
		return await prune(settings.dryRun, {
			...parts,
			vault,
			store,
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
export { pruneWith };
