/** The story of a restore: choose a snapshot, check everything, and only then write. */

import { userInfo } from "node:os"
import { certain } from "../core/certain.ts"
import { firstLines } from "../core/first-lines.ts"
import type { Fleet } from "../core/fleet.ts"
import { compareTexts } from "../core/order.ts"
import { Problem } from "../core/problem.ts"
import type { Restorable } from "../core/restorable.ts"
import type { RestoreOutcome, RestoreReport } from "../core/restore-report.ts"
import type { Snapshot } from "../core/snapshot.ts"
import type { Store } from "../core/store.ts"
import type { Vault } from "../core/vault.ts"
import { localOwners } from "../restore/owners.ts"
import { unpack } from "../restore/unpack.ts"
import type { Identities } from "../seal/identity.ts"
import { type Chosen, chooseSnapshot } from "./choose-snapshot.ts"
import { type FetchedBundle, fetchBundles, openAll } from "./fetch-bundles.ts"
import { type FoundLog, findLogs, isLog, refuseLogOverlaps, wantedLogs } from "./find-logs.ts"
import { proveSegments, streamedLog } from "./log-segments.ts"

export interface RestoreRequest {
  readonly host: string
  /** `latest`, a number, or a time */
  readonly at: string
  /** empty for all */
  readonly categories: readonly string[]
  /** paths and patterns; empty for all */
  readonly paths: readonly string[]
  /** also logs that had left the host by then */
  readonly allLogs: boolean
}

export interface RestoreTools {
  readonly fleet: Fleet
  readonly vault: Vault
  readonly stores: ReadonlyMap<string, Store>
  readonly now: () => Date
}

/** A snapshot and its bundles, of which every byte is what was signed. Nothing is opened yet. */
export interface Fetched {
  readonly chosen: Chosen
  readonly bundles: readonly FetchedBundle[]
  /** log files that were asked for; their segments are still where they are stored */
  readonly logs: readonly FoundLog[]
  /** paths of log files that were asked for, and that retention has deleted */
  readonly gone: readonly string[]
  readonly warnings: readonly string[]
}

export async function fetchSnapshot(
  request: RestoreRequest,
  tools: RestoreTools,
  signal: AbortSignal,
): Promise<Fetched> {
  const chosen = await chooseSnapshot(request.host, request.at, tools, signal)
  const { snapshot } = chosen.signed
  const only = request.categories.filter(name => !isLog(snapshot, name))
  const isLogsOnly = request.categories.length > 0 && only.length === 0
  const bundles = isLogsOnly ? [] : await fetchBundles(snapshot, only, tools, signal)
  const { vault } = tools
  const { logs, gone } = await findLogs(request, snapshot, { vault, pruned: chosen.pruned }, signal)
  const warnings = [
    ...chosen.warnings,
    ...olderCopies(snapshot, bundles),
    ...(request.categories.length === 0 && wantedLogs(request, snapshot).length === 0
      ? logsLeft(snapshot)
      : []),
    ...unfinished(logs),
    ...deleted(gone),
  ]
  return { chosen, bundles, logs, gone, warnings }
}

/** Opens what was fetched into memory, checked against the manifests. */
export async function openFetched(
  { chosen, bundles, logs, gone }: Fetched,
  identities: Identities,
  paths: readonly string[],
): Promise<readonly Restorable[]> {
  const { snapshot } = chosen.signed
  const items = await openAll(snapshot, bundles, identities, paths)
  refuseLogOverlaps(logs, items)
  if (items.length + logs.length > 0) return items
  const { host, sequence } = snapshot
  if (gone.length > 0) {
    throw new Problem("restore/nothing", `what was asked for of ${host} was deleted by retention`, {
      data: firstLines(gone, mostShown),
      hint: "`keep` of the category in fleet.yml is the period; the records on the branch bundles say when it went",
    })
  }
  const what = paths.length > 0 ? "matches path" : "is what was asked for"
  throw new Problem("restore/nothing", `nothing in snapshot ${sequence} of ${host} ${what}`, {
    hint: "without --path, and with --plan, restore lists what there is; --all-logs has logs that had left the host",
  })
}

