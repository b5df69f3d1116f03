/** What prune knows and does of logs: their chains as signed snapshots prove them, and which of their files may go. */

import { certain } from "../core/certain.ts"
import type { Fleet } from "../core/fleet.ts"
import type { SegmentPlace } from "../core/log.ts"
import { matched, partAt } from "../core/parts.ts"
import type { HostPlan, LogPlan, RemovedLogs } from "../core/retention.ts"
import type { LogRef, SignedSnapshot } from "../core/snapshot.ts"
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

export interface HostLogs {
  readonly host: string
  /** of the categories that have a period */
  readonly histories: readonly LogHistory[]
}

/** By category, what the snapshots of a host name of logs: the newest first, each page once. */
export type NamedLogs = ReadonlyMap<string, readonly LogRef[]>

/** @param categories  that have a period */
export function namedLogs(chain: readonly SignedSnapshot[], categories: Iterable<string>): NamedLogs {
  const named = (category: string) =>
    chain.flatMap(({ snapshot }) => snapshot.categories[category]?.log ?? []).reverse()
  const isOther = (ref: LogRef, index: number, all: readonly LogRef[]) =>
    ref.sha256 !== all[index - 1]?.sha256
  return new Map(Array.from(categories, category => [category, named(category).filter(isOther)]))
}

/**
 * The logs of one host after the other: what pages say of a host is let go before those of the next are read.
 * @throws Problem of the first page that is missing or not what is named
 */
export async function* readLogs(
  named: ReadonlyMap<string, NamedLogs>,
  periods: ReadonlyMap<string, number>,
  pruned: PrunedLogs,
  vault: Pick<Vault, "contents" | "page">,
  signal: AbortSignal,
): AsyncGenerator<HostLogs> {
  if (periods.size === 0) return
  const left = new Map(named)
  const histories = async (host: string, logs: LogChains): Promise<HostLogs> => {
    const own = [...certain(left.get(host))].map(([category, refs]) =>
      historyOf({ host, category }, refs, logs, pruned, vault, signal),
    )
    left.delete(host)
    return { host, histories: (await Promise.all(own)).flatMap(history => history ?? []) }
  }
  let [current, logs] = ["", new LogChains()]
  // The pages of a host lie in one directory, so that they come together.
  for await (const { path, bytes } of vault.contents(["logs/"], signal)) {
    const [host, category] = [partAt(path, "/", 1), partAt(path, "/", 2)]
    if (host !== current && left.has(current)) yield await histories(current, logs)
    if (host !== current) [current, logs] = [host, new LogChains()]
    if (periods.has(category)) logs.add(path, bytes)
  }
  if (left.has(current)) yield await histories(current, logs)
  // Those of which no page is there, whether they ought to have some or not.
  for (const host of [...left.keys()]) yield await histories(host, new LogChains())
}

async function historyOf(
  { host, category }: { readonly host: string; readonly category: string },
  refs: readonly LogRef[],
  logs: LogChains,
  pruned: PrunedLogs,
  vault: Pick<Vault, "page">,
  signal: AbortSignal,
): Promise<LogHistory | null> {
  const [newest] = refs
  if (newest === undefined) return null
  const pages = refs.flatMap(ref => {
    const followed = logs.follow(host, category, ref, pruned)
    if (followed.broken !== null) throw followed.broken.problem
    return followed.pages
  })
  const { files, takenAt } = openPage(await vault.page(newest.key, signal), newest, host, category)
  return {
    category,
    pages: pages.sort((a, b) => a.sequence - b.sequence),
    newest: newest.key,
    present: new Set(files.map(({ id }) => id)),
    seenAt: Math.max(Date.parse(takenAt), Date.parse(newest.capturedAt ?? takenAt)),
  }
}

export function planLogs(
  histories: readonly LogHistory[],
  periods: ReadonlyMap<string, number>,
  policy: { readonly elapsed: Elapsed; readonly points: readonly Point[]; readonly now: number },
): readonly LogPlan[] {
  return histories.map(history =>
    planLogFiles(history, { ...policy, keepMs: certain(periods.get(history.category)) }),
  )
}

export const segmentsOf = (histories: Iterable<LogHistory>): readonly SegmentPlace[] =>
  [...histories].flatMap(({ pages }) => pages.flatMap(({ segments }) => segments))

export const removedSegments = ({ logs }: HostPlan): readonly SegmentPlace[] =>
  logs.flatMap(({ removed }) => removed.flatMap(({ segments }) => segments))

/** Of each category of which something goes, the newest segment that stays. */
export function lastSegments(
  plans: readonly LogPlan[],
  histories: readonly LogHistory[],
): readonly SegmentPlace[] {
  return plans.flatMap(({ category, removed, kept }) => {
    if (removed.length === 0) return []
    const stays = new Set(kept.map(({ file }) => file))
    const { pages } = certain(histories.find(history => history.category === category))
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

/** Where the files lie that pages of a host name, or find on it. */
export function knownFolders({ host, histories }: HostLogs): readonly string[] {
  return histories.flatMap(history => [
    ...[...history.present].map(id => `bundles/${host}/${history.category}/${id}`),
    ...new Set(segmentsOf([history]).map(({ key }) => key.slice(0, key.lastIndexOf("/")))),
  ])
}

/**
 * Files of a store that no page names, left by runs that were cut off: those of files that went before, and those of
 * files that no page knows and that are over their period.
 * @param keys   all that the store has
 * @param known  as `knownFolders` gives them, of all hosts
 */
export function strayLogs(
  keys: Iterable<string>,
  pruned: PrunedLogs,
  known: ReadonlySet<string>,
  isOver: (host: string, category: string, at: number) => boolean,
): readonly string[] {
  const gone = new Set(pruned.folders())
  return [...keys].filter(key => {
    const folder = key.slice(0, key.lastIndexOf("/"))
    if (gone.has(folder)) return true
    const file = matched(logFolder, folder, "host", "category", "time")
    return file !== null && !known.has(folder) && isOver(file.host, file.category, timeOfKey(file.time))
  })
}

const logFolder = /^bundles\/([^/]+)\/([^/]+)\/[^/]+@(\d{8}T\d{9}Z)(?:\.\d+)?$/

/** ms since 1970, from `20261123T051032337Z`. @see keyTime */
function timeOfKey(time: string): number {
  const digits = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})Z$/
  return Date.parse(time.replace(digits, "$1-$2-$3T$4:$5:$6.$7Z"))
}
