import { describe, expect, test } from "vitest"
import type { HostPlan } from "../../src/core/retention.ts"
import { doubtful, eras, ordinaryPauseMs } from "../../src/retain/clock.ts"
import { holdReasons } from "../../src/retain/hold.ts"
import { type Policy, planHost } from "../../src/retain/plan.ts"
import { chainOf } from "../lab/chain.ts"

const nothing = { last: 0, daily: 0, weekly: 0, monthly: 0, yearly: 0 }
const policy = (changes: Partial<Policy> = {}): Policy => ({
  rules: nothing,
  own: new Map(),
  irreplaceable: new Set(["dkim"]),
  pinned: new Set(),
  isStored: () => true,
  longPauseMs: ordinaryPauseMs,
  now: Date.parse("2026-11-24T12:00:00Z"),
  ...changes,
})
/** Noon of each day up to 2026-11-23. */
const days = (count: number) =>
  Array.from({ length: count }, (_, index) =>
    new Date(Date.parse("2026-11-23T12:00:00Z") - (count - 1 - index) * 86_400_000).toISOString(),
  )
const keptOf = ({ kept }: HostPlan) => kept.map(({ sequence }) => sequence)
/** The bundles that go, as `config 3`: category, and the sequence that stored it. */
const goneOf = ({ removedBundles }: HostPlan) =>
  removedBundles.map(({ key }) => key.replace(/^bundles\/mta1\/(.*)\/.*-(\d+)\..*$/, "$1 $2"))
const reasonsOf = (plan: HostPlan, sequence: number) =>
  plan.kept.find(kept => kept.sequence === sequence)?.reasons.map(({ rule, of }) => `${rule} ${of}`.trim())

