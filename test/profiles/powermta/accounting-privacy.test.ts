import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { mergeDays, readDay, writeDay } from "../../../src/core/traffic-day.ts"
import { countFile, header, line } from "./accounting-text.ts"

function errorOf(dsnDiag: string, rcpt = "john.smith@example.org"): string | undefined {
  return countFile(`${header}\n${line({ type: "t", dsnDiag, rcpt })}`).days[0]?.errors[0]?.error
}

describe("equal errors are one, without whom they are about", () => {
  test.each([
    ["smtp;550 5.1.1 <john.smith@example.org>: user unknown", "smtp;550 5.1.1 <<address>>: user unknown"],
    ["smtp;550 5.1.1 no mailbox john.smith here", "smtp;550 5.1.1 no mailbox <host> here"],
    ["smtp;550 5.1.1 Smith has moved, mail lost", "smtp;550 5.1.1 <address> has moved, mail lost"],
    ["smtp;421 4.7.0 [192.0.2.7] deferred", "smtp;421 4.7.0 [<ip>] deferred"],
    ["smtp;421 4.7.0 2001:db8::7 deferred", "smtp;421 4.7.0 <ip> deferred"],
    [
      "smtp;421 4.7.0 [TSS04] Messages from 192.0.2.7 deferred",
      "smtp;421 4.7.0 [TSS04] Messages from <ip> deferred",
    ],
    ["smtp;451 4.7.650 (S3140) [AM7EUR03FT012.eop-EUR03.example.com]", "smtp;451 4.7.650 (S3140) [<host>]"],
    ["smtp;421 id 3fa85f64-5717-4562-b3fc-2c963f66afa6", "smtp;421 id <id>"],
    ["smtp;421 rate a1-20020a05600c.42 - gsmtp", "smtp;421 rate <id> - gsmtp"],
    ["smtp;450 4.2.0 greylisted, retry in 299 seconds", "smtp;450 4.2.0 greylisted, retry in <n> seconds"],
    ["smtp;550 see https://example.com/a?ip=192.0.2.7 now", "smtp;550 see <url> now"],
    ["smtp;421-4.7.28 limited", "smtp;421-4.7.28 limited"],
    ["smtp;550 Benutzer für Post unbekannt", "smtp;550 Benutzer für Post unbekannt"],
  ])("%s", (reply, error) => {
    expect(errorOf(reply)).toBe(error)
  })

  test("a server that puts random words into its replies does not hide what comes after it", () => {
    const word = (index: number) =>
      String.fromCharCode(97 + (index % 26), 97 + (Math.floor(index / 26) % 26), 120)
    const noise = Array.from({ length: 600 }, (_, index) =>
      line({ type: "t", dsnDiag: `smtp;421 4.7.0 busy ${word(index)}` }),
    )
    const later = line({ type: "t", dsnDiag: "smtp;450 4.2.0 greylisted" }).repeat(3)
    const { errors } = countFile(`${header}\n${noise.join("")}${later}`).days[0] ?? { errors: [] }
    const countOf = (name: string) => errors.find(({ error }) => error === name)?.count
    expect(countOf("smtp;421 4.7.0 *")).toBe(100)
    expect(countOf("smtp;450 4.2.0 *")).toBe(3)
    expect(errors.length).toBeLessThanOrEqual(201)
    expect(errors.reduce((sum, { count }) => sum + count, 0)).toBe(603)
  })

  test("60 characters are kept, counted after the placeholders, never half an address", () => {
    const error = errorOf(`smtp;550 ${"far too long ".repeat(4)} john.smith@example.org`)
    expect(error).toHaveLength(60)
    expect(error).not.toMatch(/john|smith/)
  })
})

