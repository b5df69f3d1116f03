import type { BackupReport, HostReport, ProposalReport } from "../core/report.ts"
import { changesTable } from "./changes.ts"
import type { Paint } from "./paint.ts"
import { bytesInWords, plural, printable, timeInWords } from "./printable.ts"
import { problemText } from "./problem-text.ts"

/** The result of a backup for a terminal: one line per host that has news, then the drift, then the sum. */
export function backupText(report: BackupReport, colors: Paint): string {
  const news = report.hosts.filter(({ status }) => status !== "unchanged")
  const quiet = report.hosts.length - news.length
  return [
    ...news.map(host => hostText(host, colors)),
    ...(quiet === 0 ? [] : [`${colors.dim("unchanged")}  ${plural(quiet, "host")}\n`]),
    ...report.captures.flatMap(({ problem }) => (problem === null ? [] : [problemText(problem, colors)])),
    ...report.proposals.map(proposal => proposalText(proposal, report.vault, colors)),
    ...(report.reviewProblem === null
      ? []
      : [`drift could not be proposed; the copies are safe\n`, problemText(report.reviewProblem, colors)]),
    ...report.warnings.map(warning => `${colors.yellow("warning:")} ${printable(warning)}\n`),
    ...(report.forge === null || report.forge.reads + report.forge.writes === 0
      ? []
      : [
          colors.dim(
            `${report.forge.name}: ${plural(report.forge.reads, "read")}, ${plural(report.forge.writes, "write")}`,
          ),
          "\n",
        ]),
    `${sumText(report)}\n`,
  ].join("")
}

const words = { stored: "stored", unchanged: "unchanged", partial: "partial", failed: "FAILED" } as const

function hostText(host: HostReport, colors: Paint): string {
  const color = { stored: colors.green, unchanged: colors.dim, partial: colors.yellow, failed: colors.red }[
    host.status
  ]
  const stored = host.categories.filter(({ status }) => status === "stored")
  const parts = stored.map(
    ({ name, files, bytes }) => `${name} ${plural(files, "file")} ${bytesInWords(bytes)}`,
  )
  const line = `${color(words[host.status].padEnd(9))}  ${host.host}  ${parts.join(", ")}`.trimEnd()
  const problems = host.problems.map(problem =>
    problemText(problem, colors).replace(/^(?=.)/gm, "           "),
  )
  return `${line}\n${problems.join("")}`
}

const proposalWords = {
  created: "new",
  updated: "updated",
  kept: "open",
  removed: "gone",
  "left-alone": "left alone: someone else's commit is on it",
  rejected: "refused; not proposed again until it differs",
  "held-back": "held back: too many proposals are open",
} as const

function proposalText(proposal: ProposalReport, vault: string, colors: Paint): string {
  const page = proposal.url === null ? "" : colors.dim(`           ${printable(proposal.url)}\n`)
  const head = `${colors.bold(`drift/${proposal.id}`)}  ${proposalWords[proposal.action]}  ${printable(proposal.title)}\n${page}`
  if (proposal.action !== "created" && proposal.action !== "updated") return head
  const changes = changesTable(proposal.changes, colors, " ".repeat(11), 20)
  const isLocal = !vault.includes("://")
  const accept = isLocal
    ? [colors.dim(`           accept it: pmta-vault accept ${proposal.id} --vault ${vault}\n`)]
    : []
  return [head, changes, ...accept].join("")
}

function captureWords({ capture }: BackupReport): string {
  return capture === null ? "" : `; it waits in ${printable(capture)} for \`pmta-vault collect\``
}

function sumText(report: BackupReport): string {
  const count = (status: HostReport["status"]) => report.hosts.filter(host => host.status === status).length
  const parts = (["stored", "unchanged", "partial", "failed"] as const).flatMap(status =>
    count(status) === 0 ? [] : [`${count(status)} ${status}`],
  )
  const bytes = report.hosts.reduce((sum, host) => sum + host.bytes, 0)
  const mode = report.dryRun ? " (dry run, nothing written)" : captureWords(report)
  return `${plural(report.hosts.length, "host")}: ${parts.join(", ")}; ${bytesInWords(bytes)} read in ${timeInWords(report.ms.total)}${mode}`
}
