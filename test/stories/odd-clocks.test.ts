/** Logs where a clock is wrong, the runner's or the host's, and where a snapshot is missing: told, and nothing is lost. */
import { afterEach, beforeEach, expect, test } from "vitest"
import type { BackupReport, PruneReport } from "../../src/core/report.ts"
import type { VerifyReport } from "../../src/core/restore-report.ts"
import { cli } from "../lab/cli.ts"
import { shiftedClock } from "../lab/shifted-clock.ts"
import { type LabHost, sshd } from "../lab/sshd.ts"
import { tamper } from "../lab/tamper.ts"
import { wrongClock } from "../lab/wrong-clock.ts"
import { assembled, header, overlapsAndGaps, rangesOf, records, storedLogs } from "./logs-setting.ts"
import { type Setting, setting } from "./setting.ts"

const directory = "/var/log/pmta"
let story: Setting
let host: LabHost
beforeEach(async () => {
  story = await setting()
  host = await sshd({ name: "mta1", files: { "/etc/pmta/config": "postmaster ops@sender.example\n" } })
  const keep = "accounting: { retention: { keep: 30d } }"
  await story.fleet([host], { lines: [`categories: { ${keep}, log: { every: 1s } }`] })
})
afterEach(async () => {
  await host?.[Symbol.asyncDispose]()
  await story?.[Symbol.asyncDispose]()
})

/** With the runner's clock so many days off. */
async function off<Report>(days: number, command: string, ...args: readonly string[]) {
  const keys = {
    backup: ["--ssh-key-file", story.sshKeyFile, "--signing-key-file", story.signingKeyFile, "--no-propose"],
    prune: ["--signing-key-file", story.signingKeyFile],
    verify: [],
  }[command] as readonly string[]
  const run = await cli(
    [command, "--fleet", story.fleetFile, "--vault", story.vault, "--json", ...keys, ...args],
    { env: days === 0 ? {} : await shiftedClock(story.directory, days) },
  )
  return { ...run, report: (run.stdout === "" ? null : JSON.parse(run.stdout)) as Report }
}
const century = 73 * 365

async function restored(category: string) {
  const logs = await storedLogs(story, "mta1", category)
  expect(logs.flatMap(overlapsAndGaps)).toEqual([])
  const texts = logs.map(async log => [log.path, (await assembled(story, log)).toString()] as const)
  return new Map(await Promise.all(texts))
}

test("a run whose clock had jumped far ahead: the next one reads logs all the same, and prune takes nothing for old", async () => {
  await host.write(`${directory}/acct-first.csv`, header + records(1, 5))
  await host.run(`touch -d "-1 hour" ${directory}/*`)
  expect(await off(0, "backup")).toMatchObject({ code: 0 })
  await host.run(`rm ${directory}/acct-first.csv`)
  await host.write(`${directory}/acct-second.csv`, header + records(10, 5))
  await host.run(`touch -d "-1 hour" ${directory}/*`)
  expect(await off(century, "backup")).toMatchObject({ code: 0 })
  // The clock is still wrong when prune runs: a century seems to have passed, and nothing is over its period.
  const wrong = await off<PruneReport>(century, "prune")
  expect({ code: wrong.code, record: wrong.report.record }).toEqual({ code: 0, record: null })
  expect(wrong.report.hosts[0]?.logs[0]?.kept.map(({ rule }) => rule)).toEqual(["clock", "young"])

  await host.append(`${directory}/acct-second.csv`, records(15, 5))
  await host.run(`touch -d "-30 min" ${directory}/*`)
  const right = await off<BackupReport>(0, "backup")
  expect(right, right.stderr).toMatchObject({ code: 0 })
  expect(await restored("accounting")).toEqual(
    new Map([
      [`${directory}/acct-second.csv`, header + records(10, 10)],
      [expect.stringMatching(/acct-first\.csv@/), header + records(1, 5)],
    ]),
  )
  const pruned = await off<PruneReport>(0, "prune")
  expect({ code: pruned.code, record: pruned.report.record }).toEqual({ code: 0, record: null })
  const { report } = await off<VerifyReport>(0, "verify")
  const findings = report.hosts.flatMap(({ findings: own }) => own)
  expect(findings.map(({ problem, sequence }) => `${problem.code} ${sequence}`)).toEqual([
    "seal/from-future 2",
  ])
}, 120_000)

