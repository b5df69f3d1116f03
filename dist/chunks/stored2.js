import { n as matched } from "./parts.js";
import { t as Problem } from "./problem.js";
import { t as selectHosts } from "./select2.js";
import { d as openVault, i as givenFleet, l as storesBesides, o as profileOf, r as fleetOf, u as vaultOptions } from "./vault-parts.js";
import { t as holdAgainstLastSeen } from "./heads3.js";
import { t as _usingCtx } from "./usingCtx.js";
// src/wiring/stored.ts
async function openStored(settings, world, signal) {
	const given = await givenFleet(settings);
	const vault = await openVault(vaultOptions(settings, world, false), signal);
	try {
		const fleet = given ?? await fleetOf(vault, world, signal);
		const stores = await storesBesides(settings, world);
		return {
			fleet,
			profile: profileOf(fleet),
			vault,
			stores,
			now: world.now
		};
	} catch (error) {
		await vault[Symbol.asyncDispose]();
		throw error;
	}
}
async function verifyStored(settings, world, signal) {
	try {
		var _usingCtx$1 = _usingCtx();
		const deep = await deepOf(settings, world.now());
		const [{ verify }, parts] = await Promise.all([import("./verify.js"), openStored(settings, world, signal)]);
		const vault = _usingCtx$1.a(parts.vault);
		let wentBack = null;
		const remember = await holdAgainstLastSeen(settings, {
			...parts,
			vault
		}, signal).catch((problem) => {
			if (!(problem instanceof Problem) || problem.exit !== "integrity") throw problem;
			wentBack = problem;
			return async () => {};
		});
		const report = await verify({
			hosts: settings.hosts.length + settings.tags.length > 0 ? selectHosts(parts.fleet, {
				...settings,
				jumpHosts: false
			}).map(({ name }) => name) : [],
			deep,
			wentBack
		}, {
			...parts,
			vault
		}, signal);
		if (report.exit === "good") await remember();
		return report;
	} catch (_) {
		_usingCtx$1.e = _;
	} finally {
		await _usingCtx$1.d();
	}
}
const dayMs = 864e5;
/** Which bundles this run opens. With `20%` there are five turns. */
async function deepOf(settings, now) {
	if (settings.deep === null) return null;
	const found = matched(/^([1-9][0-9]?|100)%?$/, settings.deep, "share");
	if (found === null) throw new Problem("settings/invalid", `deep is ${JSON.stringify(settings.deep.slice(0, 20))}`, { hint: "say a share from 1% to 100%, such as --deep 20%" });
	const { readIdentities } = await import("./identity2.js");
	const turns = Math.ceil(100 / Number(found.share));
	const count = settings.deepTurn || Math.floor(now.getTime() / dayMs);
	return {
		identities: readIdentities(settings.identity),
		turn: count % turns + 1,
		turns
	};
}
export { verifyStored as n, openStored as t };
