/** Whatever GitHub answers, at whichever call: it ends, says what to do, and the next try does what is missing. */
import { afterEach, beforeEach, expect, test } from "vitest"
import type { Forge } from "../../src/core/forge.ts"
import { Problem } from "../../src/core/problem.ts"
import type { Access } from "../../src/propose/github/client.ts"
import { gitHubDiscussions } from "../../src/propose/github/comments.ts"
import { gitHub } from "../../src/propose/github/index.ts"
import { gitHubIssues } from "../../src/propose/github/issues.ts"
import { writeMark } from "../../src/propose/mark.ts"
import { failed } from "../lab/github/answers.ts"
import { type Fault, type GitHubStandIn, githubStandIn } from "../lab/github/index.ts"
import { figures } from "../trust/suite.ts"

/** Pull requests are open on the one; on the other, one is merged and commented on, and there is an issue. */
let github: GitHubStandIn
let merged: GitHubStandIn
beforeEach(async () => {
  ;[github, merged] = await Promise.all([githubStandIn(), githubStandIn()])
  await branch(github, "a1")
  await branch(github, "b2")
  await forge().write(page("b2"), signal)
  await branch(merged, "b2")
  await gitHub({ ...access(merged), labels: [], reviewers: [] }).write(page("b2"), signal)
  await merged.merge(1)
  await gitHubDiscussions(access(merged)).comment(pull, text("before"), signal)
  await gitHubIssues(access(merged)).create({ title: "a breach", body: "b" }, signal)
})
afterEach(async () => {
  const violations = [...github.violations, ...merged.violations]
  await Promise.all([github[Symbol.asyncDispose](), merged[Symbol.asyncDispose]()])
  expect(violations).toEqual([])
})

const { signal } = new AbortController()
const access = ({ api, token }: GitHubStandIn, timeoutMs = 20_000): Access => ({
  ...{ api, owner: "example", repo: "vault", agent: "lab", token: () => token, intervalMs: 0, timeoutMs },
})
const forge = (timeoutMs = 20_000): Forge =>
  gitHub({ ...access(github, timeoutMs), labels: [], reviewers: [] })

const mark = (id: string) =>
  writeMark({ id, kind: "drift", hosts: ["mta1"], content: "c", subject: "s", since: "2026-01-01T00:00:00Z" })
const page = (id: string) => ({ id, title: "mta1: first", body: `${mark(id)}\n\nfirst` })
const pull = { id: "b2", number: 1, url: "", mark: null, commit: null }
const text = (words: string, first = "<!-- ours -->") => `${first}\n${words}`

/** A branch with one commit more than main. */
async function branch(on: GitHubStandIn, id: string): Promise<void> {
  const who = ["-c", "user.name=lab", "-c", "user.email=lab@example.com"]
  const tree = (await on.git("rev-parse", "main^{tree}")).trim()
  const commit = (await on.git(...who, "commit-tree", tree, "-p", "main", "-m", id)).trim()
  await on.git("update-ref", `refs/heads/drift/${id}`, commit)
}

const inAnHour = String(Math.floor(Date.now() / 1000) + 3600)
const faults: Readonly<Record<string, readonly [Fault, string, RegExp]>> = {
  "401": [failed(401, "Bad credentials"), "propose/token", /token/],
  "403": [
    failed(403, "Resource not accessible by integration"),
    "propose/not-permitted",
    /pull-requests: write/,
  ],
  "404": [failed(404, "Not Found"), "propose/not-found", /pull-requests: write/],
  "409": [failed(409, "Git Repository is empty."), "propose/refused", /words/],
  "422": [failed(422, "Validation Failed"), "propose/refused", /words/],
  "429": [failed(429, "Too many requests"), "propose/rate-limited", /run again/],
  "500": [failed(500, "Server Error"), "propose/unavailable", /run again/],
  "503": [failed(503, "Service Unavailable"), "propose/unavailable", /githubstatus/],
  "no more requests in this hour": [
    {
      ...failed(403, "API rate limit exceeded for installation."),
      headers: { "x-ratelimit-remaining": "0", "x-ratelimit-reset": inAnHour },
    },
    "propose/rate-limited",
    /after \d\d:\d\d UTC/,
  ],
  "a secondary limit that stays": [
    { ...failed(403, "You have exceeded a secondary rate limit."), headers: { "retry-after": "1" } },
    "propose/rate-limited",
    /max-proposals/,
  ],
  "a dropped connection": ["drop", "propose/unavailable", /run again/],
  silence: ["hang", "propose/unavailable", /github-timeout/],
  "an answer that is no JSON": [{ status: 502, body: "<html>" }, "propose/unavailable", /run again/],
}
const calls: Readonly<Record<string, readonly [string, (own: Forge) => Promise<unknown>]>> = {
  "listing open ones": ["GET /pulls", own => own.open(signal)],
  "listing closed ones": ["GET /pulls", own => own.rejected(signal)],
  "opening one": ["POST /pulls", own => own.write(page("a1"), signal)],
  "updating one": ["PATCH /pulls/1", own => own.write(page("b2"), signal)],
  commenting: ["POST /issues/1/comments", own => own.end([{ id: "b2", reason: "gone" }], signal)],
  "closing one": ["PATCH /pulls/1", own => own.end([{ id: "b2", reason: "gone" }], signal)],
  "reading main": ["GET /commits/heads%2Fmain", own => commitOne(own)],
  "writing a tree": ["POST /git/trees", own => commitOne(own)],
  "writing a commit": ["POST /git/commits", own => commitOne(own)],
  "writing a branch": ["POST /git/refs", own => commitOne(own)],
}
const commitOne = async (own: Forge) =>
  own.commit?.(
    [{ id: "c3", replaces: null, message: "x", changes: [{ host: "h", path: "p", blob: null }] }],
    signal,
  )

