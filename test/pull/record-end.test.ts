import fc from "fast-check"
import { expect, test } from "vitest"
import { isCsv, recordEnds } from "../../src/pull/record-end.ts"

const bytes = (text: string) => Buffer.from(text)

test.each([
  ["a,b\r\nc,d\r\n", 10],
  ["a,b\r\nc,", 5],
  ["a,b\r\nc,d\r", 5],
  ["a,b\nc,d\nrest", 8],
  ['a,"x\r\ny"\r\nb,"z\r\n', 10],
  ['a,"say ""\r\n"" twice"\n', 21],
  ['a,"open', 0],
  ["no line end", 0],
  ["", 0],
])("%j ends its last whole record at %i", (text, end) => {
  expect(recordEnds(true, false).next(bytes(text))).toBe(end)
})

test("in a log that is no CSV, a quote is a character", () => {
  expect(recordEnds(false, false).next(bytes('he said "\nand left\nno'))).toBe(19)
})

test("what begins within quotes goes on within them", () => {
  expect(recordEnds(true, true).next(bytes('still\n quoted"\nnext'))).toBe(15)
})

test("a stray quote does not hold a log back for ever", () => {
  const ends = recordEnds(true, false)
  expect(ends.next(bytes('a"b\nc\nd'))).toBe(0)
  expect(ends.give(bytes('a"b\nc\nd'))).toBe(6)
  expect(ends.quoted).toBe(false)
  expect(ends.next(bytes("e\nf"))).toBe(2)
  expect(ends.give(bytes("endless"))).toBe(7)
})

test("however the bytes are cut into pieces, the last end is that of the whole", () => {
  const field = fc.stringMatching(/^[a-c"\r\n,]{0,8}$/).map(text => `"${text.replaceAll('"', '""')}"`)
  const line = fc.array(field, { minLength: 1, maxLength: 4 }).map(fields => `${fields.join(",")}\r\n`)
  fc.assert(
    fc.property(
      fc.array(line, { maxLength: 8 }),
      fc.nat(400),
      fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 40 }),
      (lines, cutAt, sizes) => {
        const whole = bytes(lines.join("")).subarray(0, cutAt)
        // What is left of a file that is cut anywhere ends with its last whole line.
        let expected = 0
        for (const line of lines) {
          if (expected + line.length > whole.length) break
          expected += line.length
        }
        const ends = recordEnds(true, false)
        let [at, found, index] = [0, 0, 0]
        while (at < whole.length) {
          const piece = whole.subarray(at, at + (sizes[index++ % sizes.length] ?? 1))
          const end = ends.next(piece)
          if (end > 0) found = at + end
          at += piece.length
        }
        expect(found).toBe(expected)
      },
    ),
  )
})

test("accounting files are CSV under any name that rotation gives them", () => {
  for (const name of ["acct-2026-11-24-0001.csv", "acct.csv.1", "ACCT.CSV", "acct.csv.2026-11-24"])
    expect(isCsv(`/var/log/pmta/${name}`), name).toBe(true)
  for (const name of ["pmta.log", "csv", "acct.csv/x", "a.csvx"])
    expect(isCsv(`/var/${name}`), name).toBe(false)
})
