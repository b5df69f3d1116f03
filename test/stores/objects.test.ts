/** Reading git objects: many questions are on their way at a time, and each gets its own answer. */
import { createHash } from "node:crypto"
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect, test } from "vitest"
import { objectReader } from "../../src/stores/git/objects.ts"
import { succeed } from "../lab/child.ts"

/** @param catFile  shell text in place of `git cat-file --batch`, which it may run as `"$git" "$@"` */
async function repository(catFile: string | null = null) {
  const directory = await mkdtemp(join(tmpdir(), "pmta-objects-"))
  const dir = join(directory, "repo")
  await succeed("git", ["init", "-q", "--bare", dir])
  const bin = join(directory, "bin")
  await mkdir(bin)
  if (catFile !== null) {
    const real = (await succeed("sh", ["-c", "command -v git"])).toString().trim()
    await writeFile(join(bin, "git"), `#!/bin/sh\ngit=${real}\n${catFile}\n`)
    await chmod(join(bin, "git"), 0o755)
  }
  const environment = { PATH: `${bin}:${process.env["PATH"]}` }
  return {
    git: { dir, environment, token: null },
    async blob(content: Buffer) {
      const written = await succeed("git", [`--git-dir=${dir}`, "hash-object", "-w", "--stdin"], {
        input: content,
      })
      return written.toString().trim()
    },
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  }
}

const digest = (content: Uint8Array | undefined) =>
  content === undefined ? null : createHash("sha256").update(content).digest("hex")
const absent = "0123456789012345678901234567890123456789"

test("each of many questions asked at once gets its own answer: small, large, and none", async () => {
  await using repo = await repository()
  // The largest is more than a pipe holds, and than waits in this process.
  const sizes = [0, 1, 70_000, 5_000_000, 12]
  const contents = sizes.map((size, index) => Buffer.alloc(size, `content ${index} `))
  const ids = await Promise.all(contents.map(repo.blob))
  const reader = objectReader(repo.git)
  const asked = Array.from({ length: 2000 }, (_, n) => {
    const which = (n * 7) % 6
    // Five thousand kilobytes two thousand times would take a while.
    const index = which === 3 && n > 60 ? 4 : which
    return { name: ids[index] ?? absent, content: contents[index] }
  })
  const found = await Promise.all(
    asked.map(async ({ name }) => {
      const object = await reader.object(name)
      return object === null ? null : `${object.oid} ${digest(object.content)}`
    }),
  )
  reader.refresh()
  expect(found).toEqual(
    asked.map(({ name, content }) => (content === undefined ? null : `${name} ${digest(content)}`)),
  )
})

test("questions that are asked together do not wait for each other's answers", async () => {
  const all = 5
  const gather = `n=0; asked=; while [ $n -lt ${all} ]; do read -r line; asked="$asked$line\n"; n=$((n + 1)); done`
  await using repo = await repository(`${gather}; { printf "$asked"; cat; } | "$git" "$@"`)
  const ids = await Promise.all(Array.from({ length: all }, (_, n) => repo.blob(Buffer.from(`${n}`))))
  const reader = objectReader(repo.git)
  const found = await Promise.all(ids.map(reader.object))
  reader.refresh()
  expect(found.map(object => object?.content.toString())).toEqual(["0", "1", "2", "3", "4"])
}, 10_000)

test("neither side waits for the other when both pipes are full", async () => {
  await using repo = await repository()
  const reader = objectReader(repo.git)
  // git says what it does not have by its name: megabytes go each way.
  const names = Array.from({ length: 4000 }, (_, n) => `${n}:${"x".repeat(4000)}`)
  const found = await Promise.all(names.map(reader.object))
  reader.refresh()
  expect(found.every(object => object === null)).toBe(true)
}, 30_000)

test("of a git that dies in the middle, what it had answered counts, and the rest is a problem", async () => {
  await using repo = await repository(`head -n 2 | "$git" "$@"; echo "fatal: it was killed" >&2; exit 1`)
  const ids = await Promise.all(["one", "two", "three", "four"].map(text => repo.blob(Buffer.from(text))))
  const reader = objectReader(repo.git)
  const found = await Promise.allSettled(ids.map(reader.object))
  expect(found.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled", "rejected", "rejected"])
  for (const one of found.slice(2))
    expect(one).toMatchObject({ reason: { code: "vault/git-failed", data: ["fatal: it was killed"] } })
  // Until it is asked to start anew, it stays as it is.
  await expect(reader.object(ids[0] ?? "")).rejects.toMatchObject({ code: "vault/git-failed" })
  reader.refresh()
  const again = await Promise.all(ids.slice(0, 2).map(reader.object))
  expect(again.map(object => object?.content.toString())).toEqual(["one", "two"])
  reader.refresh()
}, 10_000)

test("what was written after the process began is found", async () => {
  await using repo = await repository()
  const reader = objectReader(repo.git)
  reader.begin()
  await repo.blob(Buffer.from("before"))
  expect(await reader.object(absent)).toBeNull()
  const loose = await repo.blob(Buffer.from("loose"))
  expect((await reader.object(loose))?.content.toString()).toBe("loose")
  const packed = await repo.blob(Buffer.from("packed"))
  await succeed(
    "git",
    [`--git-dir=${repo.git.dir}`, "pack-objects", "-q", join(repo.git.dir, "objects/pack/pack")],
    {
      input: `${packed}\n`,
    },
  )
  await succeed("git", [`--git-dir=${repo.git.dir}`, "prune-packed", "-q"])
  expect((await reader.object(packed))?.content.toString()).toBe("packed")
  reader.refresh()
})
