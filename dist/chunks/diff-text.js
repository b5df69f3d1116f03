import { n as printableLines } from "./printable.js";
import { t as changesTable } from "./changes.js";
import { n as cut } from "./printable2.js";
import { t as problemText } from "./problem-text2.js";
// src/show/diff-text.ts
/** Lines beyond this length are cut: nobody reads them, and terminals choke on them. */
const maxLine = 400;
/** The changes of each host with their risks, then the text diff, for a terminal. */
function diffText(report, colors) {
	return report.hosts.map((host) => hostText(host, colors)).join("");
}
function hostText(host, colors) {
	const head = `${colors.bold(host.host)}\n`;
	const problem = host.problem === null ? "" : problemText(host.problem, colors);
	if (host.text === "") return host.problem === null ? `${head}  no drift\n` : `${head}${problem}`;
	return `${head}${problem}${host.accepted ? "" : "  no mirror is accepted yet; all of it is new\n"}${changesTable(host.changes, colors, "  ")}\n${colored(host.text, colors)}\n`;
}
function colored(text, { red, green, dim }) {
	const short = text.split("\n").map((line) => cut(line, maxLine));
	return printableLines(short.join("\n")).split("\n").map((line) => line.startsWith("+") ? green(line) : line.startsWith("-") ? red(line) : line.startsWith("@@") ? dim(line) : line).join("\n");
}
export { diffText };
