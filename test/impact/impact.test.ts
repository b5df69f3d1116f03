import { describe, expect, test } from "vitest"
import type { Change } from "../../src/core/change.ts"
import type { TrafficCell, TrafficDay } from "../../src/core/traffic.ts"
import { type ImpactQuestion, impactOf } from "../../src/impact/impact.ts"
import { newcombe, wilson } from "../../src/impact/interval.ts"
import { touchedBy } from "../../src/impact/touched.ts"
import { daysOf, windowsAround } from "../../src/impact/windows.ts"
import { impactMarkdown } from "../../src/show/impact-markdown.ts"
import { impactSvg } from "../../src/show/impact-svg.ts"
import { impactText } from "../../src/show/impact-text.ts"
import { paint } from "../../src/show/paint.ts"

const change = Date.parse("2026-03-10T12:00:00Z") / 1000
const week = 7 * 86_400

const cell = (
  at: number,
  isp: string,
  ip: string | null,
  delivered: number,
  deferred: number,
): TrafficCell => {
  return { at, isp, ip, vmta: "v", delivered, bounced: 0, deferred, queueDeferred: 0 }
}

function dayOf(cells: readonly TrafficCell[], more: Partial<TrafficDay> = {}): TrafficDay {
  const rest = { bounces: [], errors: [], recipients: [], others: {}, skipped: {} }
  return { host: "mta1", day: "2026-03-10", cells, ...rest, ...more }
}

function reportOf(days: readonly TrafficDay[], more: Partial<ImpactQuestion> = {}) {
  return impactOf({
    subject: { name: "x", title: "", hosts: [], isps: null, intent: "fewer" },
    windows: windowsAround(change, change, 4 * 3600),
    now: change + week,
    thresholds: { investigate: 0.05, reduce: 0.15 },
    records: new Map(),
    days,
    ...more,
  })
}

describe("intervals", () => {
  // Source of the figures: Newcombe 1998, table II, case (a): 56/70 and 48/80.
  test("are Wilson's and Newcombe's", () => {
    const difference = newcombe({ hits: 48, trials: 80 }, { hits: 56, trials: 70 })
    expect(difference.map(value => Number(value.toFixed(4)))).toEqual([0.0524, 0.3339])
    expect(wilson(0, 10)[0]).toBe(0)
    expect(wilson(10, 10)[1]).toBe(1)
    expect(wilson(15, 148).map(value => Number(value.toFixed(4)))).toEqual([0.0624, 0.1605])
  })
})

describe("windows", () => {
  test("hold whole buckets; the one of the change is on neither side", () => {
    const { before, after, weekEarlier } = windowsAround(change + 100, change + 100, 3600)
    expect([before.to, after.from]).toEqual([change, change + 300])
    expect(weekEarlier).toEqual({ from: after.from - week, to: after.to - week })
    expect(daysOf([before, after, weekEarlier])).toEqual(["2026-03-03", "2026-03-10"])
  })
})

