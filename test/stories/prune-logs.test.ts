/** Logs of a real host over six weeks, with a period after which they go: what goes, what stays, what is noticed. */
import { existsSync } from "node:fs"
import { join } from "node:path"
import { afterEach, beforeEach, expect, test } from "vitest"
import type { BackupReport, PruneReport } from "../../src/core/report.ts"
import type { RestoreReport, VerifyReport } from "../../src/core/restore-report.ts"
import type { PruneRecord } from "../../src/core/retention.ts"
import { collectLogs } from "../../src/seal/log-page.ts"
import { PrunedLogs } from "../../src/seal/pruned-logs.ts"
import { directory } from "../../src/stores/index.ts"
import { succeed } from "../lab/child.ts"
import { cli } from "../lab/cli.ts"
import { shiftedClock } from "../lab/shifted-clock.ts"
import { type LabHost, sshd } from "../lab/sshd.ts"
import { tamper } from "../lab/tamper.ts"
import { assembled, header, overlapsAndGaps, records } from "./logs-setting.ts"
import { type Setting, setting } from "./setting.ts"

const { signal } = new AbortController()
const logs = "/var/log/pmta"
const periods = "categories: { accounting: { retention: { keep: 30d } }, log: { retention: { keep: 30d } } }"
let story: Setting
let host: LabHost
beforeEach(async () => {
  story = await setting()
  const files = { "/etc/pmta/config": "postmaster ops@example.com\n", "/etc/pmta/license": "serial: 1\n" }
  host = await sshd({ name: "mta1", files })
  await story.fleet([host], { lines: [periods] })
})
afterEach(async () => {
  await host[Symbol.asyncDispose]()
  await story[Symbol.asyncDispose]()
})

/** A command of the built program on a day of the past: today is day 42. */
async function on<Report>(day: number, command: string, ...args: readonly string[]) {
  const given = (flag: string, value: string) => (args.includes(flag) ? [] : [flag, value])
  const env = await shiftedClock(story.directory, day - 42)
  const run = await cli(
    [
      ...[command, ...given("--fleet", story.fleetFile), ...given("--vault", story.vault)],
      ...(["verify", "restore"].includes(command) ? [] : ["--signing-key-file", story.signingKeyFile]),
      ...args,
    ],
    { env },
  )
  const isJson = args.includes("--json") && run.stdout !== ""
  return { ...run, report: (isJson ? JSON.parse(run.stdout) : null) as Report }
}

/**
 * Seven weekly backups. Each week has a file of its own, which the next week finds gone; `acct-first.csv` stays on
 * the host, and `pmta.log` grows and was never rotated.
 */
async function sixWeeks(...flags: readonly string[]): Promise<void> {
  await host.write(`${logs}/acct-first.csv`, header + records(0, 20))
  for (let week = 0; week <= 6; week++) {
    if (week > 0) await host.run(`rm ${logs}/acct-week-${week - 1}.csv`)
    await host.write(`${logs}/acct-week-${week}.csv`, header + records(week * 100, 50))
    await host.append(`${logs}/pmta.log`, `event of week ${week}\n`)
    await host.run(`chown pmta:pmta ${logs}/*; touch -d "-${42 - week * 7} days -1 hour" ${logs}/*`)
    const keys = ["--ssh-key-file", story.sshKeyFile, "--no-propose", "--json"]
    const { code, stderr, report } = await on<BackupReport>(week * 7, "backup", ...keys, ...flags)
    expect({ code, stderr, problems: report.hosts[0]?.problems }).toMatchObject({ code: 0, problems: [] })
  }
}

const weekOf = (id: string) => id.replace(/@.*/, "")
const segmentsIn = (keys: readonly string[]) =>
  keys.filter(key => /\/\d+-\d+\.zst\.age$/.test(key)).map(key => weekOf(key.split("/")[3] ?? ""))
const weeks = (...numbers: readonly number[]) => numbers.map(number => `acct-week-${number}.csv`)

const verify = async (day: number, ...args: readonly string[]) => {
  const { code, report } = await on<VerifyReport>(day, "verify", "--json", ...args)
  const findings = report.hosts.flatMap(({ findings: own }) => own)
  return {
    ...{ code, warnings: report.warnings },
    findings: findings.map(({ problem, key }) => `${problem.code} ${key}`),
  }
}

