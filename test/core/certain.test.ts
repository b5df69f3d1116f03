import { expect, test } from "vitest"
import { certain, onlyOne } from "../../src/core/certain.ts"

test("what must be there is given back, and what is not is a bug rather than a default", () => {
  expect([0, "", false].map(certain)).toEqual([0, "", false])
  expect(() => certain([].at(0))).toThrow("must be there")
  expect(() => certain(null)).toThrow("must be there")
})

test("of one item it is the item, of none or several it is none of them", () => {
  expect([["mta1"], [], ["mta1", "mta2"]].map(onlyOne)).toEqual(["mta1", null, null])
})