describe("verdicts", () => {
  test("a rise that the same hour of the week before had is no effect", () => {
    const days = [
      dayOf([
        cell(change - 300, "gmail.com", "192.0.2.1", 970, 30),
        cell(change, "gmail.com", "192.0.2.1", 800, 200),
      ]),
      dayOf([cell(change - week, "gmail.com", "192.0.2.1", 810, 190)], { day: "2026-03-03" }),
    ]
    expect(reportOf(days)).toMatchObject({ result: "no-effect", isps: [{ movement: "rose", isUsual: true }] })
    expect(reportOf(days.slice(0, 1)).result).toBe("worse")
  })

  test("an ISP that the change is not about is named, and is no verdict on it", () => {
    const cells = [
      ...[
        cell(change - 300, "gmail.com", "192.0.2.1", 970, 30),
        cell(change, "gmail.com", "192.0.2.1", 970, 30),
      ],
      ...[cell(change - 300, "web.de", "192.0.2.1", 970, 30), cell(change, "web.de", "192.0.2.1", 700, 300)],
    ]
    const subject = { name: "x", title: "", hosts: [], isps: ["gmail.com"], intent: "fewer" } as const
    const report = reportOf([dayOf(cells)], { subject })
    expect(report.isps.map(({ isp }) => isp)).toEqual(["gmail.com", "web.de"])
    expect(report.result).toBe("no-effect")
    expect(report.isps[1]).toMatchObject({ movement: "rose", level: "reduce" })
  })

  test("more mail with no more deferrals is what a raised limit was for", () => {
    const cells = [cell(change - 300, "gmail.com", null, 970, 30), cell(change, "gmail.com", null, 1900, 60)]
    const subject = { name: "x", title: "", hosts: [], isps: null, intent: "volume" } as const
    expect(reportOf([dayOf(cells)], { subject }).result).toBe("as-intended")
    expect(reportOf([dayOf(cells)]).result).toBe("no-effect")
  })

  test("few attempts are a small sample, and no verdict", () => {
    const report = reportOf([
      dayOf([cell(change - 300, "a.b", null, 40, 1), cell(change, "a.b", null, 20, 30)]),
    ])
    expect(report).toMatchObject({ result: "unclear", reason: "too few attempts to tell" })
    expect(report.notes.join()).toContain("small sample")
  })

  test("a host that records no deferrals is left out of the rates and named", () => {
    const seeing = dayOf([cell(change - 300, "a.b", null, 900, 100), cell(change, "a.b", null, 900, 100)])
    const blind = dayOf([cell(change, "a.b", null, 5000, 0)], { host: "mta2" })
    const report = reportOf([seeing, blind])
    expect(report.blindHosts).toEqual(["mta2"])
    expect(report.isps[0]?.after).toMatchObject({ attempts: 1000, rate: 0.1 })
    const told = reportOf([seeing, blind], { records: new Map([["mta2", true]]) })
    expect(told.blindHosts).toEqual([])
    expect(told.isps[0]?.after.attempts).toBe(6000)
  })
})

describe("what a change is about", () => {
  const limit = (
    before: string,
    after: string,
    scope = ["domain gmail.com"],
    name = "max-smtp-out",
  ): Change => {
    const where = { file: null, line: null, risk: { level: "low", name: "", reason: "" }, notes: [] } as const
    return { kind: "changed", scope, name, before: [before], after: [after], ...where }
  }
  test.each([
    [[limit("6", "8")], ["gmail.com"], "volume"],
    [[limit("8", "6")], ["gmail.com"], "fewer"],
    [
      [limit("100/h", "100/15m", ["virtual-mta a", "domain gmail.com"], "max-msg-rate")],
      ["gmail.com"],
      "volume",
    ],
    [[limit("500/h", "unlimited", ["domain *"], "max-msg-rate")], null, "volume"],
    [[limit("6", "8", ["virtual-mta a"])], null, "volume"],
    [[limit("a", "b", ["domain gmail.com"], "smtp-pattern-list")], ["gmail.com"], "fewer"],
    [[], null, "fewer"],
  ] as const)("%j", (changes, isps, intent) => {
    expect(touchedBy(changes)).toEqual({ isps, intent })
  })
})

test("what hosts and servers wrote steers no page and no terminal", () => {
  const evil = "<img src=x>|`@octocat` ::error::\u001b[2J"
  const at = change
  const errors = [{ at, isp: evil, ip: null, outcome: "deferred" as const, error: evil, count: 9 }]
  const cells = [cell(change - 300, evil, null, 970, 30), cell(change, evil, null, 500, 500)]
  const report = reportOf([dayOf(cells, { errors })], {
    subject: { name: evil, title: evil, hosts: [], isps: null, intent: "fewer" },
  })
  const markdown = impactMarkdown(report)
  const outsideCode = markdown.replaceAll(/(`+)[\s\S]*?\1(?!`)/g, "")
  expect(outsideCode).not.toMatch(/<img|@octocat/)
  expect(impactSvg(report)).not.toContain("<img")
  for (const shown of [markdown, impactSvg(report), impactText(report, paint(false))]) {
    expect(shown).not.toContain("\u001b")
  }
})
