/** Deferral rates over time as a picture, made to stand in a page: no script, no style of its own outside it. */
import { certain } from "../core/certain.ts"
import type { ImpactReport } from "../core/impact.ts"
import { percent } from "./impact-words.ts"
import { printable } from "./printable.ts"

const width = 720
const height = 260
const margin = { left: 48, right: 150, top: 16, bottom: 28 }
const plot = { width: width - margin.left - margin.right, height: height - margin.top - margin.bottom }
/** Distinct for the colour-blind too. Source: Okabe and Ito, "Color Universal Design" (2008). */
const colors = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"]
/** Points that one mark sums up: five minutes hold too few attempts for a calm line. */
const smoothing = 3
const maxIspLength = 20

export function impactSvg({ course, before, after, thresholds }: ImpactReport): string {
  const lines = course.map(({ isp, points }) => ({ isp, points: smoothed(points) }))
  const top = Math.min(
    1,
    Math.max(0.2, ...lines.flatMap(({ points }) => points.map(({ rate }) => rate))) * 1.05,
  )
  const span = after.to - before.from
  const x = (at: number) => margin.left + ((at - before.from) / span) * plot.width
  const y = (rate: number) => margin.top + (1 - rate / top) * plot.height
  const rule = (rate: number, color: string) =>
    `<line x1="${margin.left}" x2="${margin.left + plot.width}" y1="${round(y(rate))}" y2="${round(y(rate))}" stroke="${color}" stroke-dasharray="4 4"/>` +
    text(margin.left - 6, y(rate) + 4, percent(rate), "end")
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" font-family="sans-serif" font-size="11">`,
    "<title>Deferral rate by ISP before and after the change</title>",
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    `<rect x="${margin.left}" y="${margin.top}" width="${plot.width}" height="${plot.height}" fill="none" stroke="#999999"/>`,
    text(margin.left - 6, y(0) + 4, "0 %", "end"),
    ...[thresholds.investigate, thresholds.reduce]
      .filter(rate => rate < top)
      .map(rate => rule(rate, "#999999")),
    `<rect x="${round(x(before.to))}" y="${margin.top}" width="${round(Math.max(2, x(after.from) - x(before.to)))}" height="${plot.height}" fill="#555555" fill-opacity="0.5"/>`,
    text(x(after.from), height - 8, `change ${clock(after.from)}`, "middle"),
    text(margin.left, height - 8, clock(before.from), "start"),
    text(margin.left + plot.width, height - 8, clock(after.to), "end"),
    ...lines.flatMap(({ isp, points }, index) => {
      const color = certain(colors[index % colors.length])
      // The line is broken where the change is: what was before does not lead to what came after.
      const sides = [points.filter(({ at }) => at < after.from), points.filter(({ at }) => at >= after.from)]
      const row = margin.top + 10 + index * 16
      return [
        ...sides
          .filter(side => side.length > 0)
          .map(side => {
            const path = side.map(({ at, rate }) => `${round(x(at))},${round(y(rate))}`).join(" ")
            return `<polyline points="${path}" fill="none" stroke="${color}" stroke-width="2"/>`
          }),
        `<rect x="${width - margin.right + 12}" y="${row - 8}" width="10" height="10" fill="${color}"/>`,
        text(width - margin.right + 28, row, shortened(isp), "start"),
      ]
    }),
    "</svg>",
    "",
  ].join("\n")
}

function smoothed(points: ImpactReport["course"][number]["points"]) {
  const groups = Map.groupBy(points, ({ at }) => Math.floor(at / (300 * smoothing)))
  return [...groups.values()].flatMap(group => {
    const attempts = group.reduce((sum, point) => sum + point.attempts, 0)
    if (attempts === 0) return []
    return [
      { at: certain(group[0]).at, rate: group.reduce((sum, point) => sum + point.deferred, 0) / attempts },
    ]
  })
}

const round = (value: number): number => Math.round(value * 10) / 10
const clock = (at: number): string => new Date(at * 1000).toISOString().slice(11, 16)
const shortened = (name: string): string =>
  name.length > maxIspLength ? `${name.slice(0, maxIspLength - 1)}…` : name

function text(x: number, y: number, words: string, anchor: "start" | "middle" | "end"): string {
  return `<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}" fill="#333333">${escaped(printable(words))}</text>`
}

const escaped = (words: string): string =>
  words.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;")
