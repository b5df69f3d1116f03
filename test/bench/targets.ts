/** What this program has to keep to, from the rows of a case. */
import { median } from "./measure.ts"
import type { Row } from "./report.ts"
import type { Results } from "./results.ts"

/** Wall time against another way of the same case, or memory in MB, at most. */
interface Target {
  readonly case: string
  readonly of: string
  readonly what: { readonly to: string } | "MB" | "ms"
  readonly most: number
}

const first = "ours, first"
const unchanged = "ours, unchanged"
const classic = "classic, default kex"
const fastClassic = "classic, curve25519"
const floor = "floor: our SSH client, true"

const fleets = ["fleet-50", "fleet-200"].flatMap((name): readonly Target[] => [
  { case: name, of: first, what: { to: classic }, most: 0.45 },
  { case: name, of: first, what: { to: fastClassic }, most: 0.85 },
  { case: name, of: unchanged, what: { to: floor }, most: 1.25 },
  { case: name, of: unchanged, what: { to: "rsync, unchanged, default kex" }, most: 0.35 },
  { case: name, of: unchanged, what: { to: "rsync, unchanged, curve25519" }, most: 0.85 },
  { case: name, of: floor, what: { to: "floor: xargs -P8 ssh true, curve25519" }, most: 1 },
])

export const targets: readonly Target[] = [
  ...fleets,
  { case: "fleet-500", of: first, what: "MB", most: 350 },
  { case: "fleet-500", of: unchanged, what: "MB", most: 350 },
  { case: "far-50", of: unchanged, what: { to: classic }, most: 0.35 },
  // A tenth less throughput.
  { case: "age", of: "ours, sealed", what: { to: "age" }, most: 1.11 },
  { case: "age", of: "ours, opened", what: { to: "age -d" }, most: 1.11 },
  { case: "log", of: "ours, whole", what: { to: "ssh cat | zstd -3 | age" }, most: 1 },
  { case: "log", of: "ours, whole", what: { to: "ssh 'zstd -3 -c' | age" }, most: 1.1 },
  { case: "log", of: "ours, whole", what: "MB", most: 200 },
  { case: "log", of: "ours, appended", what: { to: "ours, whole" }, most: 0.1 },
  { case: "accounting", of: "ours", what: { to: "udsv" }, most: 0.333 },
  { case: "accounting", of: "ours", what: "MB", most: 150 },
  { case: "counted", of: "counted", what: { to: "not counted" }, most: 1.25 },
  { case: "start", of: "ours, the Action, to the first host", what: "ms", most: 300 },
]

export interface Judged extends Target {
  readonly value: number
  readonly kept: boolean
}

/** Those targets of which there are figures. */
export function judged(results: Results): readonly Judged[] {
  return targets.flatMap(target => {
    const rows = results[target.case]?.rows ?? []
    const value = figureOf(target, rows)
    return value === null ? [] : [{ ...target, value, kept: value <= target.most }]
  })
}

/** A line for each. */
export const verdicts = (results: Results): readonly string[] =>
  judged(results).map(({ of, what, most, value, kept }) => {
    const than = typeof what === "string" ? ` ${what}` : ` × ${what.to}`
    const shown = what === "ms" || what === "MB" ? value.toFixed(0) : value.toFixed(2)
    return `- ${kept ? "kept" : "MISSED"}: ${of}: ${shown}${than}, at most ${most}`
  })

function figureOf({ of, what }: Target, rows: readonly Row[]): number | null {
  const row = rows.find(({ name }) => name === of)
  if (row === undefined) return null
  if (what === "MB") return row.peakMb
  if (what === "ms") return row.wallMs
  const base = rows.find(({ name }) => name === what.to)
  // Run by run, since a noisy machine is noisy for all of a round.
  return base === undefined
    ? null
    : median(row.walls.map((wall, index) => wall / (base.walls[index] ?? Number.NaN)))
}
