import { t as Secret } from "./secret.js";
// src/wiring/demo.ts
/** A resolver that is not there: the discard port of this machine. */
const nobody = ["127.0.0.1:9"];
async function demoWith({ runBackup, runDiff, runVerify, runRestore, runDrill, runAccept }, settings, world, signal) {
	const [{ demo }, { serveHost, makeKeyPair }, { makeIdentity }, { diffText }, { paint }] = await Promise.all([
		import("./demo.js"),
		import("./embedded-host.js"),
		import("./open2.js"),
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
		verify: (run, identity) => runVerify({
			...settingsFor(run),
			identity: new Secret(identity),
			deep: "100%"
		}, quiet, signal),
		restore: (run, host, identity, out) => runRestore({
			...settingsFor(run),
			identity: new Secret(identity),
			host,
			out
		}, quiet, signal),
		drill: (run, host, identity) => runDrill({
			...settingsFor(run),
			identity: new Secret(identity),
			host,
			resolver: nobody
		}, quiet, signal),
		say: (message) => world.observe({
			kind: "step",
			message
		})
	});
}
export { demoWith };
