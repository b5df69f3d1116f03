/** The story of a restore: choose a snapshot, check everything, and only then write. */
import { userInfo } from "node:os"
import type { Fleet } from "../core/fleet.ts"
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

export interface RestoreRequest {
  readonly host: string
  /** `latest`, a number, or a time */
  readonly at: string
  /** empty for all */
  readonly categories: readonly string[]
  /** paths and patterns; empty for all */
  readonly paths: readonly string[]
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
  readonly warnings: readonly string[]
}

export async function fetchSnapshot(
  request: RestoreRequest,
  tools: RestoreTools,
  signal: AbortSignal,
): Promise<Fetched> {
  const chosen = await chooseSnapshot(request.host, request.at, tools, signal)
  const { snapshot } = chosen.signed
  const bundles = await fetchBundles(snapshot, request.categories, tools, signal)
  const logs = request.categories.length === 0 ? logsLeft(snapshot) : []
  return { chosen, bundles, warnings: [...chosen.warnings, ...olderCopies(snapshot, bundles), ...logs] }
}

/** Opens what was fetched into memory, checked against the manifests. */
export async function openFetched(
  { chosen, bundles }: Fetched,
  identities: Identities,
  paths: readonly string[],
): Promise<readonly Restorable[]> {
  return await openAll(chosen.signed.snapshot, bundles, identities, paths)
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
  signal.throwIfAborted()
  const { unknownOwners } = unpack(items, request.directory, owners)
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
  const files = items.map(({ category, entry, content }) => ({
    ...{ path: entry.path, category, bytes: content?.size ?? 0 },
    rights:
      entry.kind === "link"
        ? `link -> ${entry.target}`
        : `${entry.mode.toString(8).padStart(4, "0")} ${entry.owner}:${entry.group}`,
  }))
  return report(fetched, items, { form: "list", files }, [], started)
}

/** @param items  null: nothing was opened */
export function report(
  { chosen, bundles, warnings }: Fetched,
  items: readonly Restorable[] | null,
  outcome: RestoreOutcome,
  more: readonly string[],
  started: number,
): RestoreReport {
  const { host, sequence, takenAt } = chosen.signed.snapshot
  return {
    ...{ command: "restore", host, sequence, takenAt, outcome },
    categories: bundles.map(({ category, ref }) => {
      const own = items?.filter(item => item.category === category && item.content !== null)
      return {
        name: category,
        files: own?.length ?? ref.files,
        bytes: own?.reduce((sum, { content }) => sum + (content?.size ?? 0), 0) ?? ref.bytes,
        capturedAt: ref.capturedAt,
      }
    }),
    warnings: [...warnings, ...more],
    ms: Math.round(performance.now() - started),
    exit: "good",
  }
}

function logsLeft({ categories }: Snapshot): readonly string[] {
  const names = Object.keys(categories).filter(name => categories[name]?.log)
  return names.length === 0
    ? []
    : [`${names.join(", ")}: logs are not restored by this command; docs/FORMAT.md shows how by stock tools`]
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
