/**
 * How much time has passed, as far as backups vouch for it: not a pause that may be a clock that jumped. What is
 * deleted by its age is deleted late after a long pause, and never early.
 */
import { certain } from "../core/certain.ts"
import type { Era } from "./clock.ts"

/** ms from a time until now; at most what the clock says. */
export type Elapsed = (since: number) => number

/**
 * @param eras         of one host
 * @param longPauseMs  what may have passed since the last backup
 */
export function elapsedBy(eras: readonly Era[], longPauseMs: number, now: number): Elapsed {
  const spans = eras.map((era, index) => {
    const end = certain(era.at(-1)).at
    const isNewest = index === eras.length - 1
    return { start: certain(era[0]).at, end: isNewest ? Math.min(now, end + longPauseMs) : end }
  })
  return since => spans.reduce((sum, { start, end }) => sum + Math.max(0, end - Math.max(start, since)), 0)
}

/** The most that any of them vouches for: no backup counts time that did not pass. */
export const mostElapsed =
  (all: readonly Elapsed[]): Elapsed =>
  since =>
    all.reduce((most, elapsed) => Math.max(most, elapsed(since)), 0)

/** The one that goes back the furthest. */
export const longest = (all: readonly Elapsed[]): readonly Elapsed[] =>
  all.toSorted((a, b) => b(0) - a(0)).slice(0, 1)
