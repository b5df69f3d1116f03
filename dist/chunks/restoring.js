import { t as certain } from "./certain.js";
import { t as Problem } from "./problem.js";
import { t as selectHosts } from "./select2.js";
import { r as readIdentities } from "./identity.js";
import { t as holdAgainstLastSeen } from "./heads3.js";
import { t as openStored } from "./stored2.js";
import { t as _usingCtx } from "./usingCtx.js";
// src/wiring/restoring.ts
/** Which form of restore is meant, and its parts. What can be refused is refused before the vault is opened. */
/** A vault that went back is refused before anything of it is used. */
async function openCurrent(settings, world, signal) {
	const parts = await openStored(settings, world, signal);
	try {
		await (await holdAgainstLastSeen(settings, parts, signal))();
		return parts;
	} catch (error) {
		await parts.vault[Symbol.asyncDispose]();
		throw error;
	}
}
async function restoreStored(settings, world, signal) {
	try {
		var _usingCtx$1 = _usingCtx();
		const form = formOf(settings);
		const host = settings.host ?? settings.to;
		if (host === null) throw new Problem("settings/missing", "restore does not know which host's copies to take", { hint: "give --host HOST; `pmta-vault verify` lists the hosts that the vault has" });
		const request = {
			host,
			at: settings.at,
			categories: settings.categories,
			paths: settings.path,
			allLogs: settings.allLogs
		};
		if (form.kind === "bundle") return await bundled({
			...request,
			file: form.value
		}, settings, world, signal);
		const identities = readIdentities(settings.identity);
		if (form.kind === "to") return await overSsh({
			...request,
			identities
		}, form.value, settings, world, signal);
		const [flows, parts] = await Promise.all([import("./restore2.js"), openCurrent(settings, world, signal)]);
		const vault = _usingCtx$1.a(parts.vault);
		const tools = {
			...parts,
			vault
		};
		if (form.kind === "list") return await flows.restoreList({
			...request,
			identities
		}, tools, signal);
		return await flows.restoreOut({
			...request,
			identities,
			directory: form.value
		}, tools, signal);
	} catch (_) {
		_usingCtx$1.e = _;
	} finally {
		await _usingCtx$1.d();
	}
}
async function bundled(request, settings, world, signal) {
	try {
		var _usingCtx3 = _usingCtx();
		const [{ restoreBundle }, { runbook }, parts] = await Promise.all([
			import("./restore-bundle.js"),
			import("./runbook.js"),
			openCurrent(settings, world, signal)
		]);
		const vault = _usingCtx3.a(parts.vault);
		return await restoreBundle(request, {
			...parts,
			vault,
			runbook,
			tool: world.tool
		}, signal);
	} catch (_) {
		_usingCtx3.e = _;
	} finally {
		await _usingCtx3.d();
	}
}
async function overSsh(request, to, settings, world, signal) {
	try {
		var _usingCtx4 = _usingCtx();
		const [{ restoreTo }, { transportOf }, parts] = await Promise.all([
			import("./restore-to2.js"),
			import("./parts3.js"),
			openCurrent(settings, world, signal)
		]);
		const vault = _usingCtx4.a(parts.vault);
		const host = certain(selectHosts(parts.fleet, {
			hosts: [to],
			tags: [],
			jumpHosts: true
		})[0]);
		const transport = _usingCtx4.a(transportOf(settings, world));
		return await restoreTo({
			...request,
			target: {
				...host,
				user: settings.restoreUser
			},
			planOnly: settings.plan,
			confirm: settings.confirm,
			planHash: settings.planHash,
			checks: settings.checks,
			withoutLicense: settings.withoutLicense
		}, {
			...parts,
			vault,
			transport,
			commandTimeoutMs: settings.idleTimeoutMs * .9,
			keepPlan: async (plan) => await keepPlan(settings.planFile, plan),
			say: (message) => world.observe({
				kind: "step",
				message
			})
		}, signal);
	} catch (_) {
		_usingCtx4.e = _;
	} finally {
		await _usingCtx4.d();
	}
}
async function keepPlan(file, plan) {
	if (file === null) return;
	const { writeNew } = await import("./write-new.js");
	await writeNew(file, Buffer.from(`${JSON.stringify(plan, null, 2)}\n`));
}
function formOf(settings) {
	const given = [
		"out",
		"bundle",
		"to"
	].flatMap((kind) => {
		const value = settings[kind];
		return value === null ? [] : [{
			kind,
			value
		}];
	});
	const [form] = given;
	if (given.length > 1) {
		const names = given.map(({ kind }) => kind).join(" and ");
		throw new Problem("settings/invalid", `restore takes one of ${names} at a time`, { hint: "run it once for each" });
	}
	if (settings.plan && form?.kind !== "to") return { kind: "list" };
	if (form !== void 0) return form;
	throw new Problem("settings/missing", "restore does not know where to", { hint: "give --out DIRECTORY, --bundle FILE or --to HOST; --plan shows what there is" });
}
export { restoreStored };
