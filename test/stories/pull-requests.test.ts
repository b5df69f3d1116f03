/** The life of drift on GitHub, told against the built Action: proposed, grown, shrunk, refused, gone. */
import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { afterAll, beforeAll, expect, test } from "vitest"
import type { StatusReport } from "../../src/core/status.ts"
import { cli } from "../lab/cli.ts"
import type { LabHost } from "../lab/sshd.ts"
import { type LabFleet, sshdFleet } from "../lab/sshd-fleet.ts"
import { edit, type GitHubRun, type OnGitHub, onGitHub } from "./on-github.ts"

const config = `postmaster ops@example.com
<domain gmail.com>
    max-smtp-out 6
</domain>
<domain yahoo.com>
    max-smtp-out 4
</domain>
http-mgmt-port 8080
`

let on: OnGitHub
let fleet: LabFleet
const host = (index: number) => fleet.hosts[index - 1] as LabHost
const writesOf = (run: GitHubRun) => run.calls.filter(call => !call.startsWith("GET "))
const reportOf = (json: string) => JSON.parse(json) as StatusReport
const titles = () => on.open().map(({ title }) => title)

async function status(...more: readonly string[]): Promise<string> {
  const { github, story } = on
  const where = ["--fleet", story.fleetFile, "--vault", github.url, "--github-api", github.api]
  const run = await cli(["status", ...where, "--github-server", github.server, ...more], {
    env: { PMTA_VAULT_TOKEN: github.token },
  })
  expect(run.stdout, run.stderr).not.toBe("")
  return run.stdout
}

beforeAll(async () => {
  on = await onGitHub()
  fleet = await sshdFleet(3, { files: { "/etc/pmta/config": config } })
  await on.story.fleet(fleet.hosts, { lines: ["review: { labels: [drift] }"] })
})
afterAll(async () => {
  await fleet?.[Symbol.asyncDispose]()
  await on?.[Symbol.asyncDispose]()
})

test("new hosts are one baseline, labelled, at two requests more than were read", async () => {
  const run = await on.run()
  expect(run.code, run.log).toBe(0)
  expect(titles()).toEqual(["mta1, mta2, mta3: first mirror (baseline)"])
  expect(on.open()[0]?.labels).toEqual(["drift"])
  expect(writesOf(run)).toEqual(["POST /pulls", "POST /issues/1/labels"])
  expect(run.calls.length).toBeLessThanOrEqual(5)
  expect(run.pushes).toBe(2)
  expect(run.report.forge).toMatchObject({ reads: run.calls.length - 2, writes: 2 })
})

test("merged, it leaves nothing to propose", async () => {
  await on.github.merge(1)
  const run = await on.run()
  expect(run.report).toMatchObject({ changed: false, proposals: [{ action: "removed" }] })
  expect(await on.branches()).toEqual([])
  expect(writesOf(run)).toEqual([])
  expect(on.github.pulls[0]?.comments).toEqual([])
})

test("the same change on two hosts and another on the third are two pull requests", async () => {
  for (const index of [1, 2]) await edit(host(index), "max-smtp-out 6", "max-smtp-out 8")
  await edit(host(3), "max-smtp-out 6", "max-smtp-out 20")
  const run = await on.run()
  expect(run.code, run.log).toBe(0)
  expect(titles().toSorted()).toEqual([
    "mta1, mta2: gmail.com max-smtp-out 6 → 8 (sending limit raised: high)",
    "mta3: gmail.com max-smtp-out 6 → 20 (sending limit raised: high)",
  ])
  expect(run.calls.length).toBeLessThanOrEqual(3 + 2 * 2)
  const [first] = on.open()
  expect(first?.body).toMatch(/\| `mta1`, `mta2` \| `domain gmail.com` \| `max-smtp-out` \| `6` \| `8` \|/)
  expect(first?.body).toContain("-    max-smtp-out 6\n+    max-smtp-out 8")
  expect(JSON.parse(run.outputs["pull-requests"] ?? "")).toMatchObject([
    { number: 2, operation: "created", url: `${on.github.url}/pull/2`, hosts: ["mta1", "mta2"] },
    { number: 3, operation: "created" },
  ])
})

test("a run with nothing new writes nothing but its snapshots", async () => {
  const before = JSON.stringify(on.github.pulls)
  const run = await on.run()
  expect(run.report.proposals.map(({ action }) => action)).toEqual(["kept", "kept"])
  expect(writesOf(run)).toEqual([])
  expect(run.calls.length).toBeLessThanOrEqual(3)
  expect(run.pushes).toBe(1)
  expect(JSON.stringify(on.github.pulls)).toBe(before)
})

test("undone on one host, its pull request is brought up to date in place", async () => {
  await edit(host(2), "max-smtp-out 8", "max-smtp-out 6")
  const run = await on.run()
  expect(writesOf(run)).toEqual(["PATCH /pulls/2"])
  expect(on.github.pulls[1]).toMatchObject({
    state: "open",
    title: "mta1: gmail.com max-smtp-out 6 → 8 (sending limit raised: high)",
  })
  expect(on.open()).toHaveLength(2)
})