/** Restores into an empty directory of this machine. */
export async function restoreOut(
  request: RestoreRequest & { readonly directory: string; readonly identities: Identities },
  tools: RestoreTools,
  signal: AbortSignal,
): Promise<RestoreReport> {
  const started = performance.now()
  const fetched = await fetchSnapshot(request, tools, signal)
  const items = await openFetched(fetched, request.identities, request.paths)
  const owners = userInfo().uid === 0 ? await localOwners() : null
  await proveSegments(fetched.logs, request.identities, tools, signal)
  signal.throwIfAborted()
  const logs = fetched.logs.map(log => streamedLog(log, request.identities, tools, signal))
  const { unknownOwners } = await unpack(items, logs, request.directory, owners)
  const warnings = [
    ...(owners === null
      ? ["not run as root: all files are owned by this account; modes and times are kept"]
      : []),
    ...unknownOwners.map(name => `this machine has no ${name}: the host's number was used`),
  ]
  const outcome = { form: "out", directory: request.directory } as const
  return report(fetched, items, outcome, warnings, started)
}

/** What a restore would give. Writes nothing. */
export async function restoreList(
  request: RestoreRequest & { readonly identities: Identities },
  tools: RestoreTools,
  signal: AbortSignal,
): Promise<RestoreReport> {
  const started = performance.now()
  const fetched = await fetchSnapshot(request, tools, signal)
  const items = await openFetched(fetched, request.identities, request.paths)
  const all = [...items, ...fetched.logs].sort((a, b) => compareTexts(a.entry.path, b.entry.path))
  const files = all.map(({ category, entry }) => ({
    ...{ path: entry.path, category, bytes: entry.kind === "file" ? entry.size : 0 },
    rights:
      entry.kind === "link"
        ? `link -> ${entry.target}`
        : `${entry.mode.toString(8).padStart(4, "0")} ${entry.owner}:${entry.group}`,
  }))
  return report(fetched, items, { form: "list", files }, [], started)
}

/** @param items  null: nothing was opened */
export function report(
  { chosen, bundles, logs, warnings }: Fetched,
  items: readonly Restorable[] | null,
  outcome: RestoreOutcome,
  more: readonly string[],
  started: number,
): RestoreReport {
  const { host, sequence, takenAt } = chosen.signed.snapshot
  return {
    ...{ command: "restore", host, sequence, takenAt, outcome },
    categories: [
      ...bundles.map(({ category, ref }) => {
        const own = items?.filter(item => item.category === category && item.content !== null)
        return {
          name: category,
          files: own?.length ?? ref.files,
          bytes: own?.reduce((sum, { content }) => sum + certain(content).size, 0) ?? ref.bytes,
          capturedAt: ref.capturedAt,
        }
      }),
      ...[...new Set(logs.map(({ category }) => category))].map(name => {
        const own = logs.filter(({ category }) => category === name)
        const bytes = own.reduce((sum, { entry }) => sum + entry.size, 0)
        return { name, files: own.length, bytes, capturedAt: certain(own[0]).ref.capturedAt ?? takenAt }
      }),
    ],
    warnings: [...warnings, ...more],
    ms: Math.round(performance.now() - started),
    exit: "good",
  }
}

function logsLeft({ categories }: Snapshot): readonly string[] {
  const names = Object.keys(categories).filter(name => categories[name]?.log)
  return names.length === 0
    ? []
    : [`${names.join(", ")}: logs are restored only when asked for, with --categories ${names.join(",")}`]
}

const mostShown = 10

function deleted(gone: readonly string[]): readonly string[] {
  return gone.length === 0
    ? []
    : [`deleted by retention, and not restored: ${firstLines(gone, mostShown).join(", ")}`]
}

/** A first run may have days of logs to read, and not have been done with them. */
function unfinished(logs: readonly FoundLog[]): readonly string[] {
  const names = logs.flatMap(({ category, ref }) => (ref.capturedAt === null ? [category] : []))
  return [...new Set(names)].map(name => `${name}: not all that the host had was stored by then`)
}

/** Where the host had lost a category by then, the copy from before is what can be restored. */
function olderCopies(snapshot: Snapshot, bundles: readonly FetchedBundle[]): readonly string[] {
  return bundles.flatMap(({ category, ref }) => {
    const status = snapshot.categories[category]?.status
    if (status === "stored" || status === "unchanged") return []
    const why = status === "missing" ? "the host had none" : "it could not be read"
    return [`${category}: ${why} at ${snapshot.takenAt}; this is the copy of ${ref.capturedAt}`]
  })
}
