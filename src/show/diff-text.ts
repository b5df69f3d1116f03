import type { DiffReport, HostDiff } from "../core/report.ts"
import { changesTable } from "./changes.ts"
import type { Paint } from "./paint.ts"
import { cut, printableLines } from "./printable.ts"
import { problemText } from "./problem-text.ts"

/** Lines beyond this length are cut: nobody reads them, and terminals choke on them. */
const maxLine = 400

/** The changes of each host with their risks, then the text diff, for a terminal. */
export function diffText(report: DiffReport, colors: Paint): string {
  return report.hosts.map(host => hostText(host, colors)).join("")
}

function hostText(host: HostDiff, colors: Paint): string {
  const head = `${colors.bold(host.host)}\n`
  const problem = host.problem === null ? "" : problemText(host.problem, colors)
  if (host.text === "") return host.problem === null ? `${head}  no drift\n` : `${head}${problem}`
  const note = host.accepted ? "" : "  no mirror is accepted yet; all of it is new\n"
  const changes = changesTable(host.changes, colors, "  ")
  return `${head}${problem}${note}${changes}\n${colored(host.text, colors)}\n`
}

function colored(text: string, { red, green, dim }: Paint): string {
  const short = text.split("\n").map(line => cut(line, maxLine))
  return printableLines(short.join("\n"))
    .split("\n")
    .map(line =>
      line.startsWith("+")
        ? green(line)
        : line.startsWith("-")
          ? red(line)
          : line.startsWith("@@")
            ? dim(line)
            : line,
    )
    .join("\n")
}
