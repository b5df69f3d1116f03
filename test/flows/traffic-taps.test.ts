import { expect, test } from "vitest"
import type { Statement } from "../../src/core/profile.ts"
import type { ResumePoint } from "../../src/core/traffic.ts"
import { readDay } from "../../src/core/traffic-day.ts"
import { trafficReader } from "../../src/flows/traffic-reader.ts"
import { type TrafficTaps, trafficTaps } from "../../src/flows/traffic-taps.ts"
import { powermta } from "../../src/profiles/powermta/index.ts"
import { header, line, now } from "../profiles/powermta/accounting-text.ts"

const records = [line(), line({ type: "t", dsnDiag: 'smtp;421 a\r\n"b"' }), line({ type: "b" }), line()]
const whole = `${header}\r\n${records.join("")}`
const noConfig = async (): Promise<readonly Statement[]> => {
  throw new Error("these files say all of themselves")
}
const fresh = (outline = noConfig) =>
  trafficTaps(powermta, trafficReader(powermta, "mta1", new Date(now), "2026-01-01"), outline)

async function resultOf(taps: TrafficTaps) {
  const { days, findings } = await taps.result()
  const read = days.flatMap(text => readDay(text) ?? [])
  const cells = read.flatMap(day => day.cells)
  const attempts = cells.reduce((sum, cell) => sum + cell.delivered + cell.bounced + cell.deferred, 0)
  return { days: read, attempts, findings }
}

/** Captures `text` as one run does: from `first`, in pieces. */
async function capture(
  taps: TrafficTaps,
  text: string,
  { file = "acct.csv", first = 0, resume = null as ResumePoint | null, isComplete = true } = {},
): Promise<ResumePoint> {
  const tap = taps.tap(file, first, resume, null)
  const bytes = Buffer.from(text).subarray(first)
  for (let at = 0; at < bytes.length; at += 400) await tap.push(bytes.subarray(at, at + 400))
  return tap.keep(isComplete)
}

test("a file that grows from run to run counts each record once, wherever the runs were cut", async () => {
  for (let cut = header.length + 2; cut < whole.length; cut += 7) {
    const first = fresh()
    const resume = await capture(first, whole.slice(0, cut), { isComplete: false })
    const second = fresh()
    // Captured again from where the last whole record ended.
    expect((await capture(second, whole, { first: resume.offset, resume })).offset).toBe(whole.length)
    const [early, late] = [await resultOf(first), await resultOf(second)]
    expect(early.attempts + late.attempts).toBe(records.length)
    expect([...early.findings, ...late.findings]).toEqual([])
  }
})

test("a reading that is not kept was never counted", async () => {
  const taps = fresh()
  await taps.tap("acct.csv", 0, null, null).push(Buffer.from(whole))
  await capture(taps, whole)
  const { attempts, days } = await resultOf(taps)
  expect(attempts).toBe(records.length)
  expect(days[0]?.recipients).toMatchObject([{ count: 1 }])
})

test("bytes that were counted before they were stored are not counted again", async () => {
  const taps = fresh()
  const resume = await capture(taps, whole, { isComplete: false })
  await capture(taps, `${whole}${line()}`, { first: whole.length - 100, resume })
  expect(await resultOf(taps)).toMatchObject({ attempts: records.length + 1, findings: [] })
})

test("a file that was captured before its attempts were counted goes on under its own header", async () => {
  const taps = fresh()
  const first = whole.lastIndexOf(line())
  const tap = taps.tap("acct.csv", first, null, Buffer.from(whole.slice(0, 300)))
  await tap.push(Buffer.from(whole.slice(first)))
  await tap.keep(true)
  expect(await resultOf(taps)).toMatchObject({ attempts: 1, findings: [] })
})

test("a recipient that is put off in two files within five minutes is counted once", async () => {
  const taps = fresh()
  const deferred = line({ type: "t" })
  await capture(taps, `${header}\n${deferred}${deferred}`, { file: "acct-0000.csv" })
  await capture(taps, `${header}\n${deferred}${line({ type: "t", rcpt: "bob@gmail.com" })}`)
  const { attempts, days } = await resultOf(taps)
  expect(days[0]?.recipients).toMatchObject([{ isp: "gmail.com", count: 2 }])
  expect(attempts).toBe(4)
})

test("the config is asked once, and only for files without a queue", async () => {
  let asked = 0
  const outline = async () => {
    asked++
    return powermta.outline(new Map([["/etc/pmta/config", "domain-macro gmx gmx.de, gmx.net\n"]]), {})
  }
  const taps = fresh(outline)
  await capture(taps, whole)
  expect(asked).toBe(0)
  const head = "type,timeLogged,rcpt"
  const old = `${head}\n${line({ rcpt: "u@gmx.net" }, head)}`
  const resume = await capture(taps, old, { file: "old.csv" })
  await capture(taps, `${old}${line({ rcpt: "u@gmx.de" }, head)}`, {
    file: "old.csv",
    first: old.length,
    resume,
  })
  expect(asked).toBe(1)
  expect((await resultOf(taps)).days[0]?.cells.map(({ isp, delivered }) => `${isp} ${delivered}`)).toContain(
    "gmx 2",
  )
})

test("what is remembered of a header holds no name that the host chose", async () => {
  const head = `${header},header_X-Customer,"alice@example.org, and, more"`
  const resume = await capture(fresh(), `${head}\n${line({}, header).trimEnd()},a,b\r\n`)
  expect(resume.header).not.toMatch(/alice|customer/i)
  const taps = fresh()
  await capture(taps, line({}, header).replace("\r\n", ",a,b\r\n"), { resume: { ...resume, offset: 0 } })
  expect(await resultOf(taps)).toMatchObject({ attempts: 1, findings: [] })
})

test("days too old to be of use are left out, and what cannot be counted is named with its place", async () => {
  const taps = fresh()
  const text = `${header}\n${line({ timeLogged: "2025-11-02 09:15:04+0100" })}d,short\n${line()}`
  await capture(taps, text)
  const { days, findings } = await resultOf(taps)
  expect(days.map(({ day }) => day)).toEqual(["2026-03-02"])
  expect(findings).toEqual([
    `acct.csv: 1 not counted, lines whose number of fields is not the header's; the first begins at byte ${text.indexOf("d,short")}`,
  ])
})