test("what is over its period is gone, signed for; what is on the host stays whole; the chain goes on", async () => {
  await sixWeeks()
  const dry = await on(42, "prune", "--dry-run")
  expect(dry, dry.stderr).toMatchObject({ code: 0 })
  expect(dry.stdout).toMatch(/files of accounting, kept for 30d: 2 go, 6 stay/)
  expect(dry.stdout).toMatch(/go +\d{4}-\d\d-\d\d \d\d:\d\d +acct-week-0\.csv@/)
  expect(dry.stdout).toMatch(/keep .* acct-week-2\.csv@\S+ +read within 30d/)
  expect(dry.stdout).toMatch(/keep .* acct-first\.csv@\S+ +still on the host/)
  expect(dry.stdout).toMatch(/keep .* pmta\.log@\S+ +read within 30d/)
  expect(dry.stdout).toMatch(/0 snapshots, 0 bundles and 2 log files \(.*\) would go/)
  expect(segmentsIn(await story.names("bundles/mta1/accounting/"))).toHaveLength(8)

  const { code, stderr, report } = await on<PruneReport>(42, "prune", "--json")
  expect({ code, stderr }).toMatchObject({ code: 0 })
  expect(report.hosts[0]?.logs.map(({ removed }) => removed.map(({ file }) => weekOf(file)))).toEqual([
    weeks(0, 1),
    [],
  ])
  const left = [...weeks(2, 3, 4, 5, 6), "acct-first.csv"].toSorted()
  expect(segmentsIn(await story.names("bundles/mta1/accounting/")).toSorted()).toEqual(left)
  expect((await story.git("rev-list", "--count", "bundles")).trim()).toBe("1")
  expect(await verify(42)).toEqual({ code: 0, findings: [], warnings: [] })

  const text = await story.git("show", "bundles:prunes/00000001.json")
  const allowed = await story.file("allowed", `v namespaces="pmta-vault" ${story.signer}\n`)
  const signature = await story.file("sig", await story.git("show", "bundles:prunes/00000001.json.sig"))
  const check = ["-Y", "verify", "-f", allowed, "-I", "v", "-n", "pmta-vault", "-s", signature]
  await succeed("ssh-keygen", check, { input: text })
  const record = JSON.parse(text) as PruneRecord
  expect(record.hosts["mta1"]?.logs?.["accounting"]).toMatchObject({
    segments: 2,
    pages: [{ from: 2, to: 2 }],
  })

  await host.append(`${logs}/pmta.log`, "event after the prune\n")
  await host.run(`touch -d "-1 hour" ${logs}/pmta.log`)
  const next = await on<BackupReport>(
    43,
    "backup",
    "--ssh-key-file",
    story.sshKeyFile,
    "--no-propose",
    "--json",
  )
  expect({ code: next.code, problems: next.report.hosts[0]?.problems }).toEqual({ code: 0, problems: [] })
  const pruned = new PrunedLogs([record])
  for (const category of ["accounting", "log"]) {
    const newest = (await story.snapshots("mta1")).at(-1)?.categories[category]?.log
    if (!newest) throw new Error(`no ${category}`)
    const found = await collectLogs(
      newest,
      "mta1",
      category,
      key => story.blob(key).catch(() => null),
      pruned,
    )
    expect(found.missing).toBeNull()
    expect(found.files.flatMap(overlapsAndGaps)).toEqual([])
    for (const log of found.files.filter(({ present }) => present))
      expect((await assembled(story, log)).equals(await host.read(log.path)), log.path).toBe(true)
  }
  expect(await verify(43)).toEqual({ code: 0, findings: [], warnings: [] })
  // Nothing more is over its period, so there is no second record.
  expect((await on<PruneReport>(43, "prune", "--json")).report).toMatchObject({ record: null, bytes: 0 })
}, 180_000)

// Files of before were left out in silence: of a chain that was cut, and of one that was pruned.
test("a restore of all logs names what it cannot give: a page that is gone, files that retention took", async () => {
  await sixWeeks()
  const out = (name: string) => join(story.directory, name)
  const restore = (name: string, ...args: readonly string[]) =>
    on<RestoreReport>(
      ...([42, "restore", "--host", "mta1", "--identity-file", story.identityFile] as const),
      ...["--out", out(name), "--json", ...args],
    )
  const page = (await story.names("logs/mta1/accounting/"))[2] ?? ""
  const before = (await story.git("rev-parse", "bundles")).trim()
  await tamper(story.vault, { [page]: null })
  const cut = await restore("cut", "--all-logs", "--path", `${logs}/acct-week-*`)
  expect(cut).toMatchObject({ code: 5, stderr: expect.stringContaining(`store/missing`) })
  expect(cut.stderr).toContain(page)
  expect(existsSync(out("cut"))).toBe(false)
  expect(await restore("there", "--path", `${logs}/acct-week-6.csv`)).toMatchObject({ code: 0 })
  await story.git("update-ref", "refs/heads/bundles", before)

  expect((await on<PruneReport>(42, "prune", "--json")).report.record).toBe(1)
  const first = (await story.snapshots("mta1"))[0]?.sequence ?? 0
  const some = await restore("some", "--at", `${first}`, "--categories", "accounting")
  expect(some).toMatchObject({ code: 0 })
  const told = `deleted by retention, and not restored: ${logs}/acct-week-0.csv`
  expect(some.report.warnings).toContainEqual(told)
  const named = await restore("named", "--at", `${first}`, "--path", `${logs}/acct-week-0.csv`)
  expect(named).toMatchObject({ code: 2, stderr: expect.stringContaining("was deleted by retention") })
  expect(existsSync(out("named"))).toBe(false)
}, 180_000)

