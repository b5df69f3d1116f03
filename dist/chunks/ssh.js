import { o as __toESM } from "./rolldown-runtime.js";
import { t as Problem } from "./problem.js";
import { t as require_lib } from "./lib.js";
import { a as plainPieceBytes, r as framedPieceBytes, t as endingBytes } from "./log.js";
import { r as pathPattern, t as isNormalPath } from "./path-pattern.js";
import { t as Secret } from "./secret.js";
import { a as textBefore, i as textAfter, n as matched, t as fieldsOf } from "./parts.js";
import { t as release } from "./release.js";
import { i as lastBlockAt, n as frameParts, r as isOneFrame, t as MalformedFrame } from "./zstd-frame.js";
import { i as StreamStalled, n as RecordTooLong, r as StreamEnded, t as ByteReader } from "./byte-reader.js";
import { r as readTar, t as MalformedTar } from "./tar-reader.js";
import "./tar.js";
import { t as certain } from "./certain.js";
import { createHash, hash } from "node:crypto";
import { dirname } from "node:path";
import { connect } from "node:net";
import { isAscii } from "node:buffer";
import { promisify } from "node:util";
import { createZstdDecompress, zstdDecompress, zstdDecompressSync } from "node:zlib";
import { finished } from "node:stream/promises";
// src/transports/ssh/host-key.ts
var import_lib = /* @__PURE__ */ __toESM(require_lib(), 1);
/** Signature algorithms to offer in negotiation, by type of host key; strongest first. No SHA-1. */
const signatures = {
	"ssh-ed25519": ["ssh-ed25519"],
	"ecdsa-sha2-nistp256": ["ecdsa-sha2-nistp256"],
	"ecdsa-sha2-nistp384": ["ecdsa-sha2-nistp384"],
	"ecdsa-sha2-nistp521": ["ecdsa-sha2-nistp521"],
	"ssh-rsa": ["rsa-sha2-512", "rsa-sha2-256"]
};
const hostKeyTypes = Object.keys(signatures);
/** What to offer so that a host answers with a key of one of these types. */
function signatureAlgorithms(types) {
	return types.flatMap((type) => signatures[type] ?? []);
}
/**
* Which types of host key to ask for, in turn. A pinned key names its type; behind a fingerprint any type
* may stand, and a host shows one key per connection: so each type is asked for until one agrees.
*/
function typesToAsk(pins) {
	const types = pins.flatMap((pin) => pin.kind === "key" ? [pin.algorithm] : []);
	if (types.length === pins.length) return [[...new Set(types)]];
	return [[.../* @__PURE__ */ new Set([...types, ...hostKeyTypes])], ...hostKeyTypes.map((type) => [type])];
}
function offeredKey(blob) {
	const length = blob.length < 4 ? 0 : blob.readUInt32BE(0);
	return {
		algorithm: blob.toString("latin1", 4, 4 + length),
		base64: blob.toString("base64")
	};
}
/** As `ssh-keygen -l` prints it. */
function fingerprintOf(key) {
	return `SHA256:${createHash("sha256").update(Buffer.from(key.base64, "base64")).digest("base64").replace(/=+$/, "")}`;
}
function isPinned(key, pins) {
	return pins.some((pin) => pin.kind === "key" ? pin.algorithm === key.algorithm && pin.base64 === key.base64 : pin.sha256 === fingerprintOf(key));
}
function hostKeyChanged(host, offered) {
	const expected = host.hostKeys.map((pin) => pin.kind === "fingerprint" ? `expected ${pin.sha256}` : `expected ${fingerprintOf(pin)} (${pin.algorithm})`);
	const got = offered.length === 0 ? ["offered  no key of the pinned types"] : offered.map((key) => `offered  ${fingerprintOf(key)} (${key.algorithm})`);
	return new Problem("pull/host-key-changed", `${host.name} answers with another host key; nothing was sent to it`, {
		data: [...expected, ...got],
		hint: `was ${host.name} rebuilt? compare on its console with \`ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub\`, then run \`pmta-vault pin ${host.name}\``
	});
}
// src/transports/ssh/connection.ts
const dialTcp = (host, timeoutMs) => (signal) => new Promise((resolve, reject) => {
	const socket = connect({
		host: host.address,
		port: host.port,
		noDelay: true,
		signal
	});
	socket.setTimeout(timeoutMs, () => socket.destroy(Object.assign(/* @__PURE__ */ new Error("timed out"), { code: "ETIMEDOUT" })));
	socket.once("error", reject);
	socket.once("connect", () => {
		socket.setTimeout(0);
		socket.off("error", reject);
		resolve(socket);
	});
});
/** Measured cheapest first among what is still sound; strict key exchange is ssh2's default since 1.15. */
const algorithms = {
	kex: [
		"curve25519-sha256",
		"curve25519-sha256@libssh.org",
		"ecdh-sha2-nistp256",
		"ecdh-sha2-nistp384",
		"ecdh-sha2-nistp521",
		"diffie-hellman-group16-sha512",
		"diffie-hellman-group14-sha256"
	],
	cipher: [
		"aes128-gcm@openssh.com",
		"aes256-gcm@openssh.com",
		"chacha20-poly1305@openssh.com",
		"aes128-ctr",
		"aes256-ctr"
	],
	hmac: [
		"hmac-sha2-256-etm@openssh.com",
		"hmac-sha2-512-etm@openssh.com",
		"hmac-sha2-256",
		"hmac-sha2-512"
	],
	compress: ["none"]
};
/**
* Connects and logs in. Every failure is a Problem that names the host.
* @throws Problem "pull/host-key-changed" before anything but the key exchange was sent
*/
async function openConnection(host, dial, login, timeoutMs, signal) {
	const offered = [];
	for (const types of typesToAsk(host.hostKeys)) {
		if (offered.some((key) => types.length === 1 && types[0] === key.algorithm)) continue;
		const attempt = await attemptLogin(host, dial, login, types, timeoutMs, signal);
		if (attempt.kind === "open") return attempt.connection;
		if (attempt.kind === "other-key") offered.push(attempt.offered);
	}
	if (offered.length === 0) {
		const any = await askHostKey(host, dial, hostKeyTypes, timeoutMs, signal);
		if (any === null) throw noCommonAlgorithm(host);
		offered.push(any);
	}
	throw hostKeyChanged(host, offered);
}
function noCommonAlgorithm(host) {
	return new Problem("pull/no-algorithm", `${host.name} shares no SSH algorithm with pmta-vault, or does not speak SSH`, { hint: `needed: curve25519 or ECDH, AES-GCM, AES-CTR or ChaCha20, no SHA-1; compare with \`ssh -vv -p ${host.port} ${host.address}\`` });
}
/** The key of these types that a host offers, or null when it has none. Nothing is sent after the key exchange. */
async function askHostKey(host, dial, types, timeoutMs, signal) {
	const attempt = await attemptLogin({
		...host,
		hostKeys: []
	}, dial, {
		key: null,
		agent: null
	}, types, timeoutMs, signal);
	return attempt.kind === "other-key" ? attempt.offered : null;
}
async function attemptLogin(host, dial, login, types, timeoutMs, signal) {
	signal.throwIfAborted();
	const started = performance.now();
	const socket = await dial(signal).catch((error) => {
		throw signal.aborted ? signal.reason : error instanceof Problem ? error : unreachable(host, error);
	});
	const client = new import_lib.default.Client();
	const abort = () => client.destroy();
	signal.addEventListener("abort", abort, { once: true });
	let handshakeDone = started;
	let verified = null;
	let other = null;
	try {
		await new Promise((resolve, reject) => {
			client.on("handshake", () => {
				handshakeDone = performance.now();
			});
			client.once("ready", resolve);
			client.on("error", reject);
			client.once("close", () => reject(/* @__PURE__ */ new Error("the connection was closed")));
			client.connect({
				sock: socket,
				username: host.user,
				authHandler: authentication(host, login),
				hostVerifier: (blob, verdict) => {
					const key = offeredKey(blob);
					if (isPinned(key, host.hostKeys)) verified = key;
					else other = key;
					verdict(verified !== null);
				},
				algorithms: {
					...algorithms,
					serverHostKey: signatureAlgorithms(types)
				},
				readyTimeout: timeoutMs,
				keepaliveInterval: 15e3,
				keepaliveCountMax: 4
			});
		});
	} catch (error) {
		client.destroy();
		socket.destroy();
		if (signal.aborted) throw signal.reason;
		if (other !== null) return {
			kind: "other-key",
			offered: other
		};
		const problem = loginProblem(host, login, error, verified !== null, timeoutMs);
		if (problem === "no-such-type") return { kind: "no-such-type" };
		throw problem;
	} finally {
		signal.removeEventListener("abort", abort);
	}
	client.removeAllListeners("error").on("error", () => {});
	return {
		kind: "open",
		connection: {
			client,
			times: {
				connectMs: handshakeDone - started,
				authMs: performance.now() - handshakeDone
			}
		}
	};
}
/** The key is offered at once; ssh2's own order asks for "none" first, which costs a round trip. */
function authentication(host, login) {
	const methods = [];
	if (login.key !== null) methods.push({
		type: "publickey",
		username: host.user,
		key: login.key
	});
	if (login.agent !== null) methods.push({
		type: "agent",
		username: host.user,
		agent: login.agent
	});
	return ((_left, _partial, next) => next(methods.shift() ?? false));
}
function loginProblem(host, { key, agent }, thrown, verified, timeoutMs) {
	const error = thrown;
	if (error.level === "agent") return new Problem("settings/unreadable", `the SSH agent at ${agent} does not answer`, {
		cause: error,
		hint: "start one with `ssh-agent` and `ssh-add`, or give --ssh-key-file PATH"
	});
	if (error.level === "client-authentication") {
		const held = key === null ? "does the agent hold the key (`ssh-add -l`)? else " : "";
		return new Problem("pull/refused-key", `${host.name} refuses the key for ${host.user}`, {
			cause: error,
			hint: `${held}put the public key into ~${host.user}/.ssh/authorized_keys on ${host.name}; \`pmta-vault doctor ${host.name}\` prints the line`
		});
	}
	if (error.level === "client-timeout") return new Problem("pull/stalled", `${host.name} did not finish the login within ${timeoutMs / 1e3} s`, {
		cause: error,
		hint: "is the host overloaded? raise connect-timeout if it is only slow"
	});
	if (error.level === "handshake" && !verified) return "no-such-type";
	return unreachable(host, error);
}
/** Causes that may be gone a moment later; a retry is worth it. */
const transient = /* @__PURE__ */ new Set([
	"ECONNREFUSED",
	"ECONNRESET",
	"ETIMEDOUT",
	"EHOSTUNREACH",
	"ENETUNREACH",
	"EPIPE",
	"EAI_AGAIN"
]);
function isTransient(problem) {
	if (!(problem instanceof Problem)) return false;
	if (problem.code === "pull/stalled") return true;
	if (problem.code !== "pull/unreachable") return false;
	const cause = problem.cause;
	return cause?.code === void 0 || transient.has(cause.code);
}
const reasons = {
	ECONNREFUSED: "connection refused",
	ECONNRESET: "connection reset",
	ETIMEDOUT: "no answer in time",
	EHOSTUNREACH: "no route to host",
	ENETUNREACH: "network unreachable",
	ENOTFOUND: "name not found",
	EAI_AGAIN: "name service does not answer"
};
function unreachable(host, thrown) {
	const error = thrown;
	const reason = reasons[error.code ?? ""] ?? "the connection was closed before the login";
	return new Problem("pull/unreachable", `${host.name} (${host.address}:${host.port}) cannot be reached: ${reason}`, {
		cause: error,
		hint: `check address, port and firewall: \`ssh -v -p ${host.port} ${host.user}@${host.address} true\``
	});
}
// src/transports/ssh/listing.ts
/** A host sent what the reader script never sends. */
var MalformedListing = class extends Error {
	name = "MalformedListing";
};
const kinds = {
	f: "file",
	l: "link",
	d: "directory"
};
const fields$1 = /^n?([ru])([a-zA-Z]) ([0-7]{1,4}) (\d{1,10}) (\d{1,10}) (\d{1,15}) (-?\d{1,12})((?:\.\d+)?) (\d{1,20})(?: -?\d{1,12}(?:\.\d+)?)?$/;
const digestLine = /^(\\?)([0-9a-f]{64}) [ *](.+)$/s;
/** What find tells of an entry, its path, and where a link leads. */
const fieldCount = 3;
const maxRecordBytes = 16384;
const dot = 46;
const letterN = 110;
const letterR = 114;
const letterU = 117;
const nul = 0;
const newline$1 = 10;
/**
* Reads one section of the answer to `list`. find writes out its own lines before it runs sha256sum, so that both
* come whole, one after the other. Owners are numbers as text.
* @param taps  whether the reader's tap sees sha256sum's lines too, or the entries alone
*/
async function readListing(reader, maxEntries, taps = "all") {
	const entries = /* @__PURE__ */ new Map();
	const { tap } = reader;
	for (let count = 0;;) {
		const first = reader.peekNow() ?? (await reader.peek())[0];
		reader.tap = tap;
		if (first === letterR || first === letterU || first === letterN) {
			const record = reader.recordsNow(nul, fieldCount) ?? await takeRecord(reader);
			if (++count > maxEntries) throw new MalformedListing(`more than ${maxEntries} entries`);
			const entry = parseEntry(record);
			if (!entries.has(entry.path)) entries.set(entry.path, entry);
			continue;
		}
		if (taps === "entries" && first !== dot) reader.tap = null;
		const line = reader.untilNow(newline$1) ?? await reader.until(newline$1, maxRecordBytes);
		if (line.length === 1 && line[0] === dot) return [...entries.values()];
		const text = isAscii(line) ? line.toString("latin1") : line.toString("utf8");
		const digest = matched(digestLine, text, "escaped", "sha256", "name");
		if (digest === null) throw new MalformedListing("a digest line that is none");
		const entry = entries.get(digest.escaped === "\\" ? unescapeName(digest.name) : digest.name);
		if (entry !== void 0) entry.sha256 = digest.sha256;
	}
}
/** The fields of one entry, each with its NUL, as they come. */
async function takeRecord(reader) {
	const fields = [];
	for (let field = 0; field < fieldCount; field++) fields.push(await reader.until(nul, maxRecordBytes), Buffer.of(nul));
	return Buffer.concat(fields);
}
/** sha256sum marks a line with `\` and escapes line ends and backslashes in its name. */
function unescapeName(name) {
	return name.replace(/\\[\\nr]/g, (mark) => mark === "\\n" ? "\n" : mark === "\\r" ? "\r" : "\\");
}
const utf8 = new TextDecoder("utf-8", { fatal: true });
function parseEntry(record) {
	const { head, path, target, shown } = textsOf(record);
	const found = matched(fields$1, head, ...[
		"access",
		"type",
		"mode",
		"uid",
		"gid",
		"size",
		"mtime",
		"fraction",
		"inode"
	]);
	if (found === null) throw new MalformedListing("an entry that is none");
	const { access, type, mode, uid, gid, size, mtime, fraction, inode } = found;
	const readable = access === "r" && path !== null && target !== null;
	const kind = path === null || target === null ? "other" : kinds[type] ?? "other";
	if (!isNormalPath(shown)) throw new MalformedListing("a path that is not absolute and normal");
	return {
		path: shown,
		kind,
		mode: Number.parseInt(mode, 8),
		uid: Number(uid),
		gid: Number(gid),
		owner: uid,
		group: gid,
		size: kind === "file" ? Number(size) : 0,
		mtime: Number(mtime) - (mtime.startsWith("-") && /[1-9]/.test(fraction) ? 1 : 0),
		target: kind === "link" ? target : null,
		sha256: null,
		readable,
		inode
	};
}
/** Path and target are null where they are no UTF-8; `shown` is the path, as far as it can be. */
function textsOf(record) {
	if (isAscii(record)) {
		const { head, path, target } = fieldsOf(record.toString("latin1"), "\0", "head", "path", "target");
		return {
			head,
			path,
			target,
			shown: path
		};
	}
	const first = record.indexOf(nul);
	const second = record.indexOf(nul, first + 1);
	const bytes = record.subarray(first + 1, second);
	const path = decodeName(bytes);
	return {
		head: record.toString("latin1", 0, first),
		path,
		target: decodeName(record.subarray(second + 1, -1)),
		shown: path ?? bytes.toString("latin1")
	};
}
function decodeName(bytes) {
	if (isAscii(bytes)) return bytes.toString("latin1");
	try {
		return utf8.decode(bytes);
	} catch {
		return null;
	}
}
// src/transports/ssh/zstd-frame.ts
/** Never less memory in one piece than this, and never more until it is needed. */
const leastPiece = 65536;
const mostPiece = 8388608;
const decompress = promisify(zstdDecompress);
/**
* The content of one frame, taken whole, and no byte more.
* @param maxBytes  of its content
* @throws MalformedFrame, StreamEnded, StreamStalled
*/
async function takeFrame(source, maxBytes) {
	const packed = await packedFrame(source, maxBytes);
	const content = await unpackWhole(packed, maxBytes);
	release(packed);
	return content;
}
/** The content of one frame. @throws MalformedFrame */
async function unpackWhole(packed, maxBytes) {
	const chunkSize = Math.min(mostPiece, maxBytes + 64, Math.max(leastPiece, 10 * packed.length));
	try {
		const options = {
			chunkSize,
			maxOutputLength: maxBytes
		};
		return packed.length < 32768 ? zstdDecompressSync(packed, options) : await decompress(packed, options);
	} catch (cause) {
		throw damaged(maxBytes, cause);
	}
}
/**
* One frame as it comes, whole, and no byte more.
* @param maxBytes  of its content; a frame that is larger than any frame of that is none
*/
async function packedFrame(source, maxBytes) {
	const parts = [];
	let size = 0;
	for await (const part of frameParts(source)) {
		parts.push(part);
		size += part.length;
		if (size > maxBytes + overhead(maxBytes)) throw new MalformedFrame(`a zstd frame above ${maxBytes} bytes`);
	}
	return Buffer.concat(parts);
}
/** What pzstd puts before each of its frames: a skippable frame (RFC 8878, 3.1.2) that holds how long the next one is. */
const sizeMagic = 407710288;
const sizeBytes = 4;
/**
* One frame behind its size, as pzstd writes it: taken in one go, as `packedFrame` otherwise.
* @throws MalformedFrame, StreamEnded, StreamStalled
*/
async function sizedFrame(source, maxBytes) {
	const head = await source.take(12);
	if (head.readUInt32LE(0) !== sizeMagic || head.readUInt32LE(4) !== sizeBytes) throw new MalformedFrame("no size of a zstd frame where one was announced");
	const size = head.readUInt32LE(8);
	if (size > maxBytes + overhead(maxBytes)) throw new MalformedFrame(`a zstd frame above ${maxBytes} bytes`);
	const frame = await source.take(size);
	if (!isOneFrame(frame)) throw new MalformedFrame("a zstd frame of another size than announced");
	return frame;
}
/** What does not compress comes with headers on top. */
const overhead = (bytes) => 64 + (bytes >> 10);
/** Room for all that is in a frame of pzstd's, and to spare: full to the byte, it would cost the pool one more turn. */
const partBytes = 2162688;
/** Of a frame that is smaller, the last block is found soon enough when it is needed. */
const leastDividedBytes = 524288;
/**
* Shows the content of a frame part by part, so that it is never in memory as a whole.
* @param frame  one whole frame
* @param see    one part after the other; the memory of a part is taken back when it returns
* @returns      bytes of the content, and of the last block's part in it; null where that was not looked for
* @throws MalformedFrame, and what `see` throws
*/
async function unpackInParts(frame, maxBytes, see) {
	const chunkSize = Math.min(partBytes, Math.max(leastPiece, maxBytes));
	const options = {
		chunkSize,
		highWaterMark: 2 * chunkSize
	};
	const stream = createZstdDecompress(options);
	const memory = takenBack();
	let bytes = 0;
	let trouble;
	let showing = Promise.resolve();
	const show = async (part) => {
		await null;
		if (bytes > maxBytes) throw damaged(maxBytes);
		await see(part);
	};
	stream.on("data", (part) => {
		bytes += part.length;
		memory.now(part.buffer);
		stream.pause();
		showing = show(part);
		showing.then(() => stream.resume(), (error) => {
			trouble ??= error;
			stream.destroy();
		});
	});
	const done = finished(stream, { writable: false }).catch((cause) => {
		throw trouble ?? damaged(maxBytes, cause);
	});
	let before = null;
	let last = 0;
	if (frame.length >= leastDividedBytes) {
		last = lastBlockAt(frame);
		const written = new Promise((resolve) => stream.write(frame.subarray(0, last), () => resolve()));
		await Promise.race([written, done]);
		before = bytes + stream.readableLength;
	}
	stream.write(frame.subarray(last), () => stream.push(null));
	await done;
	await showing;
	stream.destroy();
	memory.now(null);
	return {
		bytes,
		lastBlockBytes: before === null ? null : bytes - before
	};
}
/**
* Frees the memory of the stream's parts as soon as the stream has gone on to the next. Left to the garbage
* collector, which counts what it knows of and not what that holds, it would come to a multiple of the rest.
*/
function takenBack() {
	let current = null;
	return { 
	/** @param next  what the stream writes to now; null when it has ended */
now(next) {
		if (current !== null && current !== next) release(new Uint8Array(current));
		current = next;
	} };
}
const damaged = (maxBytes, cause) => new MalformedFrame(`a damaged zstd frame, or one above ${maxBytes} bytes`, { cause });
// src/transports/ssh/log-pieces.ts
/** What comes behind the frames begins with another byte than they do. */
const frameStart = 40;
/** The smallest frames that hosts make have twice as much: a file may double while it is read. */
const leastFrameBytes = 1048576;
/**
* Takes so many bytes of a file that come in frames, of at most `framedPieceBytes` each. While one is shown, the next
* is unpacked already.
* @param taker  null: they are not wanted, but have to be taken
* @returns      how many there were: fewer where the file was cut meanwhile; those by which it grew are dropped
*/
async function takeFramed(answer, announced, taker) {
	const mostFrames = Math.ceil(announced / leastFrameBytes);
	let taken = 0;
	let shown = Promise.resolve();
	async function show(frame, turn) {
		const clear = keepEnding();
		let wanted = 0;
		const { bytes, lastBlockBytes } = await unpackInParts(frame, framedPieceBytes, async (part) => {
			await turn;
			const own = part.subarray(0, announced - taken);
			if (own.length === 0) return;
			taken += own.length;
			wanted += own.length;
			clear.add(own);
			await taker?.see(new Secret(own));
		});
		await turn;
		if (taker === null || wanted === 0) return;
		if (wanted === bytes) return await taker.keep({
			bytes,
			ending: clear.ending(),
			frame,
			lastBlockBytes
		});
		const content = await unpackWhole(frame, framedPieceBytes);
		await taker.keep(plainPiece(content.subarray(0, wanted)));
	}
	try {
		for (let frames = 0;; frames++) {
			const [start] = await answer.peek();
			if (start !== frameStart && start !== 80) break;
			if (frames === mostFrames) throw new MalformedFrame("more frames than the range has bytes");
			const frame = await (start === 80 ? sizedFrame : packedFrame)(answer, framedPieceBytes);
			const turn = shown;
			shown = show(frame, turn);
			shown.catch(() => void 0);
			await turn;
		}
	} finally {
		await shown;
	}
	return taken;
}
/** Takes so many bytes of a file that come as they are; a file that was cut meanwhile is filled up with zeros. */
async function takeAllPlain(answer, announced, taker) {
	for (let left = announced; left > 0; left -= plainPieceBytes) {
		const content = await answer.take(Math.min(left, plainPieceBytes));
		if (taker !== null) await takePlain(taker, content);
	}
	return announced;
}
async function takePlain(taker, content) {
	const piece = plainPiece(content);
	await taker.see(piece.ending);
	await taker.keep(piece);
}
function plainPiece(content) {
	return {
		bytes: content.length,
		ending: new Secret(content),
		frame: null,
		lastBlockBytes: 0
	};
}
/** Holds the last bytes of what passes. */
function keepEnding() {
	const held = Buffer.allocUnsafe(endingBytes);
	let size = 0;
	return {
		add(part) {
			const added = part.subarray(-endingBytes);
			const stays = Math.min(size, endingBytes - added.length);
			held.copyWithin(0, size - stays, size);
			held.set(added, stays);
			size = stays + added.length;
		},
		ending: () => new Secret(held.subarray(0, size))
	};
}
// src/transports/ssh/exec.ts
const maxComplaintBytes = 4096;
/** Starts a command. Resolves when the host has accepted the request, not when it ends. */
function exec(connection, command, idleTimeoutMs) {
	return new Promise((resolve, reject) => {
		const silent = setTimeout(() => reject(new StreamStalled("the exec request was not answered")), idleTimeoutMs);
		connection.client.once("close", () => reject(new StreamEnded("the connection ended")));
		connection.client.exec(command, (error, channel) => {
			clearTimeout(silent);
			if (error) return reject(error);
			const output = new ByteReader(idleTimeoutMs);
			let complaints = "";
			channel.on("data", (chunk) => output.push(chunk));
			output.source = channel;
			channel.stderr.on("data", (chunk) => {
				if (complaints.length < maxComplaintBytes) complaints += chunk.toString("utf8");
			});
			channel.on("error", (cause) => output.end(cause));
			resolve({
				output,
				channel,
				ended: new Promise((settle) => {
					let status = null;
					channel.on("exit", (code) => {
						status = code;
					});
					const over = () => {
						output.end();
						settle(status);
					};
					channel.on("close", over);
					connection.client.once("close", over);
				}),
				complaints: () => complaints.slice(0, maxComplaintBytes)
			});
		});
	});
}
/** What went wrong with a stream from a host, as a Problem that names the host. */
function streamProblem(host, error, signal, idleTimeoutMs) {
	if (signal.aborted) return signal.reason;
	if (error instanceof Problem) return error;
	if (error instanceof StreamStalled) return new Problem("pull/stalled", `${host.name} sent nothing for ${idleTimeoutMs / 1e3} s`, {
		cause: error,
		hint: "is a file system on the host hanging? raise idle-timeout if the host is only slow"
	});
	if (error instanceof RecordTooLong || error instanceof MalformedListing || error instanceof MalformedTar || error instanceof MalformedFrame) return new Problem("pull/malformed", `${host.name} sent what its reader should not send: ${error.message}`, {
		cause: error,
		hint: "nothing of it was kept; look at the host itself, and at its forced command"
	});
	if (error instanceof StreamEnded || isChannelFailure(error)) return new Problem("pull/closed", `${host.name} closed the connection while it was being read`, {
		cause: error,
		hint: `see the SSH server's log on ${host.name}`
	});
	return error;
}
/** ssh2 and node:net mark errors that come from the other side with a code or a reason. */
function isChannelFailure(error) {
	return error instanceof Error && ("reason" in error || "code" in error || "level" in error);
}
// src/transports/ssh/sftp.ts
const status = import_lib.default.utils.sftp.STATUS_CODE;
async function openSftp(host, connection, idleTimeoutMs, signal) {
	let waiting;
	const sftp = await new Promise((resolve, reject) => {
		const silent = () => reject(new StreamStalled("the subsystem request was not answered"));
		waiting = setTimeout(silent, idleTimeoutMs);
		connection.client.once("close", () => reject(new StreamEnded("the connection ended")));
		connection.client.sftp((error, wrapper) => error ? reject(noWayToRead(host, error)) : resolve(wrapper));
	}).catch((error) => {
		throw streamProblem(host, error, signal, idleTimeoutMs);
	}).finally(() => clearTimeout(waiting));
	let touch = () => {};
	let abandon = () => {};
	const over = () => abandon(new StreamEnded("the SFTP session ended"));
	sftp.on("close", over);
	sftp.on("error", (error) => abandon(error));
	connection.client.once("close", over);
	const call = (start) => new Promise((resolve, reject) => {
		start((error, result) => {
			touch();
			if (error) reject(error);
			else resolve(result);
		});
	});
	return {
		async during(signal, work) {
			let timer;
			const stop = () => abandon(signal.reason);
			const ended = new Promise((_, reject) => {
				abandon = reject;
				timer = setTimeout(() => reject(new StreamStalled("nothing came")), idleTimeoutMs);
				signal.addEventListener("abort", stop, { once: true });
			});
			touch = () => timer?.refresh();
			try {
				return await Promise.race([work().catch(lostAnswer), ended]);
			} catch (error) {
				throw streamProblem(host, error, signal, idleTimeoutMs);
			} finally {
				clearTimeout(timer);
				signal.removeEventListener("abort", stop);
				abandon = () => {};
			}
		},
		stat: (path) => call((done) => sftp.stat(path, done)).catch(nullIfAbsent),
		lstat: (path) => call((done) => sftp.lstat(path, done)).catch(nullIfAbsent),
		readdir: (path) => call((done) => sftp.readdir(path, done)).catch(nullIfAbsent),
		readlink: (path) => call((done) => sftp.readlink(path, done)),
		open: (path) => call((done) => sftp.open(path, "r", done)).catch((error) => {
			if (statusOf(error) === status.PERMISSION_DENIED) return "denied";
			if (statusOf(error) === status.NO_SUCH_FILE) return "changed";
			throw error;
		}),
		read: (handle, into, at, position, length) => call((done) => sftp.read(handle, into, at, length, position, done)).catch((error) => {
			if (statusOf(error) === status.EOF) return 0;
			throw error;
		}),
		closeHandle: (handle) => call((done) => sftp.close(handle, done)),
		close: () => sftp.end()
	};
}
/** A request that ssh2 gives up on, as the channel is gone, fails with an error that has no status. */
function lostAnswer(error) {
	if (error instanceof Error && error.constructor === Error && statusOf(error) === null) throw new StreamEnded("the SFTP session ended", { cause: error });
	throw error;
}
function statusOf(error) {
	return error instanceof Error && "code" in error ? error.code : null;
}
function nullIfAbsent(error) {
	const code = statusOf(error);
	if (code === status.NO_SUCH_FILE || code === status.PERMISSION_DENIED) return null;
	throw error;
}
function noWayToRead(host, cause) {
	return new Problem("pull/no-way-to-read", `${host.name} allows neither the reader command nor SFTP`, {
		cause,
		hint: `\`pmta-vault doctor ${host.name}\` prints the authorized_keys line for either`
	});
}
// src/transports/ssh/sftp-session.ts
/** Files in flight at once: enough to fill the round trip, few enough to keep memory flat. */
const parallelFiles = 32;
/** Largest read that every server answers whole (OpenSSH allows more, others do not). */
const readBytes = 32768;
/** Reads of one file in flight at once. */
const parallelReads = 16;
/** Reads a host on which no command may run: directories and files by SFTP, with many requests in flight. */
async function sftpReader(host, connection, limits, opening) {
	const sftp = await openSftp(host, connection, limits.idleTimeoutMs, opening);
	let names = null;
	let received = 0;
	async function list(roots, signal) {
		const entries = /* @__PURE__ */ new Map();
		const add = (entry) => {
			entries.set(entry.path, entry);
			if (entries.size > limits.maxEntries) throw new MalformedListing(`more than ${limits.maxEntries} entries`);
		};
		return await sftp.during(signal, async () => {
			const known = names ?? await readNames(sftp);
			names = known;
			for (const root of roots) {
				const tree = root.kind === "tree";
				for (const path of tree ? [root.path] : await expand(sftp, root.pattern)) {
					const stats = tree ? await sftp.stat(path) : await sftp.lstat(path);
					if (stats === null || entries.has(path)) continue;
					await walk(sftp, path, stats, tree, known, add);
				}
			}
			return [...entries.values()];
		});
	}
	return {
		list: async (roots, _, signal) => ({
			entries: await list(roots, signal),
			digest: () => null
		}),
		digest: async () => null,
		async read(entries, signal) {
			const files = [];
			const unread = /* @__PURE__ */ new Map();
			await sftp.during(signal, () => inParallel(entries, parallelFiles, async (entry) => {
				const content = await readWhole(sftp, entry);
				if (content === "changed" || content === "denied") {
					unread.set(entry.path, content);
					return;
				}
				received += content.length;
				const sha256 = createHash("sha256").update(content).digest("hex");
				files.push({
					entry: {
						...entry,
						kind: "file",
						sha256
					},
					content: new Secret(content)
				});
			}));
			return {
				files,
				unread
			};
		},
		async listLogs(roots, signal) {
			return (await list(roots, signal)).map((entry) => ({
				...entry,
				inode: null
			}));
		},
		named: async (entries) => entries,
		async readRange(entry, { first, end }, taker, signal) {
			const open = await sftp.during(signal, () => openListed(sftp, entry));
			if (typeof open === "string") return open;
			try {
				for (let at = first; at < end; at += plainPieceBytes) {
					const content = Buffer.alloc(Math.min(plainPieceBytes, end - at));
					const got = await sftp.during(signal, () => fill(sftp, open, content, at));
					received += got;
					if (got > 0) await takePlain(taker, content.subarray(0, got));
					if (got < content.length) return "short";
				}
				return "whole";
			} finally {
				await sftp.during(signal, () => sftp.closeHandle(open)).catch(() => {});
			}
		},
		clock: async () => null,
		received: () => received,
		close: () => sftp.close()
	};
}
async function readNames(sftp) {
	const parse = async (path) => {
		const stats = await sftp.stat(path).catch(() => null);
		if (stats === null || stats.size > 4194304) return /* @__PURE__ */ new Map();
		const content = await readAll(sftp, path, stats.size);
		const lines = typeof content === "string" ? [] : content.toString("utf8").split("\n");
		return new Map(lines.map((line) => line.split(":")).map(([name = "", , id = "-1"]) => [Number(id), name]));
	};
	const [users, groups] = await Promise.all([parse("/etc/passwd"), parse("/etc/group")]);
	return {
		users,
		groups
	};
}
/** The paths that a pattern matches, segment by segment. */
async function expand(sftp, pattern) {
	let paths = [""];
	for (const segment of pattern.split("/").slice(1)) {
		const wanted = pathPattern(`/${segment}`);
		if (wanted.literal) paths = paths.map((path) => `${path}/${segment}`);
		else paths = (await Promise.all(paths.map(async (path) => {
			return (await sftp.readdir(path || "/") ?? []).filter((item) => wanted.matches(`/${item.filename}`)).map((item) => `${path}/${item.filename}`);
		}))).flat().sort();
	}
	return paths;
}
async function walk(sftp, path, stats, recurse, names, add) {
	if (!isNormalPath(path)) throw new MalformedListing("a path that is not absolute and normal");
	const target = stats.isSymbolicLink() ? await sftp.readlink(path) : null;
	const children = recurse && stats.isDirectory() ? await sftp.readdir(path) : [];
	add({
		...entryOf$1(path, stats, target, names),
		readable: children !== null
	});
	const filenames = new Set(children?.map((child) => child.filename));
	if (filenames.size !== (children?.length ?? 0) || [...filenames].some((name) => name.includes("/"))) throw new MalformedListing("a directory that names a file twice, or a path");
	await inParallel(children ?? [], parallelFiles, (child) => walk(sftp, `${path === "/" ? "" : path}/${child.filename}`, child.attrs, true, names, add));
}
function entryOf$1(path, stats, target, names) {
	const kind = stats.isFile() ? "file" : stats.isDirectory() ? "directory" : target !== null ? "link" : "other";
	return {
		path,
		kind,
		mode: stats.mode & 4095,
		uid: stats.uid,
		gid: stats.gid,
		owner: names.users.get(stats.uid) ?? String(stats.uid),
		group: names.groups.get(stats.gid) ?? String(stats.gid),
		size: kind === "file" ? stats.size : 0,
		mtime: stats.mtime,
		target,
		sha256: null
	};
}
/** A handle, unless the file is none, or is shorter than when it was listed: then it is another one. */
async function openListed(sftp, entry) {
	const before = await sftp.lstat(entry.path);
	if (before?.isFile() !== true || before.size < entry.size) return "changed";
	const handle = await sftp.open(entry.path);
	if (typeof handle === "string") return handle;
	const after = await sftp.lstat(entry.path);
	if (after?.isFile() === true && after.size >= before.size) return handle;
	await sftp.closeHandle(handle);
	return "changed";
}
/** The content, unless the file is another one, or of another size or time, than when it was listed. */
async function readWhole(sftp, entry) {
	const content = await readAll(sftp, entry.path, entry.size);
	if (typeof content === "string") return content;
	const after = await sftp.lstat(entry.path);
	return after?.isFile() === true && after.size === entry.size && after.mtime === entry.mtime && content.length === entry.size ? content : "changed";
}
async function readAll(sftp, path, size) {
	const handle = await sftp.open(path);
	if (typeof handle === "string") return handle;
	try {
		const content = Buffer.alloc(size + 1);
		return await fill(sftp, handle, content, 0) === size ? content.subarray(0, size) : "changed";
	} finally {
		await sftp.closeHandle(handle);
	}
}
/** Reads from `position` on until `into` is full or the file ends; many requests are in flight. */
async function fill(sftp, handle, into, position) {
	const starts = Array.from({ length: Math.ceil(into.length / readBytes) }, (_, index) => index * readBytes);
	let total = 0;
	await inParallel(starts, parallelReads, async (start) => {
		const want = Math.min(readBytes, into.length - start);
		let got = 0;
		while (got < want) {
			const bytes = await sftp.read(handle, into, start + got, position + start + got, want - got);
			if (bytes === 0) break;
			got += bytes;
		}
		total += got;
	});
	return total;
}
async function inParallel(items, width, work) {
	let next = 0;
	const worker = async () => {
		for (let item = items[next++]; item !== void 0; item = items[next++]) await work(item);
	};
	await Promise.all(Array.from({ length: Math.min(width, items.length) }, worker));
}
// src/transports/ssh/names.ts
const newline = 10;
const maxLineBytes = 16384;
const line = /^([^:\s]{1,64}):[^:]*:(\d{1,10}):/;
/** What GNU tar puts of a name into a header; one of that length may have been cut. An account's may have 32. */
const tarNameBytes = 31;
/** The host's names of numeric owners and groups, as far as one session knows them. */
function hostNames(ask) {
	const users = /* @__PURE__ */ new Map();
	const groups = /* @__PURE__ */ new Map();
	/** An archive has the names beside the numbers: what it tells need not be asked for. */
	const learn = ({ uid, owner, gid, group }) => {
		if (isWhole(owner)) users.set(`${uid}`, owner);
		if (isWhole(group)) groups.set(`${gid}`, group);
	};
	/** Puts names in place of numbers. Each number is asked for once; one without a name stays a number. */
	const named = async (entries, signal) => {
		const newUsers = unknown(users, entries.filter(({ owner, uid }) => isNumber(owner, uid)).map(({ owner }) => owner));
		const newGroups = unknown(groups, entries.filter(({ group, gid }) => isNumber(group, gid)).map(({ group }) => group));
		if (newUsers.length + newGroups.length > 0) await ask(`${newUsers.join("\n")};${newGroups.join("\n")}`, signal, async (answer) => {
			await readSection(answer, newUsers, users);
			await readSection(answer, newGroups, groups);
		});
		return entries.map((entry) => ({
			...entry,
			owner: isNumber(entry.owner, entry.uid) ? certain(users.get(entry.owner)) : entry.owner,
			group: isNumber(entry.group, entry.gid) ? certain(groups.get(entry.group)) : entry.group
		}));
	};
	return {
		learn,
		named
	};
}
/** Whether a name in an archive is there and all of it. */
const isWhole = (name) => /^[^:\s]+$/.test(name) && Buffer.byteLength(name) < tarNameBytes;
const isNumber = (name, id) => name === `${id}`;
function unknown(known, ids) {
	return [...new Set(ids)].filter((id) => !known.has(id));
}
/** Lines of passwd(5) or group(5) up to `.`; the first name of a number counts, as in getpwuid(3). */
async function readSection(answer, asked, names) {
	for (;;) {
		const text = (await answer.until(newline, maxLineBytes)).toString("utf8");
		if (text === ".") break;
		const found = matched(line, text, "name", "id");
		if (found !== null && asked.includes(found.id) && !names.has(found.id)) names.set(found.id, found.name);
	}
	for (const id of asked) if (!names.has(id)) names.set(id, id);
}
const readerGreeting = "pmta-vault-reader 5";
/** Without the sizes before frames; to read it, nothing is different. */
const readerGreetingBefore = "pmta-vault-reader 4";
/** Without times of change; also what runs by sudo. */
const formerGreeting = "pmta-vault-reader 3";
const fields = "%y %m %U %G %s %T@ %i %C@\\0%p\\0%l\\0";
/** Sends $n bytes from where descriptor 3 stands on, each piece by a zstd of its own. */
const byZstd = `while [ $n -gt 0 ]; do c=${framedPieceBytes}; if [ $n -lt $c ]; then c=$n; fi; C $c; n=$((n - c)); done`;
/**
* The same by one pzstd. Of a large file that nobody has written to for a minute it reads the rest by itself, which
* saves a pipe, and a fifth of the time; it would not end where COUNT does if that grew nevertheless.
*/
const byPzstd = `if [ $z = zstd ] && [ $n -gt 0 ] && command -v pzstd >/dev/null; then
 if [ $n -gt ${framedPieceBytes} ] && [ $n = $(($(S %s) - $2)) ] && [ $(($(date +%s) - $(S %Y))) -gt 60 ]; then Q <&3;
 else dd bs=128k count=$n iflag=count_bytes status=none <&3 | Q; fi; else ${byZstd}; fi`;
