import { i as printableLines, r as printable } from "./printable.js";
import { t as problemText } from "./problem-text2.js";
// src/show/diff-text.ts
/** `domain gmail.com: max-smtp-out 6 → 8`, with colours for what went and what came. */
function changeText({ kind, scope, name, before, after }, { red, green, bold }) {
	const place = scope.length === 0 ? "" : `${scope.map(printable).join(" › ")}: `;
	const old = red(before.map(printable).join(", "));
	const now = green(after.map(printable).join(", "));
	const what = {
		added: `added ${now}`,
		removed: `removed ${old}`,
		changed: `${old} → ${now}`,
		reordered: `reordered: ${old} → ${now}`
	};
	return `${place}${bold(printable(name))} ${what[kind]}`.trimEnd();
}
function diffText(report, colors) {
	return report.hosts.map((host) => hostText(host, colors)).join("");
}
function hostText(host, colors) {
	const head = `${colors.bold(host.host)}\n`;
	const problem = host.problem === null ? "" : problemText(host.problem, colors);
	if (host.text === "") return host.problem === null ? `${head}  no drift\n` : `${head}${problem}`;
	return `${head}${problem}${host.accepted ? "" : "  no mirror is accepted yet; all of it is new\n"}${host.changes.map((change) => `  ${changeText(change, colors)}\n`).join("")}\n${colored(host.text, colors)}\n`;
}
function colored(text, { red, green, dim }) {
	return printableLines(text).split("\n").map((line) => line.startsWith("+") ? green(line) : line.startsWith("-") ? red(line) : line.startsWith("@@") ? dim(line) : line).join("\n");
}
export { diffText as n, changeText as t };
