/**
 * What the times of a host's snapshots are worth. The chain says what came after what; a clock that was wrong
 * for a while says otherwise, and must not make good copies look old.
 */
import { certain } from "../core/certain.ts"

/** A snapshot as a point in time. */
export interface Point {
  readonly sequence: number
  /** signed time, ms since 1970 */
  readonly at: number
}

const dayMs = 86_400_000
/** Clocks of two machines may differ by this much. */
const toleranceMs = 3_600_000
/** A pause up to this long is ordinary, unless the schedule allows for longer ones. */
export const ordinaryPauseMs = 8 * dayMs

/**
 * The sequences whose time cannot be right: later than now, or out of line with the most of the chain.
 * @param points  in the order of the chain
 */
export function doubtful(points: readonly Point[], now: number): ReadonlySet<number> {
  const past = points.filter(({ at }) => at <= now + toleranceMs)
  const inLine = new Set(longestRise(past))
  return new Set(points.filter(point => !inLine.has(point)).map(({ sequence }) => sequence))
}

/** The longest part of the points in which time never goes back. */
function longestRise(points: readonly Point[]): readonly Point[] {
  // `tails[n]` is the point with the smallest time in which a rise of n + 1 points can end.
  const tails: Point[] = []
  const before = new Map<Point, Point | undefined>()
  for (const point of points) {
    let low = 0
    for (let high = tails.length; low < high; ) {
      const middle = (low + high) >> 1
      if (certain(tails[middle]).at <= point.at) low = middle + 1
      else high = middle
    }
    before.set(point, tails[low - 1])
    tails[low] = point
  }
  const rise: Point[] = []
  for (let point = tails.at(-1); point !== undefined; point = before.get(point)) rise.push(point)
  return rise.reverse()
}

/** A part of the chain that competes for slots within itself only. In line, in the order of the chain; not empty. */
export type Era = readonly Point[]

/**
 * A clock that jumps ahead looks like a long pause; what follows may push older copies out only once it has itself
 * lasted as long as that pause. A pause counts only between neighbours of the chain: where snapshots went before,
 * time without any is no pause. So the first and last of each era must stay.
 * @param points       all that there are, in the order of the chain
 * @param odd          the doubtful ones among them
 * @param longPauseMs  what is longer is no ordinary pause. Not learned from the points: who moves the clock
 *                     would be the teacher
 */
export function eras(
  points: readonly Point[],
  odd: ReadonlySet<number>,
  longPauseMs: number,
): readonly Era[] {
  const found: Point[][] = []
  let gaps = 0
  let last: Point | undefined
  for (const point of points) {
    if (odd.has(point.sequence)) {
      gaps++
      continue
    }
    const isNeighbour = last !== undefined && point.sequence === last.sequence + gaps + 1
    const isPause = last !== undefined && isNeighbour && point.at - last.at > longPauseMs
    const era = found.at(-1)
    if (era === undefined || isPause) found.push([point])
    else era.push(point)
    mergeLasting(found)
    last = point
    gaps = 0
  }
  return found
}

/** The newest era joins the one before once it has lasted as long as the pause between them, and so on. */
function mergeLasting(found: Point[][]): void {
  for (let newest = found.at(-1), older = found.at(-2); newest !== undefined && older !== undefined; ) {
    if (spanOf(newest) < certain(newest[0]).at - certain(older.at(-1)).at) return
    older.push(...newest)
    found.pop()
    newest = older
    older = found.at(-2)
  }
}

const spanOf = (era: Era): number => certain(era.at(-1)).at - certain(era[0]).at
