/** How a change is found again that people brought to `main` in one of the ways that git and GitHub have. */
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, expect, test } from "vitest"
import type { Vault } from "../../src/core/vault.ts"
import { writeTrailers } from "../../src/propose/trailers.ts"
import { openVault } from "../../src/stores/index.ts"
import { succeed } from "../lab/child.ts"

const { signal } = new AbortController()
let directory: string
let vault: Vault

const git = async (...args: readonly string[]) =>
  (
    await succeed("git", [
      ...[
        "-C",
        directory,
        "-c",
        "user.name=lab",
        "-c",
        "user.email=lab@example.com",
        "-c",
        "core.editor=true",
      ],
      ...args,
    ])
  )
    .toString()
    .trim()

/** A commit on top of a branch in which a host has another mirror. */
async function mirror(parent: string, host: string, text: string, message: string): Promise<string> {
  const file = join(directory, "mirror.txt")
  await succeed("sh", ["-c", `printf %s "$0" > "$1"`, text, file])
  const blob = await git("hash-object", "-w", file)
  const stream = `commit refs/heads/scratch\ncommitter lab <lab@example.com> 1764000000 +0000\ndata ${Buffer.byteLength(message)}\n${message}\nfrom ${parent}\nM 100644 ${blob} hosts/${host}/files/etc/pmta/config\n`
  await succeed("git", ["-C", directory, "fast-import", "--quiet", "--force"], { input: stream })
  return await git("rev-parse", "refs/heads/scratch")
}
const drift = (id: string) =>
  `mta1: limit raised\n\n${writeTrailers(id, { kind: "drift", hosts: ["mta1"], content: "c" })}`
const merge = async (tip: string, message: string) => {
  await git("merge", "-q", "--no-ff", "-m", message, tip)
  return await git("rev-parse", "HEAD")
}

const open = async () =>
  await openVault(
    {
      ...{ location: directory, create: false, token: null, scratch: tmpdir(), now: () => new Date() },
      environment: { PATH: process.env["PATH"] ?? "", HOME: tmpdir() },
    },
    signal,
  )

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "pmta-merged-"))
  await git("init", "-q", "-b", "main")
  await git("commit", "-q", "--allow-empty", "-m", "begin")
  vault = await open()
})
afterAll(async () => {
  await vault?.[Symbol.asyncDispose]()
  await rm(directory, { recursive: true, force: true })
})

test("counts of a day that somebody spoilt are left out", async () => {
  const path = join(directory, "day.json")
  await succeed("sh", ["-c", `printf 'no counts' > "$0"`, path])
  const blob = await git("hash-object", "-w", path)
  const stream = `commit refs/heads/bundles\ncommitter lab <lab@example.com> 1 +0000\ndata 0\nM 100644 ${blob} stats/mta1/2026-03-02.json\n`
  await succeed("git", ["-C", directory, "fast-import", "--quiet"], { input: stream })
  await using again = await open()
  expect(await again.traffic(["mta1", "mta2"], ["2026-03-02"], signal)).toEqual([])
  await git("update-ref", "-d", "refs/heads/bundles")
})

test("an open proposal is found by its branch; what is no name of one is none", async () => {
  const tip = await mirror("main", "mta1", "open", drift("00000001"))
  await git("update-ref", "refs/heads/drift/00000001", tip)
  const found = await vault.change("drift/00000001", signal)
  expect(found).toMatchObject({
    id: "00000001",
    title: "mta1: limit raised",
    acceptedAt: null,
    notBefore: null,
  })
  expect(found?.mirrors).toMatchObject([{ host: "mta1", from: null }])
  // No run is recorded yet: the proposal's own time stands in.
  expect(found?.seenAt).toBe(1_764_000_000)
  for (const name of ["", "../main", "a b", "00000009", "0".repeat(40)])
    expect(await vault.change(name, signal)).toBeNull()
})

test("a merge is found by the id that its message or what it merged has, and by its own", async () => {
  const ours = await merge(
    await mirror("main", "mta1", "one", drift("00000002")),
    "Merge branch 'drift/00000002'",
  )
  expect(await vault.change("00000002", signal)).toMatchObject({ title: "mta1: limit raised" })
  expect(await vault.change(ours, signal)).toMatchObject({ title: "mta1: limit raised" })

  // A person's commits, merged as a pull request: its number is all there is.
  await merge(
    await mirror("main", "mta2", "two", "tune mta2 by hand"),
    "Merge pull request #17 from lab/tuning",
  )
  expect(await vault.change("#17", signal)).toMatchObject({ title: "tune mta2 by hand" })

  // What was merged already is no other change.
  const before = await git("rev-parse", "HEAD~1")
  const empty = await git("commit-tree", "HEAD^{tree}", "-p", "HEAD", "-p", before, "-m", "Merge #18 again")
  await git("update-ref", "refs/heads/main", empty)
  expect(await vault.change("#18", signal)).toMatchObject({ title: "Merge #18 again" })

  const direct = await mirror("main", "mta3", "three", "a commit straight to main")
  await git("update-ref", "refs/heads/main", direct)
  expect(await vault.change(direct, signal)).toMatchObject({ title: "a commit straight to main" })
})

test("changes of late are named by what finds them again, and people's own commits are none", async () => {
  const names = (await vault.recentChanges(new Date("2020-01-01"), 50, signal)).map(({ id }) => id)
  expect(names).toContain("00000001")
  expect(names).toContain("00000002")
  for (const name of names) expect(await vault.change(name, signal)).not.toBeNull()
  expect(await vault.recentChanges(new Date("2100-01-01"), 50, signal)).toEqual([])
})
