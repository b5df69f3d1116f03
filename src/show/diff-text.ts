import type { Change } from "../core/change.ts"
import type { DiffReport, HostDiff } from "../core/report.ts"
import type { Paint } from "./paint.ts"
import { printable, printableLines } from "./printable.ts"
import { problemText } from "./problem-text.ts"

/** `domain gmail.com: max-smtp-out 6 → 8`, with colours for what went and what came. */
export function changeText(
  { kind, scope, name, before, after }: Change,
  { red, green, bold }: Paint,
): string {
  const place = scope.length === 0 ? "" : `${scope.map(printable).join(" › ")}: `
  const old = red(before.map(printable).join(", "))
  const now = green(after.map(printable).join(", "))
  const what = {
    added: `added ${now}`,
    removed: `removed ${old}`,
    changed: `${old} → ${now}`,
    reordered: `reordered: ${old} → ${now}`,
  }
  return `${place}${bold(printable(name))} ${what[kind]}`.trimEnd()
}

export function diffText(report: DiffReport, colors: Paint): string {
  return report.hosts.map(host => hostText(host, colors)).join("")
}

function hostText(host: HostDiff, colors: Paint): string {
  const head = `${colors.bold(host.host)}\n`
  const problem = host.problem === null ? "" : problemText(host.problem, colors)
  if (host.text === "") return host.problem === null ? `${head}  no drift\n` : `${head}${problem}`
  const note = host.accepted ? "" : "  no mirror is accepted yet; all of it is new\n"
  const changes = host.changes.map(change => `  ${changeText(change, colors)}\n`).join("")
  return `${head}${problem}${note}${changes}\n${colored(host.text, colors)}\n`
}

function colored(text: string, { red, green, dim }: Paint): string {
  return printableLines(text)
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
