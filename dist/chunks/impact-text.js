import { t as certain } from "./certain.js";
import { a as movementInWords, c as rateInWords, i as levels, l as results, n as differenceInWords, o as patternInWords, r as grouped, t as caveats, u as windowInWords } from "./impact-words.js";
import { t as printable } from "./printable.js";
// src/show/impact-text.ts
const shownIsps = 20;
const shownErrors = 3;
function impactText(report, colors) {
	const { subject } = report;
	const paintResult = {
		worse: colors.red,
		"as-intended": colors.green,
		"no-effect": colors.yellow,
		unclear: colors.yellow
	};
	const touched = report.isps.filter(({ isTouched }) => isTouched);
	const rows = report.isps.slice(0, shownIsps).map(ispRow);
	return `${[
		`${colors.bold(printable(subject.name))}${subject.title === "" ? "" : `  ${printable(subject.title)}`}`,
		`before ${windowInWords(report.before)}, after ${windowInWords(report.after)}`,
		"",
		`${colors.bold(paintResult[report.result](results[report.result]))}: ${printable(report.reason)}`,
		"",
		...table([
			"ISP",
			"deferred before",
			"after",
			"difference, points",
			"",
			"",
			"a week earlier"
		], rows, colors),
		...touched.slice(0, shownIsps).flatMap((isp) => ispDetails(isp, colors)),
		...caveats(report).map((line) => `${colors.yellow("note:")} ${line}`)
	].join("\n")}\n`;
}
function ispRow(isp) {
	return [
		printable(isp.isp),
		rateInWords(isp.before),
		rateInWords(isp.after),
		differenceInWords(isp),
		movementInWords(isp),
		levels[isp.level],
		isp.weekEarlier === null ? "" : rateInWords(isp.weekEarlier)
	];
}
/** What moved, and with which replies. Quiet ISPs have none. */
function ispDetails(isp, colors) {
	const pattern = patternInWords(isp);
	if (isp.movement === "same" && pattern === "") return [];
	const moved = isp.ips.filter(({ movement }) => movement === "rose" || movement === "fell");
	return [
		"",
		`${colors.bold(printable(isp.isp))}${pattern === "" ? "" : `: ${pattern}`}`,
		...moved.map((ip) => `  ${ip.ip}  ${rateInWords(ip.before)} → ${rateInWords(ip.after)}`),
		...isp.errors.slice(0, shownErrors).map((error) => `  ${errorLine(error)}`),
		""
	];
}
const errorLine = ({ error, outcome, before, after }) => `${grouped(before)} → ${grouped(after)} ${outcome}: ${printable(error)}`;
function table(head, rows, { dim }) {
	const widthOf = (column) => Math.max(...[head, ...rows].map((row) => certain(row[column]).length));
	const widths = head.map((_, column) => widthOf(column));
	const line = (cells) => cells.map((cell, column) => cell.padEnd(certain(widths[column]))).join("  ").trimEnd();
	return [dim(line(head)), ...rows.map(line)];
}
export { impactText };
