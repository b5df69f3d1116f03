import { Problem } from "../core/problem.ts"
import type { PruneRecord } from "../core/retention.ts"
import type { SignedSnapshot } from "../core/snapshot.ts"
import type { StoredSnapshot } from "../core/vault.ts"
import { openSnapshot, snapshotHash } from "./snapshot.ts"

/**
 * Trusts all snapshots of a host, or says why not: each signed, and each naming the one before by its hash. What
 * is missing must be in a prune record, which has the hash to go on with.
 * @param stored  all of the host that the vault has, in the order of their numbers
 * @throws Problem of `openSnapshot`; "seal/out-of-order" when the chain is broken
 */
export function openChain(
  host: string,
  stored: readonly StoredSnapshot[],
  signers: readonly string[],
  records: readonly PruneRecord[],
): readonly SignedSnapshot[] {
  const pruned = new Map(
    records.flatMap(record =>
      (record.hosts[host]?.snapshots ?? []).map(({ to, last }) => [to, last] as const),
    ),
  )
  let before = { sequence: 0, hash: null as string | null }
  return stored.map(({ sequence, bytes, signature }) => {
    const opened = openSnapshot(bytes, signature, signers, { host, sequence })
    const expected = before.sequence === sequence - 1 ? before.hash : pruned.get(sequence - 1)
    if (expected === undefined) throw broken(host, before.sequence + 1, sequence - 1)
    if (opened.snapshot.previous !== expected) {
      throw new Problem("seal/out-of-order", `snapshot ${sequence} of ${host} names another predecessor`, {
        hint,
      })
    }
    before = { sequence, hash: snapshotHash(bytes) }
    return opened
  })
}

const hint = "compare the bundles branch with a clone you trust before going on"

function broken(host: string, from: number, to: number): Problem {
  const which = from === to ? `snapshot ${from} of ${host} is` : `snapshots ${from} to ${to} of ${host} are`
  return new Problem("seal/out-of-order", `${which} missing, and no prune record says why`, { hint })
}
