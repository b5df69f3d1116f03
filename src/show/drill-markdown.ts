import type { DrillReport, Proof } from "../core/drill.ts"
import { code, plain } from "../core/markdown.ts"
import {
  byGravity,
  leftInWords,
  placeInWords,
  proofTitles,
  snapshotInWords,
  stepTime,
  timeAgainstObjective,
  verdictInWords,
} from "./drill-words.ts"

const marks = { proven: "✅ proven", weak: "⚠️ weak", failed: "❌ failed", skipped: "– skipped" } as const
/** GitHub takes 65,536 characters in an issue. The JSON beside it has everything. */
const mostFindings = 200

/** A drill's report for people, in the vault, in a job summary, in an issue. What comes from hosts is shown as code. */
export function drillMarkdown(report: DrillReport): string {
  const left = leftInWords(report)
  return [
    `# Drill: ${verdictInWords(report)}`,
    "",
    `- ${snapshotInWords(report)}`,
    `- time: ${timeAgainstObjective(report)}`,
    `- begun ${report.startedAt}, ${plain(placeInWords(report))}, by pmta-vault ${report.tool}`,
    ...(left === null ? [] : [`- ${plain(left)}`]),
    ...(report.run === null ? [] : [`- log: ${report.run}`]),
    "",
    "| Proof | Result | What was looked at |",
    "| --- | --- | --- |",
    ...report.proofs.map(
      proof => `| ${proofTitles[proof.name]} | ${marks[proof.verdict]} | ${proof.summary} |`,
    ),
    "",
    ...report.proofs.flatMap(findingsOf),
    "## Time",
    "",
    "| Step | Time |",
    "| --- | --- |",
    ...report.steps.map(({ name, ms }) => `| ${name} | ${stepTime(ms)} |`),
    "",
    ...(report.warnings.length === 0
      ? []
      : ["## Warnings", "", ...report.warnings.map(text => `- ${code(text)}`), ""]),
  ].join("\n")
}

function findingsOf({ name, findings }: Proof): readonly string[] {
  if (findings.length === 0) return []
  const shown = byGravity(findings).slice(0, mostFindings)
  return [
    `## ${proofTitles[name]}`,
    "",
    "| Finding | Where | What |",
    "| --- | --- | --- |",
    ...shown.map(
      ({ level, verdict, subject, detail }) =>
        `| ${level}: ${verdict} | ${code(subject)} | ${code(detail)} |`,
    ),
    ...(findings.length > shown.length
      ? ["", `and ${findings.length - shown.length} more, in the JSON report`]
      : []),
    "",
  ]
}
