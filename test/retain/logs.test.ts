/** Log files go by age: whole, once they have left the host, and by no clock that may be wrong. */
import { describe, expect, test } from "vitest"
import type { LogSegment } from "../../src/core/log.ts"
import type { LogPlan } from "../../src/core/retention.ts"
import { doubtful, eras, ordinaryPauseMs, type Point } from "../../src/retain/clock.ts"
import { elapsedBy, longest, mostElapsed } from "../../src/retain/elapsed.ts"
import { type AgedPage, type LogHistory, planLogFiles } from "../../src/retain/logs.ts"

const dayMs = 86_400_000
const start = Date.UTC(2025, 0, 1, 3)
const at = (day: number) => start + day * dayMs

/** One page a day; `found` says which files got how many bytes on that day. */
function pagesOf(found: readonly Readonly<Record<string, number>>[], times = found.map((_, day) => at(day))) {
  const ends = new Map<string, number>()
  const pages: AgedPage[] = []
  for (const [index, files] of found.entries()) {
    const segments = Object.entries(files).map(([file, bytes]): LogSegment => {
      const first = ends.get(file) ?? 0
      ends.set(file, first + bytes)
      const key = `bundles/mta1/accounting/${file}/${first}-${first + bytes}.zst.age`
      return {
        ...{ file, first, end: first + bytes, store: "git", key, size: 1 },
        ...{ sha256: key, fingerprint: "", recipients: [] },
      }
    })
    pages.push({
      ref: { key: `logs/mta1/accounting/${String(index + 1).padStart(8, "0")}.json`, sha256: `${index + 1}` },
      sequence: index + 1,
      takenAt: new Date(times[index] ?? 0).toISOString(),
      previous: pages.at(-1)?.ref ?? null,
      segments,
    })
  }
  return pages
}

function plan(
  pages: readonly AgedPage[],
  now: number,
  {
    present = [] as readonly string[],
    keepDays = 30,
    seenAt = now,
    points = pages.map(({ sequence, takenAt }): Point => ({ sequence, at: Date.parse(takenAt) })),
  } = {},
): LogPlan {
  const history: LogHistory = {
    ...{ category: "accounting", pages, newest: pages.at(-1)?.ref.key ?? "" },
    ...{ present: new Set(present), seenAt },
  }
  const found = eras(points, doubtful(points, now), ordinaryPauseMs)
  const elapsed = elapsedBy(found, ordinaryPauseMs, now)
  return planLogFiles(history, { keepMs: keepDays * dayMs, elapsed, points, now })
}

const daily = (days: number) => Array.from({ length: days }, (_, day) => ({ [`acct-${day}`]: 100 }))
const goneOf = ({ removed }: LogPlan) => removed.map(({ file }) => file)
const rulesOf = ({ kept }: LogPlan) => Object.fromEntries(kept.map(({ file, rule }) => [file, rule]))

describe("age", () => {
  test("a file goes on the day on which its newest byte was read as long ago as the period", () => {
    const pages = pagesOf(daily(41))
    expect(goneOf(plan(pages, at(40) - 1))).toEqual(Array.from({ length: 10 }, (_, day) => `acct-${day}`))
    expect(goneOf(plan(pages, at(40)))).toHaveLength(11)
    expect(rulesOf(plan(pages, at(40)))["acct-11"]).toBe("young")
  })

  test("a file that grew is as old as its newest byte, and is not cut", () => {
    const pages = pagesOf(daily(41).map((files, day) => (day < 20 ? { ...files, "pmta.log": 7 } : files)))
    const { kept } = plan(pages, at(40))
    expect(kept.find(({ file }) => file === "pmta.log")).toMatchObject({ bytes: 140, rule: "young" })
    const later = plan(
      pagesOf(daily(51).map((files, day) => (day < 20 ? { ...files, old: 7 } : files))),
      at(50),
    )
    expect(later.removed.find(({ file }) => file === "old")?.segments).toHaveLength(20)
  })

  test("what is still on the host stays, however old", () => {
    const result = plan(pagesOf(daily(41)), at(40), { present: ["acct-3", "acct-40"] })
    expect(rulesOf(result)).toMatchObject({ "acct-3": "present", "acct-40": "young" })
    expect(goneOf(result)).not.toContain("acct-3")
  })

  test("what nobody has seen on the host for a whole period is not taken to be there", () => {
    const points = Array.from({ length: 80 }, (_, day) => ({ sequence: day + 1, at: at(day) }))
    const given = { present: ["acct-40"], points, seenAt: at(40) }
    expect(goneOf(plan(pagesOf(daily(41)), at(69), given))).not.toContain("acct-40")
    expect(goneOf(plan(pagesOf(daily(41)), at(70), given))).toContain("acct-40")
  })
})

