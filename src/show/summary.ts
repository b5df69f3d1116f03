/** A backup as GitHub's job summary. All that comes from hosts is hostile: it is shown as code, never as Markdown. */
import type { BackupReport, HostReport, ProposalReport } from "../core/report.ts"
import { changeText, gravestFirst } from "./changes.ts"
import { paint } from "./paint.ts"
import { bytesInWords, plural, printable, timeInWords } from "./printable.ts"

/** GitHub refuses a summary above 1 MiB; the rest of the page needs room too. */
const maxCharacters = 900_000
const maxChanges = 50

export function backupSummary(report: BackupReport): string {
  const failed = report.hosts.filter(({ status }) => status === "failed" || status === "partial")
  const text = [
    `## pmta-vault: ${failed.length === 0 ? "all hosts are safe" : `${failed.length} of ${plural(report.hosts.length, "host")} need a look`}`,
    "",
    "| host | result | snapshot | sealed anew | read | time |",
    "| --- | --- | --- | --- | --- | --- |",
    ...report.hosts.map(hostRow),
    ...(failed.length === 0 ? [] : ["", "### What went wrong", "", ...failed.flatMap(problemLines)]),
    ...(report.proposals.length === 0
      ? []
      : ["", "### Drift", "", ...report.proposals.flatMap(proposalLines)]),
    ...(report.warnings.length === 0
      ? []
      : ["", "### Warnings", "", ...report.warnings.map(line => `- ${code(line)}`)]),
    "",
    `${plural(report.hosts.length, "host")} in ${timeInWords(report.ms.total)}.`,
    "",
  ].join("\n")
  return text.length <= maxCharacters
    ? text
    : `${text.slice(0, maxCharacters)}\n\n… cut: the rest is in the log.\n`
}

const marks = {
  stored: "✅ stored",
  unchanged: "✅ unchanged",
  partial: "⚠️ partial",
  failed: "❌ failed",
} as const

function hostRow(host: HostReport): string {
  const stored = host.categories
    .filter(({ status }) => status === "stored")
    .map(({ name, files }) => `${name} ${files}`)
  const time = host.ms === null ? "" : timeInWords(host.ms.total)
  return `| ${code(host.host)} | ${marks[host.status]} | ${host.sequence ?? ""} | ${stored.join(", ")} | ${bytesInWords(host.bytes)} | ${time} |`
}

function problemLines(host: HostReport): string[] {
  return host.problems.flatMap(problem => [
    `- ${code(problem.message)} (${problem.code})`,
    ...problem.data.map(line => `  - ${code(line)}`),
    ...(problem.hint === undefined ? [] : [`  - next: ${code(problem.hint)}`]),
  ])
}

function proposalLines(proposal: ProposalReport): string[] {
  const changes = gravestFirst(proposal.changes)
    .slice(0, maxChanges)
    .map(change => {
      const { level, name, reason } = change.risk
      const why = name === "" ? "" : `: ${name}. ${reason}`
      return `  - ${level} ${code(changeText(change, paint(false)))}${why}`
    })
  const more =
    proposal.changes.length > maxChanges ? [`  - and ${proposal.changes.length - maxChanges} more`] : []
  return [
    `- ${code(`drift/${proposal.id}`)} ${proposal.action}: ${code(proposal.title)}`,
    ...changes,
    ...more,
  ]
}

/** What a command said, for the summary page: indented, so that nothing in it is Markdown. */
export function textSummary(command: string, text: string): string {
  const lines = text.slice(0, maxCharacters).trimEnd().split("\n")
  return `## pmta-vault ${command}\n\n${lines.map(line => `    ${line}`).join("\n")}\n`
}

/** A code span that its content cannot leave: the fence is longer than any run of backticks in it. */
export function code(text: string): string {
  const line = printable(text).replaceAll("|", "\\|")
  const longest = Math.max(0, ...(line.match(/`+/g) ?? []).map(run => run.length))
  const fence = "`".repeat(longest + 1)
  const gap = longest > 0 ? " " : ""
  return `${fence}${gap}${line}${gap}${fence}`
}
