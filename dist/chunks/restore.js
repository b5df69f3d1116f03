import { t as Problem } from "./problem.js";
import { t as targetProblem } from "./target-problem.js";
import { r as checkChain } from "./prune-record.js";
import { a as SignedFiles, n as openAll, t as fetchBundles } from "./fetch-bundles.js";
import { readFile } from "node:fs/promises";
import { userInfo } from "node:os";
import { dirname, join } from "node:path";
import * as fs from "node:fs";
// src/restore/owners.ts
/** As `/etc/passwd` and `/etc/group` have them. */
async function localOwners() {
	const [users, groups] = await Promise.all(["/etc/passwd", "/etc/group"].map(names));
	return {
		users: users ?? /* @__PURE__ */ new Map(),
		groups: groups ?? /* @__PURE__ */ new Map()
	};
}
async function names(path) {
	const text = await readFile(path, "utf8").catch(() => "");
	return new Map(text.split("\n").flatMap((line) => {
		const [name = "", , id = ""] = line.split(":");
		return /^\d+$/.test(id) ? [[name, Number(id)]] : [];
	}));
}
// src/restore/unpack.ts
/** Puts files into an empty directory of this machine. Never outside of it, and all of it or nothing. */
/**
* @param items      sorted by path; checked, so that none leads out or lies below a link
* @param directory  empty, or not there
* @param owners     null: this account cannot give files away, and all are its own
* @throws Problem "restore/not-empty", "restore/full", "restore/refused"; nothing is left behind then
*/
function unpack(items, directory, owners) {
	const made = openTarget(directory);
	try {
		return write(items, directory, owners);
	} catch (cause) {
		for (const name of fs.readdirSync(directory)) fs.rmSync(join(directory, name), { recursive: true });
		if (made) fs.rmdirSync(directory);
		throw targetProblem(directory, cause);
	}
}
/** @returns whether the directory was made */
function openTarget(directory) {
	try {
		if (fs.existsSync(directory) && fs.readdirSync(directory).length > 0) throw new Problem("restore/not-empty", `${directory} is not empty; nothing was written`, { hint: "name a new or empty directory: nothing is ever overwritten" });
		return fs.mkdirSync(directory, {
			recursive: true,
			mode: 448
		}) !== void 0;
	} catch (cause) {
		throw targetProblem(directory, cause);
	}
}
/** One call after the other: for many small files that is several times faster than a call each on the pool. */
function write(items, directory, owners) {
	const unknown = /* @__PURE__ */ new Set();
	const idsOf = (item) => idsFor(item, owners, unknown);
	for (const { entry } of items.filter(({ entry: { kind } }) => kind === "directory")) fs.mkdirSync(join(directory, entry.path), {
		recursive: true,
		mode: 448
	});
	for (const item of items.filter(({ entry: { kind } }) => kind === "file")) writeFile(join(directory, item.entry.path), item, idsOf(item));
	for (const item of items.filter(({ entry: { kind } }) => kind === "link")) {
		const path = join(directory, item.entry.path);
		fs.mkdirSync(dirname(path), { recursive: true });
		fs.symlinkSync(item.entry.target ?? "", path);
		const ids = idsOf(item);
		if (ids !== null) fs.lchownSync(path, ...ids);
		fs.lutimesSync(path, item.entry.mtime, item.entry.mtime);
	}
	for (const item of items.filter(({ entry: { kind } }) => kind === "directory").toReversed()) {
		const path = join(directory, item.entry.path);
		const ids = idsOf(item);
		if (ids !== null) fs.chownSync(path, ...ids);
		fs.chmodSync(path, item.entry.mode);
		fs.utimesSync(path, item.entry.mtime, item.entry.mtime);
	}
	return { unknownOwners: [...unknown].sort() };
}
function writeFile(path, { entry, content }, ids) {
	const file = createFile(path);
	try {
		const bytes = content?.reveal("write it where the operator asked for it") ?? /* @__PURE__ */ new Uint8Array();
		for (let at = 0; at < bytes.length;) at += fs.writeSync(file, bytes, at);
		if (ids !== null) fs.fchownSync(file, ...ids);
		fs.fchmodSync(file, entry.mode);
		fs.futimesSync(file, entry.mtime, entry.mtime);
	} finally {
		fs.closeSync(file);
	}
}
/** `wx` refuses what is there already, links included. */
function createFile(path) {
	try {
		return fs.openSync(path, "wx", 384);
	} catch (error) {
		if (error.code !== "ENOENT") throw error;
		fs.mkdirSync(dirname(path), { recursive: true });
		return fs.openSync(path, "wx", 384);
	}
}
function idsFor({ entry }, owners, unknown) {
	if (owners === null) return null;
	const user = owners.users.get(entry.owner);
	const group = owners.groups.get(entry.group);
	if (user === void 0 && entry.owner !== String(entry.uid)) unknown.add(`user ${entry.owner}`);
	if (group === void 0 && entry.group !== String(entry.gid)) unknown.add(`group ${entry.group}`);
	return [user ?? entry.uid, group ?? entry.gid];
}
// src/flows/choose-snapshot.ts
/**
* The snapshot to restore from, trusted. What is wrong with others of the host is a warning: on the day of the
* disaster an old snapshot that was damaged must not stand in the way.
* @param at  `latest`, a number, or a time (ISO 8601, UTC unless it says otherwise)
* @throws Problem "restore/no-such-snapshot", "seal/…", "vault/newer-format"
*/
async function chooseSnapshot(host, at, tools, signal) {
	if (!/^[\w.-]+$/.test(host)) throw noSuchSnapshot(host, at, [], emptyChain, tools.vault.location);
	const files = new SignedFiles();
	for await (const { path, bytes } of tools.vault.contents(["prunes/", `snapshots/${host}/`], signal)) files.add(path, bytes);
	const stored = files.of(host);
	const { signers } = tools.fleet;
	const { records, problem: distrust } = files.prunes(signers);
	const chain = checkChain(host, stored, {
		signers,
		records
	}, tools.now());
	const sequence = sequenceAt(at, stored, chain);
	if (sequence === null) throw noSuchSnapshot(host, at, stored, chain, tools.vault.location);
	const own = chain.faults.find((fault) => fault.sequence === sequence && fault.problem.code !== "seal/gap");
	if (own !== void 0) throw withAnother(own.problem, host, chain);
	const signed = chain.snapshots.get(sequence);
	if (signed === void 0) throw noSuchSnapshot(host, at, stored, chain, tools.vault.location);
	return {
		signed,
		chain,
		upTo: stored.filter((snapshot) => snapshot.sequence <= sequence),
		warnings: [...distrust === null ? [] : [distrust], ...chain.faults.map(({ problem }) => problem)].map((problem) => `${problem.message} (${problem.code})`)
	};
}
const emptyChain = {
	snapshots: /* @__PURE__ */ new Map(),
	faults: []
};
function sequenceAt(at, stored, chain) {
	if (at === "latest") return stored.at(-1)?.sequence ?? null;
	if (/^\d{1,8}$/.test(at)) return stored.find(({ sequence }) => sequence === Number(at))?.sequence ?? null;
	const time = timeOf(at);
	return [...chain.snapshots.values()].filter(({ snapshot }) => Date.parse(snapshot.takenAt) <= time).at(-1)?.snapshot.sequence ?? null;
}
const timeForm = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(:\d\d(?:\.\d{1,3})?)?(Z|[+-]\d\d:?\d\d)?)?$/;
/** ms since 1970; a day without a time means its end */
function timeOf(text) {
	const [, day, minutes, seconds = ":00", zone = "Z"] = timeForm.exec(text) ?? [];
	const time = minutes === void 0 ? Date.parse(`${day}T23:59:59.999Z`) : Date.parse(`${day}T${minutes}${seconds}${zone}`);
	if (!Number.isNaN(time)) return time;
	throw new Problem("settings/invalid", `at is ${JSON.stringify(text.slice(0, 40))}`, { hint: "say latest, the number of a snapshot, or a time such as 2026-11-24 or 2026-11-24T05:00Z" });
}
function noSuchSnapshot(host, at, stored, chain, location) {
	const [first, last] = [stored[0], stored.at(-1)];
	if (first === void 0 || last === void 0) return new Problem("restore/no-such-snapshot", `${location} has no snapshot of ${JSON.stringify(host.slice(0, 80))}`, { hint: "`pmta-vault verify` lists the hosts that the vault has" });
	const times = [first, last].map(({ sequence }) => {
		const takenAt = chain.snapshots.get(sequence)?.snapshot.takenAt;
		return takenAt === void 0 ? `${sequence}` : `${sequence} of ${takenAt}`;
	});
	return new Problem("restore/no-such-snapshot", `${host} has no snapshot for ${at.slice(0, 40)}`, { hint: `there are ${times.join(" to ")}` });
}
/** The same problem, with the way round it. */
function withAnother(problem, host, chain) {
	const bad = new Set(chain.faults.map(({ sequence }) => sequence));
	const good = [...chain.snapshots.keys()].filter((sequence) => !bad.has(sequence)).at(-1);
	const way = good === void 0 ? "" : `; --at ${good} is the newest of ${host} that can be trusted`;
	return new Problem(problem.code, problem.message, {
		data: problem.data,
		hint: `${problem.hint ?? ""}${way}`
	});
}
// src/flows/restore.ts
/** The story of a restore: choose a snapshot, check everything, and only then write. */
async function fetchSnapshot(request, tools, signal) {
	const chosen = await chooseSnapshot(request.host, request.at, tools, signal);
	const { snapshot } = chosen.signed;
	const bundles = await fetchBundles(snapshot, request.categories, tools, signal);
	const logs = request.categories.length === 0 ? logsLeft(snapshot) : [];
	return {
		chosen,
		bundles,
		warnings: [
			...chosen.warnings,
			...olderCopies(snapshot, bundles),
			...logs
		]
	};
}
/** Opens what was fetched into memory, checked against the manifests. */
async function openFetched({ chosen, bundles }, identities, paths) {
	return await openAll(chosen.signed.snapshot, bundles, identities, paths);
}
/** Restores into an empty directory of this machine. */
async function restoreOut(request, tools, signal) {
	const started = performance.now();
	const fetched = await fetchSnapshot(request, tools, signal);
	const items = await openFetched(fetched, request.identities, request.paths);
	const owners = userInfo().uid === 0 ? await localOwners() : null;
	signal.throwIfAborted();
	const { unknownOwners } = unpack(items, request.directory, owners);
	const warnings = [...owners === null ? ["not run as root: all files are owned by this account; modes and times are kept"] : [], ...unknownOwners.map((name) => `this machine has no ${name}: the host's number was used`)];
	return report(fetched, items, {
		form: "out",
		directory: request.directory
	}, warnings, started);
}
/** What a restore would give. Writes nothing. */
async function restoreList(request, tools, signal) {
	const started = performance.now();
	const fetched = await fetchSnapshot(request, tools, signal);
	const items = await openFetched(fetched, request.identities, request.paths);
	return report(fetched, items, {
		form: "list",
		files: items.map(({ category, entry, content }) => ({
			path: entry.path,
			category,
			bytes: content?.size ?? 0,
			rights: entry.kind === "link" ? `link -> ${entry.target}` : `${entry.mode.toString(8).padStart(4, "0")} ${entry.owner}:${entry.group}`
		}))
	}, [], started);
}
/** @param items  null: nothing was opened */
function report({ chosen, bundles, warnings }, items, outcome, more, started) {
	const { host, sequence, takenAt } = chosen.signed.snapshot;
	return {
		command: "restore",
		host,
		sequence,
		takenAt,
		outcome,
		categories: bundles.map(({ category, ref }) => {
			const own = items?.filter((item) => item.category === category && item.content !== null);
			return {
				name: category,
				files: own?.length ?? ref.files,
				bytes: own?.reduce((sum, { content }) => sum + (content?.size ?? 0), 0) ?? ref.bytes,
				capturedAt: ref.capturedAt
			};
		}),
		warnings: [...warnings, ...more],
		ms: Math.round(performance.now() - started),
		exit: "good"
	};
}
function logsLeft({ categories }) {
	const names = Object.keys(categories).filter((name) => categories[name]?.log);
	return names.length === 0 ? [] : [`${names.join(", ")}: logs are not restored by this command; docs/FORMAT.md shows how by stock tools`];
}
/** Where the host had lost a category by then, the copy from before is what can be restored. */
function olderCopies(snapshot, bundles) {
	return bundles.flatMap(({ category, ref }) => {
		const status = snapshot.categories[category]?.status;
		if (status === "stored" || status === "unchanged") return [];
		return [`${category}: ${status === "missing" ? "the host had none" : "it could not be read"} at ${snapshot.takenAt}; this is the copy of ${ref.capturedAt}`];
	});
}
export { restoreOut as a, restoreList as i, openFetched as n, unpack as o, report as r, localOwners as s, fetchSnapshot as t };
