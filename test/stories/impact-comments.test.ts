/** Impact in the review: one comment on a merged pull request, brought up to date in place, as the Action writes it. */
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest"
import { gitHub } from "../../src/propose/github/index.ts"
import { type ActionRun, action, cli } from "../lab/cli.ts"
import { failed } from "../lab/github/answers.ts"
import { type GitHubStandIn, githubStandIn } from "../lab/github/index.ts"
import type { Pull } from "../lab/github/state.ts"
import { activeTokens } from "../lab/hostile.ts"
import { runWorkflow } from "../lab/runner.ts"
import {
  config,
  countedDays,
  fill,
  simulatedFleet,
  simulatedVault,
  tellChange,
  worseAtGmail,
} from "./impact-setting.ts"

const simulation = worseAtGmail()
const days = countedDays(simulation)
let place = ""
let github: GitHubStandIn
let change = ""
/** `main` before anybody merged the change */
let mainBefore = ""
const open = async (at: number) =>
  await simulatedVault({ location: github.url, scratch: place, token: () => github.token }, at)
const pull = () => github.pulls.at(-1) as Pull

beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), "pmta-comments-"))
  github = await githubStandIn()
  const fleet = await simulatedFleet()
  await using vault = await open(0)
  await vault.addFleet(fleet, AbortSignal.timeout(60_000))
  const [owner = "", repo = ""] = github.repository.split("/")
  const access = { api: github.api, owner, repo, token: () => github.token, agent: "test" }
  const ground = {
    ...{ open, fleet, accept: async () => await github.merge(1) },
    forge: () => gitHub({ ...access, intervalMs: 0, timeoutMs: 60_000, labels: [], reviewers: [] }),
  }
  // Of the first host alone, as when the others are read later.
  const early = days.filter(({ host }) => host === "mta1")
  change = await tellChange(ground, simulation, early)
})
beforeEach(() => {
  github.fault = () => null
})
afterAll(async () => {
  await github?.[Symbol.asyncDispose]()
  await rm(place, { recursive: true, force: true })
})

interface Run extends ActionRun {
  readonly calls: readonly string[]
}

async function impact(more: Readonly<Record<string, string>> = {}): Promise<Run> {
  const before = github.calls.length
  const inputs = { command: "impact", comment: "true", vault: github.url, token: github.token }
  const env = {
    GITHUB_SERVER_URL: github.server,
    GITHUB_API_URL: github.api,
    GITHUB_REPOSITORY: github.repository,
  }
  const run = await action({ ...inputs, "github-interval": "0", ...more }, { env })
  return { ...run, calls: github.calls.slice(before) }
}

test("while the change is open, and for the first mirror, there is nothing to comment on", async () => {
  const run = await impact()
  expect(run.code, run.stderr).toBe(0)
  expect(run.stdout).toContain("no change was merged lately")
  expect(run.calls).toEqual(["GET /pulls"])
  const given = await impact({ change })
  expect(given.code).toBe(2)
  expect(given.stdout + given.stderr).toContain("once that is merged")
})

test("merged, the change gets one comment, with the verdict and how rates moved; the run is red, as it got worse", async () => {
  mainBefore = (await github.git("rev-parse", "refs/heads/main")).trim()
  await github.merge(pull().number)
  const run = await impact()
  expect(run.code).toBe(7)
  expect(pull().comments).toHaveLength(1)
  const [comment = ""] = pull().comments
  expect(comment).toMatch(new RegExp(`^<!-- pmta-vault impact ${change} -->\n### ❌ Impact: worse\n`))
  expect(comment).toMatch(/\| `gmail\.com` \|.*\*\*reduce volume, review now\*\*.*│.*\|/)
  expect(comment).toContain("all 2 IPs alike: configuration")
  expect(comment).not.toMatch(/@|user\d/)
  expect(activeTokens(comment.split("\n").slice(1).join("\n"))).toEqual([])
  expect(run.calls).toEqual([
    "GET /pulls",
    expect.stringMatching(/^GET .*\/comments$/),
    expect.stringMatching(/^POST/),
  ])
  expect(run.summary).toContain(`[\`drift/${change}\`](${github.url}/pull/${pull().number}): commented`)
})

test("with nothing new it writes nothing, and bad news is told once", async () => {
  const run = await impact()
  expect(run.code, run.stderr).toBe(0)
  expect(run.calls.filter(call => !call.startsWith("GET "))).toEqual([])
  expect(run.stdout).toContain("comment is up to date")
})

