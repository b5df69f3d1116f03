/** What other commands make of logs in a vault: verify, status, prune, restore. */
import { mkdtemp, readFile, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import type { PruneReport } from "../../src/core/report.ts"
import type { RestoreReport, VerifyReport } from "../../src/core/restore-report.ts"
import type { StatusReport } from "../../src/core/status.ts"
import { daily, fillVault } from "../lab/filled-vault.ts"
import { addLogs, type LoggedVault } from "../lab/logged-vault.ts"
import { seedVault, smallHost } from "../lab/seeded-vault.ts"
import { tamper } from "../lab/tamper.ts"
import { nobody, type Setting, setting } from "./setting.ts"

let story: Setting
beforeEach(async () => {
  story = await setting()
  await story.fleet([nobody("mta1")])
})
afterEach(async () => await story[Symbol.asyncDispose]())

async function run<Report>(command: string, ...more: readonly string[]) {
  const { code, stdout, stderr } = await story.run(
    ...[command, "--fleet", story.fleetFile, "--vault", story.vault, "--json"],
    ...more,
  )
  return { code, stderr, report: (stdout === "" ? null : JSON.parse(stdout)) as Report }
}

const found = () => ({ config: { content: "config" }, dkim: { content: "dkim" } })

/** One host with three snapshots of bundles, and three more that stored logs. */
async function withLogs(changed: Parameters<typeof addLogs>[4] = {}): Promise<LoggedVault> {
  const recipients = [story.recipient]
  await seedVault({
    ...{ location: story.vault, signingKey: story.signingKey, recipients, hosts: ["mta1"], snapshots: 3 },
    files: smallHost(1),
  })
  return await addLogs(story.vault, story.signingKey, "mta1", 3, changed)
}

describe("verify", () => {
  const verify = async (...more: readonly string[]) => {
    const { code, report } = await run<VerifyReport>("verify", ...more)
    const findings = report.hosts.flatMap(host => host.findings)
    return { code, report, findings: findings.map(({ key, problem }) => `${problem.code} ${key}`) }
  }

  test("pages and segments are looked at, and none is called unknown; deep leaves segments closed", async () => {
    await withLogs()
    for (const more of [[], ["--deep", "100%", "--identity-file", story.identityFile]]) {
      const { code, report, findings } = await verify(...more)
      expect({ code, findings, warnings: report.warnings }).toEqual({ code: 0, findings: [], warnings: [] })
      const bundles = (await story.names("bundles/")).length
      expect(report.bundles).toBe(bundles)
    }
  })

  test.each(["altered", "gone"])("a segment that is %s is named, whichever page names it", async how => {
    const { segments } = await withLogs()
    for (const segment of segments)
      await tamper(story.vault, { [segment]: how === "gone" ? null : "another" })
    const code = how === "gone" ? "store/missing" : "seal/truncated"
    const found = await verify()
    expect(found.code).not.toBe(0)
    expect(found.findings.toSorted()).toEqual(segments.map(segment => `${code} ${segment}`).toSorted())
  })

  test.each([
    ["altered", "{}", "seal/altered"],
    ["no JSON at all", "{", "seal/altered"],
    ["gone", null, "store/missing"],
  ])(
    "a page in the middle that is %s is named once, and those before it are still checked",
    async (_, to, code) => {
      const { pages, segments } = await withLogs()
      await tamper(story.vault, { [pages[1] ?? ""]: to, [segments[0] ?? ""]: null })
      const { findings } = await verify()
      expect(findings.toSorted()).toEqual([`${code} ${pages[1]}`, `store/missing ${segments[0]}`].toSorted())
    },
  )

  test("pages and segments that nothing names are told", async () => {
    await withLogs()
    const page = "logs/mta1/log/00000099.json"
    const segment = "bundles/mta1/log/pmta.log@20261123T030009120Z/30-40.zst.age"
    await tamper(story.vault, { [page]: "{", [segment]: "nobody's" })
    const { code, report } = await verify()
    expect(code).toBe(0)
    expect(report.warnings).toEqual(
      [page, segment].map(key => `${key} is named by no snapshot that can be trusted`),
    )
  })

  test("a failed reading of logs is told, and what there is stays a copy; without any there is none", async () => {
    await withLogs({ status: "failed", problem: "pull/sudo-refused" })
    const one = await verify()
    expect({ code: one.code, findings: one.findings }).toEqual({ code: 0, findings: [] })
    expect(one.report.warnings).toEqual([
      expect.stringMatching(/^log of mta1: failed: pull\/sudo-refused; .* kept$/),
    ])
    await addLogs(story.vault, story.signingKey, "mta1", 1, {
      ...{ status: "failed", log: null, problem: "pull/sudo-refused" },
    })
    expect((await verify()).findings).toEqual(["vault/no-copy null"])
  })
})

test("the page of status has a stroke for each log file, however many segments it has", async () => {
  await withLogs()
  const page = join(story.directory, "status.html")
  await run<StatusReport>("status", "--html", page)
  expect(await readFile(page, "utf8")).toContain("log: 1, the last on 2026-11-23")
})

test("status gives the age of logs by when they were last read whole", async () => {
  await fillVault({
    ...{ path: story.vault, signingKey: story.signingKey, hosts: ["mta1"], times: daily(1), found },
  })
  const log = async () => {
    const { report } = await run<StatusReport>("status")
    return report.hosts[0]?.categories.find(({ name }) => name === "log")
  }
  await addLogs(story.vault, story.signingKey, "mta1", 1)
  expect(await log()).toMatchObject({ state: "good", capturedAt: expect.stringMatching(/Z$/) })
  const old = { key: "logs/mta1/log/00000003.json", sha256: "", files: 1, bytes: 1 }
  await addLogs(story.vault, story.signingKey, "mta1", 1, {
    log: { ...old, capturedAt: "2026-01-01T00:00:00.000Z" },
  })
  expect(await log()).toMatchObject({ state: "late", capturedAt: "2026-01-01T00:00:00.000Z" })
  await addLogs(story.vault, story.signingKey, "mta1", 1, { log: { ...old, capturedAt: null } })
  expect(await log()).toMatchObject({ state: "never", capturedAt: null })
})

test("prune takes snapshots away and leaves every page and segment; the chain is whole afterwards", async () => {
  await story.fleet([nobody("mta1")], {
    lines: ["retention: { last: 1, daily: 0, weekly: 0, monthly: 0, yearly: 0 }"],
  })
  const at = { path: story.vault, signingKey: story.signingKey, hosts: ["mta1"] }
  const changing = (host: string, index: number) => ({ config: { content: `config ${host} ${index}` } })
  await fillVault({ ...at, times: daily(20), found: changing })
  const { pages, segments } = await addLogs(story.vault, story.signingKey, "mta1", 3)
  const { code, report } = await run<PruneReport>("prune", "--signing-key-file", story.signingKeyFile)
  expect({ code, record: report.record }).toEqual({ code: 0, record: 1 })
  const gone = report.hosts[0]?.removed.map(({ sequence }) => sequence) ?? []
  // Those that named the pages first are gone with the others.
  expect(gone).toEqual(expect.arrayContaining([21, 22]))
  expect(await story.names("logs/")).toEqual(pages)
  expect(await story.names("bundles/mta1/log/")).toEqual(segments)
  const { report: verified } = await run<VerifyReport>("verify")
  const findings = verified.hosts.flatMap(host => host.findings.map(({ key }) => key))
  expect(findings.filter(key => [...pages, ...segments].includes(key ?? ""))).toEqual([])
  expect(verified.warnings).toEqual([])
})

test("a restore of one category says nothing of logs", async () => {
  await withLogs()
  const directory = await mkdtemp(join(tmpdir(), "pmta-logs-"))
  try {
    const given = ["--host", "mta1", "--identity-file", story.identityFile]
    const config = ["--categories", "config", "--out", join(directory, "config")]
    const other = await run<RestoreReport>("restore", ...given, ...config)
    expect(other.code).toBe(0)
    expect(other.report.warnings.filter(warning => warning.includes("logs"))).toEqual([])
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
})
