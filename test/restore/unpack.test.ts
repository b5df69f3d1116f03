import { chmod, lstat, mkdir, mkdtemp, readdir, readFile, readlink, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { afterEach, beforeEach, expect, test } from "vitest"
import { Problem } from "../../src/core/problem.ts"
import type { Restorable } from "../../src/core/restorable.ts"
import { Secret } from "../../src/core/secret.ts"
import { localOwners } from "../../src/restore/owners.ts"
import { openScratch } from "../../src/restore/scratch.ts"
import { targetProblem } from "../../src/restore/target-problem.ts"
import { unpack } from "../../src/restore/unpack.ts"
import { writeNew } from "../../src/restore/write-new.ts"
import { capturedFile, entryOf } from "../lab/captured-file.ts"
import { smallDisk } from "../lab/small-disk.ts"

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
      throw new Problem("seal/bundle-altered", "the second is another", { hint: "compare" })
    },
  }
  await expect(unpack([file("/etc/a", "x")], [log], join(directory, "out"), null)).rejects.toMatchObject({
    code: "seal/bundle-altered",
  })
  expect(await readdir(directory)).toEqual([])
})

test.runIf(process.getuid?.() === 0)(
  "as root, links, directories and logs are given to their owners as well; numbers without a name are no news",
  async () => {
    const daemon = { owner: "daemon", group: "daemon" }
    const owners = { users: new Map([["daemon", 41]]), groups: new Map([["daemon", 42]]) }
    const items = [
      other("/d", "directory", daemon),
      other("/d/link", "link", { ...daemon, target: "nowhere", mtime: 1_600_000_000 }),
      file("/d/numbers", "x", { owner: "4711", group: "4712", uid: 4711, gid: 4712 }),
      file("/d/strange", "x", { owner: "daemon", group: "no-group", uid: 1, gid: 43 }),
    ]
    const { category, entry } = file("/d/acct.csv", "", { ...daemon, mode: 0o2750 })
    const log = {
      ...{ category, entry },
      async *content() {
        yield new Secret("one,")
        yield new Secret("two")
      },
    }
    const told = await unpack(items, [log], join(directory, "out"), owners)
    expect(told).toEqual({ unknownOwners: ["group no-group"] })
    const stats = async (path: string) => await lstat(join(directory, "out", path))
    for (const path of ["d", "d/link", "d/acct.csv"])
      expect(await stats(path)).toMatchObject({ uid: 41, gid: 42 })
    expect(await stats("d/numbers")).toMatchObject({ uid: 4711, gid: 4712 })
    expect(await stats("d/strange")).toMatchObject({ uid: 41, gid: 43 })
    // Giving a file away clears its set-id bits: they are set afterwards.
    expect((await stats("d/acct.csv")).mode & 0o7777).toBe(0o2750)
    expect((await stats("d/link")).mtimeMs).toBe(1_600_000_000_000)
    expect(await readFile(join(directory, "out/d/acct.csv"), "utf8")).toBe("one,two")
  },
)

test("a directory that is not empty is left as it is", async () => {
  await writeFile(join(directory, "mine"), "x")
  await expect(unpack([file("/a", "x")], [], directory, null)).rejects.toMatchObject({
    code: "restore/not-empty",
    message: `${directory} is not empty; nothing was written`,
  })
  expect(await readdir(directory)).toEqual(["mine"])
})

test("where no directory can be made, nothing is written", async () => {
  await writeFile(join(directory, "file"), "x")
  const below = join(directory, "file/out")
  await expect(unpack([], [], below, null)).rejects.toMatchObject({
    code: "restore/refused",
    message: `${below} cannot be written (ENOTDIR); nothing is left there`,
  })
})

test("nothing is written over, not even what the backup itself brought", async () => {
  const twice = [file("/a", "x"), file("/a", "y")]
  await expect(unpack(twice, [], join(directory, "out"), null)).rejects.toMatchObject({
    code: "restore/refused",
  })
  expect(await readdir(directory)).toEqual([])
})

