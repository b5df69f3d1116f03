// src/core/log.ts
/** Starting zstd takes as long as compressing a MiB or two: the pieces are larger than what is held in clear. */
const framedPieceBytes = 16777216;
const plainPieceBytes = 4194304;
/** More than a block of zstd's, which holds 128 KiB at most. */
const endingBytes = 196608;
/** The name of a file as one segment of a key that no file system and no git takes for anything else. */
function escapedName(name) {
	const escaped = [...Buffer.from(name)].map((byte) => {
		const char = String.fromCharCode(byte);
		return /[A-Za-z0-9._-]/.test(char) ? char : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
	}).join("").replace(/^\./, "%2E");
	return escaped.length <= 160 ? escaped : escaped.slice(0, 160).replace(/%.?$/, "");
}
/** `20261123T051032337Z`: a time as keys have it. */
function keyTime(iso) {
	return iso.replace(/[-:]/g, "").replace(".", "");
}
export { plainPieceBytes as a, keyTime as i, escapedName as n, framedPieceBytes as r, endingBytes as t };
