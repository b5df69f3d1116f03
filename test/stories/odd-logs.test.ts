/** What goes wrong with logs between two runs: told with names, sizes and dates, and nothing else is lost. */
import { randomBytes } from "node:crypto"
import { readFile, writeFile } from "node:fs/promises"
import { afterEach, beforeEach, expect, test } from "vitest"
import { ageKey, sshKey } from "../lab/keys.ts"
import { type LabHost, sshd } from "../lab/sshd.ts"
import {
  assembled,
  header,
  overlapsAndGaps,
  pages,
  rangesOf,
  record,
  records,
  storedLogs,
  unsealed,
} from "./logs-setting.ts"
import { type Setting, setting } from "./setting.ts"

const directory = "/var/log/pmta"
const acct = (number: number, day = "2026-11-24") =>
  `${directory}/acct-${day}-${String(number).padStart(4, "0")}.csv`
const hourAgo = () => Math.floor(Date.now() / 1000) - 3600

let story: Setting
let host: LabHost
beforeEach(async () => {
  story = await setting()
  host = await sshd({ name: "mta1", files: { "/etc/pmta/config": "postmaster ops@sender.example\n" } })
  await story.fleet([host], { lines: ["categories: { accounting: { every: 1s }, log: { every: 1s } }"] })
})
afterEach(async () => {
  await host?.[Symbol.asyncDispose]()
  await story?.[Symbol.asyncDispose]()
})

/** Runs that are not to be told "not due" are a second apart. */
async function backUp(...args: readonly string[]) {
  await new Promise(resolve => setTimeout(resolve, 1000))
  const { code, report, stderr } = await story.backup("--no-propose", ...args)
  const [found] = report.hosts
  return {
    code,
    stderr,
    found,
    findings: found?.findings ?? [],
    lost:
      found?.problems.filter(problem => problem.code === "pull/log-lost").flatMap(({ data }) => data) ?? [],
    of: (name: string) => found?.categories.find(category => category.name === name),
  }
}

/** All stored files by path, put together with stock tools. */
async function restored(category = "accounting") {
  const logs = await storedLogs(story, "mta1", category)
  expect(logs.flatMap(overlapsAndGaps)).toEqual([])
  return new Map(
    await Promise.all(logs.map(async log => [log.path, (await assembled(story, log)).toString()] as const)),
  )
}

test("a record that is half written waits; once it is whole, or nobody writes any more, it is stored", async () => {
  const whole = header + records(1, 50)
  await host.write(acct(0), `${whole}${record(51).slice(0, 60)}`)
  expect(await backUp()).toMatchObject({ code: 0 })
  expect((await restored()).get(acct(0))).toBe(whole)

  await host.append(acct(0), record(51).slice(60))
  expect(await backUp()).toMatchObject({ code: 0 })
  expect((await restored()).get(acct(0))).toBe(whole + record(51))

  await host.append(acct(0), "d,the server died he")
  await host.run(`touch -d @${hourAgo()} ${acct(0)}`)
  expect((await backUp()).of("accounting")).toMatchObject({ status: "stored", bytes: 20 })
  expect((await restored()).get(acct(0))).toBe(`${whole}${record(51)}d,the server died he`)
  expect((await backUp()).of("accounting")).toMatchObject({ status: "unchanged", bytes: 0 })
})

test("a run within the interval does not read the logs again", async () => {
  await story.fleet([host])
  await host.write(acct(0), header + records(1, 5))
  expect((await backUp()).of("accounting")).toMatchObject({ status: "stored" })
  await host.append(acct(0), record(6))
  const second = await backUp()
  expect(second.of("accounting")).toBeUndefined()
  const [before, after] = await story.snapshots("mta1")
  expect(after?.categories["accounting"]).toEqual(before?.categories["accounting"])
})

