import { bucketSeconds, type TrafficDay } from "../../core/traffic.ts"
import type { NameTable, Tally } from "./accounting-tables.ts"

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

/** The tallies as days, with every number put in words; rows in the order in which they came. */
export function trafficDays(host: string, tallies: Tallies): readonly TrafficDay[] {
  const { isps, ips, vmtas, categories } = tallies
  const days = new Map<number, Parts>()
  const partsOf = (bucket: number): Parts => {
    const day = Math.floor(bucket / bucketsOfDay)
    const parts = days.get(day) ?? { cells: [], bounces: [], errors: [], recipients: [] }
    days.set(day, parts)
    return parts
  }
  const ipOf = (number: number): string | null => (number === 0 ? null : (ips[number] ?? null))
  const texts = Array.from({ length: tallies.errors.size }, (_, id) => tallies.errors.textOf(id))
  const place = (bucket: number, isp: number) => ({ at: bucket * bucketSeconds, isp: isps[isp] ?? "*" })

  for (const [bucket = 0, isp = 0, ip = 0, vmta = 0, ...counts] of tallies.cells.rows()) {
    const [delivered = 0, bounced = 0, deferred = 0, queueDeferred = 0] = counts
    partsOf(bucket).cells.push({
      ...place(bucket, isp),
      ip: ipOf(ip),
      vmta: vmtas[vmta] ?? "*",
      ...{ delivered, bounced, deferred, queueDeferred },
    })
  }
  for (const [bucket = 0, isp = 0, category = 0, , count = 0] of tallies.bounces.rows()) {
    partsOf(bucket).bounces.push({ ...place(bucket, isp), category: categories[category] ?? "*", count })
  }
  for (const [bucket = 0, isp = 0, ip = 0, failure = 0, count = 0] of tallies.failures.rows()) {
    const outcome = failure % 2 === 1 ? "bounced" : "deferred"
    const error = texts[Math.floor(failure / 2) - 1] ?? "*"
    partsOf(bucket).errors.push({ ...place(bucket, isp), ip: ipOf(ip), outcome, error, count })
  }
  for (const [bucket = 0, isp = 0, , , count = 0] of tallies.recipients.rows()) {
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
