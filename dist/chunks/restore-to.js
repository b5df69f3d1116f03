import { t as Problem } from "./problem.js";
import { t as certain } from "./certain.js";
import { i as keyTime } from "./log.js";
import { a as tarHeader, i as tarEnd, s as tarPadding } from "./tar.js";
import { t as compareTexts } from "./order.js";
import { i as wordsOf$1 } from "./thrown.js";
import { t as _usingCtx } from "./usingCtx.js";
import { n as openFetched, o as refuseLogs, r as report, t as fetchSnapshot } from "./restore.js";
import { t as textDiff } from "./text.js";
import { n as fixedRoots, o as planCategories, t as claims } from "./roots.js";
import { createHash, createHmac, hkdfSync, randomBytes } from "node:crypto";
// src/restore/plan.ts
/**
* @param wanted   sorted by path
* @param found    what the host has at these paths, and elsewhere
* @param belongs  whether a path that the backup has not is of its kind, and so worth a word
*/
function planRestore(wanted, found, belongs) {
	const onHost = new Map(found.map(({ entry }) => [entry.path, entry]));
	const known = new Set(wanted.map(({ entry }) => entry.path));
	const steps = wanted.map(({ entry }) => {
		const now = onHost.get(entry.path) ?? null;
		return {
			action: actionFor(entry, now),
			path: entry.path,
			wanted: entry,
			found: now
		};
	});
	const extra = [...onHost.values()].filter(({ path, kind }) => kind !== "directory" && !known.has(path) && belongs(path)).map((entry) => ({
		action: "extra",
		path: entry.path,
		wanted: null,
		found: entry
	}));
	return [...steps, ...extra.sort((a, b) => compareTexts(a.path, b.path))];
}
function actionFor(wanted, found) {
	if (found === null) return "create";
	if (wanted.kind === "directory") {
		if (found.kind === "link") return "unchanged";
		return found.kind === "directory" ? rightsOrNothing(wanted, found) : "blocked";
	}
	if (found.kind === "directory") return "blocked";
	if (found.kind !== wanted.kind || found.sha256 !== wanted.sha256 || found.target !== wanted.target) return "change";
	return wanted.kind === "link" ? "unchanged" : rightsOrNothing(wanted, found);
}
function rightsOrNothing(wanted, found) {
	return wanted.mode === found.mode && wanted.owner === found.owner && wanted.group === found.group ? "unchanged" : "rights";
}
/** Whether a step writes to the host. */
const isWork = ({ action }) => action === "create" || action === "change" || action === "rights";
/** One line per step, with all that the plan was made from: what its hash is over. */
function planLines(steps) {
	return steps.map(({ action, path, wanted, found }) => JSON.stringify([
		action,
		path,
		traits(wanted),
		traits(found)
	]));
}
function traits(entry) {
	if (entry === null) return null;
	const { kind, mode, owner, group, sha256, target } = entry;
	return [
		kind,
		mode,
		owner,
		group,
		sha256 ?? target
	];
}
// src/restore/job.ts
/**
* A restore as a folder on the host: the new files, and shell scripts that a person can read and run. So what was
* begun can be finished or undone there, whatever becomes of this program and of the connection.
*/
const place = "/var/lib/pmta-vault-restore";
/** Its end is by chance: what another restore of the same plan keeps in its folder must not be taken for this one's. */
function jobId(now, planHash) {
	return `${keyTime(now.toISOString())}-${planHash.slice(0, 8)}-${randomBytes(4).toString("hex")}`;
}
function makeJob(steps, items, { id, title, time }) {
	const folder = `${place}/${id}`;
	const contents = new Map(items.map((item) => [item.entry.path, item]));
	const work = steps.filter(isWork).map((step, index) => ({
		...step,
		entry: certain(step.wanted),
		index
	}));
	const files = work.flatMap(({ path, entry, index }) => {
		if (entry.kind !== "file") return [];
		return [{
			name: `files/${index}`,
			entry,
			content: certain(certain(contents.get(path)).content)
		}];
	});
	const own = {
		uid: 0,
		gid: 0,
		owner: "root",
		group: "root",
		mtime: time,
		target: ""
	};
	const parts = [];
	const add = (header, name, bytes) => {
		const path = name === "" ? folder.slice(1) : `${folder.slice(1)}/${name}`;
		parts.push(tarHeader({
			...header,
			path,
			size: bytes.length
		}), bytes, Buffer.alloc(tarPadding(bytes.length)));
	};
	const nothing = /* @__PURE__ */ new Uint8Array();
	add({
		...own,
		kind: "directory",
		mode: 448
	}, "", nothing);
	for (const name of ["files", "times"]) add({
		...own,
		kind: "directory",
		mode: 448
	}, name, nothing);
	const scripts = {
		apply: applyScript(work, folder, title),
		undo: undoScript(work, folder),
		commit: commitScript(work, folder)
	};
	for (const [name, text] of Object.entries(scripts)) add({
		...own,
		kind: "file",
		mode: 448
	}, name, Buffer.from(text));
	const kept = work.filter(({ found }) => found !== null).map(({ path }) => `.${path}\0`);
	add({
		...own,
		kind: "file",
		mode: 384
	}, "kept", Buffer.from(kept.join("")));
	for (const { name, entry, content } of files) add({
		...entry,
		kind: "file",
		target: ""
	}, name, content.reveal("send it to the host it came from"));
	return {
		folder,
		archive: Buffer.concat([...parts, tarEnd])
	};
}
/** Beside its target, so that a rename replaces it in one step. No pattern of a config ends like this. */
const beside = (path, folder, index, what) => quoted(`${path.slice(0, path.lastIndexOf("/"))}/.pmta-vault-${folder.slice(28)}-${index}.${what}`);
const quoted = (text) => `'${text.replaceAll("'", `'\\''`)}'`;
const mode = ({ mode: bits }) => bits.toString(8).padStart(4, "0");
const owners = ({ owner, group }) => quoted(`${owner}:${group}`);
const isDirectory = ({ entry }) => entry.kind === "directory";
const aboveOf = (work) => [...new Set(work.map(({ path }) => path.slice(0, path.lastIndexOf("/")) || "/"))].sort();
/** Only one of the scripts at a time, also when the connection that started the first is gone. */
const begin = (folder) => `cd ${quoted(folder)} || exit 1
umask 077
trap '' HUP PIPE
if [ -z "\${PMTA_VAULT_LOCKED:-}" ] && command -v flock >/dev/null; then exec 9>lock; flock 9; fi
PMTA_VAULT_LOCKED=1; export PMTA_VAULT_LOCKED
`;
function applyScript(work, folder, title) {
	const files = work.filter((step) => !isDirectory(step));
	const at = (step, what) => beside(step.path, folder, step.index, what);
	const directories = work.filter(isDirectory);
	return `#!/bin/sh
