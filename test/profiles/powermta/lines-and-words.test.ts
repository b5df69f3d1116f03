/** The smallest parts of a config: lines, words, marks and PEM blocks, each by exact offsets. */
import { expect, test } from "vitest"
import { type Directive, parse } from "../../../src/profiles/powermta/grammar.ts"
import { codeOf, firstInk, splitLines } from "../../../src/profiles/powermta/lines.ts"
import { isMark, markOf, replaceSpans } from "../../../src/profiles/powermta/marks.ts"
import { pemSpans } from "../../../src/profiles/powermta/pem.ts"
import { valueSpan, values, wholeValue, wordsOf } from "../../../src/profiles/powermta/words.ts"
import { textsOf } from "./spans.ts"

test("lines end at \\n and \\r\\n alone, and know where their comment begins", () => {
  expect(splitLines("a # b\r\n\r\n\nc\rd\r")).toEqual([
    { number: 1, start: 0, text: "a # b", eol: "\r\n", code: 2 },
    { number: 2, start: 7, text: "", eol: "\r\n", code: 0 },
    { number: 3, start: 9, text: "", eol: "\n", code: 0 },
    { number: 4, start: 10, text: "c\rd\r", eol: "", code: 4 },
  ])
  expect(splitLines("")).toEqual([])
  expect(splitLines("\n\r\n").map(({ eol }) => eol)).toEqual(["\n", "\r\n"])
  expect(splitLines("a  # b").map(codeOf)).toEqual(["a"])
})

test("ink is what can be seen", () => {
  expect(
    ["a", " a", "\ufeffa", "\u200b\u200c\u200d\u2060 a", "~", "\u007fa", "é", " ", ""].map(firstInk),
  ).toEqual([...[0, 1, 1, 5, 0, 0, 0, 1, 0]])
})

test("words end at blanks, which quotes join; escapes count within quotes alone", () => {
  expect(wordsOf('a  "b c"d\te')).toEqual([
    { text: "a", start: 0, end: 1 },
    { text: "b cd", start: 3, end: 9 },
    { text: "e", start: 10, end: 11 },
  ])
  const texts = (text: string) => wordsOf(text).map(word => word.text)
  expect(texts('"a\\"b" c')).toEqual(['a"b', "c"])
  expect(texts('"a\\\\" c')).toEqual(["a\\", "c"])
  expect(texts('"a\\b" c')).toEqual(["a\\b", "c"])
  expect(texts('a\\" b" c')).toEqual(["a\\ b", "c"])
  expect(texts("a\\\\b")).toEqual(["a\\\\b"])
  expect(texts('"a b')).toEqual(["a b"])
  expect(texts('""')).toEqual([""])
  for (const blank of [" ", "\t", "\n", "\v", "\f", "\r", "\u00a0", "\ufeff"])
    expect(texts(`${blank}a${blank}b`), JSON.stringify(blank)).toEqual(["a", "b"])
  for (const none of ["\b", "\u000e", "\u2003"]) expect(texts(`a${none}b`)).toHaveLength(1)
  expect(wordsOf("a b", 1)).toEqual([{ text: "b", start: 2, end: 3 }])
})

test("a value is what stands behind the name, over all its lines, without comments", () => {
  const directive = parse("domain-macro  a b, # x\n  c,\n\td # y\n").nodes[0] as Directive
  expect(wholeValue(directive)).toBe("a b, c, d")
  expect(values(directive)).toEqual(["a", "b,", "c,", "d"])
  expect([directive.line, ...directive.more].map(line => valueSpan(directive, line))).toEqual([
    { start: 14, end: 18 },
    { start: 2, end: 4 },
    { start: 1, end: 2 },
  ])
  const bare = parse("host-name\n").nodes[0] as Directive
  expect([wholeValue(bare), valueSpan(bare, bare.line)]).toEqual(["", { start: 9, end: 9 }])
})

test("a mark is 8 to 64 hex digits behind `masked:`, perhaps in quotes, and nothing else", () => {
  for (const text of [
    "masked:01234567",
    `masked:${"a".repeat(64)}`,
    ' "masked:0123456789" ',
    "\tmasked:01234567",
  ])
    expect(isMark(text), text).toBe(true)
  for (const text of [
    ...[
      "masked:0123456",
      `masked:${"a".repeat(65)}`,
      "masked:0123456g",
      "masked:01234567 x",
      "x masked:01234567",
    ],
    ...['"masked:01234567', "Masked:01234567", "masked:0123456A", "masked:"],
  ])
    expect(isMark(text), text).toBe(false)
})

