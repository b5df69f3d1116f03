import { expect, test } from "vitest"
import { certain } from "../../src/core/certain.ts"

test("what must be there is given back, and what is not is a bug rather than a default", () => {
  expect([0, "", false].map(certain)).toEqual([0, "", false])
  expect(() => certain([].at(0))).toThrow("must be there")
  expect(() => certain(null)).toThrow("must be there")
})