# pmta-vault: ${title.replaceAll(/[^\x20-\x7e]/g, "?")}
# Can be run again. To undo it: sh ${folder}/undo
${begin(folder)}set -eu
need() {
  [ -n "$1" ] && [ ! -d "$1" ] || return 0
  need "\${1%/*}"; printf '%s\\n' "$1" >>made; sync; mkdir "$1"; chmod 755 "$1"
}
absent() {
  [ ! -e "times/made-$1" ] && { [ -e "$2" ] || [ -L "$2" ]; } || return 0
  printf '%s\\n' "$2 was not there when the plan was made, and is there now"; exit 1
}
done=
trap '[ -n "$done" ] || sh ./undo' EXIT
trap 'exit 143' TERM INT
printf '%s\\n' "\${PMTA_VAULT_SESSION:-}" >session
echo applying >state
# What undoes this is on disk before anything is changed.
sync

# What is there now: times of directories, and a copy of all that changes.
${aboveOf(work).map((path, index) => `[ -e times/${index} ] || [ ! -d ${quoted(path)} ] || touch -r ${quoted(path)} times/${index}`).join("\n")}
[ -e before.tar ] || { tar -c -p -f before.part -C / --no-recursion --no-unquote --null -T kept && mv before.part before.tar; }

# Directories.
${directories.map(({ path, entry, action }) => {
		const rights = `chown ${owners(entry)} ${quoted(path)}; chmod ${mode(entry)} ${quoted(path)}`;
		return action === "create" ? `[ -d ${quoted(path)} ] || { need ${quoted(parentOf(path))}; mkdir ${quoted(path)}; }; ${rights}` : rights;
	}).join("\n")}

# Everything new, whole and on disk, beside what it replaces.
${files.map((step) => [...step.found === null ? [`absent ${step.index} ${quoted(step.path)}`, `need ${quoted(parentOf(step.path))}`] : [], step.entry.kind === "link" ? `ln -sfn ${quoted(certain(step.entry.target))} ${at(step, "new")}; chown -h ${owners(step.entry)} ${at(step, "new")}` : `cp -p files/${step.index} ${at(step, "new")}`].join("\n")).join("\n")}
sync

