/**
 * Which snapshots and bundles of a host may go. Pure: sees proven snapshots, deletes nothing. Whatever the rules
 * say, the newest good copy of each category stays, and so does the last copy of each state of what cannot be
 * made again.
 */

import { certain } from "../core/certain.ts"
import type { Retention } from "../core/fleet.ts"
import { compareTexts } from "../core/order.ts"
import type { HostPlan, KeepReason, KeptSnapshot, RemovedBundle } from "../core/retention.ts"
import type { BundleRef, CategoryRecord, Snapshot } from "../core/snapshot.ts"
import { doubtful, type Era, eras, type Point } from "./clock.ts"
import { type Slot, slots } from "./slots.ts"

export interface Policy {
  readonly rules: Retention
  /** rules of the categories that have their own */
  readonly own: ReadonlyMap<string, Retention>
  /** categories whose content cannot be made again when lost */
  readonly irreplaceable: ReadonlySet<string>
  /** sequences of this host that stay */
  readonly pinned: ReadonlySet<number>
  /** whether the store has the bundle with this key; what is gone is no copy */
  readonly isStored: (key: string) => boolean
  /** the longest pause between two backups that the schedule allows for */
  readonly longPauseMs: number
  readonly now: number
}

/** @param all  snapshots of one host that the vault has, proven, in the order of the chain */
export function planHost(host: string, all: readonly Snapshot[], policy: Policy): HostPlan {
  const snapshots = all.map(snapshot => withStored(snapshot, policy.isStored))
  const points = snapshots.map(({ sequence, takenAt }) => ({ sequence, at: Date.parse(takenAt) }))
  const odd = doubtful(points, policy.now)
  const found = eras(points, odd, policy.longPauseMs)
  const reasons = new Map<number, KeepReason[]>()
  const give = (sequence: number, reason: KeepReason) =>
    reasons.set(sequence, [...(reasons.get(sequence) ?? []), reason])

  const categories = [...new Set(snapshots.flatMap(snapshot => Object.keys(snapshot.categories)))].sort()
  const chosen = new Map<string, ReadonlyMap<number, readonly Slot[]>>()
  for (const category of categories) {
    const slotsOf = categorySlots(category, snapshots, found, policy)
    chosen.set(category, slotsOf)
    for (const [sequence, given] of slotsOf) {
      for (const slot of given) give(sequence, { ...slot, categories: [category] })
    }
  }
  const whole = wholeSnapshots(snapshots, policy)
  for (const [sequence, rule] of whole) give(sequence, { rule, of: "", categories: [] })
  // The neighbours of a pause that is not believed yet stay, or it could not be seen any more.
  if (found.length > 1) {
    for (const edge of found.flatMap(era => [era[0], era.at(-1)])) {
      give(certain(edge).sequence, { rule: "clock", of: "", categories: [] })
    }
  }
  for (const sequence of beside(points, odd, new Set(reasons.keys()))) {
    whole.push([sequence, "clock"])
    give(sequence, { rule: "clock", of: "", categories: [] })
  }

  const kept = snapshots.filter(({ sequence }) => reasons.has(sequence))
  const wholeSequences = new Set(whole.map(([sequence]) => sequence))
  const named = new Set(
    kept.flatMap(snapshot =>
      Object.entries(snapshot.categories).flatMap(([category, { bundle }]) => {
        const isWanted =
          !policy.own.has(category) ||
          wholeSequences.has(snapshot.sequence) ||
          chosen.get(category)?.has(snapshot.sequence) === true
        return bundle !== null && isWanted ? [bundle.key] : []
      }),
    ),
  )
  return {
    host,
    held: [],
    kept: kept.map(({ sequence, takenAt }) =>
      describe(sequence, takenAt, certain(reasons.get(sequence)), categories),
    ),
    removed: snapshots
      .filter(({ sequence }) => !reasons.has(sequence))
      .map(({ sequence, takenAt }) => ({ sequence, takenAt })),
    removedBundles: bundlesOf(snapshots)
      .filter(({ key }) => !named.has(key))
      .map(removedBundle),
    logs: [],
    warnings: [...policy.pinned]
      .filter(sequence => !snapshots.some(snapshot => snapshot.sequence === sequence))
      .map(sequence => `snapshot ${sequence} of ${host} is pinned, and the vault does not have it`),
  }
}

/** The snapshot without the bundles that went before. */
function withStored(snapshot: Snapshot, isStored: Policy["isStored"]): Snapshot {
  const records = Object.entries(snapshot.categories).map(([name, record]) => {
    const bundle = record.bundle !== null && isStored(record.bundle.key) ? record.bundle : null
    return [name, { ...record, bundle }] as const
  })
  return { ...snapshot, categories: Object.fromEntries(records) }
}