test("move-to: a file that is moved away is known again, where the config says and where it does not", async () => {
  const move = "<acct-file /var/log/pmta/acct.csv>\n  move-to /var/log/done\n</acct-file>\n"
  await host.write("/etc/pmta/config", `postmaster ops@sender.example\n${move}`)
  await host.write(acct(0), header + records(1, 300))
  expect(await backUp()).toMatchObject({ code: 0 })
  await host.append(acct(0), records(301, 5))
  await host.run(`mkdir /var/log/done && mv ${acct(0)} /var/log/done/ && chmod 755 /var/log/done`)
  await host.write(acct(1), header + records(400, 5))
  expect(await backUp()).toMatchObject({ code: 0, lost: [] })
  const moved = acct(0).replace(directory, "/var/log/done")
  expect([...(await restored())]).toEqual([
    [moved, header + records(1, 305)],
    [acct(1), header + records(400, 5)],
  ])
})

test("what vanished before all of it was stored is named, with size and dates; so is a number that was skipped", async () => {
  await host.write(acct(1), `${header}${records(1, 20)}half a rec`)
  await host.write(acct(0), header + records(21, 20), { mtime: hourAgo() })
  expect(await backUp()).toMatchObject({ code: 0 })
  const { size } = await host.stat(acct(1))
  await host.remove(acct(1))
  await host.remove(acct(0))
  await host.write(acct(4), header + records(50, 20), { mtime: hourAgo() })
  const after = await backUp()
  expect(after.code).toBe(3)
  expect(after.lost).toEqual([
    expect.stringContaining("acct-2026-11-24-0003.csv was never seen"),
    expect.stringMatching(
      new RegExp(
        `^${acct(1)} vanished: ${size} bytes at 20.*Z, last written 20.*Z; 10 of them are not stored`,
      ),
    ),
  ])
  // It is told once; and what left the host stays in the vault.
  expect(await backUp()).toMatchObject({ code: 0, lost: [] })
  const kept = [...(await restored()).values()].sort()
  expect(kept).toEqual([header + records(1, 20), header + records(21, 20), header + records(50, 20)].sort())
})

test("a log that is cut and written anew is a new file; what was stored of the old one stays", async () => {
  const log = `${directory}/pmta.log`
  const lines = (from: number, count: number) =>
    Array.from({ length: count }, (_, n) => `2026-11-24 event ${from + n} "quoted\n`).join("")
  await host.write(log, lines(1, 500))
  expect(await backUp()).toMatchObject({ code: 0 })
  await host.run(`cp -p ${log} ${log}.1; : > ${log}`)
  await host.append(log, lines(9000, 800))
  expect(await backUp(), "copied away first").toMatchObject({ code: 0, lost: [] })
  expect([...(await restored("log"))]).toEqual([
    [log, lines(9000, 800)],
    [`${log}.1`, lines(1, 500)],
  ])

  await host.run(`: > ${log}`)
  const cut = await backUp()
  expect(cut.code).toBe(3)
  expect(cut.lost).toEqual([expect.stringContaining(`${log} was cut to 0 bytes`)])
  expect([...(await restored("log")).values()].sort()).toEqual(["", lines(1, 500), lines(9000, 800)])
})

test("a link, a FIFO and a socket in the place of a log are named, not followed, and do not hold the run up", async () => {
  await host.write(acct(0), header + records(1, 5), { mtime: hourAgo() })
  await host.run(
    `ln -s /etc/shadow ${acct(1)}; mkfifo -m 644 ${acct(2)}; mkfifo -m 644 ${directory}/pmta.log`,
  )
  const { code, findings, found } = await backUp()
  expect({ code, problems: found?.problems }).toEqual({ code: 0, problems: [] })
  expect(findings).toEqual([
    `${acct(1)} is a link, to /etc/shadow; it is not followed`,
    `${acct(2)} is no file (a FIFO, socket or device); it is not read`,
    `${directory}/pmta.log is no file (a FIFO, socket or device); it is not read`,
  ])
  expect([...(await restored()).keys()]).toEqual([acct(0)])
})

