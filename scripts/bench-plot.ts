import type { Results } from "../test/bench/results.ts"

const width = 720
const height = 340
const margin = { left: 52, right: 224, top: 16, bottom: 40 }
const inner = { width: width - margin.left - margin.right, height: height - margin.top - margin.bottom }

/** What is drawn, by the name of its row. Distinct for the colour-blind too. Source: Okabe and Ito, "Color Universal Design". */
const lines = [
  { row: "classic, default kex", label: "tar | age over ssh", color: "#d55e00" },
  { row: "classic, curve25519", label: "the same, curve25519", color: "#e69f00" },
  { row: "ours, first", label: "pmta-vault, first backup", color: "#0072b2" },
  { row: "ours, unchanged", label: "pmta-vault, nothing changed", color: "#009e73" },
  { row: "floor: our SSH client, true", label: "login and `true` alone", color: "#999999" },
]

interface Point {
  readonly hosts: number
  readonly seconds: number
}

/**
 * Wall time against the number of hosts, both on scales of powers: a line of slope 1 costs the same for each host.
 * @param results  of the cases `fleet-N`; others are left out
 * @returns        an SVG that is readable on light and on dark pages
 */
export function fleetPlot(results: Results): string {
  const fleets = Object.entries(results).flatMap(([name, { rows = [] }]) => {
    const hosts = Number(/^fleet-(\d+)$/.exec(name)?.[1])
    return Number.isNaN(hosts) ? [] : [{ hosts, rows }]
  })
  const drawn = lines.map(line => ({
    ...line,
    points: fleets
      .flatMap(({ hosts, rows }): Point[] => {
        const row = rows.find(({ name }) => name === line.row)
        return row === undefined ? [] : [{ hosts, seconds: row.wallMs / 1000 }]
      })
      .sort((a, b) => a.hosts - b.hosts),
  }))
  const seconds = drawn.flatMap(({ points }) => points.map(point => point.seconds))
  const counts = [...new Set(fleets.map(({ hosts }) => hosts))].sort((a, b) => a - b)
  const [least, most] = [0.1, 10 ** Math.ceil(Math.log10(Math.max(1, ...seconds)))]
  const x = (hosts: number) =>
    margin.left + (Math.log(hosts) / Math.log(Math.max(2, ...counts))) * inner.width
  const y = (time: number) =>
    margin.top + (1 - Math.log(time / least) / Math.log(most / least)) * inner.height
  const decades = Array.from({ length: Math.round(Math.log10(most / least)) + 1 }, (_, n) => least * 10 ** n)
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" font-family="sans-serif" font-size="12">`,
    "<title>Wall time of a backup against the number of hosts</title>",
    "<style>text { fill: #24292f } .grid { stroke: #8c959f; stroke-opacity: 0.4 } @media (prefers-color-scheme: dark) { text { fill: #e6edf3 } }</style>",
    ...decades.flatMap(time => [
      `<line class="grid" x1="${margin.left}" x2="${margin.left + inner.width}" y1="${round(y(time))}" y2="${round(y(time))}"/>`,
      text(margin.left - 6, y(time) + 4, `${Number(time.toPrecision(1))} s`, "end"),
    ]),
    ...counts.map(hosts => text(x(hosts), height - margin.bottom + 18, `${hosts}`, "middle")),
    text(margin.left + inner.width / 2, height - 6, "hosts of 503 files", "middle"),
    ...drawn
      .filter(({ points }) => points.length > 0)
      .flatMap(({ points, color, label }, index) => [
        `<polyline points="${points.map(({ hosts, seconds }) => `${round(x(hosts))},${round(y(seconds))}`).join(" ")}" fill="none" stroke="${color}" stroke-width="2"/>`,
        ...points.map(
          ({ hosts, seconds }) =>
            `<circle cx="${round(x(hosts))}" cy="${round(y(seconds))}" r="3" fill="${color}"/>`,
        ),
        `<rect x="${width - margin.right + 14}" y="${margin.top + index * 20}" width="10" height="10" fill="${color}"/>`,
        text(width - margin.right + 30, margin.top + 9 + index * 20, label, "start"),
      ]),
    "</svg>",
  ].join("\n")}\n`
}

const text = (x: number, y: number, content: string, anchor: string) =>
  `<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}">${content.replaceAll("`", "")}</text>`

const round = (value: number) => Math.round(value * 10) / 10
