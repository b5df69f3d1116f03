import { t as Problem } from "./problem.js";
import { n as systemCode } from "./thrown.js";
import { t as certain } from "./certain.js";
import { a as textBefore, n as matched, t as fieldsOf } from "./parts.js";
import { t as listed$1 } from "./listed.js";
import { t as _usingCtx } from "./usingCtx.js";
import { t as release } from "./release.js";
import { r as StreamEnded, t as ByteReader } from "./byte-reader.js";
import { t as writeWhole } from "./write-whole.js";
import { i as writeDay, r as readDay } from "./traffic-day.js";
import { t as parseFleet } from "./parse.js";
import { t as profiles } from "./profiles.js";
import { createHash, randomBytes } from "node:crypto";
import { link, lstat, mkdir, mkdtemp, open, readFile, readdir, rename, rm, stat, statfs, writeFile } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import { Readable } from "node:stream";
import { promisify } from "node:util";
import { crc32, deflate } from "node:zlib";
import { setTimeout } from "node:timers/promises";
import { spawn } from "node:child_process";
// src/stores/artifact/service.ts
const hint = "use store git (the default) or directory";
/** GitHub Enterprise Server takes no artifacts from this client; data residency (`ghe.com`) does. */
function refuseEnterpriseServer({ serverUrl }) {
	const { hostname } = new URL(serverUrl || "https://github.com");
	if (/(^|\.)(github\.com|ghe\.com|localhost)$/i.test(hostname)) return;
	throw new Problem("store/no-service", `the artifact service is not there on GitHub Enterprise Server (${hostname})`, { hint });
}
/** What writing needs besides. A shell step is not given it. */
function refuseShellStep({ hasRuntimeToken, hasResultsUrl, repository }) {
	if (hasRuntimeToken && hasResultsUrl) return;
	throw new Problem("store/no-service", `the artifact service is not given ${repository === "" ? "outside of GitHub Actions" : "to a `run:` step"}`, {
		data: ["ACTIONS_RUNTIME_TOKEN and ACTIONS_RESULTS_URL are set for JavaScript actions only"],
		hint: `run pmta-vault with \`uses:\`, or ${hint}`
	});
}
/**
* The repository whose artifacts are meant.
* @param named  `owner/name`; null: the one that this runs in, else the one that the vault's URL names
*/
function repositoryOf(named, runner, vault) {
	const fromUrl = /^[a-z+]+:\/\/[^/]+\/([^/]+\/[^/]+?)(?:\.git)?\/?$/i.exec(vault)?.[1];
	const text = named ?? (runner.repository || fromUrl || "");
	const [, owner, repo] = /^([\w.-]+)\/([\w.-]+)$/.exec(text) ?? [];
	if (owner !== void 0 && repo !== void 0) return {
		owner,
		repo
	};
	throw new Problem(named === null ? "settings/missing" : "settings/invalid", named === null ? "it is not known which repository's artifacts hold the bundles" : `artifact-repository is ${JSON.stringify(named.slice(0, 80))}`, { hint: "give --artifact-repository OWNER/NAME" });
}
// src/stores/directory.ts
/** A directory as store: one file per object, complete and on disk before it has its name. */
function directory(root) {
	const pathOf = (key) => {
		const path = join(root, key);
		if (relative(root, path).startsWith("..")) throw new Problem("store/refused", `${key} leads out of the store`, { hint: "verify says which snapshot names it; compare the vault with a clone you trust" });
		return path;
	};
	const read = async (key) => await readFile(pathOf(key)).catch((error) => {
		if (error.code === "ENOENT") return null;
		throw failed(root, key, error);
	});
	return {
		name: "directory",
		async put(key, bytes, signal) {
			signal.throwIfAborted();
			const path = pathOf(key);
			const sha256 = createHash("sha256").update(bytes).digest("hex");
			const partial = join(dirname(path), `.partial-${randomBytes(6).toString("hex")}`);
			try {
				await mkdir(dirname(path), {
					recursive: true,
					mode: 448
				});
				await writeDurably(partial, bytes);
				await link(partial, path);
				await syncDirectory(dirname(path));
			} catch (error) {
				if (error.code !== "EEXIST") throw failed(root, key, error);
				if (!(await readFile(path)).equals(bytes)) throw new Problem("store/refused", `${key} exists with other content`, { hint: "run again: names hold the time" });
			} finally {
				await rm(partial, { force: true });
			}
			return {
				store: "directory",
				key,
				size: bytes.length,
				sha256
			};
		},
		async get(key, signal) {
			signal.throwIfAborted();
			const bytes = await read(key);
			if (bytes === null) throw new Problem("store/missing", `the store has no ${key}`, { hint: `looked in ${root}` });
			return bytes;
		},
		async list(prefix, signal) {
			signal.throwIfAborted();
			const below = pathOf(prefix.slice(0, prefix.lastIndexOf("/") + 1));
			return (await readdir(below, {
				recursive: true,
				withFileTypes: true
			}).catch(() => [])).filter((item) => item.isFile() && !item.name.startsWith(".partial-")).map((item) => relative(root, join(item.parentPath, item.name))).filter((key) => key.startsWith(prefix)).sort();
		},
		async remove(keys, signal) {
			for (const key of keys) {
				signal.throwIfAborted();
				await rm(pathOf(key), { force: true }).catch((error) => {
					throw failed(root, key, error);
				});
			}
		}
	};
}
async function writeDurably(path, bytes) {
	try {
		var _usingCtx$3 = _usingCtx();
		const file = _usingCtx$3.a(await open(path, "wx", 384));
		await file.writeFile(bytes);
		await file.sync();
	} catch (_) {
		_usingCtx$3.e = _;
	} finally {
		await _usingCtx$3.d();
	}
}
async function syncDirectory(path) {
	try {
		var _usingCtx3 = _usingCtx();
		await _usingCtx3.a(await open(path, "r")).sync();
	} catch (_) {
		_usingCtx3.e = _;
	} finally {
		await _usingCtx3.d();
	}
}
function failed(root, key, cause) {
	const code = systemCode(cause);
	if (code === "ENOSPC" || code === "EDQUOT") return new Problem("store/full", `the disk of the store is full: ${root}`, {
		cause,
		hint: "make room and run again; what was there before is untouched"
	});
	return new Problem("store/refused", `${key} cannot be written or read in ${root}: ${code}`, {
		cause,
		hint: code === "EROFS" ? "its disk is read-only: look for errors of it in `dmesg`, make it writable, and run again" : "check the directory's owner and mode"
	});
}
// src/stores/git/pack-index.ts
/** The index by which git finds the objects of a pack. Source: gitformat-pack(5), "Version 2 pack-*.idx files". */
const magic = Buffer.from([
	255,
	116,
	79,
	99,
	0,
	0,
	0,
	2
]);
const largeOffset = 2147483648;
/** @param checksum  of the pack */
function packIndex(objects, checksum) {
	const { count } = objects;
	const fanout = Buffer.alloc(1024);
	const ids = Buffer.alloc(20 * count);
	const sums = Buffer.alloc(4 * count);
	const offsets = Buffer.alloc(4 * count);
	const large = [];
	for (const [n, place] of objects.sorted().entries()) {
		const { id, offset, crc } = objects.at(place);
		id.copy(ids, 20 * n);
		fanout.writeUInt32BE(n + 1, 4 * (id[0] ?? 0));
		sums.writeUInt32BE(crc, 4 * n);
		if (offset < largeOffset) offsets.writeUInt32BE(offset, 4 * n);
		else {
			offsets.writeUInt32BE(largeOffset + large.length, 4 * n);
			const wide = Buffer.alloc(8);
			wide.writeBigUInt64BE(BigInt(offset));
			large.push(wide);
		}
	}
	for (let first = 1; first < 256; first++) if (fanout.readUInt32BE(4 * first) === 0) fanout.writeUInt32BE(fanout.readUInt32BE(4 * (first - 1)), 4 * first);
	const body = Buffer.concat([
		magic,
		fanout,
		ids,
		sums,
		offsets,
		...large,
		checksum
	]);
	return Buffer.concat([body, createHash("sha1").update(body).digest()]);
}
// src/stores/git/packed-objects.ts
const idBytes = 20;
const firstRoom = 1024;
function packedObjects() {
	let count = 0;
	let room = firstRoom;
	let ids = Buffer.alloc(idBytes * room);
	let offsets = new Float64Array(room);
	let sums = new Uint32Array(room);
	/** places plus 1 by the beginning of the id, or the next free one after that; 0 is free */
	let slots = new Uint32Array(2 * room);
	const idAt = (place) => ids.subarray(idBytes * place, idBytes * (place + 1));
	/** the slot of an id, or the one that is free for it; the beginning of a digest is as good as any hash of it */
	function slotOf(id) {
		for (let slot = id.readUInt32LE() % slots.length;; slot = (slot + 1) % slots.length) {
			const place = (slots[slot] ?? 0) - 1;
			if (place < 0 || ids.compare(id, 0, idBytes, idBytes * place, idBytes * (place + 1)) === 0) return slot;
		}
	}
	function grow() {
		room *= 2;
		ids = Buffer.concat([ids], idBytes * room);
		offsets = enlarged(offsets, new Float64Array(room));
		sums = enlarged(sums, new Uint32Array(room));
		slots = new Uint32Array(2 * room);
		for (let place = 0; place < count; place++) slots[slotOf(idAt(place))] = place + 1;
	}
	return {
		get count() {
			return count;
		},
		find(id) {
			const place = (slots[slotOf(Buffer.from(id, "hex"))] ?? 0) - 1;
			return place < 0 ? null : place;
		},
		add(id, offset, crc) {
			if (count === room) grow();
			const bytes = Buffer.from(id, "hex");
			bytes.copy(ids, idBytes * count);
			offsets[count] = offset;
			sums[count] = crc;
			slots[slotOf(bytes)] = ++count;
		},
		at: (place) => ({
			id: idAt(place),
			offset: offsets[place] ?? 0,
			crc: sums[place] ?? 0
		}),
		sorted() {
			const beginnings = new Float64Array(count);
			for (let place = 0; place < count; place++) beginnings[place] = ids.readUIntBE(idBytes * place, 6);
			const difference = (a, b) => beginnings[a] - beginnings[b];
			const rest = (a, b) => ids.compare(ids, idBytes * b, idBytes * (b + 1), idBytes * a, idBytes * (a + 1));
			return new Uint32Array(count).map((_, place) => place).sort((a, b) => difference(a, b) || rest(a, b));
		}
	};
}
function enlarged(from, to) {
	to.set(from);
	return to;
}
// src/stores/git/stored-frame.ts
/**
* zlib's frame around bytes that are not compressed, as an object in a pack has one. Of small objects the runtime's zlib
* takes longer to begin and to end than all of this.
* Source: RFC 1950, section 2.2; RFC 1951, section 3.2.4 "Non-compressed blocks".
*/
const headBytes = 2;
const blockHeadBytes$1 = 5;
const sumBytes = 4;
const mostInBlock = 65535;
/** How long the frame around so many bytes is. */
const storedBytes = (size) => headBytes + blocksOf(size) * blockHeadBytes$1 + size + sumBytes;
const blocksOf = (size) => Math.max(1, Math.ceil(size / mostInBlock));
/** Writes the frame around `content` to `target` from `at` on. @returns where it ends */
function storeInto(target, at, content) {
	target[at++] = 120;
	target[at++] = 1;
	let from = 0;
	for (let left = blocksOf(content.length); left > 0; left--) {
		const bytes = Math.min(mostInBlock, content.length - from);
		target[at++] = left === 1 ? 1 : 0;
		at = target.writeUInt16LE(bytes, at);
		at = target.writeUInt16LE(~bytes & 65535, at);
		target.set(bytes === content.length ? content : content.subarray(from, from + bytes), at);
		at += bytes;
		from += bytes;
	}
	return target.writeUInt32BE(adler32(content), at);
}
/** So many bytes can be added before a sum no longer fits into 32 bits. */
const mostBeforeModulo = 5552;
const largestPrime = 65521;
function adler32(bytes) {
	let [low, high] = [1, 0];
	for (let at = 0; at < bytes.length;) {
		const stop = Math.min(at + mostBeforeModulo, bytes.length);
		for (; at < stop; at++) {
			low += bytes[at];
			high += low;
		}
		low %= largestPrime;
		high %= largestPrime;
	}
	return (high << 16 | low) >>> 0;
}
// src/stores/git/blob-pack.ts
/**
* Blobs, large or many, and trees, written into a pack of git's by this program. `git fast-import` hashes what it gets four times,
* with a SHA-1 that is a third as fast as the runtime's, and most of it when the run is about to end: of the time that
* a large log took on this side, that was more than a quarter.
* Source: gitformat-pack(5), "pack-*.pack files have the following format" and "Version 2 pack-*.idx files".
*/
const wrap = promisify(deflate);
const headerBytes = 12;
const hashedBytes = 4194304;
const typeNumbers = {
	tree: 2,
	blob: 3
};
/** What is smaller is gathered: a system call, or a turn of the runtime's pool, takes longer than the copy. */
const smallBytes$1 = 131072;
const gatherBytes = 1048576;
/** A segment of a log, as a rule. */
const mostSpareBytes = 8388608;
const zlibHeadBytes = 2;
const blockHeadBytes = 5;
/** Left by a killed run, git takes a file of this name away with its own. */
const temporaryName = () => `tmp_pack_${randomBytes(8).toString("hex")}`;
/** @throws what the file system throws */
async function blobPack({ dir }) {
	const folder = join(dir, "objects", "pack");
	await mkdir(folder, { recursive: true });
	const path = join(folder, temporaryName());
	const file = await open(path, "wx+", 292);
	const objects = packedObjects();
	let end = headerBytes;
	/** one after the other, and never more than one waits: each keeps a thread of the runtime's pool */
	let syncing = null;
	let trouble = null;
	let gathered = Buffer.allocUnsafeSlow(gatherBytes);
	let filled = 0;
	let writing = Promise.resolve();
	/** for the next entry that is read back: new memory costs as much as reading into it */
	let spare = null;
	/** Writes what is gathered, which ends where the pack ends by now. */
	function flush() {
		if (filled === 0) return writing;
		const [part, offset] = [gathered.subarray(0, filled), end - filled];
		gathered = Buffer.allocUnsafeSlow(gatherBytes);
		filled = 0;
		writing = writing.then(async () => {
			await writeWhole(file, part, offset);
			release(new Uint8Array(part.buffer));
			startSync();
		});
		return writing;
	}
	function startSync() {
		syncing ??= file.datasync().catch((error) => {
			trouble ??= error;
		}).finally(() => {
			syncing = null;
		});
	}
	function addNow(type, content) {
		if (!(content.length < smallBytes$1) || filled + mostHeadBytes + storedBytes(content.length) > gatherBytes) return null;
		const id = objectId(type, content);
		if (objects.find(id) !== null) return id;
		const from = filled;
		filled = storeInto(gathered, putEntryHead(gathered, from, type, content.length), content);
		objects.add(id, end, crc32(gathered.subarray(from, filled)));
		end += filled - from;
		return id;
	}
	return {
		addNow,
		async add(type, content) {
			for (; content.length < smallBytes$1; await flush()) {
				const added = addNow(type, content);
				if (added !== null) return added;
			}
			const id = objectId(type, content);
			if (objects.find(id) !== null) return id;
			const stored = await wrap(content, {
				level: 0,
				chunkSize: content.length + (content.length >> 8) + 1024
			});
			if (objects.find(id) !== null) return id;
			const head = entryHead(type, content.length);
			const gatheredBefore = flush();
			const offset = end;
			end += head.length + stored.length;
			objects.add(id, offset, crc32(stored, crc32(head)));
			writing = gatheredBefore.then(async () => {
				await writeWhole(file, head, offset);
				await writeWhole(file, stored, offset + head.length);
				release(new Uint8Array(stored.buffer));
				startSync();
			});
			await writing;
			return id;
		},
		async read(id) {
			const place = objects.find(id);
			if (place === null) return null;
			const { offset } = objects.at(place);
			const next = place + 1 < objects.count ? objects.at(place + 1).offset : end;
			await flush();
			const bytes = next - offset;
			const memory = spare !== null && spare.length >= bytes ? spare : Buffer.allocUnsafeSlow(bytes);
			spare = null;
			const entry = memory.subarray(0, bytes);
			await file.read(entry, 0, entry.length, offset);
			const { size, headBytes } = entrySize(entry);
			const content = unwrapped(entry.subarray(headBytes), size);
			if (memory.length <= mostSpareBytes) spare = memory;
			else release(memory);
			return content;
		},
		async finish() {
			try {
				var _usingCtx$2 = _usingCtx();
				await flush();
				const header = Buffer.alloc(headerBytes);
				header.write("PACK");
				header.writeUInt32BE(2, 4);
				header.writeUInt32BE(objects.count, 8);
				await file.write(header, 0, headerBytes, 0);
				const checksum = await checksumOf(file, end);
				await file.write(checksum, 0, checksum.length, end);
				await syncing;
				if (trouble !== null) throw trouble;
				await file.sync();
				await file.close();
				const name = join(folder, `pack-${checksum.toString("hex")}`);
				const index = join(folder, temporaryName());
				const written = _usingCtx$2.a(await open(index, "wx", 292));
				await written.writeFile(packIndex(objects, checksum));
				await written.sync();
				await rename(path, `${name}.pack`);
				await rename(index, `${name}.idx`);
				await _usingCtx$2.a(await open(folder, "r")).sync();
			} catch (_) {
				_usingCtx$2.e = _;
			} finally {
				await _usingCtx$2.d();
			}
		},
		async discard() {
			await writing.catch(() => {});
			await syncing;
			await file.close().catch(() => {});
			await rm(path, { force: true });
		}
	};
}
const objectId = (type, content) => createHash("sha1").update(`${type} ${content.length}\0`).update(content).digest("hex");
/** The type and the size of what follows. */
function entryHead(type, size) {
	const head = Buffer.alloc(mostHeadBytes);
	return head.subarray(0, putEntryHead(head, 0, type, size));
}
const mostHeadBytes = 8;
/** @returns where it ends */
function putEntryHead(target, at, type, size) {
	let [byte, left] = [typeNumbers[type] << 4 | size & 15, Math.floor(size / 16)];
	for (; left > 0; left = Math.floor(left / 128)) {
		target[at++] = byte | 128;
		byte = left & 127;
	}
	target[at++] = byte;
	return at;
}
/** The size that such a head says, and its own. */
function entrySize(entry) {
	let [at, byte] = [1, entry.readUInt8(0)];
	let size = byte & 15;
	for (let unit = 16; (byte & 128) !== 0; unit *= 128) {
		byte = entry.readUInt8(at++);
		size += (byte & 127) * unit;
	}
	return {
		size,
		headBytes: at
	};
}
/**
* The content of a zlib frame without compression; whether it is right, digests tell.
* Source: RFC 1951, section 3.2.4 "Non-compressed blocks".
*/
function unwrapped(stored, size) {
	const content = Buffer.allocUnsafeSlow(size);
	let filled = 0;
	for (let [at, isLast] = [zlibHeadBytes, false]; !isLast && filled < size;) {
		isLast = (stored.readUInt8(at) & 1) === 1;
		const bytes = stored.readUInt16LE(at + 1);
		at += blockHeadBytes;
		filled += stored.copy(content, filled, at, at + bytes);
		at += bytes;
	}
	return content.subarray(0, filled);
}
/** Over all of it: how many blobs there are stands at its beginning, and is known at the end. */
async function checksumOf(file, bytes) {
	const hash = createHash("sha1");
	const part = Buffer.allocUnsafe(hashedBytes);
	for (let at = 0; at < bytes;) {
		const { bytesRead } = await file.read(part, 0, Math.min(part.length, bytes - at), at);
		if (bytesRead === 0) throw new Error("a pack is shorter than what was written to it");
		hash.update(part.subarray(0, bytesRead));
		at += bytesRead;
	}
	return hash.digest();
}
// src/stores/git/process.ts
const settingArgs = Object.entries({
	"core.hooksPath": "/dev/null",
	"core.autocrlf": "false",
	"core.quotePath": "false",
	"core.fsync": "all",
	"gc.auto": "0",
	"http.lowSpeedLimit": "1",
	"http.lowSpeedTime": "300"
}).flatMap(([key, value]) => ["-c", `${key}=${value}`]);
/**
* Answers git's credential protocol from file descriptor 3, one paragraph per question: a push to a blobless
* clone's remote may fetch blobs to compare with, and that fetch asks anew.
*/
const helper = "!f() { test \"$1\" = get && while IFS= read -r line && test -n \"$line\"; do echo \"$line\"; done <&3; }; f";
const maxQuestions = 16;
/** @param extraPipe  whether the caller uses file descriptor 3 itself; no token is passed then */
function startGit(git, args, extraPipe = false) {
	const token = extraPipe ? null : git.token;
	const credentials = token === null ? [] : [
		"-c",
		"credential.helper=",
		"-c",
		`credential.helper=${helper}`
	];
	const child = spawn("git", [
		...settingArgs,
		...credentials,
		`--git-dir=${git.dir}`,
		...args
	], {
		stdio: extraPipe || token !== null ? [
			"pipe",
			"pipe",
			"pipe",
			"pipe"
		] : [
			"pipe",
			"pipe",
			"pipe"
		],
		env: {
			...git.environment,
			LC_ALL: "C",
			GIT_TERMINAL_PROMPT: "0",
			GIT_OPTIONAL_LOCKS: "0"
		}
	});
	const pipe = child.stdio[3];
	if (token !== null && pipe && "end" in pipe) {
		pipe.on("error", () => {});
		pipe.end(`username=x-access-token\npassword=${token()}\n\n`.repeat(maxQuestions));
	}
	child.stdin?.on("error", () => {});
	return child;
}
/** Runs git to its end. A status other than 0 is the caller's to judge. */
function runGit(git, args, input = "", signal) {
	return new Promise((resolve, reject) => {
		const child = startGit(git, args);
		const stdout = [];
		let stderr = "";
		const abort = () => child.kill("SIGTERM");
		signal?.addEventListener("abort", abort, { once: true });
		child.stdout?.on("data", (chunk) => stdout.push(chunk));
		child.stderr?.on("data", (chunk) => {
			if (stderr.length < 16384) stderr += chunk.toString("utf8");
		});
		child.on("error", (error) => reject(gitMissing(error)));
		child.on("close", (code) => {
			signal?.removeEventListener("abort", abort);
			if (signal?.aborted) reject(signal.reason);
			else resolve({
				code: code ?? 1,
				stdout: Buffer.concat(stdout),
				stderr
			});
		});
		child.stdin?.end(input);
	});
}
/** Runs git and takes any status but 0 for a Problem. */
async function git(repo, args, input = "", signal) {
	const { code, stdout, stderr } = await runGit(repo, args, input, signal);
	if (code !== 0) throw gitFailed(repo, args, stderr);
	return stdout.toString("utf8");
}
function gitFailed(repo, args, stderr) {
	const look = `look at the repository with \`git --git-dir=${repo.dir} fsck\` and at the free space of its disk`;
	return new Problem("vault/git-failed", `git ${args[0]} did not succeed in ${repo.dir}`, {
		data: complaintLines(stderr),
		hint: /Read-only file system/.test(stderr) ? readOnlyHint : look
	});
}
/** The C library's words are those of the C locale, which every call sets. */
const readOnlyHint = "its disk is read-only: look for errors of it in `dmesg`, make it writable, and run again; nothing was changed";
/** The last lines of what git said, short; git masks passwords in URLs itself. */
function complaintLines(stderr) {
	return stderr.split("\n").filter((line) => line.trim() !== "" && !line.startsWith("hint:")).slice(-5).map((line) => line.slice(0, 300));
}
function gitMissing(cause) {
	return new Problem("vault/git-missing", "the program `git` cannot be started", {
		cause,
		hint: "install git 2.38 or newer: `apt-get install git`"
	});
}
// src/stores/git/full-disk.ts
/** A full disk, told as such: git has many words for it, and some say nothing of the disk. */
/** git's own words, and the C library's in the C locale that every call sets. */
const speaksOfFullDisk = (complaint) => /No space left on device|Disk quota exceeded|Out of diskspace/.test(complaint);
/** Too little for any write of git to be sure of. */
const leastBytes = 65536;
/** Whether something failed for want of room, as far as its words or the disk as it is now can tell. */
async function isDiskFull({ dir }, complaint) {
	if (speaksOfFullDisk(complaint)) return true;
	const disk = await statfs(dir).catch(() => null);
	return disk !== null && disk.bavail * disk.bsize < leastBytes;
}
function diskFull(git, complaint) {
	return new Problem("vault/full", `the disk of the vault is full: ${git.dir}`, {
		data: complaintLines(complaint),
		hint: "make room and run again; what was there before is untouched"
	});
}
// src/stores/git/importer.ts
const writeBytes = 262144;
/** Below, one more pack is not worth its files: of one blob, or of all that came before. */
const largeBytes = 1048576;
/** zlib level of a run that found nothing new: its pack is snapshots, signatures and trees alone. */
const textLevel = 1;
const linesAtATime = 1e3;
const identity = "pmta-vault <pmta-vault@localhost>";
/**
* With each commit goes a blob by chance that nothing names. Two runs that propose the same in the same second would
* else write the same pack, and git ends the second: it finds the first one's file of that name in its way.
*
* @param compression  zlib level of the pack. 0 where it stays on this machine: most of it is ciphertext, and
*                     git's maintenance compresses the rest; 1 where it is pushed over a network. A pack of text
*                     alone is compressed in any case
*/
function importer(git, compression) {
	let running = null;
	let level = compression;
	let complaint = "";
	let marks = 0;
	let large = null;
	/** the same once it is there */
	let open = null;
	let reading = Promise.resolve();
	let checkpoints = 0;
	let newBytes = 0;
	const gathered = [];
	let gatheredBytes = 0;
	let draining = null;
	const ownRef = `refs/pmta-vault/${randomBytes(8).toString("hex")}`;
	const start = () => {
		const settings = [
			"-c",
			`core.compression=${level}`,
			"-c",
			"fastimport.unpackLimit=0"
		];
		const options = [
			"--quiet",
			"--done",
			"--date-format=raw",
			"--depth=0",
			"--cat-blob-fd=3"
		];
		const child = startGit(git, [
			...settings,
			"fast-import",
			...options
		], true);
		const answers = new ByteReader(0);
		const progress = new ByteReader(0);
		const pipe = child.stdio[3];
		if (pipe && "on" in pipe) pipe.on("data", (chunk) => answers.push(chunk));
		child.stdout?.on("data", (chunk) => progress.push(chunk));
		child.stderr?.on("data", (chunk) => {
			complaint = `${complaint}${chunk.toString("utf8")}`.slice(-4096);
		});
		return {
			child,
			answers,
			progress,
			ended: new Promise((resolve) => {
				child.on("error", (error) => answers.end(gitMissing(error)));
				child.on("close", (code) => {
					answers.end();
					progress.end();
					resolve(code);
				});
			})
		};
	};
	/** Gathers what is written: a system call for each of many small blobs takes longer than the copy. */
	async function write(...parts) {
		running ??= start();
		for (const part of parts) {
			const bytes = typeof part === "string" ? Buffer.from(part, "utf8") : part;
			gathered.push(bytes);
			gatheredBytes += bytes.length;
		}
		if (gatheredBytes >= writeBytes) await flush();
	}
	async function flush() {
		if (running === null || gatheredBytes === 0) return;
		const { child, ended } = running;
		if (child.exitCode !== null || child.stdin === null) throw importFailed(git, complaint);
		const parts = gatheredBytes > 4 * writeBytes ? [...gathered] : [Buffer.concat(gathered, gatheredBytes)];
		let room = true;
		for (const part of parts) room = child.stdin.write(part);
		gathered.length = 0;
		gatheredBytes = 0;
		if (room) return;
		const drained = () => new Promise((resolve) => child.stdin?.once("drain", resolve));
		draining ??= Promise.race([drained(), ended]).finally(() => {
			draining = null;
		});
		await draining;
	}
	/** Answers come in the order of the questions: one at a time, whatever host asks. */
	function inTurn(ask) {
		const turn = reading.then(ask);
		reading = turn.catch(() => {});
		return turn;
	}
	async function answer(read) {
		await flush();
		try {
			return await read();
		} catch (error) {
			if (!(error instanceof StreamEnded)) throw error;
			await running?.ended;
			throw importFailed(git, complaint);
		}
	}
	/** Of the pack of large blobs. */
	async function told(work) {
		try {
			return await work();
		} catch (cause) {
			const words = String(cause);
			throw await isDiskFull(git, words) ? diskFull(git, words) : gitFailed(git, ["index-pack"], words);
		}
	}
	async function packed(type, content) {
		large ??= blobPack(git);
		const pack = large;
		return await told(async () => {
			const opened = await pack;
			if (large === pack) open = opened;
			return await opened.add(type, content);
		});
	}
	/** git finds what a commit names. */
	async function finishLarge() {
		const pack = large;
		large = null;
		open = null;
		if (pack !== null) await told(async () => await (await pack).finish());
	}
	return {
		expectText() {
			if (running === null) level = textLevel;
		},
		async blob(content, isNew = false) {
			if (isNew) newBytes += content.length;
			if (content.length >= largeBytes || isNew && newBytes >= largeBytes) return await packed("blob", content);
			await write(`blob\ndata ${content.length}\n`, content, "\n");
			return objectId("blob", content);
		},
		blobNow: (content) => open?.addNow("blob", content) ?? null,
		tree: (content) => packed("tree", content),
		async readBack(blob) {
			const pack = large;
			const found = pack === null ? null : await told(async () => await (await pack).read(blob));
			if (found !== null) return found;
			return await inTurn(async () => {
				await write(`cat-blob ${blob}\n`);
				return await answer(async () => {
					const head = (await running?.answers.until(10, 8192))?.toString("latin1") ?? "";
					const size = Number(/^[0-9a-f]+ blob (\d+)$/.exec(head)?.[1]);
					if (!Number.isSafeInteger(size)) throw new StreamEnded("no such blob");
					const content = await running?.answers.take(size) ?? Buffer.alloc(0);
					await running?.answers.take(1);
					return content;
				});
			});
		},
		async commit(spec) {
			await finishLarge();
			const person = `${identity} ${spec.time} +0000`;
			const message = Buffer.from(spec.message);
			const [from, ...merges] = spec.parents;
			const mark = `:${++marks}`;
			const lines = [`reset ${ownRef}\n`, `commit ${ownRef}\nmark ${mark}\nauthor ${person}\ncommitter ${person}\ndata ${message.length}\n`];
			const links = [...from === void 0 ? [] : [`from ${from}\n`], ...merges.map((merge) => `merge ${merge}\n`)];
			await write("blob\ndata 16\n", randomBytes(16), "\n");
			await write(...lines, message, "\n", links.join(""));
			for (let first = 0; first < spec.changes.length; first += linesAtATime) await write(spec.changes.slice(first, first + linesAtATime).map(changeLine).join(""));
			await write("\n");
			await write(`reset ${ownRef}\nfrom ${"0".repeat(40)}\n\n`);
			return await inTurn(async () => {
				await write(`get-mark ${mark}\n`);
				return await answer(async () => (await running?.answers.until(10, 8192))?.toString("latin1") ?? "");
			});
		},
		async checkpoint() {
			await finishLarge();
			const word = `checkpoint-${++checkpoints}`;
			await write("checkpoint\n", `progress ${word}\n`);
			await answer(async () => {
				while ((await running?.progress.until(10, 8192))?.toString("latin1") !== `progress ${word}`);
			});
		},
		async close() {
			await (await large?.catch(() => null))?.discard();
			large = null;
			open = null;
			if (running === null) return;
			await flush().catch(() => {});
			const { child, ended } = running;
			child.stdin?.end("done\n");
			await ended;
			running = null;
			level = compression;
		}
	};
}
function changeLine(change) {
	const path = quoted(change.path);
	if ("tree" in change) return `M 040000 ${change.tree} ${path}\n`;
	return change.blob === null ? `D ${path}\n` : `M 100644 ${change.blob} ${path}\n`;
}
/** Source: git-fast-import(1), "quoted path". */
function quoted(path) {
	return `"${/["\\\n]/.test(path) ? path.replace(/[\\"]/g, "\\$&").replaceAll("\n", "\\n") : path}"`;
}
function importFailed(git, complaint) {
	return speaksOfFullDisk(complaint) ? diskFull(git, complaint) : gitFailed(git, ["fast-import"], complaint);
}
// src/stores/git/left-locks.ts
/**
* What a git that was killed leaves behind. git itself never takes a lock away, as it cannot know whose it is: until
* a person did, every later run would be refused.
*/
/** A reference is locked for the time of a few syncs. A lock this old has no owner any more. */
const longestLockMs = 6e4;
const lookMs = 500;
/**
* Takes away the locks of these references whose owners are gone, and waits until those that may have one are either
* free or too old. Locks of other references, and of the index, are a person's for a day: they stay.
* @returns whether it is worth another try
*/
async function freeLeftLocks({ dir }, refs) {
	const paths = [...refs, "packed-refs"].map((ref) => join(dir, `${ref}.lock`));
	const held = (await Promise.all(paths.map(async (path) => ({
		path,
		lock: await lockAt(path)
	})))).filter(({ lock }) => lock !== null);
	for (const { path, lock } of held) while (lock !== null && isSame(await lockAt(path), lock)) if (Date.now() - lock.since < longestLockMs) await setTimeout(lookMs);
	else await take(path, lock);
	return held.length > 0;
}
async function lockAt(path) {
	const found = await stat(path).catch(() => null);
	return found === null ? null : {
		inode: found.ino,
		since: found.mtimeMs
	};
}
const isSame = (one, other) => one !== null && one.inode === other.inode && one.since === other.since;
/** Another run may have been faster and hold a lock of its own by now: what was taken is looked at, and put back. */
async function take(path, lock) {
	const aside = `${path}.left-${randomBytes(4).toString("hex")}`;
	await rename(path, aside).catch(() => void 0);
	const taken = await lockAt(aside);
	if (taken !== null && !isSame(taken, lock)) await link(aside, path).catch(() => void 0);
	await rm(aside, { force: true });
}
/** What is younger may belong to a run that is under way. */
const longestRunMs$1 = 864e5;
/**
* Takes away what a killed git left: marks of `fast-import` by which its packs are kept for ever, even when nothing names
* what is in them, and locks, by which `gc` and `reflog` refuse their work. Marks that somebody else made say so inside.
* A person's commit holds the lock of the index for as long as its message is being written: that one stays.
*/
async function sweep({ dir }) {
	const below = (folder) => ({
		folder: join(dir, folder),
		recursive: true,
		name: /\.lock$/,
		content: /^/
	});
	const places = [
		{
			...below(""),
			recursive: false,
			name: /^(?!index\.).*\.lock$/
		},
		...[
			"refs",
			"logs",
			"objects/info"
		].map(below),
		{
			...below("objects/pack"),
			name: /\.keep$/,
			content: /^(fast-import.*)?$/s
		}
	];
	for (const { folder, recursive, name, content } of places) {
		const names = await readdir(folder, { recursive }).catch(() => []);
		for (const path of names.filter((file) => name.test(file)).map((file) => join(folder, file))) {
			const lock = await lockAt(path);
			if (lock === null || Date.now() - lock.since < longestRunMs$1) continue;
			if (content.test(await readFile(path, "utf8").catch(() => "?"))) await rm(path, { force: true });
		}
	}
}
// src/stores/git/references.ts
const bundlesRef = "refs/heads/bundles";
/** All branches by full name. */
async function branches(repo, signal) {
	const listed = await git(repo, [
		"for-each-ref",
		"--format=%(refname) %(objectname)",
		"refs/heads/"
	], "", signal);
	return new Map(listed.split("\n").filter((line) => line !== "").map((line) => line.split(" ")));
}
/** ms to wait for another run that holds the lock; git's own 100 ms are less than a slow disk's sync takes. */
const patience = ["core.filesRefLockTimeout=10000", "core.packedRefsTimeout=10000"].flatMap((setting) => ["-c", setting]);
const publishLocally = (repo) => async (updates) => {
	const zero = "0".repeat(40);
	const script = [
		"start",
		...updates.map(({ ref, from, to }) => to === null ? `delete ${ref} ${from}` : from === null ? `create ${ref} ${to}` : `update ${ref} ${to} ${from || zero}`),
		"prepare",
		"commit",
		""
	].join("\n");
	const move = () => runGit(repo, [
		...patience,
		"update-ref",
		"--stdin"
	], script);
	let { code, stderr } = await move();
	if (code !== 0 && await freeLeftLocks(repo, updates.map(({ ref }) => ref))) ({code, stderr} = await move());
	if (code === 0) return { moved: false };
	if (await isDiskFull(repo, stderr)) throw diskFull(repo, stderr);
	return {
		moved: true,
		refused: stderr.split("\n").filter((line) => line !== "")
	};
};
function moved(location, what) {
	return new Problem("vault/moved", `other runs wrote ${what} of ${location} first, 12 times in a row`, { hint: "run again; if it happens often, give the workflow a concurrency group" });
}
// src/stores/git/remote.ts
async function cloneRemote(url, base, scratch, signal) {
	await removeLeftClones(scratch);
	const dir = await mkdtemp(join(scratch, cloneName));
	const repo = {
		...base,
		dir
	};
	const location = withoutCredentials(url);
	await git(repo, [
		"init",
		"--quiet",
		"--bare",
		"-b",
		"main",
		dir
	], "", signal);
	for (const [key, value] of [
		["remote.origin.url", url],
		["remote.origin.promisor", "true"],
		["remote.origin.partialclonefilter", "blob:none"]
	]) await git(repo, [
		"config",
		key,
		value
	], "", signal);
	const remote = {
		git: repo,
		async fetch(stop) {
			const args = [
				"fetch",
				"--quiet",
				"--prune",
				"--no-tags",
				"--depth=1",
				"--filter=blob:none",
				"--update-head-ok",
				"origin",
				"+refs/heads/*:refs/heads/*"
			];
			const { code, stderr } = await runGit(repo, args, "", stop);
			if (code !== 0 && stderr.trim() === "") {
				const whole = await runGit(repo, args.filter((arg) => arg !== "--depth=1"), "", stop);
				if (whole.code !== 0) throw unreachable(location, whole.stderr);
				return;
			}
			if (code !== 0) throw unreachable(location, stderr);
		},
		async fetchHistory(stop) {
			const { code, stderr } = await runGit(repo, [
				"fetch",
				"--quiet",
				"--no-tags",
				...[
					"--depth=2147483647",
					"--filter=blob:none",
					"--update-head-ok"
				],
				"origin",
				"+refs/heads/*:refs/heads/*"
			], "", stop);
			if (code !== 0) throw unreachable(location, stderr);
		},
		async fetchBlobs(oids, stop) {
			if (oids.length === 0) return;
			const { code, stderr } = await runGit(repo, [
				...[
					"-c",
					"fetch.negotiationAlgorithm=noop",
					"fetch",
					"--quiet",
					"--no-tags",
					"--no-write-fetch-head"
				],
				"--filter=blob:none",
				"--stdin",
				"origin"
			], `${oids.join("\n")}\n`, stop);
			if (code !== 0) throw unreachable(location, stderr);
		},
		publish: (updates) => push(repo, location, updates),
		remove: () => rm(dir, {
			recursive: true,
			force: true
		})
	};
	try {
		await remote.fetch(signal);
	} catch (error) {
		await remote.remove();
		throw error;
	}
	return remote;
}
const cloneName = "pmta-vault-clone-";
/** What is younger may belong to a run that is under way. */
const longestRunMs = 864e5;
/** Clones of runs that were killed, which nobody else would ever take away. What is another account's stays. */
async function removeLeftClones(scratch) {
	const names = (await readdir(scratch).catch(() => [])).filter((name) => name.startsWith(cloneName));
	for (const path of names.map((name) => join(scratch, name))) {
		const found = await lstat(path).catch(() => null);
		if (found?.isDirectory() === true && Date.now() - found.mtimeMs > longestRunMs) await rm(path, {
			recursive: true,
			force: true
		}).catch(() => void 0);
	}
}
/** Compare-and-swap on the other side: each branch moves only from where we saw it, all or none. */
async function push(repo, location, updates) {
	const leases = updates.map(({ ref, from }) => `--force-with-lease=${ref}:${from ?? ""}`);
	const specs = updates.map(({ ref, to }) => `${to ?? ""}:${ref}`);
	const { code, stdout, stderr } = await runGit(repo, [
		"push",
		"--porcelain",
		"--atomic",
		...leases,
		"origin",
		...specs
	]);
	if (code === 0) return { moved: false };
	const refusals = stdout.toString("utf8").split("\n").filter((line) => line.startsWith("!"));
	if (refusals.length === 0) {
		if (await areThere(repo, updates)) return { moved: false };
		throw unreachable(location, stderr);
	}
	return {
		moved: true,
		refused: [...stderr.split("\n").filter((line) => /^remote: +\S/.test(line)).slice(0, 5).map((line) => line.trim().slice(0, 300)), ...complaintLines([...refusals.map((line) => line.replaceAll("	", " ")), stderr].join("\n"))]
	};
}
async function areThere(repo, updates) {
	const { code, stdout } = await runGit(repo, [
		"ls-remote",
		"origin",
		...updates.map(({ ref }) => ref)
	]);
	const lines = stdout.toString("utf8").split("\n").filter((line) => line !== "");
	const found = new Map(lines.map((line) => line.split("	").reverse()));
	return code === 0 && updates.every(({ ref, to }) => (found.get(ref) ?? null) === to);
}
function unreachable(location, stderr) {
	return new Problem("vault/unreachable", `the vault ${location} cannot be reached`, {
		data: complaintLines(stderr),
		hint: "check the URL and the token's rights: `git ls-remote` with the same URL shows whether git can reach it"
	});
}
function isRemote(vault) {
	return /^[a-z][a-z0-9+.-]*:\/\//i.test(vault) || /^[\w.-]+@[\w.-]+:/.test(vault);
}
function withoutCredentials(url) {
	return url.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^@/]*@/i, "$1");
}
// src/stores/git/accept.ts
/**
* Merges a proposal as a person would with git: the checked-out `main` moves with it. Nothing is changed
* when git would have to guess.
*/
async function acceptProposal(repo, workTree, heads, id, signal) {
	const branch = `drift/${id}`;
	const tip = heads.get(`refs/heads/${branch}`);
	if (tip === void 0) throw noSuchProposal(id, heads);
	if (workTree === null) throw new Problem("propose/no-such-proposal", "`accept` works on a local vault with main checked out", { hint: "merge the pull request instead, or clone the vault and give its path as --vault" });
	const inTree = [`--work-tree=${workTree}`];
	const current = (await git(repo, [
		...inTree,
		"symbolic-ref",
		"--short",
		"HEAD"
	], "", signal)).trim();
	if (current !== "main") throw new Problem("vault/local-changes", `${workTree} has ${current} checked out, not main`, { hint: `git -C ${workTree} switch main` });
	const dirty = await git(repo, [
		...inTree,
		"status",
		"--porcelain",
		"--untracked-files=no"
	], "", signal);
	if (dirty !== "") throw new Problem("vault/local-changes", `${workTree} has changes that are not committed`, {
		data: dirty.split("\n").filter((line) => line !== "").slice(0, 5),
		hint: `commit them, or put them aside: git -C ${workTree} stash`
	});
	const message = (await git(repo, [
		"log",
		"-1",
		"--format=%B",
		tip
	], "", signal)).trim();
	const title = `accept: ${textBefore(message, "\n")}`;
	const identity = [
		"-c",
		"user.name=pmta-vault",
		"-c",
		"user.email=pmta-vault@localhost"
	];
	const known = (await runGit(repo, ["var", "GIT_COMMITTER_IDENT"], "", signal)).code === 0;
	const merged = await runGit(repo, [
		...inTree,
		...known ? [] : identity,
		"merge",
		"--no-ff",
		"--no-edit",
		"-m",
		title,
		"-m",
		`Proposal: ${branch}`,
		tip
	], "", signal);
	if (merged.code !== 0) {
		await runGit(repo, [
			...inTree,
			"merge",
			"--abort"
		]);
		throw new Problem("propose/conflict", `${branch} does not merge into main any more`, {
			data: complaintLines(`${merged.stdout.toString("utf8")}\n${merged.stderr}`),
			hint: "run `pmta-vault backup`: it writes the proposal anew on top of main"
		});
	}
	const deleted = await runGit(repo, [
		"update-ref",
		"-d",
		`refs/heads/${branch}`,
		tip
	]);
	if (deleted.code !== 0) throw gitFailed(repo, ["update-ref"], deleted.stderr);
	return {
		commit: (await git(repo, ["rev-parse", "refs/heads/main"], "", signal)).trim(),
		message
	};
}
function noSuchProposal(id, heads) {
	const ids = [...heads.keys()].filter((ref) => ref.startsWith("refs/heads/drift/")).map((ref) => ref.slice(17));
	return new Problem("propose/no-such-proposal", `there is no proposal drift/${id}`, {
		data: ids.length === 0 ? [] : [`there are: ${ids.join(", ")}`],
		hint: "`pmta-vault diff` shows what differs now"
	});
}
// src/stores/git/bundle-store.ts
function bundleStore(writer, objects, tip) {
	const staged = /* @__PURE__ */ new Map();
	return {
		name: "git",
		stagedBlob: (key) => staged.get(key)?.blob ?? null,
		async put(key, bytes, signal) {
			signal.throwIfAborted();
			const sha256 = createHash("sha256").update(bytes).digest("hex");
			const before = staged.get(key)?.sha256 ?? await committedHash(objects, tip(), key);
			if (before !== null && before !== sha256) throw new Problem("store/refused", `${key} exists with other content`, { hint: "run again: names hold the time" });
			if (before === null) staged.set(key, {
				blob: await writer.blob(bytes, true),
				size: bytes.length,
				sha256
			});
			return {
				store: "git",
				key,
				size: bytes.length,
				sha256
			};
		},
		async get(key, signal) {
			signal.throwIfAborted();
			const fresh = staged.get(key);
			if (fresh !== void 0) return await writer.readBack(fresh.blob);
			const commit = tip();
			const found = commit === null ? null : await objects.object(`${commit}:${key}`);
			if (found?.type !== "blob") throw new Problem("store/missing", `the vault has no ${key}`, { hint: "look for it in another clone of the vault, or take an older snapshot" });
			return found.content;
		},
		async list(prefix, signal) {
			const keys = [...staged.keys()].filter((key) => key.startsWith(prefix));
			const commit = tip();
			if (commit !== null) await collect(objects, `${commit}:bundles`, "bundles", prefix, keys, signal);
			return [...new Set(keys)].sort();
		}
	};
}
async function committedHash(objects, commit, key) {
	if (commit === null) return null;
	const slash = key.lastIndexOf("/");
	if (!(await objects.tree(`${commit}:${key.slice(0, slash)}`)).some((item) => item.name === key.slice(slash + 1))) return null;
	const found = await objects.object(`${commit}:${key}`);
	return found === null ? null : createHash("sha256").update(found.content).digest("hex");
}
/** @param tree  id of the folder, or an expression: by its path git would walk down from the root each time */
async function collect(objects, tree, folder, prefix, keys, signal) {
	signal.throwIfAborted();
	const within = [];
	for (const { name, mode, oid } of await objects.tree(tree)) {
		const path = `${folder}/${name}`;
		if (mode !== "40000") {
			if (path.startsWith(prefix)) keys.push(path);
		} else if (path.startsWith(prefix) || prefix.startsWith(`${path}/`)) within.push(collect(objects, oid, path, prefix, keys, signal));
	}
	await Promise.all(within);
}
// src/stores/git/checkout.ts
/** The checked-out `fleet.yml`, which a person may have edited without committing; null when there is none. */
async function checkedOutFleet(workTree) {
	if (workTree === null) return null;
	return await readFile(join(workTree, "fleet.yml"), "utf8").catch(() => null);
}
/** Commits the first `fleet.yml` to `main`, and checks it out where `main` is checked out. */
async function addFleet(repo, options, text, signal) {
	const main = (await branches(repo, signal)).get("refs/heads/main") ?? null;
	if (await checkedOutFleet(options.workTree) !== null || main !== null && await isIn(repo, main, signal)) throw new Problem("vault/local-changes", `${options.location} has a fleet.yml already; it is left as it is`, { hint: "edit it, commit it, and run `pmta-vault doctor`" });
	const writer = importer(repo, 1);
	const blob = await writer.blob(Buffer.from(text));
	const time = Math.floor(options.now().getTime() / 1e3);
	const parents = main === null ? [] : [main];
	const to = await writer.commit({
		parents,
		message: "fleet: begin\n",
		time,
		changes: [{
			path: "fleet.yml",
			blob
		}]
	});
	await writer.close();
	const { moved } = await options.publish([{
		ref: "refs/heads/main",
		from: main,
		to
	}]);
	if (moved) throw new Problem("vault/moved", `main of ${options.location} moved meanwhile`, { hint: "run again" });
	if (options.workTree === null) return;
	await writeFile(join(options.workTree, "fleet.yml"), text);
	await git(repo, [
		`--work-tree=${options.workTree}`,
		"reset",
		"--quiet",
		"main",
		"--",
		"fleet.yml"
	], "", signal);
}
async function isIn(repo, commit, signal) {
	return await git(repo, [
		"ls-tree",
		"--name-only",
		commit,
		"--",
		"fleet.yml"
	], "", signal) !== "";
}
// src/stores/git/contents.ts
/**
* The files of a commit below the prefixes, in the order of the prefixes and then by path: one list, then one
* stream in which the questions run ahead of the answers.
* @param commit  null: nothing
*/
async function* branchContents(repo, commit, prefixes, remote, signal) {
	if (commit === null) return;
	const items = await listed(repo, commit, prefixes, signal);
	await remote?.fetchBlobs([...new Set(items.map(({ oid }) => oid))], signal);
	for (let next = 0; next < items.length;) {
		const rest = items.slice(next);
		for await (const blob of answers(repo, rest, signal)) {
			next++;
			yield blob;
		}
	}
}
async function listed(repo, commit, prefixes, signal) {
	const items = (await git(repo, [
		"ls-tree",
		"-r",
		"-z",
		"--full-tree",
		commit,
		"--",
		...prefixes
	], "", signal)).split("\0").map((line) => matched(/^\d+ blob ([0-9a-f]+)\t(.*)$/s, line, "oid", "path")).filter((item) => item !== null);
	return prefixes.flatMap((prefix) => items.filter(({ path }) => path.startsWith(prefix)));
}
/** Ends after the first object that cannot be read, as git does. */
async function* answers(repo, items, signal) {
	const child = startGit(repo, [
		"cat-file",
		"--batch",
		"--buffer"
	]);
	let fail = () => {};
	let failure = null;
	child.once("error", (error) => {
		failure = gitMissing(error);
		fail(failure);
	});
	const orFail = (answered) => new Promise((resolve, reject) => {
		if (failure !== null) reject(failure);
		fail = reject;
		answered.then(resolve, reject);
	});
	child.stderr?.resume();
	child.stdin?.end(`${items.map(({ oid }) => oid).join("\n")}\n`);
	const output = pulled(child.stdout ?? Readable.from([]));
	try {
		for (const { path } of items) {
			signal.throwIfAborted();
			const bytes = await orFail(answer(output));
			yield {
				path,
				bytes
			};
			if (bytes === null) return;
		}
	} finally {
		child.kill();
	}
}
/** @returns null for an object that is not there, or that git finds damaged */
async function answer(output) {
	const head = await output.line();
	const size = head === null ? void 0 : /^[0-9a-f]{40,64} blob (\d+)$/.exec(head)?.[1];
	const content = size === void 0 ? null : await output.take(Number(size) + 1);
	return content === null ? null : content.subarray(0, -1);
}
/** Takes from the stream only what is asked for, so that git waits for us and memory holds one object. */
function pulled(stream) {
	const chunks = stream[Symbol.asyncIterator]();
	let current = Buffer.alloc(0);
	const take = async (bytes) => {
		const parts = [current];
		for (let have = current.length; have < bytes;) {
			const { value, done } = await chunks.next();
			if (done === true) return null;
			parts.push(value);
			have += value.length;
		}
		const whole = parts.length === 1 ? current : Buffer.concat(parts);
		current = whole.subarray(bytes);
		return whole.subarray(0, bytes);
	};
	return {
		take,
		async line() {
			for (;;) {
				const end = current.indexOf(10);
				if (end !== -1) return (await take(end + 1))?.toString("latin1", 0, end) ?? null;
				const { value, done } = await chunks.next();
				if (done === true) return null;
				current = Buffer.concat([current, value]);
			}
		}
	};
}
// src/stores/git/merged.ts
const field = "";
const record = "";
/**
* A proposal by its id or by the number of its pull request: on its own branch while it is open, else as the commit
* that brought it to `main`. And those of late, without any name.
*/
function changeFinder(repo, objects, remote) {
	let whole = null;
	const fetchHistory = async (signal) => {
		whole ??= remote?.fetchHistory(signal) ?? null;
		await whole;
	};
	async function describe(id, found, signal) {
		const { proposal, brought, time } = found;
		const before = await objects.tree(`${brought.oid}^:hosts`);
		const after = await objects.tree(`${brought.oid}:hosts`);
		const former = new Map(before.map((item) => [item.name, item.oid]));
		const mirrors = after.filter(({ name: host, oid }) => former.get(host) !== oid).map(({ name: host, oid }) => ({
			host,
			from: former.get(host) ?? null,
			to: oid
		}));
		const runs = await runsAround(repo, mirrors.map(({ host }) => host), proposal.writtenAt, signal);
		return {
			id,
			title: textBefore(proposal.message, "\n"),
			seenAt: runs.seenAt ?? proposal.writtenAt,
			notBefore: runs.notBefore,
			acceptedAt: time,
			mirrors
		};
	}
	return {
		async change(name, signal) {
			const id = name.replace(/^(drift\/|#)/, "");
			if (!/^[\w-]{1,64}$/.test(id)) return null;
			await fetchHistory(signal);
			const [open] = await commitsOf(repo, ["-1", `refs/heads/drift/${id}`], signal);
			const found = open === void 0 ? await mergeOf(repo, id, signal) ?? await commitOnMain(repo, id, signal) : {
				proposal: open,
				brought: open,
				time: null
			};
			return found === null ? null : await describe(id, found, signal);
		},
		async recentChanges(since, most, signal) {
			const seconds = Math.floor(since.getTime() / 1e3);
			const tips = (await tipsOf(repo, signal)).filter(({ time }) => time >= seconds);
			if (tips.length === 0) return [];
			await fetchHistory(signal);
			const found = [];
			for (const { ref } of tips) {
				const isMain = ref === mainRef$1;
				const which = isMain ? [
					"--first-parent",
					`--since=@${seconds}`,
					ref
				] : ["-1", ref];
				for (const commit of await commitsOf(repo, which, signal)) {
					const proposal = isMain ? await proposalOf(repo, commit, signal) : commit;
					if (!/^Pmta-Vault-Kind: drift$|"kind":"drift"/m.test(proposal.message)) continue;
					const id = isMain ? nameOf(commit, proposal) : ref.replace("refs/heads/drift/", "");
					found.push({
						id,
						proposal,
						brought: commit,
						time: isMain ? commit.time : null
					});
				}
			}
			const changes = [];
			for (const one of found.toSorted((a, b) => b.proposal.writtenAt - a.proposal.writtenAt).slice(0, most)) changes.push(await describe(one.id, one, signal));
			return changes;
		}
	};
}
const mainRef$1 = "refs/heads/main";
async function tipsOf(repo, signal) {
	const listed = await runGit(repo, [
		"for-each-ref",
		"--format=%(refname) %(committerdate:unix)",
		mainRef$1,
		"refs/heads/drift/"
	], "", signal);
	if (listed.code !== 0) return [];
	return listed.stdout.toString("utf8").split("\n").filter(Boolean).map((line) => fieldsOf(line, " ", "ref", "time")).map(({ ref, time }) => ({
		ref,
		time: Number(time)
	}));
}
/** The program's own commit among the merged ones, else the last of them; the commit itself where nothing was merged. */
async function proposalOf(repo, merge, signal) {
	const [first, second] = merge.parents;
	if (second === void 0) return merge;
	const merged = await commitsOf(repo, [`${first}..${second}`], signal);
	return merged.find(({ message }) => /^Pmta-Vault-Kind: /m.test(message)) ?? merged[0] ?? merge;
}
/** By what `change` finds it again. */
function nameOf(commit, proposal) {
	const id = /^Pmta-Vault-Id: ([\w-]{1,64})$/m.exec(proposal.message)?.[1];
	const branch = /\bdrift\/([\w-]{1,64})/.exec(commit.message)?.[1];
	return id ?? branch ?? /#(\d+)/.exec(commit.message)?.[1] ?? commit.oid;
}
/** When a run last found the mirror of each host to be another than before. Hosts with no such run are left out. */
function liveChanges(repo, remote) {
	return async (hosts, signal) => {
		const found = /* @__PURE__ */ new Map();
		if (hosts.length === 0) return found;
		await remote?.fetchHistory(signal);
		const { stdout } = await runGit(repo, [
			"-c",
			"log.showRoot=true",
			...[
				"log",
				"--name-only",
				"--format=%x1e%P%x1f%ct%x1f",
				"refs/heads/bundles",
				"--",
				...hosts.map((host) => `live/${host}`)
			]
		], "", signal);
		for (const commit of stdout.toString("utf8").split(record).slice(1)) {
			const { parents, time, names } = fieldsOf(commit, field, "parents", "time", "names");
			const at = (/* @__PURE__ */ new Date(Number(time) * 1e3)).toISOString();
			for (const match of names.matchAll(/^"?live\/([^/]+)\//gm)) {
				const host = certain(match[1]);
				if (!found.has(host)) found.set(host, {
					at,
					isCut: parents === ""
				});
			}
		}
		return found;
	};
}
/** The run that first saw what a proposal of `time` proposes, and the run of these hosts before that. */
async function runsAround(repo, hosts, time, signal) {
	const below = (folder) => ["--", ...hosts.map((host) => `${folder}/${host}`)];
	const [seen] = await commitsOf(repo, [
		"-1",
		`--until=@${time}`,
		"refs/heads/bundles"
	], signal, below("live"));
	const [former] = seen === void 0 ? [] : await commitsOf(repo, ["-1", `${seen.oid}^`], signal, below("snapshots"));
	return {
		seenAt: seen?.time ?? null,
		notBefore: former?.time ?? null
	};
}
/** A commit of `main` by its whole id. */
async function commitOnMain(repo, oid, signal) {
	if (!/^([0-9a-f]{40}|[0-9a-f]{64})$/.test(oid)) return null;
	const [brought] = (await runGit(repo, [
		"merge-base",
		"--is-ancestor",
		oid,
		mainRef$1
	], "", signal)).code === 0 ? await commitsOf(repo, ["-1", oid], signal) : [];
	if (brought === void 0) return null;
	return {
		brought,
		proposal: await proposalOf(repo, brought, signal),
		time: brought.time
	};
}
/** The commit on `main` whose message names the proposal. */
async function mergeOf(repo, id, signal) {
	const named = new RegExp(`(^|[\\s/(#])${id}($|[\\s)])`, "m");
	const brought = (await commitsOf(repo, [
		"--topo-order",
		"--fixed-strings",
		`--grep=${/^\d{1,7}$/.test(id) ? `#${id}` : id}`,
		mainRef$1
	], signal)).find(({ message }) => named.test(message));
	if (brought === void 0) return null;
	return {
		brought,
		proposal: await proposalOf(repo, brought, signal),
		time: brought.time
	};
}
async function commitsOf(repo, which, signal, paths = ["--"]) {
	const found = await runGit(repo, [
		"log",
		`--format=${[
			"%H",
			"%P",
			"%ct",
			"%at",
			"%B"
		].join("%x1f")}%x1e`,
		...which,
		...paths
	], "", signal);
	if (found.code !== 0) return [];
	return found.stdout.toString("utf8").split(record).map((text) => text.trimStart().split(field)).filter(isWhole).map(([oid, parents, time, writtenAt, message]) => ({
		oid,
		parents: parents.split(" ").filter(Boolean),
		time: Number(time),
		writtenAt: Number(writtenAt),
		message
	}));
}
/** What somebody wrote into a message may hold any of the marks. */
const isWhole = (parts) => parts.length === 5;
// src/stores/git/mirror.ts
/** Reading mirrors: their files, and how two of them differ. */
function mirrorReader(repo, objects, remote) {
	const texts = async (blobs, signal) => {
		const wanted = [...new Set(blobs)];
		await remote?.fetchBlobs(wanted, signal);
		const found = /* @__PURE__ */ new Map();
		const read = async (oid) => {
			const object = await objects.object(oid);
			if (object !== null) found.set(oid, object.content.toString("utf8"));
		};
		await Promise.all(wanted.map(read));
		return found;
	};
	const differences = async (from, to, signal) => await compareTrees(objects, from, to, "", signal);
	return {
		texts,
		differences,
		async mirror(tree, only, signal) {
			const files = (await differences(null, tree, signal)).filter(({ path }) => only(path));
			const contents = await texts(files.map(({ to }) => to ?? ""), signal);
			return new Map(files.map(({ path, to }) => [path, contents.get(to ?? "") ?? ""]));
		},
		async mirrorAt(host, sequence, signal) {
			const name = `snapshots/${host}/${String(sequence).padStart(8, "0")}.json`;
			const found = await runGit(repo, [
				"log",
				"-1",
				"--format=%H",
				"--diff-filter=A",
				"refs/heads/bundles",
				"--",
				name
			], "", signal);
			const commit = found.code === 0 ? found.stdout.toString("utf8").trim() : "";
			if ((commit === "" ? [] : await objects.tree(`${commit}:snapshots/${host}`)).findLast((item) => item.name.endsWith(".json"))?.name !== name.split("/").at(-1)) return null;
			return (commit === "" ? [] : await objects.tree(`${commit}:live`)).find((item) => item.name === host)?.oid ?? null;
		}
	};
}
const folderMode = "40000";
/**
* Walks two trees side by side. Equal ids are equal content, so that only what differs is looked into.
* @returns  in the order of the paths
*/
async function compareTrees(objects, from, to, folder, signal) {
	signal.throwIfAborted();
	if (from === to) return [];
	const [before, after] = await Promise.all([itemsOf(objects, from), itemsOf(objects, to)]);
	const found = [];
	for (const name of [.../* @__PURE__ */ new Set([...before.keys(), ...after.keys()])].sort()) {
		const [old, now] = [before.get(name), after.get(name)];
		if (blobOf(old) !== blobOf(now)) found.push({
			path: `${folder}${name}`,
			from: blobOf(old),
			to: blobOf(now)
		});
		if (treeOf(old) !== treeOf(now)) found.push(compareTrees(objects, treeOf(old), treeOf(now), `${folder}${name}/`, signal));
	}
	return (await Promise.all(found)).flat();
}
async function itemsOf(objects, tree) {
	const items = tree === null ? [] : await objects.tree(tree);
	return new Map(items.map((item) => [item.name, item]));
}
const blobOf = (item) => item === void 0 || item.mode === folderMode ? null : item.oid;
const treeOf = (item) => item?.mode === folderMode ? item.oid : null;
// src/stores/git/objects.ts
function objectReader(git) {
	let running = null;
	const start = () => {
		const child = startGit(git, ["cat-file", "--batch"]);
		const output = new ByteReader(0);
		const started = {
			child,
			output,
			complaint: "",
			answered: Promise.resolve()
		};
		child.stdout?.on("data", (chunk) => output.push(chunk));
		output.source = child.stdout;
		child.stderr?.on("data", (chunk) => {
			started.complaint = `${started.complaint}${chunk.toString("utf8")}`.slice(-4096);
		});
		child.on("error", (error) => output.end(gitMissing(error)));
		child.on("close", () => output.end());
		return started;
	};
	async function read(from) {
		const { output } = from;
		try {
			const head = (output.untilNow(10) ?? await output.until(10, 8192)).toString("utf8");
			const match = /^([0-9a-f]{40,64}) (\w+) (\d+)$/.exec(head);
			if (match === null) return null;
			const [, oid = "", type = "", size = "0"] = match;
			return {
				oid,
				type,
				content: (output.takeNow(Number(size) + 1) ?? await output.take(Number(size) + 1)).subarray(0, Number(size))
			};
		} catch (error) {
			throw error instanceof StreamEnded ? gitFailed(git, ["cat-file"], from.complaint) : error;
		}
	}
	const object = (name) => {
		running ??= start();
		const asked = running;
		asked.child.stdin?.write(`${name}\n`);
		const answer = asked.answered.then(() => read(asked));
		asked.answered = answer.catch(() => {});
		return answer;
	};
	return {
		begin() {
			running ??= start();
		},
		object,
		async tree(name) {
			const found = await object(name);
			return found?.type === "tree" ? parseTree(found.content, found.oid.length / 2) : [];
		},
		refresh() {
			running?.child.stdin?.end();
			running = null;
		}
	};
}
/** Source: git's tree format: `MODE SP NAME NUL` and the binary id. */
function parseTree(content, idBytes) {
	const items = [];
	for (let at = 0; at < content.length;) {
		const space = content.indexOf(32, at);
		const end = content.indexOf(0, space);
		items.push({
			mode: content.toString("latin1", at, space),
			name: content.toString("utf8", space + 1, end),
			oid: content.toString("hex", end + 1, end + 1 + idBytes)
		});
		at = end + 1 + idBytes;
	}
	return items;
}
// src/stores/git/proposals.ts
const prefix = "refs/heads/drift/";
async function findProposals(objects, heads, signal) {
	signal.throwIfAborted();
	const read = async ([ref, tip]) => {
		const text = (await objects.object(tip))?.content.toString("utf8") ?? "";
		const seconds = Number(/^committer .* (\d+) [+-]\d{4}$/m.exec(text)?.[1] ?? 0);
		return {
			id: ref.slice(17),
			tip,
			message: text.slice(text.indexOf("\n\n") + 2),
			committedAt: (/* @__PURE__ */ new Date(seconds * 1e3)).toISOString()
		};
	};
	return await Promise.all([...heads].filter(([ref]) => ref.startsWith(prefix)).map(read));
}
/** One commit per proposal, on top of `main`. */
async function proposalCommits(writer, main, writes, time) {
	const updates = [];
	for (const write of writes) {
		const to = await writer.commit({
			parents: main === null ? [] : [main],
			message: write.message,
			time,
			changes: write.changes.map(treeChange)
		});
		updates.push({
			ref: `${prefix}${write.id}`,
			from: write.replaces,
			to
		});
	}
	return updates;
}
function treeChange(change) {
	const folder = `hosts/${change.host}`;
	return "mirror" in change ? {
		path: folder,
		tree: change.mirror
	} : {
		path: `${folder}/${change.path}`,
		blob: change.blob
	};
}
// src/stores/git/records.ts
/** What the branches say of each host. Snapshots are only found here; `seal/` says whether to trust them. */
function recordReader(objects, remote, heads) {
	/** What commits say never changes: it is read again when a branch has moved. */
	const known = /* @__PURE__ */ new WeakMap();
	return {
		async records(hosts, signal) {
			const of = heads();
			const before = known.get(of) ?? /* @__PURE__ */ new Map();
			const records = hosts.every((host) => before.has(host)) ? before : await hostRecords(objects, remote, of, hosts, signal);
			known.set(of, records);
			const wanted = new Set(hosts);
			return new Map([...records].filter(([host]) => wanted.has(host)));
		},
		async mirrors(hosts, signal) {
			signal.throwIfAborted();
			return await hostMirrors(objects, heads(), hosts);
		}
	};
}
async function hostRecords(objects, remote, heads, hosts, signal) {
	signal.throwIfAborted();
	const bundles = heads.get("refs/heads/bundles");
	const [mirrors, snapshots, hints, logs] = await Promise.all([
		hostMirrors(objects, heads, hosts),
		itemIds(objects, bundles, "snapshots"),
		itemIds(objects, bundles, "hints"),
		itemIds(objects, bundles, "logs")
	]);
	const found = await Promise.all(hosts.map(async (host) => {
		const [newest, pages] = await Promise.all([newestSnapshot(objects, snapshots.get(host)), newestPages(objects, host, logs.get(host))]);
		return {
			host,
			newest,
			pages,
			hint: hints.get(`${host}.json`) ?? null
		};
	}));
	const blobs = found.flatMap(({ newest, pages, hint }) => [
		newest?.json ?? null,
		newest?.sig ?? null,
		hint,
		...pages.values()
	]);
	await remote?.fetchBlobs(blobs.filter((oid) => oid !== null), signal);
	signal.throwIfAborted();
	const records = await Promise.all(found.map(async ({ host, newest, pages, hint }) => {
		const [bytes, signature, hinted, texts] = await Promise.all([
			contentOf(objects, newest?.json ?? null),
			contentOf(objects, newest?.sig ?? null),
			contentOf(objects, hint),
			contentsOf$1(objects, pages)
		]);
		const latest = newest === null || bytes === null ? null : {
			sequence: newest.sequence,
			bytes,
			signature: signature?.toString("utf8") ?? ""
		};
		const { accepted, live } = mirrors.get(host) ?? {
			accepted: null,
			live: null
		};
		return [host, {
			latest,
			accepted,
			live,
			hint: hinted,
			pages: texts
		}];
	}));
	return new Map(records);
}
async function hostMirrors(objects, heads, hosts) {
	const [accepted, live] = await Promise.all([itemIds(objects, heads.get("refs/heads/main"), "hosts"), itemIds(objects, heads.get("refs/heads/bundles"), "live")]);
	return new Map(hosts.map((host) => [host, {
		accepted: accepted.get(host) ?? null,
		live: live.get(host) ?? null
	}]));
}
async function newestSnapshot(objects, folder) {
	const items = folder === void 0 ? [] : await objects.tree(folder);
	const last = items.findLast((item) => /^\d{8}\.json$/.test(item.name));
	if (last === void 0) return null;
	const signature = items.find((item) => item.name === `${last.name}.sig`);
	return {
		sequence: Number(last.name.slice(0, 8)),
		json: last.oid,
		sig: signature?.oid ?? null
	};
}
/** @returns  ids by path, of the newest page of each category */
async function newestPages(objects, host, folder) {
	const categories = folder === void 0 ? [] : await objects.tree(folder);
	const pages = await Promise.all(categories.map(async ({ name, oid }) => {
		const last = (await objects.tree(oid)).findLast((item) => /^\d{8}\.json$/.test(item.name));
		return last === void 0 ? [] : [[`logs/${host}/${name}/${last.name}`, last.oid]];
	}));
	return new Map(pages.flat());
}
async function contentOf(objects, oid) {
	return oid === null ? null : (await objects.object(oid))?.content ?? null;
}
async function contentsOf$1(objects, ids) {
	const found = await Promise.all([...ids].map(async ([path, oid]) => [path, await contentOf(objects, oid)]));
	return new Map(found.flatMap(([path, content]) => content === null ? [] : [[path, content]]));
}
async function itemIds(objects, commit, folder) {
	const items = commit === void 0 ? [] : await objects.tree(`${commit}:${folder}`);
	return new Map(items.map((item) => [item.name, item.oid]));
}
// src/stores/git/history.ts
/** The signed records that a commit of `bundles` holds: all blobs in one request, one git for all of them. */
async function readHistory(objects, remote, commit, signal) {
	if (commit === void 0) return {
		prunes: [],
		async *snapshots() {}
	};
	const hosts = await objects.tree(`${commit}:snapshots`);
	const found = await Promise.all(hosts.map(async ({ name, oid }) => ({
		host: name,
		files: signedFiles(await objects.tree(oid))
	})));
	const pruneFiles = signedFiles(await objects.tree(`${commit}:prunes`));
	const all = [...found.flatMap(({ files }) => files), ...pruneFiles];
	await remote?.fetchBlobs(all.flatMap(({ json, sig }) => sig === null ? [json] : [json, sig]), signal);
	return {
		prunes: await contentsOf(objects, pruneFiles),
		async *snapshots() {
			for (const { host, files } of found) {
				signal.throwIfAborted();
				yield {
					host,
					stored: (await contentsOf(objects, files)).map(({ number, ...content }) => ({
						sequence: number,
						...content
					}))
				};
			}
		}
	};
}
const recordName = (number) => `${String(number).padStart(8, "0")}.json`;
/** Trees are sorted by name, so these are in the order of their numbers. */
function signedFiles(items) {
	const ids = new Map(items.map(({ name, oid }) => [name, oid]));
	return items.filter(({ name }) => /^\d{8}\.json$/.test(name)).map(({ name, oid }) => ({
		number: Number(name.slice(0, 8)),
		json: oid,
		sig: ids.get(`${name}.sig`) ?? null
	}));
}
async function contentsOf(objects, files) {
	const read = async ({ number, json, sig }) => {
		const [record, signature] = await Promise.all([objects.object(json), sig === null ? null : objects.object(sig)]);
		return {
			number,
			bytes: record?.content ?? Buffer.alloc(0),
			signature: signature?.content.toString("utf8") ?? ""
		};
	};
	return await Promise.all(files.map(read));
}
// src/stores/git/tidy.ts
/** Above this a pack is ciphertext in the main: it has no deltas, and is not copied again. */
const mostBytes = 67108864;
/** Up to here packs are put together whatever else there is: that takes a tenth of a second. */
const smallBytes = 8388608;
/** How many times larger a pack may be than the one it takes in. */
const mostTimes = 16;
/** Runs that follow each other sooner leave their packs as they are, up to so many: putting them together takes longer than they do. */
const restMs = 216e5;
const mostSmall = 8;
/**
* How many lists of snapshots may be kept as what they lack of the next day's, one after another. The newest is always
* whole, and those of long ago are read by nobody: git's 50 would have one more whole list every 50 days.
*/
const mostDepth = 1e3;
/**
* Puts the pack that a run leaves into one of those before it, some hours later or when there are many. A run writes without deltas, and so has the list of
* snapshots of each host whole; beside the list of the day before, the new one is a few hundred bytes. The number
* of packs stays as it is, each ten or more times larger than the last, so that little is copied on most days.
* Objects that no branch reaches stay, as they may belong to a run that is under way. Trouble here loses nothing
* and is left to the next time.
*/
async function tidy(repo, signal) {
	await sweep(repo);
	const packs = await freePacks(join(repo.dir, "objects", "pack"));
	const together = toPutTogether(packs);
	if (together.length === 0 || isForLater(packs, together)) return;
	const others = packs.filter((pack) => !together.includes(pack)).map(({ name }) => `--keep-pack=${name}`);
	const settings = ["-c", "core.bigFileThreshold=64k"];
	const all = "--geometric=1024";
	const depth = `--depth=${mostDepth}`;
	await runGit(repo, [
		...settings,
		"repack",
		"-d",
		"--quiet",
		all,
		depth,
		...others
	], "", signal);
}
function isForLater(packs, together) {
	return packs.filter(({ bytes }) => bytes <= smallBytes).length <= mostSmall && together.every(({ writtenMs }) => Date.now() - writtenMs < restMs);
}
/** Without those that a run under way, or a person, wants to keep, and without what `letGo` put aside. */
async function freePacks(folder) {
	const names = new Set(await readdir(folder).catch(() => []));
	const isMarked = (name) => [".keep", ".mtimes"].some((end) => names.has(name.replace(/\.pack$/, end)));
	const found = [...names].filter((name) => name.endsWith(".pack") && !isMarked(name)).map(async (name) => {
		const file = await stat(join(folder, name)).catch(() => null);
		return {
			name,
			bytes: file?.size ?? 0,
			writtenMs: file?.mtimeMs ?? 0
		};
	});
	return await Promise.all(found);
}
/** The smallest two packs that are near enough to each other in size, and what is no larger than both. */
function toPutTogether(packs) {
	const bySize = packs.filter(({ bytes }) => bytes <= mostBytes).sort((a, b) => a.bytes - b.bytes);
	const isNear = (one, next) => next.bytes <= Math.max(smallBytes, mostTimes * one.bytes);
	const first = bySize.findIndex((pack, index) => {
		const next = bySize[index + 1];
		return next !== void 0 && isNear(pack, next);
	});
	const found = first < 0 ? [] : bySize.slice(first, first + 2);
	for (const pack of first < 0 ? [] : bySize.slice(first + 2)) {
		if (pack.bytes > Math.max(smallBytes, sum(found))) break;
		found.push(pack);
	}
	return found;
}
const sum = (packs) => packs.reduce((bytes, pack) => bytes + pack.bytes, 0);
/**
* Frees the disk of what no branch reaches any more. What is younger than a day may belong to a run that is under
* way: it is put into a pack of its own (git 2.37), and not into a file for each object. Trouble here loses nothing
* and is left to the next time.
*/
async function letGo(repo, signal) {
	await sweep(repo);
	await runGit(repo, [
		"reflog",
		"expire",
		"--expire=now",
		"--expire-unreachable=now",
		bundlesRef
	], "", signal);
	const { code } = await runGit(repo, [
		"-c",
		"gc.cruftPacks=true",
		"gc",
		"--quiet",
		"--prune=1.day.ago"
	], "", signal);
	if (code === 0) await rm(lettingGo(repo), { force: true });
}
/** Stands in the repository from before a rewrite until git has let go of what went. */
const lettingGo = ({ dir }) => join(dir, "pmta-vault", "letting-go");
/** To be called before a rewrite: should the run end before `letGo` does, the next prune knows. */
async function expectLettingGo(repo) {
	await mkdir(join(repo.dir, "pmta-vault"), { recursive: true });
	await writeFile(lettingGo(repo), "a prune was rewriting bundles; the next one frees the disk\n");
}
/** Whether there are bytes of a former prune: it was cut off, or what it let go was too young to be deleted. */
async function isToLetGo(repo) {
	if (await stat(lettingGo(repo)).catch(() => null) !== null) return true;
	return (await readdir(join(repo.dir, "objects", "pack")).catch(() => [])).some((name) => name.endsWith(".mtimes"));
}
// src/stores/git/rewrite.ts
/**
* Rewrites the branch `bundles` to what stays. The new commit has no parent, so that git can let go of what went;
* it becomes the branch only if nobody wrote meanwhile.
*/
function rewriter(parts) {
	const { objects, remote, location } = parts;
	const history = (signal) => readHistory(objects, remote, parts.heads().get(bundlesRef), signal);
	return {
		history,
		async tidy(signal) {
			if (remote !== null) return;
			await parts.writer.close();
			await tidy(parts.git, signal);
		},
		async prefetch(keys, signal) {
			const tip = parts.heads().get(bundlesRef);
			if (remote === null || tip === void 0) return;
			const folders = Map.groupBy(keys, (key) => key.slice(0, key.lastIndexOf("/")));
			const oids = [];
			for (const [folder, inside] of folders) {
				const wanted = new Set(inside.map((key) => key.slice(folder.length + 1)));
				const items = await objects.tree(`${tip}:${folder}`);
				oids.push(...items.filter(({ name }) => wanted.has(name)).map(({ oid }) => oid));
			}
			await remote.fetchBlobs(oids, signal);
		},
		async rewrite(prepare, signal) {
			for (let race = 1;; race++) {
				const tip = parts.heads().get(bundlesRef);
				const rewrite = await prepare(await history(signal));
				if (rewrite === null || tip === void 0) {
					if (remote === null && await isToLetGo(parts.git)) await letGo(parts.git, signal);
					return;
				}
				if (remote === null) await expectLettingGo(parts.git);
				const to = await rewrittenCommit(parts, tip, rewrite);
				const result = await parts.publish([{
					ref: bundlesRef,
					from: tip,
					to
				}]);
				await parts.refreshHeads(signal);
				if (!result.moved) {
					if (remote === null) await letGo(parts.git, signal);
					return;
				}
				if (parts.heads().get("refs/heads/bundles") === tip) throw refused$1(location, result.refused);
				if (race === 12) throw moved(location, "bundles");
			}
		}
	};
}
/** @returns the id of a commit without parents */
async function rewrittenCommit(parts, tip, rewrite) {
	const { writer, seconds } = parts;
	const { snapshots, bundles, logs, record } = rewrite;
	const name = `prunes/${recordName(record.number)}`;
	const gone = snapshots.flatMap(({ host, sequence }) => {
		const path = `snapshots/${host}/${recordName(sequence)}`;
		return [path, `${path}.sig`];
	});
	const onTop = await writer.commit({
		parents: [tip],
		message: "prune\n",
		time: seconds(),
		changes: [
			...[
				...gone,
				...bundles,
				...logs
			].map((path) => ({
				path,
				blob: null
			})),
			{
				path: name,
				blob: await writer.blob(record.bytes)
			},
			{
				path: `${name}.sig`,
				blob: await writer.blob(Buffer.from(record.signature))
			}
		]
	});
	await writer.checkpoint();
	const tree = (await git(parts.git, ["rev-parse", `${onTop}^{tree}`])).trim();
	const person = {
		NAME: "pmta-vault",
		EMAIL: "pmta-vault@localhost",
		DATE: `${seconds()} +0000`
	};
	const environment = {
		...parts.git.environment,
		...Object.fromEntries(Object.entries(person).flatMap(([key, value]) => [[`GIT_AUTHOR_${key}`, value], [`GIT_COMMITTER_${key}`, value]]))
	};
	const ofLogs = logs.length === 0 ? "" : `, ${logs.length} files of logs`;
	const message = `prune: ${snapshots.length} snapshots, ${bundles.length} bundles${ofLogs} (record ${record.number})`;
	return (await git({
		...parts.git,
		environment
	}, [
		"commit-tree",
		tree,
		"-m",
		message
	])).trim();
}
function refused$1(location, lines) {
	return new Problem("vault/refused", `the vault ${location} does not take the rewritten branch bundles`, {
		data: lines.slice(0, 5),
		hint: "allow force pushes to `bundles`, for the account of this run only; nothing was deleted anywhere"
	});
}
// src/stores/git/trees.ts
/**
* @param blobs  ids by path
* @param write  takes the content of one tree, and gives its id
* @returns      the id of the tree with all of them
*/
async function writeTree(blobs, write) {
	const root = emptyFolder();
	for (const [path, blob] of blobs) {
		const names = path.split("/");
		const name = names.pop() ?? "";
		let folder = root;
		for (const outer of names) {
			const inner = folder.folders.get(outer) ?? emptyFolder();
			folder.folders.set(outer, inner);
			folder = inner;
		}
		folder.blobs.set(name, blob);
	}
	return await writeFolder(root, write);
}
const emptyFolder = () => ({
	blobs: /* @__PURE__ */ new Map(),
	folders: /* @__PURE__ */ new Map()
});
async function writeFolder({ blobs, folders }, write) {
	const items = [];
	for (const [name, folder] of folders) items.push(treeItem("40000", name, `${name}/`, await writeFolder(folder, write)));
	for (const [name, blob] of blobs) if (!folders.has(name)) items.push(treeItem("100644", name, name, blob));
	items.sort((a, b) => Buffer.compare(a.order, b.order));
	return await write(Buffer.concat(items.map(({ bytes }) => bytes)));
}
const treeItem = (mode, name, order, id) => ({
	order: Buffer.from(order),
	bytes: Buffer.concat([Buffer.from(`${mode} ${name}\0`), Buffer.from(id, "hex")])
});
// src/stores/git/staging.ts
/** So many names can wait for the commit as they are. Of a large fleet they would be most of what is in memory. */
const mostNames = 5e3;
/** Takes what a run will record, before anything names it. @param isLocal  what is pushed is worth compressing */
function staging(writer, isLocal) {
	let names = 0;
	return {
		async stage(content, isNew) {
			return { blob: await writer.blob(content, isNew && isLocal) };
		},
		async stageMirror({ removed, written }, isNew, signal) {
			const staged = /* @__PURE__ */ new Map();
			const folders = removed.map((name) => ({
				prefix: `${name}/`,
				blobs: /* @__PURE__ */ new Map()
			}));
			for await (const [path, content] of written) {
				signal.throwIfAborted();
				const blob = (isNew && isLocal ? writer.blobNow(content) : null) ?? await writer.blob(content, isNew && isLocal);
				const folder = folders.find(({ prefix }) => path.startsWith(prefix));
				if (folder === void 0) staged.set(path, { blob });
				else folder.blobs.set(path.slice(folder.prefix.length), blob);
			}
			for (const { prefix, blobs } of folders) {
				names += blobs.size;
				if (blobs.size > 0 && names > mostNames) staged.set(prefix.slice(0, -1), { tree: await writeTree(blobs, writer.tree) });
				else for (const [path, blob] of blobs) staged.set(prefix + path, { blob });
			}
			return {
				removed,
				written: staged
			};
		}
	};
}
// src/stores/git/survey.ts
/** What `status` asks of the branch `bundles`: names and ids from its trees, no content. */
function surveyor(objects, heads) {
	const items = async (folder) => {
		const tip = heads().get(bundlesRef);
		return tip === void 0 ? [] : await objects.tree(`${tip}:${folder}`);
	};
	return {
		async knownHosts(signal) {
			signal.throwIfAborted();
			return (await items("snapshots")).map(({ name }) => name);
		},
		async factBlobs(hosts, signal) {
			signal.throwIfAborted();
			const found = await Promise.all(hosts.map((host) => items(`live/${host}/facts`)));
			const ids = (facts) => new Map(facts.map(({ name, oid }) => [name.replace(/\.yml$/, ""), oid]));
			return new Map(hosts.map((host, index) => [host, ids(found[index] ?? [])]));
		},
		async drillBlobs(hosts, signal) {
			signal.throwIfAborted();
			const drilled = new Map((await items("drills")).map(({ name, oid }) => [name, oid]));
			const newest = async (host) => {
				const folder = drilled.get(host);
				const files = folder === void 0 ? [] : await objects.tree(folder);
				const report = files.findLast(({ name }) => name.endsWith(".json"));
				if (report === void 0) return [];
				const signature = files.find(({ name }) => name === `${report.name}.sig`)?.oid ?? null;
				return [[host, {
					path: `drills/${host}/${report.name}`,
					report: report.oid,
					signature
				}]];
			};
			return new Map((await Promise.all(hosts.map(newest))).flat());
		}
	};
}
// src/stores/git/traffic.ts
const folderOf = (host) => `stats/${host}`;
/** The days of these hosts that are there; a file that is none of ours is left out. */
async function readTraffic(objects, remote, tip, hosts, days, signal) {
	const wanted = new Set(days.map((day) => `${day}.json`));
	const blobs = [];
	for (const host of tip === void 0 ? [] : hosts) {
		signal.throwIfAborted();
		const items = await objects.tree(`${tip}:${folderOf(host)}`);
		blobs.push(...items.filter(({ name }) => wanted.has(name)).map(({ oid }) => oid));
	}
	await remote?.fetchBlobs(blobs, signal);
	const found = [];
	for (const oid of blobs) {
		const object = await objects.object(oid);
		const day = object === null ? null : readDay(object.content.toString("utf8"));
		if (day !== null) found.push(day);
	}
	return found;
}
/**
* Files as they become when these counts are added to what is there; days before `since` go.
* @param added  files of a day, by host
* @param write  gives the blob of a content: of many hosts, only one day is in memory at a time
*/
async function addedTraffic(objects, remote, tip, added, write, since, signal) {
	const changes = [];
	for (const [host, texts] of added) for (const text of texts) {
		const fresh = readDay(text);
		if (fresh === null || fresh.day < since) continue;
		const there = await readTraffic(objects, remote, tip, [host], [fresh.day], signal);
		const sum = there.length === 0 ? text : writeDay(fresh, ...there);
		changes.push({
			path: `${folderOf(host)}/${fresh.day}.json`,
			content: await write(Buffer.from(sum))
		});
	}
	if (changes.length === 0 || tip === void 0) return changes;
	return [...changes, ...await oldDays(objects, tip, since)];
}
/** Of all hosts, also of those that the fleet has no more. */
async function oldDays(objects, tip, since) {
	const changes = [];
	for (const { name: host } of await objects.tree(`${tip}:stats`)) for (const { name } of await objects.tree(`${tip}:${folderOf(host)}`)) if (/^\d{4}-\d\d-\d\d\.json$/.test(name) && name.slice(0, 10) < since) changes.push({
		path: `${folderOf(host)}/${name}`,
		content: null
	});
	return changes;
}
// src/stores/git/vault.ts
/**
* The vault in a git repository, by plumbing alone: nothing is checked out, and a reference moves only when
* everything behind it is on disk and the reference is still where it was seen.
*/
const mainRef = "refs/heads/main";
async function gitVault(options) {
	const { git: repo, remote } = options;
	const objects = objectReader(repo);
	const writer = importer(repo, remote === null ? 0 : 1);
	objects.begin();
	let heads = await branches(repo).catch((error) => {
		objects.refresh();
		throw error;
	});
	const { records, mirrors } = recordReader(objects, remote, () => heads);
	async function refreshHeads(signal) {
		await remote?.fetch(signal);
		heads = await branches(repo, signal);
		objects.refresh();
	}
	const seconds = () => Math.floor(options.now().getTime() / 1e3);
	const store = bundleStore(writer, objects, () => heads.get("refs/heads/bundles") ?? null);
	/** One commit on top of `bundles`; when another run was faster, `prepare` is asked again. */
	async function append(prepare, signal) {
		for (let race = 1;; race++) {
			const addition = await prepare();
			if (addition === null) return;
			writer.expectText();
			const tip = heads.get(bundlesRef);
			const to = await writer.commit({
				parents: tip === void 0 ? [] : [tip],
				message: addition.message,
				time: seconds(),
				changes: [...tip === void 0 ? [await formatFile(writer)] : [], ...await staged(writer, addition.changes)]
			});
			await writer.checkpoint();
			signal.throwIfAborted();
			const result = await options.publish([{
				ref: bundlesRef,
				from: tip ?? null,
				to
			}]);
			if (!result.moved) {
				heads = new Map([...heads, [bundlesRef, to]]);
				return;
			}
			await refreshHeads(signal);
			if (heads.get("refs/heads/bundles") === tip) throw refused(options.location, "bundles", result.refused);
			if (race === 12) throw moved(options.location, "bundles");
		}
	}
	return {
		location: options.location,
		pages: remote === null ? join(repo.dir, "pmta-vault", "proposals") : null,
		bundles: store,
		async fleet(signal) {
			signal.throwIfAborted();
			const found = await objects.object(`${mainRef}:fleet.yml`);
			if (found === null) return null;
			const text = found.content.toString("utf8");
			const onDisk = await checkedOutFleet(options.workTree);
			return {
				text,
				edited: onDisk !== null && onDisk !== text
			};
		},
		records,
		mirrors,
		contents: (prefixes, signal) => branchContents(repo, heads.get("refs/heads/bundles") ?? null, prefixes, remote, signal),
		...mirrorReader(repo, objects, remote),
		async page(key, signal) {
			signal.throwIfAborted();
			const found = await objects.object(`${bundlesRef}:${key}`);
			return found?.type === "blob" ? found.content : null;
		},
		async addFleet(text, signal) {
			await addFleet(repo, options, text, signal);
			await refreshHeads(signal);
		},
		...staging(writer, remote === null),
		async record(prepare, hosts, countsSince, signal) {
			await append(async () => {
				const entries = prepare(await records(hosts, signal));
				if (entries.length === 0) return null;
				const traffic = new Map(entries.map((entry) => [entry.snapshot.snapshot.host, entry.traffic]));
				const tip = heads.get(bundlesRef);
				const write = async (content) => ({ blob: await writer.blob(content) });
				const changes = [...entries.flatMap((entry) => entryChanges(entry, store.stagedBlob)), ...await addedTraffic(objects, remote, tip, traffic, write, countsSince, signal)];
				return {
					message: runMessage(entries),
					changes
				};
			}, signal);
		},
		async keep(files, message, signal) {
			const changes = [...files].map(([path, content]) => ({
				path,
				content
			}));
			await append(async () => ({
				message: `${message}\n`,
				changes
			}), signal);
		},
		...surveyor(objects, () => heads),
		...rewriter({
			...options,
			writer,
			objects,
			heads: () => heads,
			refreshHeads,
			seconds
		}),
		traffic: (hosts, days, signal) => readTraffic(objects, remote, heads.get(bundlesRef), hosts, days, signal),
		liveSince: liveChanges(repo, remote),
		...changeFinder(repo, objects, remote),
		proposals: (signal) => findProposals(objects, heads, signal),
		async propose(writes, removes, signal) {
			const named = writes.flatMap(({ changes }) => changes.flatMap((change) => "blob" in change ? change.blob ?? [] : []));
			await remote?.fetchBlobs([...new Set(named)], signal);
			const main = heads.get(mainRef) ?? null;
			const updates = [...await proposalCommits(writer, main, writes, seconds()), ...removes.map(({ id, tip }) => ({
				ref: `refs/heads/drift/${id}`,
				from: tip,
				to: null
			}))];
			if (updates.length === 0) return;
			await writer.checkpoint();
			signal.throwIfAborted();
			const result = await options.publish(updates);
			await refreshHeads(signal);
			if (!result.moved) return;
			if (updates.every(({ ref, from }) => (heads.get(ref) ?? null) === from)) throw driftRefused(options.location, result.refused);
			throw movedMeanwhile(options.location, result.refused);
		},
		async accept(id, signal) {
			const accepted = await acceptProposal(repo, options.workTree, heads, id, signal);
			await refreshHeads(signal);
			return accepted;
		},
		async [Symbol.asyncDispose]() {
			objects.refresh();
			await writer.close();
			await remote?.remove();
		}
	};
}
function entryChanges(entry, stagedBundle) {
	const { snapshot, bytes, signature } = entry.snapshot;
	const name = `snapshots/${snapshot.host}/${String(snapshot.sequence).padStart(8, "0")}.json`;
	const bundles = Object.values(snapshot.categories).flatMap(({ bundle }) => {
		const blob = bundle === null ? null : stagedBundle(bundle.key);
		return bundle === null || blob === null ? [] : [{
			path: bundle.key,
			content: { blob }
		}];
	});
	const segments = entry.segments.flatMap((key) => {
		const blob = stagedBundle(key);
		return blob === null ? [] : [{
			path: key,
			content: { blob }
		}];
	});
	const { removed, written } = entry.live;
	const below = `live/${snapshot.host}`;
	return [
		...removed.map((path) => ({
			path: `${below}/${path}`,
			content: null
		})),
		...[...written].map(([path, item]) => ({
			path: `${below}/${path}`,
			content: item
		})),
		...entry.hint === null ? [] : [{
			path: `hints/${snapshot.host}.json`,
			content: entry.hint
		}],
		...bundles,
		...segments,
		...[...entry.pages].map(([path, content]) => ({
			path,
			content
		})),
		{
			path: name,
			content: bytes
		},
		{
			path: `${name}.sig`,
			content: Buffer.from(signature)
		}
	];
}
async function staged(writer, changes) {
	const result = [];
	for (const { path, content } of changes) if (content === null) result.push({
		path,
		blob: null
	});
	else if (content instanceof Uint8Array) result.push({
		path,
		blob: await writer.blob(content)
	});
	else result.push({
		path,
		...content
	});
	return result;
}
async function formatFile(writer) {
	return {
		path: "vault.json",
		blob: await writer.blob(Buffer.from("{\"format\":1}\n"))
	};
}
function runMessage(entries) {
	const hosts = entries.map((entry) => entry.snapshot.snapshot.host);
	return `backup: ${listed$1(hosts, 5)}\n`;
}
function driftRefused(location, lines) {
	if (!lines.some((line) => /verified signatures/i.test(line))) return refused(location, "the drift branches", lines);
	return new Problem("vault/unsigned", `the vault ${location} takes signed commits only`, {
		data: lines.slice(0, 5),
		hint: "exempt `drift/*` from that rule, or give a token of GitHub Actions or of an App, whose commits GitHub signs"
	});
}
function refused(location, what, lines) {
	return new Problem("vault/refused", `the vault ${location} does not take ${what}`, {
		data: lines.slice(0, 5),
		hint: "is the branch protected, or the token read-only? `bundles` and `drift/*` must be writable"
	});
}
function movedMeanwhile(location, lines) {
	return new Problem("vault/moved", `a drift branch of ${location} moved while its proposal was written`, {
		data: lines.slice(0, 5),
		hint: "run again: nothing was written over it"
	});
}
// src/stores/git/open.ts
/** What a new vault's `main` holds, besides `fleet.yml`. */
const firstFiles = {
	"README.md": `# Vault

Made by pmta-vault. \`main\` holds \`fleet.yml\` and the accepted, masked config of each host; the branch
\`bundles\` holds the sealed copies and the signed snapshots; each branch \`drift/…\` is a change to review.
`,
	".gitattributes": "hosts/** -text\n"
};
async function openVault(options, signal) {
	const { environment, token, now } = options;
	if (isRemote(options.location)) {
		refuseCredentials(options.location);
		const remote = await cloneRemote(options.location, {
			environment,
			token
		}, options.scratch, signal);
		const location = withoutCredentials(options.location);
		await ensureMain(remote.git, remote.publish, now, signal);
		return await gitVault({
			location,
			git: remote.git,
			publish: remote.publish,
			workTree: null,
			remote,
			now
		});
	}
	const location = resolve(options.location);
	const found = await findRepository(location) ?? (options.create ? await createRepository(location, environment, now, signal) : null);
	if (found === null) throw notAVault(location);
	const repo = {
		dir: found.dir,
		environment,
		token: null
	};
	return await gitVault({
		location,
		git: repo,
		publish: publishLocally(repo),
		workTree: found.workTree,
		remote: null,
		now
	});
}
/** Only the place that was named counts: git's own search would find a repository around it. */
async function findRepository(location) {
	const exists = (path) => stat(path).then(() => true, () => false);
	if (await exists(join(location, ".git"))) return {
		dir: join(location, ".git"),
		workTree: location
	};
	if (await exists(join(location, "HEAD")) && await exists(join(location, "objects"))) return {
		dir: location,
		workTree: null
	};
	return null;
}
async function createRepository(location, environment, now, signal) {
	const content = await readdir(location).catch((error) => {
		if (error.code === "ENOENT") return null;
		throw notAVault(location);
	});
	if (content?.length === 0) await fill(location, environment, now, signal);
	if (content === null) {
		await mkdir(dirname(location), { recursive: true });
		const beside = `${location}.new-${randomBytes(6).toString("hex")}`;
		try {
			await mkdir(beside);
			await fill(beside, environment, now, signal);
			await syncAll(beside);
			await rename(beside, location).catch((error) => {
				if (error.code !== "ENOTEMPTY" && error.code !== "EEXIST") throw error;
			});
			await sync(dirname(location));
		} finally {
			await rm(beside, {
				recursive: true,
				force: true
			});
		}
	}
	const made = await findRepository(location);
	if (made === null) throw notAVault(location);
	return made;
}
/** git does not sync what `init` writes: after a power cut the name could stand for a repository without its HEAD. */
async function syncAll(directory) {
	const below = await readdir(directory, {
		recursive: true,
		withFileTypes: true
	});
	for (const item of below.filter((entry) => entry.isFile() || entry.isDirectory())) await sync(join(item.parentPath, item.name));
	await sync(directory);
}
async function sync(path) {
	try {
		var _usingCtx$1 = _usingCtx();
		await _usingCtx$1.a(await open(path, "r")).sync();
	} catch (_) {
		_usingCtx$1.e = _;
	} finally {
		await _usingCtx$1.d();
	}
}
/** Makes an ordinary repository with `main` checked out in an empty directory. */
async function fill(directory, environment, now, signal) {
	const repo = {
		dir: join(directory, ".git"),
		environment,
		token: null
	};
	const inTree = `--work-tree=${directory}`;
	await git(repo, [
		inTree,
		"init",
		"--quiet",
		"-b",
		"main"
	], "", signal);
	await mkdir(join(repo.dir, "info"), { recursive: true });
	await writeFile(join(repo.dir, "info", "attributes"), "*.age -delta\n");
	await ensureMain(repo, publishLocally(repo), now, signal);
	await git(repo, [
		inTree,
		"reset",
		"--quiet",
		"--hard",
		"main"
	], "", signal);
}
async function ensureMain(repo, publish, now, signal) {
	if ((await branches(repo, signal)).has("refs/heads/main")) return;
	const writer = importer(repo, 1);
	const changes = [];
	for (const [path, text] of Object.entries(firstFiles)) changes.push({
		path,
		blob: await writer.blob(Buffer.from(text))
	});
	const time = Math.floor(now().getTime() / 1e3);
	const to = await writer.commit({
		parents: [],
		message: "vault: begin\n",
		time,
		changes
	});
	await writer.close();
	await publish([{
		ref: "refs/heads/main",
		from: null,
		to
	}]);
}
/** git would have them among its arguments, and in the settings of the clone on disk. */
function refuseCredentials(url) {
	if (!/^https?:/i.test(url) || withoutCredentials(url) === url) return;
	throw new Problem("settings/invalid", `the URL of the vault ${withoutCredentials(url)} has a token in it`, { hint: "leave it out of the URL, and give it by --token-file PATH or PMTA_VAULT_TOKEN; make a new one: others may have seen it" });
}
function notAVault(location) {
	return new Problem("vault/not-a-vault", `${location} is no git repository`, { hint: `make one with \`pmta-vault init --vault ${location}\`; an existing directory must be empty` });
}
// src/stores/index.ts
/** GitHub's client is loaded for those who use it only: it is larger than all the rest. */
async function artifact(options) {
	return (await import("./store.js")).artifact(options);
}
// src/wiring/vault-parts.ts
/** The parts of what works on the vault alone. Loads nothing that reaches hosts: that is the heavier half. */
async function readFleetFile(path) {
	return await readFile(path, "utf8").catch((cause) => {
		throw new Problem("fleet/unreadable", `${path} cannot be read (${systemCode(cause)})`, {
			cause,
			hint: "name the fleet file with --fleet FILE, or the vault that holds it with --vault PATH"
		});
	});
}
async function givenFleet(settings) {
	return settings.fleet === null ? null : parseFleet(await readFleetFile(settings.fleet), settings.fleet);
}
/** The fleet file that is named, else the one in the vault. */
async function fleetFor(settings, vault, world, signal) {
	return await givenFleet(settings) ?? await fleetOf(vault, world, signal);
}
async function fleetOf(vault, world, signal) {
	const found = await vault.fleet(signal);
	if (found === null) throw new Problem("fleet/unreadable", `${vault.location} has no fleet.yml on its branch main`, { hint: "commit one there, or name another with --fleet FILE; `pmta-vault init` writes a commented one" });
	if (found.edited) {
		const message = `fleet.yml in ${vault.location} has changes that are not committed; this run uses the committed one`;
		world.observe({
			kind: "warning",
			host: null,
			message
		});
	}
	return parseFleet(found.text, `${vault.location}/fleet.yml`);
}
/** One profile exists today; the schema refuses any other name. */
function profileOf(fleet) {
	return certain(profiles.get(certain(fleet.hosts[0]).profile));
}
function vaultOptions(settings, world, create) {
	const { token } = settings;
	return {
		location: settings.vault,
		environment: world.environment,
		token: token === null ? null : () => token.revealText("for git's credential pipe"),
		scratch: world.scratch,
		create,
		now: world.now
	};
}
/** @param isWritten  whether bundles will be put, which GitHub allows in fewer places than getting them */
async function storeOf(settings, vault, world, isWritten) {
	if (settings.store === "git") return vault.bundles;
	if (settings.store === "artifact") return await artifactStore(settings, world, isWritten);
	return directory(certain(settings.storePath));
}
/** Where segments of logs are put; null: nowhere, as artifacts expire. */
function logStoreOf(settings, vault, store) {
	if (settings.logStore === "git") return vault.bundles;
	if (settings.logStore === "directory" && settings.storePath !== null) return directory(settings.storePath);
	return settings.store === "artifact" ? null : store;
}
/** All that rests outside of the vault, by the name of its store. */
async function storesBesides(settings, world) {
	const all = [...settings.storePath === null ? [] : [directory(settings.storePath)], ...settings.store === "artifact" ? [await artifactStore(settings, world, false)] : []];
	return new Map(all.map((store) => [store.name, store]));
}
async function artifactStore(settings, world, isWritten) {
	checkArtifactService(settings, world, isWritten);
	const { runner, scratch, now, observe } = world;
	return await artifact({
		repository: repositoryOf(settings.artifactRepository, runner, settings.vault),
		run: runner.runId,
		scratch,
		now,
		token: certain(settings.token).revealText("list and download artifacts"),
		retentionDays: settings.artifactRetentionDays,
		warn: (message) => observe({
			kind: "warning",
			host: null,
			message
		})
	});
}
/** @throws Problem "store/no-service", "settings/missing": what can be known before anything is read */
function checkArtifactService(settings, { runner }, isWritten) {
	if (settings.store !== "artifact") return;
	refuseEnterpriseServer(runner);
	if (isWritten) refuseShellStep(runner);
	if (settings.token !== null) return;
	throw new Problem("settings/missing", "the artifact store needs a token to find artifacts of other runs", { hint: "give --token-file FILE, a token with `actions: read` on the repository" });
}
export { logStoreOf as a, storeOf as c, openVault as d, directory as f, givenFleet as i, storesBesides as l, fleetFor as n, profileOf as o, fleetOf as r, readFleetFile as s, checkArtifactService as t, vaultOptions as u };