/** Whether this snapshot read the category and found it, so that its bundle is what the host had at that time. */
const isGood = (
  record: CategoryRecord | undefined,
): record is CategoryRecord & { readonly bundle: BundleRef } =>
  record !== undefined &&
  record.bundle !== null &&
  (record.status === "stored" || record.status === "unchanged")

function categorySlots(
  category: string,
  snapshots: readonly Snapshot[],
  found: readonly Era[],
  policy: Policy,
): ReadonlyMap<number, readonly Slot[]> {
  const good = snapshots.filter(snapshot => isGood(snapshot.categories[category]))
  // A host that was read and had no such file takes its slot, or copies of what is gone would stay for ever.
  const read = snapshots.filter(
    ({ categories: { [category]: record } }) => isGood(record) || record?.status === "missing",
  )
  const inSlots = new Set(read.map(({ sequence }) => sequence))
  const own = found.map(era => era.filter(({ sequence }) => inSlots.has(sequence)))
  const given = new Map(slots(own, policy.own.get(category) ?? policy.rules))
  const add = (snapshot: Snapshot | undefined, rule: "last-copy" | "only-copy") => {
    if (snapshot === undefined) return
    given.set(snapshot.sequence, [...(given.get(snapshot.sequence) ?? []), { rule, of: "" }])
  }
  const named = snapshots.findLast(snapshot => (snapshot.categories[category]?.bundle ?? null) !== null)
  add(good.at(-1) ?? named, "last-copy")
  // A newest copy with a wrong time does not count as the last: the one before it stays too.
  const inLine = own.flat().at(-1)?.sequence
  if (good.at(-1)?.sequence !== inLine)
    add(
      snapshots.find(({ sequence }) => sequence === inLine),
      "last-copy",
    )
  if (policy.irreplaceable.has(category)) {
    const states = new Map(
      snapshots.flatMap(snapshot => {
        const bundle = snapshot.categories[category]?.bundle ?? null
        return bundle === null ? [] : [[bundle.fingerprint, snapshot] as const]
      }),
    )
    for (const snapshot of states.values()) add(snapshot, "only-copy")
  }
  return given
}

/** Snapshots that stay with all that they name. */
function wholeSnapshots(
  snapshots: readonly Snapshot[],
  { pinned }: Policy,
): [number, "pinned" | "newest" | "clock"][] {
  return snapshots.flatMap(({ sequence }, index): [number, "pinned" | "newest"][] => [
    ...(pinned.has(sequence) ? [[sequence, "pinned"] satisfies [number, "pinned"]] : []),
    ...(index === snapshots.length - 1 ? [[sequence, "newest"] satisfies [number, "newest"]] : []),
  ])
}

/** Snapshots of doubtful time stay as long as what comes directly before or after them, and at the end of the chain. */
function beside(
  points: readonly Point[],
  odd: ReadonlySet<number>,
  kept: ReadonlySet<number>,
): readonly number[] {
  const stays = (from: number, step: 1 | -1): boolean => {
    let sequence = from + step
    while (odd.has(sequence)) sequence += step
    return kept.has(sequence) || sequence > certain(points.at(-1)).sequence
  }
  return [...odd].filter(sequence => stays(sequence, 1) || stays(sequence, -1))
}

/** One reason per rule and period, with the categories that it is for. */
function describe(
  sequence: number,
  takenAt: string,
  reasons: readonly KeepReason[],
  all: readonly string[],
): KeptSnapshot {
  const groups = Map.groupBy(reasons, ({ rule, of }) => `${rule} ${of}`)
  const merged = [...groups.values()].map(group => {
    const categories = group.flatMap(reason => reason.categories)
    const { rule, of } = certain(group[0])
    return { rule, of, categories: categories.length === all.length ? [] : categories }
  })
  return { sequence, takenAt, reasons: merged }
}

function bundlesOf(snapshots: readonly Snapshot[]): readonly BundleRef[] {
  const found = new Map<string, BundleRef>()
  for (const { categories } of snapshots) {
    for (const { bundle } of Object.values(categories)) if (bundle !== null) found.set(bundle.key, bundle)
  }
  return [...found.values()].sort((a, b) => compareTexts(a.key, b.key))
}

const removedBundle = ({ store, key, size, sha256 }: BundleRef): RemovedBundle => ({
  store,
  key,
  size,
  sha256,
})
