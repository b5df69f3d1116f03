/**
 * What a change did: traffic before and after it, by ISP and source IP. Pure: counts in, report out. It never takes
 * what is not recorded for zero.
 */

import type {
  Comparison,
  ErrorShare,
  ImpactReport,
  ImpactSubject,
  IspImpact,
  Level,
  Rate,
  Window,
} from "../core/impact.ts"
import { listed } from "../core/listed.ts"
import { compareTexts } from "../core/order.ts"
import { bucketSeconds, type TrafficDay } from "../core/traffic.ts"
import { attempts } from "../core/traffic-day.ts"
import { compare, movementOf, rateOf } from "./compare.ts"
import { patternOf } from "./pattern.ts"
import { verdictOf } from "./verdict.ts"

export interface ImpactQuestion {
  readonly subject: ImpactSubject
  readonly windows: { readonly before: Window; readonly after: Window; readonly weekEarlier: Window }
  /** seconds since 1970: what comes later is not there yet */
  readonly now: number
  readonly thresholds: ImpactReport["thresholds"]
  /** hosts whose config says that deferrals are not recorded (false), or that they are (true) */
  readonly records: ReadonlyMap<string, boolean | null>
  readonly days: readonly TrafficDay[]
}

const shownErrors = 5
const shownIsps = 200
const coursedIsps = 6

export function impactOf(question: ImpactQuestion): ImpactReport {
  const { subject, windows, days } = question
  const blind = blindHosts(question)
  const hosts = new Set(days.map(({ host }) => host))
  // Where some hosts record deferrals, they alone speak; where none does, only what was delivered can be told.
  const isRecorded = blind.size < hosts.size
  const heard = isRecorded ? days.filter(({ host }) => !blind.has(host)) : days
  const parts = {
    before: slice(heard, windows.before),
    after: slice(heard, windows.after),
    weekEarlier: slice(heard, windows.weekEarlier),
  }
  const isps = [...new Set([...parts.before.cells, ...parts.after.cells].map(({ isp }) => isp))]
    .map(isp => ispImpact(isp, parts, isRecorded, question))
    .sort(
      (a, b) =>
        Number(b.isTouched) - Number(a.isTouched) ||
        b.after.attempts + b.before.attempts - a.after.attempts - a.before.attempts ||
        compareTexts(a.isp, b.isp),
    )
  const verdict = verdictOf(subject, isps)
  const isFull = question.now >= windows.after.to
  return {
    command: "impact",
    ...{ subject, ...windows, isFull, thresholds: question.thresholds, ...verdict },
    isps: isps.slice(0, shownIsps),
    blindHosts: [...blind].sort(),
    skipped: days.flatMap(day =>
      Object.entries(day.skipped).map(([reason, count]) => ({ host: day.host, reason, count })),
    ),
    course: isps.slice(0, coursedIsps).map(({ isp }) => ({ isp, points: courseOf(isp, parts) })),
    notes: notesOf(question, isps, isps.length - shownIsps),
    exit: verdict.result === "worse" ? "objective" : "good",
  }
}

type Slice = Pick<TrafficDay, "cells" | "errors" | "recipients">
type Parts = Readonly<Record<"before" | "after" | "weekEarlier", Slice>>

function slice(days: readonly TrafficDay[], { from, to }: Window): Slice {
  const within = ({ at }: { readonly at: number }) => at >= from && at + bucketSeconds <= to
  return {
    cells: days.flatMap(({ cells }) => cells.filter(within)),
    errors: days.flatMap(({ errors }) => errors.filter(within)),
    recipients: days.flatMap(({ recipients }) => recipients.filter(within)),
  }
}

/**
 * Hosts of whose deferrals nothing is known: the config says so, or says nothing and there was not one deferral in
 * all the traffic that is looked at.
 */
function blindHosts({ days, records }: ImpactQuestion): ReadonlySet<string> {
  const hosts = new Map<string, boolean>()
  for (const { host, cells } of days) {
    const seen = cells.some(cell => cell.deferred + cell.queueDeferred > 0)
    hosts.set(host, (hosts.get(host) ?? false) || seen)
  }
  return new Set([...hosts].flatMap(([host, seen]) => (seen || records.get(host) === true ? [] : [host])))
}

