import fc from "fast-check"
import { expect, test } from "vitest"
import { isCsv, maxRecordBytes, recordEnds } from "../../src/pull/record-end.ts"

const bytes = (text: string) => Buffer.from(text)

/** Where the last record of these ends that begin a file, or go on within quotes. */
function endOf(csv: boolean, quoted: boolean, ...texts: readonly string[]): number {
  const ends = recordEnds(csv, quoted)
  for (const text of texts) ends.see(bytes(text))
  return ends.end
}

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
  expect(endOf(true, false, text)).toBe(end)
})

test("in a log that is no CSV, a quote is a character", () => {
  expect(endOf(false, false, 'he said "\nand left\nno')).toBe(19)
})

test("what begins within quotes goes on within them", () => {
  expect(endOf(true, true, 'still\n quoted"\nnext')).toBe(15)
})

test("a stray quote does not hold a log back for ever", () => {
  const ends = recordEnds(true, false)
  ends.see(bytes('a"b\n'))
  expect([ends.end, ends.quoted, ends.gaveUp]).toEqual([0, true, false])
  ends.see(Buffer.concat([Buffer.alloc(maxRecordBytes, "x"), bytes("\nc")]))
  expect([ends.end, ends.quoted, ends.gaveUp]).toEqual([4 + maxRecordBytes + 1, false, true])
  ends.see(bytes("d\ne"))
  expect(ends.end).toBe(4 + maxRecordBytes + 1 + 3)
})

test("a file without line ends is cut all the same", () => {
  const ends = recordEnds(false, false)
  const endless = Buffer.alloc(maxRecordBytes, "x")
  ends.see(endless)
  expect([ends.end, ends.gaveUp]).toEqual([0, false])
  ends.see(bytes("y"))
  expect([ends.end, ends.gaveUp]).toEqual([maxRecordBytes + 1, true])
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
        let [at, index] = [0, 0]
        while (at < whole.length) {
          const piece = whole.subarray(at, at + (sizes[index++ % sizes.length] ?? 1))
          ends.see(piece)
          at += piece.length
        }
        expect(ends.end).toBe(expected)
      },
    ),
  )
})

// Quotes are counted four bytes at a time: bytes that differ from one in a bit, and parts that begin anywhere.
test("a field is open after an odd number of quotes, whatever else there is, wherever it lies in memory", () => {
  const like = fc.constantFrom(0x22, 0xa2, 0x23, 0x21, 0x5d, 0x00, 0xff, 0x7f, 0x80)
  fc.assert(
    fc.property(fc.array(like, { maxLength: 67 }), fc.nat(9), (content, offset) => {
      const memory = Buffer.alloc(80, 0x22)
      memory.set(content, offset)
      const ends = recordEnds(true, false)
      ends.see(memory.subarray(offset, offset + content.length))
      expect(ends.quoted).toBe(content.filter(byte => byte === 0x22).length % 2 === 1)
    }),
    { numRuns: 1000 },
  )
})

test("accounting files are CSV under any name that rotation gives them", () => {
  for (const name of ["acct-2026-11-24-0001.csv", "acct.csv.1", "ACCT.CSV", "acct.csv.2026-11-24"])
    expect(isCsv(`/var/log/pmta/${name}`), name).toBe(true)
  for (const name of ["pmta.log", "csv", "acct.csv/x", "a.csvx"])
    expect(isCsv(`/var/${name}`), name).toBe(false)
})
