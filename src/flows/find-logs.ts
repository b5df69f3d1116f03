/** Which log files a restore gives back. Gigabytes come only when they are asked for: a server starts without them. */
import type { Entry } from "../core/file.ts"
import type { PageRef } from "../core/log.ts"
import { isNormalPath, pathFilter } from "../core/path-pattern.ts"
import { Problem } from "../core/problem.ts"
import type { Restorable } from "../core/restorable.ts"
import type { LogRef, Snapshot } from "../core/snapshot.ts"
import type { Vault } from "../core/vault.ts"
import { checkSpan } from "../seal/assemble-log.ts"
import { collectLogs, type StoredLog } from "../seal/log-page.ts"
import type { PrunedLogs } from "../seal/pruned-logs.ts"

export interface LogRequest {
  /** empty for all that is needed to run: no logs then, unless `paths` or `allLogs` ask for them */
  readonly categories: readonly string[]
  readonly paths: readonly string[]
  /** also files that had left the host by then */
  readonly allLogs: boolean
}

/** A log file whose segments cover all of it. */
export interface FoundLog {
  readonly category: string
  readonly ref: LogRef
  readonly log: StoredLog
  readonly entry: Entry
}

export const isLog = ({ categories }: Snapshot, name: string): boolean => categories[name]?.log !== undefined

/** Log categories that a snapshot has and a request asks for. */
export function wantedLogs(
  { categories, paths, allLogs }: LogRequest,
  snapshot: Snapshot,
): readonly string[] {
  if (categories.length > 0) return categories.filter(name => isLog(snapshot, name))
  const all = Object.keys(snapshot.categories).filter(name => isLog(snapshot, name))
  return paths.length > 0 || allLogs ? all : []
}

/** Log files that were asked for: those that are there, and the paths of those that retention took. */
export interface FoundLogs {
  readonly logs: readonly FoundLog[]
  readonly gone: readonly string[]
}

/**
 * @returns  sorted by category and path
 * @throws   Problem "restore/nothing" for a category that was asked for and has no page, "store/missing" for one that
 *           a page names, "seal/altered", "seal/wrong-host", "seal/unsafe-path"
 */
export async function findLogs(
  request: LogRequest,
  snapshot: Snapshot,
  { vault, pruned }: { readonly vault: Vault; readonly pruned: PrunedLogs },
  signal: AbortSignal,
): Promise<FoundLogs> {
  const { host, sequence } = snapshot
  const isWanted = request.paths.length === 0 ? () => true : pathFilter(request.paths)
  const logs: FoundLog[] = []
  const gone: string[] = []
  const isAskedFor = ({ present, path }: Pick<StoredLog, "present" | "path">) =>
    (present || request.allLogs) && isWanted(path)
  for (const category of wantedLogs(request, snapshot)) {
    const ref = snapshot.categories[category]?.log
    if (!ref) {
      if (request.categories.length === 0) continue
      throw new Problem("restore/nothing", `snapshot ${sequence} of ${host} has no copy of ${category}`, {
        hint: "none of its files had been stored by then",
      })
    }
    const pages = await pagesOf(host, category, vault, signal)
    const read = async (key: string) => pages.get(key) ?? null
    const collected = await collectLogs(ref, host, category, read, pruned)
    // What was on the host is named by the newest page; what had left it, by any of them.
    if (request.allLogs && collected.missing !== null) throw pageMissing(collected.missing)
    for (const log of collected.files.filter(isAskedFor)) {
      checkSpan(log)
      logs.push({ category, ref, log, entry: entryOf(log) })
    }
    gone.push(...collected.gone.filter(isAskedFor).map(({ path }) => path))
  }
  return { logs, gone }
}

function pageMissing({ key }: PageRef): Problem {
  return new Problem("store/missing", `the vault has no ${key}: files that it named would be left out`, {
    hint: "take it from a clone you trust; without --all-logs the files that the host had then still come back",
  })
}

async function pagesOf(host: string, category: string, vault: Vault, signal: AbortSignal) {
  const pages = new Map<string, Uint8Array>()
  for await (const { path, bytes } of vault.contents([`logs/${host}/${category}/`], signal))
    if (bytes !== null) pages.set(path, bytes)
  return pages
}

function entryOf({ path, mode, owner, group, uid, gid, size, mtime }: StoredLog): Entry {
  if (!isNormalPath(path)) throw unsafe(path, "is no plain absolute path")
  return {
    ...{ path, kind: "file", mode, owner, group, uid, gid, size, mtime: Math.floor(mtime) },
    ...{ target: null, sha256: null, readable: true },
  }
}

/** Logs go into a directory of this machine: a host starts without them, and its own are being written. */
export function refuseLogs(logs: readonly FoundLog[]): void {
  if (logs.length === 0) return
  const names = [...new Set(logs.map(({ category }) => category))].join(", ")
  throw new Problem("settings/invalid", `${names}: logs are restored into a directory only`, {
    hint: "give --out DIR, and copy from there what the host shall have",
  })
}

/** No log takes the place of another file, or lies below one or below a link. */
export function refuseLogOverlaps(logs: readonly FoundLog[], items: readonly Restorable[]): void {
  const kinds = new Map(items.map(({ entry }) => [entry.path, entry.kind]))
  for (const { entry } of logs) {
    if (kinds.has(entry.path)) throw unsafe(entry.path, "is in two categories")
    kinds.set(entry.path, "file")
  }
  for (const { entry } of logs) {
    for (let end = entry.path.lastIndexOf("/"); end > 0; end = entry.path.lastIndexOf("/", end - 1)) {
      const above = kinds.get(entry.path.slice(0, end))
      if (above !== undefined && above !== "directory") throw unsafe(entry.path, `lies below a ${above}`)
    }
  }
}

function unsafe(path: string, why: string): Problem {
  return new Problem("seal/unsafe-path", `${JSON.stringify(path).slice(0, 200)} of the logs ${why}`, {
    hint: "restore one category at a time with --categories, into different places",
  })
}
