/** A backup as GitHub's job summary. All that comes from hosts is hostile: it is shown as code, never as Markdown. */
import { byGravity } from "../core/change.ts"
import { changeWords } from "../core/change-words.ts"
import { code, reasonCell, table } from "../core/markdown.ts"
import type { BackupReport, HostReport, ProposalReport } from "../core/report.ts"
import { bytesInWords, plural, timeInWords } from "./printable.ts"

/** GitHub refuses a summary above 1 MiB; a character may be three bytes. */
const maxCharacters = 340_000
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
    ...captureLines(report),
    ...reviewLines(report),
    ...(report.proposals.length === 0
      ? []
      : ["", "### Drift", "", ...report.proposals.flatMap(proposalLines)]),
    ...(report.warnings.length === 0
      ? []
      : ["", "### Warnings", "", ...report.warnings.map(line => `- ${code(line)}`)]),
    "",
    `${plural(report.hosts.length, "host")} in ${timeInWords(report.ms.total)}.${forgeText(report)}`,
    "",
  ].join("\n")
  return text.length <= maxCharacters
    ? text
    : `${text.slice(0, maxCharacters).replace(/\n[^\n]*$/, "")}\n\n… cut: the rest is in the log.\n`
}

function forgeText({ forge }: BackupReport): string {
  if (forge === null || forge.reads + forge.writes === 0) return ""
  return ` ${forge.name}: ${plural(forge.reads, "read")}, ${plural(forge.writes, "write")}.`
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
    `  - next: ${code(problem.hint)}`,
  ])
}

const proposalMarks = {
  created: "🆕 new",
  updated: "🔁 updated",
  kept: "⏳ open",
  removed: "✅ gone",
  "left-alone": "✋ left alone: someone else's commit is on its branch",
  rejected: "🚫 refused; live, and not proposed again until it differs",
  "held-back": "⏸️ held back: too many proposals are open",
} as const

function proposalLines(proposal: ProposalReport): string[] {
  const name = code(`drift/${proposal.id}`)
  // Pull requests only: a file's path leads nowhere from a web page.
  const link = proposal.url?.startsWith("http") ? `[${name}](${proposal.url})` : name
  const head = `**${code(proposal.title)}** — ${link}, ${proposalMarks[proposal.action]}`
  if (proposal.changes.length === 0 || proposal.action === "removed") return [head, ""]
  const changes = byGravity(proposal.changes)
  const rows = changes.slice(0, maxChanges).map(change => {
    const words = changeWords(change)
    const cells = [words.place, words.name, words.before, words.after].map(text => code(text))
    return [words.risk.level, ...cells, reasonCell(words)]
  })
  const more = changes.length - rows.length
  return [
    head,
    "",
    table(["risk", "where", "setting", "accepted", "now", "why it matters"], rows),
    "",
    ...(more > 0 ? [`and ${more} more changes`, ""] : []),
  ]
}

/** What a command said, for the summary page: indented, so that nothing in it is Markdown. */
export function textSummary(command: string, text: string): string {
  const lines = text.slice(0, maxCharacters).trimEnd().split("\n")
  return `## pmta-vault ${command}\n\n${lines.map(line => `    ${line}`).join("\n")}\n`
}

function captureLines({ capture, captures }: BackupReport): string[] {
  const refused = captures.flatMap(({ problem }) => problem ?? [])
  return [
    ...(capture === null
      ? []
      : ["", `The vault is as it was: this waits in ${code(capture)} to be collected.`]),
    ...(refused.length === 0 ? [] : ["", "### Captures that were refused", ""]),
    ...refused.map(problem => `- ${code(problem.message)} (${problem.code})`),
  ]
}

/** Drift that could not be proposed: a cause of its own, after the copies are safe. */
function reviewLines({ reviewProblem }: BackupReport): string[] {
  if (reviewProblem === null) return []
  const { message, code: name, hint, data } = reviewProblem
  return [
    "",
    "### Drift could not be proposed",
    "",
    "The copies of this run are safe in the vault.",
    "",
    `- ${code(message)} (${name})`,
    ...data.map(line => `  - ${code(line)}`),
    `  - next: ${code(hint, 600)}`,
  ]
}