describe("the file of a day", () => {
  const people = [
    "john.smith@example.org",
    '"dave jones"@example.net',
    "renée@bücher.example",
    "x+tag@yahoo.com",
  ]
  const ids = [
    "<20260302.4711.abcdef@mail.example.org>",
    "a1-20020a05600c.42",
    "4QxYz13ZzDq",
    "camp-2026-03-02",
  ]

  function anyFile(): string {
    const lines = people.flatMap(rcpt =>
      [
        `smtp;550 5.1.1 <${rcpt}> unknown`,
        `smtp;421 4.7.0 user ${rcpt} over quota; message ${ids[0]}`,
        `smtp;421 4.7.0 ${rcpt.split("@")[0]} rejected, id ${ids[1]}`,
        `smtp;450 queued as ${ids[2]}`,
      ].flatMap(dsnDiag =>
        ["t", "b"].map(type => line({ type, rcpt, dsnDiag, bounceCat: "other", queue: `${rcpt}/mta-a1` })),
      ),
    )
    return `${header}\n${lines.join("")}${line({ vmta: "john.smith@example.org" })}`
  }

  test("holds no address, no local part, no message id", () => {
    const text = countFile(anyFile())
      .days.map(day => writeDay(day))
      .join("")
    expect(text).toContain("over quota")
    expect(text).not.toMatch(/@|smith|jones|renée|tag|4711|abcdef|20020a|4QxYz/i)
  })

  test("holds no address and no message id, whatever a hostile server puts around them", () => {
    const word = fc.stringMatching(/^[a-z]{6,10}$/)
    const local = fc.oneof(
      word,
      fc.tuple(word, word).map(parts => parts.join(".")),
    )
    const glue = fc.constantFrom(
      " ",
      " <",
      ">",
      '"',
      "'",
      "(",
      "[",
      ":",
      ";",
      ",",
      "=",
      "/",
      "\r\n",
      "\t",
      "%",
      "é",
      "",
    )
    const noise = fc.string({ unit: "grapheme", maxLength: 12 })
    const reply = fc.tuple(noise, glue, glue, noise)
    fc.assert(
      fc.property(local, word, word, word, reply, (rcpt, domain, other, id, [start, left, right, end]) => {
        // Noise likes words such as "length": in "lengthA" nobody's name stands.
        fc.pre(!`${start} ${end}`.includes(rcpt))
        const address = `${rcpt}@${domain}.example`
        // A local part alone is known by the words around it: glued to a letter, it is another word.
        const [before, after] = [left, right].map(text => text.replace("é", "-"))
        const texts = [
          `smtp;550 ${start} ${before}${address}${after} ${end}`,
          `smtp;421 4.7.0 ${start} ${before}${rcpt}${after} ${end}`,
          `smtp;450 ${start}${left}${other}@${domain}.example${right}${end}`,
          `smtp;550 ${start}<${id}7f3a9c.${Date.now()}@${domain}.example>${end}`,
        ]
        const lines = texts.map(dsnDiag => line({ type: "t", rcpt: address, dsnDiag }))
        const day = countFile(`${header}\n${lines.join("")}`)
          .days.map(day => writeDay(day))
          .join("")
        const told = [address, rcpt, `${other}@`, `${id}7f3a9c`, "@"].filter(text => day.includes(text))
        expect({ told, texts: told.length > 0 ? texts : [] }).toEqual({ told: [], texts: [] })
      }),
      { numRuns: 500 },
    )
  })

  const samples = join(import.meta.dirname, "../../../../shared/powermta/samples/02-sparkpost-blacklist.dat")
  test.skipIf(!existsSync(samples))(
    "holds no address from 587 real replies (only where they are at hand)",
    () => {
      const replies = readFileSync(samples, "utf8")
        .split("\n")
        .map(text => text.replace(/^\w+:/, ""))
        .filter(text => /^[45]\d\d/.test(text))
        .map(text =>
          text
            .replaceAll("<RCPT_USER>", "john.smith")
            .replaceAll("<RCPT_DOMAIN>", "example.org")
            .replaceAll("<ORIG>", "sender@example.com")
            .replaceAll(/<\w*IPADDRESS>/g, "192.0.2.7"),
        )
      const lines = replies.map(text =>
        line({ type: "t", rcpt: "john.smith@example.org", dsnDiag: `smtp;${text}` }),
      )
      const text = countFile(`${header}\n${lines.join("")}`)
        .days.map(day => writeDay(day))
        .join("")
      expect(replies.length).toBeGreaterThan(500)
      expect(text).not.toMatch(/@|smith|192\.0\.2\.7/i)
    },
  )

  test("is read as it was written, and written the same again", () => {
    for (const day of countFile(anyFile()).days) {
      const text = writeDay(day)
      const back = readDay(text)
      expect(back).toEqual(mergeDays([day]))
      expect(back === null ? "" : writeDay(back)).toBe(text)
    }
  })

  test("two halves of a file add up to the whole, in either order", () => {
    const other = `${line({ queue: "web.de/x", timeLogged: "2026-03-02 05:00:00+0000" })}${line({ type: "b", bounceCat: "z" })}`
    const whole = countFile(`${header}\n${line()}${other}`).days[0]
    const first = countFile(`${header}\n${line()}`).days[0]
    const second = countFile(`${header}\n${other}`).days[0]
    if (!whole || !first || !second) throw new Error("each has one day")
    expect(mergeDays([second, first])).toEqual(mergeDays([whole]))
    expect(writeDay(mergeDays([first, second]))).toBe(writeDay(whole))
  })

  test("names 150 ISPs, the rest as one", () => {
    const lines = Array.from({ length: 600 }, (_, index) => line({ queue: `d${index}.example/x` }))
    const often = line({ queue: "often.example/x" }).repeat(5)
    const day = countFile(`${header}\n${lines.join("")}${often}`).days[0]
    if (day === undefined) throw new Error("there is a day")
    const { cells } = mergeDays([day])
    expect(cells).toHaveLength(151)
    expect(cells.find(({ isp }) => isp === "*")?.delivered).toBe(451)
    expect(cells.find(({ isp }) => isp === "often.example")?.delivered).toBe(5)
  })

  test("what is no such file is told apart", () => {
    expect(readDay("{}")).toBeNull()
    expect(readDay("not json")).toBeNull()
  })

  test("a file that somebody changed by hand is no such file: nothing is counted from half of it", () => {
    const days = countFile(anyFile()).days
    for (const day of days) {
      const text = writeDay(day)
      for (const [from, to] of [
        ['"mta-a1"', "7"],
        ["[99,[[0,", '[99,[["0",'],
        ["[99,[[0,", "[99,[[9000,"],
        ["[99,[[0,", "[99,[[0,0,"],
        ["[99,[[", '[99,"",[['],
        ['"others":{', '"others":{"x":"1",'],
        ['"skipped":{}', '"skipped":null'],
      ] as const) {
        expect([from, text.includes(from)]).toEqual([from, true])
        expect([from, readDay(text.replace(from, to))]).toEqual([from, null])
      }
    }
  })
})
