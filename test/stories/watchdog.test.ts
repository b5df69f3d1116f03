/** The shipped watchdog, as written, in a repository on GitHub: breach → issue → healed → closed → back again. */
import { writeFile } from "node:fs/promises"
import { join } from "node:path"
import { afterAll, beforeAll, expect, test } from "vitest"
import { succeed } from "../lab/child.ts"
import { daily, fillVault } from "../lab/filled-vault.ts"
import { fleetYml } from "../lab/fleet-file.ts"
import { failed } from "../lab/github/answers.ts"
import { type GitHubStandIn, githubStandIn } from "../lab/github/index.ts"
import { sshKey } from "../lab/keys.ts"
import { runWorkflow, type StepRun } from "../lab/runner.ts"
import { type Setting, setting } from "./setting.ts"

let story: Setting
let github: GitHubStandIn
const granted: Readonly<Record<string, string>>[] = []

beforeAll(async () => {
  ;[story, github] = await Promise.all([setting(), githubStandIn()])
  const { publicKey } = await sshKey("ed25519")
  await fill(["mta1", "mta2"], 3_600_000)
  const hosts = ["mta1", "mta2"].map((name, index) => ({
    ...{ name, address: `192.0.2.${index + 1}`, port: 22, user: "x" },
    hostKeys: { ed25519: publicKey, rsa: "", ecdsa: "" },
  }))
  const yml = fleetYml({ hosts, recipients: [story.recipient], signers: [story.signer] })
  await writeFile(join(story.vault, "fleet.yml"), yml)
  await inVault("add", "fleet.yml")
  await inVault("commit", "-qm", "fleet: begin")
})
afterAll(async () => {
  expect(github.violations).toEqual([])
  await github[Symbol.asyncDispose]()
  await story[Symbol.asyncDispose]()
})

const inVault = (...args: readonly string[]) =>
  succeed("git", ["-C", story.vault, "-c", "user.name=x", "-c", "user.email=x@y", ...args])

/** A snapshot of each host, `ago` ms old. */
async function fill(hosts: readonly string[], ago: number) {
  await fillVault({
    ...{ path: story.vault, signingKey: story.signingKey, hosts, times: daily(1, ago) },
    found: () => ({
      config: { content: "c" },
      dkim: "missing",
      tls: "missing",
      license: "missing",
      data: "missing",
    }),
  })
}

async function watch(): Promise<StepRun> {
  const url = github.url.replace("://", `://x-access-token:${github.token}@`)
  await inVault("push", "-qf", url, "main", "bundles")
  const [step] = await runWorkflow(
    "workflows/watchdog.yml",
    { name: "schedule" },
    {
      ...{ server: github.server, api: github.api, repository: github.repository, token: github.token },
      secrets: { PMTA_WATCHDOG_PING_URL: "" },
      grant: permissions => granted.push(permissions),
    },
  )
  if (step === undefined) throw new Error("no step ran")
  return step
}
const issues = () => github.issues.map(({ title, state }) => `${state} ${title.slice(0, 36)}`)

test("a fleet that is well has no issue, and the run is green", async () => {
  const run = await watch()
  expect(run.code, run.stdout).toBe(0)
  expect(issues()).toEqual([])
  expect(granted).toEqual([{ contents: "read", issues: "write", "pull-requests": "read" }])
})

test("a breach opens one issue and makes the run red; a second look touches nothing", async () => {
  await inVault("branch", "-f", "well", "bundles")
  await inVault("update-ref", "-d", "refs/heads/bundles")
  await fill(["mta1"], 3 * 86_400_000)
  await fill(["mta2"], 3_600_000)
  const run = await watch()
  expect(run.code).toBe(7)
  expect(run.summary).toMatch(/1 objective is missed/)
  expect(issues()).toEqual(["open mta1: the last good copy of config i"])
  expect(github.issues[0]?.body).toMatch(/older than its RPO of 1d.*\n\nNext: .*pmta-vault doctor mta1/)
  const writes = github.calls.filter(call => !call.startsWith("GET")).length
  expect((await watch()).code).toBe(7)
  expect(github.calls.filter(call => !call.startsWith("GET"))).toHaveLength(writes)
})

test("another state of the same breach updates its issue, and healed it is closed", async () => {
  await fill(["mta1"], 2 * 86_400_000)
  expect((await watch()).code).toBe(7)
  expect(issues()).toEqual(["open mta1: the last good copy of config i"])
  const day = new Date(Date.now() - 2 * 86_400_000).toISOString().slice(0, 10)
  expect(github.issues[0]?.body).toContain(`of ${day}`)
  await fill(["mta1"], 3_600_000)
  expect((await watch()).code).toBe(0)
  expect(issues()).toEqual(["closed mta1: the last good copy of config i"])
  expect(github.issues[0]?.body).toMatch(/Healed/)
})

test("a breach that comes back opens its issue again; one that a person closed stays closed", async () => {
  await inVault("update-ref", "-d", "refs/heads/bundles")
  await fill(["mta1"], 4 * 86_400_000)
  await fill(["mta2"], 3_600_000)
  await watch()
  expect(issues()).toEqual(["open mta1: the last good copy of config i"])
  const [issue] = github.issues
  if (issue !== undefined) issue.state = "closed"
  expect((await watch()).code).toBe(7)
  expect(issues()).toEqual(["closed mta1: the last good copy of config i"])
})

test("without the right to write issues the status is still told, and the run is red", async () => {
  github.fault = call =>
    call.includes("/issues") ? failed(403, "Resource not accessible by integration") : null
  const run = await watch()
  github.fault = () => null
  expect(run.code).not.toBe(0)
  expect(run.summary).toMatch(/the issues do not say this/)
  expect(run.summary).toMatch(/mta1.*older than its RPO/)
})