describe("pages", () => {
  test("go with the last file that they have a segment of; the newest carries the chain on", () => {
    const result = plan(pagesOf(daily(41)), at(40))
    expect(result.removedPages).toEqual([{ from: 1, to: 11, last: "11", previous: null }])
    expect(result.pages).toHaveLength(11)
    const points = Array.from({ length: 200 }, (_, day) => ({ sequence: day + 1, at: at(day) }))
    const all = plan(pagesOf(daily(41)), at(199), { points })
    expect(all.kept).toEqual([])
    expect(all.pages).not.toContain("logs/mta1/accounting/00000041.json")
    expect(all.pages).toHaveLength(40)
  })

  test("one in the middle that has to stay leaves two ranges, and each says where the chain goes on", () => {
    const pages = pagesOf(daily(41))
    const result = plan(pages, at(40), { present: ["acct-3"] })
    expect(result.removedPages).toEqual([
      { from: 1, to: 3, last: "3", previous: null },
      { from: 5, to: 11, last: "11", previous: pages[3]?.ref },
    ])
  })
})

describe("clocks", () => {
  const times = Array.from({ length: 41 }, (_, day) => at(day))

  test.each([
    ["ahead", Date.UTC(2099)],
    ["back", Date.UTC(1970)],
  ])("a run whose clock had jumped %s makes no file older or younger than its neighbours", (_, wrong) => {
    const pages = pagesOf(daily(41), times.with(5, wrong).with(15, wrong))
    const gone = goneOf(plan(pages, at(40)))
    expect(gone).toEqual(Array.from({ length: 11 }, (_, day) => `acct-${day}`))
  })

  test("a prune whose clock jumped ahead, and the backup before it, takes nothing before its time", () => {
    const pages = pagesOf(daily(41), times.with(40, Date.UTC(2099)))
    const result = plan(pages, Date.UTC(2099))
    expect(goneOf(result)).toEqual(Array.from({ length: 10 }, (_, day) => `acct-${day}`))
    expect(rulesOf(result)["acct-11"]).toBe("clock")
  })

  test("a clock that stays ahead is believed once it has lasted as long as it jumped", () => {
    const jumped = (days: number) =>
      Array.from({ length: 10 + days }, (_, day) => at(day) + (day < 10 ? 0 : 100 * dayMs))
    const gone = (days: number) =>
      goneOf(plan(pagesOf(daily(10 + days), jumped(days)), jumped(days).at(-1) ?? 0))
    expect(gone(21)).toEqual([])
    expect(gone(31)).toContain("acct-9")
    expect(gone(31)).not.toContain("acct-12")
    expect(gone(105)).toContain("acct-70")
  })

  test("no time passes for a host that is backed up no more, but by the backups of another", () => {
    const line = (from: number, to: number) =>
      Array.from({ length: to - from }, (_, day) => ({ sequence: day + 1, at: at(from + day) }))
    const elapsed = (points: readonly Point[], now: number) =>
      elapsedBy(eras(points, doubtful(points, now), ordinaryPauseMs), ordinaryPauseMs, now)
    const now = at(400)
    const gone = elapsed(line(0, 40), now)
    expect(gone(at(39)) / dayMs).toBe(8)
    const other = elapsed(line(20, 401), now)
    expect(mostElapsed([gone, ...longest([gone, other])])(at(39)) / dayMs).toBe(361)
    const young = elapsed(line(390, 401), now)
    expect(mostElapsed([gone, young])(at(39)) / dayMs).toBe(10)
  })
})
