/** What prune knows and does of logs: their chains as signed snapshots prove them, and which of their files may go. */
import type { Fleet } from "../core/fleet.ts"
import type { SegmentPlace } from "../core/log.ts"
import type { HostPlan, LogPlan, RemovedLogs } from "../core/retention.ts"
import type { SignedSnapshot } from "../core/snapshot.ts"
import type { Vault } from "../core/vault.ts"
import type { Point } from "../retain/clock.ts"
import type { Elapsed } from "../retain/elapsed.ts"
import { type LogHistory, planLogFiles } from "../retain/logs.ts"
import { openPage } from "../seal/log-page.ts"
import type { PrunedLogs } from "../seal/pruned-logs.ts"
import { LogChains } from "./log-chains.ts"

/** How long files of each log category stay, ms; those that are not here stay for ever. */
export function logPeriods({ categories }: Fleet): ReadonlyMap<string, number> {
  return new Map([...categories].flatMap(([name, { keepMs }]) => (keepMs === null ? [] : [[name, keepMs]])))
}

/**
 * By host, the log categories that have a period.
 * @throws Problem of the first page that is missing or not what is named
 */
export async function readLogs(
  chains: ReadonlyMap<string, readonly SignedSnapshot[]>,
  periods: ReadonlyMap<string, number>,
  pruned: PrunedLogs,
  vault: Pick<Vault, "contents" | "page">,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, readonly LogHistory[]>> {
  const found = new Map<string, LogHistory[]>()
  if (periods.size === 0) return found
  const logs = new LogChains()
  for await (const { path, bytes } of vault.contents(["logs/"], signal))
    if (periods.has(path.split("/")[2] ?? "")) logs.add(path, bytes)
  for (const [host, chain] of chains) {
    const own: LogHistory[] = []
    for (const category of periods.keys()) {
      const refs = chain.flatMap(({ snapshot }) => snapshot.categories[category]?.log ?? []).reverse()
      const [newest] = refs
      if (newest === undefined) continue
      const pages = refs.flatMap(ref => {
        const followed = logs.follow(host, category, ref, pruned)
        if (followed.broken !== null) throw followed.broken.problem
        return followed.pages
      })
      const { files, takenAt } = openPage(await vault.page(newest.key, signal), newest, host, category)
      own.push({
        category,
        pages: pages.sort((a, b) => a.sequence - b.sequence),
        newest: newest.key,
        present: new Set(files.map(({ id }) => id)),
        seenAt: Math.max(Date.parse(takenAt), Date.parse(newest.capturedAt ?? takenAt)),
      })
    }
    found.set(host, own)
  }
  return found
}

export function planLogs(
  histories: readonly LogHistory[],
  periods: ReadonlyMap<string, number>,
  policy: { readonly elapsed: Elapsed; readonly points: readonly Point[]; readonly now: number },
): readonly LogPlan[] {
  return histories.map(history =>
    planLogFiles(history, { ...policy, keepMs: periods.get(history.category) ?? Infinity }),
  )
}

export const segmentsOf = (histories: Iterable<LogHistory>): readonly SegmentPlace[] =>
  [...histories].flatMap(({ pages }) => pages.flatMap(({ segments }) => segments))

export const removedSegments = ({ logs }: HostPlan): readonly SegmentPlace[] =>
  logs.flatMap(({ removed }) => removed.flatMap(({ segments }) => segments))

/** Of each category of which something goes, the newest segment that stays. */
export function lastSegments(plan: HostPlan, histories: readonly LogHistory[]): readonly SegmentPlace[] {
  return plan.logs.flatMap(({ category, removed, kept }) => {
    if (removed.length === 0) return []
    const stays = new Set(kept.map(({ file }) => file))
    const pages = histories.find(history => history.category === category)?.pages ?? []
    const segments = pages.flatMap(page => page.segments.filter(({ file }) => stays.has(file)))
    return segments.at(-1) ?? []
  })
}

/** For the record; undefined when nothing of logs goes. */
export function removedLogs({ logs }: HostPlan): Readonly<Record<string, RemovedLogs>> | undefined {
  const going = logs.filter(({ removed, pages }) => removed.length + pages.length > 0)
  if (going.length === 0) return undefined
  return Object.fromEntries(
    going.map(({ category, removed, removedPages }) => {
      const segments = removed.flatMap(file => file.segments)
      const bytes = segments.reduce((sum, { size }) => sum + size, 0)
      const files = removed.map(({ file }) => file)
      return [category, { files, segments: segments.length, bytes, pages: removedPages }]
    }),
  )
}

/**
 * Files of a store that no page names, left by runs that were cut off: those of files that went before, and those of
 * files that no page knows and that are over their period.
 * @param keys  all that the store has
 */
export function strayLogs(
  keys: Iterable<string>,
  pruned: PrunedLogs,
  histories: ReadonlyMap<string, readonly LogHistory[]>,
  isOver: (host: string, category: string, at: number) => boolean,
): readonly string[] {
  const gone = new Set(pruned.folders())
  const known = new Set(
    [...histories].flatMap(([host, own]) =>
      own.flatMap(history => [
        ...[...history.present].map(id => `bundles/${host}/${history.category}/${id}`),
        ...segmentsOf([history]).map(({ key }) => key.slice(0, key.lastIndexOf("/"))),
      ]),
    ),
  )
  return [...keys].filter(key => {
    const folder = key.slice(0, key.lastIndexOf("/"))
    if (gone.has(folder)) return true
    const [, host, category, time] =
      /^bundles\/([^/]+)\/([^/]+)\/[^/]+@(\d{8}T\d{9}Z)(?:\.\d+)?$/.exec(folder) ?? []
    if (host === undefined || category === undefined || time === undefined || known.has(folder)) return false
    return isOver(host, category, timeOfKey(time))
  })
}

/** ms since 1970, from `20261123T051032337Z`. @see keyTime */
function timeOfKey(time: string): number {
  const digits = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})Z$/.exec(time)
  const [, year, month, day, hour, minute, second, ms] = digits?.map(Number) ?? []
  return Date.UTC(year ?? NaN, (month ?? 1) - 1, day, hour, minute, second, ms)
}
