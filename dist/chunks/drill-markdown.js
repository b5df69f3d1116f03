import { t as code } from "./markdown.js";
import { a as timeAgainstObjective, i as stepTime, n as proofTitles, o as verdictInWords, r as snapshotInWords, t as byGravity } from "./drill-words.js";
// src/show/drill-markdown.ts
const marks = {
	proven: "✅ proven",
	weak: "⚠️ weak",
	failed: "❌ failed",
	skipped: "– skipped"
};
/** GitHub takes 65,536 characters in an issue. The JSON beside it has everything. */
const mostFindings = 200;
/** A drill's report for people, in the vault, in a job summary, in an issue. What comes from hosts is shown as code. */
function drillMarkdown(report) {
	return [
		`# Drill: ${verdictInWords(report)}`,
		"",
		`- ${snapshotInWords(report)}`,
		`- time: ${timeAgainstObjective(report)}`,
		`- begun ${report.startedAt}, into a scratch directory, by pmta-vault ${report.tool}`,
		...report.run === null ? [] : [`- log: ${report.run}`],
		"",
		"| Proof | Result | What was looked at |",
		"| --- | --- | --- |",
		...report.proofs.map((proof) => `| ${proofTitles[proof.name]} | ${marks[proof.verdict]} | ${proof.summary} |`),
		"",
		...report.proofs.flatMap(findingsOf),
		"## Time",
		"",
		"| Step | Time |",
		"| --- | --- |",
		...report.steps.map(({ name, ms }) => `| ${name} | ${stepTime(ms)} |`),
		"",
		...report.warnings.length === 0 ? [] : [
			"## Warnings",
			"",
			...report.warnings.map((text) => `- ${code(text)}`),
			""
		]
	].join("\n");
}
function findingsOf({ name, findings }) {
	if (findings.length === 0) return [];
	const shown = byGravity(findings).slice(0, mostFindings);
	return [
		`## ${proofTitles[name]}`,
		"",
		"| Finding | Where | What |",
		"| --- | --- | --- |",
		...shown.map(({ level, verdict, subject, detail }) => `| ${level}: ${verdict} | ${code(subject)} | ${code(detail)} |`),
		...findings.length > shown.length ? ["", `and ${findings.length - shown.length} more, in the JSON report`] : [],
		""
	];
}
export { drillMarkdown };