test("when more is counted, the comment is brought up to date in place", async () => {
  const before = pull().comments[0]
  await using vault = await open(simulation.changeAt)
  await fill(
    vault,
    config(8),
    days.filter(({ host }) => host !== "mta1"),
  )
  const run = await impact({ change: String(pull().number) })
  expect(run.code).toBe(7)
  expect(pull().comments).toHaveLength(1)
  expect(pull().comments[0]).toContain("all 6 IPs alike: configuration")
  expect(pull().comments[0]).not.toBe(before)
  expect(run.calls.filter(call => call.startsWith("PATCH "))).toHaveLength(1)
})

test("a comment of an outsider that begins like ours is left alone", async () => {
  const [comment = ""] = pull().comments
  pull().comments.unshift(`${comment.split("\n")[0]}\nAll is well.`)
  pull().outsiders.add(0)
  const run = await impact()
  expect(run.code, run.stderr).toBe(0)
  expect(pull().comments[0]).toContain("All is well.")
  expect(pull().comments).toHaveLength(2)
})

test("trouble with GitHub is told and makes the run red, and the next run does what is missing", async () => {
  pull().comments.length = 0
  pull().outsiders.clear()
  github.fault = call =>
    call.startsWith("POST ") ? failed(403, "Resource not accessible by integration") : null
  const run = await impact()
  expect(run.code).toBe(3)
  expect(run.stdout).toMatch(/no comment: .*comment on pull request #2/)
  expect(run.stdout + run.stderr).toContain("pull-requests: write")
  github.fault = () => null
  expect((await impact()).code).toBe(7)
  expect(pull().comments).toHaveLength(1)
})

test.each(["squash", "blank-squash", "rebase"] as const)(
  "merged by %s, the change is found by its id and its number, and gets its comment",
  async how => {
    // As before anybody merged it.
    const branch = `refs/heads/${pull().head}`
    await github.git("update-ref", "refs/heads/main", mainBefore)
    await github.git("update-ref", branch, pull().headSha)
    Object.assign(pull(), { state: "open", mergedAt: null, mergeCommit: null })
    pull().comments.length = 0
    await github.merge(pull().number, how)
    await github.git("update-ref", "-d", branch)
    for (const name of [change, String(pull().number)]) {
      const { code, stdout, stderr } = await cli(
        [
          ...["impact", "--vault", github.url, "--change", name, "--json"],
          ...["--github-server", github.server, "--github-api", github.api],
        ],
        { env: { PMTA_VAULT_TOKEN: github.token } },
      )
      expect(code, stderr).toBe(7)
      expect(JSON.parse(stdout), name).toMatchObject({
        result: "worse",
        subject: { hosts: ["mta1", "mta2", "mta3"], isps: ["gmail.com"] },
      })
    }
    const run = await impact()
    expect(run.code, run.stdout + run.stderr).toBe(7)
    expect(pull().comments).toEqual([expect.stringContaining("Impact: worse")])
  },
  60_000,
)

test("the shipped workflow, as written, writes the comment after a backup, with the rights that it asks for", async () => {
  pull().comments.length = 0
  const granted: Readonly<Record<string, string>>[] = []
  const runner = {
    ...{ server: github.server, api: github.api, repository: github.repository, token: github.token },
    ...{ secrets: {}, grant: (permissions: Readonly<Record<string, string>>) => granted.push(permissions) },
  }
  const [first] = await runWorkflow("workflows/impact.yml", { name: "workflow_run" }, runner)
  expect(first?.code, first?.stdout).toBe(7)
  expect(pull().comments).toEqual([expect.stringContaining("Impact: worse")])
  expect(granted).toEqual([{ contents: "read", "pull-requests": "write" }])
  // By hand for one change, whose comment says it all already.
  const inputs = { change: String(pull().number) }
  const [second] = await runWorkflow("workflows/impact.yml", { name: "workflow_dispatch", inputs }, runner)
  expect(second?.code, second?.stdout).toBe(0)
  expect(second?.given).toMatchObject({ change: String(pull().number), window: "4h" })
  expect(pull().comments).toHaveLength(1)
}, 60_000)

test("no request was other than GitHub describes it", () => {
  expect(github.violations).toEqual([])
})

test("a vault that is not on the GitHub server is refused with the way out", async () => {
  const run = await impact({ vault: join(place, "local"), change: "", at: "3h" })
  expect(run.code).toBe(2)
})
