/** First mirrors are proposed whole, by the trees that the vault has already; and as former versions proposed them. */
import { createHash } from "node:crypto"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, expect, test } from "vitest"
import type { Fleet } from "../../src/core/fleet.ts"
import { review } from "../../src/flows/review.ts"
import { profiles } from "../../src/profiles/index.ts"
import { gitHub } from "../../src/propose/github/index.ts"
import { writeMark } from "../../src/propose/mark.ts"
import { writeTrailers } from "../../src/propose/trailers.ts"
import { openVault } from "../../src/stores/index.ts"
import { finish } from "../lab/child.ts"
import { gitHttp } from "../lab/git-http.ts"
import { type GitHubStandIn, githubStandIn } from "../lab/github/index.ts"

const names = ["mta1", "mta2"]
const { signal } = new AbortController()
const fileNames = Array.from({ length: 40 }, (_, index) => `files/etc/pmta/domains/${index}.conf`)
const files = [...fileNames, "files/etc/pmta/config", "facts/dkim.yml"].map(path => ({
  path,
  content: `${path}\n`,
}))

let github: GitHubStandIn
let scratch: string
let fleetNames: readonly string[]
beforeEach(async () => {
  fleetNames = names
  github = await githubStandIn()
  scratch = await mkdtemp(join(tmpdir(), "pmta-baselines-"))
})
afterEach(async () => {
  expect(github.violations).toEqual([])
  await github[Symbol.asyncDispose]()
  await rm(scratch, { recursive: true, force: true })
})

/** One commit with the files of every host, as a backup leaves them. */
async function commit(
  place: { readonly bareDir: string },
  ref: string,
  folder: string,
  message = "x",
  from = "",
) {
  const lines = names.flatMap(host =>
    files.map(
      ({ path, content }) =>
        `M 100644 inline ${folder}/${host}/${path}\ndata ${Buffer.byteLength(content)}\n${content}\n`,
    ),
  )
  const head = `commit ${ref}\ncommitter lab <lab@example.com> 1 +0000\ndata ${Buffer.byteLength(message)}\n${message}\n`
  const done = await finish("git", ["-C", place.bareDir, "fast-import", "--quiet", "--force"], {
    input: `${head}${from}${lines.join("")}\n`,
  })
  if (done.code !== 0) throw new Error(done.stderr)
}

/** As a run on another machine: a clone of its own. */
async function reviewOnce(place: { readonly url: string; readonly token: string } = github, api = true) {
  const environment = { PATH: process.env["PATH"] ?? "", HOME: scratch }
  const options = { location: place.url, environment, token: () => place.token, scratch, create: false }
  await using vault = await openVault({ ...options, now: () => new Date() }, signal)
  const forge = gitHub({
    ...{ api: github.api, owner: "example", repo: "vault", token: () => github.token, agent: "lab" },
    ...{ intervalMs: 0, timeoutMs: 60_000, labels: [], reviewers: [] },
  })
  const profile = profiles.get("powermta") ?? expect.fail()
  const fleet = {
    hosts: fleetNames.map(name => ({ name, tags: [], backup: true })),
    review: { group: "change", ignore: [] },
  } as unknown as Fleet
  const tools = {
    vault,
    forge: api ? forge : null,
    profile,
    mostOpen: 10,
    lookup: null,
    now: () => new Date(),
  }
  const done = await review({ ...tools, fleet, run: null }, signal)
  await github.settle()
  expect(done.problem).toBeNull()
  return done.proposals.map(({ id, action }) => ({ id, action }))
}
const open = () => github.pulls.filter(({ state }) => state === "open")
const treeOf = async (name: string) => (await github.git("rev-parse", name)).trim()