test("once both have the same, one pull request is closed and the other has both", async () => {
  await edit(host(3), "max-smtp-out 20", "max-smtp-out 8")
  await on.run()
  expect(titles()).toEqual(["mta1, mta3: gmail.com max-smtp-out 6 → 8 (sending limit raised: high)"])
  const closed = on.github.pulls.find(pull => pull.state === "closed" && pull.mergedAt === null)
  expect(closed?.comments).toEqual([expect.stringMatching(/^Now in `drift\/[0-9a-f]{8}`: `mta[13]`/)])
  await edit(host(3), "max-smtp-out 8", "max-smtp-out 20")
  await on.run()
  expect(titles().toSorted()).toEqual([
    "mta1: gmail.com max-smtp-out 6 → 8 (sending limit raised: high)",
    "mta3: gmail.com max-smtp-out 6 → 20 (sending limit raised: high)",
  ])
})

test("undone everywhere, they are closed with the reason, and their branches are gone", async () => {
  await edit(host(1), "max-smtp-out 8", "max-smtp-out 6")
  await edit(host(3), "max-smtp-out 20", "max-smtp-out 6")
  const open = on.open()
  const run = await on.run()
  expect(run.report.changed).toBe(false)
  expect(on.open()).toEqual([])
  for (const pull of open) {
    expect(pull.comments.at(-1)).toMatch(/^The drift is gone: `mta[13]` as accepted again\./)
  }
  expect(await on.branches()).toEqual([])
})

test("what people close unmerged is not opened again, be its branch left or deleted", async () => {
  await edit(host(1), "max-smtp-out 6", "max-smtp-out 8")
  await on.run()
  const pull = on.open()[0]
  expect(pull?.title).toBe("mta1: gmail.com max-smtp-out 6 → 8 (sending limit raised: high)")
  await on.github.close(pull?.number ?? 0)
  for (const deleteBranch of [false, true]) {
    if (deleteBranch) await on.github.close(pull?.number ?? 0, { deleteBranch })
    const run = await on.run()
    expect(run.report).toMatchObject({ changed: true, proposals: [{ action: "rejected" }] })
    expect(writesOf(run)).toEqual([])
    expect(on.open()).toEqual([])
    expect(await on.branches()).toHaveLength(deleteBranch ? 0 : 1)
  }
})

test("status tells what was refused and is still live from what nobody proposed yet, with its age and risk", async () => {
  const first = reportOf(await status("--json"))
  const [refused] = first.drifts
  expect(refused).toMatchObject({
    ...{ state: "rejected", hosts: ["mta1"], risk: { level: "high" }, since: expect.stringMatching(/^20/) },
    url: expect.stringMatching(/\/pull\/\d+$/),
  })
  const [finding] = first.findings.filter(({ id }) => id.startsWith("rejected/"))
  expect(finding).toMatchObject({
    message: expect.stringMatching(
      /^rejected and still live, first proposed on \d{4}-\d\d-\d\d: mta1: gmail\.com .* 6 → 8 .*\(risk high: /,
    ),
    hint: expect.stringContaining("put the hosts right, or reopen and merge http"),
  })
  await edit(host(2), "http-mgmt-port 8080", "http-mgmt-port 8081")
  await on.run({ propose: "false" })
  const page = join(on.story.directory, "status.html")
  const report = reportOf(await status("--html", page, "--json"))
  expect(report.drifts.map(({ state, hosts }) => `${state} ${hosts}`)).toEqual([
    "rejected mta1",
    "unproposed mta2",
  ])
  expect(await readFile(page, "utf8")).toMatch(/rejected and still live.*[\s\S]*not proposed yet/)
  const told = await status("--prometheus")
  expect(told).toMatch(/^pmta_vault_drifts\{state="rejected"\} 1$/m)
  expect(told).toMatch(
    new RegExp(
      `^pmta_vault_drift_timestamp_seconds\\{state="rejected",drift="${refused?.id}",risk="high"\\} \\d{10}$`,
      "m",
    ),
  )
  // Without a token nobody can be asked: it says so, and takes nothing for proposed.
  const unasked = reportOf(await status("--github-server", "https://github.example.com", "--json"))
  expect(unasked.drifts.map(({ state }) => state)).toEqual(["not-open", "not-open"])
  await edit(host(2), "http-mgmt-port 8081", "http-mgmt-port 8080")
})

test("a new edit of a refused one is a new pull request", async () => {
  await edit(host(1), "max-smtp-out 8", "max-smtp-out 9")
  await on.run()
  expect(titles()).toEqual(["mta1: gmail.com max-smtp-out 6 → 9 (sending limit raised: high)"])
})

test("a person's commit on the branch is never overwritten", async () => {
  const [pull] = on.open()
  const head = pull?.head ?? ""
  const who = ["-c", "user.name=A Person", "-c", "user.email=person@example.com"]
  const tree = (await on.github.git("rev-parse", `${head}^{tree}`)).trim()
  const commit = await on.github.git(...who, "commit-tree", tree, "-p", head, "-m", "I was here")
  await on.github.git("update-ref", `refs/heads/${head}`, commit.trim())
  await edit(host(1), "max-smtp-out 9", "max-smtp-out 10")
  const run = await on.run()
  expect(run.report.proposals).toMatchObject([{ action: "left-alone", url: expect.any(String) }])
  expect(writesOf(run)).toEqual([])
  expect((await on.github.git("rev-parse", head)).trim()).toBe(commit.trim())
  expect(on.open()).toHaveLength(1)
})

test("all of it was as GitHub describes its API", () => {
  expect(on.github.violations).toEqual([])
})