# One rename each; the old file keeps a second name until all is well.
${files.map((step) => [...step.found === null ? [`: >times/made-${step.index}`] : [`[ -e ${at(step, "old")} ] || [ -L ${at(step, "old")} ] || ln -P ${quoted(step.path)} ${at(step, "old")} || cp -pP ${quoted(step.path)} ${at(step, "old")}`], `mv -fT ${at(step, "new")} ${quoted(step.path)}`].join("\n")).join("\n")}
sync
echo applied >state
done=1
`;
}
function undoScript(work, folder) {
	const files = work.filter((step) => !isDirectory(step)).toReversed();
	const at = (step, what) => beside(step.path, folder, step.index, what);
	const made = [...work.filter((step) => step.action === "create" && isDirectory(step)).map(({ path }) => path)].toReversed();
	return `#!/bin/sh
# pmta-vault: puts everything back as it was before the restore in this folder. Can be run again.
${begin(folder)}bad=0
# A second name of the same file, as when apply was cut off before its rename, is no move.
back() {
  if [ "$(stat -c %d:%i "$1")" = "$(stat -c %d:%i "$2" 2>/dev/null)" ]; then rm -f "$1"; else mv -fT "$1" "$2"; fi
}
[ -e state ] || { rm -rf files; echo undone >state; }
if [ "$(cat state)" = undone ]; then exit 0; fi
if [ "$(cat state)" = committed ]; then tar -x -p -f before.tar -C / --same-owner || bad=1; fi
${files.map((step) => step.found === null ? `if [ -e ${at(step, "new")} ] || [ -L ${at(step, "new")} ]; then rm -f ${at(step, "new")}
elif [ -e times/made-${step.index} ]; then rm -f ${quoted(step.path)}; fi || bad=1` : `if [ -e ${at(step, "old")} ] || [ -L ${at(step, "old")} ]; then back ${at(step, "old")} ${quoted(step.path)} || bad=1; fi
rm -f ${at(step, "new")} || bad=1`).join("\n")}
${work.filter(isDirectory).flatMap(({ path, found }) => found === null ? [] : [`chown ${found.uid}:${found.gid} ${quoted(path)} && chmod ${mode(found)} ${quoted(path)} || bad=1`]).join("\n")}
${made.map((path) => `[ ! -d ${quoted(path)} ] || rmdir ${quoted(path)} || bad=1`).join("\n")}
[ ! -e made ] || tac made | while IFS= read -r path; do [ ! -d "$path" ] || rmdir "$path"; done || bad=1
${aboveOf(work).map((path, index) => `[ ! -e times/${index} ] || touch -r times/${index} ${quoted(path)} || bad=1`).join("\n")}
sync
[ "$bad" != 0 ] || echo undone >state
rm -rf files
exit "$bad"
`;
}
/** With `left` as its argument it puts an end to a restore that nobody finished: no file of the host is touched. */
function commitScript(work, folder) {
	const files = work.filter((step) => !isDirectory(step));
	return `#!/bin/sh
