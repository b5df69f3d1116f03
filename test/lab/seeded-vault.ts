/** A vault with a history, made by the program's own store and seals, without any host. */
import { tmpdir } from "node:os"
import type { CapturedFile } from "../../src/core/file.ts"
import { keyTime } from "../../src/core/log.ts"
import { Secret } from "../../src/core/secret.ts"
import type { BundleRef, CategoryRecord, Snapshot } from "../../src/core/snapshot.ts"
import type { Store } from "../../src/core/store.ts"
import type { HostEntry } from "../../src/core/vault.ts"
import { sealBundle } from "../../src/seal/bundle.ts"
import { type UnlockedKey, unlockKey } from "../../src/seal/private-key.ts"
import { signSnapshot, snapshotHash } from "../../src/seal/snapshot.ts"
import { openVault } from "../../src/stores/index.ts"
import { capturedFile } from "./captured-file.ts"

export interface SeedOptions {
  readonly location: string
  readonly signingKey: string
  readonly recipients: readonly string[]
  readonly hosts: readonly string[]
  /** per host */
  readonly snapshots: number
  /** the files of a category in a snapshot, which counts from 1; the same list again means: unchanged */
  readonly files: (host: string, snapshot: number) => Readonly<Record<string, readonly CapturedFile[]>>
  /** default: the vault's own branch */
  readonly store?: Store
  /** of the first snapshot; the others follow, a day each */
  readonly from?: Date
}

const { signal } = new AbortController()
const dayMs = 24 * 3600 * 1000

export async function seedVault(options: SeedOptions): Promise<void> {
  const key = unlockKey("signing-key", new Secret(options.signingKey), null)
  const from = options.from ?? new Date(Date.now() - options.snapshots * dayMs)
  await using vault = await openVault(
    {
      ...{ location: options.location, create: true, token: null, scratch: tmpdir(), now: () => from },
      environment: { PATH: process.env["PATH"] ?? "", HOME: tmpdir() },
    },
    signal,
  )
  const former = new Map<string, { readonly snapshot: Snapshot; readonly bytes: Uint8Array }>()
  const sealed = new Map<readonly CapturedFile[], BundleRef>()
  for (let sequence = 1; sequence <= options.snapshots; sequence++) {
    const takenAt = new Date(from.getTime() + sequence * dayMs - dayMs).toISOString()
    const entries: HostEntry[] = []
    for (const host of options.hosts) {
      const categories: Record<string, CategoryRecord> = {}
      for (const [name, files] of Object.entries(options.files(host, sequence))) {
        const known = sealed.get(files)
        const bundle =
          known ??
          (await stored(options, options.store ?? vault.bundles, { host, name, sequence, takenAt }, files))
        sealed.set(files, bundle)
        const status = known === undefined ? "stored" : "unchanged"
        categories[name] = { status, bundle: { ...bundle, capturedAt: takenAt }, problem: null }
      }
      const entry = snapshotEntry(host, sequence, takenAt, categories, former.get(host), key)
      former.set(host, entry.snapshot)
      entries.push(entry)
    }
    await vault.record(() => entries, options.hosts, "2026-01-01", signal)
  }
}

function snapshotEntry(
  host: string,
  sequence: number,
  takenAt: string,
  categories: Readonly<Record<string, CategoryRecord>>,
  before: { readonly bytes: Uint8Array } | undefined,
  key: UnlockedKey,
): HostEntry {
  const previous = before === undefined ? null : snapshotHash(before.bytes)
  const about = { profile: "powermta", tool: "seed", run: null }
  const snapshot: Snapshot = { format: 1, host, sequence, previous, takenAt, ...about, categories }
  const live = { removed: [], written: new Map() }
  return {
    snapshot: signSnapshot(snapshot, key),
    live,
    hint: null,
    traffic: [],
    pages: new Map(),
    segments: [],
  }
}

async function stored(
  options: SeedOptions,
  store: Store,
  { host, name, sequence, takenAt }: { host: string; name: string; sequence: number; takenAt: string },
  files: readonly CapturedFile[],
): Promise<BundleRef> {
  const content = { host, category: name, sequence, files, others: [] }
  const bytes = await sealBundle(content, "zstd", options.recipients)
  const object = await store.put(`bundles/${host}/${name}/${keyTime(takenAt)}.tar.zst.age`, bytes, signal)
  return {
    ...object,
    fingerprint: "0".repeat(64),
    files: files.length,
    bytes: files.reduce((sum, { content: { size } }) => sum + size, 0),
    capturedAt: takenAt,
    recipients: options.recipients,
  }
}

/** A small host: a config that changes with every `every`th snapshot, a key that never does. */
export function smallHost(every: number) {
  const made = new Map<string, readonly CapturedFile[]>()
  const once = (name: string, path: string, text: string) => {
    const files = made.get(name) ?? [capturedFile(path, text)]
    made.set(name, files)
    return files
  }
  return (host: string, snapshot: number) => {
    const version = Math.floor((snapshot - 1) / every)
    return {
      config: once(`${host} ${version}`, "/etc/pmta/config", `# ${host}, version ${version}\n`.repeat(40)),
      dkim: once(`${host} dkim`, "/etc/pmta/dkim/a.example.pem", `not a key of ${host}\n`.repeat(80)),
      tls: once(`${host} tls`, "/etc/pmta/tls/mx.pem", `not a key of ${host} either\n`.repeat(80)),
      license: once(`${host} license`, "/etc/pmta/license", "product: PowerMTA\n"),
      data: once(`${host} data`, "/etc/pmta/list", "a\n"),
    }
  }
}