type Calls = Readonly<Record<string, readonly [string, (timeoutMs: number) => Promise<unknown>]>>

/** What comments on merged pull requests and issues of breaches take. */
const later: Calls = {
  "listing merged ones": [
    "GET /pulls",
    limit => gitHubDiscussions(access(merged, limit)).merged(new Date(0), signal),
  ],
  "reading comments": [
    "GET /issues/1/comments",
    limit => gitHubDiscussions(access(merged, limit)).comment(pull, text("before"), signal),
  ],
  "commenting on a merged one": [
    "POST /issues/1/comments",
    limit => gitHubDiscussions(access(merged, limit)).comment(pull, text("a", "<!-- other -->"), signal),
  ],
  "changing a comment": [
    "PATCH /issues/comments/1000",
    limit => gitHubDiscussions(access(merged, limit)).comment(pull, text("after"), signal),
  ],
  "listing issues": ["GET /issues", limit => gitHubIssues(access(merged, limit)).list(signal)],
  "opening an issue": [
    "POST /issues",
    limit => gitHubIssues(access(merged, limit)).create({ title: "another", body: "b" }, signal),
  ],
  "changing an issue": [
    "PATCH /issues/2",
    limit => gitHubIssues(access(merged, limit)).update({ number: 2, body: "healed", open: false }, signal),
  ],
}

test.each(Object.keys(faults))("%s", async name => {
  const [fault, code, hint] = faults[name] ?? expect.fail()
  const timeoutMs = { silence: 1000, "a secondary limit that stays": 2500 }[name] ?? 20_000
  const expectTold = (what: string, problem: unknown) => {
    expect(problem, what).toBeInstanceOf(Problem)
    const said = problem as Problem
    expect({ what, code: said.code }).toEqual({ what, code })
    expect(said.hint, what).toMatch(hint)
    expect(JSON.stringify(said)).not.toContain(github.token)
  }
  const thrown = (work: Promise<unknown>) =>
    work.then(
      () => null,
      (error: unknown) => error,
    )
  const onOpen = async () => {
    for (const [what, [call, act]] of Object.entries(calls)) {
      const own = forge(timeoutMs)
      github.fault = () => null
      if (call !== "GET /pulls") await own.open(signal)
      github.fault = asked => (asked === call ? fault : null)
      expectTold(what, await thrown(act(own)))
    }
  }
  const onMerged = async () => {
    for (const [what, [call, act]] of Object.entries(later)) {
      merged.fault = asked => (asked === call ? fault : null)
      expectTold(what, await thrown(act(timeoutMs)))
      merged.fault = () => null
      await act(20_000)
    }
    expect(merged.pulls[0]?.comments).toEqual([text("after"), text("a", "<!-- other -->")])
    expect(merged.issues).toMatchObject([{ state: "closed", body: "healed" }, { title: "another" }])
  }
  await Promise.all([onOpen(), onMerged()])
})

test("how many there are", () => {
  const count = Object.keys(calls).length + Object.keys(later).length
  figures(
    "GitHub",
    `${Object.keys(faults).length} faults at each of ${count} calls: each ended, and was told`,
  )
})
