/** Two zero blocks: the end of an archive. */
const tarEnd = Buffer.alloc(1024);
/** Zero bytes that follow a content of `size` bytes. */
function tarPadding(size) {
	return (512 - size % 512) % 512;
}
const maxOctal7 = 2097151;
const maxOctal11 = 8589934591;
/** The header blocks of one entry: 512 bytes, preceded by pax records only where ustar cannot hold a field. */
function tarHeader(entry) {
	if (!isPlain(entry)) return extendedHeader(entry);
	const header = Buffer.alloc(512);
	putPlain(header, 0, entry);
	return header;
}
/** How long `tarHeader` is. */
function tarHeaderBytes(entry) {
	return isPlain(entry) ? 512 : extendedHeader(entry).length;
}
/**
* Writes what `tarHeader` gives to a place that holds zeros: an archive of many small files has as many headers.
* @returns where it ends
*/
function putTarHeader(target, at, entry) {
	if (isPlain(entry)) {
		putPlain(target, at, entry);
		return at + 512;
	}
	return at + extendedHeader(entry).copy(target, at);
}
/** Whether ustar holds every field. */
function isPlain({ kind, path, target, owner, group, uid, gid, size }) {
	return fits(path, kind === "directory" ? 99 : 100) && fits(target, 100) && fits(owner, 31) && fits(group, 31) && uid <= maxOctal7 && gid <= maxOctal7 && size <= maxOctal11;
}
const typeflags = {
	file: "0",
	link: "2",
	directory: "5"
};
function putPlain(target, at, entry) {
	const path = entry.kind === "directory" ? `${entry.path}/` : entry.path;
	putUstar(target, at, {
		...entry,
		path,
		typeflag: typeflags[entry.kind]
	});
}
function extendedHeader(entry) {
	const path = entry.kind === "directory" ? `${entry.path}/` : entry.path;
	const records = [];
	if (!fits(path, 100)) records.push(["path", path]);
	if (!fits(entry.target, 100)) records.push(["linkpath", entry.target]);
	if (!fits(entry.owner, 31)) records.push(["uname", entry.owner]);
	if (!fits(entry.group, 31)) records.push(["gname", entry.group]);
	if (entry.uid > maxOctal7) records.push(["uid", String(entry.uid)]);
	if (entry.gid > maxOctal7) records.push(["gid", String(entry.gid)]);
	if (entry.size > maxOctal11) records.push(["size", String(entry.size)]);
	const header = ustar({
		...entry,
		path,
		typeflag: typeflags[entry.kind]
	});
	const body = paxBody(records);
	const pax = ustar({
		path: "pax",
		mode: 420,
		uid: 0,
		gid: 0,
		owner: "",
		group: "",
		mtime: 0,
		target: "",
		size: body.length,
		typeflag: "x"
	});
	return Buffer.concat([
		pax,
		body,
		Buffer.alloc(tarPadding(body.length)),
		header
	]);
}
function fits(text, bytes) {
	if (text.length > bytes) return false;
	for (let at = 0; at < text.length; at++) {
		const char = text.charCodeAt(at);
		if (char < 32 || char > 126) return false;
	}
	return true;
}
function paxBody(records) {
	return Buffer.concat(records.map(([key, value]) => {
		const rest = Buffer.from(` ${key}=${value}\n`, "utf8");
		let length = rest.length + String(rest.length).length;
		if (String(length).length > String(rest.length).length) length = rest.length + String(length).length;
		return Buffer.concat([Buffer.from(String(length)), rest]);
	}));
}
function ustar(fields) {
	const block = Buffer.alloc(512);
	putUstar(block, 0, fields);
	return block;
}
/** @param target  holds zeros there */
function putUstar(target, at, fields) {
	const text = (value, offset, length) => target.write(fits(value, length) ? value : value.replace(/[^\x20-\x7e]/g, "_").slice(0, length), at + offset, "latin1");
	const octal = (value, offset, digits) => {
		let left = Math.min(value, 8 ** digits - 1);
		for (let place = at + offset + digits - 1; place >= at + offset; place--) {
			target[place] = zero + left % 8;
			left = Math.floor(left / 8);
		}
	};
	text(fields.path, 0, 100);
	octal(fields.mode & 4095, 100, 7);
	octal(fields.uid, 108, 7);
	octal(fields.gid, 116, 7);
	octal(fields.size, 124, 11);
	octal(Math.max(0, fields.mtime), 136, 11);
	text(fields.typeflag, 156, 1);
	text(fields.target, 157, 100);
	target.write("ustar\x0000", at + 257, "latin1");
	text(fields.owner, 265, 31);
	text(fields.group, 297, 31);
	octal(checksum(target, at), 148, 6);
	target[at + 155] = space;
}
const zero = 48;
const space = 32;
const checksumField = {
	start: 148,
	end: 156
};
/** Of the header at `at`, its own field taken for blanks. */
function checksum(block, at) {
	let sum = (checksumField.end - checksumField.start) * space;
	for (let place = at; place < at + checksumField.start; place++) sum += block[place];
	for (let place = at + checksumField.end; place < at + 512; place++) sum += block[place];
	return sum;
}
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
		mtime: number(block, 136, 12),
		typeflag: typeflag === "\0" ? "0" : typeflag,
		owner: text(block, 265, 32),
		group: text(block, 297, 32)
	};
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
	if (((block[offset] ?? 0) & 128) !== 0) {
		const field = block.subarray(offset, offset + length);
		if (field[0] !== 128 || field.subarray(1, length - 6).some((byte) => byte !== 0)) throw new MalformedTar("a number is out of range");
		return field.readUIntBE(length - 6, 6);
	}
	let [at, end] = [offset, offset + length];
	while (end > at && (block[end - 1] === 0 || block[end - 1] === space)) end--;
	while (at < end && block[at] === space) at++;
	let value = 0;
	for (; at < end; at++) {
		const digit = block[at] - zero;
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
export { tarEnd as a, tarPadding as c, readTar as i, plainTarEntry as n, tarHeader as o, putTarHeader as r, tarHeaderBytes as s, MalformedTar as t };
