import { expect, test } from "vitest"
import {
  type Care,
  hasFormat,
  isPath,
  looksRandom,
  tokenSpans,
} from "../../../src/profiles/powermta/tokens.ts"
import { textsOf } from "./spans.ts"

/** What is found of a text, as texts. */
const found = (text: string, care: Care = "calm") => textsOf(text, tokenSpans(text, 100, care), 100)
const digits = (count: number) => "0123456789".repeat(5).slice(0, count)

// Each at its shortest, of letters that look like no machine's work: only its format tells.
const formats = [
  "eyJaaaaaaaa.b",
  "eyJaaaaaaaa.b.",
  "eyJaaaaaaaa.b.c-_d",
  "AKIAAAAAAAAAAAAAAAAA",
  "ASIAAAAAAAAAAAAAAAA7",
  "ABIAAAAAAAAAAAAAAAAA",
  "ACCAAAAAAAAAAAAAAAAA",
  "ghp_aaaaaaaaaaaaaaaa",
  "gho_aaaaaaaaaaaaaaaa",
  "ghu_aaaaaaaaaaaaaaaa",
  "ghs_aaaaaaaaaaaaaaaa",
  "ghr_aaaaaaaaaaaaaaaa",
  "github_pat_aaaaaaaaaaaaaaaa",
  "glpat-aaaaaaaaaaaaaa-a",
  "xoxb-aaaaaaaa-a",
  "sk_live_aaaaaaaaaa",
  "pk_test_aaaaaaaaaa",
  "rk_live_aaaaaaaaaa",
  "SG.aaaaaaaa-a.b",
  "AIzaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-a",
  "hvs.aaaaaaaaaaaaaa-a",
  "hvb.aaaaaaaaaaaaaaaa",
  "hvr.aaaaaaaaaaaaaaaa",
  "s.aaaaaaaaaaaaaaaaaaaaaaaa",
  "key-aaaaaaaaaaaaaaaaaaaaaaaa",
  "AGE-SECRET-KEY-A",
  "npm_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
]
for (const token of formats) {
  test(`a token of a known format is found whole, and alone: ${token}`, () => {
    for (const [before, after] of [
      ["", ""],
      ["x ", " y"],
      ['"', '"'],
      ["(", ")"],
      ["=", ";"],
    ] as const) {
      const text = `${before}${token}${after}`.padEnd(12)
      expect(found(text), text).toEqual([token])
      expect(hasFormat(text)).toBe(true)
    }
    // One letter less is none; AGE-SECRET-KEY- and the parts behind a dot need but one.
    expect(hasFormat(token.slice(0, -1))).toBe(/^eyJa+\.b\.|^SG\.a+-a\.bb/.test(token))
    // Nor is what stands in the middle of a word.
    expect(hasFormat(`x${token}`), `x${token}`).toBe(false)
    expect(hasFormat(`-${token}`), `-${token}`).toBe(false)
  })
}

test("a format of fixed length is none when it goes on", () => {
  expect(hasFormat("AKIAAAAAAAAAAAAAAAAAA")).toBe(false)
  expect(hasFormat("s.aaaaaaaaaaaaaaaaaaaaaaaaa")).toBe(false)
  expect(hasFormat("key-aaaaaaaaaaaaaaaaaaaaaaag")).toBe(false)
  expect(hasFormat("ghx_aaaaaaaaaaaaaaaa")).toBe(false)
})

test("what is shorter than any token is not searched", () => {
  expect(found("x://a:b@c/d")).toEqual([])
  expect(found("x://aa:b@c/d")).toEqual(["aa:b"])
})

test("hex is random from 32 digits on, in comments and commands from 16; digits alone from 32", () => {
  const hex = (count: number) => "0a1b2c3d4e5f60718293a4b5c6d7e8f9a".slice(0, count)
  expect([hex(31), hex(32)].map(word => looksRandom(word, "calm"))).toEqual([false, true])
  expect([hex(15), hex(16)].map(word => looksRandom(word, "strict"))).toEqual([false, true])
  expect([digits(31), digits(32)].map(word => looksRandom(word, "strict"))).toEqual([false, true])
  expect([digits(31), digits(32)].map(word => looksRandom(word, "calm"))).toEqual([false, true])
  // Letters alone are a word: faced, decade.
  expect(looksRandom("abcdefabcdefabcdefabcdefabcdefab", "calm")).toBe(false)
  expect(looksRandom(hex(32).toUpperCase(), "calm")).toBe(true)
  // As in a UUID: hyphens neither count nor help.
  expect(looksRandom("0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9", "calm")).toBe(true)
  expect(looksRandom("0a1b-2c3d-4e5f-6", "strict")).toBe(false)
})

