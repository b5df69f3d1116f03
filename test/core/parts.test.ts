import { expect, test } from "vitest"
import { fieldsOf, matched, partAt, textAfter, textBefore } from "../../src/core/parts.ts"

test("a text is cut at the first mark, and is whole without one", () => {
  expect([textBefore("a/b/c", "/"), textAfter("a/b/c", "/")]).toEqual(["a", "b/c"])
  expect([textBefore("abc", "/"), textAfter("abc", "/")]).toEqual(["abc", ""])
})

test("a part that a path does not have is empty", () => {
  expect([0, 1, 2].map(place => partAt("logs/mta1", "/", place))).toEqual(["logs", "mta1", ""])
})

test("what an expression matched has names; no match is none of them", () => {
  expect(matched(/^(\w+)-(\d*)$/, "ab-", "word", "digits")).toEqual({ word: "ab", digits: "" })
  expect(matched(/^(\w+)-(\d+)$/, "ab-", "word", "digits")).toBeNull()
})

test("a line with fewer fields than it must have is a bug, and not a line with empty ones", () => {
  expect(fieldsOf("ref 12 rest", " ", "name", "time")).toEqual({ name: "ref", time: "12" })
  expect(() => fieldsOf("ref", " ", "name", "time")).toThrow("must be there")
})
