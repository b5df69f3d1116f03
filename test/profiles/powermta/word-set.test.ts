import { expect, test } from "vitest"
import { wordSet } from "../../../src/profiles/powermta/word-set.ts"

const words = ["max", "max-smtp-out", "a", "z9-0", "include"]
const set = wordSet(words)

test("each word is found where it stands, and ends where a blank, a tag's end or the given end follows", () => {
  for (const word of words) {
    for (const after of ["", " ", "\t", ">"]) {
      const text = `## ${word}${after}`
      expect(set.endOf(text, 3, text.length), JSON.stringify(text)).toBe(3 + word.length)
    }
    expect(set.endOf(`${word}-and-more`, 0, word.length)).toBe(word.length)
  }
})

test("what only begins as a word, or only begins one, is none", () => {
  for (const text of ["maxi", "max-", "max=", "max\n", "ma", "b", "includes", "max-smtp", "", " max", "MAX"])
    expect(set.endOf(text, 0, text.length), JSON.stringify(text)).toBe(-1)
})

test("no letter stands for another", () => {
  const chars = "abcdefghijklmnopqrstuvwxyz0123456789-"
  for (const char of chars) {
    const only = wordSet([`x${char}`])
    for (const other of chars) expect(only.endOf(`x${other}`, 0, 2)).toBe(other === char ? 2 : -1)
  }
  expect(set.endOf("\u017fmax", 0, 4)).toBe(-1)
  expect(set.endOf("ma\u00a0", 0, 3)).toBe(-1)
})

test("words of other characters are left out, whole", () => {
  const odd = wordSet(["Max", "a b", "-é", "é-", "", "ok"])
  for (const text of ["Max", "max", "ax", "a", "b", "-", "", "é-"])
    expect(odd.endOf(text, 0, text.length)).toBe(-1)
  expect(odd.endOf("ok", 0, 2)).toBe(2)
})
