/** How a prune reads the logs of a fleet: one host after the other. */
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect, test } from "vitest"
import { type NamedLogs, namedLogs, readLogs } from "../../src/flows/prune-logs.ts"
import { openChain } from "../../src/seal/chain.ts"
import { PrunedLogs } from "../../src/seal/pruned-logs.ts"
import { daily, fillVault, openLabVault } from "../lab/filled-vault.ts"
import { sshKey } from "../lab/keys.ts"
import { addLogs } from "../lab/logged-vault.ts"

const { signal } = new AbortController()

test("a prune is done with the pages of one host before it reads those of the next", async () => {
  const place = await mkdtemp(join(tmpdir(), "pmta-prune-logs-"))
  const path = join(place, "vault")
  const { privateKey, publicKey } = await sshKey("ed25519")
  const hosts = ["mta1", "mta2", "mta3"]
  await fillVault({
    ...{ path, signingKey: privateKey, hosts, times: daily(1) },
    found: host => ({ config: { content: host } }),
  })
  // Of the third no run ever read logs.
  for (const host of ["mta1", "mta2"]) await addLogs(path, privateKey, host, 4)
  await using vault = await openLabVault(path)
  const trust = { signers: [publicKey], records: [] }
  const history = await vault.history(signal)
  const periods = new Map([["log", 86_400_000]])
  const named = new Map<string, NamedLogs>()
  for await (const { host, stored } of history.snapshots())
    named.set(host, namedLogs(openChain(host, stored, trust), periods.keys()))
  const read: string[] = []
  const watched = {
    page: vault.page,
    async *contents(prefixes: readonly string[], stop: AbortSignal) {
      for await (const blob of vault.contents(prefixes, stop)) {
        read.push(blob.path.split("/")[1] ?? "")
        yield blob
      }
    },
  }
  const met: (readonly [host: string, pages: number, ofNext: number])[] = []
  const nextOf: Readonly<Record<string, string>> = { mta1: "mta2", mta2: "mta3" }
  for await (const { host, histories } of readLogs(named, periods, new PrunedLogs([]), watched, signal)) {
    const pages = histories.flatMap(history => history.pages).length
    met.push([host, pages, read.filter(name => name === nextOf[host]).length])
  }
  // The first page of the next tells that the one before is whole.
  expect(met).toEqual([
    ["mta1", 4, 1],
    ["mta2", 4, 0],
    ["mta3", 0, 0],
  ])
  await rm(place, { recursive: true, force: true })
}, 60_000)
