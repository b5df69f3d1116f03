import { chmod, lstat, mkdir, mkdtemp, readdir, readFile, readlink, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, expect, test } from "vitest"
import { Problem } from "../../src/core/problem.ts"
import type { Restorable } from "../../src/core/restorable.ts"
import { Secret } from "../../src/core/secret.ts"
import { localOwners } from "../../src/restore/owners.ts"
import { unpack } from "../../src/restore/unpack.ts"
import { capturedFile, entryOf } from "../lab/captured-file.ts"

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "pmta-unpack-"))
})
afterEach(async () => await rm(directory, { recursive: true, force: true }))

const file = (path: string, content: string, changes = {}): Restorable => ({
  category: "config",
  ...capturedFile(path, content, changes),
})
const other = (path: string, kind: "link" | "directory", changes = {}): Restorable => ({
  ...{ category: "config", content: null },
  entry: entryOf(path, kind, changes),
})

test("modes, times, links and odd names come back; a closed directory does not get in the way", async () => {
  const items = [
    other("/etc/pmta", "directory", { mode: 0o500, mtime: 1_600_000_000 }),
    file("/etc/pmta/-rf", "dash"),
    file("/etc/pmta/a\nb", "line end"),
    file("/etc/pmta/set-id", "x", { mode: 0o4755 }),
    other("/etc/pmta/out", "link", { target: "../../../../etc/passwd" }),
    file("/opt/elsewhere/ü→", "", { mtime: 1 }),
  ]
  expect(await unpack(items, [], join(directory, "out"), null)).toEqual({ unknownOwners: [] })
  const at = (path: string) => join(directory, "out", path)
  expect(await readFile(at("etc/pmta/a\nb"), "utf8")).toBe("line end")
  expect(await readlink(at("etc/pmta/out"))).toBe("../../../../etc/passwd")
  expect((await lstat(at("etc/pmta"))).mode & 0o7777).toBe(0o500)
  expect((await lstat(at("etc/pmta"))).mtimeMs).toBe(1_600_000_000_000)
  expect((await lstat(at("etc/pmta/set-id"))).mode & 0o7777).toBe(0o4755)
  expect((await lstat(at("opt/elsewhere/ü→"))).mtimeMs).toBe(1000)
  await chmod(at("etc/pmta"), 0o700)
})

test.runIf(process.getuid?.() === 0)(
  "as root, owners are given by name; an unknown name is told",
  async () => {
    const owners = await localOwners()
    const known = file("/a", "x", { owner: "daemon", group: "daemon", uid: 4711, gid: 4711 })
    const unknown = file("/b", "x", { owner: "nobody-here", group: "daemon", uid: 4711, gid: 4711 })
    const told = await unpack([known, unknown], [], join(directory, "out"), owners)
    expect(told).toEqual({ unknownOwners: ["user nobody-here"] })
    expect(await lstat(join(directory, "out/a"))).toMatchObject({ uid: owners.users.get("daemon") })
    expect(await lstat(join(directory, "out/b"))).toMatchObject({
      uid: 4711,
      gid: owners.groups.get("daemon"),
    })
  },
)

test("what cannot be written whole is not written at all", async () => {
  await mkdir(join(directory, "out"))
  const tooLong = file(`/etc/${"n".repeat(300)}`, "x")
  await expect(
    unpack([file("/etc/a", "x"), tooLong], [], join(directory, "out"), null),
  ).rejects.toMatchObject({ code: "restore/refused" })
  expect(await readdir(join(directory, "out"))).toEqual([])
})

test("a log that breaks off midway leaves nothing behind, not even the files before it", async () => {
  const { category, entry } = file("/var/log/pmta/acct.csv", "", { mode: 0o640 })
  const log = {
    ...{ category, entry },
    async *content() {
      yield new Secret("the first segment")
      throw new Problem("seal/bundle-altered", "the second is another")
    },
  }
  await expect(unpack([file("/etc/a", "x")], [log], join(directory, "out"), null)).rejects.toMatchObject({
    code: "seal/bundle-altered",
  })
  expect(await readdir(directory)).toEqual([])
})
