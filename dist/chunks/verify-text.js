import { t as printable } from "./printable.js";
import { i as timeInWords, r as plural, t as bytesInWords } from "./printable2.js";
import { t as problemText } from "./problem-text2.js";
// src/show/verify-text.ts
/** The result of a verification for a terminal: what is wrong by host, then the sum. */
function verifyText(report, colors) {
	const sick = report.hosts.filter(({ findings }) => findings.length > 0);
	return [
		...[...report.findings.length === 0 ? [] : [{
			host: "the vault itself",
			findings: report.findings
		}], ...sick].map(({ host, findings }) => {
			const problems = findings.map(({ problem }) => problemText(problem, colors).replace(/^(?=.)/gm, "  "));
			return `${colors.bold(printable(host))}\n${problems.join("")}`;
		}),
		...report.warnings.map((warning) => `${colors.yellow("warning:")} ${printable(warning)}\n`),
		`${sumText(report, sick.length, colors)}\n`
	].join("");
}
function sumText(report, sick, { green, red }) {
	const own = report.findings.length;
	const count = report.hosts.reduce((sum, { findings }) => sum + findings.length, own);
	const where = [...own > 0 ? ["the vault itself"] : [], ...sick > 0 ? [plural(sick, "host")] : []];
	const verdict = count === 0 ? green("all good") : red(`${plural(count, "finding")} on ${where.join(" and ")}`);
	const what = [
		plural(report.hosts.length, "host"),
		plural(report.snapshots, "snapshot"),
		...report.reports === 0 ? [] : [plural(report.reports, "drill report")],
		`${plural(report.bundles, "bundle")}, ${bytesInWords(report.bytes)}`
	];
	const { deep } = report;
	const opened = deep === null ? "" : `; opened ${plural(deep.bundles, "bundle")} with ${plural(deep.files, "file")}, turn ${deep.turn} of ${deep.turns}`;
	return `${verdict}: ${what.join(", ")}${opened}; ${timeInWords(report.ms)}`;
}
export { verifyText };
