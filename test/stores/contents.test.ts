import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import { expect, test } from "vitest"
import { branchContents } from "../../src/stores/git/contents.ts"
import { succeed } from "../lab/child.ts"

const { signal } = new AbortController()

// A race against one promise of failure held every file until git ended: a restore of logs grew with their size.
test("of the files of a branch only the last one is held in memory", async () => {
  const directory = await mkdtemp(join(tmpdir(), "pmta-contents-"))
  try {
    const git = async (...args: readonly string[]) =>
      (
        await succeed("git", [
          "-C",
          directory,
          "-c",
          "user.name=t",
          "-c",
          "user.email=t@example.com",
          ...args,
        ])
      ).toString()
    await git("init", "-q")
    await mkdir(join(directory, "files"))
    for (let file = 10; file < 20; file++)
      await writeFile(join(directory, "files", `${file}`), Buffer.alloc(256 * 1024, file))
    await git("add", ".")
    await git("commit", "-q", "-m", "files")
    const commit = (await git("rev-parse", "HEAD")).trim()
    const repo = {
      dir: join(directory, ".git"),
      environment: { PATH: process.env["PATH"] ?? "" },
      token: null,
    }
    setFlagsFromString("--expose-gc")
    const collect = runInNewContext("gc") as () => void
    const given: WeakRef<Uint8Array>[] = []
    for await (const { path, bytes } of branchContents(repo, commit, ["files/"], null, signal)) {
      expect(bytes?.[0]).toBe(Number(path.slice(-2)))
      if (bytes !== null) given.push(new WeakRef(bytes))
      if (given.length < 9) continue
      await new Promise(setImmediate)
      collect()
      expect(given.slice(0, 5).filter(ref => ref.deref() !== undefined)).toEqual([])
    }
    expect(given).toHaveLength(10)
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
})