test("the branch has the mirrors as they were seen, the page how many files they have", async () => {
  await commit(github, "refs/heads/bundles", "live")
  const [{ id } = expect.fail()] = await reviewOnce()
  expect(await treeOf(`drift/${id}:hosts`)).toBe(await treeOf("bundles:live"))
  expect(open().map(({ title }) => title)).toEqual(["mta1, mta2: first mirror (baseline)"])
  const rows = open()[0]
    ?.body.split("\n")
    .filter(line => line.startsWith("| "))
  expect(rows?.slice(2)).toEqual(["| `mta1` | 41 | 1 |", "| `mta2` | 41 | 1 |"])
  expect(await reviewOnce()).toEqual([{ id, action: "kept" }])
  await github.merge(open()[0]?.number ?? 0)
  expect((await reviewOnce()).map(({ action }) => action)).toEqual(["removed"])
})

test("where only signed commits are taken, GitHub makes that branch", async () => {
  await commit(github, "refs/heads/bundles", "live")
  await github.requireSignedCommits()
  const [{ id } = expect.fail()] = await reviewOnce()
  expect(await treeOf(`drift/${id}:hosts`)).toBe(await treeOf("bundles:live"))
  expect(github.verified).toContain(await treeOf(`drift/${id}`))
})

test("texts that another run brought to the vault are not fetched one by one", async () => {
  await using server = await gitHttp()
  await commit(server, "refs/heads/bundles", "live")
  const before = server.requests
  const [{ id } = expect.fail()] = await reviewOnce(server, false)
  expect((await server.git("rev-parse", `drift/${id}:hosts`)).trim()).toBe(
    (await server.git("rev-parse", "bundles:live")).trim(),
  )
  // Twice the branches, each time asked for and fetched; the push; each may be told first who asks.
  expect(server.requests - before).toBeLessThan(20)
})

/** The digests by which version 0.1.0 knew its baseline again: of every file of every host. */
async function formerDigests() {
  const lines: string[] = []
  const subjects = new Set<string>()
  for (const host of names) {
    lines.push(`${host} null`)
    for (const { path } of files) {
      const blob = await treeOf(`bundles:live/${host}/${path}`)
      lines.push(`${host} ${path} ${blob}`)
      subjects.add(`${path} ${blob}`)
    }
  }
  const digest = (all: readonly string[]) =>
    createHash("sha256").update(all.join("\n")).digest("hex").slice(0, 16)
  return { content: digest(lines.sort()), subject: digest(["baseline", ...subjects].sort()) }
}

/** An open proposal as that version left it. */
async function formerProposal() {
  const mark = {
    ...{ id: "0123abcd", kind: "baseline" as const, hosts: names, since: "2026-01-01T00:00:00.000Z" },
    ...(await formerDigests()),
  }
  const message = `mta1, mta2: first mirror (baseline)\n\nx\n\n${writeTrailers(mark.id, mark)}\n`
  await commit(github, "refs/heads/drift/0123abcd", "hosts", message, "from refs/heads/main^0\n")
  const response = await fetch(`${github.api}/repos/example/vault/pulls`, {
    method: "POST",
    headers: { authorization: `Bearer ${github.token}`, "content-type": "application/json" },
    body: JSON.stringify({
      title: "first mirror",
      head: "drift/0123abcd",
      base: "main",
      body: writeMark(mark),
    }),
  })
  expect(response.status).toBe(201)
}

test("an open proposal of a former version goes on: the same branch, once brought up to date", async () => {
  await commit(github, "refs/heads/bundles", "live")
  await formerProposal()
  expect(await reviewOnce()).toEqual([{ id: "0123abcd", action: "updated" }])
  expect(open()).toHaveLength(1)
  expect(open()[0]?.body).toContain("2026-01-01")
  expect(await treeOf("drift/0123abcd:hosts")).toBe(await treeOf("bundles:live"))
  expect(await reviewOnce()).toEqual([{ id: "0123abcd", action: "kept" }])
})

test.each([
  ["for all hosts", 2],
  ["for fewer", 1],
] as const)("what people refused of a former version stays refused: %s", async (_, count) => {
  await commit(github, "refs/heads/bundles", "live")
  await formerProposal()
  await github.close(1, { deleteBranch: true })
  if (count === 1) names.splice(1)
  expect(await reviewOnce()).toEqual([{ id: "0123abcd", action: "rejected" }])
  expect(open()).toEqual([])
})
