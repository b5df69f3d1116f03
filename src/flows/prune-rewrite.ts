import { certain } from "../core/certain.ts"
import type { HostPlan, PruneRecord, RemovedRange } from "../core/retention.ts"
import type { SignedSnapshot } from "../core/snapshot.ts"
import type { StoredObject } from "../core/store.ts"
import type { Rewrite } from "../core/vault.ts"
import type { UnlockedKey } from "../seal/private-key.ts"
import { signRecord } from "../seal/prune-record.ts"
import { snapshotHash } from "../seal/snapshot.ts"
import { removedLogs, removedSegments } from "./prune-logs.ts"

/** A bundle, or a segment of a log. */
export type Stored = StoredObject

export interface Planned {
  readonly plans: readonly HostPlan[]
  /** by host, the snapshots that go */
  readonly ranges: ReadonlyMap<string, readonly RemovedRange[]>
  /** bytes of the record before; null for the first */
  readonly lastRecord: Uint8Array | null
  /** of the new record */
  readonly number: number
}

export interface RecordTools {
  readonly signingKey: UnlockedKey
  readonly now: () => Date
  readonly about: { readonly tool: string; readonly run: string | null }
}

export const isGoing = (plan: HostPlan): boolean =>
  plan.removed.length + plan.removedBundles.length > 0 || removedLogs(plan) !== undefined

export const removedObjects = (plan: HostPlan): readonly Stored[] => [
  ...plan.removedBundles,
  ...removedSegments(plan),
]

/** What goes from the branch, and the signed record of all that goes, wherever it rests. */
export function rewriteOf({ plans, ranges, lastRecord, number }: Planned, tools: RecordTools): Rewrite {
  const going = plans.filter(isGoing)
  const inVault = (objects: readonly Stored[]) => objects.filter(({ store }) => store === "git")
  const record: PruneRecord = {
    format: 1,
    kind: "prune",
    number,
    previous: lastRecord === null ? null : snapshotHash(lastRecord),
    prunedAt: tools.now().toISOString(),
    ...tools.about,
    hosts: Object.fromEntries(
      going.map(plan => {
        const logs = removedLogs(plan)
        const snapshots = certain(ranges.get(plan.host))
        return [
          plan.host,
          { snapshots, bundles: plan.removedBundles, ...(logs === undefined ? {} : { logs }) },
        ]
      }),
    ),
  }
  return {
    snapshots: going.flatMap(({ host, removed }) => removed.map(({ sequence }) => ({ host, sequence }))),
    bundles: going.flatMap(plan => inVault(plan.removedBundles).map(({ key }) => key)),
    logs: going.flatMap(plan => [
      ...inVault(removedSegments(plan)).map(({ key }) => key),
      ...plan.logs.flatMap(({ pages }) => pages),
    ]),
    record: signRecord(record, tools.signingKey),
  }
}

/** @param sequences  rising */
export function rangesOf(
  sequences: readonly number[],
  chain: readonly SignedSnapshot[],
): readonly RemovedRange[] {
  const hashes = new Map(chain.map(({ snapshot, bytes }) => [snapshot.sequence, snapshotHash(bytes)]))
  const ranges: { from: number; to: number }[] = []
  for (const sequence of sequences) {
    const range = ranges.at(-1)
    if (range !== undefined && range.to === sequence - 1) range.to = sequence
    else ranges.push({ from: sequence, to: sequence })
  }
  return ranges.map(({ from, to }) => ({ from, to, last: certain(hashes.get(to)) }))
}
