import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { powermta } from "../../../src/profiles/powermta/index.ts"
import { countFile, header, line, now, totals } from "./accounting-text.ts"

const cellsOf = (text: string, config = "") => countFile(text, config).days.flatMap(day => day.cells)
const ispsOf = (text: string, config = "") => cellsOf(text, config).map(({ isp }) => isp)

describe("what is counted", () => {
  test("outcomes by host, bucket of five minutes, ISP, source IP and VMTA", () => {
    const text = [
      `${header}\r\n`,
      line(),
      line({ timeLogged: "2026-03-02 09:19:59+0100" }),
      line({ timeLogged: "2026-03-02 09:20:00+0100" }),
      line({ type: "b", bounceCat: "bad-mailbox", dsnDiag: "smtp;550 5.1.1 no such user" }),
      line({ type: "t", dsnDiag: "smtp;421 4.7.0 try later" }),
      line({ type: "t", dsnDiag: "smtp;421 4.7.0 try later" }),
      line({ type: "tq", rcpt: "", dsnDiag: "", dlvSourceIp: "0.0.0.0" }),
    ].join("")
    const { days, skipped } = countFile(text)
    expect(skipped).toEqual([])
    expect(days).toHaveLength(1)
    const at = Date.parse("2026-03-02T08:15:00Z") / 1000
    const usual = { isp: "gmail.com", ip: "203.0.113.11", vmta: "mta-a1" }
    expect(days[0]).toMatchObject({
      host: "mta1",
      day: "2026-03-02",
      cells: [
        { at, ...usual, delivered: 2, bounced: 1, deferred: 2, queueDeferred: 0 },
        { at: at + 300, ...usual, delivered: 1, bounced: 0, deferred: 0, queueDeferred: 0 },
        { at, ...usual, ip: null, delivered: 0, bounced: 0, deferred: 0, queueDeferred: 1 },
      ],
      bounces: [{ at, isp: "gmail.com", category: "bad-mailbox", count: 1 }],
      recipients: [{ at, isp: "gmail.com", count: 1 }],
    })
  })

  test("columns come in any order, with any letter case, and with strangers among them", () => {
    const head = "type,queue,extra,VMTA,timelogged,DLVSOURCEIP,rcpt"
    const text = `${head}\nd,yahoo.rollup/mta-b,?,mta-b,2026-03-02 08:15:04+0000,192.0.2.7,x@yahoo.com\n`
    expect(cellsOf(text)).toMatchObject([
      { isp: "yahoo.rollup", ip: "192.0.2.7", vmta: "mta-b", delivered: 1 },
    ])
  })

  test.each([
    ["2026-03-02 09:15:04+0100", "08:15"],
    ["2026-03-02 03:15:04-0500", "08:15"],
    ["2026-03-02T08:15:04Z", "08:15"],
    ["2026-03-02 13:45:04+05:30", "08:15"],
    ["1772439304", "08:15"],
  ])("%s is a time", (timeLogged, clock) => {
    const [cell] = cellsOf(`${header}\n${line({ timeLogged })}`)
    expect(new Date((cell?.at ?? 0) * 1000).toISOString()).toBe(`2026-03-02T${clock}:00.000Z`)
  })

  test("the offset of a time may change within a file", () => {
    const text = `${header}\n${line({ timeLogged: "2026-03-02 09:15:04+0100" })}${line({ timeLogged: "2026-03-02 09:15:04+0200" })}`
    expect(cellsOf(text).map(({ at }) => at)).toEqual([1772439300, 1772439300 - 3600])
  })

  test("a reply of several lines is one field", () => {
    const dsnDiag = 'smtp;421-4.7.0 slow down,\r\n421 4.7.0 see "policy"'
    const counted = countFile(`${header}\r\n${line({ type: "t", dsnDiag })}${line()}`)
    expect(totals(counted)).toMatchObject({ deferred: 1, delivered: 1 })
    expect(counted.days[0]?.errors[0]?.error).toBe('smtp;421-4.7.0 slow down, 421 4.7.0 see "policy"')
  })

  test("a header in the middle holds from there on", () => {
    const other = "type,timeLogged,queue"
    const text = `${header}\r\n${line()}${other}\r\n${line({ queue: "web.de/x" }, other)}${header}\r\n${line()}`
    expect(ispsOf(text)).toEqual(["gmail.com", "web.de"])
  })

  test("however the bytes arrive, the counts are the same", () => {
    const dsnDiag = 'smtp;421 a "b",\r\nc'
    const text = `${header}\r\n${line({ type: "t", dsnDiag })}${line()}"broken\r\n${line()}d,short\r\n${line({ queue: '"' })}`
    const whole = countFile(text)
    for (const pieces of [1, 2, 3, 7, 50, 251]) expect(countFile(text, "", pieces)).toEqual(whole)
  })

  test("reading goes on where it stopped, without a second look at what was read", () => {
    const text = `${header}\r\n${line()}${line({ type: "t" })}${line()}`
    const counter = powermta.traffic("mta1", [], now)
    const cut = text.length - 30
    const first = counter.tap("acct.csv")
    first.push(Buffer.from(text.slice(0, cut)))
    const resume = first.end(false)
    expect(counter.skipped()).toEqual([])
    const second = counter.tap("acct.csv", resume)
    second.push(Buffer.from(text.slice(resume.offset)))
    expect(second.end().offset).toBe(text.length)
    expect(totals({ days: counter.days(), skipped: [] })).toMatchObject({ delivered: 2, deferred: 1 })
    expect(counter.skipped()).toEqual([])
  })
})

