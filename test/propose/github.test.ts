/** Pull requests against the stand-in: what each call costs, and how each ends when GitHub does not play along. */
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import type { Forge } from "../../src/core/forge.ts"
import { Problem } from "../../src/core/problem.ts"
import { type GitHubOptions, gitHub } from "../../src/propose/github/index.ts"
import { writeMark } from "../../src/propose/mark.ts"
import { failed } from "../lab/github/answers.ts"
import { type Fault, type GitHubStandIn, githubStandIn } from "../lab/github/index.ts"

let github: GitHubStandIn
beforeEach(async () => {
  github = await githubStandIn()
})
afterEach(async () => {
  const { violations } = github
  await github[Symbol.asyncDispose]()
  expect(violations).toEqual([])
})

const { signal } = new AbortController()
const forge = (changes: Partial<GitHubOptions> = {}): Forge =>
  gitHub({
    api: github.api,
    ...{ owner: "example", repo: "vault", agent: "lab", labels: [], reviewers: [] },
    ...{ token: () => github.token, intervalMs: 0, timeoutMs: 4000 },
    ...changes,
  })

const mark = (id: string) =>
  writeMark({ id, kind: "drift", hosts: ["mta1"], content: "c", subject: "s", since: "2026-01-01T00:00:00Z" })
const page = (id: string, words = "first") => ({
  id,
  title: `mta1: ${words}`,
  body: `${mark(id)}\n\n${words}`,
})

/** A branch with one commit more than main. */
async function branch(id: string): Promise<string> {
  const who = ["-c", "user.name=lab", "-c", "user.email=lab@example.com"]
  const tree = (await github.git("rev-parse", "main^{tree}")).trim()
  const commit = (await github.git(...who, "commit-tree", tree, "-p", "main", "-m", id)).trim()
  await github.git("update-ref", `refs/heads/drift/${id}`, commit)
  return commit
}

