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
			target[place] = 48 + left % 8;
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
	target[at + 155] = 32;
}
const checksumField = {
	start: 148,
	end: 156
};
/** Of the header at `at`, its own field taken for blanks. */
function checksum(block, at) {
	let sum = (checksumField.end - checksumField.start) * 32;
	for (let place = at; place < at + checksumField.start; place++) sum += block[place];
	for (let place = at + checksumField.end; place < at + 512; place++) sum += block[place];
	return sum;
}
export { tarHeader as a, tarEnd as i, checksumField as n, tarHeaderBytes as o, putTarHeader as r, tarPadding as s, checksum as t };
