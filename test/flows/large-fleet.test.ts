/** Two hundred hosts in a vault on GitHub: what a run asks of the API and of git, whatever the size of the fleet. */
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, expect, test } from "vitest"
import type { Fleet } from "../../src/core/fleet.ts"
import { review } from "../../src/flows/review.ts"
import { profiles } from "../../src/profiles/index.ts"
import { gitHub } from "../../src/propose/github/index.ts"
import { openVault } from "../../src/stores/index.ts"
import { finish } from "../lab/child.ts"
import { type GitHubStandIn, githubStandIn } from "../lab/github/index.ts"

const count = 200
const names = Array.from({ length: count }, (_, index) => `mta${String(index + 1).padStart(3, "0")}`)
const config = (limit: number) => `<domain gmail.com>\n    max-smtp-out ${limit}\n</domain>\n`
const { signal } = new AbortController()

let github: GitHubStandIn
let scratch: string
beforeAll(async () => {
  github = await githubStandIn()
  scratch = await mkdtemp(join(tmpdir(), "pmta-review-"))
  await commit("main", "hosts", () => config(6))
})
afterAll(async () => {
  await github[Symbol.asyncDispose]()
  await rm(scratch, { recursive: true, force: true })
})

/** One commit with the config of every host, as a backup of all of them leaves it. */
async function commit(branch: string, folder: string, text: (index: number) => string): Promise<void> {
  const files = names.map((name, index) => {
    const content = text(index)
    const path = `${folder}/${name}/files/etc/pmta/config`
    return `M 100644 inline ${path}\ndata ${Buffer.byteLength(content)}\n${content}\n`
  })
  const ref = `refs/heads/${branch}`
  const from = branch === "main" ? `from ${ref}^0\n` : ""
  const stream = `commit ${ref}\ncommitter lab <lab@example.com> 1 +0000\ndata 1\nx\n${from}${files.join("")}\n`
  const done = await finish("git", ["-C", github.bareDir, "fast-import", "--quiet", "--force"], {
    input: stream,
  })
  if (done.code !== 0) throw new Error(done.stderr)
}

async function reviewOnce() {
  const before = { calls: github.calls.length, pushes: github.pushes }
  const options = { location: github.url, environment: {}, token: () => github.token, scratch, create: false }
  await using vault = await openVault({ ...options, environment: env, now: () => new Date() }, signal)
  const forge = gitHub({
    ...{ api: github.api, owner: "example", repo: "vault", token: () => github.token, agent: "lab" },
    ...{ intervalMs: 0, timeoutMs: 60_000, labels: ["drift"], reviewers: [] },
  })
  const profile = profiles.get("powermta") ?? expect.fail()
  const fleet = {
    hosts: names.map(name => ({ name, tags: [], backup: true })),
    review: { group: "change", ignore: [] },
  }
  const tools = { vault, forge, profile, mostOpen: 100, lookup: null, now: () => new Date(), run: null }
  const done = await review({ ...tools, fleet: fleet as unknown as Fleet }, signal)
  await github.settle()
  expect(done.problem).toBeNull()
  const calls = github.calls.slice(before.calls)
  expect(forge.requests.reads + forge.requests.writes).toBe(calls.length)
  return { ...done, calls, pushes: github.pushes - before.pushes }
}
const env = { PATH: process.env["PATH"] ?? "", HOME: tmpdir() }
const open = () => github.pulls.filter(({ state }) => state === "open")

test("an unchanged fleet costs at most three requests and no push", async () => {
  await commit("bundles", "live", () => config(6))
  const done = await reviewOnce()
  expect(done).toMatchObject({ drifted: false, pushes: 0 })
  expect(done.calls.length).toBeLessThanOrEqual(3)
})

test("the same change on fifty hosts is one pull request", async () => {
  await commit("bundles", "live", index => config(index < 50 ? 8 : 6))
  const done = await reviewOnce()
  expect(open().map(({ title }) => title)).toEqual([
    "mta001, mta002, mta003 and 47 more: gmail.com max-smtp-out 6 → 8 (sending limit raised: high)",
  ])
  expect(done.calls.length).toBeLessThanOrEqual(3 + 2)
  expect(done.pushes).toBe(1)
  expect((await reviewOnce()).calls.filter(call => !call.startsWith("GET "))).toEqual([])
})

test("fifty changes are fifty pull requests in one push, at two requests each", {
  timeout: 240_000,
}, async () => {
  await commit("bundles", "live", index => config(index < 50 ? 100 + index : 6))
  const done = await reviewOnce()
  expect(open()).toHaveLength(50)
  expect(done.calls.length).toBeLessThanOrEqual(3 + 2 * 50)
  expect(done.pushes).toBe(1)
  const again = await reviewOnce()
  expect(again.calls.length).toBeLessThanOrEqual(3)
  expect(again.pushes).toBe(0)
})

test("all of it was as GitHub describes its API", () => {
  expect(github.violations).toEqual([])
})
