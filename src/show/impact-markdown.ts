/** Impact as Markdown, for a pull request's comment and for a job summary. Names and replies are hostile: shown as code. */
import type { ImpactReport, IspImpact } from "../core/impact.ts"
import { code, table } from "../core/markdown.ts"
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

const marks = { worse: "❌", "as-intended": "✅", "no-effect": "➖", unclear: "❔" } as const
const shownIsps = 15
const shownErrors = 10

/** Finds the comment again that this one replaces. */
export const impactMark = (id: string): string => `<!-- pmta-vault impact ${id.replace(/[^\w-]/g, "")} -->`

export function impactMarkdown(report: ImpactReport): string {
  const errors = report.isps
    .filter(({ isTouched, movement }) => isTouched && movement !== "same")
    .flatMap(isp => isp.errors.map(error => ({ isp: isp.isp, ...error })))
    .slice(0, shownErrors)
  return [
    impactMark(report.subject.name),
    `### ${marks[report.result]} Impact: ${results[report.result]}`,
    "",
    code(report.reason),
    "",
    `Before: ${windowInWords(report.before)}. After: ${windowInWords(report.after)}${report.isFull ? "" : ", not over yet"}.`,
    "",
    table(
      ["ISP", "deferred before", "after", "difference, points", "", "source IPs", "over time"],
      report.isps.slice(0, shownIsps).map(isp => ispCells(isp, report)),
    ),
    ...(report.isps.length > shownIsps ? ["", `And ${report.isps.length - shownIsps} more ISPs.`] : []),
    ...(errors.length === 0
      ? []
      : [
          ...["", "<details><summary>Replies before and after</summary>", ""],
          table(
            ["ISP", "outcome", "before", "after", "reply"],
            errors.map(({ isp, outcome, before, after, error }) => {
              return [code(isp), outcome, grouped(before), grouped(after), code(error)]
            }),
          ),
          ...["", "</details>"],
        ]),
    ...caveats(report).flatMap(line => ["", `- ${code(line)}`]),
    "",
  ].join("\n")
}

function ispCells(isp: IspImpact, report: ImpactReport): readonly string[] {
  const { course, after } = report
  // Only the first have a course.
  const points = course.find(line => line.isp === isp.isp)?.points ?? []
  const level = levels[isp.level]
  const moved = [movementInWords(isp), level === "" ? "" : `**${level}**`].filter(Boolean).join(", ")
  return [
    code(isp.isp),
    rateInWords(isp.before),
    rateInWords(isp.after),
    differenceInWords(isp),
    moved,
    patternInWords(isp),
    sparks(points, after.from, highest(report)),
  ]
}

const bars = "▁▂▃▄▅▆▇█"
const barsPerSide = 8

type Points = ImpactReport["course"][number]["points"]

/** Rates over time in a line of text, the change as a stroke: pages that show no pictures show this. */
function sparks(points: Points, change: number, most: number): string {
  const bar = (rate: number) => bars.charAt(Math.round((rate / most) * (bars.length - 1)))
  return sidesOf(points, change)
    .map(side => side.map(bar).join(""))
    .join("│")
}

/** What the highest bar stands for, in all lines alike: else a quiet ISP looks as restless as one in trouble. */
function highest({ course, after }: ImpactReport): number {
  return Math.max(0.05, ...course.flatMap(({ points }) => sidesOf(points, after.from).flat()))
}

/** Rates before and after, a few on each side. */
function sidesOf(points: Points, change: number): readonly (readonly number[])[] {
  const before = points.filter(({ at }) => at < change)
  const after = points.filter(({ at }) => at >= change)
  return [before, after].map(side => {
    const length = Math.max(1, Math.ceil(side.length / barsPerSide))
    return Array.from({ length: Math.ceil(side.length / length) }, (_, index) => {
      const part = side.slice(index * length, (index + 1) * length)
      const tries = part.reduce((sum, point) => sum + point.attempts, 0)
      return tries === 0 ? 0 : part.reduce((sum, point) => sum + point.deferred, 0) / tries
    })
  })
}