function ispImpact(isp: string, parts: Parts, isRecorded: boolean, question: ImpactQuestion): IspImpact {
  const rate = (part: Slice): Rate =>
    rateOf(
      part.cells.filter(cell => cell.isp === isp),
      part.recipients.filter(row => row.isp === isp).reduce((sum, { count }) => sum + count, 0),
      isRecorded,
    )
  const whole = compare(rate(parts.before), rate(parts.after))
  const weekEarlier = rate(parts.weekEarlier)
  const ips = ipImpacts(isp, parts, isRecorded)
  const { isps } = question.subject
  return {
    ...{ isp, ...whole, ips, isTouched: isps === null || isps.includes(isp) },
    weekEarlier: weekEarlier.attempts === 0 ? null : weekEarlier,
    isUsual: isUsual(whole, weekEarlier),
    level: levelOf(whole.after, question.thresholds),
    pattern: patternOf(whole.movement, ips),
    errors: errorsOf(isp, parts),
  }
}

/** A rise or fall that was there at the same hour a week earlier is the day's own. */
function isUsual(whole: Comparison, weekEarlier: Rate): boolean {
  if (whole.movement === "same" || weekEarlier.rate === null) return false
  return (
    compare(weekEarlier, whole.after).movement === "same" && movementOf(weekEarlier, whole.after) === "same"
  )
}

function ipImpacts(isp: string, parts: Parts, isRecorded: boolean) {
  const cells = [...parts.before.cells, ...parts.after.cells].filter(cell => cell.isp === isp)
  const ips = [...new Set(cells.flatMap(({ ip }) => ip ?? []))].sort()
  return ips.map(ip => {
    const rate = (part: Slice) =>
      rateOf(
        part.cells.filter(cell => cell.isp === isp && cell.ip === ip),
        0,
        isRecorded,
      )
    return { ip, ...compare(rate(parts.before), rate(parts.after)) }
  })
}

function levelOf(
  { rate, attempts: number }: Rate,
  { investigate, reduce }: ImpactReport["thresholds"],
): Level {
  if (rate === null || number === 0 || rate <= investigate) return "good"
  return rate > reduce ? "reduce" : "investigate"
}

function errorsOf(isp: string, parts: Parts): readonly ErrorShare[] {
  const shares = new Map<string, { -readonly [K in keyof ErrorShare]: ErrorShare[K] }>()
  for (const side of ["before", "after"] as const) {
    for (const { error, outcome, count } of parts[side].errors.filter(row => row.isp === isp)) {
      const key = `${outcome} ${error}`
      const share = shares.get(key) ?? { error, outcome, before: 0, after: 0 }
      share[side] += count
      shares.set(key, share)
    }
  }
  return [...shares.values()]
    .sort((a, b) => b.after - a.after || b.before - a.before || compareTexts(a.error, b.error))
    .slice(0, shownErrors)
}

function courseOf(isp: string, parts: Parts) {
  const points = new Map<number, { at: number; attempts: number; deferred: number }>()
  for (const cell of [...parts.before.cells, ...parts.after.cells]) {
    if (cell.isp !== isp) continue
    const point = points.get(cell.at) ?? { at: cell.at, attempts: 0, deferred: 0 }
    point.attempts += attempts(cell)
    point.deferred += cell.deferred
    points.set(cell.at, point)
  }
  return [...points.values()].sort((a, b) => a.at - b.at)
}

/** Counts end where the last backup that read accounting did: what came later is not good, but unknown. */
const slackSeconds = 900
const shownHosts = 8

function uncountedNote({ windows, days, now }: ImpactQuestion): string[] {
  const newest = new Map<string, number>()
  for (const { host, cells } of days) {
    const at = cells.reduce((latest, cell) => Math.max(latest, cell.at + bucketSeconds), 0)
    newest.set(host, Math.max(newest.get(host) ?? 0, at))
  }
  const due = Math.min(now, windows.after.to) - slackSeconds
  const late = [...newest].filter(([, at]) => at < due).sort(([, a], [, b]) => a - b)
  const shown = late.map(([host, at]) => `${host} up to ${momentOf(at)}`)
  return late.length === 0 ? [] : [`counted so far: ${listed(shown, shownHosts)}`]
}

const momentOf = (at: number): string =>
  `${new Date(at * 1000).toISOString().slice(0, 16).replace("T", " ")} UTC`

function notesOf(question: ImpactQuestion, isps: readonly IspImpact[], hidden: number): string[] {
  const { windows, days } = question
  const small = isps.filter(({ isSmall, isTouched }) => isSmall && isTouched).map(({ isp }) => isp)
  const gap = windows.after.from - windows.before.to
  return [
    ...(days.length === 0 ? ["no traffic is recorded for these hosts and days"] : []),
    ...uncountedNote(question),
    ...(gap > bucketSeconds
      ? [`the change came within ${Math.round(gap / 60)} minutes that neither window holds`]
      : []),
    ...(small.length === 0
      ? []
      : [`small sample, below 100 attempts on a side: ${small.slice(0, 8).join(", ")}`]),
    ...(hidden > 0 ? [`${hidden} more ISPs with less traffic are not shown`] : []),
  ]
}