test("what goes without a record is loss: prune stops, verify ends with 5", async () => {
  await sixWeeks()
  expect((await on<PruneReport>(42, "prune", "--json")).report.record).toBe(1)
  const bundles = await story.names("bundles/mta1/accounting/")
  const segment = bundles.find(key => key.includes("acct-week-3.csv")) ?? ""
  const page = (await story.names("logs/mta1/accounting/"))[2] ?? ""
  const before = (await story.git("rev-parse", "bundles")).trim()
  for (const key of [segment, page]) {
    await tamper(story.vault, { [key]: null })
    const found = await verify(42)
    expect(found).toMatchObject({ code: 5, findings: expect.arrayContaining([`store/missing ${key}`]) })
    expect(await on(42, "prune")).toMatchObject({ code: 5 })
    await story.git("update-ref", "refs/heads/bundles", before)
  }
  await tamper(story.vault, { "prunes/00000001.json": null, "prunes/00000001.json.sig": null })
  const unsigned = await verify(42)
  expect(unsigned.code).toBe(5)
  expect(unsigned.findings.filter(finding => finding.startsWith("store/missing")).length).toBeGreaterThan(0)
}, 180_000)

test.each(["--store", "--log-store"])(
  "in a directory (%s) files go after the record; a prune that died, and a run that died, leave nothing for ever",
  async which => {
    const path = join(story.directory, "store")
    const at = [which, "directory", "--store-path", path]
    await sixWeeks(...at)
    const store = directory(path)
    const stray = "bundles/mta1/accounting/acct-never.csv@20200101T000000000Z/0-10.zst.age"
    await store.put(stray, Buffer.from("of a run that died"), signal)
    const [, saved = ""] = (await store.list("bundles/mta1/accounting/acct-week-", signal)) ?? []
    const bytes = await store.get(saved, signal)
    expect((await on(42, "prune")).stderr).toMatch(/give --store directory/)
    expect(await on(42, "prune", ...at)).toMatchObject({ code: 0 })
    const left = await store.list("bundles/mta1/", signal)
    expect(
      segmentsIn(left)
        .filter(name => name.startsWith("acct-"))
        .toSorted(),
    ).toEqual([...weeks(2, 3, 4, 5, 6), "acct-first.csv"].toSorted())
    expect(await verify(42, ...at)).toEqual({ code: 0, findings: [], warnings: [] })
    // As if the run had been killed between record and deletion.
    await store.put(saved, bytes, signal)
    expect(await on(42, "prune", ...at)).toMatchObject({ code: 0 })
    expect(await store.list("bundles/mta1/", signal)).toEqual(left)
  },
  180_000,
)

test("backups and a prune at the same time: all succeed, and nothing is missed or lost", async () => {
  await sixWeeks()
  const backup = () =>
    on<BackupReport>(42, "backup", "--ssh-key-file", story.sshKeyFile, "--no-propose", "--json")
  const runs = await Promise.all([backup(), on<PruneReport>(42, "prune", "--json"), backup()])
  for (const { code, stderr } of runs) expect(code, stderr).toBe(0)
  expect(await verify(42)).toEqual({ code: 0, findings: [], warnings: [] })
  expect(await story.snapshots("mta1")).toHaveLength(9)
  const left = segmentsIn(await story.names("bundles/mta1/accounting/"))
  expect(left.filter(name => weeks(0, 1).includes(name))).toEqual([])
}, 180_000)

test("of a host that is backed up no more snapshots stay, and logs go at their time all the same", async () => {
  const other = await sshd({ name: "mta2", files: { "/etc/pmta/config": "postmaster ops@example.com\n" } })
  await using _other = other
  await story.fleet([host, other], { lines: [periods] })
  await sixWeeks()
  await story.fleet([other], { lines: [periods] })
  const snapshots = (await story.snapshots("mta1")).length
  for (const day of [49, 56, 63, 70, 77]) {
    const keys = ["--ssh-key-file", story.sshKeyFile, "--no-propose"]
    expect(await on(day, "backup", ...keys)).toMatchObject({ code: 0 })
    expect(await on(day, "prune")).toMatchObject({ code: 0 })
  }
  expect(await story.snapshots("mta1")).toHaveLength(snapshots)
  const bundles = await story.names("bundles/mta1/")
  expect(segmentsIn(bundles)).toEqual([])
  expect(bundles.filter(key => key.endsWith(".tar.zst.age"))).not.toEqual([])
  expect(await verify(77)).toMatchObject({ code: 0, findings: [] })
  await story.fleet([host, other], { lines: [periods] })
  const out = ["--identity-file", story.identityFile, "--out", join(story.directory, "out"), "--json"]
  const restored = await on<RestoreReport>(77, "restore", "--host", "mta1", ...out)
  expect({ code: restored.code, stderr: restored.stderr }).toMatchObject({ code: 0 })
}, 240_000)
