/** Adds logs to a vault that has snapshots of a host, by the program's own store, pages and signatures. */
import type { LogPage, PageRef } from "../../src/core/log.ts"
import { Secret } from "../../src/core/secret.ts"
import type { CategoryRecord, Snapshot } from "../../src/core/snapshot.ts"
import { writePage } from "../../src/seal/log-page.ts"
import { unlockKey } from "../../src/seal/private-key.ts"
import { signSnapshot, snapshotHash } from "../../src/seal/snapshot.ts"
import { openLabVault } from "./filled-vault.ts"

const { signal } = new AbortController()
const category = "log"

export interface LoggedVault {
  /** in order, one for each run */
  readonly pages: readonly string[]
  readonly segments: readonly string[]
}

/**
 * Records `runs` snapshots more; each stored one segment of one log. What is in a segment is of no account here.
 * @param path        of the vault
 * @param signingKey  OpenSSH
 * @param changed     what the newest record says otherwise
 */
export async function addLogs(
  path: string,
  signingKey: string,
  host: string,
  runs: number,
  changed: Partial<CategoryRecord> = {},
): Promise<LoggedVault> {
  const key = unlockKey("signing-key", new Secret(signingKey), null)
  await using vault = await openLabVault(path)
  const pages: string[] = []
  const segments: string[] = []
  let last: PageRef | null = null
  for (let run = 0; run < runs; run++) {
    const latest = (await vault.records([host], signal)).get(host)?.latest
    if (!latest) throw new Error(`${path} has no snapshot of ${host}`)
    const before = JSON.parse(Buffer.from(latest.bytes).toString()) as Snapshot
    const takenAt = new Date(Date.parse(before.takenAt) + 1000).toISOString()
    const sequence = before.sequence + 1
    const file = "pmta.log@20261123T030009120Z"
    const range = { first: run * 10, end: run * 10 + 10 }
    const segment = `bundles/${host}/${category}/${file}/${range.first}-${range.end}.zst.age`
    const stored = await vault.bundles.put(segment, Buffer.from(`segment ${run} of ${host}`), signal)
    const page: LogPage = {
      ...{ format: 1, host, category, sequence, previous: last, takenAt, key: "0".repeat(16), files: [] },
      segments: [{ ...stored, ...range, file, fingerprint: "0".repeat(64), recipients: [] }],
    }
    const { ref, bytes } = writePage(page)
    const log = { ...ref, files: 1, bytes: range.end, capturedAt: takenAt }
    const record = { status: "stored", bundle: null, log, problem: null } as const
    const isLast = run === runs - 1
    const categories = { ...before.categories, [category]: isLast ? { ...record, ...changed } : record }
    const snapshot = { ...before, sequence, previous: snapshotHash(latest.bytes), takenAt, categories }
    const entry = {
      snapshot: signSnapshot(snapshot, key),
      ...{ live: { removed: [], written: new Map() }, hint: null, traffic: [] },
      ...{ pages: new Map([[ref.key, bytes]]), segments: [segment] },
    }
    await vault.record(() => [entry], [host], "2026-01-01", signal)
    last = ref
    pages.push(ref.key)
    segments.push(segment)
  }
  return { pages, segments }
}
