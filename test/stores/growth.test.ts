/** How much a local vault grows on days on which nothing changes. */
import { mkdtemp, readdir, rm, stat, utimes } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, expect, test } from "vitest"
import { succeed } from "../lab/child.ts"
import { fillVault, openLabVault } from "../lab/filled-vault.ts"
import { sshKey } from "../lab/keys.ts"

const { signal } = new AbortController()
const hostsOf = (count: number) => Array.from({ length: count }, (_, index) => `mta${index + 1}`)

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "pmta-growth-"))
})
afterEach(async () => {
  await rm(directory, { recursive: true, force: true })
})

async function bytesBelow(path: string): Promise<number> {
  const items = await readdir(path, { recursive: true, withFileTypes: true })
  const files = items.filter(item => item.isFile()).map(item => join(item.parentPath, item.name))
  return (await Promise.all(files.map(file => stat(file)))).reduce((sum, { size }) => sum + size, 0)
}

/** A vault with so many days on which nothing changed, filed in one go. */
async function vaultOf(hosts: readonly string[], before: number) {
  const path = join(directory, "vault")
  const { privateKey } = await sshKey("ed25519")
  let next = 0
  const days = async (count: number) => {
    const times = Array.from({ length: count }, () => new Date(Date.UTC(2026, 0, 1 + next++)))
    await fillVault({
      ...{ path, signingKey: privateKey, hosts, times },
      found: host => ({
        ...{ config: { content: `c ${host}` }, dkim: { content: `d ${host}` } },
        ...{ tls: { content: `t ${host}` }, license: { content: `l ${host}` }, data: "missing" },
      }),
    })
  }
  await days(before)
  let bytes = await bytesBelow(path)
  /** of one more day, bytes a host */
  const growth = async () => {
    await aDayPasses(path)
    await days(1)
    const was = bytes
    bytes = await bytesBelow(path)
    return (bytes - was) / hosts.length
  }
  return { path, days, growth }
}

const packsOf = async (path: string) =>
  (await readdir(join(path, ".git/objects/pack"))).filter(name => name.endsWith(".pack"))

/** For the packs. */
async function aDayPasses(path: string): Promise<void> {
  const yesterday = Date.now() / 1000 - 86_400
  for (const name of await packsOf(path))
    await utimes(join(path, ".git/objects/pack", name), yesterday, yesterday)
}

test("each of 55 days with nothing new takes less than 2 KB of one host's vault, and a run under way loses nothing", async () => {
  const { path, growth } = await vaultOf(hostsOf(1), 1)
  await using slow = await openLabVault(path)
  const stored = await slow.bundles.put("bundles/mta1/config/slow.tar.zst.age", Buffer.from("sealed"), signal)
  // The pack of the run under way stays on its own.
  await growth()
  // git's own 50 deltas in a row end within these days.
  for (let day = 2; day <= 55; day++) expect(await growth(), `day ${day}`).toBeLessThan(2048)
  expect(Buffer.from(await slow.bundles.get(stored.key, signal)).toString()).toBe("sealed")
  await succeed("git", ["-C", path, "fsck", "--full", "--strict"])
}, 60_000)

test("a day with nothing new takes less than 2 KB a host where each has a hundred snapshots", async () => {
  const { path, growth } = await vaultOf(hostsOf(20), 100)
  for (let day = 1; day <= 4; day++) expect(await growth(), `day ${day}`).toBeLessThan(2048)
  await succeed("git", ["-C", path, "fsck", "--full", "--strict"])
}, 60_000)

test("runs that follow each other leave their packs for later, and not more than a few", async () => {
  const { path, days } = await vaultOf(hostsOf(1), 1)
  const counts: number[] = []
  for (let run = 1; run <= 12; run++) {
    await days(1)
    counts.push((await packsOf(path)).length)
  }
  expect(counts.slice(0, 4)).toEqual([3, 4, 5, 6])
  expect(Math.max(...counts)).toBeLessThan(10)
})
