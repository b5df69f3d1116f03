import { certain } from "../core/certain.ts"
import type { ErrorShare, ImpactReport, IspImpact } from "../core/impact.ts"
import {
  caveats,
  differenceInWords,
  grouped,
  levels,
  movementInWords,
  patternInWords,
  rateInWords,
  results,
  windowInWords,
} from "./impact-words.ts"
import type { Paint } from "./paint.ts"
import { printable } from "./printable.ts"

const shownIsps = 20
const shownErrors = 3

export function impactText(report: ImpactReport, colors: Paint): string {
  const { subject } = report
  const paintResult = {
    worse: colors.red,
    "as-intended": colors.green,
    "no-effect": colors.yellow,
    unclear: colors.yellow,
  }
  const touched = report.isps.filter(({ isTouched }) => isTouched)
  const rows = report.isps.slice(0, shownIsps).map(ispRow)
  return `${[
    `${colors.bold(printable(subject.name))}${subject.title === "" ? "" : `  ${printable(subject.title)}`}`,
    `before ${windowInWords(report.before)}, after ${windowInWords(report.after)}`,
    "",
    `${colors.bold(paintResult[report.result](results[report.result]))}: ${printable(report.reason)}`,
    "",
    ...table(
      ["ISP", "deferred before", "after", "difference, points", "", "", "a week earlier"],
      rows,
      colors,
    ),
    ...touched.slice(0, shownIsps).flatMap(isp => ispDetails(isp, colors)),
    ...caveats(report).map(line => `${colors.yellow("note:")} ${line}`),
  ].join("\n")}\n`
}

function ispRow(isp: IspImpact): readonly string[] {
  return [
    printable(isp.isp),
    rateInWords(isp.before),
    rateInWords(isp.after),
    differenceInWords(isp),
    movementInWords(isp),
    levels[isp.level],
    isp.weekEarlier === null ? "" : rateInWords(isp.weekEarlier),
  ]
}

/** What moved, and with which replies. Quiet ISPs have none. */
function ispDetails(isp: IspImpact, colors: Paint): readonly string[] {
  const pattern = patternInWords(isp)
  if (isp.movement === "same" && pattern === "") return []
  const moved = isp.ips.filter(({ movement }) => movement === "rose" || movement === "fell")
  return [
    "",
    `${colors.bold(printable(isp.isp))}${pattern === "" ? "" : `: ${pattern}`}`,
    ...moved.map(ip => `  ${ip.ip}  ${rateInWords(ip.before)} → ${rateInWords(ip.after)}`),
    ...isp.errors.slice(0, shownErrors).map(error => `  ${errorLine(error)}`),
    "",
  ]
}

const errorLine = ({ error, outcome, before, after }: ErrorShare): string =>
  `${grouped(before)} → ${grouped(after)} ${outcome}: ${printable(error)}`

function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  { dim }: Paint,
): readonly string[] {
  const widthOf = (column: number) => Math.max(...[head, ...rows].map(row => certain(row[column]).length))
  const widths = head.map((_, column) => widthOf(column))
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => cell.padEnd(certain(widths[column])))
      .join("  ")
      .trimEnd()
  return [dim(line(head)), ...rows.map(line)]
}