test("a mixed word is random when a piece of it is long and its letters differ", () => {
  const mixed = "A1b2C3d4E5f6G7h8J9k0L1m2N3p4Q5r6"
  expect(looksRandom(mixed, "calm")).toBe(true)
  expect(looksRandom(mixed.slice(0, 31), "calm")).toBe(false)
  expect(looksRandom(mixed.slice(0, 16), "strict")).toBe(true)
  expect(looksRandom(mixed.slice(0, 15), "strict")).toBe(false)
  // No digit, no small letter, no capital: a name.
  expect(looksRandom("AbCdEfGhJkLmNpQrStUvWxYzAbCdEfGh", "calm")).toBe(false)
  expect(looksRandom("A1B2C3D4E5F6G7H8J9K0L1M2N3P4Q5R6", "calm")).toBe(false)
  expect(looksRandom("a1b2c3d4e5f6g7h8j9k0l1m2n3p4q5r6", "calm")).toBe(false)
  // Pieces between hyphens and the like are judged each: 16 letters are needed, of comments 8.
  for (const between of ["-", "_", "/", "+", "="]) {
    const pieces = (size: number) => `${mixed.slice(0, size)}${between}x${between}bcdfghjkmnpqrstv`
    expect(looksRandom(pieces(15), "calm"), between).toBe(false)
    expect(looksRandom(pieces(16), "calm"), between).toBe(true)
    expect(looksRandom(pieces(7), "strict"), between).toBe(false)
    expect(looksRandom(pieces(8), "strict"), between).toBe(true)
  }
  // One piece is mixed, but nearly all is one letter.
  expect(looksRandom(`A1b${"x".repeat(40)}`, "calm")).toBe(false)
  expect(looksRandom(`A1b${"x".repeat(40)}`, "strict")).toBe(false)
})

test("a path of the system is no secret, whatever its names look like", () => {
  for (const root of ["etc", "var", "opt", "home", "root", "usr", "run", "srv", "tmp", "mnt", "data"]) {
    expect(isPath(`/${root}/a`)).toBe(true)
    expect(isPath(`x/${root}/a`)).toBe(false)
    expect(found(`/${root}/A1b2C3d4E5f6G7h8/x.pem`, "strict")).toEqual([])
  }
  expect(isPath("/etcetera/a")).toBe(false)
  expect(isPath("/elsewhere/a")).toBe(false)
  for (const char of [" ", "\t", '"', "'", "=", ":", "@"]) expect(isPath(`/etc/a${char}b`), char).toBe(false)
})

test("of another path only the segment that is random goes, and only where any long word is suspect", () => {
  const path = "/elsewhere/A1b2C3d4E5f6G7h8/name"
  expect(found(path, "strict")).toEqual(["A1b2C3d4E5f6G7h8"])
  expect(found(path)).toEqual([])
})

test("a mark is no token, and what stands before or behind one is", () => {
  const mark = `masked:${"0a1b2c3d4e5f60718293a4b5c6d7e8f9"}`
  expect(found(mark)).toEqual([])
  expect(found(`x ${mark} y`, "strict")).toEqual([])
  const token = "A1b2C3d4E5f6G7h8J9k0L1m2N3p4Q5r6"
  expect(found(`${token} ${mark}`)).toEqual([token])
  expect(found(`unmasked:${token}`)).toEqual([token])
})

test("of a URL go who logs in, the values of the query, and segments like tokens", () => {
  expect(found("get https://user:pw@host.example/a/b now")).toEqual(["user:pw"])
  expect(found("https://a@b@host.example/")).toEqual(["a@b"])
  expect(found("https://host.example/a@b")).toEqual([])
  expect(found("https://host.example?a@b=c")).toEqual(["c"])
  expect(found("https://host.example/p?key=v1&v2;x=v3?v4")).toEqual(["v1", "v2", "v3", "v4"])
  expect(found("https://host.example/p;jsessionid=v1")).toEqual(["v1"])
  expect(found("https://host.example/aaaaaaaaaaaaaaaaaaaa/b")).toEqual(["aaaaaaaaaaaaaaaaaaaa"])
  expect(found("https://host.example/aaaaaaaaaaaaaaaaaaa/b")).toEqual([])
  expect(found("https://host.example/aaaaaaaaaaaaaaaaaaa.aaaaaaaaaaaaaaaaaaaa/b")).toEqual([])
  expect(found("https://host.example/A1b2C3d4E5f6G7h8-/b")).toEqual(["A1b2C3d4E5f6G7h8-"])
  for (const char of ["%", "~", ":"]) {
    expect(found(`https://host.example/x${char}aaaaaaaaaaaa`)).toEqual([`x${char}aaaaaaaaaaaa`])
    expect(found(`https://host.example/x${char}aaaaaaaaaaa`)).toEqual([])
  }
})

test("a URL starts with its scheme and ends at a blank, a quote or an angle bracket", () => {
  for (const end of [" ", "\t", '"', "'", "<", ">"])
    expect(found(`x https://u:p@host.example/${end}?a=b`), end).toEqual(["u:p"])
  expect(found("redis+tls.2-x://u:p@host.example/")).toEqual(["u:p"])
  expect(found("://u:p@host.example/ and nothing else")).toEqual([])
  expect(found("a://b c://u:p@host.example/ d://v:w@host.example/")).toEqual(["u:p", "v:w"])
  // A run that is part of a URL is judged with it: as a host's name it is none.
  expect(found("https://A1b2C3d4E5f6G7h8J9k0L1m2N3p4Q5r6/")).toEqual([])
  expect(found("https://h/ A1b2C3d4E5f6G7h8J9k0L1m2N3p4Q5r6")).toEqual(["A1b2C3d4E5f6G7h8J9k0L1m2N3p4Q5r6"])
  expect(found("A1b2C3d4E5f6G7h8J9k0L1m2N3p4Q5r6 https://h/")).toEqual(["A1b2C3d4E5f6G7h8J9k0L1m2N3p4Q5r6"])
})
