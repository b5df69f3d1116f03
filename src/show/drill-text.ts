import type { DrillReport, Proof, ProofFinding } from "../core/drill.ts"
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
import type { Paint } from "./paint.ts"
import { printable } from "./printable.ts"

/** Notes of a large host would fill the screen; the other forms of the report have all of them. */
const mostNotes = 5

/** The result of a drill for a terminal. */
export function drillText(report: DrillReport, filed: string | null, colors: Paint): string {
  const mark = { passed: colors.green, weak: colors.yellow, failed: colors.red }[report.verdict]
  const left = leftInWords(report)
  return [
    `${mark(colors.bold(printable(verdictInWords(report))))}: ${snapshotInWords(report)}, ${printable(placeInWords(report))}\n`,
    `  ${timeAgainstObjective(report)}\n`,
    ...report.proofs.flatMap(proof => proofLines(proof, colors)),
    ...report.steps.map(({ name, ms }) => `  ${stepTime(ms).padStart(8)}  ${name}\n`),
    ...(left === null ? [] : [`  ${printable(left)}\n`]),
    ...report.warnings.map(warning => `${colors.yellow("warning:")} ${printable(warning)}\n`),
    filed === null ? "" : `filed in the vault: ${filed} on the branch bundles\n`,
  ].join("")
}

function proofLines({ name, verdict, summary, findings }: Proof, colors: Paint): readonly string[] {
  const mark = { proven: colors.green, weak: colors.yellow, failed: colors.red, skipped: colors.dim }[verdict]
  const notes = findings.filter(({ level }) => level === "note")
  const shown = [...byGravity(findings.filter(({ level }) => level !== "note")), ...notes.slice(0, mostNotes)]
  const more = notes.length > mostNotes ? [`    and ${notes.length - mostNotes} more notes\n`] : []
  return [
    `  ${mark(verdict.padEnd(8))} ${proofTitles[name]}: ${printable(summary)}\n`,
    ...shown.map(finding => findingLine(finding, colors)),
    ...more,
  ]
}

function findingLine({ level, verdict, subject, detail }: ProofFinding, colors: Paint): string {
  const mark = { failed: colors.red, weak: colors.yellow, note: colors.dim }[level]
  return `    ${mark(verdict)} ${printable(subject)}: ${printable(detail)}\n`
}
