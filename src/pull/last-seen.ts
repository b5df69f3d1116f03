/**
 * The short way for a host on which nothing has changed: one digest, computed on the host, over all that a
 * listing would say. It is salted with a secret of the vault and with what the last snapshot holds, so that
 * nobody without the signing key can make one for another state, and no former one can be put in its place.
 */
import type { KnownCategory } from "../core/capture.ts"
import type { LogEntry } from "../core/log.ts"
import type { Reference } from "../core/profile.ts"
import type { Listing, Root, Session } from "../core/transport.ts"
import {
  fixedRoots,
  logRoots,
  namedRoots,
  type PlannedCategory,
  type PlannedLog,
  referencePaths,
} from "./roots.ts"

export interface LastSeenTools {
  readonly session: Session
  readonly categories: readonly PlannedCategory[]
  /** names of the categories to take; all others are found too, as they say which file belongs to whom */
  readonly taken: ReadonlySet<string>
  /** log categories whose files are to be listed on the way, if that costs nothing */
  readonly logs: readonly PlannedLog[]
  /** secret salt of 64 hex digits, bound to `state` */
  readonly listingSalt: (state: unknown) => string
}

/** What is known of a host: its last snapshot, and a hint of the vault. */
export interface Known {
  readonly categories: ReadonlyMap<string, KnownCategory>
  readonly references: readonly Reference[]
  /** digest of the listing that the last snapshot was made from; null where there was none, or it had findings */
  readonly listing: string | null
}

export const nothingKnown: Known = { categories: new Map(), references: [], listing: null }

/** All that a run lists first: what fleet.yml says, and what the configs are expected to name. */
export function expectedRoots(
  categories: readonly PlannedCategory[],
  expected: readonly Reference[],
): readonly Root[] {
  const fixed = fixedRoots(categories)
  return [...fixed, ...namedRoots(referencePaths(expected, categories), fixed)]
}

/**
 * Whether each file is what the last snapshot holds, as far as times, sizes, modes, owners and numbers tell.
 * @returns  null: something changed, or the host cannot tell; else what was listed of logs, if it was
 */
export async function asLastSeen(
  tools: LastSeenTools,
  known: Known,
  signal: AbortSignal,
): Promise<{ readonly logs: readonly LogEntry[] | null } | null> {
  if (known.listing === null) return null
  const roots = expectedRoots(tools.categories, known.references)
  const fingerprints = new Map([...known.categories].map(([name, { fingerprint }]) => [name, fingerprint]))
  const salt = saltOf(tools, roots, known.references, fingerprints)
  const logs = logRoots(tools.logs, known.references)
  const answer = await tools.session.digest(roots, salt, logs, signal)
  return answer?.digest === known.listing ? answer : null
}

/**
 * The digest by which the next run may take the short way.
 * @param first         the first listing of this run, and the roots it was made of
 * @param references    what the configs name now
 * @param fingerprints  of the categories that the snapshot will hold
 */
export function lastSeen(
  tools: LastSeenTools,
  first: { readonly roots: readonly Root[]; readonly listing: Listing },
  references: readonly Reference[],
  fingerprints: ReadonlyMap<string, string>,
): string | null {
  const next = expectedRoots(tools.categories, references)
  if (JSON.stringify(next) !== JSON.stringify(first.roots)) return null
  return first.listing.digest(saltOf(tools, next, references, fingerprints))
}

function saltOf(
  tools: LastSeenTools,
  roots: readonly Root[],
  references: readonly Reference[],
  fingerprints: ReadonlyMap<string, string>,
): string {
  // Of what was not taken a digest says nothing: it is no proof for a run that takes more, or other categories.
  const taken = [...tools.taken].map(name => [name, fingerprints.get(name) ?? null])
  return tools.listingSalt([roots, references, taken])
}
