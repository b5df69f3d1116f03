import { n as recipientsOf } from "./fleet.js";
import { i as keyTime, n as escapedName } from "./log.js";
import { f as factsYaml, h as mirrorPath, m as hostPath, r as mirrorOutline } from "./review.js";
import { n as releaseWithRest, t as release } from "./release.js";
import { n as onlyOne, t as certain } from "./certain.js";
import { t as firstLines } from "./first-lines.js";
import { a as throughLinks, r as pathPattern } from "./path-pattern.js";
import { n as caughtProblem, t as Problem } from "./problem.js";
import { o as planCategories, r as isBelow, s as planLogs } from "./roots.js";
import { r as lastSeen, t as asLastSeen } from "./last-seen.js";
import { n as logsOf, r as survey, t as listLogs } from "./list-logs.js";
import { a as decompressFrame, i as compress, r as sealBundle, t as bundleEnding } from "./bundle.js";
import { t as Secret } from "./secret.js";
import { o as withoutLastBlock } from "./zstd-frame.js";
import { n as encryptInto } from "./age.js";
import { o as newHint } from "./trust.js";
import { t as compareTexts } from "./order.js";
import { n as skipReasons } from "./traffic.js";
import { t as _usingCtx } from "./usingCtx.js";
import { createHash, randomInt } from "node:crypto";
import { isAscii } from "node:buffer";
import { setTimeout } from "node:timers/promises";
// src/pull/check.ts
/** Why a category cannot be taken for whole; null when it can. */
function checkCategory(host, tools, name, members, unread) {
	const denied = members.filter(({ path, readable }) => !readable || unread.get(path) === "denied").map(({ path }) => path);
	if (denied.length > 0) return new Problem("pull/unreadable", `${host.name}: ${host.user} may not read ${name} files`, {
		data: shorten(denied),
		hint: `\`pmta-vault doctor ${host.name}\` shows the rights that are missing`
	});
	const large = members.filter((entry) => entry.size > tools.limits.maxFileBytes);
	if (large.length > 0) return new Problem("pull/too-large", `${host.name}: ${name} has files above ${tools.limits.maxFileBytes} bytes`, {
		data: shorten(large.map((entry) => `${entry.path} (${entry.size} bytes)`)),
		hint: "raise max-file-size, or narrow the paths in fleet.yml"
	});
	const changing = members.filter(({ path }) => unread.get(path) === "changed").map(({ path }) => path);
	if (changing.length > 0) return new Problem("pull/changing", `${host.name}: ${name} files changed during each of several readings`, {
		data: shorten(changing),
		hint: "nothing torn was kept; is something rewriting them all the time?"
	});
	return checkMainConfig(host, tools, name, members);
}
/** A server without its main config is not backed up, whatever else was found. */
function checkMainConfig(host, tools, name, members) {
	const { mainConfig } = tools.profile;
	if (!tools.categories.some((category) => category.name === name && category.shownMasked)) return null;
	if (tools.profile.categories.find((category) => category.name === name)?.shownMasked !== true) return null;
	const main = members.find((entry) => entry.path === mainConfig);
	if (main === void 0) return new Problem("pull/no-config", `${host.name} has no ${mainConfig}`, { hint: `is PowerMTA installed on ${host.name}, and may ${host.user} look into its directory?` });
	if (main.kind === "file" && main.size === 0) return new Problem("pull/no-config", `${host.name}: ${mainConfig} is empty`, { hint: "the last good copy is kept; look at the host before anything reloads this config" });
	return null;
}
/**
* Named files that were not found: PowerMTA misses them too, unless they lie where the account may not look, which a
* host does not tell from absence. What matches a wildcard may be nothing.
*/
function missingFiles(host, tools, { references, entries }) {
	const paths = [...entries.keys()];
	const isThere = (named) => {
		const path = throughLinks(named, (above) => entries.get(above)?.target ?? null)?.path ?? named;
		return entries.has(path) || paths.some((listed) => isBelow(listed, path));
	};
	const missing = references.filter(({ path, category }) => tools.taken.has(category) && !isThere(path) && pathPattern(path).literal);
	if (missing.length === 0) return null;
	return new Problem("pull/missing-reference", `${host.name}: its configs name files that are not there or that ${host.user} may not see`, {
		data: shorten(missing.map(({ path, directive, file, line }) => `${path}, named by ${directive} in ${file}:${line}`)),
		hint: `all else was kept; put them in place, let ${host.user} enter their directories, or take the directives out`
	});
}
/** Below this share of the last capture, something was lost rather than edited. */
const suspiciousShare = .25;
/** Too small to say anything by its size. */
const minBytes = 1024;
function shrunk(host, name, before, files, bytes) {
	const emptied = before.files > 0 && files === 0;
	const lost = before.bytes >= minBytes && bytes < before.bytes * suspiciousShare;
	if (!emptied && !lost) return null;
	return new Problem("pull/shrunk", `${host.name}: ${name} shrank from ${before.files} files, ${before.bytes} bytes to ${files} files, ${bytes} bytes`, { hint: "this state is recorded and the former one stays in the vault; was it meant?" });
}
const maxShown$1 = 5;
function shorten(lines) {
	return firstLines(lines.map((line) => JSON.stringify(line).slice(1, -1).slice(0, 200)), maxShown$1);
}
// src/pull/pull.ts
const maxTries = 3;
async function pull(host, tools, known, signal) {
	const started = performance.now();
	const seen = await asLastSeen(tools, known, signal);
	if (seen !== null) return {
		...unchanged(tools, known, performance.now() - started),
		logs: seen.logs
	};
	for (let attempt = 1;; attempt++) {
		const capture = await pullOnce(host, tools, known, attempt === 1, signal);
		if (capture !== "changing") return capture;
		if (attempt === maxTries) return await pullOnce(host, tools, known, false, signal, true);
	}
}
function unchanged({ session, taken }, known, surveyMs) {
	return {
		way: session.way,
		read: false,
		categories: [...taken].map((name) => {
			const fingerprint = known.categories.get(name)?.fingerprint ?? null;
			return {
				name,
				status: fingerprint === null ? "missing" : "unchanged",
				entries: [],
				files: [],
				fingerprint,
				problem: null
			};
		}),
		references: known.references,
		listing: known.listing,
		problem: null,
		findings: [],
		bytes: session.received(),
		surveyMs,
		transferMs: 0
	};
}
async function pullOnce(host, tools, known, first, signal, last = false) {
	const started = performance.now();
	const texts = tools.categories.filter((category) => category.shownMasked).map(({ name }) => name);
	const onlyText = onlyOne(texts);
	const settled = (configs) => onlyText !== null && known.categories.get(onlyText)?.fingerprint === digest(tools, configs);
	const whole = first && known.categories.size === 0 ? tools.taken : null;
	const all = await survey(host, tools, known.references, settled, whole, signal);
	const found = {
		...all,
		members: new Map([...all.members].filter(([name]) => tools.taken.has(name)))
	};
	const surveyed = performance.now();
	const isRead = await readChanged(tools, known, found, signal);
	const { contents } = found;
	if ([...contents.unread.values()].includes("changed") && !last) return "changing";
	const members = await withNames(tools, found.members, signal);
	const categories = [...tools.taken].map((name) => captureCategory(host, tools, name, members.get(name) ?? [], contents, known.categories.get(name)));
	const problem = missingFiles(host, tools, found);
	const findings = [...members.values()].flat().flatMap(specialFile);
	const problems = [problem, ...categories.map((category) => category.problem)];
	const clean = findings.length === 0 && problems.every((found) => found === null);
	const fingerprints = new Map(categories.flatMap(({ name, fingerprint }) => fingerprint === null ? [] : [[name, fingerprint]]));
	return {
		way: tools.session.way,
		read: isRead,
		categories,
		references: found.references,
		logs: null,
		listing: clean && found.only ? lastSeen(tools, found.only, found.references, fingerprints) : null,
		problem,
		findings,
		bytes: tools.session.received(),
		surveyMs: surveyed - started,
		transferMs: performance.now() - surveyed
	};
}
/**
* Reads everything, unless the listing alone shows that all is as it was: what one category says is shown with
* the help of the others, such as the domains that a config gives to a key.
* @returns  whether it was read
*/
async function readChanged(tools, known, found, signal) {
	const asBefore = [...tools.taken].every((name) => {
		const members = found.members.get(name) ?? [];
		const before = known.categories.get(name);
		return members.length === 0 ? before === void 0 : before !== void 0 && digest(tools, members) === before.fingerprint;
	});
	if (!asBefore) await found.contents.read([...found.members.values()].flat(), signal);
	return !asBefore;
}
/** After the reading, which brings along most of the names. */
async function withNames({ session }, members, signal) {
	const all = await session.named([...members.values()].flat(), signal);
	const named = new Map(all.map((entry) => [entry.path, entry]));
	return new Map([...members].map(([name, entries]) => [name, entries.map((entry) => named.get(entry.path) ?? entry)]));
}
/** The digest of a category from its listing alone; null where the host gave no digest of a file. */
function digest(tools, entries) {
	const complete = entries.every((entry) => entry.kind !== "file" || entry.sha256 !== null);
	return entries.length > 0 && complete ? tools.fingerprint(entries) : null;
}
function captureCategory(host, tools, name, members, { files: contents, unread }, before) {
	const nothing = {
		name,
		entries: [],
		files: [],
		fingerprint: null
	};
	const problem = checkCategory(host, tools, name, members, unread);
	if (problem !== null) return {
		...nothing,
		status: "failed",
		problem
	};
	if (members.length === 0) return {
		...nothing,
		status: "missing",
		problem: before === void 0 ? null : shrunk(host, name, before, 0, 0)
	};
	const files = members.flatMap((entry) => named(contents.get(entry.path), entry));
	const known = digest(tools, members);
	if (known !== null && known === before?.fingerprint) return {
		...nothing,
		status: "unchanged",
		entries: members,
		files,
		fingerprint: known,
		problem: null
	};
	const byPath = new Map(files.map(({ entry }) => [entry.path, entry]));
	const digested = members.map((entry) => byPath.get(entry.path) ?? entry);
	const fingerprint = known !== null && digested.every(({ sha256 }, index) => sha256 === members[index]?.sha256) ? known : tools.fingerprint(digested);
	if (fingerprint === before?.fingerprint) return {
		...nothing,
		status: "unchanged",
		entries: digested,
		files,
		fingerprint,
		problem: null
	};
	if (files.length !== members.filter(({ kind }) => kind === "file").length) throw new Error(`${name}: a file would be missing from its bundle`);
	const bytes = files.reduce((sum, file) => sum + file.content.size, 0);
	return {
		name,
		status: "changed",
		entries: digested,
		files,
		fingerprint,
		problem: before === void 0 ? null : shrunk(host, name, before, files.length, bytes)
	};
}
/** It may have been read before the names of its owner and group were known. */
function named(file, { owner, group }) {
	return file === void 0 ? [] : [{
		...file,
		entry: {
			...file.entry,
			owner,
			group
		}
	}];
}
function specialFile(entry) {
	return entry.kind === "other" && entry.readable ? [`${entry.path} is no file, directory or link; it is left out`] : [];
}
// src/pull/log-findings.ts
/** What is odd about the log files of a host, and what of them is lost, each a sentence with sizes and dates. */
/** Names of accounting files: `acct-YYYY-MM-DD-NNNN.csv`, numbered from 0000 each day. */
const numbered = /^(.*-\d{4}-\d{2}-\d{2}-)(\d{4})(\D.*)?$/;
const dayMs = 864e5;
/** Less is for `doctor` to tell: no time zone that was taken for another is that small. */
const skewMs = 36e5;
const nameOf = (path) => path.slice(path.lastIndexOf("/") + 1);
const date = (seconds) => (/* @__PURE__ */ new Date(seconds * 1e3)).toISOString().replace(".000", "");
/**
* What is lost of a file that is not there any more; null when all of it was stored.
* @param seenAt   when it was last seen, ISO 8601
* @param listing  what is there now
*/
function lossOf(file, seenAt, listing) {
	const unstored = file.size - file.end;
	if (unstored === 0 && !file.open) return null;
	const here = listing.find(({ path }) => path === file.path);
	const isCut = here !== void 0 && here.inode === file.inode && here.size < file.size;
	const fate = here === void 0 ? "vanished" : isCut ? `was cut to ${here.size} bytes` : "was replaced by another file";
	const rest = unstored > 0 ? `${unstored} of them are not stored, nor is` : "they are stored;";
	const later = unstored > 0 ? "what was written to it later" : "what was written to it later is not";
	return `${file.path} ${fate}: ${file.size} bytes at ${seenAt}, last written ${date(file.mtime)}; ${rest} ${later}`;
}
/**
* Numbers that were skipped: files that came and went between two runs.
* @param fresh  paths that are new in this run
* @param known  paths of the last run and of this one
*/
function numberGaps(fresh, known) {
	const names = new Set(known.map(nameOf));
	return fresh.flatMap((path) => {
		const [, start = "", digits = "", ending = ""] = numbered.exec(nameOf(path)) ?? [];
		const before = `${start}${String(Number(digits) - 1).padStart(4, "0")}${ending}`;
		if (start === "" || Number(digits) === 0 || names.has(before)) return [];
		return [`${before} was never seen: it came and went between two runs, before ${nameOf(path)}`];
	});
}
/** @param clock  the host's own; null when it does not tell */
function oddClock(clock, now) {
	const ms = clock === null ? 0 : clock.getTime() - now.getTime();
	if (clock === null || Math.abs(ms) < skewMs) return [];
	const far = Math.abs(ms) < 2 * dayMs ? `${Math.round(Math.abs(ms) / 36e5)} hours` : `${Math.round(Math.abs(ms) / dayMs)} days`;
	return [`the clock of the host shows ${clock.toISOString().slice(0, 16).replace("T", " ")} UTC, ${far} ${ms < 0 ? "behind" : "ahead of"} this machine's: dates in its logs and of its files are not to be trusted`];
}
/**
* What is no log file though it has the name of one, and what was written at a time that neither clock has reached.
* @param clock  the host's own; null when it does not tell
*/
function oddEntries(entries, clock, now) {
	const latest = Math.max(clock?.getTime() ?? 0, now.getTime());
	const files = new Set(entries.filter(({ kind }) => kind === "file").map(({ path }) => path));
	return entries.flatMap((entry) => {
		if (entry.kind === "link") {
			const target = certain(entry.target);
			const near = target.startsWith("/") ? target : `${entry.path.slice(0, -nameOf(entry.path).length)}${target}`;
			return files.has(near) ? [] : [`${entry.path} is a link, to ${target}; it is not followed`];
		}
		if (entry.kind === "other") return [`${entry.path} is no file (a FIFO, socket or device); it is not read`];
		return entry.kind === "file" && entry.mtime * 1e3 > latest + dayMs ? [`${entry.path} was last written ${date(entry.mtime)}, in the future: a clock jumped`] : [];
	});
}
// src/pull/match-logs.ts
/** Bytes that tell files apart. A header line alone does not: accounting files all begin with the same. */
const markBytes = 4096;
async function matchLogs(entries, known, probe) {
	const matches = /* @__PURE__ */ new Map();
	const open = new Set(known);
	const take = (entry, file) => {
		matches.set(entry, file);
		open.delete(file);
	};
	const left = () => entries.filter((entry) => !matches.has(entry));
	const sameNumber = (entry, file) => entry.inode === null || file.inode === null || entry.inode === file.inode;
	for (const entry of left()) {
		const isSame = (file) => isUntouched(entry, file) && sameNumber(entry, file) && (entry.path === file.path || entry.inode !== null && entry.inode === file.inode);
		const file = [...open].find(isSame);
		if (file !== void 0) take(entry, file);
	}
	for (const by of [
		(entry, file) => entry.inode !== null && entry.inode === file.inode,
		(entry, file) => entry.path === file.path,
		(_, file) => file.end > 0 && probe.comparable
	]) for (const entry of left()) for (const file of open) {
		if (!by(entry, file) || !await continues(entry, file, probe)) continue;
		take(entry, file);
		break;
	}
	for (const entry of left()) matches.set(entry, null);
	return {
		matches,
		vanished: [...open]
	};
}
/** Whether a listing says nothing new of a file. */
function isAsStored(entry, file) {
	const { inode, mode, uid, gid } = file;
	const isSame = entry.inode === inode && entry.mode === mode && entry.uid === uid && entry.gid === gid;
	return entry.kind === "file" && entry.readable && isSame && isUntouched(entry, file);
}
const isUntouched = (entry, file) => entry.size === file.size && entry.mtime === file.mtime;
/** Whether the stored bytes of a known file are the first bytes of this one. */
async function continues(entry, file, { peek, mark, comparable }) {
	if (entry.size < file.end) return false;
	if (!comparable) return true;
	const holds = async (expected, first) => {
		if (expected.bytes === 0) return true;
		const bytes = await peek(entry, {
			first,
			end: first + expected.bytes
		});
		return bytes?.length === expected.bytes && mark(bytes).fingerprint === expected.fingerprint;
	};
	return await holds(file.head, 0) && await holds(file.tail, file.end - file.tail.bytes);
}
/** Hard links are one file. */
function withoutTwins(entries) {
	const seen = /* @__PURE__ */ new Set();
	return entries.filter(({ inode }) => {
		if (inode === null) return true;
		const first = !seen.has(inode);
		seen.add(inode);
		return first;
	});
}
// src/pull/record-end.ts
/** Where a growing file may be cut: behind a line end that ends a record, so that no segment begins within one. */
const quote = 34;
const newline = 10;
/** What is longer is no record: a file without line ends, or with a stray quote. */
const maxRecordBytes = 4194304;
/**
* @param csv     whether line ends within quotes are part of a field (RFC 4180, 2.6); a doubled quote closes and
*                opens again
* @param quoted  whether the bytes begin within quotes
*/
function recordEnds(csv, quoted) {
	let inside = csv && quoted;
	let [seen, end, gaveUp] = [
		0,
		0,
		false
	];
	/** @returns  bytes of these up to the last end of a record; 0 when none ends here */
	function lastEnd(content) {
		if (!csv) return content.lastIndexOf(newline) + 1;
		if (hasOddQuotes(content)) inside = !inside;
		let within = inside;
		for (let at = content.length - 1; at >= 0; at--) if (content[at] === quote) within = !within;
		else if (content[at] === newline && !within) return at + 1;
		return 0;
	}
	return {
		see(content) {
			const found = lastEnd(content);
			if (found > 0) end = seen + found;
			else if (seen + content.length - end > 4194304) {
				[inside, gaveUp] = [false, true];
				end = seen + (content.lastIndexOf(newline) + 1 || content.length);
			}
			seen += content.length;
		},
		get end() {
			return end;
		},
		get quoted() {
			return inside;
		},
		get gaveUp() {
			return gaveUp;
		}
	};
}
const quotes = 572662306;
const lowBits = 2139062143;
/**
* Four bytes at a time, as every byte of a log comes by here: with `indexOf` for each quote it took three times as long.
* After the exclusive or with quotes a byte is zero where one was, and only there its highest bit stays zero.
*/
function hasOddQuotes(content) {
	const ahead = -content.byteOffset & 3;
	if (content.length < ahead) return oddOf(content, 0, content.length);
	const words = new Int32Array(content.buffer, content.byteOffset + ahead, content.length - ahead >> 2);
	const behind = ahead + 4 * words.length;
	let odd = oddOf(content, 0, ahead) !== oddOf(content, behind, content.length);
	let bits = 0;
	for (let at = 0; at < words.length; at++) {
		const word = words[at] ^ quotes;
		bits ^= (word & lowBits) + lowBits | word;
	}
	for (let byte = 0; byte < 4; byte++) if ((bits >>> 8 * byte + 7 & 1) === 1) odd = !odd;
	return odd;
}
function oddOf(content, from, to) {
	let odd = false;
	for (let at = from; at < to; at++) if (content[at] === quote) odd = !odd;
	return odd;
}
/** Accounting files are CSV, whatever number or date rotation put behind their names. */
const isCsv = (path) => /\.csv(\.[^/]*)?$/i.test(path);
// src/seal/segments.ts
/** Plaintext and ciphertext of a segment, at most, or one piece: what fits into memory several times. */
const mostPlain$1 = 67108864;
const mostPacked = 2097152;
/**
* @param first      where the range begins in the file
* @param tailBytes  to be marked at its end, at most `endingBytes`
*/
function sealSegments(first, tailBytes, tools) {
	let segment = begin(first);
	/** the piece within which the segment may end, and those behind it, in which it may not */
	let held = [];
	let tail = Buffer.alloc(0);
	let storing = Promise.resolve();
	/** of the segment before, which is stored when the next is sealed */
	let memory = Buffer.alloc(0);
	function begin(at) {
		return {
			first: at,
			end: at,
			packed: 0,
			parts: [],
			mac: tools.fingerprint()
		};
	}
	function append(part) {
		segment.mac.update(part);
		segment.parts.push(part);
		segment.packed += part.length;
	}
	/** @param ending  the last bytes of what the parts hold in all */
	function appended(bytes, ending) {
		segment.end += bytes;
		tail = Buffer.concat([tail, ending.subarray(-tailBytes)]).subarray(-tailBytes);
	}
	async function appendWhole(piece) {
		if (piece.bytes === 0) return;
		append(piece.frame !== null && tools.compression === "zstd" ? piece.frame : await compress(await contentOf(piece), tools.compression));
		appended(piece.bytes, piece.ending.reveal("mark the end of what is stored"));
	}
	/** @returns  what is left of the piece */
	async function appendUpTo(piece, cut) {
		if (cut === piece.bytes) {
			await appendWhole(piece);
			return plain$1(/* @__PURE__ */ new Uint8Array(0));
		}
		const ending = piece.ending.reveal("compress it apart from what follows");
		const left = ending.subarray(ending.length - (piece.bytes - cut));
		const divided = tools.compression === "zstd" ? await beforeLastBlock(piece, cut, tailBytes) : null;
		if (divided === null) {
			const content = await contentOf(piece);
			append(await compress(content.subarray(0, cut), tools.compression));
			appended(cut, content.subarray(0, cut));
			return plain$1(content.subarray(cut));
		}
		append(divided.before);
		const within = ending.subarray(-divided.lastBlockBytes, ending.length - left.length);
		if (within.length > 0) append(await compress(within, tools.compression));
		appended(cut, ending.subarray(0, ending.length - left.length));
		return plain$1(left);
	}
	/** Sealing goes on while the next pieces come; two segments are in memory then, not more. */
	async function seal() {
		const { first: start, end, parts, mac } = segment;
		segment = begin(end);
		if (end === start) return;
		await storing;
		storing = encryptInto(memory, tools.recipients, ...parts).then((bytes) => {
			for (const part of parts) release(part);
			memory = Buffer.from(bytes.buffer);
			return tools.store({
				first: start,
				end,
				bytes,
				fingerprint: mac.digest("hex")
			});
		});
		storing.catch(() => {});
	}
	return {
		async add(piece, cut) {
			if (cut === 0) {
				held.push({
					piece,
					cut
				});
				return;
			}
			for (const before of held) await appendWhole(before.piece);
			held = [{
				piece,
				cut
			}];
			const packedBytes = piece.frame?.length ?? 0;
			if (!(segment.end - segment.first + 2 * piece.bytes > mostPlain$1 || segment.packed + 2 * packedBytes > mostPacked)) return;
			held = [{
				piece: await appendUpTo(piece, cut),
				cut: 0
			}];
			await seal();
		},
		async finish(whole) {
			const [start] = held;
			if (whole) for (const { piece } of held) await appendWhole(piece);
			else if (start !== void 0 && start.cut > 0) await appendUpTo(start.piece, start.cut);
			held = [];
			const { end } = segment;
			await seal();
			await storing;
			if (tail.length === 0) return {
				end,
				tail: null
			};
			return {
				end,
				tail: {
					bytes: tail.length,
					fingerprint: tools.fingerprint().update(tail).digest("hex")
				}
			};
		}
	};
}
function plain$1(content) {
	return {
		bytes: content.length,
		ending: new Secret(content),
		frame: null,
		lastBlockBytes: 0
	};
}
async function contentOf({ bytes, ending, frame }) {
	return frame === null ? ending.reveal("compress it") : await decompressFrame(frame, bytes);
}
/** The piece's frame up to its last block, if the cut lies in that, and what is before the cut is known in clear. */
async function beforeLastBlock({ bytes, ending, frame, lastBlockBytes }, cut, tailBytes) {
	const known = bytes - ending.size;
	if (frame === null || known > 0 && cut - known < tailBytes) return null;
	const before = withoutLastBlock(Buffer.from(frame.buffer, frame.byteOffset, frame.length));
	if (before === null) return null;
	const last = lastBlockBytes ?? bytes - await decompressedBytes(before, bytes);
	return cut >= bytes - last ? {
		before,
		lastBlockBytes: last
	} : null;
}
async function decompressedBytes(frame, mostBytes) {
	const content = await decompressFrame(frame, mostBytes);
	const { length } = content;
	releaseWithRest(content);
	return length;
}
// src/flows/put-proven.ts
/** Nothing counts as a backup before it was read back. */
async function putProven(store, key, bytes, signal) {
	const stored = await store.put(key, bytes, signal);
	const back = await store.get(key, signal, stored.sha256);
	const sha256 = createHash("sha256").update(back).digest("hex");
	const size = back.length;
	release(back);
	if (sha256 === stored.sha256 && size === stored.size) return stored;
	throw new Problem("store/not-read-back", `${key} reads back otherwise than it was written`, {
		data: [`written  ${stored.sha256}, ${stored.size} bytes`, `read     ${sha256}, ${size} bytes`],
		hint: "the medium is not sound: check its disk; no snapshot names this bundle"
	});
}
// src/flows/log-file.ts
/** Ends a reading in the midst of an answer. The session is of no more use then. */
var OutOfTime = class extends Error {};
/**
* Stores what is new of one file.
* @param known  the same file as last seen; null for a new one
* @param open   whether it may still be written to: then its last line may not be whole, and is left for later
*/
async function captureFile(entry, known, open, tools) {
	const first = known?.end ?? 0;
	if (tools.dryRun) return {
		outcome: "done",
		file: known,
		bytes: entry.size - first
	};
	const file = known === null ? newFile(entry, open, tools) : {
		...await remarked(entry, known, tools),
		...seen(entry, open)
	};
	if (entry.size === first) return {
		outcome: "done",
		file,
		bytes: 0
	};
	if (performance.now() > tools.deadline) return {
		outcome: "late",
		file: known,
		bytes: 0
	};
	const stored = [];
	const recipients = recipientsOf(tools.fleet, tools.category);
	const store = async ({ bytes, fingerprint, first, end }) => {
		const ending = tools.compression === "gzip" ? "gz.age" : "zst.age";
		const range = `${`bundles/${tools.host.name}/${tools.category}/${file.id}`}/${first}-${end}`;
		const key = known === null ? `${range}.${ending}` : await freeKey(tools, range, ending);
		const object = await putProven(tools.store, key, bytes, tools.signal);
		stored.push({
			...object,
			file: file.id,
			first,
			end,
			fingerprint,
			recipients
		});
	};
	const fingerprint = tools.fingerprints.ofLog;
	const segments = sealSegments(first, markBytes, {
		...tools,
		recipients,
		fingerprint,
		store
	});
	const ends = recordEnds(isCsv(entry.path), file.quoted);
	const tap = await tapOf(entry, known, tools);
	const paced = pacer(tools);
	let head = first === 0 ? Buffer.alloc(0) : null;
	let kept = 0;
	let late = false;
	if (await tools.session.readRange(entry, {
		first,
		end: entry.size
	}, {
		async see(secret) {
			const content = secret.reveal("find the ends of its records");
			ends.see(content);
			if (head !== null && head.length < 4096) head = Buffer.concat([head, content.subarray(0, 4096 - head.length)]);
			await tap?.push(content);
		},
		async keep(piece) {
			await segments.add(piece, Math.max(0, ends.end - kept));
			kept += piece.bytes;
			await paced();
			if (performance.now() >= tools.deadline) throw new OutOfTime();
		}
	}, tools.signal).catch((error) => {
		if (!(error instanceof OutOfTime)) throw error;
		late = true;
		return "whole";
	}) !== "whole" || known !== null && !await hasName(file, entry, tools)) return {
		outcome: "again",
		file: known,
		bytes: 0
	};
	if (ends.gaveUp) tools.findings.add(`${entry.path} has a record above ${maxRecordBytes} bytes; it is kept, in pieces`);
	const { end, tail } = await segments.finish(!open && !late);
	tools.segments.push(...stored);
	const marks = await marksOf(file, entry, head, tail, end, late, tools);
	const counted = tap === null ? {} : { counted: await tap.keep(!open && !late) };
	const now = {
		...file,
		...marks,
		...counted,
		end,
		quoted: end === entry.size ? ends.quoted : false
	};
	return {
		outcome: late ? "late" : "done",
		file: now,
		bytes: end - first
	};
}
const seen = ({ path, inode, mode, owner, group, uid, gid, size, mtime }, open) => ({
	path,
	inode,
	mode,
	owner,
	group,
	uid,
	gid,
	size,
	mtime,
	open
});
function newFile(entry, open, { ids, takenAt, fingerprints }) {
	const name = `${escapedName(entry.path.slice(entry.path.lastIndexOf("/") + 1))}@${keyTime(takenAt)}`;
	let id = name;
	for (let twin = 2; ids.has(id); twin++) id = `${name}.${twin}`;
	ids.add(id);
	const nothing = mark(fingerprints, /* @__PURE__ */ new Uint8Array(0));
	return {
		id,
		...seen(entry, open),
		end: 0,
		quoted: false,
		head: nothing,
		tail: nothing
	};
}
/** Counts go on under the header that stood where the last run ended; a file that was never counted begins with it. */
async function tapOf(entry, known, tools) {
	if (tools.taps === null) return null;
	const first = known?.end ?? 0;
	const start = first === 0 || known?.counted !== void 0 ? null : await peekInto(tools.session, tools.signal)(entry, {
		first: 0,
		end: Math.min(first, markBytes)
	});
	return tools.taps.tap(entry.path, first, known?.counted ?? null, start);
}
/**
* Whether the file that was known is the one that was read. Over SFTP the name is all that tells, and rotation may
* have given it to a file that is as long.
*/
async function hasName(file, entry, { session, fingerprints, signal }) {
	if (entry.inode !== null) return true;
	return await continues(entry, file, {
		peek: peekInto(session, signal),
		comparable: true,
		mark: (bytes) => mark(fingerprints, bytes)
	});
}
/** The same file with marks of this run's key. */
async function remarked(entry, file, tools) {
	if (tools.comparable) return file;
	const peek = peekInto(tools.session, tools.signal);
	const bytes = Math.min(markBytes, file.end);
	const head = await peek(entry, {
		first: 0,
		end: bytes
	});
	const tail = await peek(entry, {
		first: file.end - bytes,
		end: file.end
	});
	const marked = (some) => mark(tools.fingerprints, some ?? /* @__PURE__ */ new Uint8Array(0));
	return {
		...file,
		head: marked(head),
		tail: marked(tail)
	};
}
function mark({ ofLog }, bytes) {
	return {
		bytes: bytes.length,
		fingerprint: ofLog().update(bytes).digest("hex")
	};
}
/** What says of a page with which key its marks were made. */
function keyMark(fingerprints) {
	return mark(fingerprints, /* @__PURE__ */ new Uint8Array(0)).fingerprint.slice(0, 16);
}
/** The marks by which the next run knows the file again. What is stored of it is long enough by now, or all. */
async function marksOf(file, entry, head, tail, end, late, tools) {
	const own = {
		head: file.head,
		tail: tail ?? file.tail
	};
	const wanted = Math.min(markBytes, end);
	if (head !== null) return {
		...own,
		head: mark(tools.fingerprints, head.subarray(0, wanted))
	};
	if (file.head.bytes >= wanted || late) return own;
	const bytes = await peekInto(tools.session, tools.signal)(entry, {
		first: 0,
		end: wanted
	});
	return bytes === null ? own : {
		...own,
		head: mark(tools.fingerprints, bytes)
	};
}
/** Reads a few bytes; the same ones of a file once. */
function peekInto(session, signal) {
	const known = /* @__PURE__ */ new Map();
	return (entry, range) => {
		const name = JSON.stringify([entry.path, range]);
		const before = known.get(name);
		if (before !== void 0) return before;
		const reading = (async () => {
			const parts = [];
			return await session.readRange(entry, range, {
				async see(content) {
					parts.push(Buffer.from(content.reveal("know the file again by it")));
				},
				keep: async () => {}
			}, signal) === "whole" ? Buffer.concat(parts) : null;
		})();
		known.set(name, reading);
		return reading;
	};
}
/** A store keeps what an interrupted run left, under a name that no page knows: its place is taken. */
async function freeKey({ store, signal }, start, ending) {
	const taken = new Set(await store.list(start, signal));
	let key = `${start}.${ending}`;
	for (let next = 2; taken.has(key); next++) key = `${start}.${next}.${ending}`;
	return key;
}
/** Waits as long as it takes for the bytes received to be no more than the rate allows, but not beyond the deadline. */
function pacer({ maxLogRate, session, signal, deadline }) {
	const started = performance.now();
	const before = session.received();
	return async () => {
		if (maxLogRate === null) return;
		const due = Math.min(deadline, started + (session.received() - before) / maxLogRate * 1e3);
		if (due > performance.now()) await setTimeout(due - performance.now() + 1, void 0, { signal });
	};
}
// src/flows/due-logs.ts
function dueLogs(logs, known, now) {
	return logs.filter(({ name, everyMs }) => {
		const last = known.get(name)?.capturedAt ?? null;
		const elapsed = last === null ? 1e400 : now.getTime() - Date.parse(last);
		return elapsed < 0 || elapsed >= everyMs * .9;
	});
}
/**
* A log category of which the listing alone shows that nothing happened since all of it was stored: nothing is asked
* for, and no turn waited for.
* @param listed  owners as numbers
* @returns       null where there may be something to do
*/
function quietLog({ log, before, references, tools }, listed, known) {
	const { page = null, ref = null } = known.get(log.name) ?? {};
	if (page instanceof Problem) return null;
	const entries = logsOf(listed, log, before, references);
	const files = new Map(page?.files.map((file) => [file.path, file]));
	const isQuiet = (entry) => {
		const file = files.get(entry.path);
		return file !== void 0 && !file.open && file.end === entry.size && isAsStored(entry, file);
	};
	if (!(entries.length === files.size && entries.every(isQuiet)) || oddEntries(entries, null, tools.now()).length > 0) return null;
	if (page !== null && page.key !== keyMark(tools.fingerprints)) return null;
	return {
		name: log.name,
		status: files.size > 0 ? "unchanged" : "missing",
		problem: null,
		findings: [],
		page: null,
		previous: ref,
		files: files.size,
		bytes: 0,
		traffic: []
	};
}
// src/flows/traffic-taps.ts
/**
* Counts the accounting files of one host as a by-product of capturing them.
* @param outline  of the host's config; asked for once, and only for files that need it
*/
function trafficTaps(profile, reader, outline) {
	let known = null;
	/** What of the config has to be known before the first record is read. */
	async function rulesFor(header, content) {
		if (!profile.trafficNeedsConfig(header === null ? content : Buffer.from(`${header}\n`))) return [];
		known ??= outline();
		return await known;
	}
	return {
		tap(file, first, resume, start) {
			let ahead = Math.max(0, (resume?.offset ?? first) - first);
			const header = resume?.header ?? (start === null ? null : headerOf(profile, start));
			const point = {
				offset: first + ahead,
				header
			};
			let hasBegun = false;
			return {
				async push(content) {
					if (!hasBegun) {
						reader.begin(file, point, await rulesFor(header, content));
						hasBegun = true;
					}
					if (ahead < content.length) await reader.push(content.subarray(ahead));
					ahead = Math.max(0, ahead - content.length);
				},
				keep: async (isComplete) => hasBegun ? await reader.keep(isComplete) : point
			};
		},
		async result() {
			const { days, skipped } = await reader.result();
			return {
				days,
				findings: skipped.map(({ file, reason, count, example }) => `${file}: ${count} not counted, ${skipReasons[reason]}; the first begins at byte ${example}`)
			};
		}
	};
}
function headerOf(profile, start) {
	const tap = profile.traffic("", [], 0).tap("");
	tap.push(start);
	return tap.end(false).header;
}
// src/flows/host-logs.ts
/**
* @param logs   those that are due
* @param found  what the host's configs name, and its log files if they are listed already
* @param known  what the last snapshot says of them
*/
async function backUpLogs(own, logs, found, known) {
	const { references } = found;
	const all = logs.map((log, index) => ({
		...own,
		log,
		before: logs.slice(0, index),
		references
	}));
	let listed = found.logs;
	if (listed === null && own.session.way !== "sudo") try {
		listed = await listLogs(own.session, logs, references, own.signal);
	} catch (error) {
		const problem = caughtProblem(error, own.signal);
		return logs.map(({ name }) => failed(name, problem, known));
	}
	const quiet = listed === null ? [] : all.flatMap((one) => quietLog(one, listed, known) ?? []);
	const names = new Set(quiet.map(({ name }) => name));
	const rest = all.filter(({ log }) => !names.has(log.name));
	const done = [];
	if (rest.length > 0) {
		const inTurn = () => backUpEach(rest, listed, known, done);
		await own.tools.logTurns.take(own.deadline, inTurn, own.signal);
	}
	const left = rest.slice(done.length).map(({ log }) => log);
	return [
		...quiet,
		...done,
		...left.map(({ name }) => failed(name, outOfTime(own.host, name), known))
	];
}
/** @param done  gets one after the other; fewer than there are when time runs out */
async function backUpEach(all, listed, known, done) {
	let broken = null;
	for (const one of all) {
		const { log, signal } = one;
		const before = known.get(log.name) ?? null;
		if (broken !== null) done.push(failed(log.name, broken, known));
		else if (before?.page instanceof Problem) done.push(failed(log.name, before.page, known));
		else try {
			const sealed = await backUpLog(one, listed, before?.page ?? null, before?.ref ?? null);
			done.push(sealed);
			if (sealed.problem?.code === "pull/out-of-time") return;
		} catch (error) {
			const problem = caughtProblem(error, signal);
			broken = problem;
			done.push(failed(log.name, problem, known));
		}
	}
}
function failed(name, problem, known) {
	return {
		name,
		status: "failed",
		problem,
		findings: [],
		page: null,
		traffic: [],
		files: 0,
		bytes: 0,
		previous: known.get(name)?.ref ?? null
	};
}
/** What was not written to for so long is not expected to grow: its last line is taken as it is. */
const quietSeconds = 600;
/** Rotation during a run is met by listing again. */
const maxRounds = 3;
/** @param first  a listing of this run; null where there is none yet */
async function backUpLog(own, first, page, previous) {
	const { session, log, tools, signal } = own;
	const key = keyMark(tools.fingerprints);
	const fileTools = {
		...tools,
		...own,
		category: log.name,
		segments: [],
		findings: /* @__PURE__ */ new Set(),
		ids: new Set(page?.files.map(({ id }) => id) ?? []),
		comparable: page === null || page.key === key
	};
	const losses = /* @__PURE__ */ new Set();
	const settled = /* @__PURE__ */ new Set();
	let gone = /* @__PURE__ */ new Set();
	let files = page?.files ?? [];
	let listed = [];
	let [bytes, late, again] = [
		0,
		false,
		true
	];
	let taps = null;
	let hostClock = null;
	for (let round = 1; round <= maxRounds && again && !late; round++) {
		again = false;
		const all = (round === 1 ? first : null) ?? await listLogs(session, [log], own.references, signal);
		listed = await session.named(logsOf(all, log, own.before, own.references), signal);
		const entries = withoutTwins(listed.filter(({ kind, readable }) => kind === "file" && readable));
		const probe = {
			peek: peekInto(session, signal),
			mark: (some) => mark(tools.fingerprints, some),
			comparable: fileTools.comparable || round > 1
		};
		const { matches, vanished } = await matchLogs(entries, files, probe);
		if (round === 1 && page !== null) for (const gap of gaps(page, matches, listed)) losses.add(gap);
		if (log.countsTraffic && !tools.dryRun) {
			const reader = () => tools.readTraffic(own.host.name, bytesToRead(matches));
			taps ??= trafficTaps(tools.profile, reader(), own.outline);
		}
		hostClock = await session.clock(signal);
		const clock = hostTime(hostClock ?? tools.now(), entries);
		const next = [];
		for (const [entry, file] of matches) if (file !== null && settled.has(file.id)) next.push({
			...file,
			path: entry.path
		});
		else if (file !== null && late) next.push(file);
		else if (!late) {
			const captured = await captureFile(entry, file, entry.mtime > clock - quietSeconds, {
				...fileTools,
				taps
			});
			bytes += captured.bytes;
			late = captured.outcome === "late";
			again ||= captured.outcome === "again";
			if (captured.file !== null) next.push(captured.file);
			if (captured.file !== null && captured.outcome === "done") settled.add(captured.file.id);
		}
		for (const file of vanished) {
			if (!gone.has(file)) {
				next.push(file);
				again = true;
				continue;
			}
			const loss = lossOf(file, page?.takenAt ?? own.takenAt, listed);
			if (loss !== null) losses.add(loss);
		}
		gone = new Set(vanished);
		files = next.sort((a, b) => compareTexts(a.path, b.path));
	}
	if (again && !late) losses.add("files of it changed during each of several readings; they are read next time");
	for (const finding of [...oddClock(hostClock, tools.now()), ...oddEntries(listed, hostClock, tools.now())]) fileTools.findings.add(finding);
	const { segments, findings } = fileTools;
	const counts = await taps?.result();
	const isSame = JSON.stringify(files) === JSON.stringify(page?.files ?? []);
	return {
		name: log.name,
		status: bytes > 0 ? "stored" : files.length > 0 ? "unchanged" : "missing",
		problem: problemOf(own, late, listed, [...losses]),
		findings: [...findings, ...counts?.findings ?? []],
		traffic: counts?.days ?? [],
		page: segments.length === 0 && isSame || tools.dryRun ? null : {
			key,
			files,
			segments
		},
		previous,
		files: listed.filter(({ kind }) => kind === "file").length,
		bytes
	};
}
const bytesToRead = (matches) => [...matches].reduce((sum, [{ size }, file]) => sum + size - (file?.end ?? 0), 0);
function gaps(page, matches, listed) {
	return numberGaps([...matches].filter(([, file]) => file === null).map(([{ path }]) => path), [...page.files, ...listed].map(({ path }) => path));
}
/** Seconds since 1970, by the host's clock or by what it wrote last: whichever is later. */
function hostTime(clock, entries) {
	return entries.reduce((latest, { mtime }) => Math.max(latest, mtime), clock.getTime() / 1e3);
}
const maxShown = 10;
/** What makes a category incomplete; what was stored of it is kept all the same. */
function problemOf({ host, log }, late, listed, losses) {
	const denied = listed.filter(({ kind, readable }) => kind === "file" && !readable);
	if (losses.length > 0) return new Problem("pull/log-lost", `${host.name}: a part of ${log.name} is not in the vault`, {
		data: firstLines(losses, maxShown),
		hint: `back up more often than logs are deleted on ${host.name}, or let it keep them longer (delete-after, log-rotate)`
	});
	if (denied.length > 0) return new Problem("pull/unreadable", `${host.name}: ${host.user} may not read ${log.name} files`, {
		data: firstLines(denied.map(({ path }) => path), maxShown),
		hint: `\`pmta-vault doctor ${host.name}\` shows the rights that are missing`
	});
	return late ? outOfTime(host, log.name) : null;
}
function outOfTime(host, category) {
	return new Problem("pull/out-of-time", `${host.name}: not all of ${category} was read in the time for one host`, { hint: "what was read is stored, and the next run goes on from there; raise host-timeout" });
}
// src/flows/live-mirror.ts
/**
* What of the mirror has to be written again after a capture; nothing when all is unchanged. A category that
* failed, or was not taken, keeps the mirror that it had; so does a fact that spans categories.
* @param planned  all categories of the host, taken or not
*/
function liveMirror(capture, profile, planned, fingerprint, now) {
	const good = capture.categories.filter(({ status }) => status !== "failed");
	if (!capture.read) return {
		replaced: [],
		texts: /* @__PURE__ */ new Map(),
		asRead: /* @__PURE__ */ new Map()
	};
	const shown = new Set(planned.filter(({ shownMasked }) => shownMasked).map(({ name }) => name));
	const texts = /* @__PURE__ */ new Map();
	const replaced = [];
	const configs = /* @__PURE__ */ new Map();
	const asRead = /* @__PURE__ */ new Map();
	for (const { files } of good.filter(({ name }) => shown.has(name))) for (const { entry, content } of files) {
		const text = content.revealText("mask it");
		const isKnown = isPlain(profile, entry);
		const masked = isKnown ? text : profile.mask(entry.path, text, fingerprint);
		configs.set(entry.path, masked);
		if (masked === text && !isKnown) rememberPlain(profile, entry);
		const bytes = content.reveal("it holds no secret if masking left it as it is");
		if (masked === text && isAscii(bytes)) asRead.set(mirrorPath(entry.path), bytes);
	}
	if (good.some(({ name }) => shown.has(name))) {
		replaced.push("files");
		for (const [path, text] of configs) texts.set(mirrorPath(path), text);
		for (const { name, files } of good.filter((category) => !shown.has(category.name))) {
			const facts = profile.facts(name, files, configs, fingerprint, now);
			replaced.push(`facts/${name}.yml`);
			if (facts !== null) texts.set(`facts/${name}.yml`, factsYaml(facts));
		}
	}
	if (good.length === planned.length) {
		const entries = good.flatMap((category) => category.entries);
		replaced.push("facts/permissions.yml");
		texts.set("facts/permissions.yml", factsYaml(profile.permissions(entries)));
	}
	return {
		replaced,
		texts,
		asRead
	};
}
/** Files that masking left as they are, by path and digest: the hosts of a fleet share most of their files. */
const plain = /* @__PURE__ */ new WeakMap();
/** Of a fleet that shares nothing it is of no use, and 2 MB. */
const mostPlain = 1e4;
const isPlain = (profile, { path, sha256 }) => plain.get(profile)?.get(sha256) === path;
function rememberPlain(profile, { path, sha256 }) {
	const known = plain.get(profile) ?? /* @__PURE__ */ new Map();
	if (known.size >= mostPlain) known.clear();
	plain.set(profile, known.set(sha256, path));
}
// src/flows/host-backup.ts
/** Part of the time for one host that logs may take; the rest is for what has been read to be recorded. */
const shareForLogs = .75;
/** The story of one host: connect, read, seal, store, mask. */
async function backUpHost(host, tools, known, logs, share, sequence, signal) {
	try {
		var _usingCtx$1 = _usingCtx();
		const started = performance.now();
		const takenAt = tools.now().toISOString();
		const categories = planCategories(tools.profile, tools.fleet.categories);
		const taken = takenNames(categories, tools.only);
		const due = dueLogs(wantedLogs(tools), logs, tools.now());
		const session = _usingCtx$1.a(await tools.transport.connect(host, signal));
		const capture = await pull(host, {
			session,
			categories,
			taken,
			logs: due,
			profile: tools.profile,
			limits: tools.limits,
			fingerprint: tools.fingerprints.ofEntries,
			listingSalt: (state) => tools.fingerprints.salt([host.name, state]),
			admit: (bytes) => share.admit(bytes)
		}, known, signal);
		const times = {
			seal: 0,
			store: 0
		};
		const sealed = [];
		for (const category of capture.categories) {
			const bundle = category.status === "changed" ? await sealAndStore(host, tools, category, takenAt, sequence, times, signal) : null;
			sealed.push(describeCategory(category, bundle, known));
		}
		const live = liveMirror(capture, tools.profile, categories, tools.fingerprints.ofValue, tools.now());
		const outline = () => outlineOf(live.texts, host, tools, signal);
		const reading = performance.now();
		const deadline = started + tools.limits.hostTimeoutMs * shareForLogs;
		const logTools = {
			...tools,
			store: tools.logStore ?? tools.store
		};
		const sealedLogs = due.length === 0 ? [] : await backUpLogs({
			host,
			session,
			takenAt,
			deadline,
			outline,
			tools: logTools,
			signal
		}, due, capture, logs);
		const logsMs = performance.now() - reading;
		const hint = newHint(capture, known);
		const { categories: _, references: __, listing: ___, logs: ____, ...rest } = capture;
		return {
			takenAt,
			capture: {
				...rest,
				bytes: session.received(),
				findings: [...rest.findings, ...sealedLogs.flatMap(({ findings }) => findings)]
			},
			categories: sealed,
			logs: sealedLogs,
			live: await tools.vault.stageMirror(changeOf(live), sequence === 1, signal),
			hint: hint === null ? null : await tools.vault.stage(Buffer.from(hint), sequence === 1, signal),
			ms: {
				connect: session.times.connectMs,
				auth: session.times.authMs,
				...times,
				logs: logsMs,
				total: performance.now() - started
			}
		};
	} catch (_) {
		_usingCtx$1.e = _;
	} finally {
		await _usingCtx$1.d();
	}
}
/** @param texts  masked, of this run; when nothing of the config was read, those of the vault stand in */
async function outlineOf(texts, { name }, { vault, profile }, signal) {
	const isConfig = (path) => hostPath(path) !== null;
	if ([...texts.keys()].some(isConfig)) return mirrorOutline(texts, profile);
	const tree = (await vault.records([name], signal)).get(name)?.live ?? null;
	return tree === null ? [] : mirrorOutline(await vault.mirror(tree, isConfig, signal), profile);
}
/** The config is always taken, as it says where the rest is. @param only  empty for all */
function takenNames(categories, only) {
	const taken = categories.filter(({ name, shownMasked }) => only.length === 0 || shownMasked || only.includes(name));
	return new Set(taken.map(({ name }) => name));
}
function wantedLogs({ profile, fleet, only, logStore }) {
	if (logStore === null) return [];
	const planned = planLogs(profile, fleet.categories);
	return only.length === 0 ? planned : planned.filter(({ name }) => only.includes(name));
}
async function sealAndStore(host, tools, category, takenAt, sequence, times, signal) {
	const sealing = performance.now();
	const others = category.entries.filter((entry) => entry.kind === "link" || entry.kind === "directory");
	const content = {
		host: host.name,
		category: category.name,
		sequence,
		files: category.files,
		others
	};
	const bytes = await sealBundle(content, tools.compression, recipientsOf(tools.fleet, category.name));
	const storing = performance.now();
	times.seal += storing - sealing;
	const chance = String(randomInt(1e6)).padStart(6, "0");
	const time = keyTime(takenAt).replace("Z", `${chance}Z`);
	const key = `bundles/${host.name}/${category.name}/${time}.${bundleEnding(tools.compression)}`;
	const stored = await putProven(tools.store, key, bytes, signal);
	release(bytes);
	times.store += performance.now() - storing;
	return stored;
}
function describeCategory(category, stored, known) {
	const { name, status, problem, fingerprint } = category;
	const before = known.categories.get(name);
	const read = category.files.length > 0 || status !== "unchanged";
	const files = read ? category.files.length : before?.files ?? 0;
	const bytes = read ? category.files.reduce((sum, file) => sum + file.content.size, 0) : before?.bytes ?? 0;
	return {
		name,
		status,
		problem,
		files,
		bytes,
		fingerprint,
		bundle: stored === null || fingerprint === null ? null : {
			...stored,
			fingerprint,
			files,
			bytes,
			recipients: []
		}
	};
}
function changeOf({ replaced, texts, asRead }) {
	function* written() {
		for (const [path, text] of texts) yield [path, asRead.get(path) ?? Buffer.from(text)];
	}
	return {
		removed: replaced,
		written: written()
	};
}
export { pull as a, putProven as i, takenNames as n, liveMirror as r, backUpHost as t };
