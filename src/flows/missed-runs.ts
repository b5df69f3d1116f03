import { showDuration } from "../core/duration.ts"
import type { Fleet } from "../core/fleet.ts"
import type { Profile } from "../core/profile.ts"
import type { HostRecord } from "../core/vault.ts"
import { rpoOf } from "./objectives.ts"

export interface Missed {
  readonly runs: number
  readonly message: string
}

/**
 * What the schedule wanted since the last run and did not get. The schedule is the shortest `every` of the fleet
 * file, else the shortest RPO. A run may be late by half of that: scheduled workflows often are.
 * @param records  of the hosts of this run: the newest snapshot of any is the last run
 * @param now      ms since 1970
 */
export function missedRuns(
  records: readonly HostRecord[],
  fleet: Fleet,
  profile: Profile,
  now: number,
): Missed | null {
  const times = records.flatMap(({ latest }) => takenAt(latest?.bytes ?? null))
  if (times.length === 0) return null
  const last = Math.max(...times)
  const everyMs = scheduleOf(fleet, profile)
  const runs = Math.round((now - last) / everyMs) - 1
  if (runs < 1) return null
  const message =
    `the last run was on ${new Date(last).toISOString()}; with one every ${showDuration(everyMs)}, ` +
    `${runs === 1 ? "one was" : `${runs} were`} missed: look at the schedule and at the machine that runs it`
  return { runs, message }
}

function scheduleOf(fleet: Fleet, profile: Profile): number {
  const every = [...fleet.categories.values()].flatMap(({ everyMs }) => (everyMs === null ? [] : [everyMs]))
  if (every.length > 0) return Math.min(...every)
  return Math.min(
    ...profile.categories.filter(({ log }) => !log).map(({ name }) => rpoOf(name, fleet, profile)),
  )
}

/** For a message only, so unproven: whether to trust a snapshot is decided host by host. */
function takenAt(bytes: Uint8Array | null): number[] {
  if (bytes === null) return []
  try {
    const { takenAt: time } = JSON.parse(Buffer.from(bytes).toString("utf8")) as {
      readonly takenAt?: unknown
    }
    const at = typeof time === "string" ? Date.parse(time) : Number.NaN
    return Number.isNaN(at) ? [] : [at]
  } catch {
    return []
  }
}
