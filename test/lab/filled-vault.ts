/** A vault as months of backups leave it, written in one go with the program's own store and signatures. */
import { tmpdir } from "node:os"
import { Secret } from "../../src/core/secret.ts"
import type { Snapshot } from "../../src/core/snapshot.ts"
import type { ArtifactPlace, RemovableStore } from "../../src/core/store.ts"
import type { HostEntry, StagedBlob } from "../../src/core/vault.ts"
import { unlockKey } from "../../src/seal/private-key.ts"
import { signSnapshot, snapshotHash } from "../../src/seal/snapshot.ts"
import { openVault } from "../../src/stores/index.ts"
import { type Found, nextInChain, sealed } from "./chain.ts"

export interface Filling {
  /** path of the vault; made when it is not there */
  readonly path: string
  /** private key, OpenSSH */
  readonly signingKey: string
  readonly hosts: readonly string[]
  /** when each snapshot of each host was taken */
  readonly times: readonly Date[]
  readonly found: (host: string, index: number) => Readonly<Record<string, Found>>
  /** live mirror of a host: text by path, such as `facts/dkim.yml` */
  readonly live?: (host: string) => Readonly<Record<string, string>>
  /** where bundles go instead of the vault */
  readonly store?: RemovableStore
  /** the artifact that a bundle of this category rests in, as the snapshots say; the vault itself has it */
  readonly artifact?: (category: string) => ArtifactPlace
}

const { signal } = new AbortController()

export const openLabVault = (path: string) =>
  openVault(
    {
      ...{ location: path, create: true, token: null, scratch: tmpdir(), now: () => new Date() },
      environment: { PATH: process.env["PATH"] ?? "", HOME: tmpdir() },
    },
    signal,
  )

/** @returns the snapshots by host */
export async function fillVault(filling: Filling): Promise<ReadonlyMap<string, readonly Snapshot[]>> {
  const key = unlockKey("signing-key", new Secret(filling.signingKey), null)
  await using vault = await openLabVault(filling.path)
  const store = filling.store ?? vault.bundles
  const entries: HostEntry[] = []
  const chains = new Map<string, Snapshot[]>()
  for (const host of filling.hosts) {
    const latest = (await vault.records([host], signal)).get(host)?.latest ?? null
    let last = latest === null ? undefined : (JSON.parse(Buffer.from(latest.bytes).toString()) as Snapshot)
    let previous = latest === null ? null : snapshotHash(latest.bytes)
    const chain: Snapshot[] = []
    const written = new Map<string, StagedBlob>()
    for (const [path, text] of Object.entries(filling.live?.(host) ?? {})) {
      written.set(path, await vault.stage(Buffer.from(text), false, signal))
    }
    for (const [index, time] of filling.times.entries()) {
      const next = nextInChain(host, last, time, filling.found(host, index))
      const snapshot = inStore({ ...next, previous }, store.name, filling.artifact)
      for (const { status, bundle } of Object.values(snapshot.categories)) {
        if (status === "stored" && bundle !== null)
          await store.put(bundle.key, sealed(bundle.fingerprint), signal)
      }
      const signed = signSnapshot(snapshot, key)
      previous = snapshotHash(signed.bytes)
      last = snapshot
      chain.push(snapshot)
      entries.push({
        snapshot: signed,
        live: { removed: [], written: index === 0 ? written : new Map() },
        ...{ hint: null, traffic: [], pages: new Map(), segments: [] },
      })
    }
    chains.set(host, chain)
  }
  await vault.record(() => entries, filling.hosts, "2026-01-01", signal)
  await vault.tidy(signal)
  return chains
}

function inStore(snapshot: Snapshot, name: string, artifact: Filling["artifact"]): Snapshot {
  const place = (category: string) =>
    artifact === undefined ? { store: name } : { store: "artifact", artifact: artifact(category) }
  const records = Object.entries(snapshot.categories).map(([category, record]) => [
    category,
    { ...record, bundle: record.bundle === null ? null : { ...record.bundle, ...place(category) } },
  ])
  return { ...snapshot, categories: Object.fromEntries(records) }
}

/** `count` times, a day apart, the newest `ago` ms before now. */
export function daily(count: number, ago = 3_600_000): readonly Date[] {
  const newest = Date.now() - ago
  return Array.from({ length: count }, (_, index) => new Date(newest - (count - 1 - index) * 86_400_000))
}
