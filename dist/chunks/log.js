// src/core/log.ts
const maxPieceBytes = 4194304;
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
export { keyTime as n, maxPieceBytes as r, escapedName as t };
