/** Runs in which GitHub refuses, fails or is set up wrongly: what was read is safe in the vault, and people are told. */
import { afterAll, beforeAll, expect, test } from "vitest"
import { failed } from "../lab/github/answers.ts"
import type { Fault } from "../lab/github/index.ts"
import { type LabFleet, sshdFleet } from "../lab/sshd-fleet.ts"
import { edit, type GitHubRun, type OnGitHub, onGitHub } from "./on-github.ts"

let on: OnGitHub
let fleet: LabFleet
const limits = (index: number) => `postmaster ops@example.com\nmax-smtp-out ${index + 10}\nmax-msg-rate 5/h\n`

beforeAll(async () => {
  on = await onGitHub()
  fleet = await sshdFleet(4, { files: index => ({ "/etc/pmta/config": limits(index) }) })
  await on.story.fleet(fleet.hosts)
})
afterAll(async () => {
  await fleet?.[Symbol.asyncDispose]()
  await on?.[Symbol.asyncDispose]()
})

const bundlesOf = async (host: string) => {
  const heads = await on.github.git("for-each-ref", "refs/heads/bundles")
  if (heads === "") return 0
  const names = await on.github.git(
    "ls-tree",
    "-r",
    "--name-only",
    "bundles",
    "--",
    `bundles/${host}/config/`,
  )
  return names.split("\n").length - 1
}
const errorsOf = (run: GitHubRun) => run.stdout.split("\n").filter(line => line.startsWith("::error"))

const faults: readonly (readonly [string, Fault, string])[] = [
  ["a token that is not accepted", failed(401, "Bad credentials"), "propose/token"],
  ["an outage", failed(503, "Service Unavailable"), "propose/unavailable"],
  ["connections that drop", "drop", "propose/unavailable"],
  ["silence", "hang", "propose/unavailable"],
]

test.each(faults)(
  "%s: the bundle is safe, the run is red, and the next one proposes",
  async (_, fault, code) => {
    const before = await bundlesOf("mta1")
    const rate = (await fleet.hosts[0]?.read("/etc/pmta/config"))?.toString().match(/max-msg-rate (\d+)/)?.[1]
    if (fleet.hosts[0])
      await edit(fleet.hosts[0], `max-msg-rate ${rate}/h`, `max-msg-rate ${Number(rate) + 1}/h`)
    on.github.fault = () => fault
    const run = await on.run({ "github-timeout": "2s" })
    expect(run.code, run.log).toBe(3)
    expect(await bundlesOf("mta1")).toBe(before + 1)
    expect(run.report).toMatchObject({ changed: true, reviewProblem: { code } })
    expect(run.report.hosts.every(({ problems }) => problems.length === 0)).toBe(true)
    expect(errorsOf(run)[0]).toContain("title=drift could not be proposed")
    expect(run.summary).toContain("Drift could not be proposed")
    expect(run.log + run.summary).not.toContain(on.github.token)
    on.github.fault = () => null
    expect((await on.run()).code).toBe(0)
    expect(on.open()).toHaveLength(1)
  },
)

test.each([
  [
    "Actions may not open pull requests",
    "actionsMayCreatePulls",
    /Allow GitHub Actions to create and approve/,
  ],
  ["the job has no right to", "mayWritePulls", /pull-requests: write/],
] as const)("%s: the branch waits, and the error says what to set", async (_, rule, hint) => {
  await on.github.close(on.open()[0]?.number ?? 0, { deleteBranch: true })
  if (fleet.hosts[0]) await edit(fleet.hosts[0], "postmaster ", "postmaster new-")
  on.github.rules[rule] = false
  const run = await on.run()
  expect(run.code).toBe(3)
  expect(errorsOf(run)[0]).toMatch(hint)
  expect(await on.branches()).toHaveLength(1)
  on.github.rules[rule] = true
  const next = await on.run()
  expect(next.report.proposals).toMatchObject([{ action: "kept", url: expect.stringContaining("/pull/") }])
  expect(on.open()).toHaveLength(1)
})

test("above the cap, drift waits in one issue, and moves up when there is room", async () => {
  await on.github.merge(on.open()[0]?.number ?? 0)
  for (const [index, host] of fleet.hosts.entries())
    await edit(host, `max-smtp-out ${index + 10}`, `max-smtp-out ${index + 50}`)
  const run = await on.run({ "max-proposals": "2" })
  expect(run.code, run.log).toBe(0)
  expect(on.open()).toHaveLength(2)
  expect(await on.branches()).toHaveLength(2)
  expect(run.report.proposals.map(({ action }) => action).toSorted()).toEqual([
    ...["created", "created", "held-back", "held-back", "removed"],
  ])
  expect(run.summary).toContain("held back")
  expect(on.github.issues).toMatchObject([{ state: "open" }])
  expect(on.github.issues[0]?.body.match(/^- `mta\d: max-smtp-out/gm)).toHaveLength(2)
  for (const { number } of [...on.open()]) await on.github.merge(number)
  await on.run({ "max-proposals": "2" })
  expect(on.open()).toHaveLength(2)
  expect(on.github.issues).toMatchObject([{ state: "closed" }])
})

test("where only signed commits are taken, GitHub makes and signs them", async () => {
  for (const { number } of [...on.open()]) await on.github.merge(number)
  await on.run()
  await on.github.requireSignedCommits()
  for (const host of fleet.hosts.slice(1, 3)) await edit(host, "@example.com", "@example.org")
  const run = await on.run()
  expect(run.code, run.log).toBe(0)
  const [pull] = on.open()
  expect(pull?.title).toMatch(/^mta2, mta3: postmaster /)
  const tip = (await on.github.git("rev-parse", pull?.head ?? "")).trim()
  expect(on.github.verified.has(tip)).toBe(true)
  expect(await on.github.git("diff", "--name-only", `main...${pull?.head}`)).toBe(
    "hosts/mta2/files/etc/pmta/config\nhosts/mta3/files/etc/pmta/config\n",
  )
  const again = await on.run()
  expect(again.report.proposals.map(({ action }) => action)).toEqual(["kept"])
  for (const host of fleet.hosts.slice(1, 3)) await edit(host, "@example.org", "@example.com")
  await on.run()
  expect(await on.branches()).toEqual([])
})

test("a vault on another server, or a run without a token, has branches only", async () => {
  if (fleet.hosts[3]) await edit(fleet.hosts[3], "@example.com", "@example.net")
  const run = await on.run({ "github-server": "https://github.example.com" })
  expect(run.code, run.log).toBe(3)
  expect(run.report).toMatchObject({ forge: null, reviewProblem: { code: "vault/unsigned" } })
  expect(run.calls).toEqual([])
})

test("all of it was as GitHub describes its API", () => {
  expect(on.github.violations).toEqual([])
})
