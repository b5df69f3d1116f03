import { randomBytes } from "node:crypto"
import { mkdtemp, readdir, rm, utimes, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, expect, test } from "vitest"
import { importer } from "../../src/stores/git/importer.ts"
import { packIndex } from "../../src/stores/git/pack-index.ts"
import { packedObjects } from "../../src/stores/git/packed-objects.ts"
import type { Git } from "../../src/stores/git/process.ts"
import { branches, publishLocally } from "../../src/stores/git/references.ts"
import { succeed } from "../lab/child.ts"

let repo: Git
beforeAll(async () => {
  const dir = await mkdtemp(join(tmpdir(), "pmta-importer-"))
  await succeed("git", ["init", "-q", "--bare", "-b", "main", dir])
  repo = { dir, environment: { PATH: process.env["PATH"] ?? "", HOME: dir }, token: null }
})
afterAll(() => rm(repo.dir, { recursive: true, force: true }))

async function commit(message: string): Promise<{ readonly id: string; close(): Promise<void> }> {
  const writer = importer(repo, 0)
  const blob = await writer.blob(Buffer.from("proposed\n"))
  const id = await writer.commit({ parents: [], message, time: 1, changes: [{ path: "a", blob }] })
  await writer.checkpoint()
  return { id, close: () => writer.close() }
}

// The second pack had the name of the first, whose `.keep` git found in its way: "cannot create keep file".
test("two runs that write the same commit at the same time do not stand in each other's way", async () => {
  const [one, two] = [await commit("the same\n"), await commit("the same\n")]
  expect(one.id).toBe(two.id)
  await Promise.all([one.close(), two.close()])
})

// git never takes such a lock away, and refuses every later run.
test("a lock that a killed git left on a branch is taken away", async () => {
  const { id, close } = await commit("first\n")
  await close()
  const lock = join(repo.dir, "refs/heads/bundles.lock")
  await writeFile(lock, "")
  const before = new Date(Date.now() - 120_000)
  await utimes(lock, before, before)
  const update = { ref: "refs/heads/bundles", from: null, to: id }
  expect(await publishLocally(repo)([update])).toEqual({ moved: false })
  expect((await branches(repo)).get("refs/heads/bundles")).toBe(id)
})

test("what is large goes into a pack of its own, which git finds sound and reads", async () => {
  const dir = await mkdtemp(join(tmpdir(), "pmta-importer-"))
  await succeed("git", ["init", "-q", "--bare", dir])
  const own = { ...repo, dir }
  const writer = importer(own, 0)
  // A block without compression holds 65,535 bytes at most.
  const sizes = [1 << 20, (1 << 20) + 1, 17 * 65_535, 5_000_000, 1_000]
  const contents = sizes.map(size => randomBytes(size))
  const changes = []
  for (const [n, content] of [...contents, ...contents.slice(0, 1)].entries()) {
    const blob = await writer.blob(content)
    expect((await writer.readBack(blob)).equals(content)).toBe(true)
    changes.push({ path: `${n}`, blob })
  }
  const id = await writer.commit({ parents: [], message: "large\n", time: 1, changes })
  const [largest] = await Promise.all([writer.readBack(changes[3]?.blob ?? ""), writer.checkpoint()])
  expect(largest.equals(contents[3] ?? Buffer.alloc(0))).toBe(true)
  await writer.close()
  const inDir = ["-C", dir]
  await succeed("git", [...inDir, "update-ref", "refs/heads/bundles", id])
  const said = await succeed("git", [...inDir, "fsck", "--full", "--strict", "--no-dangling"])
  expect(said.toString()).toBe("")
  for (const [n, content] of contents.entries())
    expect((await succeed("git", [...inDir, "show", `bundles:${n}`])).equals(content)).toBe(true)
  // git packs it again as it packs its own, and loses nothing.
  await succeed("git", [...inDir, "gc", "--quiet", "--prune=now"])
  expect((await succeed("git", [...inDir, "show", "bundles:3"])).equals(contents[3] ?? Buffer.alloc(0))).toBe(
    true,
  )
  await rm(dir, { recursive: true })
})