describe("the ISP", () => {
  const head = "type,timeLogged,rcpt,dsnMta"
  const record = (rcpt: string, dsnMta = "") => `${head}\n${line({ rcpt, dsnMta }, head)}`
  const config = [
    "domain-macro topLevel com, de, co.uk",
    "domain-macro yahooAll yahoo.$topLevel, ymail.com",
    "<mx-rollup-list>",
    "  mx *.mail.protection.outlook.com outlook.rollup rollup-by-ip",
    "</mx-rollup-list>",
  ].join("\n")

  test("is the queue's domain, rollups as they stand", () => {
    const text = `${header}\n${line({ queue: "Yahoo.rollup/mta-a2" })}${line({ queue: "bücher.example/x" })}`
    expect(ispsOf(text)).toEqual(["yahoo.rollup", "bücher.example"])
  })

  test("without a queue is what the config makes of the recipient's domain", () => {
    expect(ispsOf(record("u@Yahoo.co.uk"), config)).toEqual(["yahooAll"])
    expect(ispsOf(record("u@corp.example", "corp.mail.protection.outlook.com (192.0.2.1)"), config)).toEqual([
      "outlook.rollup",
    ])
    expect(ispsOf(record("u@gmail.com"), config)).toEqual(["gmail.com"])
    expect(ispsOf(record("u@gmail.com"))).toEqual(["gmail.com"])
  })

  // A rule without a queue gave an ISP without a name.
  test("rules that cannot be used are left out, and macros that lead to themselves end", () => {
    const odd = [
      "domain-macro round a.$round, $other, [*.]b.example",
      "domain-macro other x.$round",
      "domain-macro empty $missing",
      "<mx-rollup-list>",
      "  mx mx.corp.example",
      "</mx-rollup-list>",
    ].join("\n")
    expect(ispsOf(record("u@corp.example", "mx.corp.example (192.0.2.1)"), odd)).toEqual(["corp.example"])
    expect(ispsOf(record("u@x.b.example"), odd)).toEqual(["round"])
    expect(ispsOf(record("u@b.example"), odd)).toEqual(["round"])
  })

  test("without a recipient is the host that answered", () => {
    expect(ispsOf(record("", "mx1.mail.example.net (192.0.2.1)"), config)).toEqual(["example.net"])
    expect(ispsOf(record("", ""), config)).toEqual(["*"])
  })
})

