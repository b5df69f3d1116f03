/**
 * Which log files may go. Pure: sees proven pages, deletes nothing. A file goes whole, once its newest byte was
 * read longer ago than the period and it has left the host; the hosts' own times count for nothing.
 */
import { certain } from "../core/certain.ts"
import type { PageRef, SegmentPlace } from "../core/log.ts"
import type { AgedLog, LogKeepRule, LogPlan, RemovedPages } from "../core/retention.ts"
import { doubtful, type Point } from "./clock.ts"
import type { Elapsed } from "./elapsed.ts"

/** A page that a trusted snapshot leads to. */
export interface AgedPage {
  readonly ref: PageRef
  readonly sequence: number
  readonly takenAt: string
  readonly previous: PageRef | null
  /** without those of files that went before */
  readonly segments: readonly SegmentPlace[]
}

/** A log category of one host. */
export interface LogHistory {
  readonly category: string
  /** in the order of the chain */
  readonly pages: readonly AgedPage[]
  /** path of the page that the newest snapshot names: it carries the chain on */
  readonly newest: string
  /** ids of the files that it found on the host, and when a run last found it so; ms since 1970 */
  readonly present: ReadonlySet<string>
  readonly seenAt: number
}

export interface LogPolicy {
  readonly keepMs: number
  readonly elapsed: Elapsed
  /** the snapshots that there are, in the order of the chain: they tell times of pages that cannot be right */
  readonly points: readonly Point[]
  readonly now: number
}

export function planLogFiles(history: LogHistory, policy: LogPolicy): LogPlan {
  const { category, pages } = history
  const { keepMs, elapsed, now } = policy
  const times = soundTimes(pages, policy)
  const isOver = (at: number) => elapsed(at) >= keepMs
  const files = new Map<string, { at: number; segments: SegmentPlace[] }>()
  for (const page of pages) {
    const at = certain(times.get(page.sequence))
    for (const segment of page.segments) {
      const file = files.get(segment.file)
      if (file === undefined) files.set(segment.file, { at, segments: [segment] })
      else {
        file.at = Math.max(file.at, at)
        file.segments.push(segment)
      }
    }
  }
  const kept: (AgedLog & { readonly rule: LogKeepRule })[] = []
  const removed: (AgedLog & { readonly segments: readonly SegmentPlace[] })[] = []
  const isPresent = (id: string) => history.present.has(id) && !isOver(history.seenAt)
  for (const [file, { at, segments }] of files) {
    const bytes = segments.reduce((sum, { first, end }) => sum + end - first, 0)
    const aged = { file, storedAt: new Date(at).toISOString(), bytes }
    if (!isOver(at)) kept.push({ ...aged, rule: now - at < keepMs ? "young" : "clock" })
    else if (isPresent(file)) kept.push({ ...aged, rule: "present" })
    else removed.push({ ...aged, segments })
  }
  const stays = new Set(kept.map(({ file }) => file))
  const isNeeded = (page: AgedPage) =>
    page.ref.key === history.newest ||
    !isOver(certain(times.get(page.sequence))) ||
    page.segments.some(({ file }) => stays.has(file))
  return {
    ...{ category, keepMs, kept, removed },
    removedPages: rangesOf(pages, isNeeded),
    pages: pages.filter(page => !isNeeded(page)).map(({ ref }) => ref.key),
  }
}

/** When each page was written. One whose time is out of line came before the next that is not; else it is of now. */
function soundTimes(pages: readonly AgedPage[], { points, now }: LogPolicy): ReadonlyMap<number, number> {
  const all = new Map(points.map(point => [point.sequence, point]))
  for (const { sequence, takenAt } of pages) all.set(sequence, { sequence, at: Date.parse(takenAt) })
  const line = [...all.values()].sort((a, b) => a.sequence - b.sequence)
  const odd = doubtful(line, now)
  const times = new Map<number, number>()
  let next = now
  for (const { sequence, at } of line.toReversed()) {
    if (!odd.has(sequence)) next = at
    times.set(sequence, next)
  }
  return times
}

function rangesOf(pages: readonly AgedPage[], stays: (page: AgedPage) => boolean): readonly RemovedPages[] {
  const ranges: RemovedPages[] = []
  let open = false
  for (const page of pages) {
    const range = ranges.at(-1)
    if (stays(page)) open = false
    else if (open && range !== undefined) {
      ranges[ranges.length - 1] = { ...range, to: page.sequence, last: page.ref.sha256 }
    } else {
      open = true
      const { sequence, ref, previous } = page
      ranges.push({ from: sequence, to: sequence, last: ref.sha256, previous })
    }
  }
  return ranges
}
