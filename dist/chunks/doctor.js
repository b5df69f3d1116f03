import { a as gravest, n as caughtProblem } from "./problem.js";
import { i as eachHost, n as logsOf, r as survey, t as listLogs } from "./list-logs.js";
import { c as referencePaths, i as logRoots, n as fixedRoots, o as planCategories, s as planLogs } from "./roots.js";
import { t as _usingCtx } from "./usingCtx.js";
// src/flows/doctor.ts
async function doctor(hosts, width, tools, signal) {
	const examined = (await eachHost(hosts, width, tools.limits.hostTimeoutMs, (host, stop) => examine(host, tools, stop), signal)).map((outcome) => {
		if (outcome.kind === "bug") throw outcome.error;
		if (outcome.kind === "done") return outcome.value;
		const { host, problem } = outcome;
		const roots = fixedRoots(planCategories(tools.profile, tools.fleet.categories));
		const logs = planLogs(tools.profile, tools.fleet.categories);
		const check = {
			name: problem.code === "pull/sudo-refused" ? "sudo" : "connect",
			state: "bad",
			detail: [problem.message, ...problem.data].join("; "),
			hint: problem.hint
		};
		return {
			host: host.name,
			checks: [check],
			lines: tools.leastPrivilege(host, roots, [], logRoots(logs, [])),
			exit: problem.exit
		};
	});
	const failed = examined.filter(({ exit }) => exit !== "good").length;
	const total = failed === examined.length && failed > 0 ? ["total"] : [];
	const own = tools.checks.some(({ state }) => state === "bad") ? ["usage"] : [];
	return {
		command: "doctor",
		checks: tools.checks,
		hosts: examined.map(({ host, checks, lines }) => ({
			host,
			checks,
			lines
		})),
		exit: gravest([
			...examined.map(({ exit }) => exit),
			...total,
			...own
		])
	};
}
async function examine(host, tools, signal) {
	try {
		var _usingCtx$1 = _usingCtx();
		const categories = planCategories(tools.profile, tools.fleet.categories);
		const started = performance.now();
		const session = _usingCtx$1.a(await tools.transport.connect(host, signal));
		const connect = {
			name: "connect",
			state: "good",
			detail: `key verified, logged in as ${host.user} in ${Math.round(performance.now() - started)} ms`,
			hint: null
		};
		if (!host.backup) return {
			host: host.name,
			checks: [connect, jumpOnly],
			lines: tools.leastPrivilege(host, [], [], []),
			exit: "good"
		};
		const found = await survey(host, {
			session,
			profile: tools.profile,
			categories,
			limits: tools.limits,
			admit: async () => {}
		}, [], () => false, null, signal);
		const rights = categories.map((category) => rightsCheck(host, category, found.members.get(category.name) ?? [], tools.profile));
		const named = [...new Set(referencePaths(found.references, categories))];
		const logs = planLogs(tools.profile, tools.fleet.categories);
		const logRights = [];
		for (const log of logs) logRights.push(await logCheck(host, session, log, found.references, tools.profile, signal));
		const missing = named.filter((path) => !/[*?[]/.test(path) && !found.entries.has(path));
		const references = {
			name: "references",
			state: missing.length === 0 ? "good" : "warning",
			detail: `${named.length} files named by configs, ${missing.length} of them missing${missing.length === 0 ? "" : `: ${missing.slice(0, 3).join(", ")}`}`,
			hint: missing.length === 0 ? null : "PowerMTA misses them too: put them in place, or take the directive out"
		};
		const checks = [
			connect,
			wayCheck(session),
			...await clockChecks(session, tools.now, signal),
			...rights,
			...logRights,
			references
		];
		const roots = fixedRoots(categories);
		return {
			host: host.name,
			checks,
			lines: tools.leastPrivilege(host, roots, named, logRoots(logs, found.references)),
			exit: checks.some(({ state }) => state === "bad") ? "partial" : "good"
		};
	} catch (_) {
		_usingCtx$1.e = _;
	} finally {
		await _usingCtx$1.d();
	}
}
const jumpOnly = {
	name: "way",
	state: "good",
	detail: "a jump host only: it is gone through, and nothing of it is read",
	hint: null
};
function wayCheck({ way }) {
	return {
		name: "way",
		state: "good",
		detail: {
			shell: "reads by a command on the host, the fast way",
			sudo: "reads through sudo, by one fixed command",
			sftp: "reads by SFTP, as no command may run; slower, and nothing else is needed"
		}[way],
		hint: null
	};
}
function rightsCheck(host, category, members, profile) {
	const name = `rights: ${category.name}`;
	const closed = members.filter((entry) => !entry.readable);
	const files = members.filter(({ kind }) => kind === "file").length;
	if (closed.length > 0) {
		const shown = closed.slice(0, 3).map(({ path }) => path).join(", ");
		const hint = host.sudo ? "put the sudoers lines below on the host" : `let ${host.user} read them: add it to the group that owns them (usermod -aG pmta ${host.user}), or set sudo: true`;
		return {
			name,
			state: "bad",
			detail: `${closed.length} may not be read: ${shown}`,
			hint
		};
	}
	if (!(!category.shownMasked || members.some(({ path }) => path === profile.mainConfig))) return {
		name,
		state: "bad",
		detail: `${profile.mainConfig} is not there, or its directory may not be entered`,
		hint: `is PowerMTA installed on ${host.name}?`
	};
	return {
		name,
		state: "good",
		detail: files === 0 ? "no such files" : `${files} files, all readable`,
		hint: null
	};
}
async function logCheck(host, session, log, references, profile, signal) {
	try {
		const listed = await listLogs(session, [log], references, signal);
		return rightsCheck(host, log, logsOf(listed, log, [], references), profile);
	} catch (error) {
		const problem = caughtProblem(error);
		if (problem.code !== "pull/sudo-refused") throw problem;
		return {
			name: `rights: ${log.name}`,
			state: "bad",
			detail: problem.message,
			hint: "put the sudoers lines below on the host"
		};
	}
}
const maxSkewMs = 6e4;
async function clockChecks(session, now, signal) {
	const theirs = await session.clock(signal);
	if (theirs === null) return [];
	const skew = theirs.getTime() - now().getTime();
	const off = Math.abs(skew) > maxSkewMs;
	return [{
		name: "clock",
		state: off ? "warning" : "good",
		detail: off ? `differs by ${Math.round(skew / 1e3)} s from this machine's` : "agrees with this machine's",
		hint: off ? "set up time synchronisation on the one that is wrong: `timedatectl`" : null
	}];
}
export { doctor };