describe("the rules", () => {
  test("keep the newest of each day, week, month and year, and say so", () => {
    const plan = planHost(
      "mta1",
      chainOf(days(800)),
      policy({ rules: { last: 2, daily: 3, weekly: 2, monthly: 2, yearly: 2 } }),
    )
    // 798–800 are 21–23 November 2026, 799 is the Sunday of week 47; 777 the end of October, 473 of 2025.
    expect(keptOf(plan)).toEqual([473, 777, 798, 799, 800])
    expect(reasonsOf(plan, 473)).toEqual(["yearly 2025"])
    expect(reasonsOf(plan, 777)).toEqual(["monthly 2026-10"])
    expect(reasonsOf(plan, 799)).toEqual(["last", "daily 2026-11-22", "weekly 2026-W47"])
    expect(plan.removed).toHaveLength(795)
    expect(plan.removedBundles).toHaveLength(795)
  })

  test("a week belongs to the year of its Thursday", () => {
    const plan = planHost("mta1", chainOf(["2026-12-31T00:00:00Z", "2027-01-01T00:00:00Z"]), {
      ...policy({ rules: { ...nothing, weekly: 1 } }),
      now: Date.parse("2027-01-02T00:00:00Z"),
    })
    expect(reasonsOf(plan, 2)).toContain("weekly 2026-W53")
  })

  test("nothing at all still keeps the last good copy of each category", () => {
    const chain = chainOf(days(4), index => ({
      config: { content: `c${index}` },
      license: index < 2 ? { content: "l" } : "failed",
    }))
    const plan = planHost("mta1", chain, policy())
    expect(keptOf(plan)).toEqual([2, 4])
    expect(reasonsOf(plan, 2)).toEqual(["last-copy"])
    expect(goneOf(plan)).not.toContain("license 1")
  })

  test("each reason names the categories that it is for, and none when it is for all", () => {
    const chain = chainOf(days(4), index => ({
      license: index < 2 ? { content: "l" } : "failed",
      config: { content: `c${index}` },
    }))
    const plan = planHost("mta1", chain, policy())
    expect(plan.kept.map(({ sequence, reasons }) => [sequence, reasons])).toEqual([
      [2, [{ rule: "last-copy", of: "", categories: ["license"] }]],
      [
        4,
        [
          { rule: "last-copy", of: "", categories: ["config"] },
          { rule: "newest", of: "", categories: [] },
        ],
      ],
    ])
    expect(plan.removed).toEqual([1, 3].map(sequence => ({ sequence, takenAt: days(4)[sequence - 1] })))
    const [only] = planHost("mta1", chain.slice(0, 1), policy()).kept
    expect(only?.reasons).toEqual([
      { rule: "last-copy", of: "", categories: [] },
      { rule: "newest", of: "", categories: [] },
    ])
  })

  test("a newest copy with a wrong time does not count as the last: the one before it stays too", () => {
    const plan = planHost("mta1", chainOf([...days(5), "2099-01-01T00:00:00Z"]), policy())
    expect(keptOf(plan)).toEqual([5, 6])
    expect(reasonsOf(plan, 5)).toEqual(["last-copy"])
    expect(reasonsOf(plan, 6)).toEqual(["last-copy", "newest", "clock"])
  })

  test("a category that no backup ever got keeps nothing, and hinders nothing", () => {
    const chain = chainOf(days(4), index => ({
      config: { content: `c${index}` },
      dkim: "failed",
      license: "missing",
    }))
    expect(keptOf(planHost("mta1", chain, policy()))).toEqual([4])
  })

  test("when the backup that stored it went before, the last snapshot that names a copy keeps it", () => {
    const chain = chainOf(days(4), index => ({
      config: { content: `c${index}` },
      license: index === 0 ? { content: "l" } : index < 3 ? "failed" : "missing",
    }))
    const plan = planHost("mta1", chain.slice(1), policy())
    expect(keptOf(plan)).toEqual([4])
    expect(reasonsOf(plan, 4)).toEqual(["last-copy", "newest"])
    expect(goneOf(plan)).toEqual(["config 2", "config 3"])
  })

  test("unchanged content that a kept snapshot names stays, however old its bundle is", () => {
    const plan = planHost(
      "mta1",
      chainOf(days(50), () => ({ config: { content: "same" } })),
      policy(),
    )
    expect(keptOf(plan)).toEqual([50])
    expect(plan.removedBundles).toEqual([])
  })

  test("each state of the DKIM keys keeps its last copy", () => {
    const chain = chainOf(days(60), index => ({
      config: { content: `c${index}` },
      dkim: { content: `keys ${Math.floor(index / 20)}` },
    }))
    const plan = planHost("mta1", chain, policy())
    expect(keptOf(plan)).toEqual([20, 40, 60])
    expect(reasonsOf(plan, 20)).toEqual(["only-copy"])
    expect(plan.removedBundles.filter(({ key }) => key.includes("/dkim/"))).toEqual([])
  })

  test("a pinned snapshot stays with all it names, and a pin of nothing is told", () => {
    const plan = planHost("mta1", chainOf(days(9)), policy({ pinned: new Set([3, 77]) }))
    expect(keptOf(plan)).toEqual([3, 9])
    expect(reasonsOf(plan, 3)).toEqual(["pinned"])
    expect(plan.warnings).toEqual(["snapshot 77 of mta1 is pinned, and the vault does not have it"])
  })

  test("a category with rules of its own loses its bundles, though the snapshot stays for the others", () => {
    const chain = chainOf(days(10), index => ({
      config: { content: `c${index}` },
      accounting: { content: `a${index}` },
    }))
    const own = new Map([["accounting", { ...nothing, daily: 2 }]])
    const plan = planHost("mta1", chain, policy({ rules: { ...nothing, daily: 5 }, own }))
    expect(keptOf(plan)).toEqual([6, 7, 8, 9, 10])
    const gone = goneOf(plan)
    expect(gone).toContain("accounting 8")
    expect(gone).not.toContain("accounting 9")
    expect(gone).not.toContain("config 8")
  })

  test("of a category that the host no longer has, the last copy stays, and the rest goes with time", () => {
    const chain = chainOf(days(60), index => ({
      config: { content: `c${index}` },
      license: index < 30 ? { content: `l${index}` } : "missing",
    }))
    const plan = planHost("mta1", chain, policy({ rules: { ...nothing, daily: 5 } }))
    expect(keptOf(plan)).toEqual([30, 56, 57, 58, 59, 60])
    expect(reasonsOf(plan, 30)).toEqual(["last-copy"])
  })

  test("a snapshot whose bundle went before is no copy", () => {
    const isStored = (key: string) => !(key.includes("/config/") && key.endsWith("-4.tar.zst.age"))
    const plan = planHost("mta1", chainOf(days(4)), policy({ isStored }))
    expect(keptOf(plan)).toEqual([3, 4])
    expect(goneOf(plan)).toEqual(["config 1", "config 2"])
  })
})

