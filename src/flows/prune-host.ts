/** What prune plans for one host, from its proven snapshots, which are let go of before those of the next are read. */

import type { Fleet } from "../core/fleet.ts"
import type { Profile } from "../core/profile.ts"
import type { HostPlan, RemovedRange } from "../core/retention.ts"
import type { BundleRef, SignedSnapshot } from "../core/snapshot.ts"
import { doubtful, eras, ordinaryPauseMs, type Point } from "../retain/clock.ts"
import { type Elapsed, elapsedBy } from "../retain/elapsed.ts"
import { holdReasons } from "../retain/hold.ts"
import { type Policy, planHost } from "../retain/plan.ts"
import { rpoOf } from "./objectives.ts"
import { rangesOf } from "./prune-rewrite.ts"

/** What is kept of a host's snapshots. */
export interface PlannedHost {
  /** without logs */
  readonly plan: HostPlan
  readonly points: readonly Point[]
  readonly elapsed: Elapsed
  /** the snapshots that go */
  readonly ranges: readonly RemovedRange[]
  /** the newest of each category that stays */
  readonly lastCopies: readonly BundleRef[]
}

/** What the plan of every host goes by. */
interface Basis extends Pick<Policy, "isStored" | "now"> {
  readonly fleet: Fleet
  readonly profile: Profile
}

/** @param chain  all that the vault has of the host, in order */
export function planSnapshots(host: string, chain: readonly SignedSnapshot[], basis: Basis): PlannedHost {
  const { fleet, now } = basis
  const plan = planOf(host, chain, basis)
  const points = chain.map(({ snapshot: { sequence, takenAt } }) => ({ sequence, at: Date.parse(takenAt) }))
  const pause = longPause(fleet)
  const removed = plan.removed.map(({ sequence }) => sequence)
  return {
    plan,
    points,
    elapsed: elapsedBy(eras(points, doubtful(points, now), pause), pause, now),
    ranges: rangesOf(removed, chain),
    lastCopies: lastCopies(chain, plan),
  }
}

function planOf(
  host: string,
  chain: readonly SignedSnapshot[],
  { fleet, profile, isStored, now }: Basis,
): HostPlan {
  const snapshots = chain.map(({ snapshot }) => snapshot)
  const newest = snapshots.at(-1)
  const rpoMs = (category: string) => rpoOf(category, fleet, profile)
  const held = !isInFleet(host, fleet)
    ? ["fleet.yml does not have it backed up: its snapshots and bundles stay"]
    : newest === undefined
      ? []
      : holdReasons(newest, rpoMs, now)
  const policy: Policy = {
    rules: fleet.retention,
    own: new Map(
      [...fleet.categories].flatMap(([name, { retention }]) =>
        retention === null ? [] : [[name, retention] as const],
      ),
    ),
    irreplaceable: new Set(
      profile.categories.filter(({ irreplaceable }) => irreplaceable).map(({ name }) => name),
    ),
    pinned: fleet.pinned.get(host) ?? new Set(),
    isStored,
    longPauseMs: longPause(fleet),
    now,
  }
  const plan = planHost(host, snapshots, policy)
  return held.length === 0 ? plan : { ...plan, held, kept: [], removed: [], removedBundles: [] }
}

export const isInFleet = (host: string, fleet: Fleet): boolean =>
  fleet.hosts.some(({ name, backup }) => name === host && backup)

/** The longest pause between two backups that the schedule allows for, ms. */
function longPause({ categories }: Fleet): number {
  const periods = [...categories.values()].map(({ everyMs, rpoMs }) => Math.max(everyMs ?? 0, rpoMs ?? 0))
  return Math.max(ordinaryPauseMs, ...periods.map(period => 4 * period))
}

function lastCopies(
  chain: readonly SignedSnapshot[],
  { kept, removedBundles }: HostPlan,
): readonly BundleRef[] {
  const stays = new Set(kept.map(({ sequence }) => sequence))
  const goes = new Set(removedBundles.map(({ key }) => key))
  const newest = new Map<string, BundleRef>()
  for (const { snapshot } of chain) {
    if (!stays.has(snapshot.sequence)) continue
    for (const [category, { bundle }] of Object.entries(snapshot.categories)) {
      if (bundle !== null && !goes.has(bundle.key)) newest.set(category, bundle)
    }
  }
  return [...newest.values()]
}
