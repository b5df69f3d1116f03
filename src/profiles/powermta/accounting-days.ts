import { certain } from "../../core/certain.ts"
import { bucketSeconds, type TrafficDay } from "../../core/traffic.ts"
import { type NameTable, Tally, type TallyRow } from "./accounting-tables.ts"

/** Tallies and what their numbers stand for. */
export interface Tallies {
  readonly isps: readonly string[]
  readonly ips: readonly string[]
  readonly vmtas: readonly string[]
  readonly categories: readonly string[]
  readonly errors: NameTable
  readonly cells: Tally
  readonly bounces: Tally
  readonly failures: Tally
  readonly recipients: Tally
  readonly others: ReadonlyMap<number, ReadonlyMap<string, number>>
  readonly skipped: ReadonlyMap<number, ReadonlyMap<string, number>>
}

type Parts = { -readonly [K in "cells" | "bounces" | "errors" | "recipients"]: TrafficDay[K][number][] }

const bucketsOfDay = 86_400 / bucketSeconds

/**
 * Names of one day that get rows of their own, the commonest; twice what the day's file keeps. A busy host sends to
 * tens of thousands of domains a day, and most of them have no rate that anybody could judge.
 */
const most = { isps: 300, errors: 200 }

/** The same tallies with the rare names as `*`: sums of numbers, before any of them becomes an object. */
function withoutRare(tallies: Tallies): Pick<Tallies, "cells" | "bounces" | "failures" | "recipients"> {
  const ispOf = ranked(tallies.cells.rows(), most.isps, ([, isp]) => isp)
  const errorOf = ranked(tallies.failures.rows(), most.errors, ([, , , failure]) => failure >> 1)
  const parts = { cells: new Tally(), bounces: new Tally(), failures: new Tally(), recipients: new Tally() }
  const columns = [0, 1, 2, 3] as const
  for (const name of ["cells", "bounces", "failures", "recipients"] as const) {
    for (const [bucket, isp, c, d, ...counts] of tallies[name].rows()) {
      const failure = name === "failures" ? errorOf(bucket, d >> 1) * 2 + (d & 1) : d
      for (const column of columns) {
        const count = counts[column]
        if (count > 0) parts[name].add(bucket, ispOf(bucket, isp), c, failure, column, count)
      }
    }
  }
  return parts
}

/** @returns  by bucket and number, the number itself for the commonest of its day, 0 for the rest */
function ranked(
  rows: Iterable<TallyRow>,
  limit: number,
  numberOf: (row: TallyRow) => number,
): (bucket: number, number: number) => number {
  const days = new Map<number, Map<number, number>>()
  for (const row of rows) {
    const [bucket, , , , ...counts] = row
    const day = Math.floor(bucket / bucketsOfDay)
    const weights = days.get(day) ?? new Map<number, number>()
    days.set(day, weights)
    const count = counts.reduce((sum, one) => sum + one)
    weights.set(numberOf(row), (weights.get(numberOf(row)) ?? 0) + count)
  }
  const kept = new Map<number, ReadonlySet<number>>()
  for (const [day, weights] of days) {
    if (weights.size <= limit) continue
    const order = [...weights].sort(([a, m], [b, n]) => n - m || a - b)
    kept.set(day, new Set(order.slice(0, limit).map(([number]) => number)))
  }
  return (bucket, number) => {
    const names = kept.get(Math.floor(bucket / bucketsOfDay))
    return names === undefined || names.has(number) ? number : 0
  }
}

/** The tallies as days, with every number put in words; rows in the order in which they came. */
export function trafficDays(host: string, tallies: Tallies): readonly TrafficDay[] {
  const { isps, ips, vmtas, categories } = tallies
  const { cells, bounces, failures, recipients } = withoutRare(tallies)
  const days = new Map<number, Parts>()
  const partsOf = (bucket: number): Parts => {
    const day = Math.floor(bucket / bucketsOfDay)
    const parts = days.get(day) ?? { cells: [], bounces: [], errors: [], recipients: [] }
    days.set(day, parts)
    return parts
  }
  const ipOf = (number: number): string | null => (number === 0 ? null : certain(ips[number]))
  const texts = Array.from({ length: tallies.errors.size }, (_, id) => tallies.errors.textOf(id))
  const place = (bucket: number, isp: number) => ({ at: bucket * bucketSeconds, isp: certain(isps[isp]) })

  for (const [bucket, isp, ip, vmta, ...counts] of cells.rows()) {
    const [delivered, bounced, deferred, queueDeferred] = counts
    partsOf(bucket).cells.push({
      ...place(bucket, isp),
      ip: ipOf(ip),
      vmta: certain(vmtas[vmta]),
      ...{ delivered, bounced, deferred, queueDeferred },
    })
  }
  for (const [bucket, isp, category, , count] of bounces.rows()) {
    partsOf(bucket).bounces.push({ ...place(bucket, isp), category: certain(categories[category]), count })
  }
  for (const [bucket, isp, ip, failure, count] of failures.rows()) {
    const outcome = failure % 2 === 1 ? "bounced" : "deferred"
    const error = texts[Math.floor(failure / 2) - 1] ?? "*"
    partsOf(bucket).errors.push({ ...place(bucket, isp), ip: ipOf(ip), outcome, error, count })
  }
  for (const [bucket, isp, , , count] of recipients.rows()) {
    partsOf(bucket).recipients.push({ ...place(bucket, isp), count })
  }
  const first = Math.min(...days.keys())
  return [...days]
    .toSorted(([a], [b]) => a - b)
    .map(([day, parts]) => ({
      host,
      day: new Date(day * 86_400_000).toISOString().slice(0, 10),
      ...parts,
      others: namesOf(tallies.others, day, first),
      skipped: namesOf(tallies.skipped, day, first),
    }))
}

/** What came before any date belongs to the first day. */
function namesOf(
  days: ReadonlyMap<number, ReadonlyMap<string, number>>,
  day: number,
  first: number,
): Readonly<Record<string, number>> {
  const counts = new Map(days.get(day))
  const undated = day === first ? (days.get(Number.NaN) ?? []) : []
  for (const [name, count] of undated) counts.set(name, (counts.get(name) ?? 0) + count)
  return Object.fromEntries(counts)
}
