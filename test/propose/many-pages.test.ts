/** Repositories with more than one page of anything: what is looked for is found, and the looking ends. */
import { afterEach, beforeEach, expect, test } from "vitest"
import { gitHubDiscussions } from "../../src/propose/github/comments.ts"
import { gitHub } from "../../src/propose/github/index.ts"
import { gitHubIssues } from "../../src/propose/github/issues.ts"
import { type GitHubStandIn, githubStandIn } from "../lab/github/index.ts"

let github: GitHubStandIn
beforeEach(async () => {
  github = await githubStandIn()
})
afterEach(async () => {
  await github[Symbol.asyncDispose]()
})

const { signal } = new AbortController()
const access = () => ({
  ...{ api: github.api, owner: "example", repo: "vault", agent: "lab", token: () => github.token },
  ...{ intervalMs: 0, timeoutMs: 4000 },
})
const full = <T>(item: (number: number) => T): readonly T[] =>
  Array.from({ length: 100 }, (_, number) => item(number))
const old = "2001-01-01T00:00:00Z"
const fresh = "2026-11-24T00:00:00Z"
const pull = (number: number, changes: object = {}) => ({
  ...{
    number,
    state: "closed",
    html_url: `/pull/${number}`,
    body: null,
    merged_at: fresh,
    updated_at: fresh,
  },
  head: { ref: `drift/${number}`, repo: { full_name: "example/vault" } },
  base: { repo: { full_name: "example/vault" } },
  merge_commit_sha: "c",
  ...changes,
})

/** Answers the list whose path ends so with these pages, in turn. */
function pages(end: RegExp, ...answers: readonly (readonly object[])[]): () => number {
  let asked = 0
  github.fault = call => (end.test(call) ? { status: 200, body: answers[asked++] ?? [] } : null)
  return () => asked
}

test("merged pull requests are looked through as far back as is asked, and no further than five pages", async () => {
  const merged = () => gitHubDiscussions(access()).merged(new Date("2026-01-01"), signal)
  const two = pages(
    /\/pulls/,
    full(number => pull(number, { merged_at: null })),
    [pull(700)],
  )
  expect((await merged()).map(({ number }) => number)).toEqual([700])
  expect(two()).toBe(2)
  const one = pages(
    /\/pulls/,
    full(number => pull(number, { updated_at: old, merged_at: old })),
  )
  expect(await merged()).toEqual([])
  expect(one()).toBe(1)
  const strangers = full(number => pull(number, { head: { ref: "feature", repo: null } }))
  const five = pages(/\/pulls/, ...Array(9).fill(strangers))
  expect(await merged()).toEqual([])
  expect(five()).toBe(5)
})

test("what people closed is read up to five pages, and a page without any text is no mark", async () => {
  const asked = pages(/\/pulls/, ...Array(9).fill(full(number => pull(number, { merged_at: null }))))
  const found = await gitHub({ ...access(), labels: [], reviewers: [] }).rejected(signal)
  expect(found).toHaveLength(500)
  expect(found[0]).toMatchObject({ id: "0", mark: null })
  expect(asked()).toBe(5)
})

test("issues are read page by page", async () => {
  const issue = (number: number) => ({ number, state: "open", body: null })
  const asked = pages(/\/issues/, full(issue), [issue(100)])
  expect(await gitHubIssues(access()).list(signal)).toHaveLength(101)
  expect(asked()).toBe(2)
  const more = pages(/\/issues/, ...Array(9).fill(full(issue)))
  expect(await gitHubIssues(access()).list(signal)).toHaveLength(500)
  expect(more()).toBe(5)
})

test("a comment of ours is known by its first line and by who wrote it, on whatever page it is", async () => {
  const text = "<!-- pmta-vault impact 1 -->\nwords"
  const by = (body: string | null, user: object | null, author_association?: string) => ({
    id: 1,
    body,
    user,
    author_association,
  })
  const strangers = full(() => by(text, { type: "User" }, "NONE"))
  const write = () => gitHubDiscussions(access()).comment({ number: 7 } as never, text, signal)
  for (const own of [
    by(`${text}\r\n`, { type: "Bot" }),
    by(text, { type: "User" }, "MEMBER"),
    by(text, null, "OWNER"),
  ]) {
    const asked = pages(/\/comments/, strangers, [by(null, null), own])
    expect(await write()).toBe("same")
    expect(asked()).toBe(2)
  }
})