test("lines longer than a piece, names that are none, and a mean file name come back byte for byte", async () => {
  const giant = `${header}d,"${"x".repeat(11 * 1024 * 1024)}`
  const odd = `${directory}/acct ü "$(id)".csv`
  await host.write(acct(0), giant)
  await host.write(odd, 'stray " quote\nand more\n', { mtime: hourAgo() })
  const first = await backUp()
  expect(first, first.stderr).toMatchObject({ code: 0 })
  expect(first.findings).toEqual([
    expect.stringContaining("has a record above 4194304 bytes"),
    expect.stringMatching(/\.csv: 2 not counted, lines before any header; the first begins at byte 0$/),
    expect.stringContaining(`${acct(0)}: 1 not counted, lines longer than 64 KiB`),
  ])
  await host.append(acct(0), `"\r\n${records(1, 3)}`)
  await host.run(`touch -d @${hourAgo()} ${acct(0)}`)
  expect(await backUp()).toMatchObject({ code: 0 })
  const all = await restored()
  expect(all.get(acct(0)) === `${giant}"\r\n${records(1, 3)}`).toBe(true)
  expect(all.get(odd)).toBe('stray " quote\nand more\n')
  for (const name of await story.names("bundles/mta1/accounting/"))
    expect(name).toMatch(/^[A-Za-z0-9._/@%-]+$/)
})

test("files that may not be read, and those from the future, are named; the others are stored", async () => {
  const future = Math.floor(Date.now() / 1000) + 30 * 86_400
  await host.write(acct(0), header + records(1, 5), { mtime: future })
  await host.write(acct(1), header, { mode: 0o600 })
  const { code, found, findings } = await backUp()
  expect(code).toBe(3)
  expect(found?.problems).toMatchObject([{ code: "pull/unreadable", data: [acct(1)] }])
  expect(findings).toEqual([expect.stringMatching(/in the future: a clock jumped$/)])
  expect((await restored()).get(acct(0))).toBe(header + records(1, 5))
  const [snapshot] = await story.snapshots("mta1")
  expect(snapshot?.categories["accounting"]?.log?.capturedAt, "due again at once").toBeNull()
})

test("another signing key: what is stored is known again, and goes on", async () => {
  await host.write(acct(0), header + records(1, 300))
  expect(await backUp()).toMatchObject({ code: 0 })
  const next = await sshKey("ed25519")
  const file = await story.file("next-signing", next.privateKey)
  const fleet = await readFile(story.fleetFile, "utf8")
  const signers = `signers: ${JSON.stringify([story.signer, next.publicKey])}`
  await story.file("fleet.yml", fleet.replace(/^signers: .*$/m, signers))
  await host.append(acct(0), records(301, 3))
  expect(await backUp("--signing-key-file", file)).toMatchObject({ code: 0, lost: [] })
  await host.append(acct(0), records(304, 3))
  expect(await backUp("--signing-key-file", file)).toMatchObject({ code: 0, lost: [] })
  expect((await restored()).get(acct(0))).toBe(header + records(1, 306))
  const all = await pages(story, "mta1", "accounting")
  expect(all.map(({ segments }) => rangesOf(segments).length)).toEqual([1, 1, 1])
  expect(new Set(all.map(({ key }) => key)).size).toBe(2)
})

test("a page that was altered stops its category with exit code 5, and nothing is stored in its place", async () => {
  await host.write(acct(0), header + records(1, 5))
  expect(await backUp()).toMatchObject({ code: 0 })
  const [name = ""] = await story.names("logs/mta1/accounting/")
  const altered = (await story.blob(name)).toString().replace(/"end": \d+/, '"end": 0')
  await story.forge(name, await story.file("altered.json", altered))
  const after = await backUp()
  expect(after.code).toBe(5)
  expect(after.found?.problems).toMatchObject([{ code: "seal/altered" }])
  expect(after.of("config")).toMatchObject({ status: "unchanged" })
})

test("a category has its own recipients: its keys open it, and those of the fleet do not", async () => {
  const own = await ageKey()
  const category = `accounting: { every: 1s, recipients: [${own.recipient}] }`
  await story.fleet([host], { lines: [`categories: { ${category}, log: { every: 1s } }`] })
  await host.write(acct(0), header + records(1, 5), { mtime: hourAgo() })
  await host.write(`${directory}/pmta.log`, "event\n", { mtime: hourAgo() })
  expect(await backUp()).toMatchObject({ code: 0 })
  expect([...(await restored("log")).values()]).toEqual(["event\n"])
  await expect(restored()).rejects.toThrow("no identity matched")
  await story.file("identity", own.identity)
  expect([...(await restored()).values()]).toEqual([header + records(1, 5)])
})

