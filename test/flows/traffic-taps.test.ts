import { expect, test } from "vitest"
import type { ResumePoint } from "../../src/core/traffic.ts"
import { type TrafficTaps, trafficTaps } from "../../src/flows/traffic-taps.ts"
import { powermta } from "../../src/profiles/powermta/index.ts"
import { header, line, now } from "../profiles/powermta/accounting-text.ts"

const records = [line(), line({ type: "t", dsnDiag: 'smtp;421 a\r\n"b"' }), line({ type: "b" }), line()]
const whole = `${header}\r\n${records.join("")}`
const fresh = () => trafficTaps(powermta, "mta1", [], () => new Date(now))

const delivered = (taps: TrafficTaps) =>
  taps
    .days()
    .flatMap(({ cells }) => cells)
    .reduce((sum, cell) => sum + cell.delivered + cell.bounced + cell.deferred, 0)

test("a file that grows from run to run counts each record once, wherever the runs were cut", () => {
  for (let cut = 1; cut < whole.length; cut += 7) {
    const first = fresh()
    const early = first.tap("acct.csv", 0, null)
    early.push(Buffer.from(whole.slice(0, cut)))
    const resume: ResumePoint = early.keep(false)
    const second = fresh()
    // Captured again from where the last whole record ended.
    const late = second.tap("acct.csv", resume.offset, resume)
    late.push(Buffer.from(whole.slice(resume.offset)))
    expect(late.keep(true).offset).toBe(whole.length)
    expect(delivered(first) + delivered(second)).toBe(records.length)
    expect([...first.skipped(), ...second.skipped()]).toEqual([])
  }
})

test("a reading that is not kept was never counted", () => {
  const taps = fresh()
  taps.tap("acct.csv", 0, null).push(Buffer.from(whole))
  expect(taps.days()).toEqual([])
  const again = taps.tap("acct.csv", 0, null)
  again.push(Buffer.from(whole))
  again.keep(true)
  expect(delivered(taps)).toBe(records.length)
})

test("bytes that were counted before they were stored are not counted again", () => {
  const taps = fresh()
  const early = taps.tap("acct.csv", 0, null)
  early.push(Buffer.from(whole))
  const resume = early.keep(false)
  const stored = whole.length - 100
  const late = taps.tap("acct.csv", stored, resume)
  for (const part of [whole.slice(stored, -30), whole.slice(-30), line()]) late.push(Buffer.from(part))
  late.keep(true)
  expect(delivered(taps)).toBe(records.length + 1)
  expect(taps.skipped()).toEqual([])
})
