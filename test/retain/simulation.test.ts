/** Three years of a fleet with a clock of our own: backups fail for weeks, clocks jump, and prune runs each day. */
import { expect, test } from "vitest"
import type { LogSegment } from "../../src/core/log.ts"
import type { HostPlan, LogPlan } from "../../src/core/retention.ts"
import type { Snapshot } from "../../src/core/snapshot.ts"
import { doubtful, eras, ordinaryPauseMs } from "../../src/retain/clock.ts"
import { elapsedBy } from "../../src/retain/elapsed.ts"
import { holdReasons } from "../../src/retain/hold.ts"
import { type AgedPage, planLogFiles } from "../../src/retain/logs.ts"
import { type Policy, planHost } from "../../src/retain/plan.ts"
import { type Found, nextInChain } from "../lab/chain.ts"

const dayMs = 86_400_000
const rules = { last: 7, daily: 30, weekly: 8, monthly: 12, yearly: 2 }
const own = new Map([["accounting", { last: 1, daily: 14, weekly: 0, monthly: 0, yearly: 0 }]])
const categories = ["config", "dkim", "license", "accounting"]

/** 02:17 in Berlin of a day, so that days of 23 and 25 hours are among them. */
function runTime(day: number): number {
  const noon = Date.UTC(2023, 11, 1) + day * dayMs
  const isSummer = new Intl.DateTimeFormat("en", { timeZone: "Europe/Berlin", timeZoneName: "shortOffset" })
    .format(noon)
    .includes("GMT+2")
  return noon + (isSummer ? 0 : 1) * 3_600_000 + 17 * 60_000
}

/** Days 100–113 nothing runs; 300–320 dkim cannot be read; on some days the clock is wrong. */
function happenings(day: number) {
  const isDown = (day >= 100 && day < 114) || (day >= 700 && day < 745)
  const dkimFails = (day >= 300 && day <= 320) || day % 97 === 96
  const clock =
    day === 400 ? Date.UTC(2099) : day === 550 ? Date.UTC(1970, 0, 2) : day === 900 ? Date.UTC(2038) : null
  return { isDown, dkimFails, clock, burst: day === 600 ? 200 : 1 }
}

function contentOf(host: number, day: number, run: number): Readonly<Record<string, Found>> {
  const { dkimFails } = happenings(day)
  return {
    config: { content: `config ${host} ${Math.floor(day / 3)} ${run}` },
    dkim: dkimFails ? "failed" : { content: `dkim ${host} ${Math.floor(day / 180)}` },
    license: day > 500 && host === 1 ? "missing" : { content: `license ${host}` },
    accounting: { content: `accounting ${host} ${day}` },
  }
}

const keepDays = 200
const daysOnHost = 8

/** Accounting files of eight days, one a day, and a log that was never rotated. */
function filesOn(day: number): readonly string[] {
  const days = Array.from({ length: Math.min(day + 1, daysOnHost) }, (_, index) => day - index)
  return [...days.map(of => `acct-${of}`), "pmta.log"]
}

/** The logs of one host in a vault, and the true days on which their newest bytes were read. */
class SimulatedLogs {
  pages: AgedPage[] = []
  readonly readOn = new Map<string, number>()
  present = new Set<string>()
  seenAt = 0
  deleted = 0
  latest = 0

  /** @param taken  the snapshot that names the page */
  backUp(day: number, { sequence, takenAt }: Snapshot) {
    const files = filesOn(day)
    const fresh = files.filter(file => file === "pmta.log" || !this.readOn.has(file))
    const segments = fresh.map(
      (file): LogSegment => ({
        ...{ file, first: day, end: day + 1, store: "git", key: `${file}/${day}`, size: 1 },
        ...{ sha256: "", fingerprint: "", recipients: [] },
      }),
    )
    for (const file of fresh) this.readOn.set(file, day)
    const ref = { key: `page ${sequence}`, sha256: `page ${sequence}` }
    this.pages.push({ ref, sequence, takenAt, previous: this.pages.at(-1)?.ref ?? null, segments })
    this.present = new Set(files)
    this.seenAt = Date.parse(takenAt)
  }

  plan(snapshots: readonly Snapshot[], now: number): LogPlan {
    const points = snapshots.map(({ sequence, takenAt }) => ({ sequence, at: Date.parse(takenAt) }))
    const elapsed = elapsedBy(eras(points, doubtful(points, now), ordinaryPauseMs), ordinaryPauseMs, now)
    const { pages, present, seenAt } = this
    const newest = pages.at(-1)?.ref.key ?? ""
    const history = { category: "log", pages, newest, present, seenAt }
    return planLogFiles(history, { keepMs: keepDays * dayMs, elapsed, points, now })
  }

  apply({ removed, pages }: LogPlan, day: number) {
    const gone = new Set(removed.map(({ file }) => file))
    for (const file of gone) {
      const age = day - (this.readOn.get(file) ?? day)
      expect(age, `${file} on day ${day}`).toBeGreaterThanOrEqual(keepDays)
      this.latest = Math.max(this.latest, age)
      this.deleted++
    }
    const goes = new Set(pages)
    expect(goes.has(this.pages.at(-1)?.ref.key ?? "")).toBe(false)
    this.pages = this.pages
      .filter(({ ref }) => !goes.has(ref.key))
      .map(page => ({ ...page, segments: page.segments.filter(({ file }) => !gone.has(file)) }))
  }

