/**
 * The file of one day's traffic, `stats/<host>/<day>.json`: small, without personal data, the same bytes for the same
 * counts. Names are written once, counts refer to them; a bucket is a line, so that git stores what was added.
 */

import { certain } from "./certain.ts"
import { compareTexts } from "./order.ts"
import {
  type BounceCount,
  bucketSeconds,
  type ErrorCount,
  type RecipientCount,
  type TrafficCell,
  type TrafficDay,
} from "./traffic.ts"

/** Names of one day that are told apart; what is rarer is counted under `*`. */
const most = { isps: 150, errors: 100 }
const format = 1

/**
 * Days of one host and date as one: counts are added up, rows stand in the order of time and names.
 * Recipients are each counted once within what one run read of a bucket: a bucket that two runs share may count a
 * recipient twice.
 */
export function mergeDays(days: readonly [TrafficDay, ...TrafficDay[]]): TrafficDay {
  const [first] = days
  const cells = days.flatMap(day => day.cells)
  const ispOf = renamer(cells, ({ isp }) => isp, attempts, most.isps)
  const errors = days.flatMap(day => day.errors)
  const errorOf = renamer(
    errors,
    ({ error }) => error,
    ({ count }) => count,
    most.errors,
  )
  const named = <T extends { readonly isp: string }>(rows: readonly T[]): readonly T[] =>
    ispOf === null ? rows : rows.map(row => ({ ...row, isp: ispOf(row.isp) }))
  return {
    host: first.host,
    day: first.day,
    cells: summed(named(cells), ({ at, isp, ip, vmta }) => [at, isp, ip, vmta], addCells),
    bounces: summed(
      named(days.flatMap(day => day.bounces)),
      ({ at, isp, category }) => [at, isp, category],
      addCounts,
    ),
    errors: summed(
      errorOf === null ? named(errors) : named(errors).map(row => ({ ...row, error: errorOf(row.error) })),
      ({ at, isp, ip, outcome, error }) => [at, isp, ip, outcome, error],
      addCounts,
    ),
    recipients: summed(named(days.flatMap(day => day.recipients)), ({ at, isp }) => [at, isp], addCounts),
    others: summedRecord(days.map(({ others }) => others)),
    skipped: summedRecord(days.map(({ skipped }) => skipped)),
  }
}

/** Attempts of a cell that reached a recipient's turn. */
export const attempts = (cell: TrafficCell): number => cell.delivered + cell.bounced + cell.deferred

const addCounts = <T extends { readonly count: number }>(a: T, b: T): T => ({
  ...a,
  count: a.count + b.count,
})

const addCells = (a: TrafficCell, b: TrafficCell): TrafficCell => ({
  ...a,
  delivered: a.delivered + b.delivered,
  bounced: a.bounced + b.bounced,
  deferred: a.deferred + b.deferred,
  queueDeferred: a.queueDeferred + b.queueDeferred,
})

/** Rows with equal keys as one, in the order of their keys. */
function summed<T>(
  rows: readonly T[],
  keyOf: (row: T) => readonly (string | number | null)[],
  add: (a: T, b: T) => T,
): readonly T[] {
  const sums = new Map<string, T>()
  for (const row of rows) {
    const key = keyOf(row).join("\0")
    const sum = sums.get(key)
    sums.set(key, sum === undefined ? row : add(sum, row))
  }
  const keyed = [...sums].map(([, row]) => ({ key: keyOf(row), row }))
  return keyed.sort((a, b) => compareKeys(a.key, b.key)).map(({ row }) => row)
}

/** Of two keys that are not equal. */
function compareKeys(a: readonly (string | number | null)[], b: readonly (string | number | null)[]): number {
  const place = a.findIndex((value, index) => value !== b[index])
  return (a[place] ?? "") < (b[place] ?? "") ? -1 : 1
}

function summedRecord(
  records: readonly Readonly<Record<string, number>>[],
): Readonly<Record<string, number>> {
  const sums = new Map<string, number>()
  for (const [name, count] of records.flatMap(record => Object.entries(record))) {
    sums.set(name, (sums.get(name) ?? 0) + count)
  }
  return Object.fromEntries([...sums].sort(([a], [b]) => compareTexts(a, b)))
}

/** @returns  the name itself for the commonest `limit` names, `*` for the rest; null when there are no more than those */
function renamer<T>(
  rows: readonly T[],
  nameOf: (row: T) => string,
  weightOf: (row: T) => number,
  limit: number,
): ((name: string) => string) | null {
  const weights = new Map<string, number>()
  for (const row of rows) weights.set(nameOf(row), (weights.get(nameOf(row)) ?? 0) + weightOf(row))
  // It stands for the rare ones already, and takes no place of a name.
  weights.delete("*")
  if (weights.size <= limit) return null
  const ranked = [...weights].sort(([a, m], [b, n]) => n - m || compareTexts(a, b))
  const kept = new Set(ranked.slice(0, limit).map(([name]) => name))
  return name => (kept.has(name) ? name : "*")
}

