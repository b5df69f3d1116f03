import { t as Secret } from "./secret.js";
import { o as vaultOptions, s as openVault } from "./vault-parts.js";
import { t as _usingCtx } from "./usingCtx.js";
// src/wiring/demo.ts
async function demoWith({ runBackup, runDiff, runAccept }, settings, world, signal) {
	const [{ demo }, { serveHost, makeKeyPair }, { openBundle, makeIdentity }, { readIdentities }, { diffText }, { paint }] = await Promise.all([
		import("./demo.js"),
		import("./embedded-host.js"),
		import("./open2.js"),
		import("./identity.js"),
		import("./diff-text.js"),
		import("./paint.js")
	]);
	const quiet = {
		...world,
		observe: () => {}
	};
	const settingsFor = ({ fleet, vault, key }) => ({
		...settings,
		fleet,
		vault,
		sshKey: new Secret(key),
		signingKey: new Secret(key)
	});
	return await demo({
		serveHost,
		makeKeyPair,
		makeIdentity,
		backUp: (run) => runBackup(settingsFor(run), quiet, signal),
		drift: async (run) => diffText(await runDiff({
			...settingsFor(run),
			snapshot: "latest"
		}, quiet, signal), paint(false)),
		accept: async (vault, id) => void await runAccept({
			...settings,
			vault
		}, id, quiet, signal),
		async open(location, host, category, identity) {
			try {
				var _usingCtx$1 = _usingCtx();
				const vault = _usingCtx$1.a(await openVault(vaultOptions({
					...settings,
					vault: location
				}, world, false), signal));
				const key = (await vault.bundles.list(`bundles/${host}/${category}/`, signal)).at(-1) ?? "";
				const identities = readIdentities(new Secret(identity));
				const { files } = await openBundle(await vault.bundles.get(key, signal), identities, {
					host,
					category,
					key
				});
				return files.map(({ entry }) => entry.path);
			} catch (_) {
				_usingCtx$1.e = _;
			} finally {
				await _usingCtx$1.d();
			}
		},
		say: (message) => world.observe({
			kind: "step",
			message
		})
	});
}
export { demoWith };
