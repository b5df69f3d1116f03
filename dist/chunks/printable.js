// src/core/printable.ts
/** Text of hosts made harmless for a terminal or a page: what could steer either is shown as `\u{…}`. */
function printable(text) {
	return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\u2800\u3164\uFFA0]/gu, (char) => `\\u{${char.codePointAt(0)?.toString(16) ?? ""}}`);
}
/** As `printable`, with its line ends kept: for texts of several lines. */
function printableLines(text) {
	return text.split("\n").map((line) => line.split("	").map(printable).join("	")).join("\n");
}
export { printableLines as n, printable as t };
