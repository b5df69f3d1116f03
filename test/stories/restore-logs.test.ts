/** Logs come back whole, when they are asked for: from a real host that rotated them, and by stock tools. */
import { copyFile, readdir, readFile, stat } from "node:fs/promises"
import { basename, join } from "node:path"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import type { RestoreReport } from "../../src/core/restore-report.ts"
import { finish, succeed } from "../lab/child.ts"
import { blocksOf } from "../lab/document.ts"
import { hostFiles } from "../lab/fixtures.ts"
import { ageKey } from "../lab/keys.ts"
import { type LabHost, sshd } from "../lab/sshd.ts"
import { tamper } from "../lab/tamper.ts"
import { header, records, storedLogs } from "./logs-setting.ts"
import { type Setting, setting } from "./setting.ts"

let story: Setting
let host: LabHost
/** what the host had at the newest snapshot, by path */
const kept: Record<string, Buffer> = {}
const old = "/var/log/pmta/acct-2026-11-24-0001.csv"
const growing = "/var/log/pmta/acct-2026-11-24-0002.csv"
const odd = "/var/log/pmta/acct-odd $(touch pwned) ü.csv"
let oldContent: string
/** of the growing file, at the first snapshot */
let atFirst: Buffer

beforeAll(async () => {
  story = await setting()
  const content = await hostFiles({ seed: "restore-logs", domains: 1, keys: 1 })
  host = await sshd({ name: "mta1", files: content.files })
  await story.fleet([host], { lines: ["categories: { accounting: { every: 1s }, log: { every: 1s } }"] })
  oldContent = header + records(1, 2000)
  const rights = { mode: 0o640, owner: "pmta", group: "pmta" } as const
  await host.write(old, oldContent, rights)
  await host.write(growing, header + records(5000, 1500), rights)
  await host.run(`touch -d '2026-11-24 05:00' '${old}'`)
  expect((await story.backup()).code).toBe(0)
  atFirst = await host.read(growing)
  // The host deletes the old one, goes on with the other, and gets a new one.
  await host.remove(old)
  await new Promise(resolve => setTimeout(resolve, 1100))
  await host.append(growing, records(9000, 3000))
  await host.write(odd, header + records(1, 10), { ...rights, mode: 0o644 })
  await host.write("/var/log/pmta/pmta.log", "2026-11-24 a line\n", rights)
  for (const path of [growing, odd, "/var/log/pmta/pmta.log"])
    await host.run(`touch -d '2026-11-24 06:00' '${path}'`)
  const second = await story.backup()
  expect(second.code, second.stdout).toBe(0)
  for (const path of [growing, odd, "/var/log/pmta/pmta.log"]) kept[path] = await host.read(path)
})
afterAll(async () => {
  await host?.[Symbol.asyncDispose]()
  await story?.[Symbol.asyncDispose]()
})

/**
 * Whose a file of the host has to be on this machine: of the accounts of its names, else of the numbers that they
 * have on the host. Who is not root can give no file away.
 */
async function idsHere(path: string): Promise<readonly (number | undefined)[]> {
  if (process.getuid?.() !== 0) return [process.getuid?.(), process.getgid?.()]
  const { owner, group } = await host.stat(path)
  expect([owner, group]).toEqual(["pmta", "pmta"])
  const there = (await host.run("id -u pmta; getent group pmta | cut -d: -f3")).trim().split("\n")
  const here = await Promise.all(
    ["passwd", "group"].map(async table => await finish("getent", [table, "pmta"])),
  )
  return here.map(({ code, stdout }, index) =>
    Number(code === 0 ? stdout.toString().split(":")[2] : there[index]),
  )
}

let runs = 0
async function restore(...args: readonly string[]) {
  const out = join(story.directory, `out-${++runs}`)
  const where = args.some(arg => ["--plan", "--bundle"].includes(arg)) ? [] : ["--out", out]
  const run = await story.run(
    ...["restore", "--host", "mta1", "--fleet", story.fleetFile, "--vault", story.vault, "--json"],
    ...(args.includes("--identity-file") ? [] : ["--identity-file", story.identityFile]),
    ...where,
    ...args,
  )
  const report = (run.stdout === "" ? null : JSON.parse(run.stdout)) as RestoreReport
  return { ...run, report, out, files: await filesBelow(out) }
}
const filesBelow = async (root: string) =>
  (await readdir(root, { recursive: true, withFileTypes: true }).catch(() => []))
    .filter(item => item.isFile())
    .map(item => join(item.parentPath, item.name).slice(root.length))
    .sort()

