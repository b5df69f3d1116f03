import { Problem } from "../core/problem.ts"
import type { PruneRecord } from "../core/retention.ts"
import type { StoredSnapshot } from "../core/vault.ts"
import { type Chain, newestOf } from "./chain.ts"
import { snapshotHash } from "./snapshot.ts"

/** The newest snapshot of a host, as it was seen at some time. */
export interface Head {
  readonly sequence: number
  /** hex SHA-256 of the snapshot's file */
  readonly sha256: string
  /** ISO 8601, UTC */
  readonly takenAt: string
}

/** By host. */
export type Heads = ReadonlyMap<string, Head>

/** The newest snapshot that can be trusted; null when there is none. */
export function headOf(chain: Chain): Head | null {
  const newest = newestOf(chain)
  if (newest === null) return null
  const { sequence, takenAt } = newest.snapshot
  return { sequence, takenAt, sha256: snapshotHash(newest.bytes) }
}

/**
 * Why what is stored of a host cannot have come after what was seen before; null when it can. A correctly signed
 * older state is told by nothing else.
 * @param stored   all snapshots of the host
 * @param records  trusted: what was pruned
 */
export function headProblem(
  host: string,
  seen: Head,
  stored: readonly StoredSnapshot[],
  records: readonly PruneRecord[],
): Problem | null {
  const newest = Math.max(0, ...stored.map(({ sequence }) => sequence))
  const before = `snapshot ${seen.sequence} of ${seen.takenAt}`
  if (newest < seen.sequence) {
    const now = newest === 0 ? "has no snapshot" : `ends at snapshot ${newest}`
    return new Problem("seal/rolled-back", `${host} ${now}; ${before} was there when it was last looked at`, {
      hint: "someone set the vault back: look for the newer state in another clone, and find out who could write",
    })
  }
  const same = stored.find(({ sequence }) => sequence === seen.sequence)
  const pruned = records.flatMap(({ hosts }) => hosts[host]?.snapshots ?? [])
  const sha256 =
    same === undefined ? pruned.find(({ to }) => to === seen.sequence)?.last : snapshotHash(same.bytes)
  if (sha256 === undefined || sha256 === seen.sha256) return null
  return new Problem("seal/fork", `${host} has another ${before} than was there when it was last looked at`, {
    data: [`seen   ${seen.sha256}`, `stored ${sha256}`],
    hint: "two histories were mixed: compare the bundles branch with a clone you trust",
  })
}
