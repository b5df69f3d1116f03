import { a as gravest, r as exitOf, t as Problem } from "./problem.js";
import { i as showDuration } from "./duration.js";
import { t as _usingCtx } from "./usingCtx.js";
import { r as snapshotHash } from "./snapshot.js";
import { t as rpoOf } from "./objectives.js";
import { a as trustedSnapshot, i as knownOf, r as knownLogs, t as checkSigner } from "./trust.js";
import { r as renew } from "./renewal.js";
import { i as eachHost } from "./list-logs.js";
import { t as backUpHost } from "./host-backup.js";
// src/flows/host-report.ts
/** @param sequence  of the snapshot that was recorded; null when none was */
function hostReport(outcome, sequence) {
	const host = outcome.host.name;
	if (outcome.kind === "bug") throw outcome.error;
	if (outcome.kind === "failed") return {
		host,
		status: "failed",
		sequence: null,
		problems: [outcome.problem],
		way: null,
		categories: [],
		findings: [],
		bytes: 0,
		ms: null
	};
	const { capture, categories, logs, ms } = outcome.value;
	const problems = problemsOf(outcome.value);
	return {
		host,
		status: statusOf(outcome.value, problems),
		sequence,
		way: capture.way,
		categories: [...categories, ...logs].map(({ name, status, files, bytes, problem }) => ({
			name,
			files,
			bytes,
			problem,
			status: status === "changed" ? "stored" : status
		})),
		problems,
		findings: capture.findings,
		bytes: capture.bytes,
		ms: {
			connect: Math.round(ms.connect),
			auth: Math.round(ms.auth),
			survey: Math.round(capture.surveyMs),
			transfer: Math.round(capture.transferMs),
			seal: Math.round(ms.seal),
			store: Math.round(ms.store),
			logs: Math.round(ms.logs),
			total: Math.round(ms.total)
		}
	};
}
/** Those of the host as a whole first. */
function problemsOf({ capture, categories, logs }) {
	return [
		capture,
		...categories,
		...logs
	].flatMap(({ problem }) => problem ?? []);
}
function statusOf({ categories, logs }, problems) {
	if (problems.length > 0) return "partial";
	return categories.some(({ bundle }) => bundle !== null) || logs.some(({ status }) => status === "stored") ? "stored" : "unchanged";
}
// src/flows/backup-report.ts
const notReviewed = {
	drifted: false,
	proposals: [],
	warnings: [],
	problem: null
};
/** Of a run that leaves the vault as it is. @param read  when the hosts were read, as in `Filed` */
function notFiled(read) {
	return {
		recorded: /* @__PURE__ */ new Map(),
		reviewed: notReviewed,
		forge: null,
		read,
		written: read
	};
}
function backupReport(outcomes, { openMs, started, warnings, ...run }, { recorded, reviewed, forge, read, written }) {
	const hosts = outcomes.map((outcome) => {
		const result = recorded.get(outcome.host.name) ?? null;
		return result !== null && typeof result !== "number" ? hostReport({
			kind: "failed",
			host: outcome.host,
			problem: result
		}, null) : hostReport(outcome, result);
	});
	return {
		...run,
		hosts,
		changed: reviewed.drifted,
		proposals: reviewed.proposals,
		forge,
		reviewProblem: reviewed.problem,
		warnings: [...warnings, ...reviewed.warnings],
		ms: {
			open: Math.round(openMs),
			hosts: Math.round(read - started),
			record: Math.round(written - read),
			propose: Math.round(performance.now() - written),
			total: Math.round(openMs + performance.now() - started)
		},
		exit: gravest([
			...hosts.flatMap((report) => exitsOf(report, hosts)),
			...reviewed.problem === null ? [] : [exitUnproposed(reviewed.problem)],
			...run.captures.flatMap(({ problem }) => problem?.exit ?? [])
		])
	};
}
/** The copies are safe by then, so that not all has failed, whatever the cause would mean elsewhere. */
const exitUnproposed = ({ exit }) => exit === "total" ? "partial" : exit;
/** One failed host is partial; all of them failed is total. Causes of their own rank stay what they are. */
function exitsOf(report, hosts) {
	const allFailed = hosts.every(({ status }) => status === "failed");
	const causes = report.problems.map(exitOf);
	return report.status === "failed" && allFailed ? [...causes, "total"] : causes;
}
// src/flows/missed-runs.ts
/**
* What the schedule wanted since the last run and did not get. The schedule is the shortest `every` of the fleet
* file, else the shortest RPO. A run may be late by half of that: scheduled workflows often are.
* @param records  of the hosts of this run: the newest snapshot of any is the last run
* @param now      ms since 1970
*/
function missedRuns(records, fleet, profile, now) {
	const times = records.flatMap(({ latest }) => takenAt(latest?.bytes ?? null));
	if (times.length === 0) return null;
	const last = Math.max(...times);
	const everyMs = scheduleOf(fleet, profile);
	const runs = Math.round((now - last) / everyMs) - 1;
	if (runs < 1) return null;
	return {
		runs,
		message: `the last run was on ${new Date(last).toISOString()}; with one every ${showDuration(everyMs)}, ${runs === 1 ? "one was" : `${runs} were`} missed: look at the schedule and at the machine that runs it`
	};
}
function scheduleOf(fleet, profile) {
	const every = [...fleet.categories.values()].flatMap(({ everyMs }) => everyMs === null ? [] : [everyMs]);
	if (every.length > 0) return Math.min(...every);
	return Math.min(...profile.categories.filter(({ log }) => !log).map(({ name }) => rpoOf(name, fleet, profile)));
}
/** For a message only, so unproven: whether to trust a snapshot is decided host by host. */
function takenAt(bytes) {
	if (bytes === null) return [];
	try {
		const { takenAt: time } = JSON.parse(Buffer.from(bytes).toString("utf8"));
		const at = typeof time === "string" ? Date.parse(time) : NaN;
		return Number.isNaN(at) ? [] : [at];
	} catch {
		return [];
	}
}
// src/flows/begin-run.ts
/** What is in an artifact expires, and only the newest bundle of a category is put again. */
const noLogs = "store artifact does not keep logs: accounting and other logs are not backed up; log-store git or directory keeps them";
/** Whether this run may sign, and that it begins. */
function openRun(hosts, { fleet, signingKey, observe, now }) {
	checkSigner(fleet, signingKey.publicLine);
	const started = performance.now();
	const startedAt = now().toISOString();
	const names = hosts.map((host) => host.name);
	observe({
		kind: "run-started",
		hosts: names
	});
	return {
		names,
		started,
		startedAt
	};
}
/** What comes before the first host: whether this run may sign, what the vault has, and what is to be warned of. */
async function beginRun(command, hosts, tools, signal) {
	const { fleet, vault, observe, now } = tools;
	const { names, started, startedAt } = openRun(hosts, tools);
	const warn = (message) => observe({
		kind: "warning",
		host: null,
		message
	});
	const own = [...fleet.warnings, ...tools.logStore === null ? [noLogs] : []];
	own.forEach(warn);
	const records = await vault.records(names, signal);
	const missed = missedRuns([...records.values()], fleet, tools.profile, now().getTime());
	if (missed !== null) warn(missed.message);
	return {
		run: {
			command,
			dryRun: tools.dryRun,
			capture: null,
			captures: [],
			vault: vault.location,
			startedAt,
			missedRuns: missed?.runs ?? 0,
			openMs: tools.openMs,
			started,
			warnings: [...own, ...missed === null ? [] : [missed.message]]
		},
		records
	};
}
// src/flows/memory-gate.ts
/** @param budget  bytes of plaintext in memory at a time; one host alone may exceed it */
function memoryGate(budget) {
	let held = 0;
	let queue = [];
	const letIn = () => {
		for (;;) {
			const [first, ...rest] = queue;
			if (first === void 0 || held > 0 && held + first.bytes > budget) return;
			queue = rest;
			held += first.bytes;
			first.enter();
		}
	};
	return { share() {
		let own = 0;
		return {
			async admit(bytes) {
				if (own > 0) held += bytes;
				else await new Promise((enter) => {
					queue.push({
						bytes,
						enter
					});
					letIn();
				});
				own += bytes;
			},
			[Symbol.dispose]() {
				held -= own;
				own = 0;
				letIn();
			}
		};
	} };
}
// src/flows/turns.ts
function turns(count) {
	let free = count;
	const waiting = /* @__PURE__ */ new Set();
	async function enter(untilMs, signal) {
		if (free > 0) {
			free--;
			return true;
		}
		return await new Promise((resolve, reject) => {
			const settle = (end) => {
				waiting.delete(come);
				clearTimeout(timer);
				signal.removeEventListener("abort", stop);
				end();
			};
			const come = () => settle(() => resolve(true));
			const stop = () => settle(() => reject(signal.reason));
			const timer = setTimeout(() => settle(() => resolve(false)), Math.max(0, untilMs - performance.now()));
			signal.addEventListener("abort", stop, { once: true });
			waiting.add(come);
		});
	}
	function leave() {
		const [next] = waiting;
		if (next === void 0) free++;
		else next();
	}
	return { async take(untilMs, work, signal) {
		if (!await enter(untilMs, signal)) return null;
		try {
			return await work();
		} finally {
			leave();
		}
	} };
}
// src/flows/read-hosts.ts
function baseOf(before) {
	return before === null ? null : {
		sequence: before.snapshot.sequence,
		sha256: snapshotHash(before.bytes)
	};
}
/** Plaintext in memory at a time. Masking, packing and sealing it takes several times as much. */
const memoryBudget = 8388608;
/** Hosts whose logs are read at a time; each has some segments in memory. */
const hostsWithLogs = 3;
/** @param records  what the vault has of these hosts */
async function readHosts(request, tools, records, signal) {
	const gate = memoryGate(memoryBudget);
	const hostTools = {
		...tools,
		logTurns: turns(hostsWithLogs)
	};
	const work = async (host, stop) => {
		try {
			var _usingCtx$1 = _usingCtx();
			tools.observe({
				kind: "host-started",
				host: host.name
			});
			const before = trustedSnapshot(host.name, records.get(host.name), tools.fleet);
			const share = _usingCtx$1.u(gate.share());
			const sequence = (before?.snapshot.sequence ?? 0) + 1;
			const record = records.get(host.name);
			const known = knownOf(before, record, tools.fleet, tools.now());
			const logs = knownLogs(before, record);
			const read = await backUpHost(host, hostTools, known, logs, share, sequence, stop);
			const replaced = new Set(read.categories.filter(({ bundle }) => bundle !== null).map(({ name }) => name));
			const renewed = before === null || tools.dryRun ? /* @__PURE__ */ new Map() : await renew(before.snapshot, replaced, tools, stop);
			const done = {
				...read,
				renewed,
				base: baseOf(before)
			};
			tools.observe({
				kind: "host-bytes",
				host: host.name,
				bytes: done.capture.bytes
			});
			for (const message of done.capture.findings) tools.observe({
				kind: "warning",
				host: host.name,
				message
			});
			return done;
		} catch (_) {
			_usingCtx$1.e = _;
		} finally {
			_usingCtx$1.d();
		}
	};
	const told = async (host, stop) => {
		try {
			const done = await work(host, stop);
			tools.observe({
				kind: "host-finished",
				host: host.name,
				problem: problemsOf(done)[0] ?? null
			});
			return done;
		} catch (error) {
			const problem = error instanceof Problem ? error : new Problem("pull/malformed", `${host.name}: unexpected error`, {
				cause: error,
				hint: "this is a bug: please report it with the log of the run"
			});
			tools.observe({
				kind: "host-finished",
				host: host.name,
				problem
			});
			throw error;
		}
	};
	return await eachHost(request.hosts, request.width, tools.limits.hostTimeoutMs, told, signal);
}
export { backupReport as a, openRun as i, readHosts as n, notFiled as o, beginRun as r, notReviewed as s, baseOf as t };
