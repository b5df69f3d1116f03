import { describe, expect, test } from "vitest"
import type { ImpactReport, ImpactSubject, Rate } from "../../src/core/impact.ts"
import { impactOf } from "../../src/impact/impact.ts"
import { windowsAround } from "../../src/impact/windows.ts"
import { powermta } from "../../src/profiles/powermta/index.ts"
import { type SimulatedChange, type Simulation, simulate } from "../lab/traffic.ts"

const seeds = Array.from({ length: 50 }, (_, index) => index + 1)
const now = Date.parse("2026-03-10T00:00:00Z")

function reportOf(simulation: Simulation, subject: Partial<ImpactSubject> = {}): ImpactReport {
  const days = [...simulation.files].flatMap(([host, text]) => {
    const counter = powermta.traffic(host, [], now)
    const tap = counter.tap("acct.csv")
    tap.push(Buffer.from(text))
    tap.end()
    expect(counter.skipped()).toEqual([])
    return counter.days()
  })
  const { changeAt, windowSeconds } = simulation
  return impactOf({
    subject: { name: "3f2a9c1b", title: "", hosts: [], isps: null, intent: "fewer", ...subject },
    windows: windowsAround(changeAt, changeAt, windowSeconds),
    now: now / 1000,
    thresholds: { investigate: 0.05, reduce: 0.15 },
    records: new Map(),
    days,
  })
}

const countsOf = ({ attempts, delivered, bounced, deferred }: Rate) => ({
  attempts,
  delivered,
  bounced,
  deferred,
})

function expectTruth({ isps }: ImpactReport, { truth, recipients }: Simulation): void {
  expect(isps).toHaveLength(4)
  for (const { isp, before, after, ips } of isps) {
    for (const [side, rate] of [["before", before] as const, ["after", after] as const]) {
      expect(countsOf(rate)).toEqual(truth.get(`${side} ${isp}`))
      expect(rate.rate).toBe(rate.deferred / rate.attempts)
      expect(rate.recipients).toBe(recipients.get(`${side} ${isp}`) ?? 0)
    }
    expect(ips).toHaveLength(6)
    for (const { ip, before: was, after: is } of ips) {
      expect(countsOf(was)).toEqual(truth.get(`before ${isp} ${ip}`))
      expect(countsOf(is)).toEqual(truth.get(`after ${isp} ${ip}`))
    }
  }
}

const quiet: SimulatedChange = { deferralsBefore: 0.03, deferralsAfter: 0.03, isps: [], ips: null }

describe("for 50 seeds, the numbers are the generator's and the verdict is right", {
  timeout: 300_000,
}, () => {
  test("a limit that was raised: one ISP puts off more, from all IPs", () => {
    for (const seed of seeds) {
      const simulation = simulate(seed, { ...quiet, deferralsAfter: 0.2, isps: ["gmail.com"] })
      const report = reportOf(simulation, { isps: ["gmail.com"], intent: "volume" })
      expectTruth(report, simulation)
      const [gmail, ...rest] = report.isps
      expect(gmail).toMatchObject({
        isp: "gmail.com",
        movement: "rose",
        isTouched: true,
        pattern: { kind: "all" },
      })
      expect(gmail?.errors[0]?.error).toBe("smtp;421 4.7.28 rate limited, try again later")
      expect(rest.map(({ movement }) => movement)).toEqual(["same", "same", "same"])
      expect(report.result).toBe("worse")
      expect(report.reason).toBe("more deferrals at gmail.com, from all IPs alike: the configuration")
    }
  })

  test("one IP that goes bad alone", () => {
    for (const seed of seeds) {
      const bad = "203.0.113.13"
      const simulation = simulate(seed, { ...quiet, deferralsAfter: 0.5, isps: ["yahoo.rollup"], ips: [bad] })
      const report = reportOf(simulation)
      expectTruth(report, simulation)
      const yahoo = report.isps.find(({ isp }) => isp === "yahoo.rollup")
      expect(yahoo?.pattern).toEqual({ kind: "some", ips: [bad] })
      expect(report.result).toBe("worse")
      expect(report.reason).toContain(`yahoo.rollup from ${bad} alone, of 6 IPs`)
    }
  })

  test("a change that helps", () => {
    for (const seed of seeds) {
      const helped = simulate(seed, {
        deferralsBefore: 0.2,
        deferralsAfter: 0.05,
        isps: ["web.de"],
        ips: null,
      })
      const helping = reportOf(helped, { isps: ["web.de"] })
      expectTruth(helping, helped)
      expect(helping).toMatchObject({ result: "as-intended", exit: "good" })
    }
  })

  test("a change that does nothing", () => {
    for (const seed of seeds) {
      const idle = simulate(seed, quiet)
      const nothing = reportOf(idle)
      expectTruth(nothing, idle)
      expect(nothing).toMatchObject({ result: "no-effect", exit: "good" })
    }
  })
})
