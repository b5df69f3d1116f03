import type { HostStatus } from "../../core/status.ts"
import { htmlText } from "./html-text.ts"

const width = 900
const left = 110
const laneHeight = 26
const dayMs = 86_400_000

/** The copies of a host over time as a picture: one lane per category, a stroke for each copy of new content. */
export function timeline({ host, copies, categories }: HostStatus, at: string): string {
  const lanes = categories
    .map(({ name }) => name)
    .filter(name => copies.some(({ category }) => category === name))
  if (lanes.length === 0) return `<p class="soft">No copies are listed.</p>`
  const end = Date.parse(at)
  const times = copies.map(copy => Date.parse(copy.at)).filter(time => time <= end)
  const start = Math.min(end - dayMs, ...times)
  const x = (time: number) => Math.round(left + ((time - start) / (end - start)) * (width - left - 10))
  const height = lanes.length * laneHeight + 24
  const label = lanes.map(lane => {
    const own = copies.filter(({ category }) => category === lane)
    return `${lane}: ${own.length}, the last on ${own.at(-1)?.at.slice(0, 10)}`
  })
  const drawn = lanes.map((lane, index) => {
    const y = index * laneHeight + 18
    // Copies closer than a pixel are one stroke: a page of many hosts stays small.
    const places = new Set(
      copies.flatMap(copy =>
        copy.category === lane && Date.parse(copy.at) <= end ? [x(Date.parse(copy.at))] : [],
      ),
    )
    const strokes = [...places].map(place => `M${place} ${y - 7}v14`).join("")
    return `<text x="0" y="${y + 4}">${htmlText(lane)}</text><path class="lane" d="M${left} ${y}H${width - 10}"/><path class="copy" d="${strokes}"/>`
  })
  const dates = [start, (start + end) / 2, end].map((time, index) => {
    const anchor = ["start", "middle", "end"][index]
    return `<text x="${x(time)}" y="${height - 4}" text-anchor="${anchor}">${new Date(time).toISOString().slice(0, 10)}</text>`
  })
  return `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${htmlText(`Copies of ${host}. ${label.join("; ")}.`)}">${drawn.join("")}${dates.join("")}</svg>`
}
