import type { Window } from "../core/impact.ts"
import { bucketSeconds } from "../core/traffic.ts"

const weekSeconds = 7 * 86_400

/**
 * Where to look, in whole buckets: one that the change falls into belongs to neither side.
 * @param latest    seconds since 1970: the change was there by then
 * @param earliest  it was not there yet; equal to `latest` when the moment is known
 * @param length    of each window, seconds
 */
export function windowsAround(
  latest: number,
  earliest: number,
  length: number,
): { readonly before: Window; readonly after: Window; readonly weekEarlier: Window } {
  const whole = Math.max(1, Math.round(length / bucketSeconds)) * bucketSeconds
  const from = Math.ceil(latest / bucketSeconds) * bucketSeconds
  const to = Math.floor(earliest / bucketSeconds) * bucketSeconds
  return {
    before: { from: to - whole, to },
    after: { from, to: from + whole },
    weekEarlier: { from: from - weekSeconds, to: from - weekSeconds + whole },
  }
}

/** UTC days that windows lie on, such as `2026-03-02`. */
export function daysOf(windows: readonly Window[]): readonly string[] {
  const days = windows.flatMap(({ from, to }) => {
    const first = Math.floor(from / 86_400)
    const last = Math.floor((to - 1) / 86_400)
    return Array.from({ length: last - first + 1 }, (_, index) => first + index)
  })
  return [...new Set(days)]
    .sort((a, b) => a - b)
    .map(day => new Date(day * 86_400_000).toISOString().slice(0, 10))
}
