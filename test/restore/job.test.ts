/** The scripts of a restore, run as a host runs them: below a root of their own. */
import { mkdir, mkdtemp, readFile, stat, symlink, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import type { Entry } from "../../src/core/file.ts"
import type { Restorable } from "../../src/core/restorable.ts"
import { jobId, makeJob } from "../../src/restore/job.ts"
import { endedJobs } from "../../src/restore/left-jobs.ts"
import { planRestore } from "../../src/restore/plan.ts"
import { capturedFile, entryOf } from "../lab/captured-file.ts"
import { finish, succeed } from "../lab/child.ts"
import { asRoot } from "../lab/rights.ts"

// Two restores of one plan within a second had one folder: the second took the first's copy and times for its own.
test("each restore has a folder of its own, also the same plan at the same time", () => {
  const now = new Date("2026-11-25T18:02:14.250Z")
  const ids = Array.from({ length: 100 }, () => jobId(now, "0123456789abcdef"))
  expect(new Set(ids).size).toBe(100)
  for (const id of ids) expect(id).toMatch(/^20261125T180214250Z-01234567-[0-9a-f]{8}$/)
})

test("what an earlier restore left is told in sentences, and other words are not", () => {
  const folder = "/var/lib/pmta-vault-restore/20261125T180214250Z-01234567-89abcdef"
  const said = `ended ${folder}\nfailed ${folder}\nended /a b\nwords\nended x/y\n xended ${folder}`
  expect(endedJobs(said)).toEqual([
    `an earlier restore had been cut off; what it left is cleared away. To undo it: sh ${folder}/undo`,
    `an earlier restore had been cut off, and what it left stays: see ${folder} and its script undo`,
  ])
})

/** A place on this machine with a `/var/lib` of its own, where jobs are unpacked and their scripts run as root. */
let root: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "pmta-job-"))
  await mkdir(join(root, "lib"))
})
afterEach(async () => {
  await succeed("sh", ["-c", `${(await asRoot()).join(" ")} rm -rf "$0"`, root])
})
const at = (path: string) => join(root, "host", path)

/** @returns exit code and words of `script`, with the job's folder as `$0` */
async function onHost(script: string, folder: string, archive: Uint8Array = new Uint8Array()) {
  const [command = "", ...args] = [...(await asRoot()), "unshare", "-m", "sh", "-ec"]
  const mounted = `mount --bind ${root}/lib /var/lib\n${script}`
  return await finish(command, [...args, mounted, folder], { input: archive })
}

const file = (path: string, content: string, changes: Partial<Entry> = {}): Restorable => ({
  category: "config",
  ...capturedFile(at(path), content, { owner: "root", group: "root", ...changes }),
})
const other = (path: string, kind: "link" | "directory", changes: Partial<Entry> = {}): Restorable => ({
  category: "config",
  entry: entryOf(at(path), kind, { owner: "root", group: "root", ...changes }),
  content: null,
})

/** What is there, as a host tells it. */
async function found(...items: readonly Restorable[]) {
  for (const { entry, content } of items) {
    await mkdir(dirname(entry.path), { recursive: true })
    if (entry.kind === "directory") await mkdir(entry.path, { recursive: true, mode: entry.mode })
    else if (entry.kind === "link") await symlink(entry.target ?? "", entry.path)
    else await writeFile(entry.path, content?.revealText("a test's own text") ?? "", { mode: entry.mode })
  }
  return items.map(({ entry }) => ({
    entry: { ...entry, uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 },
    content: null,
  }))
}

function jobOf(wanted: readonly Restorable[], now: Awaited<ReturnType<typeof found>>) {
  const steps = planRestore(wanted, now, () => false)
  return makeJob(steps, wanted, {
    id: "20261125T180214250Z-01234567-89abcdef",
    title: "of mta1 → ü",
    time: 1_700_000_000,
  })
}

/** Every path with what it is, its mode and its content. */
async function tree(): Promise<readonly string[]> {
  const listed = await succeed("find", [join(root, "host"), "-mindepth", "1", "-printf", "%P|%y|%m|%l\\0"])
  const lines = listed.toString().split("\0").filter(Boolean).sort()
  return await Promise.all(
    lines.map(async line => {
      const [path = "", kind] = line.split("|")
      return kind === "f" ? `${line}${await readFile(at(path), "utf8")}` : line
    }),
  )
}

