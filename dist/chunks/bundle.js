import { t as compareTexts } from "./order.js";
import { n as releaseWithRest, t as release } from "./release.js";
import { i as tarEnd, o as tarHeaderBytes, r as putTarHeader, s as tarPadding } from "./tar.js";
import "./zstd-frame.js";
import { promisify } from "node:util";
import { constants, gzip, zstdCompress, zstdCompressSync, zstdDecompress } from "node:zlib";
// src/seal/compress.ts
const zstd = promisify(zstdCompress);
const gz = promisify(gzip);
const unzstd = promisify(zstdDecompress);
/** One frame or member; what is large is compressed off the main thread, by the runtime's pool. */
async function compress(bytes, compression, zstdLevel = 3) {
	const chunkSize = Math.max(1024, bytes.length + (bytes.length >> 7));
	if (compression === "gzip") return await gz(bytes, {
		level: 6,
		chunkSize
	});
	const params = {
		[constants.ZSTD_c_compressionLevel]: zstdLevel,
		[constants.ZSTD_c_checksumFlag]: 1
	};
	return bytes.length < 32768 ? zstdCompressSync(bytes, {
		chunkSize,
		params
	}) : await zstd(bytes, {
		chunkSize,
		params
	});
}
/** @param bytes  what one whole frame holds */
async function decompressFrame(frame, bytes) {
	return await unzstd(frame, {
		chunkSize: bytes + 64,
		maxOutputLength: bytes
	});
}
// src/seal/bundle.ts
/** What `tar -x` gives first: every entry with all that a restore needs and a check compares. */
const manifestPath = ".pmta-vault/manifest.json";
/** The default, 3, takes twice as long, and many short texts or keys in a row are not smaller for it. */
const zstdLevel = 1;
/**
* Packs, compresses and encrypts one category. Equal content gives an equal archive before encryption.
* @returns the bytes of a binary age file
*/
async function sealBundle(content, compression, recipients) {
	const { encrypt } = await import("./age2.js");
	const archive = packBundle(content);
	const packed = await compress(archive, compression, zstdLevel);
	release(archive);
	const sealed = await encrypt(recipients, packed);
	releaseWithRest(packed);
	return sealed;
}
/** @returns a tar whose first entry is the manifest, the rest sorted by path and relative to `/` */
function packBundle(content) {
	const files = new Map(content.files.map((file) => [file.entry.path, file]));
	const entries = sorted([...content.files.map((file) => file.entry), ...content.others]);
	const manifest = Buffer.from(`${JSON.stringify(manifestOf(content, entries), null, 1)}\n`);
	const members = [{
		header: manifestEntry(manifest.length),
		content: manifest
	}];
	for (const entry of entries) {
		const kind = entry.kind === "file" || entry.kind === "link" ? entry.kind : "directory";
		members.push({
			header: {
				...entry,
				kind,
				path: entry.path.slice(1),
				target: entry.target ?? ""
			},
			content: files.get(entry.path)?.content.reveal("pack it into the bundle") ?? nothing
		});
	}
	let bytes = tarEnd.length;
	for (const { header, content } of members) bytes += tarHeaderBytes(header) + content.length + tarPadding(content.length);
	const archive = Buffer.alloc(bytes);
	let at = 0;
	for (const { header, content } of members) {
		at = putTarHeader(archive, at, header);
		archive.set(content, at);
		at += content.length + tarPadding(content.length);
	}
	return archive;
}
const nothing = /* @__PURE__ */ new Uint8Array(0);
/** By bytes, not by locale: the order must be the same on every machine. */
function sorted(entries) {
	return entries.every(({ path }) => /^[\x20-\x7e]*$/.test(path)) ? entries.sort((a, b) => compareTexts(a.path, b.path)) : entries.sort(byPath);
}
function byPath(a, b) {
	return Buffer.compare(Buffer.from(a.path), Buffer.from(b.path));
}
function manifestEntry(size) {
	return {
		mode: 384,
		uid: 0,
		gid: 0,
		owner: "root",
		group: "root",
		mtime: 0,
		target: "",
		path: manifestPath,
		kind: "file",
		size
	};
}
function manifestOf(content, entries) {
	const { host, category, sequence } = content;
	return {
		format: 1,
		host,
		category,
		sequence,
		files: entries.map((entry) => ({
			path: entry.path,
			kind: entry.kind,
			mode: entry.mode.toString(8).padStart(4, "0"),
			owner: entry.owner,
			group: entry.group,
			uid: entry.uid,
			gid: entry.gid,
			size: entry.size,
			mtime: entry.mtime,
			...entry.sha256 === null ? {} : { sha256: entry.sha256 },
			...entry.target === null ? {} : { target: entry.target }
		}))
	};
}
/** What the name of a bundle ends in. */
const bundleEnding = (compression) => compression === "gzip" ? "tar.gz.age" : "tar.zst.age";
export { decompressFrame as a, compress as i, manifestPath as n, sealBundle as r, bundleEnding as t };
