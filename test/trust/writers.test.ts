/**
 * Many runs that write to one git vault over HTTP at the same time: each of them ends well, no snapshot and no commit
 * of any is lost, and the chain of each host stays one line.
 */
import { afterAll, beforeAll, expect, test } from "vitest"
import type { BackupReport } from "../../src/core/report.ts"
import { finish } from "../lab/child.ts"
import { cli } from "../lab/cli.ts"
import { type GitHttp, gitHttp } from "../lab/git-http.ts"
import { type LabFleet, sshdFleet } from "../lab/sshd-fleet.ts"
import { type Setting, setting } from "../stories/setting.ts"
import { expectChain } from "../stories/stored-chain.ts"
import { figures, sized } from "./suite.ts"

const writers = sized(3, 8)
const hostsEach = sized(3, 20)
const rounds = sized(1, 2)
const timeout = sized(300_000, 3_600_000)
let fleet: LabFleet
let story: Setting
let server: GitHttp

const content = (round: number, index: number) => ({
  "/etc/pmta/config": `host-name mta${index + 1}.example\nmax-smtp-out ${round}\n`,
  "/etc/pmta/license": `serial: ${round}-${index + 1}\n`,
})

beforeAll(async () => {
  fleet = await sshdFleet(writers * hostsEach, { files: index => content(0, index) })
}, timeout)
afterAll(async () => await fleet?.[Symbol.asyncDispose]())

const writer = (index: number) => `w${Math.floor(index / hostsEach) + 1}`

async function change(round: number, count: number): Promise<void> {
  await Promise.all(
    fleet.hosts.slice(0, count).map(async (host, index) => await host.writeAll(content(round, index))),
  )
}

/** All writers at once; each with the flags that `own` gives it. */
async function run(own: (writer: string) => readonly string[]) {
  const flags = ["--vault", server.url, "--token-file", await story.file("token", `${server.token}\n`)]
  const names = Array.from({ length: writers }, (_, index) => `w${index + 1}`)
  const keys = ["--ssh-key-file", story.sshKeyFile, "--signing-key-file", story.signingKeyFile]
  const backup = ["backup", "--fleet", story.fleetFile, ...flags, ...keys, "--json"]
  // Each waits for all others in turn.
  const runs = await Promise.all(names.map(name => cli([...backup, ...own(name)], { timeoutMs: timeout })))
  return runs.map(({ code, stdout, stderr }) => {
    const report = JSON.parse(stdout || "{}") as BackupReport
    expect({ code, problem: report.reviewProblem }, stderr).toEqual({ code: 0, problem: null })
    expect(report.hosts).toHaveLength(hostsEach)
    return report
  })
}

/** One commit a run and no fork; all that is named is there, and opens. */
async function expectWhole(commits: number, hosts: number, chain: number): Promise<string> {
  const log = (await server.git("log", "--format=parents: %P", "bundles")).trimEnd().split("\n")
  expect(log, "one commit of each run").toHaveLength(commits)
  expect(
    log.filter(line => line.split(" ").length > 2),
    "forks",
  ).toEqual([])
  for (const { name } of fleet.hosts.slice(0, hosts)) await expectChain(server.bareDir, name, chain)
  const checked = await finish("git", ["-C", server.bareDir, "fsck", "--full", "--no-dangling"])
  expect(checked, checked.stderr).toMatchObject({ code: 0 })
  const token = await story.file("token", `${server.token}\n`)
  const places = ["--vault", server.url, "--token-file", token, "--fleet", story.fleetFile]
  const deep = ["--identity-file", story.identityFile, "--deep", "100%"]
  const verified = await cli(["verify", ...places, ...deep], { timeoutMs: timeout })
  expect(verified.code, verified.stderr).toBe(0)
  return `${commits} runs, ${hosts * chain} snapshots: 0 lost, 0 forks`
}

async function withVault(work: () => Promise<void>): Promise<void> {
  await using ownStory = await setting()
  await using ownServer = await gitHttp()
  story = ownStory
  server = ownServer
  await work()
}

test("writers with hosts of their own", { timeout }, async () => {
  await withVault(async () => {
    const tags = fleet.hosts.map(({ name }, index) => [name, [`tags: [${writer(index)}]`]] as const)
    await story.fleet(fleet.hosts, { hostLines: Object.fromEntries(tags) })
    for (let round = 1; round <= rounds; round++) {
      await change(round, fleet.hosts.length)
      await run(name => ["--tags", name])
    }
    const told = await expectWhole(writers * rounds, fleet.hosts.length, rounds)
    figures("writers", `${writers} at once, ${hostsEach} hosts each: ${told}`)
  })
})

test("writers that all have the same hosts", { timeout }, async () => {
  await withVault(async () => {
    await story.fleet(fleet.hosts.slice(0, hostsEach))
    const seen = new Set<string>()
    for (let round = 1; round <= rounds; round++) {
      await change(10 + round, hostsEach)
      for (const report of await run(() => []))
        for (const { host, sequence } of report.hosts) seen.add(`${host} ${sequence}`)
    }
    expect(seen.size, "each run has numbers of its own").toBe(writers * rounds * hostsEach)
    const told = await expectWhole(writers * rounds, hostsEach, writers * rounds)
    figures("writers", `${writers} at once, the same ${hostsEach} hosts: ${told}`)
  })
})