test("without being asked for, no logs come, and it is said how to get them", async () => {
  const { code, files, report, stderr } = await restore()
  expect(code, stderr).toBe(0)
  expect(files).toContain("/etc/pmta/config")
  expect(files.filter(path => path.startsWith("/var/log"))).toEqual([])
  expect(report.warnings).toContainEqual(
    "accounting, log: logs are restored only when asked for, with --categories accounting,log",
  )
})

test("by category: every file that the host had, whole, with mode, owner and time", async () => {
  const { code, files, out, report, stderr } = await restore("--categories", "accounting,log")
  expect(code, stderr).toBe(0)
  expect(files).toEqual(Object.keys(kept).sort())
  for (const [path, content] of Object.entries(kept)) {
    expect((await readFile(join(out, path))).equals(content), path).toBe(true)
    const there = await host.stat(path)
    const here = await stat(join(out, path))
    expect({ mode: here.mode & 0o7777, mtime: Math.floor(here.mtimeMs / 1000) }).toEqual({
      ...{ mode: there.mode, mtime: there.mtime },
    })
    expect([here.uid, here.gid], path).toEqual(await idsHere(path))
  }
  expect(report.categories.map(({ name, files }) => `${name} ${files}`)).toEqual(["accounting 2", "log 1"])
  expect(report.warnings.filter(text => !text.startsWith("this machine has no"))).toEqual([])
  expect(await readdir(out)).toEqual(["var"])
})

test("the commands of docs/FORMAT.md give a log back as it was, with stock tools alone", async () => {
  const blocks = blocksOf(await readFile(join(import.meta.dirname, "../../docs/FORMAT.md"), "utf8"))
  const written = blocks.get("open-log") ?? ""
  const folder = /^FOLDER=(.*)$/m.exec(written)?.[1] ?? ""
  const logs = await storedLogs(story, "mta1", "accounting")
  const { id = "", segments = [] } = logs.find(({ path }) => path === growing) ?? {}
  expect(segments.length).toBeGreaterThan(1)
  // What an operator changes: the folder, and the name of what comes out, which is the file's in both.
  const own = written
    .replaceAll(folder, () => `bundles/mta1/accounting/${id}`)
    .replaceAll("acct-2026-11-24-0001.csv", basename(growing))
  const clone = join(story.directory, "clone")
  await succeed("git", ["clone", "-q", "-b", "bundles", story.vault, clone])
  await copyFile(story.identityFile, join(clone, "identity.txt"))
  const run = await finish("bash", ["-euo", "pipefail", "-c", own], { cwd: clone })
  expect({ code: run.code, stderr: run.stderr }).toEqual({ code: 0, stderr: "" })
  expect((await readFile(join(clone, basename(growing)))).equals(kept[growing] ?? Buffer.alloc(0))).toBe(true)
})

test("by path, beside all else that matches, and with a config when its category is named too", async () => {
  expect((await restore("--path", "/var/log/pmta/acct-2026-*")).files).toEqual([growing])
  const both = await restore("--categories", "config,log")
  expect(both.files).toEqual(expect.arrayContaining(["/etc/pmta/config", "/var/log/pmta/pmta.log"]))
  const none = await restore("--categories", "accounting", "--path", "/var/log/pmta/nothing*")
  expect(none).toMatchObject({ code: 2, files: [], stderr: expect.stringContaining("restore/nothing") })
})

test("at an earlier point in time a file is as it was then", async () => {
  const { files, out, stderr } = await restore("--categories", "accounting", "--at", "1")
  expect(files, stderr).toEqual([old, growing])
  expect(await readFile(join(out, old), "utf8")).toBe(oldContent)
  const part = await readFile(join(out, growing))
  // Its last line may not have been whole.
  expect(atFirst.subarray(0, part.length).equals(part)).toBe(true)
  expect(atFirst.length - part.length).toBeLessThan(1000)
})

