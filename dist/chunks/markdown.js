import { n as printableLines, t as printable } from "./printable.js";
// src/core/markdown.ts
const maxSpan = 300;
const maxLine = 500;
/** One line as a code span, cut; safe in a table too. Empty for an empty text. */
function code(text, length = maxSpan) {
	const line = printable(cut(text, length));
	if (line.trim() === "") return "";
	return /[`|\\]/.test(line) ? `<code>${entities(line)}</code>` : `\`${line}\``;
}
/** Words of the program as plain text, which stay harmless should a host's be among them. */
function plain(text) {
	return inert(text).replace(/[^\p{L}\p{N} .,;:=+%()'"/!?→…–—-]/gu, entity);
}
/** What a reviewer should know of a change, as the last cell of its row. */
function reasonCell({ risk, notes }) {
	return [plain(risk.reason), ...notes.map((note) => code(note))].filter((part) => part !== "").join("<br>");
}
/** Lines as a fenced block that its content cannot close. */
function fenced(text, language) {
	const lines = printableLines(text).split("\n").map((line) => cut(line, maxLine)).join("\n").replace(/\n+$/, "");
	const longest = Math.max(2, ...(lines.match(/`+/g) ?? []).map((run) => run.length));
	const fence = "`".repeat(longest + 1);
	return `${fence}${language}\n${lines}\n${fence}`;
}
/** Rows as a table; cells are Markdown without line ends. */
function table(head, rows) {
	const line = (cells) => `| ${cells.join(" | ")} |`;
	return [
		line(head),
		line(head.map(() => "---")),
		...rows.map(line)
	].join("\n");
}
/**
* One line for places that know no code spans, such as titles and commit messages: what GitHub or git would
* act on there (mentions, references, links, closing words, trailers) becomes a look-alike.
*/
function inert(text) {
	return printable(text).replaceAll("`", "'").replaceAll("<", "‹").replaceAll(">", "›").replace(/(?<![A-Za-z0-9])@(?=[\p{L}\p{N}_-])/gu, "＠").replace(/#(?=\d)/g, "＃").replace(/\bGH-(?=\d)/gi, "GH‑").replaceAll("://", ":⧸⧸").replace(/\bwww\./gi, "www․").replaceAll("](", "] (").replace(/:(?=[a-z0-9_+-]+:)/gi, "꞉");
}
/** At most `length` characters, with an ellipsis where something is missing. */
function cut(text, length) {
	if (text.length <= length) return text;
	return `${text.slice(0, length - 1).replace(/[\uD800-\uDBFF]$/, "")}…`;
}
const entities = (text) => text.replace(/[^\p{L}\p{N} .,;=+%-]/gu, entity);
function entity(char) {
	return `&#${char.codePointAt(0)};`;
}
export { plain as a, inert as i, cut as n, reasonCell as o, fenced as r, table as s, code as t };