// Small ones are gathered, large ones are not, and each must be where the index says however they come together.
test("many new blobs of all sizes, given side by side, go into one pack that git finds sound", async () => {
  const dir = await mkdtemp(join(tmpdir(), "pmta-importer-"))
  await succeed("git", ["init", "-q", "--bare", dir])
  const writer = importer({ ...repo, dir }, 0)
  await writer.blob(randomBytes(1 << 20), true)
  const sizes = [0, 1, 15, 16, 2_047, 2_048, 65_534, 65_535, 65_536, 131_071, 131_072, 300_000]
  const distinct = Array.from({ length: 240 }, (_, n) => randomBytes(sizes[n % sizes.length] ?? 0))
  // Hosts share files, and hand them over at the same time: git took a pack that had one twice for corrupt.
  const contents = distinct.flatMap((content, n) => (n % 5 === 0 ? [content, content] : [content]))
  const changes = await Promise.all(
    contents.map(async (content, n) => {
      const blob = await writer.blob(content, true)
      if (n % 5 === 0) expect((await writer.readBack(blob)).equals(content)).toBe(true)
      return { path: `${n}`, blob }
    }),
  )
  const id = await writer.commit({ parents: [], message: "many\n", time: 1, changes })
  await writer.checkpoint()
  await writer.close()
  await succeed("git", ["-C", dir, "update-ref", "refs/heads/bundles", id])
  const said = await succeed("git", ["-C", dir, "fsck", "--full", "--strict", "--no-dangling"])
  expect(said.toString()).toBe("")
  const indexed = await succeed("sh", [
    "-c",
    `for i in ${dir}/objects/pack/*.idx; do git show-index <$i; done`,
  ])
  const ids = indexed
    .toString()
    .trim()
    .split("\n")
    .map(line => line.split(" ")[1])
  expect(new Set(ids).size).toBe(ids.length)
  for (const [n, content] of contents.entries())
    expect((await succeed("git", ["-C", dir, "show", `bundles:${n}`])).equals(content), `${n}`).toBe(true)
  await rm(dir, { recursive: true })
})

test("many hosts that wait for git to take what they have do so without a warning", async () => {
  const warnings: Error[] = []
  const warned = (warning: Error) => warnings.push(warning)
  process.on("warning", warned)
  const writer = importer(repo, 0)
  await Promise.all(Array.from({ length: 20 }, () => writer.blob(randomBytes(300_000))))
  await writer.close()
  await new Promise(resolve => setImmediate(resolve))
  process.off("warning", warned)
  expect(warnings).toEqual([])
})

test("a run that was given up leaves nothing large behind", async () => {
  const packs = async () => (await readdir(join(repo.dir, "objects", "pack"))).sort()
  const before = await packs()
  const writer = importer(repo, 0)
  await writer.blob(randomBytes(1 << 20))
  expect(await packs()).toHaveLength(before.length + 1)
  await writer.close()
  expect(await packs()).toEqual(before)
})

test("git reads the index of a pack that is larger than 2 GiB", async () => {
  const ids = ["00", "7f", "80", "ff"].map(first => first.padEnd(40, "1"))
  const offsets = [12, 2 ** 31 - 1, 2 ** 31, 2 ** 33 + 5]
  const objects = packedObjects()
  for (const [n, id] of [...ids.entries()].toReversed()) objects.add(id, offsets[n] ?? 0, 0xffff_fff0 + n)
  const file = join(repo.dir, "large.idx")
  await writeFile(file, packIndex(objects, randomBytes(20)))
  const shown = await succeed("sh", ["-c", `git show-index <${file}`])
  expect(shown.toString()).toBe(
    ids.map((id, n) => `${offsets[n]} ${id} (${(0xffff_fff0 + n).toString(16)})\n`).join(""),
  )
})