/**
* @param newline  how $N, a line end, is made
* @param pieces   how they are sent
*/
const opening = (newline, pieces) => `
LC_ALL=C; export LC_ALL; PATH=/usr/local/bin:/usr/bin:/bin; ${newline};
Z() { dd obs=32k status=none; }; z=plain;
C() { { head -c "$1" <&3; cat /dev/zero; } | head -c "$1"; };
if command -v zstd >/dev/null; then Z() { zstd -1 -q -c; }; z=zstd;
 C() { dd bs=128k count="$1" iflag=count_bytes status=none <&3 | zstd -1 $s -q -c; }; s=; fi;
S() { stat -L -c "$1" /dev/fd/3; };
B() { if [ "$(stat -c %F:%d:%i "$1")" != "regular file:$(S %d:%i)" ]; then echo none; return; fi;
 n=$(($(S %s) - $2)); if [ $n -lt 0 ]; then n=0; fi; if [ $n -gt $3 ]; then n=$3; fi; echo "at $(S %i) $n";
 dd iflag=skip_bytes skip="$2" count=0 status=none <&3;
 ${pieces}; echo "done $(S %s)"; };
K() { case $2$3 in *[!0-9]*|"") exit 64;; esac;
 if [ -z "$k" ]; then k=1; { renice -n 19 -p $$; ionice -c 3 -p $$;
 if zstd --single-thread -q -c </dev/null; then s=--single-thread; fi; } >/dev/null 2>&1; fi;
 if [ -f "$1" ] && [ ! -h "$1" ] && [ -r "$1" ]; then { B "$@"; } 3<"$1" || echo none; else echo none; fi; };
`;
const listing = `
unset TAR_OPTIONS; Q() { pzstd -1 -p 1 -q -c; };
F() { find $H "$@" $D "(" "(" -newerct "2 seconds ago" -printf n -o -true ")"
 "(" "(" -type l -o -type d -readable -executable -o ! -type d -readable ")" -printf "r${fields}"
 -o -printf "u${fields}" ")" ")" $X; };
L() { if [ $# != 0 ]; then F "$@"; fi; echo .; };
A() { set -f; set --; D=; H=-H; for i in $R; do case $i in \${P}T/*) i=\${i#*T};
 if [ -e "$i" ] || [ -L "$i" ]; then set -- "$@" "$i"; fi;; esac; done; L "$@";
 set --; D="-maxdepth\${N}0"; if [ "$max" = 0 ]; then H=-P; fi; for i in $R; do case $i in \${P}G/*) set +f;
 for f in \${i#*G}; do if [ -e "$f" ] || [ -L "$f" ]; then set -- "$@" "$f"; fi; done; set -f;; esac; done; L "$@"; };
I() { R=; while [ "$size" -gt 0 ] && IFS= read -r i; do R=$R$N$i; size=$((size - \${#i} - 1)); done; };
`;
const loop = (greeting) => `
echo "${greeting} $z";
while IFS=" " read -r verb size max salt; do
 case "$size$max" in *[!0-9]*|"") exit 64;; esac; IFS=$N;
 case $verb in
`;
const verbs = `
 names) R=$(head -c "$size"); case $R in *[!0-9\\;"$N"]*) exit 64;; esac; set -f;
 getent passwd \${R%%;*}; echo .; getent group \${R#*;}; echo .;;
 clock) date +%s;;
 *) exit 64;; esac;
done`;
/** The third of the characters that a shell splits words at when it starts: a process less than to have one printed. */
const newlineOfShell = `N=\${IFS#??}`;
/** What stands in sudoers is changed by hand with each change here. */
const newlineForSudo = `N=$(printf "\\nx"); N=\${N%x}`;
const readerScript = onOneLine(`${opening(newlineOfShell, byPzstd)}${listing}${loop(readerGreeting)}
 list) I; P=; X="-type\${N}f\${N}-readable\${N}-size\${N}-\${max}c\${N}-exec\${N}sha256sum\${N}{}\${N}+"; A | Z;;
 digest) I; P=; X=; { A; printf %s "$salt"; } | sha256sum; P=L; max=0; A;;
 read) { head -c "$size" | sed -z "s|^|.|" | tar -c -f - -H gnu -b 64 -C / --no-recursion --hard-dereference
 --no-unquote --null -T -; echo "done $?"; } | Z;;
 tail) f=$(head -c "$size"; echo x); f=\${f%x}; case $f in /*) K "$f" "$max" "$salt";; *) exit 64;; esac;;
${verbs}`);
/**
* The part of it that a host with `sudo: true` runs as root, for the log files that lie in one directory, its
* only argument: `list`, whatever is asked for, gives what lies there, and `tail` reads only that.
*/
const sudoLogScript = onOneLine(`${opening(newlineForSudo, byZstd)} d=$1;
${loop(formerGreeting)}
 list) head -c "$size" >/dev/null;
 { find "$d/" -mindepth 1 -maxdepth 1 -printf "r%y %m %U %G %s %T@ %i\\0\$d/%P\\0%l\\0"; echo .; echo .; } | Z;;
 tail) f=$(head -c "$size"; echo x); f=\${f%x};
 if [ "\${f%/*}" = "$d" ]; then K "$f" "$max" "$salt"; else exit 64; fi;;
${verbs}`);
/** @param directory  absolute, as `isSudoDirectory` wants it */
function sudoLogCommand(directory) {
	return `sudo -n /bin/sh -c '${sudoLogScript}' sh ${quoteWord(directory)}`;
}
/** What would mean something to find's format, or to the line in sudoers, is no directory for it. */
const isSudoDirectory = (path) => /^\/[\w@+:,./ -]+$/.test(path);
/** The sudoers line that allows exactly that command. */
function sudoersLogLine(user, directory) {
	return `${user} ALL=(root) NOPASSWD: ${[
		"/bin/sh",
		"-c",
		sudoLogScript,
		"sh",
		directory
	].map(escapedForSudoers).join(" ")}`;
}
/** sudoers(5): separators are escaped once; wildcards, and the backslash itself, once more for fnmatch(3). */
function escapedForSudoers(word) {
	return word.replace(/[\\,:=*?[\]! #]/g, (char) => char === "\\" ? "\\\\\\\\" : `\\${char}`);
}
function onOneLine(script) {
	return script.trim().replace(/\s*\n\s*/g, " ");
}
/**
* The command of an exec request; the login shell may be any that knows single quotes and `&&`. Where it is `sh` itself,
* as for accounts that `useradd` makes, it runs the script: to start another takes a tenth of what an unchanged host
* costs beside its login.
*/
const readerCommand = `test "$SHELL" = /bin/sh && eval '${readerScript}; exit'; exec /bin/sh -c '${readerScript}'`;
/**
* The one command that a host with `sudo: true` runs as root: a tar of fixed paths. No `=` and no quotes
* within, as sudoers would need them escaped.
* @param paths  absolute, literal; sorted here, so that equal sets give one command
*/
function sudoTarCommand(paths) {
	return ["/usr/bin/tar", ...sudoTarArguments(paths)].map(quoteWord).join(" ");
}
/** One list for the command and for the line that allows it: sudo compares them word by word. */
function sudoTarArguments(paths) {
	const names = [...new Set(paths)].sort().map((path) => path.slice(1));
	return [...`-c -f - -H gnu -b 64 --hard-dereference -C / --`.split(" "), ...names];
}
function quoteWord(word) {
	return /^[\w@%+:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
/** The sudoers line that allows exactly that command. */
function sudoersLine(user, paths) {
	return `${user} ALL=(root) NOPASSWD: /usr/bin/tar ${sudoTarArguments(paths).map(escapedForSudoers).join(" ")}`;
}
/** The `authorized_keys` line that lets a key run the reader and nothing else. */
function authorizedKeysReaderLine(publicKey) {
	return `restrict,command="${readerScript.replaceAll("\"", "\\\"")}" ${publicKey}`;
}
/** The same for a host that reads through `sudo`. */
function authorizedKeysSudoLine(publicKey, paths) {
	return `restrict,command="sudo -n ${sudoTarCommand(paths).replaceAll("\"", "\\\"")}" ${publicKey}`;
}
/** The same for an account that may only speak SFTP; `-R` is sftp-server's read-only switch. */
function authorizedKeysSftpLine(publicKey) {
	return `restrict,command="internal-sftp -R" ${publicKey}`;
}
// src/transports/ssh/shell-session.ts
/** The reader does not answer: the host runs another command, or none. */
var NoReader = class extends Error {
	name = "NoReader";
};
/** Lines of a login banner that may come before the greeting. */
const maxBannerLines$1 = 64;
async function startReader(host, connection, limits, signal, command = readerCommand) {
	const running = await exec(connection, command, limits.idleTimeoutMs).catch((error) => {
		throw error instanceof StreamStalled || error instanceof StreamEnded ? streamProblem(host, error, signal, limits.idleTimeoutMs) : new NoReader("the host runs no command", { cause: error });
	});
	const failed = (error, stop) => error instanceof NoReader ? error : streamProblem(host, error, stop, limits.idleTimeoutMs);
	const { channel, output } = running;
	let greeting = null;
	/** The request is sent before the greeting has come: it saves a round trip; an SFTP server chokes on it at once. */
	const ask = async (head, body, stop, read) => {
		const bytes = Buffer.from(body, "utf8");
		const [verb, ...rest] = head.split(" ");
		channel.write(Buffer.concat([Buffer.from(`${verb} ${bytes.length} ${rest.join(" ")}\n`), bytes]));
		try {
			greeting ??= await awaitGreeting(running);
			return await read(output);
		} catch (error) {
			throw failed(error, stop);
		}
	};
	/** Reads an answer that the host sends as one frame where it can. */
	const whole = (read) => async () => {
		if (greeting?.compressed !== true) return await read(output);
		const content = new ByteReader(0);
		content.push(await takeFrame(output, maxAnswerBytes(limits)));
		content.end();
		return await read(content);
	};
	const names = hostNames((body, stop, read) => ask("names 0", body, stop, read));
	const maxDigested = limits.maxFileBytes + 1;
	/** Below this are empty files alone. With 0 the listing would be one of logs. */
	const noneDigested = 1;
	const listBelow = (bytes, roots, stop) => ask(`list ${bytes}`, rootLines(roots), stop, whole(async (answer) => {
		const content = createHash("sha256");
		const runs = joinedRuns((run) => content.update(run));
		answer.tap = runs.add;
		const entries = await readSections(answer, limits, greeting?.tellsChanges === true ? "entries" : "all");
		answer.tap = null;
		runs.end();
		return {
			entries,
			content
		};
	}));
	return {
		async list(roots, { digests }, stop) {
			let listed = await listBelow(digests ? maxDigested : noneDigested, roots, stop);
			if (!digests && greeting?.tellsChanges !== true) listed = await listBelow(maxDigested, roots, stop);
			const { entries, content } = listed;
			return {
				entries: digests ? await names.named(entries, stop) : entries,
				digest: (salt) => content.copy().update(salt).digest("hex")
			};
		},
		listLogs: async (roots, stop) => (await listBelow(0, roots, stop)).entries,
		named: names.named,
		readRange: (entry, { first, end }, taker, stop) => ask(`tail ${first} ${end - first}`, entry.path, stop, (answer) => readPieces(answer, entry, {
			first,
			end
		}, greeting?.compressed === true, taker)),
		digest: (roots, salt, logs, stop) => ask(`digest ${maxDigested} ${salt}`, `${rootLines(roots)}${rootLines(logs, "L")}`, stop, async (answer) => {
			const line = (await answer.until(10, 256)).toString("latin1");
			if (!/^[0-9a-f]{64} /.test(line)) throw new MalformedListing("a digest that is none");
			const listed = greeting?.tellsChanges === true ? await readSections(answer, limits) : null;
			return {
				digest: line.slice(0, 64),
				logs: listed
			};
		}),
		read: (entries, stop) => ask("read 0", entries.map((entry) => `${entry.path}\0`).join(""), stop, whole((answer) => readAnswer(answer, entries, limits, names.learn))),
		clock: (stop) => ask("clock 0", "", stop, async (answer) => {
			return /* @__PURE__ */ new Date(Number((await answer.until(10, 32)).toString("latin1")) * 1e3);
		}),
		received: () => output.received,
		close: () => channel.end()
	};
}
/** A tar of all that may be read from one host, with headers and padding, or a listing of so many entries. */
const maxAnswerBytes = (limits) => limits.maxHostBytes + limits.maxEntries * 1024 + 1048576;
const rootLines = (roots, mark = "") => roots.map((root) => `${mark}${root.kind === "tree" ? `T${root.path}` : `G${root.pattern}`}\n`).join("");
/** Both sections of an answer to `list`, no path twice. */
async function readSections(answer, { maxEntries }, taps = "all") {
	const trees = await readListing(answer, maxEntries, taps);
	const matched = await readListing(answer, maxEntries, taps);
	const listed = new Set(trees.map((entry) => entry.path));
	return [...trees, ...matched.filter((entry) => !listed.has(entry.path))];
}
/** Puts pieces together that lie behind each other in one memory: a call for each of many small ones would cost more. */
function joinedRuns(see) {
	let run = null;
	const end = () => {
		if (run !== null) see(run);
		run = null;
	};
	return {
		end,
		add(piece) {
			const goesOn = run?.buffer === piece.buffer && run.byteOffset + run.length === piece.byteOffset;
			if (run === null || !goesOn) {
				end();
				run = piece;
			} else run = Buffer.from(run.buffer, run.byteOffset, run.length + piece.length);
		}
	};
}
async function awaitGreeting(running) {
	try {
		for (let lines = 0; lines < maxBannerLines$1; lines++) {
			const line = (await running.output.until(10, 4096)).toString("latin1");
			for (const [reader, tellsChanges] of [
				[readerGreeting, true],
				[readerGreetingBefore, true],
				[formerGreeting, false]
			]) {
				if (line === `${reader} zstd`) return {
					compressed: true,
					tellsChanges
				};
				if (line === `${reader} plain`) return {
					compressed: false,
					tellsChanges
				};
			}
		}
	} catch (error) {
		if (error instanceof StreamStalled) throw error;
		throw new NoReader("the host runs another command", { cause: error });
	}
	throw new NoReader("the host greets at length, but not as a reader");
}
/** A range as `tail` sends it; what the caller does with a piece holds the host back. */
async function readPieces(answer, entry, { first, end }, compressed, taker) {
	const head = (await answer.until(10, 256)).toString("latin1");
	if (head === "none") return "changed";
	const range = matched(/^at (\d{1,20}) (\d{1,16})$/, head, "inode", "count");
	const announced = Number(range?.count);
	if (range === null || announced > end - first) throw new MalformedListing("a range that is none");
	const sameFile = entry.inode === null || entry.inode === range.inode;
	const taken = await (compressed ? takeFramed : takeAllPlain)(answer, announced, sameFile ? taker : null);
	const size = Number(/^done (\d{1,16})$/.exec((await answer.until(10, 256)).toString("latin1"))?.[1]);
	if (!sameFile) return "changed";
	return taken < end - first || !(size >= end) ? "short" : "whole";
}
async function readAnswer(answer, entries, limits, learnNames) {
	const asked = new Map(entries.map((entry) => [entry.path, entry]));
	const files = [];
	/** those whose digest was not known, so that they may have changed while they were read */
	const unproven = [];
	const unread = new Map(entries.map((entry) => [entry.path, "changed"]));
	let taken = 0;
	const take = (bytes) => {
		taken += bytes;
		return answer.takeNow(bytes) ?? answer.take(bytes);
	};
	for await (const { entry: member, content } of readTar(take, {
		...limits,
		maxEntries: entries.length
	})) {
		const path = member.path.slice(1);
		const entry = asked.get(path);
		if (entry === void 0) throw new MalformedListing("a file that was not asked for, or twice");
		asked.delete(path);
		learnNames(member);
		if (member.kind !== "file" || entry.kind !== "file" || entry.size !== content.length) continue;
		const sha256 = hash("sha256", content);
		if (entry.sha256 === null ? entry.mtime !== member.mtime : entry.sha256 !== sha256) continue;
		(entry.sha256 === null ? unproven : files).push({
			entry: {
				...entry,
				kind: "file",
				sha256
			},
			content: new Secret(content)
		});
	}
	const record = 32768;
	await answer.take((record - taken % record) % record);
	const end = (await answer.until(10, 256)).toString("latin1");
	if (!end.startsWith("done ")) throw new MalformedListing("no status after the archive");
	if (end === "done 0") for (const file of unproven) files.push(file);
	for (const { entry } of files) unread.delete(entry.path);
	return {
		files,
		unread
	};
}
// src/transports/ssh/sudo-logs.ts
/** Logs of a host on which root alone may read them: one fixed command for each directory in which logs lie. */
/** The directories whose files a set of roots may match, sorted. What lies deeper is not read through sudo. */
function logDirectories(roots) {
	const all = roots.map((root) => {
		if (root.kind === "tree") return root.path;
		const { literal, base } = pathPattern(root.pattern);
		return literal ? dirname(base) : base;
	});
	return [...new Set(all)].filter(isSudoDirectory).sort();
}
function sudoLogs(host, connection, limits) {
	const readers = /* @__PURE__ */ new Map();
	async function readerOf(directory, signal) {
		const known = readers.get(directory);
		if (known !== void 0) return known;
		const reader = await startReader(host, connection, limits, signal, sudoLogCommand(directory));
		readers.set(directory, reader);
		return reader;
	}
	return {
		async listLogs(roots, signal) {
			const entries = [];
			for (const directory of logDirectories(roots)) {
				const listed = await (await readerOf(directory, signal)).listLogs([], signal).catch((error) => {
					throw error instanceof NoReader ? refused(host, directory) : error;
				});
				entries.push(...listed);
			}
			return entries;
		},
		async named(entries, signal) {
			const [reader] = readers.values();
			return reader === void 0 ? entries : await reader.named(entries, signal);
		},
		async readRange(entry, range, taker, signal) {
			return await (await readerOf(dirname(entry.path), signal)).readRange(entry, range, taker, signal);
		},
		received: () => [...readers.values()].reduce((sum, reader) => sum + reader.received(), 0),
		close() {
			for (const reader of readers.values()) reader.close();
		}
	};
}
function refused(host, directory) {
	return new Problem("pull/sudo-refused", `${host.name} does not allow to read the logs in ${directory}`, { hint: `\`pmta-vault doctor ${host.name}\` prints the sudoers lines that allow it` });
}
// src/transports/ssh/sudo-session.ts
/**
* Reads a host on which the account may run one fixed `tar` as root. The archive is listing and content at
* once; the content stays in memory as Secret until it is read or the session ends.
*/
function sudoReader(host, connection, limits) {
	const held = /* @__PURE__ */ new Map();
	const logs = sudoLogs(host, connection, limits);
	let received = 0;
	async function unchangingArchive(paths, signal) {
		for (let tries = 1;; tries++) {
			const { entries, torn } = await archive(paths, signal);
			if (!torn) return entries;
			if (tries === 3) throw stillChanging(host);
		}
	}
	async function archive(paths, signal) {
		const command = `sudo -n ${sudoTarCommand(paths)}`;
		const running = await exec(connection, command, limits.idleTimeoutMs);
		running.channel.end();
		const entries = [];
		let bytes = 0;
		try {
			for await (const { entry: member, content } of readTar((n) => running.output.take(n), limits)) {
				bytes += content.length;
				if (bytes > limits.maxHostBytes) throw hostTooLarge(host, limits);
				const entry = entryOf(member, content);
				entries.push(entry);
				if (entry.kind === "file" && entry.sha256 !== null) held.set(entry.path, {
					entry: {
						...entry,
						kind: "file",
						sha256: entry.sha256
					},
					content: new Secret(content)
				});
			}
		} catch (error) {
			throw error instanceof StreamEnded && running.output.received === 0 && !signal.aborted ? sudoRefused(host, command, running.complaints()) : streamProblem(host, error, signal, limits.idleTimeoutMs);
		} finally {
			received += running.output.received;
		}
		return {
			entries,
			torn: await running.ended === 1
		};
	}
	return {
		async list(roots, _, signal) {
			const entries = /* @__PURE__ */ new Map();
			const { fixed, named } = sudoPaths(roots);
			if (fixed.length > 0) for (const entry of await unchangingArchive(fixed, signal)) entries.set(entry.path, entry);
			for (const path of named) {
				const found = await unchangingArchive([path], signal).catch((problem) => {
					if (problem instanceof Problem && problem.code === "pull/sudo-refused") return [refusedEntry(path)];
					throw problem;
				});
				for (const entry of found) entries.set(entry.path, entry);
			}
			return {
				entries: [...entries.values()],
				digest: () => null
			};
		},
		digest: async () => null,
		async read(entries) {
			const files = [];
			const unread = /* @__PURE__ */ new Map();
			for (const { path } of entries) {
				const file = held.get(path);
				if (file === void 0) unread.set(path, "changed");
				else files.push(file);
			}
			return {
				files,
				unread
			};
		},
		listLogs: logs.listLogs,
		named: logs.named,
		readRange: logs.readRange,
		clock: async () => null,
		received: () => received + logs.received(),
		close() {
			held.clear();
			logs.close();
		}
	};
}
function entryOf(member, content) {
	const path = `/${member.path}`;
	if (!isNormalPath(path)) throw new MalformedListing("a path that is not absolute and normal");
	return {
		path,
		kind: member.kind,
		mode: member.mode,
		uid: member.uid,
		gid: member.gid,
		owner: member.owner || String(member.uid),
		group: member.group || String(member.gid),
		size: content.length,
		mtime: member.mtime,
		target: member.kind === "link" ? member.target : null,
		sha256: member.kind === "file" ? createHash("sha256").update(content).digest("hex") : null,
		readable: true
	};
}
/**
* What `tar` reads. `fixed` depends on fleet.yml alone, so that one command and one sudoers line stay right;
* each file that a config names elsewhere is a command, and a line, of its own.
*/
function sudoPaths(roots) {
	return {
		fixed: roots.flatMap((root) => root.kind === "tree" ? [root.path] : root.named ? [] : [pathPattern(root.pattern).base]),
		named: roots.flatMap((root) => root.kind === "glob" && root.named && pathPattern(root.pattern).literal ? [root.pattern] : [])
	};
}
/** One file that sudo does not allow fails its category, not the host. */
function refusedEntry(path) {
	return {
		path,
		kind: "file",
		mode: 0,
		uid: 0,
		gid: 0,
		owner: "",
		group: "",
		size: 0,
		mtime: 0,
		target: null,
		sha256: null,
		readable: false
	};
}
function stillChanging(host) {
	return new Problem("pull/changing", `${host.name}: files changed during each of three readings`, { hint: "is something writing below these paths all the time? run again, or narrow the paths in fleet.yml" });
}
function hostTooLarge(host, limits) {
	return new Problem("pull/too-large", `${host.name} sends more than ${limits.maxHostBytes} bytes`, { hint: "raise max-host-size, or narrow the paths in fleet.yml" });
}
function sudoRefused(host, command, complaints) {
	const said = complaints.split("\n").find((line) => line.trim() !== "");
	return new Problem("pull/sudo-refused", `${host.name} does not allow: ${command}`, {
		data: said === void 0 ? [] : [`it said: ${said.slice(0, 200)}`],
		hint: `\`pmta-vault doctor ${host.name}\` prints the sudoers lines that allow it`
	});
}
/** The first line for the shell. */
const workbenchStart = `exec /bin/sh -c 'echo "pmta-vault-workbench 1"; read -r n && eval "$(head -c "$n")"'\n`;
const workbenchScript = `
LC_ALL=C; export LC_ALL; PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin; export PATH
umask 077; cd /
PMTA_VAULT_SESSION="$$ $(sed 's/.*) //' /proc/$$/stat 2>/dev/null | cut -d ' ' -f 20)"; export PMTA_VAULT_SESSION
[ "$(id -u)" = 0 ] || { echo "no root"; exit 1; }
echo root
N=$(printf "\\nx"); N=\${N%x}
answer() { printf "%s %s\\n" "$1" "$(printf %s "$2" | head -c 65536 | wc -c)"; printf %s "$2" | head -c 65536; }
while IFS=" " read -r verb size limit; do
 case "$size$limit" in *[!0-9]*|"") exit 64;; esac
 case $verb in
 facts)
  asked=$(head -c "$size"); echo "hostname $(uname -n)"
  for f in /sys/class/net/*/address; do if [ -r "$f" ]; then echo "mac $(cat "$f")"; fi; done
  set -f; IFS=$N
  for line in $asked; do name=\${line#? }
   case $line in
   U*) getent passwd -- "$name";; G*) getent group -- "$name";; P*) command -v -- "$name";; *) false;;
   esac >/dev/null 2>&1 && printf "%s\\n" "$line"
  done
  set +f; echo .;;
 look)
  head -c "$size" | xargs -0 -r sh -c "for p; do if [ -e \\"\\$p\\" ] || [ -L \\"\\$p\\" ]; then
   find -H \\"\\$p\\" '(' -type f -o -type l -o -type d ')' -print0; fi; done" sh |
  tar -c -f - -H gnu -b 64 -C / --no-recursion --hard-dereference --no-unquote --null -T - 2>/dev/null
  echo "done $?";;
 put) said=$(head -c "$size" | { tar -x -p -f - -C / --same-owner 2>&1; s=$?; cat >/dev/null; exit $s; }); answer $? "$said";;
 run) command=$(head -c "$size"); said=$(timeout "$limit" /bin/sh -c "$command" </dev/null 2>&1); answer $? "$said";;
 *) exit 64;; esac
done`.trim();
/** What starts the shell: root as itself, any other account through the one line that sudo has for it. */
const workbenchCommand = (user) => user === "root" ? "exec /bin/sh" : "exec sudo -n /bin/sh";
/** The sudoers line that allows it. It is root in all but name: for an account that does nothing but restore. */
const workbenchSudoersLine = (user) => `${user} ALL=(root) NOPASSWD: /bin/sh ""`;
// src/transports/ssh/workbench.ts
const maxBannerLines = 64;
/**
* @param host  `user` is the account that restores
* @throws Problem "restore/no-rights" when the account is not root and may not become it
*/
async function openWorkbench(host, connection, limits, signal) {
	const told = (error) => streamProblem(host, error, signal, limits.idleTimeoutMs);
	const running = await exec(connection, workbenchCommand(host.user), limits.idleTimeoutMs).catch((error) => {
		connection.client.destroy();
		throw told(error);
	});
	try {
		await start(host, running);
	} catch (error) {
		connection.client.destroy();
		throw told(error);
	}
	const request = (verb, body, limit = 0) => {
		running.channel.write(`${verb} ${body.length} ${limit}\n`);
		running.channel.write(body);
	};
	const asked = async (answer) => {
		try {
			return await answer();
		} catch (error) {
			throw told(error);
		}
	};
	return {
		facts: ({ users, groups, programs }) => asked(async () => {
			const lines = [
				...prefixed("U", users),
				...prefixed("G", groups),
				...prefixed("P", programs)
			];
			request("facts", Buffer.from(lines.join("\n")));
			return await readFacts(running);
		}),
		look: (paths) => asked(async () => {
			request("look", Buffer.from(paths.map((path) => `.${path}\0`).join("")));
			return await readLook(running, limits);
		}),
		put: (archive) => asked(async () => {
			request("put", archive);
			return await readRan(running);
		}),
		run: (command, timeoutMs) => asked(async () => {
			request("run", Buffer.from(command), Math.max(1, Math.ceil(timeoutMs / 1e3)));
			return await readRan(running);
		}),
		async [Symbol.asyncDispose]() {
			running.channel.end();
			connection.client.end();
			setTimeout(() => connection.client.destroy(), 1e3).unref();
		}
	};
}
async function start(host, running) {
	running.channel.write(workbenchStart);
	try {
		for (let lines = 0;; lines++) {
			if ((await running.output.until(10, 4096)).toString("latin1") === "pmta-vault-workbench 1") break;
			if (lines === maxBannerLines) throw new MalformedListing("it talks at length, but is no shell");
		}
	} catch (error) {
		if (error instanceof StreamEnded) throw noRights(host, running.complaints());
		throw error;
	}
	const script = Buffer.from(workbenchScript);
	running.channel.write(`${script.length}\n`);
	running.channel.write(script);
	const verdict = (await running.output.until(10, 4096)).toString("latin1");
	if (verdict !== "root") throw noRights(host, verdict);
}
function noRights(host, said) {
	const line = said.split("\n").find((text) => text.trim() !== "");
	return new Problem("restore/no-rights", `${host.user} may not become root on ${host.name}; nothing was written`, {
		data: line === void 0 ? [] : [`it said: ${line.slice(0, 200)}`],
		hint: `restore as root, or put this line on the host with \`visudo -f /etc/sudoers.d/pmta-vault-restore\`: ${workbenchSudoersLine(host.user)}`
	});
}
/** A name with other characters is one that no account has. */
const prefixed = (letter, names) => names.filter((name) => /^[\w.@+-]+\$?$/.test(name)).map((name) => `${letter} ${name}`);
async function readFacts({ output }) {
	const found = /* @__PURE__ */ new Map();
	for (;;) {
		const line = (await output.until(10, 4096)).toString("utf8");
		if (line === ".") break;
		const [key, value] = [textBefore(line, " "), textAfter(line, " ")];
		found.set(key, [...found.get(key) ?? [], value]);
	}
	const all = (key) => found.get(key) ?? [];
	return {
		hostname: all("hostname")[0] ?? "",
		macs: all("mac").map((mac) => mac.toLowerCase()).filter((mac) => /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/.test(mac) && mac !== "00:00:00:00:00:00"),
		users: new Set(all("U")),
		groups: new Set(all("G")),
		programs: new Set(all("P"))
	};
}
async function readLook({ output }, limits) {
	const found = [];
	let taken = 0;
	let bytes = 0;
	const take = (count) => {
		taken += count;
		return output.take(count);
	};
	for await (const { entry, content } of readTar(take, limits)) {
		bytes += content.length;
		if (bytes > limits.maxHostBytes) throw new MalformedListing(`more than ${limits.maxHostBytes} bytes`);
		found.push(foundFile(entry, content));
	}
	const record = 32768;
	await output.take((record - taken % record) % record);
	if (!(await output.until(10, 256)).toString("latin1").startsWith("done ")) throw new MalformedListing("no status after the archive");
	return found;
}
function foundFile(member, content) {
	const path = member.path.replace(/^\./, "");
	if (!isNormalPath(path)) throw new MalformedListing("a path that is not absolute and normal");
	const isFile = member.kind === "file";
	return {
		entry: {
			path,
			kind: member.kind,
			mode: member.mode,
			uid: member.uid,
			gid: member.gid,
			owner: member.owner || String(member.uid),
			group: member.group || String(member.gid),
			size: content.length,
			mtime: member.mtime,
			readable: true,
			target: member.kind === "link" ? member.target : null,
			sha256: isFile ? createHash("sha256").update(content).digest("hex") : null
		},
		content: isFile ? new Secret(content) : null
	};
}
async function readRan({ output }) {
	const head = (await output.until(10, 256)).toString("latin1");
	const ran = matched(/^(\d{1,3}) (\d{1,6})$/, head, "status", "size");
	if (ran === null) throw new MalformedListing("no status after a command");
	return {
		status: Number(ran.status),
		output: new Secret(Buffer.from(await output.take(Number(ran.size))))
	};
}
// src/transports/ssh/privileges.ts
/**
* The lines to put on a host so that a key may read what belongs to PowerMTA, and do nothing else.
* @param isJump  whether other hosts are reached through this one
* @param named   paths that its configs name, other than logs
* @param logs    where its log files are
*/
function privilegeLines(publicKey, host, isJump, roots, named, logs) {
	const account = `~${host.user}/.ssh/authorized_keys on ${host.name}`;
	if (!host.backup) {
		const line = `restrict,port-forwarding,command="/bin/false" ${publicKey}`;
		return [{
			where: `${account}: to go through it, and nothing else`,
			line
		}];
	}
	const lines = readingLines(publicKey, host, account, roots, named, logs);
	return isJump ? lines.map(({ where, line }) => ({
		where,
		line: line.replace(/^restrict\b/, "restrict,port-forwarding")
	})) : lines;
}
function readingLines(publicKey, host, account, roots, named, logs) {
	if (!host.sudo) return [{
		where: `${account}: reads by one command, fast`,
		line: authorizedKeysReaderLine(publicKey)
	}, {
		where: `${account}: or by SFTP alone`,
		line: authorizedKeysSftpLine(publicKey)
	}];
	const extra = named.map((pattern) => ({
		kind: "glob",
		pattern,
		named: true
	}));
	const paths = sudoPaths([...roots, ...extra]);
	const outside = paths.named.filter((path) => !paths.fixed.some((fixed) => path === fixed || path.startsWith(`${fixed}/`)));
	const directories = logDirectories(logs);
	const sudoers = [...[paths.fixed, ...outside.map((path) => [path])].map((set) => sudoersLine(host.user, set)), ...directories.map((directory) => sudoersLogLine(host.user, directory))].map((line) => ({
		where: `/etc/sudoers.d/pmta-vault on ${host.name}`,
		line
	}));
	return [...outside.length === 0 && directories.length === 0 ? [{
		where: account,
		line: authorizedKeysSudoLine(publicKey, paths.fixed)
	}] : [{
		where: account,
		line: `restrict ${publicKey}`
	}], ...sudoers];
}
/** The lines for an account that restores; root needs none. */
function restoreLines(publicKey, host, user) {
	const sudoers = {
		where: `/etc/sudoers.d/pmta-vault-restore on ${host.name}: makes ${user} root, so that it can restore; take it out afterwards`,
		line: workbenchSudoersLine(user)
	};
	const key = {
		where: `~${user}/.ssh/authorized_keys on ${host.name}: restores`,
		line: `restrict ${publicKey}`
	};
	return user === "root" ? [] : [key, sudoers];
}
// src/transports/ssh/index.ts
const attempts = 3;
const firstPauseMs = 400;
function ssh(options) {
	const { limits } = options;
	const login = {
		key: options.key,
		agent: options.agent
	};
	const jumps = /* @__PURE__ */ new Map();
	/** Through the nearest jump host first; each hop is checked against its own pinned keys. */
	const dialer = (host) => {
		const jump = host.jumps.at(-1);
		if (jump === void 0) return dialTcp(host, limits.connectTimeoutMs);
		return async (signal) => {
			return forward(await jumpConnection(jump, signal), host);
		};
	};
	const jumpConnection = (jump, signal) => {
		const known = jumps.get(jump.name);
		if (known !== void 0) return known;
		const opening = openConnection(jump, dialer(jump), login, limits.connectTimeoutMs, signal);
		jumps.set(jump.name, opening);
		opening.then(({ client }) => client.once("close", () => jumps.delete(jump.name)), () => jumps.delete(jump.name));
		return opening;
	};
	const open = async (host, signal) => {
		const connection = await retried(host, options.observe, signal, () => openConnection(host, dialer(host), login, limits.connectTimeoutMs, signal));
		signal.addEventListener("abort", () => connection.client.destroy(), { once: true });
		return connection;
	};
	return {
		name: "ssh",
		connect: async (host, signal) => session(host, await open(host, signal), limits, signal),
		workbench: async (host, signal) => await openWorkbench(host, await open(host, signal), limits, signal),
		async offeredKeys(host, signal) {
			const keys = [];
			for (const type of hostKeyTypes) {
				const key = await askHostKey(host, dialer(host), [type], limits.connectTimeoutMs, signal);
				if (key !== null) keys.push(key);
			}
			return keys;
		},
		async [Symbol.asyncDispose]() {
			for (const opening of jumps.values()) (await opening.catch(() => null))?.client.end();
		}
	};
}
function forward({ client }, host) {
	return new Promise((resolve, reject) => {
		client.forwardOut("127.0.0.1", 0, host.address, host.port, (error, channel) => error ? reject(error) : resolve(channel));
	});
}
/** Only what may be gone a moment later is tried again; a refused key or a wrong host key never is. */
async function retried(host, observe, signal, open) {
	for (let attempt = 1;; attempt++) try {
		return await open();
	} catch (problem) {
		if (!(problem instanceof Problem) || !isTransient(problem) || attempt === attempts || signal.aborted) throw problem;
		observe({
			kind: "host-retried",
			host: host.name,
			attempt,
			problem
		});
		await pause(firstPauseMs * 2 ** (attempt - 1) * (.75 + Math.random() / 2), signal);
	}
}
function pause(ms, signal) {
	return new Promise((resolve, reject) => {
		const timer = setTimeout(resolve, ms);
		signal.addEventListener("abort", () => {
			clearTimeout(timer);
			reject(signal.reason);
		}, { once: true });
	});
}
/** A session that finds out by its first request whether the host runs the reader or speaks SFTP only. */
function session(host, connection, limits, signal) {
	let way = host.sudo ? "sudo" : "shell";
	let reader = null;
	const open = async () => {
		if (host.sudo) return sudoReader(host, connection, limits);
		return await startReader(host, connection, limits, signal).catch(fallBack);
	};
	const fallBack = async (reason) => {
		if (!(reason instanceof NoReader)) throw reason;
		way = "sftp";
		return await sftpReader(host, connection, limits, signal);
	};
	/** Only an answer tells whether the host runs the reader. */
	const first = async (request) => {
		reader ??= await open();
		try {
			return await request(reader);
		} catch (reason) {
			reader = await fallBack(reason);
			return await request(reader);
		}
	};
	return {
		get way() {
			return way;
		},
		times: connection.times,
		received: () => reader?.received() ?? 0,
		list: (roots, need, stop) => first((opened) => opened.list(roots, need, stop)),
		digest: (roots, salt, logs, stop) => first((opened) => opened.digest(roots, salt, logs, stop)),
		async read(entries, stop) {
			reader ??= await open();
			return await reader.read(entries, stop);
		},
		listLogs: (roots, stop) => first((opened) => opened.listLogs(roots, stop)),
		named: (entries, stop) => first((opened) => opened.named(entries, stop)),
		readRange: (entry, range, taker, stop) => first((opened) => opened.readRange(entry, range, taker, stop)),
		async clock(stop) {
			return await reader?.clock(stop) ?? null;
		},
		async [Symbol.asyncDispose]() {
			reader?.close();
			connection.client.end();
			setTimeout(() => connection.client.destroy(), 1e3).unref();
		}
	};
}
export { isPinned as a, fingerprintOf as i, privilegeLines as n, restoreLines as r, ssh as t };
