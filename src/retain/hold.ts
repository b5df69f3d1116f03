import type { Snapshot } from "../core/snapshot.ts"

/** Clocks of two machines may differ by this much. */
const toleranceMs = 3_600_000

/**
 * Why nothing of a host may go now: its last backup failed, is too old, or its time cannot be right. Each a
 * sentence; none when the host is well.
 * @param newest  its newest snapshot, proven
 * @param rpoMs   by category, how old the last good copy may be
 */
export function holdReasons(
  newest: Snapshot,
  rpoMs: (category: string) => number,
  now: number,
): readonly string[] {
  const taken = Date.parse(newest.takenAt)
  if (taken > now + toleranceMs) {
    return [`its newest snapshot is of ${newest.takenAt}, which is yet to come: a clock is wrong`]
  }
  return Object.entries(newest.categories).flatMap(([category, { status, bundle, problem }]) => {
    if (status === "failed")
      return [`the last backup of ${category} failed${problem === null ? "" : ` (${problem})`}`]
    const isStale =
      status !== "missing" && bundle !== null && now - Date.parse(bundle.capturedAt) > rpoMs(category)
    return isStale ? [`the last good copy of ${category} is of ${bundle.capturedAt}, older than its RPO`] : []
  })
}