test("a host whose date is wrong: its files go by when they were read, neither sooner nor never", async () => {
  const old = `${directory}/acct-of-1970.csv`
  const future = `${directory}/acct-of-2090.csv`
  await host.write(old, header + records(1, 5))
  await host.write(future, header + records(10, 5))
  await host.run(`touch -d 1970-01-02 ${old}; touch -d 2090-01-01 ${future}`)
  const first = await off<BackupReport>(-40, "backup")
  expect(first, first.stderr).toMatchObject({ code: 0 })
  expect(first.report.hosts[0]?.findings).toContainEqual(
    expect.stringMatching(/2090.* in the future: a clock jumped$/),
  )
  await host.run(`rm ${old} ${future}`)
  const goneOn = async (days: number) => {
    expect((await off<BackupReport>(days, "backup")).report.hosts[0]?.status).not.toBe("failed")
    const { report } = await off<PruneReport>(days, "prune")
    return report.hosts[0]?.logs[0]?.removed.length
  }
  for (const days of [-33, -26, -19, -12]) expect(await goneOn(days), `${-days} days ago`).toBe(0)
  expect(await goneOn(-5)).toBe(2)
}, 120_000)

test.each([
  ["1970", new Date("1970-04-11T00:00:00Z"), "behind"],
  ["2099", new Date("2099-04-11T00:00:00Z"), "ahead of"],
])(
  "a host whose system clock stands in %s: it is told, logs come in full and only once, and nothing goes for old",
  async (year, shown, side) => {
    const log = `${directory}/acct.csv`
    const rules = "accounting: { every: 1s, retention: { keep: 30d } }"
    await story.fleet([host], { lines: [`categories: { ${rules} }`] })
    await host.write(log, header + records(1, 5))
    await wrongClock(host, shown)
    expect((await host.run("date +%Y")).trim()).toBe(year)
    const said = async () => {
      const { code, report, stderr } = await off<BackupReport>(0, "backup")
      expect(code, stderr).toBe(0)
      const { findings = [], categories = [] } = report.hosts[0] ?? {}
      return {
        findings,
        stored: categories.filter(({ status }) => status === "stored").map(({ name }) => name),
      }
    }
    const first = await said()
    // One word of the clock, and none of each file that has its time.
    expect(first.findings.filter(text => text.includes("clock"))).toEqual([
      expect.stringMatching(
        new RegExp(
          `^the clock of the host shows ${year}-04-1\\d \\d\\d:\\d\\d UTC, \\d+ days ${side} this machine's: `,
        ),
      ),
    ])
    expect(first.stored).toEqual(expect.arrayContaining(["accounting", "config"]))
    await host.append(log, records(6, 5))
    await host.run("sleep 2.1")
    expect((await said()).stored).toEqual(["accounting"])
    expect(await restored("accounting")).toEqual(new Map([[log, header + records(1, 10)]]))
    const [{ segments = [] } = {}] = await storedLogs(story, "mta1", "accounting")
    expect(rangesOf(segments)).toEqual([
      `0-${(header + records(1, 5)).length}`,
      `${(header + records(1, 5)).length}-${(header + records(1, 10)).length}`,
    ])
    expect((await said()).stored).toEqual([])
    // Thirty days are not over by a host's word, and it has left nothing behind.
    const pruned = await off<PruneReport>(0, "prune")
    expect({ code: pruned.code, record: pruned.report.record }).toEqual({ code: 0, record: null })
    expect((await off<VerifyReport>(0, "verify")).code).toBe(0)
    const status = await story.run("status", "--fleet", story.fleetFile, "--vault", story.vault)
    expect(status.stdout, status.stderr).toContain("every objective is met")
    const doctor = await story.run(
      ...["doctor", "--fleet", story.fleetFile, "--vault", story.vault],
      ...["--ssh-key-file", story.sshKeyFile, "--signing-key-file", story.signingKeyFile],
    )
    expect(doctor.stdout + doctor.stderr).toMatch(/clock.*differs by -?\d{9,10} s from this machine's/)
  },
  120_000,
)

test("a vault whose newest snapshot is missing: logs stop there and say so, and what is stored stays", async () => {
  const log = `${directory}/pmta.log`
  for (const text of ["first\n", "second\n"]) {
    await host.append(log, text)
    await host.run(`touch -d "-1 hour ${text.length} sec" ${log}; sleep 1`)
    expect(await off(0, "backup")).toMatchObject({ code: 0 })
  }
  const names = await story.names("bundles/mta1/log/")
  const newest = "snapshots/mta1/00000002.json"
  await tamper(story.vault, { [newest]: null, [`${newest}.sig`]: null })
  const after = await off<BackupReport>(0, "backup")
  expect(after.code).toBe(5)
  expect(after.report.hosts[0]?.problems).toMatchObject([
    {
      code: "seal/gap",
      message: "the vault has logs/mta1/log/00000002.json, and no snapshot of mta1 that names it",
    },
  ])
  expect(await story.names("bundles/mta1/log/")).toEqual(names)
}, 60_000)
