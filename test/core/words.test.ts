import { expect, test } from "vitest"
import { listed } from "../../src/core/listed.ts"
import { compareTexts } from "../../src/core/order.ts"
import { caughtProblem, exitOf, Problem } from "../../src/core/problem.ts"
import { asError, systemCode, traceOf, wordsOf } from "../../src/core/thrown.ts"

test("a list is whole up to its limit, and says how many it leaves out", () => {
  expect(listed(["a", "b"], 2)).toBe("a, b")
  expect(listed(["a", "b", "c", "d"], 1)).toBe("a and 3 more")
})

test("texts are ordered by their code units, in whatever language a machine runs", () => {
  expect(["b", "ä", "B", "a", "a"].toSorted(compareTexts)).toEqual(["B", "a", "a", "b", "ä"])
})

test("whatever was thrown has words and a trace", () => {
  const error = Object.assign(new Error("no such file"), { code: "ENOENT" })
  expect([systemCode(error), wordsOf(error), asError(error)]).toEqual(["ENOENT", "no such file", error])
  expect([systemCode("a text"), wordsOf("a text")]).toEqual(["unknown reason", "a text"])
  expect(systemCode(new Error("of no system"))).toBe("unknown reason")
  expect(traceOf("a text")).toMatch(/^Error: a text\n +at /)
})

test("only a Problem is gone on from, and not when all of the work was stopped", () => {
  const problem = new Problem("pull/stalled", "mta1 is silent", { hint: "look at it" })
  expect(caughtProblem(problem)).toBe(problem)
  expect(caughtProblem(problem, new AbortController().signal)).toBe(problem)
  expect(() => caughtProblem(problem, AbortSignal.abort())).toThrow(problem)
  const bug = new TypeError("undefined is no function")
  expect(() => caughtProblem(bug)).toThrow(bug)
  expect([exitOf(problem), exitOf(bug)]).toEqual(["partial", "bug"])
})