test("a value in quotes and the same without have one mark; one of several words is marked as it stands", () => {
  const told: string[] = []
  const tell = (text: string) => {
    told.push(text)
    return "0123456789"
  }
  expect([' "a b" ', "a", "a b", '"a" b', ""].map(text => markOf(text, tell))).toEqual(
    Array(5).fill("masked:0123456789"),
  )
  expect(told).toEqual(["a b", "a", "a b", '"a" b', ""])
  expect(markOf("x", () => "Zz")).toBe("masked:5a7a0000")
  expect(markOf("x", () => "0123456")).toBe(`masked:${Buffer.from("0123456").toString("hex")}`)
  expect(markOf("x", () => "é".repeat(40))).toBe(`masked:${"c3a9".repeat(16)}`)
})

test("spans become marks: overlapping ones become one, empty ones none, marks stay", () => {
  const shown = (text: string, ...spans: readonly (readonly [number, number])[]) =>
    replaceSpans(
      text,
      spans.map(([start, end]) => ({ start, end })),
      secret => Buffer.from(secret).toString("hex").padEnd(8, "f"),
    )
  const of = (secret: string) => `masked:${Buffer.from(secret).toString("hex").padEnd(8, "f")}`
  expect(shown("ab cd ef", [3, 5])).toBe(`ab ${of("cd")} ef`)
  expect(shown("ab cd ef", [3, 7], [0, 4])).toBe(`${of("ab cd e")}f`)
  expect(shown("ab cd ef", [0, 8], [3, 5])).toBe(of("ab cd ef"))
  expect(shown("ab cd ef", [0, 2], [2, 5])).toBe(`${of("ab")} ${of("cd")} ef`)
  expect(shown("ab cd ef", [3, 3], [5, 4])).toBe("ab cd ef")
  expect(shown("x masked:01234567 y", [2, 17])).toBe("x masked:01234567 y")
  // A quote right behind a name: without a blank the mark would become part of that name.
  expect(shown('ab"cd"', [2, 6])).toBe(`ab ${of("cd")}`)
  expect(shown("abcd", [2, 4])).toBe(`ab${of("cd")}`)
  expect(shown('"ab"', [0, 4])).toBe(of("ab"))
})

test("PEM: bodies go line by line, whatever opens a line stays, and what cannot be a body ends it", () => {
  const hidden = (text: string) => {
    const lines = splitLines(text)
    return [...pemSpans(lines)].flatMap(([number, spans]) =>
      textsOf(lines[number - 1]?.text ?? "", spans).map(text => `${number} ${text}`),
    )
  }
  const [begin, end] = ["-----BEGIN X-----", "-----END X-----"]
  expect(hidden("a b\nc d")).toEqual([])
  expect(hidden(`${begin}\nQUJD==\n\n  Q+/J \n${end}\nQUJD`)).toEqual(["2 QUJD==", "4 Q+/J"])
  expect(hidden(`# ${begin}\n#  QUJD\n#\n# ${end}`)).toEqual(["2 QUJD"])
  expect(hidden(`"${begin}\n"QUJD\\\n'QUJE`)).toEqual(["2 QUJD\\", "3 QUJE"])
  expect(hidden(`${begin}\nProc-Type: 4,ENCRYPTED\nQUJD\n${end}`)).toEqual([
    "2 Proc-Type: 4,ENCRYPTED",
    "3 QUJD",
  ])
  // A setting ends a block that is never closed.
  expect(hidden(`${begin}\nQUJD\nhost_name x\nQUJE`)).toEqual(["2 QUJD"])
  expect(hidden(`${begin}\n4Proc: x\nQUJE`)).toEqual([])
  expect(hidden(`${begin}\n${"a".repeat(41)}: x\nQUJE`)).toEqual([`2 ${"a".repeat(41)}: x`, "3 QUJE"])
  expect(hidden(`${begin}\n${"a".repeat(42)}: x\nQUJE`)).toEqual([])
  expect(hidden(`${begin}\nmasked:0123456789\nQUJE\n${end}`)).toEqual(["3 QUJE"])
  // All on one line, also twice, and when the next begins where one ends.
  expect(hidden(`x ${begin} QUJD ${end} y ${begin}QUJE${end}`)).toEqual(["1 QUJD", "1 QUJE"])
  expect(hidden(`${begin}masked:0123456789${end}`)).toEqual([])
  expect(hidden(`${begin}QUJD\nQUJE ${end} ${begin} QUJF\nQUJG\n${end}\nQUJH`)).toEqual([
    ...["1 QUJD", "2 QUJE", "2 QUJF", "3 QUJG"],
  ])
  // A label that does not end opens nothing.
  expect(hidden("-----BEGIN X\nQUJD")).toEqual([])
})
