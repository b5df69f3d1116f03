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
	const path = entry.kind === "directory" ? `${entry.path}/` : entry.path;
	const records = [];
	if (!fits(path, 100)) records.push(["path", path]);
	if (!fits(entry.target, 100)) records.push(["linkpath", entry.target]);
	if (!fits(entry.owner, 31)) records.push(["uname", entry.owner]);
	if (!fits(entry.group, 31)) records.push(["gname", entry.group]);
	if (entry.uid > maxOctal7) records.push(["uid", String(entry.uid)]);
	if (entry.gid > maxOctal7) records.push(["gid", String(entry.gid)]);
	if (entry.size > maxOctal11) records.push(["size", String(entry.size)]);
	const typeflag = {
		file: "0",
		link: "2",
		directory: "5"
	}[entry.kind];
	const header = ustar({
		...entry,
		path,
		typeflag
	});
	if (records.length === 0) return header;
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
	return /^[\x20-\x7e]*$/.test(text) && text.length <= bytes;
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
	const text = (value, offset, length) => block.write(fits(value, length) ? value : value.replace(/[^\x20-\x7e]/g, "_").slice(0, length), offset, "latin1");
	const octal = (value, offset, digits) => block.write(Math.min(value, 8 ** digits - 1).toString(8).padStart(digits, "0"), offset, "latin1");
	text(fields.path, 0, 100);
	octal(fields.mode & 4095, 100, 7);
	octal(fields.uid, 108, 7);
	octal(fields.gid, 116, 7);
	octal(fields.size, 124, 11);
	octal(Math.max(0, fields.mtime), 136, 11);
	block.fill(" ", 148, 156);
	text(fields.typeflag, 156, 1);
	text(fields.target, 157, 100);
	block.write("ustar\x0000", 257, "latin1");
	text(fields.owner, 265, 31);
	text(fields.group, 297, 31);
	block.write(`${checksum(block).toString(8).padStart(6, "0")}\0 `, 148, "latin1");
	return block;
}
function checksum(block) {
	let sum = 0;
	for (let i = 0; i < 512; i++) sum += i >= 148 && i < 156 ? 32 : block[i] ?? 0;
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
		const block = await take(512);
		if (block.every((byte) => byte === 0)) {
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
		yield {
			entry,
			content: await takeContent(take, entry.size)
		};
	}
}
/** The entry of one header without extensions; null for the end mark. For archives whose names are short. */
function plainTarEntry(block) {
	return block.every((byte) => byte === 0) ? null : entryOf(block, parseHeader(block), {});
}
async function takeContent(take, size) {
	if (size === 0) return Buffer.alloc(0);
	return (await take(size + tarPadding(size))).subarray(0, size);
}
function parseHeader(block) {
	if (Number.parseInt(block.toString("latin1", 148, 156).replace(/[\0 ]+$/, "").trim(), 8) !== checksum(block)) throw new MalformedTar("header checksum does not agree");
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
	const field = block.subarray(offset, offset + length);
	const end = field.indexOf(0);
	return decode(end === -1 ? field : field.subarray(0, end));
}
function number(block, offset, length) {
	const field = block.subarray(offset, offset + length);
	if (((field[0] ?? 0) & 128) !== 0) {
		if (field[0] !== 128 || field.subarray(1, length - 6).some((byte) => byte !== 0)) throw new MalformedTar("a number is out of range");
		return field.readUIntBE(length - 6, 6);
	}
	const digits = field.toString("latin1").replace(/[\0 ]+$/, "").trimStart();
	if (digits === "") return 0;
	if (!/^[0-7]+$/.test(digits)) throw new MalformedTar("a number is not octal");
	return Number.parseInt(digits, 8);
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
	const path = (extension["path"] ?? pathIn(block)).replace(/\/+$/, "");
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
export { tarHeader as a, tarEnd as i, plainTarEntry as n, tarPadding as o, readTar as r, MalformedTar as t };
