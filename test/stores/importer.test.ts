import { mkdtemp, rm, utimes, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, expect, test } from "vitest"
import { importer } from "../../src/stores/git/importer.ts"
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
