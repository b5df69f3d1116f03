import { n as checksumField, s as tarPadding, t as checksum } from "./tar.js";
// src/core/tar-reader.ts
/**
* Reads archives, strictly, as what it reads may be hostile: it never touches a file system, and it knows regular files,
* directories and symbolic links only. Sources: as `tar.ts`.
*/
/** Thrown by the reader; the caller says whose archive it was. */
var MalformedTar = class extends Error {
	name = "MalformedTar";
};
/** A pax or GNU extension header longer than this is an attack, not a name. */
const maxExtensionBytes = 65536;
/**
* Reads one archive up to its end mark and not a byte further.
* @throws MalformedTar  on a bad checksum, another type of entry, a limit passed, a name with NUL
*/
async function* readTar(take, limits) {
	let extension = {};
	for (let entries = 0;;) {
		const coming = take(512);
		const block = coming instanceof Promise ? await coming : coming;
		if (isZero(block)) {
			await take(512);
			return;
		}
		const header = parseHeader(block);
		if (header.typeflag === "x" || header.typeflag === "L" || header.typeflag === "K") {
			if (header.size > maxExtensionBytes) throw new MalformedTar("extension header is too long");
			const body = await takeContent(take, header.size);
			extension = {
				...extension,
				...parseExtension(header.typeflag, body)
			};
			continue;
		}
		if (++entries > limits.maxEntries) throw new MalformedTar(`more than ${limits.maxEntries} entries`);
		const entry = entryOf(block, header, extension);
		extension = {};
		if (entry.size > limits.maxFileBytes) throw new MalformedTar(`an entry above ${limits.maxFileBytes} bytes`);
		const content = takeContent(take, entry.size);
		yield {
			entry,
			content: content instanceof Promise ? await content : content
		};
	}
}
/** The entry of one header without extensions; null for the end mark. For archives whose names are short. */
function plainTarEntry(block) {
	return isZero(block) ? null : entryOf(block, parseHeader(block), {});
}
function isZero(block) {
	for (let at = 0; at < block.length; at++) if (block[at] !== 0) return false;
	return true;
}
function takeContent(take, size) {
	if (size === 0) return Buffer.alloc(0);
	const padded = take(size + tarPadding(size));
	return padded instanceof Promise ? padded.then((bytes) => bytes.subarray(0, size)) : padded.subarray(0, size);
}
function parseHeader(block) {
	if (number(block, checksumField.start, 8) !== checksum(block, 0)) throw new MalformedTar("header checksum does not agree");
	const typeflag = block.toString("latin1", 156, 157);
	return {
		mode: number(block, 100, 8) & 4095,
		uid: number(block, 108, 8),
		gid: number(block, 116, 8),
		size: number(block, 124, 12),
		mtime: isBefore1970(block) ? block.readIntBE(142, 6) : number(block, 136, 12),
		typeflag: typeflag === "\0" ? "0" : typeflag,
		owner: text(block, 265, 32),
		group: text(block, 297, 32)
	};
}
/** GNU writes a time before 1970 in base 256, in two's complement: 48 bits hold all that a file system knows. */
function isBefore1970(block) {
	return block.readIntBE(136, 6) === -1 && block.readInt8(142) < 0;
}
function pathIn(block) {
	const prefix = block.toString("latin1", 257, 263) === "ustar\0" ? text(block, 345, 155) : "";
	const name = text(block, 0, 100);
	return prefix === "" ? name : `${prefix}/${name}`;
}
const utf8 = new TextDecoder("utf-8", { fatal: true });
function decode(bytes) {
	try {
		return utf8.decode(bytes);
	} catch {
		throw new MalformedTar("a name is not UTF-8");
	}
}
function text(block, offset, length) {
	let end = offset;
	let isAscii = true;
	for (; end < offset + length && block[end] !== 0; end++) if (block[end] > 127) isAscii = false;
	return isAscii ? block.toString("latin1", offset, end) : decode(block.subarray(offset, end));
}
function number(block, offset, length) {
	if ((block.readUInt8(offset) & 128) !== 0) {
		const field = block.subarray(offset, offset + length);
		if (field[0] !== 128 || field.subarray(1, length - 6).some((byte) => byte !== 0)) throw new MalformedTar("a number is out of range");
		return field.readUIntBE(length - 6, 6);
	}
	let [at, end] = [offset, offset + length];
	while (end > at && (block[end - 1] === 0 || block[end - 1] === 32)) end--;
	while (at < end && block[at] === 32) at++;
	let value = 0;
	for (; at < end; at++) {
		const digit = block[at] - 48;
		if (digit < 0 || digit > 7) throw new MalformedTar("a number is not octal");
		value = value * 8 + digit;
	}
	return value;
}
function parseExtension(typeflag, body) {
	const end = body.indexOf(0);
	if (typeflag === "L") return { path: decode(end === -1 ? body : body.subarray(0, end)) };
	if (typeflag === "K") return { linkpath: decode(end === -1 ? body : body.subarray(0, end)) };
	const records = {};
	for (let at = 0; at < body.length;) {
		const space = body.indexOf(32, at);
		const length = Number(body.toString("latin1", at, space));
		if (space === -1 || !Number.isSafeInteger(length) || length < 5 || body[at + length - 1] !== 10) throw new MalformedTar("a pax record is cut or has a wrong length");
		const equals = body.indexOf(61, space);
		if (equals === -1 || equals >= at + length) throw new MalformedTar("a pax record has no value");
		const key = body.toString("latin1", space + 1, equals);
		records[key] = decode(body.subarray(equals + 1, at + length - 1));
		at += length;
	}
	return records;
}
/** Of a name that an extension gives whole, the header has the beginning, cut within a character too. */
function entryOf(block, header, extension) {
	const kind = {
		"0": "file",
		"2": "link",
		"5": "directory"
	}[header.typeflag];
	if (kind === void 0) throw new MalformedTar("an entry that is no file, directory or symbolic link");
	const count = (key, fallback) => {
		const value = extension[key];
		if (value === void 0) return fallback;
		if (!/^\d{1,15}(\.\d+)?$/.test(value)) throw new MalformedTar(`pax ${key} is no number`);
		return Math.floor(Number(value));
	};
	const named = extension["path"] ?? pathIn(block);
	const path = named.endsWith("/") ? named.replace(/\/+$/, "") : named;
	const target = kind === "link" ? extension["linkpath"] ?? text(block, 157, 100) : "";
	if (path.includes("\0") || target.includes("\0")) throw new MalformedTar("a name with NUL");
	return {
		path,
		kind,
		mode: header.mode,
		uid: count("uid", header.uid),
		gid: count("gid", header.gid),
		owner: extension["uname"] ?? header.owner,
		group: extension["gname"] ?? header.group,
		size: kind === "file" ? count("size", header.size) : 0,
		mtime: count("mtime", header.mtime),
		target
	};
}
export { plainTarEntry as n, readTar as r, MalformedTar as t };
