/** Values, names and accounting lines as nobody should write them; each is read as what it is, or left as it stands. */
import { expect, test } from "vitest"
import type { Change } from "../../../src/core/change.ts"
import type { IpImpact, Rate } from "../../../src/core/impact.ts"
import { pathPattern } from "../../../src/core/path-pattern.ts"
import { mergeDays, readDay, writeDay } from "../../../src/core/traffic-day.ts"
import { patternOf } from "../../../src/impact/pattern.ts"
import { touchedBy } from "../../../src/impact/touched.ts"
import { firstWords } from "../../../src/profiles/powermta/first-words.ts"
import { powermta } from "../../../src/profiles/powermta/index.ts"
import { canonical, seconds } from "../../../src/profiles/powermta/units.ts"
import { countFile, header, line } from "./accounting-text.ts"

test("times that are none stay as they stand", () => {
  expect([seconds(""), seconds("1".repeat(61)), seconds("1234567890123s"), seconds("1h30")]).toEqual(
    Array(4).fill(null),
  )
  expect(["1h", "90", "1d12h"].map(seconds)).toEqual([3600, 90, 129_600])
})

test.each([
  ["cidr-int", "10/8 5", "10.0.0.0/8 5"],
  ["cidr-int", "192.0.2.1/32 5", "192.0.2.1 5"],
  ["cidr-int", "10.1 5", "10.1 5"],
  ["cidr-int", "2001:DB8::0/128 5", "2001:db8:: 5"],
  ["cidr-int", "1:2:3/64 5", "1:2:3/64 5"],
  ["cidr-int", "mta1 5", "mta1 5"],
  ["rate", "500/fortnight", "500/fortnight"],
  ["rate", "500/15min", "500/900s"],
  ["size", "5x", "5x"],
  ["size", "5K", "5120"],
])("%s: %s is %s", (kind, text, one) => {
  expect(canonical(kind as never, text)).toBe(one)
})

test("a text that ends within its first word has none", () => {
  const has = firstWords(["include"], ["domain"])
  const found = (text: string) => has(Buffer.from(text))
  expect(["", "  ", "\n  ", "<", "< ", "</", "inclu", "x\n \t"].map(found)).toEqual(Array(8).fill(false))
  expect(["include", "  <domain", "</ domain"].map(found)).toEqual([true, true, true])
})

test("directives without a value name nothing", () => {
  const named = (text: string) => powermta.references("/etc/pmta/config", text).map(({ path }) => path)
  expect(named("include\nlog-file\n<acct-file>\nmove-to /x\n</acct-file>\nmove-to /y\ndomain-key\n")).toEqual(
    [],
  )
  expect(named('log-file ""\ninclude /\n')).toEqual([])
})

test("stars and brackets of a pattern are what a shell makes of them", () => {
  const matches = (pattern: string, path: string) => pathPattern(pattern).matches(path)
  expect(matches("/a/b***", "/a/bcd")).toBe(true)
  expect(matches("/a/[b", "/a/[b")).toBe(true)
  expect(matches("/a/x[z-a]", "/a/xb")).toBe(false)
})

test("accounting lines with odd times, names and types are left out, or counted without a name", () => {
  const short = "type,timeLogged,queue,bounceCat"
  const text = [
    `${short}\n`,
    line({ timeLogged: `2026-03-02 08:15:04${" ".repeat(40)}+0000` }, short),
    line({ timeLogged: "2026-03-02 08:15:04+0000" }, short),
    line({ timeLogged: "2026-03-02 08:15;04+0000" }, short),
    line({ timeLogged: "2026-03-02 08:15:x4+0000" }, short),
    line({ timeLogged: "2026-02-31 08:15:04+0000" }, short),
    line({ type: "xyz" }, short),
    line({ queue: "gmail.com" }, short),
    line({ type: "b" }, short),
    line({ type: "t" }, short),
  ].join("")
  const { days, skipped } = countFile(text)
  expect(Object.fromEntries(skipped.map(({ reason, count }) => [reason, count]))).toEqual({
    time: 4,
    type: 1,
  })
  const cells = days.flatMap(day => day.cells)
  expect(cells.some(({ vmta }) => vmta === "*")).toBe(true)
  expect(days.flatMap(day => day.errors).every(({ error }) => error === "*")).toBe(true)
  const bytes = Buffer.concat([
    Buffer.from(`${short}\n`),
    Buffer.from('b,2026-03-02 08:15:04+0000,gmail.com/x,"'),
    Buffer.from([0xff, 0xfe]),
    Buffer.from('"\n'),
  ])
  expect(countFile(bytes).skipped).toMatchObject([{ reason: "not-utf8", count: 1 }])
})