# pmta-vault: the restore in this folder stays. What was there before is in before.tar; undo still works.
${begin(folder)}set -eu
state=$(cat state)
case "\${1:-} $state" in " applied"|" committed"|"left "*) ;; *) echo "state is $state"; exit 1;; esac
# Without a copy nothing had been replaced yet. Before the old names go, it is on disk what undo has to do.
if [ -e before.tar ]; then echo committed >state; else echo undone >state; fi
sync
${files.flatMap(({ path, index, found }) => [...found === null ? [] : [`rm -f ${beside(path, folder, index, "old")}`], `rm -f ${beside(path, folder, index, "new")}`]).join("\n")}
rm -rf files
sync
`;
}
const parentOf = (path) => path.slice(0, path.lastIndexOf("/"));
// src/flows/redact.ts
/**
* Takes out of what a host said every word that masking took out of its configs.
* @param configs  config texts and their masked forms
*/
function redact(said, configs) {
	const hidden = /* @__PURE__ */ new Set();
	for (const { text, masked } of configs) {
		const shown = new Set(wordsOf(masked));
		for (const word of wordsOf(text)) if (word.length > 2 && !shown.has(word)) hidden.add(word);
	}
	return [...hidden].sort((a, b) => b.length - a.length).reduce((line, word) => line.replaceAll(word, "[secret]"), said);
}
const wordsOf = (text) => text.split(/[\s"',;=<>]+/);
// src/flows/host-job.ts
/** Longest time for putting things back after the connection or the run has ended, ms. */
const recoveryMs = 9e4;
/** Something on the host did not go well; the connection stands. */
var Failure = class extends Error {
	name = "Failure";
	said;
	constructor(message, said) {
		super(message);
		this.said = said;
	}
};
/** Sends the folder of a restore. Nothing of the host is changed by it. @throws Problem "restore/refused" */
async function sendJob(job, tools) {
	const { bench, target, signal } = tools;
	const put = await bench.put(job.archive, signal).catch(async (cause) => {
		throw await notSent(cause, job.folder, tools);
	});
	if (put.status === 0) return;
	await bench.run(`rm -rf ${job.folder}`, tools.commandTimeoutMs, signal);
	throw new Problem("restore/refused", `${target.name} does not take the files; it is as it was before`, {
		data: saidBy(put, tools),
		hint: `is there room below /var/lib on ${target.name}, and may it be written?`
	});
}
/** The connection went while the files were on their way: they hold secrets, and are not left behind. */
async function notSent(cause, folder, tools) {
	const { target, signal } = tools;
	const why = signal.aborted ? "interrupted" : wordsOf$1(cause);
	const stop = AbortSignal.timeout(recoveryMs);
	const remove = `rm -rf ${folder}`;
	const isGone = async () => {
		try {
			var _usingCtx$2 = _usingCtx();
			return (await _usingCtx$2.a(await tools.reopen(stop)).run(remove, tools.commandTimeoutMs, stop)).status === 0;
		} catch (_) {
			_usingCtx$2.e = _;
		} finally {
			await _usingCtx$2.d();
		}
	};
	const left = await isGone().catch(() => false) ? [] : [`what was sent may still be there; to remove it: ${login(target)}${remove}`];
	const code = signal.aborted ? "run/interrupted" : "restore/rolled-back";
	return new Problem(code, `${why}; ${target.name} is as it was before`, {
		cause,
		data: [...cause instanceof Problem ? cause.data : [], ...left],
		hint: "look at the plan again: it was not begun"
	});
}
/** Runs one of the folder's scripts. @throws Failure */
async function runScript({ folder }, script, tools) {
	const ran = await tools.bench.run(`sh ${folder}/${script}`, tools.commandTimeoutMs, tools.signal);
	const what = {
		apply: "the files could not be put in place",
		commit: "it could not be completed"
	};
	if (ran.status !== 0) throw new Failure(what[script], saidBy(ran, tools));
}
async function stateBefore(tools) {
	const { bench, traits, prepared, commandTimeoutMs, signal } = tools;
	const succeeds = async (command) => (await bench.run(command, commandTimeoutMs, signal)).status === 0;
	const serviceRuns = prepared.facts.programs.has(traits.program) && await succeeds(traits.isRunning);
	const failing = /* @__PURE__ */ new Set();
	for (const check of tools.checks.filter(({ regression }) => regression)) if (skipReason(check, serviceRuns, tools) === null && !await succeeds(check.command)) failing.add(check.command);
	return {
		serviceRuns,
		failing
	};
}
/** @throws Failure when the check does not succeed */
async function runCheck(check, before, tools) {
	const { name, command } = check;
	const skipped = skipReason(check, before.serviceRuns, tools);
	if (skipped !== null) return {
		name,
		command,
		result: "skipped",
		said: skipped
	};
	const ran = await tools.bench.run(command, tools.commandTimeoutMs, tools.signal);
	const said = saidBy(ran, tools);
	if (ran.status === 0) return {
		name,
		command,
		result: "passed",
		said: said.join("\n")
	};
	if (!before.failing.has(command)) throw new Failure(`\`${command}\` ended with ${ran.status}`, said);
	return {
		name,
		command,
		result: "skipped",
		said: `it failed before the restore, too: ${said.join("; ")}`
	};
}
function skipReason(check, serviceRuns, { traits, prepared, target }) {
	if (check.name === "own") return null;
	if (!prepared.facts.programs.has(traits.program)) return `${traits.program} is not installed on ${target.name}`;
	return check.needsService && !serviceRuns ? `the service does not run on ${target.name}: start it` : null;
}
/** What was written is read again: every path must be as the plan says. */
async function proveApplied({ bench, prepared, signal }) {
	const wrong = planRestore(prepared.items, await bench.look(prepared.paths, signal), () => false).filter((step) => isWork(step) || step.action === "blocked");
	if (wrong.length > 0) throw new Failure("what was written reads back otherwise", wrong.slice(0, 5).map(({ path }) => path));
}
/**
* Puts everything back that a restore changed, over a connection of its own.
* @returns  what is not as it was before, each a sentence; empty when all is
*/
async function undoJob({ folder }, around, tools) {
	const stop = AbortSignal.timeout(recoveryMs);
	try {
		try {
			var _usingCtx3 = _usingCtx();
			const bench = _usingCtx3.a(await tools.reopen(stop));
			for (const command of around.before) await bench.run(command, tools.commandTimeoutMs, stop);
			const undone = await bench.run(`sh ${folder}/undo`, tools.commandTimeoutMs, stop);
			if (undone.status !== 0) {
				const said = saidBy(undone, tools);
				return said.length > 0 ? said : [`${folder}/undo ended with ${undone.status}`];
			}
			for (const command of around.after) await bench.run(command, tools.commandTimeoutMs, stop);
			const left = await differences(bench, tools, stop);
			if (left.length > 0) return left;
			for (const command of around.proven) await bench.run(command, tools.commandTimeoutMs, stop);
			return [];
		} catch (_) {
			_usingCtx3.e = _;
		} finally {
			await _usingCtx3.d();
		}
	} catch (problem) {
		return [wordsOf$1(problem)];
	}
}
/** What is not as the plan found it. */
async function differences(bench, { prepared }, signal) {
	const now = planRestore(prepared.items, await bench.look(prepared.paths, signal), prepared.belongs);
	const before = new Set(planLines(prepared.steps));
	return planLines(now).flatMap((line, index) => before.has(line) ? [] : [`${now[index]?.path} is not as it was before`]);
}
function halfDone(why, data, folder, { target }, cause) {
	const there = login(target);
	return new Problem("restore/half-done", `${why}; ${target.name} may be half restored`, {
		cause,
		data: [
			...data,
			`state:  ${there}cat ${folder}/state`,
			`undo:   ${there}sh ${folder}/undo`,
			`finish: ${there}sh ${folder}/apply, then ${there}sh ${folder}/commit`
		],
		hint: "once the host can be reached, run one of these; each can be run again"
	});
}
const login = ({ user, address, port }) => `ssh -p ${port} ${user}@${address} ${user === "root" ? "" : "sudo "}`;
/** The last words of a command, without the secrets of the configs. */
function saidBy({ output }, { prepared }) {
	return redact(output.revealText("shown without the secrets of the configs"), prepared.configs).split("\n").filter((line) => line.trim() !== "").slice(-6).map((line) => line.slice(0, 300));
}
// src/seal/plan-key.ts
function planDigests({ lines }) {
	const key = (purpose) => Buffer.from(hkdfSync("sha256", [...lines].sort().join("\n"), "pmta-vault", purpose, 32));
	const digest = (secret, value) => createHmac("sha256", secret).update(value).digest("hex").slice(0, 16);
	const [plan, value] = [key("restore plan, 1"), key("restore value, 1")];
	return {
		ofPlan: (text) => digest(plan, text.join("\n")),
		ofValue: (found) => digest(value, found)
	};
}
// src/flows/prepare-plan.ts
async function preparePlan(request, opened, signed, bench, tools, signal) {
	const { profile, fleet } = tools;
	const { licenseCategory } = profile.restore;
	const items = opened.filter(({ category }) => !(request.withoutLicense && category === licenseCategory)).map((item) => ({
		...item,
		entry: namedOwners(item, profile)
	}));
	const planned = planCategories(profile, fleet.categories).filter(({ name }) => items.some(({ category }) => category === name));
	const paths = pathsToLook(items, fixedRoots(planned).flatMap((root) => root.kind === "tree" ? [root.path] : []));
	const facts = await bench.facts({
		users: unique(items.map(({ entry }) => entry.owner)),
		groups: unique(items.map(({ entry }) => entry.group)),
		programs: [profile.restore.program]
	}, signal);
	const listed = await bench.look(paths, signal);
	const through = belowLinks(items, listed);
	const found = through.length === 0 ? listed : [...listed, ...await bench.look(through, signal)];
	const belongs = (path) => request.paths.length === 0 && planned.some((category) => claims(category, path));
	const steps = planRestore(items, found, belongs);
	const digests = planDigests(request.identities);
	const shown = new Set(profile.categories.filter(({ shownMasked }) => shownMasked).map(({ name }) => name));
	const masked = (path, text) => profile.mask(path, text, digests.ofValue);
	const texts = configPairs(items, found, shown, masked);
	const obstacles = [...namesMissing(items, facts, request.target.name), ...steps.flatMap(obstacle)];
	const reissue = reissues(items, found, facts, profile);
	const about = {
		target: request.target.name,
		user: request.target.user,
		hostname: facts.hostname,
		diff: textDiff(texts.before, texts.after),
		obstacles,
		reissue,
		steps: steps.map(({ action, path, wanted, found: now }) => ({
			action,
			path,
			before: rights(now),
			after: rights(wanted)
		}))
	};
	const snapshotHash = createHash("sha256").update(signed.bytes).digest("hex");
	const hash = digests.ofPlan([
		request.target.name,
		request.target.address,
		snapshotHash,
		...planLines(steps)
	]);
	const other = request.host === request.target.name ? [] : [`these are files of ${request.host}, to be restored onto ${request.target.name}`];
	return {
		plan: {
			hash,
			...about
		},
		steps,
		items,
		found,
		facts,
		paths: [...paths, ...through],
		belongs,
		configs: texts.pairs,
		warnings: other
	};
}
/** The roots of the categories, and what is restored elsewhere; nothing twice. */
function pathsToLook(items, roots) {
	const isBelow = (path) => roots.some((root) => path === root || path.startsWith(`${root}/`));
	return [...roots, ...items.filter(({ entry: { kind, path } }) => kind !== "directory" && !isBelow(path)).map(({ entry }) => entry.path)];
}
/** What is wanted where the host has linked a directory; a listing does not follow links by itself. */
function belowLinks(items, listed) {
	const links = listed.filter(({ entry: { kind } }) => kind === "link").map(({ entry: { path } }) => `${path}/`);
	return items.filter(({ entry: { kind, path } }) => kind !== "directory" && links.some((link) => path.startsWith(link))).map(({ entry: { path } }) => path);
}
/** A backup that could not see names has numbers, which mean nothing on another machine. */
function namedOwners({ category, entry }, profile) {
	if (entry.owner !== String(entry.uid) && entry.group !== String(entry.gid)) return entry;
	const usual = profile.restore.rights(category);
	const mode = entry.kind === "file" ? usual.mode ?? entry.mode : entry.mode;
	return {
		...entry,
		owner: usual.owner,
		group: usual.group,
		mode
	};
}
function configPairs(items, found, shown, mask) {
	const now = new Map(found.map((file) => [file.entry.path, file.content]));
	const before = /* @__PURE__ */ new Map();
	const after = /* @__PURE__ */ new Map();
	const pairs = [];
	const add = (to, path, text) => {
		const masked = mask(path, text);
		to.set(path.slice(1), masked);
		pairs.push({
			text,
			masked
		});
	};
	for (const { category, entry, content } of items) {
		if (content === null || !shown.has(category)) continue;
		const there = now.get(entry.path) ?? null;
		if (there !== null) add(before, entry.path, there.revealText("mask it for the diff"));
		add(after, entry.path, content.revealText("mask it for the diff"));
	}
	return {
		before,
		after,
		pairs
	};
}
function namesMissing(items, facts, target) {
	const users = unique(items.map(({ entry }) => entry.owner)).filter((name) => !facts.users.has(name));
	const groups = unique(items.map(({ entry }) => entry.group)).filter((name) => !facts.groups.has(name));
	return [...users.map((name) => `user ${name}`), ...groups.map((name) => `group ${name}`)].map((name) => `${target} has no ${name}: install PowerMTA first, or make it`);
}
function obstacle({ action, path, wanted, found }) {
	return action === "blocked" ? [`${path} is a ${found?.kind} on the host, and a ${wanted?.kind} in the backup`] : [];
}
function reissues(items, found, { macs }, profile) {
	const now = new Map(found.map(({ entry }) => [entry.path, entry.sha256]));
	return items.filter(({ category, entry, content }) => {
		return category === profile.restore.licenseCategory && content !== null && now.get(entry.path) !== entry.sha256;
	}).flatMap(({ entry, content }) => profile.restore.bindings(entry.path, certain(content).revealText("its MAC"))).flatMap(({ path, mac, facts }) => mac === null || macs.includes(mac) ? [] : [{
		path,
		facts,
		oldMac: mac,
		newMacs: macs
	}]);
}
function rights(entry) {
	if (entry === null) return null;
	if (entry.kind === "link") return `link -> ${entry.target}`;
	return `${entry.mode.toString(8).padStart(4, "0")} ${entry.owner}:${entry.group}`;
}
const unique = (names) => [...new Set(names)].sort();
/**
* For a shell on the host. A restore whose session lives is under way, and left alone.
* @returns  lines `ended FOLDER` and `failed FOLDER`, read by `endedJobs`
*/
const endLeftJobs = `
lives() {
  read -r pid start <"$1/session" 2>/dev/null || return 1
  [ -n "$start" ] && [ "$(sed 's/.*) //' "/proc/$pid/stat" 2>/dev/null | cut -d ' ' -f 20)" = "$start" ]
}
for folder in ${place}/*; do
  [ -d "$folder" ] || continue
  if [ ! -s "$folder/state" ] && [ ! -e "$folder/before.tar" ]; then
    [ -z "$(find "$folder" -maxdepth 0 -mmin +10)" ] || rm -rf "$folder"
    continue
  fi
  [ -d "$folder/files" ] || continue
  ! lives "$folder" || continue
  if sh "$folder/commit" left >/dev/null 2>&1 && [ ! -d "$folder/files" ]; then echo "ended $folder"; else echo "failed $folder"; fi
done
`.trim();
/** @returns  sentences for people */
function endedJobs(said) {
	return said.split("\n").flatMap((line) => {
		const [, verb, folder] = /^(ended|failed) (\/[\w./-]+)$/.exec(line) ?? [];
		if (folder === void 0) return [];
		return verb === "ended" ? [`an earlier restore had been cut off; what it left is cleared away. To undo it: sh ${folder}/undo`] : [`an earlier restore had been cut off, and what it left stays: see ${folder} and its script undo`];
	});
}
// src/flows/apply-plan.ts
/** Applies a confirmed plan, checks the host, and puts everything back when a check fails. */
async function applyPlan(tools) {
	const { target, prepared, signal, say } = tools;
	const job = makeJob(prepared.steps, prepared.items, tools.job);
	const before = await stateBefore(tools);
	signal.throwIfAborted();
	await sendJob(job, tools);
	let reloaded = false;
	try {
		say(`applying on ${target.name}; to undo it there: sh ${job.folder}/undo`);
		await runScript(job, "apply", tools);
		await proveApplied(tools);
		const checks = [];
		for (const check of tools.checks) {
			reloaded ||= check.command === tools.traits.reload;
			checks.push(await runCheck(check, before, tools));
		}
		await runScript(job, "commit", tools);
		return {
			folder: job.folder,
			checks
		};
	} catch (cause) {
		throw await putBack(cause, job, reloaded, tools);
	}
}
/** @returns the Problem to throw: it says in what state the host is */
async function putBack(cause, job, reloaded, tools) {
	const { target, say } = tools;
	const why = tools.signal.aborted ? "interrupted" : wordsOf$1(cause);
	const data = cause instanceof Failure ? cause.said : cause instanceof Problem ? cause.data : [];
	say(`${why}: putting everything back on ${target.name}`);
	const left = await undoJob(job, {
		before: [],
		after: reloaded ? [tools.traits.reload] : [],
		proven: []
	}, tools);
	if (left.length > 0) return halfDone(why, [...data, ...left], job.folder, tools, cause);
	const code = tools.signal.aborted ? "run/interrupted" : "restore/rolled-back";
	return new Problem(code, `${why}; ${target.name} is as it was before`, {
		cause,
		data,
		hint: `put that right and look at the plan again; what was tried is in ${job.folder} on ${target.name}`
	});
}
// src/flows/restore-to.ts
async function restoreTo(request, tools, signal) {
	try {
		var _usingCtx$1 = _usingCtx();
		const started = performance.now();
		const { target } = request;
		const applies = isConfirmed(request);
		const fetched = await fetchSnapshot(request, tools, signal);
		refuseLogs(fetched.logs);
		const items = await openFetched(fetched, request.identities, request.paths);
		const bench = _usingCtx$1.a(await tools.transport.workbench(target, signal));
		const prepared = await preparePlan(request, items, fetched.chosen.signed, bench, tools, signal);
		const { plan } = prepared;
		await tools.keepPlan(plan);
		const done = (applied, warnings = []) => report(fetched, prepared.items, {
			form: "to",
			plan,
			applied
		}, [...prepared.warnings, ...warnings], started);
		if (!applies) return done(null);
		if (plan.hash !== request.planHash) throw planChanged(request, plan);
		refuse(target, prepared);
		const left = endedJobs((await bench.run(endLeftJobs, tools.commandTimeoutMs, signal)).output.revealText("names of folders"));
		if (!prepared.steps.some(isWork)) return done({
			folder: null,
			checks: []
		}, [...left, "there was nothing to do"]);
		const { snapshot } = fetched.chosen.signed;
		return done(await applyPlan({
			target,
			bench,
			prepared,
			commandTimeoutMs: tools.commandTimeoutMs,
			say: tools.say,
			signal,
			reopen: (stop) => tools.transport.workbench(target, stop),
			traits: tools.profile.restore,
			checks: checksOf(request, prepared, tools.profile),
			job: {
				id: jobId(tools.now(), plan.hash),
				title: `snapshot ${snapshot.sequence} of ${snapshot.host} onto ${target.name}`,
				time: Math.floor(tools.now().getTime() / 1e3)
			}
		}), left);
	} catch (_) {
		_usingCtx$1.e = _;
	} finally {
		await _usingCtx$1.d();
	}
}
/** Whether the plan shall be applied. Refused before anything is read when the wrong host is named. */
function isConfirmed({ target, confirm, planHash, planOnly, host }) {
	if (confirm !== null && confirm !== target.name) throw new Problem("restore/wrong-host", `confirm names ${confirm.slice(0, 60)}, and the target is ${target.name}`, { hint: "name the host that is to be overwritten in both" });
	if (planOnly || confirm === null && planHash === null) return false;
	if (confirm === null) throw new Problem("restore/not-confirmed", `nobody confirmed that ${target.name} is to be overwritten`, { hint: `give --confirm ${target.name} with the plan-hash; without both, the plan is shown` });
	if (planHash !== null) return true;
	const source = host === target.name ? "" : ` --host ${host}`;
	throw new Problem("restore/not-confirmed", "there is no plan-hash: nobody has looked at the plan yet", { hint: `run \`pmta-vault restore${source} --to ${target.name} --plan\`, read it, and give its hash with --plan-hash` });
}
function planChanged({ target, planHash }, plan) {
	return new Problem("restore/plan-changed", `the plan for ${target.name} is not the one that was confirmed`, {
		data: [`confirmed ${planHash?.slice(0, 64)}`, `now       ${plan.hash}`],
		hint: "the host, the snapshot or the identity is another than then: look at the plan again; nothing was written"
	});
}
function refuse(target, prepared) {
	const [licence] = prepared.plan.reissue;
	if (licence !== void 0) {
		const sent = Object.entries(licence.facts).map(([name, value]) => `${name}: ${value}`);
		throw new Problem("restore/other-hardware", `${licence.path} is bound to other hardware than ${target.name}`, {
			data: [
				...sent,
				`old MAC: ${licence.oldMac}`,
				`new MAC: ${licence.newMacs.join(", ") || "unknown"}`
			],
			hint: "send these facts to the vendor for a re-issue, and go on with --without-license; nothing was written"
		});
	}
	refusePlan(target, prepared);
}
/** @throws Problem "restore/blocked" when something on the host is in the way */
function refusePlan(target, { plan }) {
	if (plan.obstacles.length === 0) return;
	throw new Problem("restore/blocked", `the plan cannot be applied to ${target.name}; nothing was written`, {
		data: plan.obstacles.slice(0, 10),
		hint: "put that right on the host first, then look at the plan again"
	});
}
function checksOf({ checks }, { items }, profile) {
	if (checks.length > 0) return checks.map((command) => ({
		name: "own",
		command,
		needsService: false,
		regression: false
	}));
	return profile.restore.checks(configTexts(items, profile));
}
function configTexts(items, profile) {
	const shown = new Set(profile.categories.filter(({ shownMasked }) => shownMasked).map(({ name }) => name));
	return new Map(items.flatMap(({ category, entry, content }) => content !== null && shown.has(category) ? [[entry.path, content.revealText("find what it names")]] : []));
}
export { Failure as a, runScript as c, undoJob as d, jobId as f, planRestore as h, preparePlan as i, sendJob as l, isWork as m, refusePlan as n, halfDone as o, makeJob as p, restoreTo as r, runCheck as s, configTexts as t, stateBefore as u };