test("what has left the host comes with all-logs, under a name that tells it from what came after it", async () => {
  const { files, out } = await restore("--all-logs", "--path", `${old}*`)
  expect(files).toEqual([expect.stringMatching(/^\/var\/log\/pmta\/acct-2026-11-24-0001\.csv@\d{8}T\d+Z$/)])
  expect(await readFile(join(out, files[0] ?? ""), "utf8")).toBe(oldContent)
})

test.each([
  ["--bundle", () => join(story.directory, "logs.tar")],
  ["--to", () => "mta1"],
])("%s does not take them, and says where they go", async (flag, value) => {
  const found = await story.run(
    ...["restore", "--host", "mta1", "--fleet", story.fleetFile, "--vault", story.vault],
    ...["--identity-file", story.identityFile, "--ssh-key-file", story.sshKeyFile],
    ...["--categories", "accounting", flag, value()],
  )
  expect(found).toMatchObject({ code: 2, stderr: expect.stringContaining("give --out DIR") })
  expect(await readdir(story.directory)).not.toContain("logs.tar")
})

test("the list names logs with their rights, and writes nothing", async () => {
  const { report } = await restore("--plan", "--categories", "accounting")
  const { outcome } = report
  expect(outcome.form === "list" ? outcome.files : []).toEqual(
    [odd, growing].sort().map(path => ({
      ...{ path, category: "accounting", bytes: kept[path]?.length },
      rights: `${path === odd ? "0644" : "0640"} pmta:pmta`,
    })),
  )
})

describe("what is not what was stored", () => {
  const segments = async () =>
    (await storedLogs(story, "mta1", "accounting"))
      .filter(({ present }) => present)
      .flatMap(log => log.segments)
  const changed = async (change: () => Promise<Readonly<Record<string, Uint8Array | null>>>) => {
    const changes = await change()
    const before = await Promise.all(
      Object.keys(changes).map(async key => [key, await story.blob(key)] as const),
    )
    await tamper(story.vault, changes)
    const run = await restore("--categories", "accounting,config")
    await tamper(story.vault, Object.fromEntries(before))
    return run
  }

  test.each([
    ["missing", "store/missing", async () => ({ [(await segments()).at(-1)?.key ?? ""]: null })],
    [
      "flipped",
      "seal/bundle-altered",
      async () => {
        const key = (await segments()).at(-1)?.key ?? ""
        const bytes = Buffer.from(await story.blob(key))
        bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1
        return { [key]: bytes }
      },
    ],
    [
      "cut off",
      "seal/truncated",
      async () => {
        const key = (await segments())[0]?.key ?? ""
        return { [key]: (await story.blob(key)).subarray(0, -5) }
      },
    ],
    [
      "another segment of the same file",
      "seal/swapped",
      async () => {
        const growingOnes = (await segments()).filter(({ file }) => file.startsWith("acct-2026-11-24-0002"))
        const [first = "", second = ""] = growingOnes.map(({ key }) => key)
        return { [second]: await story.blob(first) }
      },
    ],
    [
      "sealed by a stranger",
      "seal/",
      async () => ({ [(await segments())[0]?.key ?? ""]: Buffer.from("age-encryption.org/v1\nforeign") }),
    ],
    [
      "a page that was altered",
      "seal/altered",
      async () => {
        const key = (await story.names("logs/mta1/accounting/")).at(-1) ?? ""
        return { [key]: Buffer.from(String(await story.blob(key)).replace('"mode": 416', '"mode": 511')) }
      },
    ],
    [
      "a page that is gone",
      "store/missing",
      async () => ({ [(await story.names("logs/mta1/accounting/"))[0] ?? ""]: null }),
    ],
  ] as const)("%s: its own message, code 5, and nothing is written", async (_, code, change) => {
    const run = await changed(change)
    expect(run.stderr).toContain(code)
    expect(run).toMatchObject({ code: 5, files: [] })
  })

  test("an identity that does not open them", async () => {
    const other = await story.file("other", `${(await ageKey()).identity}\n`)
    const run = await restore("--categories", "accounting", "--identity-file", other)
    expect(run).toMatchObject({ code: 5, files: [], stderr: expect.stringContaining("seal/wrong-identity") })
  })
})