test("more addresses, VMTAs and categories than are told apart share a star", () => {
  const lines = Array.from({ length: 5000 }, (_, number) =>
    line({
      type: "b",
      bounceCat: `c${number}`,
      vmta: `v${number}`,
      dlvSourceIp: `10.0.${number >> 8}.${number & 255}`,
    }),
  )
  const { days } = countFile(`${header}\n${lines.join("")}`)
  expect(days.flatMap(day => day.cells).some(({ vmta, ip }) => vmta === "*" || ip === null)).toBe(true)
  expect(days.flatMap(day => day.bounces).some(({ category }) => category === "*")).toBe(true)
})

test("days that two runs counted add up, whatever came when, and a count that is none spoils its file alone", () => {
  const night = line({ timeLogged: "2026-03-02 01:00:00+0000", dlvSourceIp: "0.0.0.0" })
  const [early, late] = [
    countFile(`${header}\n${night}r,x\n`).days[0],
    countFile(`${header}\n${line()}`).days[0],
  ]
  if (!early || !late) throw new Error("each has one day")
  const others = (names: Readonly<Record<string, number>>) => ({ ...early, others: names })
  const both = mergeDays([others({ rb: 1, f: 2 }), others({ f: 3, r: 1 }), late])
  expect(both.others).toEqual({ f: 5, r: 1, rb: 1 })
  expect(Object.keys(both.others)).toEqual(["f", "r", "rb"])
  expect(both.cells.map(({ ip }) => ip)).toEqual([null, "203.0.113.11"])
  const withBoth = mergeDays([
    { ...early, cells: early.cells.flatMap(cell => [{ ...cell, ip: "192.0.2.1" }, cell]) },
  ])
  expect(withBoth.cells.map(({ ip }) => ip)).toEqual([null, "192.0.2.1"])
  const text = writeDay(both)
  expect(readDay(text)).toEqual(both)
  expect(readDay(text.replace('"f":5', '"f":"5"'))).toBeNull()
})

const change = (name: string, before: readonly string[], after: readonly string[]): Change => ({
  ...{ kind: "changed", scope: ["domain gmail.com"], name, before, after, file: null, line: null, notes: [] },
  ...{ risk: { level: "low", name: "", reason: "" } },
})

test("a limit that is taken away is raised; one that stands or falls is not", () => {
  const intent = (before: readonly string[], after: readonly string[], name = "max-msg-rate") =>
    touchedBy([change(name, before, after)]).intent
  expect(intent(["500/h"], [])).toBe("volume")
  expect(intent([], ["500/h"])).toBe("fewer")
  expect(intent(["0/h"], ["unlimited"])).toBe("fewer")
  expect(intent(["100/15m"], ["8/s"])).toBe("volume")
  expect(intent(["192.0.2.1 6"], ["192.0.2.1 8"], "source-ip-max-smtp-out")).toBe("volume")
  expect(touchedBy([]).isps).toBeNull()
})

const rate = (deferred: number, attempts: number): Rate => ({
  ...{ attempts, deferred, bounced: 0, delivered: attempts - deferred, recipients: deferred },
  ...{ rate: deferred / attempts, interval: [0, 1] },
})
const ip = (name: string, before: Rate, after: Rate, movement: IpImpact["movement"]): IpImpact => ({
  ...{ ip: name, before, after, difference: 0, interval: [0, 0], isSmall: false, movement },
})

test("IPs that are too small each to tell speak together, or not at all", () => {
  const some = (after: number) =>
    ["192.0.2.1", "192.0.2.2", "192.0.2.3"].map(name => ip(name, rate(10, 400), rate(after, 400), "same"))
  expect(patternOf("rose", some(60)).kind).toBe("all")
  expect(patternOf("rose", some(11)).kind).toBe("unclear")
  expect(patternOf("fell", some(0)).kind).toBe("all")
  expect(patternOf("rose", some(60).slice(0, 1)).kind).toBe("unclear")
  expect(patternOf("same", some(10)).kind).toBe("none")
})
