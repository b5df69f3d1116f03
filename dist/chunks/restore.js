import { t as certain } from "./certain.js";
import { t as firstLines } from "./first-lines.js";
import { t as compareTexts } from "./order.js";
import { t as Problem } from "./problem.js";
import { t as targetProblem } from "./target-problem.js";
import { i as checkChain } from "./prune-record.js";
import { a as PrunedLogs, t as collectLogs } from "./log-page.js";
import { a as bundleProblem, n as openAll, o as SignedFiles, r as storeFor, t as fetchBundles } from "./fetch-bundles.js";
import { n as pathFilter, t as isNormalPath } from "./path-pattern.js";
import { r as StreamEnded, t as ByteReader } from "./byte-reader.js";
import { n as frameParts, t as MalformedFrame } from "./zstd-frame.js";
import { t as decrypt } from "./identity.js";
import { r as unopened } from "./open.js";
import { t as Secret } from "./secret.js";
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { userInfo } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { gunzip, zstdDecompress } from "node:zlib";
import * as fs from "node:fs";
// src/restore/owners.ts
/** As `passwd` and `group` have them; none where these are not, as in the smallest containers. */
async function localOwners(etc = "/etc") {
	const [users, groups] = await Promise.all([names(`${etc}/passwd`), names(`${etc}/group`)]);
	return {
		users,
		groups
	};
}
async function names(path) {
	const lines = (await readFile(path, "utf8").catch(() => "")).matchAll(/^([^:\n]*):[^:\n]*:(\d+)(?=:|$)/gm);
	return new Map([...lines].map(([, name, id]) => [certain(name), Number(id)]));
}
// src/restore/unpack.ts
/** Puts files into an empty directory of this machine. Never outside of it, and all of it or nothing. */
/**
* @param items      sorted by path; checked, so that none leads out or lies below a link
* @param logs       as `items`, and none of them
* @param directory  empty, or not there
* @param owners     null: this account cannot give files away, and all are its own
* @throws Problem "restore/not-empty", "restore/full", "restore/refused"; nothing is left behind then
*/
async function unpack(items, logs, directory, owners) {
	const made = openTarget(directory);
	try {
		return await write(items, logs, directory, owners);
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
async function write(items, logs, directory, owners) {
	const unknown = /* @__PURE__ */ new Set();
	const idsOf = (item) => idsFor(item, owners, unknown);
	for (const { entry } of items.filter(({ entry: { kind } }) => kind === "directory")) fs.mkdirSync(join(directory, entry.path), {
		recursive: true,
		mode: 448
	});
	for (const item of items.filter(({ entry: { kind } }) => kind === "file")) writeFile(join(directory, item.entry.path), item, idsOf(item));
	for (const log of logs) await writeLog(join(directory, log.entry.path), log, idsOf(log));
	for (const item of items.filter(({ entry: { kind } }) => kind === "link")) {
		const path = join(directory, item.entry.path);
		fs.mkdirSync(dirname(path), { recursive: true });
		fs.symlinkSync(certain(item.entry.target), path);
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
		const bytes = certain(content).reveal("write it where the operator asked for it");
		for (let at = 0; at < bytes.length;) at += fs.writeSync(file, bytes, at);
		setRights(file, entry, ids);
	} finally {
		fs.closeSync(file);
	}
}
/** Piece by piece, so that memory does not grow with the file. */
async function writeLog(path, { entry, content }, ids) {
	const file = createFile(path);
	try {
		for await (const piece of content()) {
			const bytes = piece.reveal("write it where the operator asked for it");
			for (let at = 0; at < bytes.length;) at += fs.writeSync(file, bytes, at);
		}
		setRights(file, entry, ids);
	} finally {
		fs.closeSync(file);
	}
}
function setRights(file, { mode, mtime }, ids) {
	if (ids !== null) fs.fchownSync(file, ...ids);
	fs.fchmodSync(file, mode);
	fs.futimesSync(file, mtime, mtime);
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
// src/seal/assemble-log.ts
/** A log file put together again from its segments, one of them in memory at a time. */
const ungzip = promisify(gunzip);
const unzstd = promisify(zstdDecompress);
/** Far above what one frame or member of a segment holds. */
const maxOutputLength = 536870912;
/**
* Whether segments cover a file from its first stored byte to its last, each byte once.
* @throws Problem "store/missing"
*/
function checkSpan({ id, size, segments }) {
	let at = 0;
	for (const { first, end } of segments) {
		if (first !== at) throw gap(id, at, first);
		at = end;
	}
	if (at !== size) throw gap(id, at, size);
}
/**
* The plaintext of one segment, in pieces.
* @param sealed  whose digest was compared with the signed one
* @throws        Problem "seal/wrong-identity", "seal/truncated", "seal/bundle-altered"
*/
async function* openSegment(sealed, segment, identities) {
	const packed = await decryptSegment(sealed, segment, identities);
	let bytes = 0;
	try {
		for await (const content of unpacked(packed)) {
			bytes += content.length;
			yield content;
		}
	} catch (cause) {
		if (!isMalformed(cause)) throw cause;
		throw altered(segment, "it cannot be decompressed", cause);
	}
	if (bytes !== segment.end - segment.first) throw altered(segment, `it holds ${bytes} bytes`);
}
/** As `openSegment`, still compressed: enough to know that it opens. */
async function decryptSegment(sealed, segment, identities) {
	const packed = await decrypt(sealed, identities);
	if (typeof packed === "string") throw unopened(packed, segment);
	return packed;
}
/** A segment is frames, or gzip members, one behind the other. The runtime opens one zstd frame at a time. */
async function* unpacked(packed) {
	if (packed[0] === 31 && packed[1] === 139) {
		yield await ungzip(packed, { maxOutputLength });
		return;
	}
	const source = new ByteReader(0);
	source.push(packed);
	source.end();
	for (let left = packed.length; left > 0;) {
		const parts = [];
		for await (const part of frameParts(source)) {
			parts.push(part);
			left -= part.length;
		}
		yield await unzstd(Buffer.concat(parts), { maxOutputLength });
	}
}
/** What the readers of compressed data throw; all else is somebody else's. */
function isMalformed(error) {
	return error instanceof Error && "code" in error && /^(Z_|ZSTD_|ERR_)/.test(String(error.code)) || error instanceof MalformedFrame || error instanceof StreamEnded;
}
function altered({ key }, what, cause) {
	return new Problem("seal/bundle-altered", `${key} is not what was sealed: ${what}`, {
		cause,
		hint: "someone sealed another thing under this name; find out who could write"
	});
}
function gap(id, from, to) {
	return new Problem("store/missing", `${id} has no segment for its bytes ${from} to ${to}`, { hint: "take it from another clone of the vault; `pmta-vault verify` says what else is missing" });
}
// src/flows/find-logs.ts
const isLog = ({ categories }, name) => categories[name]?.log !== void 0;
/** Log categories that a snapshot has and a request asks for. */
function wantedLogs({ categories, paths, allLogs }, snapshot) {
	if (categories.length > 0) return categories.filter((name) => isLog(snapshot, name));
	const all = Object.keys(snapshot.categories).filter((name) => isLog(snapshot, name));
	return paths.length > 0 || allLogs ? all : [];
}
/**
* @returns  sorted by category and path
* @throws   Problem "restore/nothing" for a category that was asked for and has no page, "store/missing" for one that
*           a page names, "seal/altered", "seal/wrong-host", "seal/unsafe-path"
*/
async function findLogs(request, snapshot, { vault, pruned }, signal) {
	const { host, sequence } = snapshot;
	const isWanted = request.paths.length === 0 ? () => true : pathFilter(request.paths);
	const logs = [];
	const gone = [];
	const isAskedFor = ({ present, path }) => (present || request.allLogs) && isWanted(path);
	for (const category of wantedLogs(request, snapshot)) {
		const ref = snapshot.categories[category]?.log;
		if (!ref) {
			if (request.categories.length === 0) continue;
			throw new Problem("restore/nothing", `snapshot ${sequence} of ${host} has no copy of ${category}`, { hint: "none of its files had been stored by then" });
		}
		const pages = await pagesOf(host, category, vault, signal);
		const read = async (key) => pages.get(key) ?? null;
		const collected = await collectLogs(ref, host, category, read, pruned);
		if (request.allLogs && collected.missing !== null) throw pageMissing(collected.missing);
		for (const log of collected.files.filter(isAskedFor)) {
			checkSpan(log);
			logs.push({
				category,
				ref,
				log,
				entry: entryOf(log)
			});
		}
		gone.push(...collected.gone.filter(isAskedFor).map(({ path }) => path));
	}
	return {
		logs,
		gone
	};
}
function pageMissing({ key }) {
	return new Problem("store/missing", `the vault has no ${key}: files that it named would be left out`, { hint: "take it from a clone you trust; without --all-logs the files that the host had then still come back" });
}
async function pagesOf(host, category, vault, signal) {
	const pages = /* @__PURE__ */ new Map();
	for await (const { path, bytes } of vault.contents([`logs/${host}/${category}/`], signal)) if (bytes !== null) pages.set(path, bytes);
	return pages;
}
function entryOf({ path, mode, owner, group, uid, gid, size, mtime }) {
	if (!isNormalPath(path)) throw unsafe(path, "is no plain absolute path");
	return {
		path,
		kind: "file",
		mode,
		owner,
		group,
		uid,
		gid,
		size,
		mtime: Math.floor(mtime),
		target: null,
		sha256: null,
		readable: true
	};
}
/** Logs go into a directory of this machine: a host starts without them, and its own are being written. */
function refuseLogs(logs) {
	if (logs.length === 0) return;
	const names = [...new Set(logs.map(({ category }) => category))].join(", ");
	throw new Problem("settings/invalid", `${names}: logs are restored into a directory only`, { hint: "give --out DIR, and copy from there what the host shall have" });
}
/** No log takes the place of another file, or lies below one or below a link. */
function refuseLogOverlaps(logs, items) {
	const kinds = new Map(items.map(({ entry }) => [entry.path, entry.kind]));
	for (const { entry } of logs) {
		if (kinds.has(entry.path)) throw unsafe(entry.path, "is in two categories");
		kinds.set(entry.path, "file");
	}
	for (const { entry } of logs) for (let end = entry.path.lastIndexOf("/"); end > 0; end = entry.path.lastIndexOf("/", end - 1)) {
		const above = kinds.get(entry.path.slice(0, end));
		if (above !== void 0 && above !== "directory") throw unsafe(entry.path, `lies below a ${above}`);
	}
}
function unsafe(path, why) {
	return new Problem("seal/unsafe-path", `${JSON.stringify(path).slice(0, 200)} of the logs ${why}`, { hint: "restore one category at a time with --categories, into different places" });
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
		pruned: new PrunedLogs(records),
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
		hint: `${problem.hint}${way}`
	});
}
// src/flows/log-segments.ts
/** The segments of log files as their stores give them, in order, one in memory at a time. */
/** Names that git is given at a time: a command line holds only so much. */
const keysAtATime = 256;
/** @throws Problem "store/missing", "seal/truncated", "seal/bundle-altered", "seal/swapped" */
async function* fetchSegments(segments, places, signal) {
	const byHash = new Map(segments.map(({ sha256, key }) => [sha256, key]));
	for await (const { segment, bytes } of stored(segments, places, signal)) {
		const sha256 = bytes === null ? "" : createHash("sha256").update(bytes).digest("hex");
		const found = bytes === null ? null : {
			size: bytes.length,
			sha256
		};
		const problem = bundleProblem(segment, found, byHash);
		if (problem !== null || bytes === null) throw problem;
		yield {
			segment,
			sealed: bytes
		};
	}
}
/** Bytes as found; null for what is gone, or cannot be read. */
async function* stored(segments, places, signal) {
	for (const batch of batchesOf(segments)) {
		if (!batch.isGit) {
			for (const segment of batch.segments) {
				signal.throwIfAborted();
				yield {
					segment,
					bytes: await storeFor(segment, places.stores).get(segment.key, signal, segment.sha256)
				};
			}
			continue;
		}
		const left = batch.segments.values();
		const keys = batch.segments.map(({ key }) => key);
		for await (const { path, bytes } of places.vault.contents(keys, signal)) for (const segment of left) {
			const isThere = segment.key === path;
			yield {
				segment,
				bytes: isThere ? bytes : null
			};
			if (isThere) break;
		}
		for (const segment of left) yield {
			segment,
			bytes: null
		};
	}
}
/** Neighbours that are read in one go, in their order. */
function batchesOf(segments) {
	const batches = [];
	for (const segment of segments) {
		const isGit = segment.store === "git";
		const last = batches.at(-1);
		if (last?.isGit === isGit && last.segments.length < keysAtATime) last.segments.push(segment);
		else batches.push({
			isGit,
			segments: [segment]
		});
	}
	return batches;
}
/**
* Reads and opens every segment before the first write: what is missing, altered or sealed to others is told then.
* @param identities  null: nothing is opened
*/
async function proveSegments(logs, identities, places, signal) {
	const segments = logs.flatMap(({ log }) => log.segments);
	if (segments.length === 0) return;
	await places.vault.prefetch(segments.flatMap(({ store, key }) => store === "git" ? [key] : []), signal);
	for await (const { segment, sealed } of fetchSegments(segments, places, signal)) if (identities !== null) await decryptSegment(sealed, segment, identities);
}
/** A log as a file to be written. */
function streamedLog({ category, log, entry }, identities, places, signal) {
	return {
		category,
		entry,
		async *content() {
			for await (const { segment, sealed } of fetchSegments(log.segments, places, signal)) for await (const piece of openSegment(sealed, segment, identities)) yield new Secret(piece);
		}
	};
}
// src/flows/restore.ts
/** The story of a restore: choose a snapshot, check everything, and only then write. */
async function fetchSnapshot(request, tools, signal) {
	const chosen = await chooseSnapshot(request.host, request.at, tools, signal);
	const { snapshot } = chosen.signed;
	const only = request.categories.filter((name) => !isLog(snapshot, name));
	const bundles = request.categories.length > 0 && only.length === 0 ? [] : await fetchBundles(snapshot, only, tools, signal);
	const { vault } = tools;
	const { logs, gone } = await findLogs(request, snapshot, {
		vault,
		pruned: chosen.pruned
	}, signal);
	return {
		chosen,
		bundles,
		logs,
		gone,
		warnings: [
			...chosen.warnings,
			...olderCopies(snapshot, bundles),
			...request.categories.length === 0 && wantedLogs(request, snapshot).length === 0 ? logsLeft(snapshot) : [],
			...unfinished(logs),
			...deleted(gone)
		]
	};
}
/** Opens what was fetched into memory, checked against the manifests. */
async function openFetched({ chosen, bundles, logs, gone }, identities, paths) {
	const { snapshot } = chosen.signed;
	const items = await openAll(snapshot, bundles, identities, paths);
	refuseLogOverlaps(logs, items);
	if (items.length + logs.length > 0) return items;
	const { host, sequence } = snapshot;
	if (gone.length > 0) throw new Problem("restore/nothing", `what was asked for of ${host} was deleted by retention`, {
		data: firstLines(gone, mostShown),
		hint: "`keep` of the category in fleet.yml is the period; the records on the branch bundles say when it went"
	});
	const what = paths.length > 0 ? "matches path" : "is what was asked for";
	throw new Problem("restore/nothing", `nothing in snapshot ${sequence} of ${host} ${what}`, { hint: "without --path, and with --plan, restore lists what there is; --all-logs has logs that had left the host" });
}
/** Restores into an empty directory of this machine. */
async function restoreOut(request, tools, signal) {
	const started = performance.now();
	const fetched = await fetchSnapshot(request, tools, signal);
	const items = await openFetched(fetched, request.identities, request.paths);
	const owners = userInfo().uid === 0 ? await localOwners() : null;
	await proveSegments(fetched.logs, request.identities, tools, signal);
	signal.throwIfAborted();
	const { unknownOwners } = await unpack(items, fetched.logs.map((log) => streamedLog(log, request.identities, tools, signal)), request.directory, owners);
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
		files: [...items, ...fetched.logs].sort((a, b) => compareTexts(a.entry.path, b.entry.path)).map(({ category, entry }) => ({
			path: entry.path,
			category,
			bytes: entry.kind === "file" ? entry.size : 0,
			rights: entry.kind === "link" ? `link -> ${entry.target}` : `${entry.mode.toString(8).padStart(4, "0")} ${entry.owner}:${entry.group}`
		}))
	}, [], started);
}
/** @param items  null: nothing was opened */
function report({ chosen, bundles, logs, warnings }, items, outcome, more, started) {
	const { host, sequence, takenAt } = chosen.signed.snapshot;
	return {
		command: "restore",
		host,
		sequence,
		takenAt,
		outcome,
		categories: [...bundles.map(({ category, ref }) => {
			const own = items?.filter((item) => item.category === category && item.content !== null);
			return {
				name: category,
				files: own?.length ?? ref.files,
				bytes: own?.reduce((sum, { content }) => sum + certain(content).size, 0) ?? ref.bytes,
				capturedAt: ref.capturedAt
			};
		}), ...[...new Set(logs.map(({ category }) => category))].map((name) => {
			const own = logs.filter(({ category }) => category === name);
			const bytes = own.reduce((sum, { entry }) => sum + entry.size, 0);
			return {
				name,
				files: own.length,
				bytes,
				capturedAt: certain(own[0]).ref.capturedAt ?? takenAt
			};
		})],
		warnings: [...warnings, ...more],
		ms: Math.round(performance.now() - started),
		exit: "good"
	};
}
function logsLeft({ categories }) {
	const names = Object.keys(categories).filter((name) => categories[name]?.log);
	return names.length === 0 ? [] : [`${names.join(", ")}: logs are restored only when asked for, with --categories ${names.join(",")}`];
}
const mostShown = 10;
function deleted(gone) {
	return gone.length === 0 ? [] : [`deleted by retention, and not restored: ${firstLines(gone, mostShown).join(", ")}`];
}
/** A first run may have days of logs to read, and not have been done with them. */
function unfinished(logs) {
	const names = logs.flatMap(({ category, ref }) => ref.capturedAt === null ? [category] : []);
	return [...new Set(names)].map((name) => `${name}: not all that the host had was stored by then`);
}
/** Where the host had lost a category by then, the copy from before is what can be restored. */
function olderCopies(snapshot, bundles) {
	return bundles.flatMap(({ category, ref }) => {
		const status = snapshot.categories[category]?.status;
		if (status === "stored" || status === "unchanged") return [];
		return [`${category}: ${status === "missing" ? "the host had none" : "it could not be read"} at ${snapshot.takenAt}; this is the copy of ${ref.capturedAt}`];
	});
}
export { restoreOut as a, localOwners as c, restoreList as i, openFetched as n, refuseLogs as o, report as r, unpack as s, fetchSnapshot as t };
