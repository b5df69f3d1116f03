/** What GitHub says is told in our words, with the next thing to do. */
import { expect, test } from "vitest"
import { Problem } from "../../src/core/problem.ts"
import { hasStatus, problemFor, saysThat } from "../../src/propose/github/trouble.ts"

const access = { owner: "example", repo: "vault" } as Parameters<typeof problemFor>[2]
const answer = (status: number, message: string, headers?: Record<string, string>) =>
  Object.assign(new Error(message), { status }, headers === undefined ? {} : { response: { headers } })

test("an answer that is none of GitHub's goes on as it is", () => {
  const broken = new Error("socket hang up")
  expect(problemFor(broken, "list", access)).toBe(broken)
  expect(problemFor("a text", "list", access)).toMatchObject({ message: "a text" })
  expect([hasStatus("a text", 404), saysThat(broken, /hang/)]).toEqual([false, false])
})

test.each<[number, string, Record<string, string> | undefined, RegExp]>([
  [422, "commits must have a verified signature", undefined, /signs those of GITHUB_TOKEN/],
  [422, "Repository rule violations found", undefined, /exempt the branches/],
  [409, "Git Repository is empty", undefined, /its words above say why/],
  [403, "API rate limit exceeded", { "x-ratelimit-reset": "1764000000" }, /after \d\d:\d\d UTC/],
  [403, "no", { "x-ratelimit-remaining": "0" }, /run again later/],
  [429, "slow down", {}, /run again later/],
  [500, "oops", {}, /githubstatus/],
  [503, "oops", undefined, /githubstatus/],
])("%i, %s", (status, message, headers, hint) => {
  const error = answer(status, message, headers)
  const problem = problemFor(error, "open a pull request", access)
  expect(problem).toBeInstanceOf(Problem)
  expect((problem as Problem).hint).toMatch(hint)
  expect([
    hasStatus(problem, status),
    hasStatus(error, status),
    saysThat(problem, new RegExp(message)),
  ]).toEqual(Array(3).fill(true))
})