describe("the scripts of a restore", () => {
  const wanted = () => [
    file("etc/a.conf", "new a", { mode: 0o640 }),
    other("etc/dkim", "directory", { mode: 0o750 }),
    file("etc/dkim/it's $(touch x)\n.pem", "key", { mode: 0o600 }),
    other("etc/link", "link", { target: "a.conf" }),
    other("etc/was-link", "link", { target: "new target" }),
    file("etc/same", "same", { mode: 0o600 }),
    other("open", "directory", { mode: 0o700 }),
    file("made/by/it/b.conf", "b", { mode: 0o644 }),
  ]
  const hostBefore = async () =>
    await found(
      file("etc/a.conf", "old a", { mode: 0o644 }),
      other("etc/was-link", "link", { target: "old target" }),
      file("etc/same", "same", { mode: 0o644 }),
      other("open", "directory", { mode: 0o755 }),
    )
  const send = 'tar -x -p -f - -C /; sh "$0/apply"'

  test("put the backup there, files by rename, and are kept by commit", async () => {
    const { folder, archive } = jobOf(wanted(), await hostBefore())
    expect(folder).toBe("/var/lib/pmta-vault-restore/20261125T180214250Z-01234567-89abcdef")
    const applied = await onHost(send, folder, archive)
    expect(applied, applied.stderr).toMatchObject({ code: 0, stderr: "" })
    const kept = await onHost('sh "$0/commit"; cat "$0/state"; ls "$0"', folder)
    expect(kept, kept.stderr).toMatchObject({ code: 0, stderr: "" })
    expect(kept.stdout.toString().split("\n").filter(Boolean)).toEqual(
      expect.arrayContaining(["committed", "before.tar", "undo"]),
    )
    expect(kept.stdout.toString()).not.toMatch(/^files$/m)
    const is = [
      "etc|d|755|",
      "etc/a.conf|f|640|new a",
      "etc/dkim|d|750|",
      "etc/dkim/it's $(touch x)\n.pem|f|600|key",
      "etc/link|l|777|a.conf",
      "etc/same|f|600|same",
      "etc/was-link|l|777|new target",
      "made|d|755|",
      "made/by|d|755|",
      "made/by/it|d|755|",
      "made/by/it/b.conf|f|644|b",
      "open|d|700|",
    ]
    expect(await tree()).toEqual(is.sort())
  })

  test("undo what they did, before it is kept and after, to the time of each directory", async () => {
    const now = await hostBefore()
    await succeed("touch", ["-d", "@1000000000", at("etc"), at("open"), `${root}/host`])
    const was = await tree()
    const { folder, archive } = jobOf(wanted(), now)
    for (const keep of ["", 'sh "$0/commit";']) {
      const applied = await onHost(send, folder, archive)
      expect(applied, applied.stderr).toMatchObject({ code: 0 })
      const undone = await onHost(`${keep} sh "$0/undo"; sh "$0/undo"; cat "$0/state"; rm -r "$0"`, folder)
      expect(undone, undone.stderr).toMatchObject({ code: 0, stderr: "" })
      expect(undone.stdout.toString()).toBe("undone\n")
      expect(await tree()).toEqual(was)
      expect((await stat(at("etc"))).mtimeMs).toBe(1_000_000_000_000)
      expect((await stat(at("open"))).mtimeMs).toBe(1_000_000_000_000)
    }
  })

  test("touch nothing when something came since the plan was made", async () => {
    const { folder, archive } = jobOf(wanted(), await hostBefore())
    await mkdir(at("made/by/it"), { recursive: true })
    await writeFile(at("made/by/it/b.conf"), "someone's")
    const was = await tree()
    const applied = await onHost(send, folder, archive)
    expect(applied.code).not.toBe(0)
    expect(applied.stdout.toString()).toContain(
      `${at("made/by/it/b.conf")} was not there when the plan was made`,
    )
    expect(await tree()).toEqual(was)
    expect((await onHost('cat "$0/state"', folder)).stdout.toString()).toBe("undone\n")
  })

  test("a file at the root of the host has the root for its directory", () => {
    const entry = { ...capturedFile("/motd", "x"), category: "config" }
    const { archive } = makeJob(
      planRestore([entry], [], () => false),
      [entry],
      { id: "x", title: "", time: 0 },
    )
    expect(archive.toString()).toContain("touch -r '/' times/0")
  })
})