describe("bad input is counted as skipped, with where it begins", () => {
  const good = `${header}\r\n${line()}`
  const skippedOf = (text: string | Uint8Array) =>
    countFile(text).skipped.map(({ reason, count, example }) => [reason, count, example])

  test.each([
    ["a cut last line", `${good}${line().slice(0, 40)}`, "cut"],
    ["a line with too few fields", `${good}d,2026-03-02 09:15:04+0100\r\n${line()}`, "fields"],
    ["a line with too many fields", `${good}${line().replace("\r\n", ",,\r\n")}${line()}`, "fields"],
    ["a time that is none", `${good}${line({ timeLogged: "yesterday" })}${line()}`, "time"],
    ["a time without its offset", `${good}${line({ timeLogged: "2026-03-02 09:15:04" })}`, "time"],
    ["a day that is none", `${good}${line({ timeLogged: "2026-02-30 09:15:04+0000" })}`, "time"],
    ["a date of the future", `${good}${line({ timeLogged: "2026-03-11 09:15:04+0100" })}`, "future"],
    ["a type that is not known", `${good}${line({ type: "p" })}`, "type"],
    ["text after a closing quote", `${good}d,"x"y\r\n${line()}`, "quotes"],
  ])("%s", (_, text, reason) => {
    const counted = countFile(text)
    expect(counted.skipped).toEqual([{ file: "acct.csv", reason, count: 1, example: good.length }])
    expect(totals(counted).delivered).toBe(text.endsWith(line()) && text !== good ? 2 : 1)
  })

  test("lines before any header", () => {
    expect(skippedOf(`${line()}${line()}${good}`)).toEqual([["no-header", 2, 0]])
  })

  test("a header without timeLogged", () => {
    expect(skippedOf("type,loggedAt\nd,2026-03-02 09:15:04+0000\n")).toEqual([["no-time-column", 1, 14]])
  })

  test("a name that is not UTF-8; a reply may hold any bytes", () => {
    const wrong = Buffer.from(line({ queue: "gm\u00ffail.com/x" }), "latin1")
    const reply = Buffer.from(line({ type: "b", dsnDiag: "smtp;550 caf\u00e9 closed" }), "latin1")
    const text = Buffer.concat([Buffer.from(good), wrong, reply])
    expect(skippedOf(text)).toEqual([["not-utf8", 1, good.length]])
    expect(countFile(text).days[0]?.errors[0]?.error).toBe("smtp;550 caf\uFFFD closed")
  })

  test("a quote that stays open for 1 MB costs the line it stands in", () => {
    const plain = line({ dsnDiag: "smtp;250 ok" })
    const after = plain.repeat(Math.ceil(2 ** 20 / plain.length))
    const counted = countFile(`${good}d,"never closed\r\n${after}`)
    expect(counted.skipped).toMatchObject([{ reason: "quotes", count: 1, example: good.length }])
    expect(totals(counted).delivered).toBe(1 + after.length / plain.length)
  })

  test("a broken quote that a later line closes by chance costs no line but its own", () => {
    const counted = countFile(`${good}d,"never closed\r\n${line()}${line({ dsnDiag: "a, b" })}${line()}`)
    expect(counted.skipped).toMatchObject([{ reason: "quotes", count: 1 }])
    expect(totals(counted).delivered).toBe(4)
  })

  test("a line of 1 MB costs itself", () => {
    const counted = countFile(`${good}${"x".repeat(2 ** 20)}\r\n${line()}`)
    expect(counted.skipped).toMatchObject([{ reason: "too-long", count: 1, example: good.length }])
    expect(totals(counted).delivered).toBe(2)
  })

  test("noise of any kind never stops the reading", () => {
    let seed = 7
    const byte = () => {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
      return seed >>> 24
    }
    const alphabet = Buffer.from('",\r\n\0dbt:ÿ')
    const noise = Buffer.from(Array.from({ length: 300_000 }, () => alphabet[byte() % alphabet.length] ?? 0))
    const counted = countFile(
      Buffer.concat([Buffer.from(good), noise, Buffer.from(`\r\n${line().repeat(1000)}`)]),
    )
    expect(counted.skipped.length).toBeGreaterThan(0)
    expect(totals(counted).delivered).toBeGreaterThan(990)
  })
})

const samples = join(import.meta.dirname, "../../../../shared/powermta/samples")

describe.skipIf(!existsSync(samples))("samples (only where they are at hand)", () => {
  test.each([
    ["20-bouncehandler-bounce.csv", ["no-time-column"]],
    ["30-acct-2026-03-02-0000.csv", []],
    ["31-diag-2026-03-02-0000.csv", []],
    ["32-tq-only-2026-03-02-0000.csv", []],
    ["33-acct-all-types-2026-03-02-0000.csv", []],
    ["34-acct-4.0-epoch-2012-03-08-0000.csv", []],
    ["35-acct-truncated-tail-2026-03-02-0001.csv", ["cut"]],
  ])("%s", (name, reasons) => {
    const counted = countFile(readFileSync(join(samples, name)))
    expect(counted.skipped.map(({ reason }) => reason)).toEqual(reasons)
  })
})