test("in a directory store, with gzip: what an interrupted run left behind is in nobody's way", async () => {
  const store = `${story.directory}/store`
  const flags = ["--store", "directory", "--store-path", store, "--compression", "gzip"]
  await host.write(acct(0), header + records(1, 5))
  expect(await backUp(...flags)).toMatchObject({ code: 0 })
  const [before] = await storedLogs(story, "mta1", "accounting")
  await host.append(acct(0), records(6, 5))
  const end = before?.size ?? 0
  const orphan = `bundles/mta1/accounting/${before?.id}/${end}-${end + records(6, 5).length}.gz.age`
  await writeFile(`${store}/${orphan}`, "half of a run")
  expect(await backUp(...flags)).toMatchObject({ code: 0 })
  const [log] = await storedLogs(story, "mta1", "accounting")
  expect(log?.segments.map(({ key }) => key)).toEqual([
    `bundles/mta1/accounting/${log?.id}/0-${end}.gz.age`,
    orphan.replace(".gz.age", ".2.gz.age"),
  ])
  const stored = await Promise.all((log?.segments ?? []).map(({ key }) => readFile(`${store}/${key}`)))
  const opened = await Promise.all(stored.map(sealed => unsealed(story, sealed, "gzip")))
  expect(Buffer.concat(opened).toString()).toBe(header + records(1, 10))
})

test("a dry run says how much there is to read, and stores nothing", async () => {
  await host.write(acct(0), header + records(1, 5))
  const { of, code } = await backUp("--dry-run")
  expect(code).toBe(0)
  expect(of("accounting")).toMatchObject({ status: "stored", bytes: (header + records(1, 5)).length })
  expect(await backUp("--max-log-rate", "1MB")).toMatchObject({ code: 0 })
  expect([...(await restored()).values()]).toEqual([header + records(1, 5)])
  expect((await backUp("--dry-run")).of("accounting")).toMatchObject({ status: "unchanged", bytes: 0 })
})

test("what reads a log on the host is at the lowest priority", async () => {
  const content = `${randomBytes(4_000_000).toString("hex")}\n`
  await host.write(acct(0), content, { mtime: hourAgo() })
  const run = backUp("--max-log-rate", "1MB")
  const ended = run.then(() => true)
  const seen = new Set<string>()
  const look = async () => {
    const of = `for p in $(pgrep -f '[p]mta-vault-reader'); do echo "$(ps -o ni= -p $p) $(ionice -p $p)"; done`
    for (const line of (await host.run(`${of} 2>/dev/null`)).split("\n")) seen.add(line.trim())
    return false
  }
  while (!(await Promise.race([ended, look()])));
  expect(await run).toMatchObject({ code: 0 })
  // The lister before it is not.
  expect([...seen]).toContain("19 idle")
})

test("what there was no time for is left to the next run, which goes on from there", async () => {
  // Half of it is what it takes on the wire; the rate leaves time for a third.
  const content = Array.from({ length: 240 }, () => `${randomBytes(50_000).toString("hex")}\n`).join("")
  await host.write(acct(0), content, { mtime: hourAgo() })
  const first = await backUp("--host-timeout", "8s", "--max-log-rate", "1MB")
  expect(first.code).toBe(3)
  expect(first.found?.problems).toMatchObject([
    { code: "pull/out-of-time", message: "mta1: not all of accounting was read in the time for one host" },
  ])
  const [log] = await storedLogs(story, "mta1", "accounting")
  expect(log?.size).toBeGreaterThan(0)
  expect(log?.size).toBeLessThan(content.length)
  expect(await backUp()).toMatchObject({ code: 0 })
  expect((await restored()).get(acct(0)) === content).toBe(true)
})
