import { a as gravest, t as Problem } from "./problem.js";
import { t as certain } from "./certain.js";
import { a as throughLinks, r as pathPattern } from "./path-pattern.js";
import { c as localOwners, n as openFetched, s as unpack, t as fetchSnapshot } from "./restore.js";
import { t as _usingCtx } from "./usingCtx.js";
import { i as wordsOf } from "./thrown.js";
import { a as Failure, c as runScript, d as undoJob, f as jobId, h as planRestore, i as preparePlan, l as sendJob, m as isWork, n as refusePlan, o as halfDone, p as makeJob, s as runCheck, t as configTexts, u as stateBefore } from "./restore-to.js";
import { t as backedUpHosts } from "./fleet.js";
import { t as judgeRecord } from "./dkim-record.js";
import { createHash, createHmac, randomBytes } from "node:crypto";
import { access, constants, mkdtemp, rm, statfs } from "node:fs/promises";
import { networkInterfaces, tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { lstatSync, readFileSync, readdirSync, readlinkSync } from "node:fs";
import { dirname as dirname$1 } from "node:path/posix";
// src/core/drill.ts
/** The gravest finding decides; notes do not count. */
function proofOf(name, summary, findings) {
	const levels = new Set(findings.map(({ level }) => level));
	return {
		name,
		verdict: levels.has("failed") ? "failed" : levels.has("weak") ? "weak" : "proven",
		summary,
		findings
	};
}
// src/prove/files.ts
/** Whether what was restored is what the manifests say, read back from where it was written. */
function proveFiles(items, tree, accounts) {
	const findings = items.flatMap((item) => {
		const found = tree.entries.get(item.entry.path);
		return (found === void 0 ? ["missing"] : differences$1(item, found, accounts)).map((detail) => failed$1(item.entry.path, found === void 0 ? "missing" : "different", detail));
	});
	const known = new Set(items.map(({ entry }) => entry.path));
	const extra = tree.paths().filter((path) => !known.has(path));
	const files = items.filter(({ entry }) => entry.kind === "file").length;
	return proofOf("files", `${files} files are there, equal to the manifest in content, mode and time${accounts === null ? "; owners could not be set, as this is not root" : ""}`, [
		...findings,
		...extra.map((path) => failed$1(path, "extra", "is in no manifest")),
		...unknownNames(items, accounts)
	]);
}
const failed$1 = (subject, verdict, detail) => ({
	level: "failed",
	verdict,
	subject,
	detail
});
function differences$1({ entry }, found, accounts) {
	if (found.kind !== entry.kind) return [`is a ${found.kind}, not a ${entry.kind}`];
	const wrong = [];
	if (entry.kind === "file" && found.sha256 !== entry.sha256) wrong.push("other content");
	if (entry.kind === "link" && found.target !== entry.target) wrong.push("leads elsewhere");
	if (entry.kind !== "link" && found.mode !== entry.mode) wrong.push(`mode ${octal(found.mode)}, not ${octal(entry.mode)}`);
	if (found.mtime !== entry.mtime) wrong.push("another time");
	if (accounts !== null) {
		const uid = accounts.users.get(entry.owner) ?? entry.uid;
		const gid = accounts.groups.get(entry.group) ?? entry.gid;
		if (found.uid !== uid || found.gid !== gid) wrong.push(`not of ${entry.owner}:${entry.group}`);
	}
	return wrong;
}
const octal = (mode) => mode.toString(8).padStart(4, "0");
/** A scratch machine need not have the host's accounts; the machine that takes its place has to. */
function unknownNames(items, accounts) {
	if (accounts === null) return [];
	const users = items.map(({ entry }) => entry.owner).filter((name) => !accounts.users.has(name) && !/^\d+$/.test(name));
	const groups = items.map(({ entry }) => entry.group).filter((name) => !accounts.groups.has(name) && !/^\d+$/.test(name));
	return [...[...new Set(users)].map((name) => note(`user ${name}`)), ...[...new Set(groups)].map((name) => note(`group ${name}`))];
}
const note = (subject) => ({
	level: "note",
	verdict: "unknown-account",
	subject,
	detail: "is not on this machine; a rebuilt server has to have it before the restore"
});
// src/prove/tree.ts
function readTree(root) {
	const entries = /* @__PURE__ */ new Map();
	for (const item of readdirSync(root, {
		recursive: true,
		withFileTypes: true
	})) {
		const place = join(item.parentPath, item.name);
		entries.set(place.slice(root.length), readEntry(place));
	}
	return treeOf(entries, (path) => readFileSync(join(root, path), "utf8"));
}
/** The same of what a host gave back after a restore over SSH. */
function foundTree(found) {
	const files = new Map(found.map((file) => [file.entry.path, file]));
	const entries = new Map([...files].map(([path, { entry }]) => [path, entry]));
	const contentOf = (path) => certain(certain(files.get(path)).content);
	return treeOf(entries, (path) => contentOf(path).revealText("prove that it works"));
}
function treeOf(entries, textOf) {
	const files = [...entries].filter(([, { kind }]) => kind === "file" || kind === "link").map(([path]) => path);
	const real = (path) => throughLinks(`${path}/`, (at) => entries.get(at)?.target ?? null)?.path.slice(0, -1) ?? null;
	const target = (path) => {
		const found = real(path);
		return found !== null && entries.get(found)?.kind === "file" ? found : null;
	};
	return {
		entries,
		target,
		paths: () => files,
		matching(pattern) {
			const { literal, base } = pathPattern(pattern);
			if (literal) return [target(pattern)].filter((path) => path !== null);
			const { matches } = pathPattern(`${real(base) ?? base}${pattern.slice(base.length)}`);
			const found = files.filter(matches).map(target);
			return [...new Set(found.filter((path) => path !== null))];
		},
		text: textOf
	};
}
function readEntry(place) {
	const stat = lstatSync(place);
	const kind = kindOf(stat);
	return {
		kind,
		mode: stat.mode & 4095,
		uid: stat.uid,
		gid: stat.gid,
		size: stat.size,
		mtime: Math.floor(stat.mtimeMs / 1e3),
		target: kind === "link" ? readlinkSync(place) : null,
		sha256: kind === "file" ? createHash("sha256").update(readFileSync(place)).digest("hex") : null
	};
}
function kindOf(stat) {
	if (stat.isFile()) return "file";
	if (stat.isSymbolicLink()) return "link";
	return stat.isDirectory() ? "directory" : "other";
}
// src/restore/scratch.ts
/** @see Linux, include/uapi/linux/magic.h: TMPFS_MAGIC, RAMFS_MAGIC */
const memoryKinds = /* @__PURE__ */ new Set([16914836, 2240043254]);
/**
* A directory that only this account can enter, removed when it is let go of.
* @param parent  where it is made; null: in memory where there is room, else with the temporary files
* @param bytes   that will be written
* @param memory  where this system keeps shared memory as files
* @throws Problem "restore/refused"
*/
async function openScratch(parent, bytes, memory = "/dev/shm") {
	const place = parent ?? (await hasRoom(memory, bytes) ? memory : tmpdir());
	const directory = await mkdtemp(join(place, "pmta-drill-")).catch((cause) => {
		throw new Problem("restore/refused", `${place} cannot be written (${cause.code})`, {
			cause,
			hint: "name a directory that this account may write with --scratch DIRECTORY"
		});
	});
	return {
		directory,
		isInMemory: await isMemory(directory),
		[Symbol.asyncDispose]: async () => await rm(directory, {
			recursive: true,
			force: true
		})
	};
}
async function hasRoom(path, bytes) {
	try {
		await access(path, constants.W_OK);
		const { bavail, bsize } = await statfs(path);
		return await isMemory(path) && bavail * bsize > 4 * bytes + 16777216;
	} catch {
		return false;
	}
}
async function isMemory(path) {
	return memoryKinds.has((await statfs(path)).type);
}
// src/flows/drill-scratch.ts
/** A drill into a directory of this machine that is gone afterwards. Touches no host. */
async function drillIntoScratch(run, request, tools, signal) {
	try {
		var _usingCtx$2 = _usingCtx();
		const { items } = await run.fetch(request, tools, signal);
		const bytes = items.reduce((sum, { content }) => sum + (content?.size ?? 0), 0);
		const scratch = _usingCtx$2.a(await openScratch(request.scratch, bytes));
		if (!scratch.isInMemory) run.warnings.push("the scratch directory is not in memory: for the time of the drill, plaintext was on a disk");
		const accounts = userInfo().uid === 0 ? await localOwners() : null;
		await run.timed("write", () => unpack(items, [], scratch.directory, accounts));
		run.proofs.push(proofOf("restore", "opened with the identity, and written in full", []));
		const tree = await run.timed("prove files", async () => {
			const tree = readTree(scratch.directory);
			run.proofs.push(proveFiles(items, tree, accounts));
			return tree;
		});
		await run.prove(items, tree, ownMacs(), tools, signal);
	} catch (_) {
		_usingCtx$2.e = _;
	} finally {
		await _usingCtx$2.d();
	}
}
function ownMacs() {
	const found = Object.values(networkInterfaces()).flatMap((addresses) => addresses?.map(({ mac }) => mac) ?? []);
	return [...new Set(found)].filter((mac) => mac !== "00:00:00:00:00:00");
}
// src/prove/host-files.ts
/** Whether a spare host has what was restored onto it, by what it gave back. */
/**
* @param items  what was to be put there; owners are names
* @param now    what a plan for these items would do once they are there: nothing
*/
function proveHostFiles(items, now) {
	const findings = now.flatMap((step) => {
		const { action, path } = step;
		if (action === "unchanged") return [];
		if (action === "create") return [failed("missing", path, "is not there")];
		if (action !== "extra") return differences(step).map((detail) => failed("different", path, detail));
		return [{
			level: "note",
			verdict: "extra",
			subject: path,
			detail: "was on the spare host before, and is not in the backup: the config may include it"
		}];
	});
	const files = items.filter(({ entry }) => entry.kind === "file").length;
	return proofOf("files", `${files} files read back from the host, equal to the manifest in content, mode and owner`, findings);
}
const failed = (verdict, subject, detail) => ({
	level: "failed",
	verdict,
	subject,
	detail
});
function differences(step) {
	const [wanted, found] = [certain(step.wanted), certain(step.found)];
	if (wanted.kind !== found.kind) return [`is a ${found.kind}, not a ${wanted.kind}`];
	const wrong = [];
	if (wanted.sha256 !== found.sha256) wrong.push("other content");
	if (wanted.target !== found.target) wrong.push("leads elsewhere");
	if (rights(wanted) !== rights(found)) wrong.push(`${rights(found)}, not ${rights(wanted)}`);
	return wrong;
}
const rights = ({ mode, owner, group }) => `${mode.toString(8).padStart(4, "0")} ${owner}:${group}`;
// src/prove/host-checks.ts
/** Whether the MTA on a spare host takes what was restored: its own commands, one after the other. */
/** @param obstacle  why the commands say nothing of the restore, though nothing is wrong with it; null for nothing */
function proveHostChecks(checks, obstacle) {
	const passed = checks.filter(({ result }) => result === "passed").length;
	const findings = checks.flatMap(({ command, result, said }) => {
		if (result === "failed") return [{
			level: "failed",
			verdict: "check-failed",
			subject: command,
			detail: said
		}];
		if (result === "skipped") return [{
			level: "note",
			verdict: "skipped",
			subject: command,
			detail: said
		}];
		return [];
	});
	const weak = obstacle === null ? [] : [{
		level: "weak",
		subject: "service",
		...obstacle
	}];
	return proofOf("host", `${passed} of ${checks.length} commands on the host succeeded`, [...findings, ...weak]);
}
// src/flows/spare-checks.ts
/** The checks of a restore; where nothing is running, the service is started in place of being told to read anew. */
async function checkSpare(run, { before, isLicensed, service }, jobTools) {
	const { traits, prepared } = jobTools;
	const isInstalled = prepared.facts.programs.has(traits.program);
	const starts = isInstalled && isLicensed && !before.serviceRuns;
	const done = [];
	let { serviceRuns } = before;
	for (const usual of jobTools.checks) {
		const isReload = usual.command === traits.reload;
		const check = isReload && starts ? {
			...usual,
			name: "start",
			command: traits.start,
			needsService: false
		} : usual;
		if (done.some(({ result }) => result === "failed")) {
			done.push({
				command: usual.command,
				result: "skipped",
				said: "a command before it failed"
			});
			continue;
		}
		service.reloaded ||= isReload && before.serviceRuns;
		service.started ||= isReload && starts;
		const name = check.name === "start" ? "start the service" : check.command;
		const checked = await run.timed(name, () => drilled(check, {
			...before,
			serviceRuns
		}, jobTools));
		serviceRuns ||= check.name === "start" && checked.result === "passed";
		done.push(checked);
	}
	run.proofs.push(proveHostChecks(done, obstacleOf(isInstalled, isLicensed, jobTools)));
	return done;
}
/** A check that fails is a finding, and no reason to stop. */
async function drilled(check, before, jobTools) {
	const { command } = check;
	try {
		const { result, said } = await runCheck(check, before, jobTools);
		return {
			command,
			result,
			said
		};
	} catch (failure) {
		if (!(failure instanceof Failure)) throw failure;
		return {
			command,
			result: "failed",
			said: [failure.message, ...failure.said].join("; ")
		};
	}
}
/** Why commands that were skipped leave the question open whether the service would run. */
function obstacleOf(isInstalled, isLicensed, { checks, traits, target }) {
	if (checks.some(({ name }) => name === "own")) return null;
	if (!isInstalled) return {
		verdict: "not-installed",
		detail: `${traits.program} is not installed on ${target.name}`
	};
	if (isLicensed) return null;
	return {
		verdict: "not-started",
		detail: `${target.name} has no licence of its own: nothing was started`
	};
}
// src/flows/spare-host.ts
/** Which machine a drill may overwrite. A drill never writes to a host that is in use without being told twice. */
/**
* What fleet.yml alone can tell: the target is marked as a spare, or confirmed by name, and is nobody else's address
* or key.
* @throws Problem "restore/not-spare", "restore/wrong-host"; before anything is read
*/
function refuseTarget(host, target, confirm, fleet) {
	if (confirm !== null && confirm !== target.name) throw new Problem("restore/wrong-host", `confirm names ${confirm.slice(0, 60)}, and the target is ${target.name}`, { hint: "name the host that the drill may overwrite in both" });
	if (target.name === host) throw notSpare(`${host} cannot be its own spare: a drill would overwrite what it is a copy of`, { hint: `name another machine with --target; \`pmta-vault restore --to ${host}\` puts ${host} right` });
	const twin = backedUpHosts(fleet).find((other) => other.name !== target.name && isSameMachine(other, target));
	if (twin !== void 0) throw notSpare(`${target.name} has the address or a host key of ${twin.name}, which is backed up`, { hint: "put the right address and hostKeys of the spare into fleet.yml: `pmta-vault pin` shows them" });
	if (target.spare || confirm !== null) return;
	const use = target.backup ? "is backed up, so it is in use" : "is not marked as a spare";
	throw notSpare(`${target.name} ${use}; a drill would overwrite its files`, { hint: `mark a spare machine with \`spare: true\` in fleet.yml; or, if it may be this one, --confirm ${target.name}` });
}
/**
* What only the machine can tell: it does not call itself by the name of a host that is backed up, and no service is
* running on it.
* @throws Problem "restore/not-spare"; before the first write
*/
function refuseMachine(target, found, confirm, fleet) {
	if (confirm !== null) return;
	const hint = `is it the machine you mean? then --confirm ${target.name}; nothing was written`;
	const short = (name) => name.toLowerCase().split(".")[0];
	if (backedUpHosts(fleet).find(({ name }) => short(name) === short(found.hostname)) !== void 0) throw notSpare(`the machine at ${target.name} calls itself ${found.hostname.slice(0, 80)}`, { hint });
	if (found.serviceRuns) throw notSpare(`${found.program} is running on ${target.name}`, { hint });
}
const isSameMachine = (one, other) => one.address === other.address && one.port === other.port && one.jumps.at(-1)?.name === other.jumps.at(-1)?.name || one.hostKeys.some((pin) => other.hostKeys.some((own) => isDeepStrictEqual(pin, own)));
const notSpare = (message, options) => new Problem("restore/not-spare", message, options);
// src/flows/drill-spare.ts
/**
* A drill onto a spare host over SSH: the path of a restore, every step timed, and the host put back afterwards.
* Nothing is written before everything was verified and the machine is known to be one that may be overwritten.
*/
async function drillOnSpare(run, wanted, request, tools, signal) {
	try {
		var _usingCtx$1 = _usingCtx();
		const { target, confirm } = request;
		refuseTarget(wanted.host, target, confirm, tools.fleet);
		run.spare = untouched;
		const { fetched, items } = await run.fetch(wanted, tools, signal);
		const bench = _usingCtx$1.a(await run.timed("connect", () => tools.transport.workbench(target, signal)));
		const planned = await run.timed("plan", () => plan(run, wanted, request, fetched, items, bench, tools, signal));
		const { prepared } = planned;
		const { hostname } = prepared.facts;
		run.spare = {
			...untouched,
			hostname
		};
		const jobTools = jobToolsOf(request, fetched, prepared, bench, tools, signal);
		const before = await stateBefore(jobTools);
		const { program } = tools.profile.restore;
		refuseMachine(target, {
			hostname,
			program,
			serviceRuns: before.serviceRuns
		}, confirm, tools.fleet);
		refusePlan(target, prepared);
		const job = makeJob(prepared.steps, prepared.items, jobTools.job);
		signal.throwIfAborted();
		await run.timed("send", () => sendJob(job, jobTools));
		await rehearse(run, items, job, {
			...planned,
			before,
			keep: request.keep
		}, jobTools, tools);
	} catch (_) {
		_usingCtx$1.e = _;
	} finally {
		await _usingCtx$1.d();
	}
}
const untouched = {
	hostname: null,
	written: 0,
	unchanged: 0,
	checks: [],
	left: "untouched",
	putBackMs: null,
	folder: null
};
/** A licence for other hardware is of no use there: the spare keeps its own, and it is said. */
async function plan(run, wanted, { target }, fetched, items, bench, tools, signal) {
	const request = {
		...wanted,
		target,
		paths: [],
		withoutLicense: false
	};
	const { signed } = fetched.chosen;
	const whole = await preparePlan(request, items, signed, bench, tools, signal);
	if (whole.plan.reissue.length === 0) return {
		prepared: whole,
		isLicensed: true
	};
	const paths = whole.plan.reissue.map(({ path }) => path);
	run.warnings.push(`${paths.join(", ")} is bound to other hardware than ${target.name}, and was left out`);
	return {
		prepared: await preparePlan({
			...request,
			withoutLicense: true
		}, items, signed, bench, tools, signal),
		isLicensed: paths.every((path) => whole.found.some(({ entry }) => entry.path === path))
	};
}
function jobToolsOf({ target, checks }, { chosen }, prepared, bench, tools, signal) {
	const { profile, transport, commandTimeoutMs, say, now } = tools;
	const { snapshot } = chosen.signed;
	const own = checks.map((command) => ({
		name: "own",
		command,
		needsService: false,
		regression: false
	}));
	return {
		target,
		bench,
		prepared,
		commandTimeoutMs,
		say,
		signal,
		reopen: (stop) => transport.workbench(target, stop),
		traits: profile.restore,
		checks: own.length > 0 ? own : profile.restore.checks(configTexts(prepared.items, profile)),
		job: {
			id: jobId(now(), prepared.plan.hash),
			title: `drill: snapshot ${snapshot.sequence} of ${snapshot.host} onto ${target.name}`,
			time: Math.floor(now().getTime() / 1e3)
		}
	};
}
/** From the first write on: whatever happens, the host is left in a state that is known, or that is told. */
async function rehearse(run, items, job, { before, isLicensed, keep }, jobTools, tools) {
	const { prepared, target, say, signal } = jobTools;
	const service = {
		reloaded: false,
		started: false
	};
	const about = {
		...run.spare ?? untouched,
		written: prepared.steps.filter(isWork).length,
		unchanged: prepared.steps.filter(({ action }) => action === "unchanged").length,
		folder: job.folder
	};
	run.spare = {
		...about,
		left: "unknown"
	};
	say(`restoring onto ${target.name}; to undo it there: sh ${job.folder}/undo`);
	const work = async () => {
		await run.timed("apply", () => runScript(job, "apply", jobTools));
		run.proofs.push(proofOf("restore", `opened with the identity, and in place on ${target.name}`, []));
		const found = await run.timed("read back", () => jobTools.bench.look(prepared.paths, signal));
		const after = planRestore(prepared.items, found, prepared.belongs);
		run.proofs.push(proveHostFiles(prepared.items, after));
		await run.prove(items, foundTree(found), prepared.facts.macs, tools, signal);
		const checks = await checkSpare(run, {
			before,
			isLicensed,
			service
		}, jobTools);
		run.spare = {
			...about,
			left: "unknown",
			checks
		};
		if (keep) await runScript(job, "commit", jobTools);
	};
	const failure = await work().then(() => null, (cause) => ({ cause }));
	if (failure === null && keep) {
		run.spare = {
			...run.spare,
			left: "restored"
		};
		return;
	}
	const started = performance.now();
	const left = await putBack(job, service, jobTools);
	const why = failure === null ? "the drill is over" : whyOf(failure.cause, signal);
	if (left.length > 0) throw halfDone(why, left, job.folder, jobTools, failure?.cause);
	const putBackMs = Math.round(performance.now() - started);
	run.spare = {
		...run.spare,
		left: "before",
		putBackMs,
		folder: null
	};
	if (failure === null) return;
	const { cause } = failure;
	if (cause instanceof Problem && !signal.aborted) throw cause;
	const code = signal.aborted ? "run/interrupted" : "restore/rolled-back";
	const data = cause instanceof Failure ? cause.said : [];
	throw new Problem(code, `${why}; ${target.name} is as it was before`, {
		cause,
		data,
		hint: `drill again once ${target.name} answers; nothing has to be undone`
	});
}
const whyOf = (cause, signal) => signal.aborted ? "interrupted" : wordsOf(cause);
/** @returns what is not as it was before, each a sentence */
async function putBack(job, service, jobTools) {
	const { traits, target, say } = jobTools;
	say(`putting ${target.name} back as it was`);
	return await undoJob(job, {
		before: service.started ? [traits.stop] : [],
		after: service.reloaded ? [traits.reload] : [],
		proven: [`rm -rf ${job.folder}; rmdir ${dirname$1(job.folder)} 2>/dev/null; true`]
	}, jobTools);
}
// src/prove/config.ts
/** Whether the restored config would be understood: it parses, what it names is there, and secrets are nobody's to read. */
/** The config texts that are in force, by path: the main one and all that it includes. */
function liveConfigs(tree, profile) {
	const texts = /* @__PURE__ */ new Map();
	const open = [profile.mainConfig];
	for (let path = open.pop(); path !== void 0; path = open.pop()) {
		const file = tree.target(path);
		if (file === null || texts.has(file)) continue;
		const text = tree.text(file);
		texts.set(file, text);
		for (const reference of profile.references(file, text)) if (reference.include) open.push(...tree.matching(reference.path));
	}
	return texts;
}
function proveConfig(items, configs, tree, profile) {
	const references = [...configs].flatMap(([file, text]) => profile.references(file, text));
	const { keyCategory, writtenCategories } = profile.proof;
	const needed = references.filter(({ category }) => category !== keyCategory && !writtenCategories.includes(category));
	const main = configs.has(tree.target(profile.mainConfig) ?? "") ? [] : [{
		level: "failed",
		verdict: "no-config",
		subject: profile.mainConfig,
		detail: "is not there"
	}];
	return proofOf("config", `config files that parse: ${configs.size}; includes and references looked up: ${needed.length}`, [
		...main,
		...[...configs].flatMap(([file, text]) => faultsOf(file, text, profile)),
		...needed.flatMap((reference) => unresolved(reference, tree)),
		...items.flatMap((item) => looseRights(item, profile))
	]);
}
function unresolved(reference, tree) {
	const { path, directive, file, line } = reference;
	const where = `${directive} in ${file}, line ${line}`;
	if (tree.matching(path).length > 0) return [];
	return pathPattern(path).literal ? [{
		level: "failed",
		verdict: "missing-file",
		subject: path,
		detail: `named by ${where}, and not there`
	}] : [{
		level: "note",
		verdict: "matches-nothing",
		subject: path,
		detail: where
	}];
}
/** A block without its end swallows what follows. The rest may be newer than what this program knows. */
function faultsOf(file, text, profile) {
	return profile.proof.faults(text).map(({ fault, line, name }) => ({
		level: fault === "unbalanced-block" ? "failed" : "note",
		verdict: fault,
		subject: `${file}:${line}`,
		detail: name === "" ? "is no directive" : name
	}));
}
function looseRights({ category, entry }, profile) {
	if (!(category === profile.proof.keyCategory && entry.kind === "file") || (entry.mode & 7) === 0) return [];
	const detail = `mode ${entry.mode.toString(8).padStart(4, "0")}: every account of the host may use this key`;
	return [{
		level: "weak",
		verdict: "loose-rights",
		subject: entry.path,
		detail
	}];
}
// src/prove/dkim.ts
const levels = {
	good: null,
	testing: "weak",
	"wrong-key": "failed",
	revoked: "failed",
	"missing-record": "failed",
	"dns-failure": "weak",
	"malformed-record": "failed",
	"several-records": "failed"
};
async function proveDkim(input, lookup, messages) {
	const uses = namedKeys(input);
	const findings = await Promise.all(uses.map((use) => judgeUse(use, input, lookup, messages)));
	const notes = Object.keys(input.facts).filter((path) => !uses.some((use) => use.paths.includes(path))).map((path) => finding("note", "not-named", path, "no domain-key names this file"));
	const good = findings.filter((found) => found.every(({ level }) => level === "note")).length;
	return proofOf("dkim", uses.length === 0 ? "no domain-key in the config" : `${good} of ${uses.length} keys load, are published in DNS, and sign a message that verifies`, [...findings.flat(), ...notes]);
}
function namedKeys({ configs, tree, traits }) {
	const found = /* @__PURE__ */ new Map();
	for (const text of configs.values()) for (const use of traits.signingKeys(text)) found.set(`${use.selector} ${use.domain} ${use.path}`, {
		...use,
		paths: tree.matching(use.path)
	});
	return [...found.values()];
}
async function judgeUse(use, input, lookup, messages) {
	const name = `${use.selector}._domainkey.${use.domain}`;
	const [path] = use.paths;
	if (path === void 0) return [finding("failed", "missing-file", name, `${use.path} is not in the backup`)];
	const half = publicHalf(input.facts[path]);
	if (typeof half === "string") return [finding("failed", "unusable-key", name, `${path}: ${half}`)];
	if (half.type === "rsa" && half.bits < 1024) return [finding("failed", "short-key", name, `${path} has ${half.bits} bits; receivers want 1024 at least`)];
	const own = `v=DKIM1; k=${half.type}; p=${half.publicKey}`;
	const messageWith = async (domain, record) => await judgeMessage({
		selector: use.selector,
		domain,
		path,
		record,
		publicKey: half.publicKey
	}, input, messages);
	if (use.domain === "*" || use.paths.length > 1 || /[*$]/.test(name)) return [...await messageWith("example.com", own), finding("note", "any-domain", name, "stands for several domains; DNS was not asked")];
	const { verdict, detail, record } = judgeRecord(await lookup(name), half);
	const level = levels[verdict];
	const findings = level === null ? [] : [finding(level, verdict, name, detail)];
	const signed = await messageWith(use.domain, verdict === "good" ? record ?? own : own);
	return [...findings, ...signed];
}
async function judgeMessage({ selector, domain, path, record, publicKey }, { tree, now }, { sign, verify }) {
	const name = `${selector}._domainkey.${domain}`;
	try {
		const complaint = await verify(await sign({
			selector,
			domain,
			privateKey: tree.text(path)
		}, now), record, publicKey);
		return complaint === null ? [] : [finding("failed", "message-refused", name, `a message signed with ${path}: ${complaint}`)];
	} catch {
		return [finding("failed", "cannot-sign", name, `no message can be signed with ${path}`)];
	}
}
function publicHalf(facts) {
	const { type, publicKey, bits, unreadable, half } = facts ?? {};
	if (typeof unreadable === "string") return unreadable;
	if (half !== void 0) return "the private half is not there";
	if ((type === "rsa" || type === "ed25519") && typeof publicKey === "string" && typeof bits === "number") return {
		type,
		publicKey,
		bits
	};
	return "not a key";
}
const finding = (level, verdict, subject, detail) => ({
	level,
	verdict,
	subject,
	detail
});
// src/prove/license.ts
/** Whether the restored licence would be accepted: in date, and on which machine. */
const dayMs = 864e5;
const soonDays = 30;
/**
* @param bindings  every licence of the backup
* @param macs      of the machine that would take the host's place, lower case
*/
function proveLicense(bindings, macs, now) {
	if (bindings.length === 0) return proofOf("license", "no licence", [{
		level: "weak",
		verdict: "missing",
		subject: "licence",
		detail: "no licence is in the backup; ask the vendor for the key again"
	}]);
	const states = bindings.map((binding) => ({
		binding,
		days: daysLeft(binding, now)
	}));
	const usable = states.filter(({ days }) => days >= 0);
	const expired = usable.length === 0 ? "failed" : "note";
	const findings = states.flatMap(({ binding, days }) => {
		const subject = nameOf(binding);
		const until = binding.facts["expires"] ?? "never";
		if (days < 0) return [{
			level: expired,
			verdict: "expired",
			subject,
			detail: `expired on ${until}`
		}];
		return [...days < soonDays ? [{
			level: "weak",
			verdict: "expires-soon",
			subject,
			detail: `expires on ${until}`
		}] : [], ...boundTo(binding, macs)];
	});
	const dated = usable.length === 0 ? "none in date" : `${usable.length} in date`;
	return proofOf("license", `licence keys: ${bindings.length}, ${dated}`, findings);
}
function daysLeft({ facts }, now) {
	const { expires } = facts;
	if (expires === void 0 || !/^\d{4}-\d\d-\d\d$/.test(expires)) return Number.POSITIVE_INFINITY;
	return Math.floor((Date.parse(`${expires}T23:59:59Z`) - now.getTime()) / dayMs);
}
function nameOf({ path, facts }) {
	return [
		path,
		facts["product"],
		facts["version"]
	].filter((word) => word !== void 0).join(" ");
}
/** On other hardware a re-issue is needed, and takes the vendor's time: the facts for it are named now. */
function boundTo(binding, macs) {
	const { mac, facts } = binding;
	const subject = nameOf(binding);
	if (mac === null) return [{
		level: "note",
		verdict: "not-bound",
		subject,
		detail: "is not bound to a MAC"
	}];
	if (macs.includes(mac)) return [{
		level: "note",
		verdict: "mac-matches",
		subject,
		detail: `${mac} is of this machine`
	}];
	const serial = facts["serial"] === void 0 ? "" : `serial ${facts["serial"]}, `;
	return [{
		level: "note",
		verdict: "mac-differs",
		subject,
		detail: `bound to ${mac}, this machine has ${macs.length === 0 ? "none" : macs.join(" or ")}; for a re-issue send ${serial}old MAC ${mac} and the new one`
	}];
}
// src/flows/rehearsal.ts
/** What every drill does, wherever it restores to: timed steps, and proofs of what was restored. */
/** A drill as far as it has come. */
var Rehearsal = class {
	steps = [];
	proofs = [];
	warnings = [];
	snapshot = null;
	/** of a drill on a spare host */
	spare = null;
	/** All that a restore of the whole host would write, in memory. */
	async fetch(wanted, tools, signal) {
		const request = {
			...wanted,
			categories: [],
			paths: [],
			allLogs: false
		};
		const fetched = await this.timed("fetch and verify", () => fetchSnapshot(request, tools, signal));
		this.snapshot = fetched.chosen.signed.snapshot;
		this.warnings.push(...fetched.warnings);
		const items = await this.timed("open", () => openFetched(fetched, wanted.identities, []));
		signal.throwIfAborted();
		return {
			fetched,
			items
		};
	}
	/**
	* @param items  of the backup
	* @param tree   what was restored, read back
	* @param macs   of the machine that takes the host's place, lower case
	*/
	async prove(items, tree, macs, tools, signal) {
		const { profile, now } = tools;
		const configs = await this.timed("prove config", async () => {
			const configs = liveConfigs(tree, profile);
			this.proofs.push(proveConfig(items, configs, tree, profile));
			return configs;
		});
		signal.throwIfAborted();
		await this.timed("prove DKIM", async () => {
			const facts = factsOf(items, profile);
			const input = {
				configs,
				tree,
				traits: profile.proof,
				facts,
				now: now()
			};
			this.proofs.push(await proveDkim(input, tools.lookup, tools.messages));
		});
		await this.timed("prove licence", async () => {
			const { licenseCategory, bindings } = profile.restore;
			const found = items.flatMap(({ category, entry, content }) => category === licenseCategory && content !== null ? bindings(entry.path, content.revealText("its dates and what it is bound to")) : []);
			this.proofs.push(proveLicense(found, macs, now()));
		});
	}
	async timed(name, work) {
		const started = performance.now();
		try {
			return await work();
		} finally {
			this.steps.push({
				name,
				ms: Math.round(performance.now() - started)
			});
		}
	}
};
/** Public facts of the keys. What stands in them for a secret content is of no use after the drill. */
function factsOf(items, profile) {
	const { keyCategory } = profile.proof;
	const files = items.filter(isCaptured).filter(({ category }) => category === keyCategory);
	const once = randomBytes(32);
	const fingerprint = (value) => createHmac("sha256", once).update(value).digest("hex").slice(0, 16);
	return certain(profile.facts(keyCategory, files, /* @__PURE__ */ new Map(), fingerprint, /* @__PURE__ */ new Date(0)));
}
const isCaptured = (item) => item.content !== null && item.entry.kind === "file" && item.entry.sha256 !== null;
// src/flows/drill.ts
/** The story of a drill: restore a host elsewhere, prove that it would work, say how long it took. */
/**
* A restore that fails is what a drill is for: it is a failed proof, and no exception.
* @param spare  null: into a scratch directory
*/
async function drill(request, spare, tools, signal) {
	const rtoMs = objectiveOf(request.scenario, tools);
	const run = new Rehearsal();
	const startedAt = tools.now().toISOString();
	const problem = await (spare === null ? drillIntoScratch(run, request, tools, signal) : drillOnSpare(run, request, spare.request, {
		...tools,
		...spare.tools
	}, signal)).then(() => null, (error) => {
		if (!(error instanceof Problem) || signal.aborted || error.exit === "usage") throw error;
		return error;
	});
	if (problem !== null) run.warnings.push(...problem.data);
	const done = run.proofs.filter(({ name }) => problem === null || name !== "restore");
	const proofs = problem === null ? done : [
		failedRestore(problem),
		...done,
		...skipped(done, spare !== null)
	];
	const ms = run.steps.reduce((sum, step) => sum + step.ms, 0);
	const isMet = problem === null && ms <= rtoMs;
	const isFailed = !isMet || proofs.some(({ verdict }) => verdict === "failed");
	const isWeak = proofs.some(({ verdict }) => verdict === "weak");
	return {
		command: "drill",
		format: 1,
		host: request.host,
		target: spare?.request.target.name ?? "scratch",
		spare: run.spare,
		sequence: run.snapshot?.sequence ?? null,
		takenAt: run.snapshot?.takenAt ?? null,
		startedAt,
		...tools.about,
		steps: run.steps,
		ms,
		objective: {
			scenario: request.scenario,
			rtoMs,
			isMet
		},
		proofs,
		warnings: run.warnings,
		verdict: isFailed ? "failed" : isWeak ? "weak" : "passed",
		exit: gravest([isFailed ? "objective" : "good", ...problem === null ? [] : [problem.exit]])
	};
}
function objectiveOf(scenario, { fleet }) {
	const rtoMs = fleet.rto.get(scenario);
	if (rtoMs !== void 0) return rtoMs;
	throw new Problem("settings/invalid", `the policy has no RTO for ${JSON.stringify(scenario.slice(0, 60))}`, { hint: `there are ${[...fleet.rto.keys()].join(", ")}; \`policy: rto:\` of fleet.yml adds others` });
}
function failedRestore(problem) {
	const detail = `${problem.message}; ${problem.hint}`;
	return proofOf("restore", "the host could not be restored", [{
		level: "failed",
		verdict: problem.code,
		subject: "restore",
		detail
	}]);
}
function skipped(done, onSpare) {
	return [
		"files",
		"config",
		"dkim",
		"license",
		...onSpare ? ["host"] : []
	].filter((name) => !done.some((proof) => proof.name === name)).map((name) => ({
		name,
		verdict: "skipped",
		summary: "nothing was restored",
		findings: []
	}));
}
export { drill };