describe("clocks and bursts", () => {
  const rules = { last: 3, daily: 5, weekly: 0, monthly: 0, yearly: 0 }

  test("a thousand snapshots within minutes push nothing out", () => {
    const calm = days(20)
    const burst = Array.from({ length: 1000 }, (_, index) =>
      new Date(Date.parse("2026-11-24T09:00:00Z") + index * 1000).toISOString(),
    )
    const before = new Set(keptOf(planHost("mta1", chainOf(calm), policy({ rules }))))
    const after = new Set(keptOf(planHost("mta1", chainOf([...calm, ...burst]), policy({ rules }))))
    // Today takes the slot of one day, as one snapshot of today would.
    expect([...before].filter(sequence => !after.has(sequence))).toEqual([16])
    expect([...after].filter(sequence => sequence > 20).length).toBeLessThanOrEqual(rules.last)
  })

  test("snapshots of a time to come push nothing out, and go once the chain has gone on without them", () => {
    const poisoned = ["2099-01-01T00:00:00Z", "2100-01-01T00:00:00Z", "2101-01-01T00:00:00Z"]
    const plan = planHost("mta1", chainOf([...days(20), ...poisoned]), policy({ rules }))
    expect(keptOf(plan)).toEqual([16, 17, 18, 19, 20, 21, 22, 23])
    expect(reasonsOf(plan, 21)).toEqual(["clock"])
    const later = days(80)
    const mended = [...later.slice(0, 20), ...poisoned, ...later.slice(20)]
    expect(keptOf(planHost("mta1", chainOf(mended), policy({ rules })))).toEqual([79, 80, 81, 82, 83])
  })

  test("a clock that runs ahead all the time, in the backup and here, pushes nothing out", () => {
    const ahead = Array.from({ length: 40 }, (_, index) =>
      new Date(Date.UTC(2030 + index, 0, 1)).toISOString(),
    )
    const plan = planHost("mta1", chainOf([...days(20), ...ahead]), policy({ rules, now: Date.UTC(2080) }))
    expect(keptOf(plan)).toEqual(expect.arrayContaining([16, 17, 18, 19, 20]))
  })

  test("a pause counts as one once what follows has lasted as long", () => {
    const now = Date.parse("2026-12-31T00:00:00Z")
    const at = (from: string, count: number) =>
      Array.from({ length: count }, (_, index) =>
        new Date(Date.parse(from) + index * 86_400_000).toISOString(),
      )
    const chain = (after: number) =>
      chainOf([...at("2026-10-01T12:00:00Z", 10), ...at("2026-11-01T12:00:00Z", after)])
    // Five of each era, and its first.
    expect(keptOf(planHost("mta1", chain(8), policy({ rules, now })))).toHaveLength(12)
    expect(keptOf(planHost("mta1", chain(30), policy({ rules, now })))).toHaveLength(5)
  })

  test("days that went before are no pause", () => {
    const sparse = { last: 1, daily: 2, weekly: 0, monthly: 6, yearly: 0 }
    let chain = chainOf(days(400))
    for (const _ of [1, 2]) {
      const kept = new Set(keptOf(planHost("mta1", chain, policy({ rules: sparse }))))
      chain = chain.filter(({ sequence }) => kept.has(sequence))
      expect(chain).toHaveLength(7)
    }
  })

  test("one clock set back does not make all before it doubtful", () => {
    const points = [10, 20, 1, 30, 40].map((at, index) => ({ sequence: index + 1, at }))
    expect([...doubtful(points, 100)]).toEqual([3])
    expect([...doubtful([...points, { sequence: 6, at: 9e12 }], 100)].sort()).toEqual([3, 6])
  })

  test("a host that is saved once a month has one era when its schedule says so", () => {
    const months = Array.from({ length: 24 }, (_, index) => ({
      sequence: index,
      at: Date.UTC(2024, index, 1),
    }))
    expect(eras(months, new Set(), 4 * 31 * 86_400_000)).toHaveLength(1)
    expect(eras(months, new Set(), ordinaryPauseMs)).toHaveLength(24)
  })
})

describe("nothing goes while the backup is not well", () => {
  const rpo = () => 24 * 3_600_000
  const newest = (status: "failed" | "missing", time = "2026-11-24T02:00:00Z") => {
    const chain = chainOf(["2026-11-20T02:00:00Z", time], index => ({
      config: index === 0 ? { content: "c" } : status,
    }))
    const last = chain.at(-1)
    if (last === undefined) throw new Error("no chain")
    return last
  }
  const now = Date.parse("2026-11-24T12:00:00Z")

  test("after a failed backup", () => {
    expect(holdReasons(newest("failed"), rpo, now)).toEqual([
      "the last backup of config failed (pull/unreadable)",
    ])
  })
  test("after a failed backup that does not say why", () => {
    const last = newest("failed")
    const categories = { config: { status: "failed", bundle: null, problem: null } } as const
    expect(holdReasons({ ...last, categories }, rpo, now)).toEqual(["the last backup of config failed"])
  })
  test("after too long without one, also when that is the clock's word only", () => {
    const [only] = chainOf(["2026-11-20T02:00:00Z"])
    expect(only && holdReasons(only, rpo, now)[0]).toMatch(/older than its RPO/)
  })
  test("when the newest snapshot is yet to come", () => {
    expect(holdReasons(newest("missing", "2031-01-01T00:00:00Z"), rpo, now)[0]).toMatch(/a clock is wrong/)
  })
  test("while its last good copy is within the RPO, to the day, nothing is held", () => {
    const [only] = chainOf(["2026-11-23T12:00:00Z"])
    expect(only && holdReasons(only, rpo, now)).toEqual([])
    expect(only && holdReasons(only, rpo, now + 1)).toHaveLength(1)
    // The clocks of two machines may differ by an hour.
    expect(only && holdReasons(only, rpo, now - 25 * 3_600_000)).toEqual([])
    expect(only && holdReasons(only, rpo, now - 25 * 3_600_000 - 1)).toHaveLength(1)
  })
  test("a category that the host no longer has holds nothing", () => {
    expect(holdReasons(newest("missing"), rpo, now)).toEqual([])
  })
})
