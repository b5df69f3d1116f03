import { a as snapshotInWords, c as verdictInWords, i as proofTitles, n as leftInWords, o as stepTime, r as placeInWords, s as timeAgainstObjective, t as byGravity } from "./drill-words.js";
import { t as printable } from "./printable.js";
// src/show/drill-text.ts
/** Notes of a large host would fill the screen; the other forms of the report have all of them. */
const mostNotes = 5;
/** The result of a drill for a terminal. */
function drillText(report, filed, colors) {
	const mark = {
		passed: colors.green,
		weak: colors.yellow,
		failed: colors.red
	}[report.verdict];
	const left = leftInWords(report);
	return [
		`${mark(colors.bold(printable(verdictInWords(report))))}: ${snapshotInWords(report)}, ${printable(placeInWords(report))}\n`,
		`  ${timeAgainstObjective(report)}\n`,
		...report.proofs.flatMap((proof) => proofLines(proof, colors)),
		...report.steps.map(({ name, ms }) => `  ${stepTime(ms).padStart(8)}  ${name}\n`),
		...left === null ? [] : [`  ${printable(left)}\n`],
		...report.warnings.map((warning) => `${colors.yellow("warning:")} ${printable(warning)}\n`),
		filed === null ? "" : `filed in the vault: ${filed} on the branch bundles\n`
	].join("");
}
function proofLines({ name, verdict, summary, findings }, colors) {
	const mark = {
		proven: colors.green,
		weak: colors.yellow,
		failed: colors.red,
		skipped: colors.dim
	}[verdict];
	const notes = findings.filter(({ level }) => level === "note");
	const shown = [...byGravity(findings.filter(({ level }) => level !== "note")), ...notes.slice(0, mostNotes)];
	const more = notes.length > mostNotes ? [`    and ${notes.length - mostNotes} more notes\n`] : [];
	return [
		`  ${mark(verdict.padEnd(8))} ${proofTitles[name]}: ${printable(summary)}\n`,
		...shown.map((finding) => findingLine(finding, colors)),
		...more
	];
}
function findingLine({ level, verdict, subject, detail }, colors) {
	const mark = {
		failed: colors.red,
		weak: colors.yellow,
		note: colors.dim
	}[level];
	return `    ${mark(verdict)} ${printable(subject)}: ${printable(detail)}\n`;
}
export { drillText };
