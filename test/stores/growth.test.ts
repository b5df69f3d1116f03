/** How much a local vault grows on days on which nothing changes. */
import { mkdtemp, readdir, rm, stat } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect, test } from "vitest"
import { succeed } from "../lab/child.ts"
import { fillVault, openLabVault } from "../lab/filled-vault.ts"
import { sshKey } from "../lab/keys.ts"

const { signal } = new AbortController()
const hosts = ["mta1", "mta2", "mta3", "mta4"]

async function bytesBelow(directory: string): Promise<number> {
  const items = await readdir(directory, { recursive: true, withFileTypes: true })
  const files = items.filter(item => item.isFile()).map(item => join(item.parentPath, item.name))
  return (await Promise.all(files.map(file => stat(file)))).reduce((sum, { size }) => sum + size, 0)
}

test("a day with nothing new takes less than 2 KB per host, forty of them 1 KB each, and a run under way loses nothing", async () => {
  const directory = await mkdtemp(join(tmpdir(), "pmta-growth-"))
  const path = join(directory, "vault")
  const { privateKey } = await sshKey("ed25519")
  const day = async (index: number) =>
    await fillVault({
      ...{ path, signingKey: privateKey, hosts },
      times: [new Date(Date.UTC(2026, 0, 1 + index))],
      found: host => ({
        ...{ config: { content: `c ${host}` }, dkim: { content: `d ${host}` } },
        ...{ tls: { content: `t ${host}` }, license: { content: `l ${host}` }, data: "missing" },
      }),
    })
  await day(0)
  const before = await bytesBelow(path)
  await using slow = await openLabVault(path)
  const stored = await slow.bundles.put("bundles/mta1/config/slow.tar.zst.age", Buffer.from("sealed"), signal)
  await day(1)
  // Alone, before git has put it beside those of other days.
  expect(((await bytesBelow(path)) - before) / hosts.length).toBeLessThan(2048)
  for (let index = 2; index <= 40; index++) await day(index)
  expect(((await bytesBelow(path)) - before) / 40 / hosts.length).toBeLessThan(1024)
  expect(Buffer.from(await slow.bundles.get(stored.key, signal)).toString()).toBe("sealed")
  await succeed("git", ["-C", path, "fsck", "--full", "--strict"])
  await rm(directory, { recursive: true, force: true })
})