test("an error that has nothing to do with the target stays what it is", async () => {
  const { category, entry } = file("/acct.csv", "")
  const bug = new TypeError("a bug")
  const log = {
    ...{ category, entry },
    content: () => ({ [Symbol.asyncIterator]: () => ({ next: async () => Promise.reject(bug) }) }),
  }
  await expect(unpack([], [log], join(directory, "out"), null)).rejects.toBe(bug)
})

test("a disk that is full is told as full, and nothing stays on it", async () => {
  await using disk = await smallDisk(256 * 1024)
  const full = {
    code: "restore/full",
    message: expect.stringMatching(/^the disk of .* is full; nothing is left there$/),
  }
  const large = "x".repeat(1024 * 1024)
  await expect(unpack([file("/a", "x"), file("/b", large)], [], disk.path, null)).rejects.toMatchObject(full)
  await expect(writeNew(join(disk.path, "new"), Buffer.from(large))).rejects.toMatchObject(full)
  expect(await readdir(disk.path)).toEqual([])
  expect(targetProblem("/x", Object.assign(new Error(), { code: "EDQUOT" }))).toMatchObject({
    code: "restore/full",
  })
})

test("a new file is written whole and for this account alone, and no other is written over", async () => {
  const path = join(directory, "new")
  await writeNew(path, Buffer.from("content"))
  expect(await readFile(path, "utf8")).toBe("content")
  expect((await lstat(path)).mode & 0o777).toBe(0o600)
  await expect(writeNew(path, Buffer.from("other"))).rejects.toMatchObject({
    code: "restore/not-empty",
    message: `${path} is there already; nothing was written`,
  })
  expect(await readFile(path, "utf8")).toBe("content")
  await expect(writeNew(join(path, "below"), Buffer.from("x"))).rejects.toMatchObject({
    code: "restore/refused",
  })
})

test("accounts are read as the system has them; where there are none, nobody is known", async () => {
  await writeFile(
    join(directory, "passwd"),
    "root:x:0:0:root:/root:/bin/sh\npmta:x:2100:2101::/:\n+::::::\nbad:x:y:1:\n",
  )
  expect(await localOwners(directory)).toEqual({
    users: new Map([
      ["root", 0],
      ["pmta", 2100],
    ]),
    groups: new Map(),
  })
  await writeFile(join(directory, "group"), "root:x:0:\npmta:x:2101:a,b\nwheel:x:10")
  expect((await localOwners(directory)).groups).toEqual(
    new Map([
      ["root", 0],
      ["pmta", 2101],
      ["wheel", 10],
    ]),
  )
  expect((await localOwners()).users.get("root")).toBe(0)
})

test("a drill's place is in memory while there is room, else with the temporary files, and goes with the drill", async () => {
  const made: string[] = []
  const placeOf = async (...args: Parameters<typeof openScratch>) => {
    await using scratch = await openScratch(...args)
    made.push(scratch.directory)
    expect((await lstat(scratch.directory)).mode & 0o777).toBe(0o700)
    await writeFile(join(scratch.directory, "secret"), "x")
    return { place: dirname(scratch.directory), isInMemory: scratch.isInMemory }
  }
  await using disk = await smallDisk(32 * 1024 * 1024)
  expect(await placeOf(null, 1024, disk.path)).toEqual({ place: disk.path, isInMemory: true })
  expect(await placeOf(null, 8 * 1024 * 1024, disk.path)).toMatchObject({ place: tmpdir() })
  expect(await placeOf(null, 0, join(disk.path, "not-there"))).toMatchObject({ place: tmpdir() })
  expect(await placeOf(null, 0, "/proc")).toMatchObject({ place: tmpdir() })
  expect(await placeOf(directory, 0)).toMatchObject({ place: directory })
  for (const path of made) await expect(lstat(path)).rejects.toMatchObject({ code: "ENOENT" })
  await expect(openScratch(join(directory, "not-there"), 0)).rejects.toMatchObject({
    code: "restore/refused",
    message: `${directory}/not-there cannot be written (ENOENT)`,
  })
})