describe("what is written", () => {
  test("a pull request is opened with labels and reviewers, and updated in place", async () => {
    await branch("a1")
    github.rules.collaborators = ["ann"]
    const own = forge({ labels: ["drift", "mta"], reviewers: ["ann", "example/mail"] })
    expect(await own.open(signal)).toEqual([])
    expect(await own.write(page("a1"), signal)).toEqual({ url: `${github.url}/pull/1`, warnings: [] })
    expect(github.pulls[0]).toMatchObject({ labels: ["drift", "mta"], reviewers: ["ann"], state: "open" })
    const later = forge()
    expect(await later.open(signal)).toMatchObject([{ id: "a1", mark: { content: "c" } }])
    await later.write(page("a1", "second"), signal)
    expect(github.pulls).toMatchObject([{ title: "mta1: second" }])
    expect(later.requests).toEqual({ reads: 1, writes: 1 })
  })

  test("labels are made where the token's own way of making them is closed", async () => {
    await branch("a1")
    github.rules.makesLabels = false
    expect((await forge({ labels: ["drift"] }).write(page("a1"), signal)).warnings).toEqual([])
    expect(github.pulls[0]?.labels).toEqual(["drift"])
  })

  test("a reviewer who is no collaborator is a warning with GitHub's words", async () => {
    await branch("a1")
    const { warnings } = await forge({ reviewers: ["stranger"] }).write(page("a1"), signal)
    expect(warnings).toEqual([expect.stringMatching(/^nobody was asked.*not a collaborator/)])
  })

  test("an answer that was lost leaves no second pull request", async () => {
    await branch("a1")
    await forge().write(page("a1"), signal)
    await forge().write(page("a1", "again"), signal)
    expect(github.pulls).toMatchObject([{ title: "mta1: again", state: "open" }])
  })

  test("a pull request from a fork's branch of the same name is none of ours", async () => {
    await branch("a1")
    await forge().write(page("a1"), signal)
    const [own] = github.pulls
    if (own !== undefined) Object.assign(own, { fork: "stranger/vault" })
    expect(await forge().open(signal)).toEqual([])
  })

  test("what the program closes is not what people refuse", async () => {
    for (const id of ["a1", "b2"]) {
      await branch(id)
      await forge().write(page(id), signal)
    }
    const own = forge()
    await own.open(signal)
    await own.end([{ id: "a1", reason: "gone" }], signal)
    await github.close(2)
    expect((await forge().rejected(signal)).map(({ id }) => id)).toEqual(["b2"])
    expect(github.pulls[0]).toMatchObject({ state: "closed", comments: ["gone"] })
  })

  test("one issue lists what is held back, follows it, and is closed and opened again", async () => {
    await forge().holdBack(null, signal)
    expect(github.issues).toEqual([])
    for (const [list, state] of [
      ["- one", "open"],
      [null, "closed"],
      ["- two", "open"],
    ] as const) {
      await forge().holdBack(list, signal)
      expect(github.issues).toMatchObject([{ state, ...(list === null ? {} : { body: list }) }])
      const again = forge()
      await again.holdBack(list, signal)
      expect(again.requests.writes).toBe(0)
    }
  })

  test.each([
    ["issues are disabled", 410],
    ["the token has no right on issues", 403],
  ])(
    "without an issue the list is a warning, and nothing when there is nothing to list: %s",
    async (_, status) => {
      if (status === 410) github.rules.hasIssues = false
      else github.rules.mayUseIssues = false
      expect(await forge().holdBack(null, signal)).toEqual([])
      expect(await forge().holdBack("- one", signal)).toEqual([expect.stringMatching(/^no issue lists/)])
    },
  )

  test("branches made by the API are what GitHub signs", async () => {
    const oid = (await github.git("hash-object", "-w", "/dev/null")).trim()
    const changes = [{ host: "mta1", path: "files/etc/pmta/config", blob: oid }]
    await forge().commit?.([{ id: "a1", replaces: null, message: "one", changes }], signal)
    const first = (await github.git("rev-parse", "drift/a1")).trim()
    await forge().commit?.([{ id: "a1", replaces: first, message: "two", changes }], signal)
    const tip = (await github.git("rev-parse", "drift/a1")).trim()
    expect(github.verified.has(tip)).toBe(true)
    expect(await github.git("log", "--format=%s", "main..drift/a1")).toBe("two\n")
    expect(await github.git("ls-tree", "-r", "--name-only", "drift/a1")).toBe(
      "hosts/mta1/files/etc/pmta/config\n",
    )
    const removal = { id: "a1", replaces: tip, message: "three", changes: [{ ...changes[0], blob: null }] }
    await forge().commit?.([removal as never], signal)
    expect(await github.git("ls-tree", "-r", "--name-only", "drift/a1")).toBe("")
  })
})

describe("whatever GitHub answers, it ends, and says what to do", () => {
  test("a limit that passes is waited for, and a connection that breaks once is tried again", async () => {
    const passing: readonly Fault[] = [
      { ...failed(429, "You have exceeded a secondary rate limit."), headers: { "retry-after": "1" } },
      failed(502, "Bad Gateway"),
      "drop",
    ]
    for (const fault of passing) {
      let left = 1
      github.fault = () => (left-- > 0 ? fault : null)
      expect(await forge().open(signal)).toEqual([])
    }
  })

  test("that Actions may not open pull requests is told with the setting", async () => {
    await branch("a1")
    github.rules.actionsMayCreatePulls = false
    await expect(forge().write(page("a1"), signal)).rejects.toMatchObject({
      code: "propose/not-permitted",
      hint: expect.stringContaining("Allow GitHub Actions to create and approve pull requests"),
    })
  })

  test("an interrupted run does not wait for GitHub", async () => {
    const stop = new AbortController()
    github.fault = () => {
      stop.abort(new Problem("run/interrupted", "stopped", { hint: "go on" }))
      return "hang"
    }
    await expect(forge().open(stop.signal)).rejects.toMatchObject({ code: "run/interrupted" })
  })
})