/** The file of days of one host and date, added up. */
export function writeDay(...days: readonly [TrafficDay, ...TrafficDay[]]): string {
  const sorted = mergeDays(days)
  const midnight = Date.parse(`${sorted.day}T00:00:00Z`) / 1000
  const isps = distinct(
    [...sorted.cells, ...sorted.bounces, ...sorted.errors, ...sorted.recipients].map(({ isp }) => isp),
  )
  const ips = distinct([...sorted.cells, ...sorted.errors].flatMap(({ ip }) => ip ?? []))
  const vmtas = distinct(sorted.cells.map(({ vmta }) => vmta))
  const categories = distinct(sorted.bounces.map(({ category }) => category))
  const errors = distinct(sorted.errors.map(({ error }) => error))
  const number = (names: readonly string[]) => {
    const numbers = new Map(names.map((name, index) => [name, index]))
    return (name: string | null) => (name === null ? -1 : certain(numbers.get(name)))
  }
  const [isp, ip, vmta] = [number(isps), number(ips), number(vmtas)]
  const [category, error] = [number(categories), number(errors)]
  const byBucket = <T extends { readonly at: number }>(rows: readonly T[]) =>
    Map.groupBy(rows, ({ at }) => at)
  const parts = {
    cells: byBucket(sorted.cells),
    bounces: byBucket(sorted.bounces),
    errors: byBucket(sorted.errors),
    recipients: byBucket(sorted.recipients),
  }
  const lines = [...parts.cells.keys()].map(at =>
    JSON.stringify([
      (at - midnight) / bucketSeconds,
      (parts.cells.get(at) ?? []).map(cell => [
        ...[isp(cell.isp), ip(cell.ip), vmta(cell.vmta)],
        ...[cell.delivered, cell.bounced, cell.deferred, cell.queueDeferred],
      ]),
      (parts.bounces.get(at) ?? []).map(row => [isp(row.isp), category(row.category), row.count]),
      (parts.errors.get(at) ?? []).map(row => {
        return [isp(row.isp), ip(row.ip), row.outcome === "bounced" ? 1 : 0, error(row.error), row.count]
      }),
      (parts.recipients.get(at) ?? []).map(row => [isp(row.isp), row.count]),
    ]),
  )
  const head = { format, host: sorted.host, day: sorted.day, isps, ips, vmtas, categories, errors }
  const rest = { others: sorted.others, skipped: sorted.skipped }
  const names = Object.entries({ ...head, ...rest }).map(
    ([key, value]) => `"${key}":${JSON.stringify(value)}`,
  )
  return `{${names.join(",\n")},\n"buckets":[\n${lines.join(",\n")}\n]}\n`
}

const distinct = (names: readonly string[]): readonly string[] => [...new Set(names)].sort()

/** Rows of numbers: those of names first, -1 for none, then counts. */
type Cell = readonly [number, number, number, number, number, number, number]
type Bounce = readonly [number, number, number]
type Failure = readonly [number, number, number, number, number]
type Recipient = readonly [number, number]

/** @returns  null when the text is not such a file: counts are a help, and losing a day of them stops nothing */
export function readDay(text: string): TrafficDay | null {
  try {
    return parseDay(text)
  } catch {
    return null
  }
}

/** @throws Error  when it is not such a file */
function parseDay(text: string): TrafficDay | null {
  const file = JSON.parse(text)
  if (file.format !== format || typeof file.host !== "string" || !/^\d{4}-\d\d-\d\d$/.test(file.day))
    return null
  const midnight = Date.parse(`${file.day}T00:00:00Z`) / 1000
  const ipOf = (number: number): string | null => (number === -1 ? null : nameAt(file.ips, number))
  const parts: {
    cells: TrafficCell[]
    bounces: BounceCount[]
    errors: ErrorCount[]
    recipients: RecipientCount[]
  } = { cells: [], bounces: [], errors: [], recipients: [] }
  for (const [index, cells, bounces, errors, recipients] of file.buckets) {
    const at = midnight + index * bucketSeconds
    const isp = (number: number) => ({ at, isp: nameAt(file.isps, number) })
    for (const [i, ip, vmta, delivered, bounced, deferred, queueDeferred] of rowsOf<Cell>(cells, 7)) {
      const counts = { delivered, bounced, deferred, queueDeferred }
      parts.cells.push({ ...isp(i), ip: ipOf(ip), vmta: nameAt(file.vmtas, vmta), ...counts })
    }
    for (const [i, category, count] of rowsOf<Bounce>(bounces, 3)) {
      parts.bounces.push({ ...isp(i), category: nameAt(file.categories, category), count })
    }
    for (const [i, ip, final, error, count] of rowsOf<Failure>(errors, 5)) {
      const outcome = final === 1 ? "bounced" : "deferred"
      parts.errors.push({ ...isp(i), ip: ipOf(ip), outcome, error: nameAt(file.errors, error), count })
    }
    for (const [i, count] of rowsOf<Recipient>(recipients, 2)) parts.recipients.push({ ...isp(i), count })
  }
  const [others, skipped] = [countsOf(file.others), countsOf(file.skipped)]
  return { host: file.host, day: file.day, ...parts, others, skipped }
}

const isWhole = (value: unknown): value is number => Number.isSafeInteger(value)

function rowsOf<T extends readonly number[]>(rows: unknown, width: T["length"]): readonly T[] {
  const isRow = (row: unknown) => Array.isArray(row) && row.length === width && row.every(isWhole)
  if (!Array.isArray(rows) || !rows.every(isRow)) throw new Error("not the rows of a bucket")
  return rows
}

function nameAt(names: readonly unknown[], number: number): string {
  const name = names[number]
  if (typeof name !== "string") throw new Error("no such name")
  return name
}

function countsOf(counts: Readonly<Record<string, unknown>>): Readonly<Record<string, number>> {
  const entries = Object.entries(counts).map(([name, count]) => {
    if (!isWhole(count)) throw new Error("no count")
    return [name, count] as const
  })
  return Object.fromEntries(entries)
}
