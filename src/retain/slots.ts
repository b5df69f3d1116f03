import type { Retention } from "../core/fleet.ts"
import type { KeepRule } from "../core/retention.ts"
import type { Era, Point } from "./clock.ts"

/** Why one snapshot has a slot: `daily` of `2026-11-24`. */
export interface Slot {
  readonly rule: KeepRule
  readonly of: string
}

/**
 * The slots of each point that has any: the newest of each period, in UTC, for as many periods as the rule
 * counts. Periods without a snapshot do not count, so that a pause pushes nothing out.
 */
export function slots(found: readonly Era[], rules: Retention): ReadonlyMap<number, readonly Slot[]> {
  const given = new Map<number, Slot[]>()
  const give = ({ sequence }: Point, slot: Slot) =>
    given.set(sequence, [...(given.get(sequence) ?? []), slot])
  for (const era of found) {
    const newestFirst = era.toReversed()
    const last = new Set(newestFirst.slice(0, rules.last))
    // A burst counts once per hour: it cannot push out what was last before it.
    for (const [, point] of newestOf(newestFirst, hourOf, rules.last)) last.add(point)
    for (const point of last) give(point, { rule: "last", of: "" })
    for (const rule of ["daily", "weekly", "monthly", "yearly"] as const) {
      for (const [period, point] of newestOf(newestFirst, periodOf[rule], rules[rule])) {
        give(point, { rule, of: period })
      }
    }
  }
  return given
}

function newestOf(
  newestFirst: readonly Point[],
  period: (date: Date) => string,
  most: number,
): ReadonlyMap<string, Point> {
  const newest = new Map<string, Point>()
  for (const point of newestFirst) {
    const name = period(new Date(point.at))
    if (newest.has(name)) continue
    if (newest.size >= most) break
    newest.set(name, point)
  }
  return newest
}

const hourOf = (date: Date): string => date.toISOString().slice(0, 13)

const periodOf = {
  daily: (date: Date) => date.toISOString().slice(0, 10),
  weekly: weekOf,
  monthly: (date: Date) => date.toISOString().slice(0, 7),
  yearly: (date: Date) => date.toISOString().slice(0, 4),
} as const

/** Such as `2026-W48`. @see ISO 8601: a week belongs to the year of its Thursday */
function weekOf(date: Date): string {
  const day = 86_400_000
  const thursday = new Date(date.getTime() + (3 - ((date.getUTCDay() + 6) % 7)) * day)
  const year = thursday.getUTCFullYear()
  const week = Math.floor((thursday.getTime() - Date.UTC(year, 0, 1)) / (7 * day)) + 1
  return `${year}-W${String(week).padStart(2, "0")}`
}
