import { t as printable } from "./printable.js";
import { i as timeInWords, r as plural, t as bytesInWords } from "./printable2.js";
import { t as problemText } from "./problem-text2.js";
// src/show/verify-text.ts
/** The result of a verification for a terminal: what is wrong by host, then the sum. */
function verifyText(report, colors) {
	const sick = report.hosts.filter(({ findings }) => findings.length > 0);
	return [
		...sick.map(({ host, findings }) => {
			const problems = findings.map(({ problem }) => problemText(problem, colors).replace(/^(?=.)/gm, "  "));
			return `${colors.bold(printable(host))}\n${problems.join("")}`;
		}),
		...report.warnings.map((warning) => `${colors.yellow("warning:")} ${printable(warning)}\n`),
		`${sumText(report, sick.length, colors)}\n`
	].join("");
}
function sumText(report, sick, { green, red }) {
	const count = report.hosts.reduce((sum, { findings }) => sum + findings.length, 0);
	const verdict = sick === 0 ? green("all good") : red(`${plural(count, "finding")} on ${plural(sick, "host")}`);
	const what = [
		plural(report.hosts.length, "host"),
		plural(report.snapshots, "snapshot"),
		`${plural(report.bundles, "bundle")}, ${bytesInWords(report.bytes)}`
	];
	const { deep } = report;
	const opened = deep === null ? "" : `; opened ${plural(deep.bundles, "bundle")} with ${plural(deep.files, "file")}, turn ${deep.turn} of ${deep.turns}`;
	return `${verdict}: ${what.join(", ")}${opened}; ${timeInWords(report.ms)}`;
}
export { verifyText };