  /** Files of which every byte that was read is there. */
  whole(): ReadonlySet<string> {
    return new Set(this.pages.flatMap(({ segments }) => segments.map(({ file }) => file)))
  }

  bytesOf(file: string): number {
    return this.pages.flatMap(({ segments }) => segments).filter(segment => segment.file === file).length
  }
}

/** A vault of one host: what is there, and what ever was. */
class Simulated {
  snapshots: Snapshot[] = []
  readonly bundles = new Map<string, string>()
  readonly everSeenKeys = new Set<string>()
  deleted = 0
  readonly logs = new SimulatedLogs()
  readonly name: string
  constructor(name: string) {
    this.name = name
  }

  backUp(at: number, found: Readonly<Record<string, Found>>) {
    const snapshot = nextInChain(this.name, this.snapshots.at(-1), new Date(at), found)
    this.snapshots.push(snapshot)
    for (const { bundle } of Object.values(snapshot.categories)) {
      if (bundle !== null) this.bundles.set(bundle.key, bundle.fingerprint)
    }
    const { dkim } = snapshot.categories
    if (dkim?.bundle) this.everSeenKeys.add(dkim.bundle.fingerprint)
  }

  apply(plan: HostPlan) {
    const gone = new Set(plan.removed.map(({ sequence }) => sequence))
    this.snapshots = this.snapshots.filter(({ sequence }) => !gone.has(sequence))
    for (const { key } of plan.removedBundles) expect(this.bundles.delete(key), `${key} was there`).toBe(true)
    this.deleted += gone.size
  }

  /** The newest snapshot from which a category can be restored. */
  restorable(category: string): Snapshot | undefined {
    return this.snapshots.findLast(({ categories: records }) => {
      const bundle = records[category]?.bundle ?? null
      return bundle !== null && this.bundles.has(bundle.key)
    })
  }
}

test("for three years every host and category can be restored, and only what the plan says is deleted", () => {
  const hosts = [0, 1].map(index => new Simulated(`mta${index}`))
  const rpoMs = () => dayMs + 3_600_000
  let held = 0
  let leapDays = 0
  let logDays = 0
  for (let day = 0; day < 3 * 366; day++) {
    const { isDown, clock, burst } = happenings(day)
    const now = clock ?? runTime(day)
    if (new Date(now).toISOString().includes("-02-29T")) leapDays++
    for (const [index, host] of hosts.entries()) {
      if (!isDown)
        for (let run = 0; run < burst; run++) host.backUp(now + run * 1000, contentOf(index, day, run))
      const newest = host.snapshots.at(-1)
      if (newest === undefined) continue
      if (!isDown) {
        host.logs.backUp(day, newest)
        logDays++
      }
      const before = new Set(host.snapshots.map(({ sequence }) => sequence))
      const policy: Policy = {
        rules,
        own,
        irreplaceable: new Set(["dkim"]),
        pinned: new Set([5]),
        isStored: key => host.bundles.has(key),
        longPauseMs: ordinaryPauseMs,
        now,
      }
      // Prune runs with the same clock as the backup, right or wrong.
      const plan = planHost(host.name, host.snapshots, policy)
      const ofLogs = host.logs.plan(host.snapshots, now)
      if (holdReasons(newest, rpoMs, now).length > 0) held++
      else {
        host.apply(plan)
        host.logs.apply(ofLogs, day)
      }
      const whole = host.logs.whole()
      const due = [...host.logs.readOn].filter(([, readOn]) => day - readOn < keepDays).map(([file]) => file)
      const lost = [...host.logs.present, ...due].filter(file => !whole.has(file))
      expect(lost, `day ${day}`).toEqual([])
      const after = host.snapshots.map(({ sequence }) => sequence)
      if (host.snapshots.length < before.size)
        expect(after).toEqual(plan.kept.map(({ sequence }) => sequence))
      for (const category of categories) {
        expect(host.restorable(category), `${host.name} ${category} on day ${day}`).toBeDefined()
      }
      expect(host.snapshots.at(-1)).toBe(newest)
      expect(new Set(host.bundles.values())).toEqual(
        new Set([...host.bundles.values(), ...host.everSeenKeys]),
      )
      if (day >= 5) expect(after).toContain(5)
    }
  }
  expect(leapDays).toBe(1)
  expect(held).toBeGreaterThan(80)
  for (const host of hosts) {
    expect(host.deleted).toBeGreaterThan(900)
    // 30 days, 8 weeks, 12 months, 2 years, some of them the same, the pin, the old keys; other days where DKIM failed.
    expect(host.snapshots.length).toBeLessThan(70)
    const accounting = [...host.bundles.keys()].filter(key => key.includes("/accounting/"))
    expect(accounting.length).toBeLessThan(20)
    // 45 days without a backup count as passed once the backups after them have gone on for as long.
    expect(host.logs.latest).toBeLessThanOrEqual(keepDays + 50)
    expect(host.logs.deleted).toBeGreaterThan(800)
    expect(host.logs.bytesOf("pmta.log")).toBe(logDays / hosts.length)
    expect(host.logs.whole().size).toBeLessThan(keepDays + 20)
  }
})
