/** Mirrors of a large fleet become trees before the commit: git must find them as if it had made them itself. */
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect, test } from "vitest"
import type { Snapshot } from "../../src/core/snapshot.ts"
import type { HostEntry, Vault } from "../../src/core/vault.ts"
import { importer } from "../../src/stores/git/importer.ts"
import { writeTree } from "../../src/stores/git/trees.ts"
import { openVault } from "../../src/stores/index.ts"
import { succeed } from "../lab/child.ts"
import { gitHttp } from "../lab/git-http.ts"

const { signal } = new AbortController()

/** Names whose order in a tree is not that of their letters, and some that are not ASCII. */
const oddNames = [
  "a",
  "a-b/c",
  "a.conf",
  "a0",
  "b/c/d",
  "b.conf",
  "b0/x",
  "ü",
  "ü/ž",
  "\u{1f600}",
  "with space",
  'z\\"',
]

test("a tree is the one that git makes of the same blobs", async () => {
  const dir = await mkdtemp(join(tmpdir(), "pmta-trees-"))
  await succeed("git", ["init", "-q", "--bare", dir])
  const writer = importer(
    { dir, environment: { PATH: process.env["PATH"] ?? "", HOME: dir }, token: null },
    0,
  )
  const blobs = new Map<string, string>()
  for (const name of oddNames.filter(name => name !== "ü"))
    blobs.set(name, await writer.blob(Buffer.from(name)))
  const tree = await writeTree(blobs, content => writer.tree(content))
  const flat = [...blobs].map(([path, blob]) => ({ path: `flat/${path}`, blob }))
  const changes = [...flat, { path: "whole", tree }]
  const id = await writer.commit({ parents: [], message: "x\n", time: 1, changes })
  await writer.checkpoint()
  await writer.close()
  const git = async (...args: readonly string[]) => (await succeed("git", ["-C", dir, ...args])).toString()
  expect(await git("rev-parse", `${id}:whole`)).toBe(await git("rev-parse", `${id}:flat`))
  await git("update-ref", "refs/heads/main", id)
  expect(await git("fsck", "--full", "--strict", "--no-dangling")).toBe("")
  await rm(dir, { recursive: true })
})

const hosts = Array.from({ length: 20 }, (_, index) => `mta${index}`)
const names = Array.from({ length: 300 }, (_, index) => `files/etc/pmta/domains/${index}.conf`)

async function record(vault: Vault, sequence: number, left: readonly string[]): Promise<void> {
  const entries: HostEntry[] = []
  for (const host of hosts) {
    const texts = left.map(path => [path, Buffer.from(`${host} ${path} ${sequence}\n`)] as const)
    const written = [...texts, ["facts/dkim.yml", Buffer.from(`${host}\n`)] as const]
    const change = { removed: ["files", "facts/dkim.yml"], written }
    const live = await vault.stageMirror(change, sequence === 1, signal)
    const snapshot = { host, sequence, categories: {} } as unknown as Snapshot
    const signed = { snapshot, bytes: Buffer.from("{}"), signature: "" }
    const hint = await vault.stage(Buffer.from(`${sequence}\n`), sequence === 1, signal)
    entries.push({ snapshot: signed, live, hint, traffic: [], pages: new Map(), segments: [] })
  }
  // Most of them are one name by now, whatever the number of their files.
  const named = entries.reduce((sum, { live }) => sum + live.written.size, 0)
  expect(named).toBeLessThan(5000 + 300 + 2 * hosts.length)
  await vault.record(() => entries, hosts, "2026-01-01", signal)
}

test.each(["local", "remote"] as const)(
  "twenty hosts with 300 files each, then with fewer: %s vault",
  async kind => {
    const place = await mkdtemp(join(tmpdir(), "pmta-staging-"))
    await using server = kind === "remote" ? await gitHttp() : null
    const local = join(place, "vault")
    const environment = { PATH: process.env["PATH"] ?? "", HOME: place }
    const how = {
      environment,
      token: server === null ? null : () => server.token,
      create: true,
      scratch: place,
    }
    const git = async (...args: readonly string[]) =>
      server === null ? (await succeed("git", ["-C", local, ...args])).toString() : await server.git(...args)
    for (const [sequence, left] of [
      [1, names],
      [2, names.slice(5)],
    ] as const) {
      await using vault = await openVault(
        { location: server?.url ?? local, ...how, now: () => new Date() },
        signal,
      )
      await record(vault, sequence, left)
      for (const host of ["mta0", "mta19"]) {
        const found = await git("ls-tree", "-r", "--name-only", `bundles:live/${host}`)
        expect(found.trim().split("\n").sort()).toEqual([...left, "facts/dkim.yml"].sort())
        const path = left.at(-1) ?? ""
        expect(await git("show", `bundles:live/${host}/${path}`)).toBe(`${host} ${path} ${sequence}\n`)
        expect(await git("show", `bundles:hints/${host}.json`)).toBe(`${sequence}\n`)
      }
    }
    expect(await git("fsck", "--full", "--strict", "--no-dangling")).toBe("")
    await rm(place, { recursive: true })
  },
)
