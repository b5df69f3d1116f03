/** The shipped workflow, as written, in a repository on GitHub: scheduled, dispatched, with drift and with a dead host. */
import { readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { afterAll, beforeAll, expect, test } from "vitest"
import { succeed } from "../lab/child.ts"
import { type GitHubStandIn, githubStandIn } from "../lab/github/index.ts"
import { type Event, type Runner, runWorkflow, type StepRun } from "../lab/runner.ts"
import { type LabHost, sshd } from "../lab/sshd.ts"
import { edit } from "./on-github.ts"
import { type Setting, setting } from "./setting.ts"

const workflow = "workflows/backup.yml"
const config = (name: string) => `postmaster ops@example.com
host-name ${name}.example.com
<domain gmail.com>
    max-smtp-out 6
</domain>
`

let story: Setting
let github: GitHubStandIn
let hosts: readonly LabHost[]
let runner: Runner
let clone: string

beforeAll(async () => {
  ;[story, github] = await Promise.all([setting(), githubStandIn()])
  hosts = await Promise.all(
    ["mta1", "mta2"].map(name => sshd({ name, files: { "/etc/pmta/config": config(name) } })),
  )
  await story.fleet(hosts, { lines: ["review: { labels: [drift] }"] })
  clone = join(story.directory, "clone")
  const url = github.url.replace("://", `://x-access-token:${github.token}@`)
  await succeed("git", ["clone", "-q", url, clone])
  await push(
    ".github/workflows/backup.yml",
    await readFile(join(import.meta.dirname, "../..", workflow), "utf8"),
  )
  await push("fleet.yml", await readFile(story.fleetFile, "utf8"))
  runner = {
    ...{ server: github.server, api: github.api, repository: github.repository, token: github.token },
    secrets: {
      PMTA_SSH_KEY: await readFile(story.sshKeyFile, "utf8"),
      PMTA_SIGNING_KEY: story.signingKey,
    },
    grant(permissions) {
      github.rules.mayWritePulls = permissions["pull-requests"] === "write"
      github.rules.mayUseIssues = permissions["issues"] === "write"
    },
  }
})
afterAll(async () => {
  await Promise.all((hosts ?? []).map(host => host[Symbol.asyncDispose]()))
  await github?.[Symbol.asyncDispose]()
  await story?.[Symbol.asyncDispose]()
})

/** As a person does with git. */
async function push(path: string, text: string): Promise<void> {
  const who = ["-c", "user.name=A Person", "-c", "user.email=person@example.com"]
  const git = (...args: readonly string[]) => succeed("git", ["-C", clone, ...who, ...args])
  await git("pull", "-q", "--ff-only")
  await succeed("mkdir", ["-p", join(clone, path, "..")])
  await writeFile(join(clone, path), text)
  await git("add", "-A")
  await git("commit", "-q", "-m", `Write ${path}`)
  await git("push", "-q", "origin", "HEAD:main")
}

async function runOnce(event: Event): Promise<StepRun> {
  const [run, ...others] = await runWorkflow(workflow, event, runner)
  expect(others).toEqual([])
  if (run === undefined) throw new Error("the workflow has no step that ran")
  await github.settle()
  return run
}
const json = (run: StepRun, output: string) => JSON.parse(run.outputs[output] ?? "null") as unknown
const annotations = (run: StepRun) => run.stdout.split("\n").filter(line => /^::(error|warning)/.test(line))

test("on schedule it backs up all hosts of main's fleet file and proposes their baseline", async () => {
  const run = await runOnce({ name: "schedule" })
  expect(run.code, run.stdout + run.stderr).toBe(0)
  expect(run.given).toMatchObject({ command: "backup", hosts: "", token: github.token })
  expect(run.outputs).toMatchObject({
    changed: "true",
    "failed-hosts": "[]",
    snapshots: '{"mta1":1,"mta2":1}',
  })
  const url = `${github.url}/pull/1`
  expect(json(run, "pull-requests")).toEqual([
    { number: 1, url, branch: github.pulls[0]?.head, operation: "created", hosts: ["mta1", "mta2"] },
  ])
  expect(github.pulls[0]?.body).toContain(`(${github.server}/example/vault/actions/runs/42)`)
  for (const name of ["mta1", "mta2"])
    expect(run.summary).toMatch(new RegExp(`^\\| \`${name}\` \\| ✅ stored`, "m"))
  expect(run.summary).toContain(`](${url}), 🆕 new`)
  await github.merge(1)
})

test("a change is a pull request, in the summary as a table with its link", async () => {
  for (const host of hosts) await edit(host, "max-smtp-out 6", "max-smtp-out 8")
  const run = await runOnce({ name: "schedule" })
  expect(run.code, run.stdout + run.stderr).toBe(0)
  expect(github.pulls.at(-1)?.title).toBe(
    "mta1, mta2: gmail.com max-smtp-out 6 → 8 (sending limit raised: high)",
  )
  expect(run.summary).toContain(`](${github.url}/pull/2), 🆕 new`)
  expect(run.summary).toMatch(/\| `domain gmail.com` \| `max-smtp-out` \| `6` \| `8` \|/)
  expect(run.summary).toMatch(/GitHub example\/vault: \d+ reads, 2 writes/)
})

test("dispatched for one host it reads that one, and proposes for all as before", async () => {
  const run = await runOnce({ name: "workflow_dispatch", inputs: { hosts: "mta1" } })
  expect(run.code, run.stdout + run.stderr).toBe(0)
  expect(run.given["hosts"]).toBe("mta1")
  expect(json(run, "snapshots")).toEqual({ mta1: 3 })
  expect(json(run, "pull-requests")).toMatchObject([{ number: 2, operation: "kept" }])
})

test("a host that is dead is an annotation, an output, and a red run; the others are safe", async () => {
  await hosts[1]?.[Symbol.asyncDispose]()
  const run = await runOnce({ name: "schedule" })
  expect(run.code).toBe(3)
  expect(json(run, "failed-hosts")).toEqual(["mta2"])
  expect(annotations(run)).toContainEqual(expect.stringMatching(/^::error title=mta2::.*mta2/))
  expect(run.summary).toMatch(/^\| `mta2` \| ❌ failed/m)
  expect(new Set(annotations(run)).size, "nothing is said twice").toBe(annotations(run).length)
  expect(json(run, "snapshots")).toMatchObject({ mta1: 4 })
  expect(github.pulls.filter(({ state }) => state === "open")).toHaveLength(1)
})

test("the report is the document of `--json`, and nothing shows a secret", async () => {
  const runs = await runWorkflow(workflow, { name: "schedule" }, runner)
  const [run] = runs
  expect(run?.outputs["report"]).toMatch(/pmta-vault-report\.json$/)
  const shown = `${run?.stdout.replace(/^::add-mask::.*$/gm, "")}${run?.stderr}${run?.summary}`
  for (const secret of [github.token, ...story.signingKey.split("\n").slice(1, 4)]) {
    expect(secret.length).toBeGreaterThan(20)
    expect(shown + JSON.stringify(github.pulls)).not.toContain(secret)
  }
  const masks = run?.stdout.split("\n").filter(line => line.startsWith("::add-mask::")) ?? []
  expect(run?.stdout.split("\n").slice(0, masks.length)).toEqual(masks)
})

test("all of it was as GitHub describes its API", () => {
  expect(github.violations).toEqual([])
})
