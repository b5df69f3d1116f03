import { firstLines } from "../core/first-lines.ts"
import { code } from "../core/markdown.ts"
import type { StatusReport } from "../core/status.ts"
import { plural } from "./printable.ts"
import { groups, hostsInWords } from "./status-text.ts"

/** GitHub refuses a summary above 1 MiB. */
const maxFindings = 500

/** A status as GitHub's job summary: the findings, which are what there is to do. */
export function statusSummary({ hosts, findings }: StatusReport): string {
  const breaches = findings.filter(({ level }) => level === "breach").length
  const found = groups(findings)
  const lines = found.map(({ level, message, hint, hosts: names }) => {
    const who = names.length === 0 ? "" : `${code(hostsInWords(names))}: `
    const next = hint === "" ? "" : `\n  - next: ${code(hint)}`
    return `${level === "breach" ? "❌" : "⚠️"} ${who}${code(message)}${next}`
  })
  const verdict =
    breaches === 0 ? "every objective is met" : `${plural(breaches, "objective is", "objectives are")} missed`
  return [
    `## pmta-vault: ${verdict}`,
    "",
    `${plural(hosts.length, "host")}.`,
    "",
    ...firstLines(lines, maxFindings, "- "),
    "",
  ].join("\n")
}
