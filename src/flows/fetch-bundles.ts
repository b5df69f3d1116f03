import { createHash } from "node:crypto"
import { certain } from "../core/certain.ts"
import { compareTexts } from "../core/order.ts"
import { maxLinks, pathFilter, resolveLink } from "../core/path-pattern.ts"
import { Problem } from "../core/problem.ts"
import type { Restorable } from "../core/restorable.ts"
import type { BundleRef, Snapshot } from "../core/snapshot.ts"
import type { Store, StoredObject } from "../core/store.ts"
import type { Vault } from "../core/vault.ts"
import type { Identities } from "../seal/identity.ts"
import { openBundle } from "../seal/open.ts"
import { bundleProblem } from "./bundle-check.ts"

/** A bundle whose bytes are the ones that were signed. */
export interface FetchedBundle {
  readonly category: string
  readonly ref: BundleRef
  readonly bytes: Uint8Array
}

export interface Places {
  readonly vault: Vault
  readonly stores: ReadonlyMap<string, Store>
}

/**
 * @param only  categories; empty for all
 * @throws Problem "store/missing", "seal/truncated", "seal/bundle-altered", "seal/swapped", "restore/nothing"
 */
export async function fetchBundles(
  snapshot: Snapshot,
  only: readonly string[],
  places: Places,
  signal: AbortSignal,
): Promise<readonly FetchedBundle[]> {
  const wanted = Object.entries(snapshot.categories).flatMap(([category, { bundle }]) =>
    bundle !== null && (only.length === 0 || only.includes(category)) ? [{ category, ref: bundle }] : [],
  )
  const absent = only.filter(name => !wanted.some(({ category }) => category === name))
  if (wanted.length === 0 || absent.length > 0) {
    const has = Object.entries(snapshot.categories).flatMap(([name, { bundle, log }]) =>
      bundle !== null || log ? [name] : [],
    )
    throw new Problem(
      "restore/nothing",
      `snapshot ${snapshot.sequence} of ${snapshot.host} has no copy of ${absent.join(", ") || "anything"}`,
      {
        hint: `it has ${has.join(", ") || "nothing"}`,
      },
    )
  }
  const byHash = new Map(
    Object.values(snapshot.categories).flatMap(({ bundle }) => (bundle ? [[bundle.sha256, bundle.key]] : [])),
  )
  const bytesOf = await fetchAll(
    wanted.map(({ ref }) => ref),
    places,
    signal,
  )
  return wanted.map(({ category, ref }) => {
    const bytes = bytesOf.get(ref.key) ?? null
    const sha256 = bytes === null ? "" : createHash("sha256").update(bytes).digest("hex")
    const problem = bundleProblem(ref, bytes === null ? null : { size: bytes.length, sha256 }, byHash)
    if (problem !== null || bytes === null) throw problem
    return { category, ref, bytes }
  })
}

async function fetchAll(
  refs: readonly BundleRef[],
  { vault, stores }: Places,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const found = new Map<string, Uint8Array>()
  const keys = refs.filter(({ store }) => store === "git").map(({ key }) => key)
  if (keys.length > 0) {
    for await (const { path, bytes } of vault.contents(keys, signal))
      if (bytes !== null) found.set(path, bytes)
  }
  for (const ref of refs.filter(({ store }) => store !== "git")) {
    found.set(ref.key, await storeFor(ref, stores).get(ref.key, signal, ref.sha256))
  }
  return found
}

/** @throws Problem "store/missing" */
export function storeFor({ store: name, key }: StoredObject, stores: Places["stores"]): Store {
  const store = stores.get(name)
  if (store !== undefined) return store
  throw new Problem("store/missing", `${key} rests in the store ${name}, which is not given`, {
    hint: storeHint(name),
  })
}

/** How to name a store that was not given. */
export const storeHint = (store: string): string =>
  store === "directory"
    ? "say where it is: --store directory --store-path DIRECTORY"
    : `say so with --store ${store}`

/**
 * Opens all bundles and puts together what they hold, sorted by path.
 * @param paths  only these files, or what these patterns match; empty for all
 * @throws Problem "seal/…" for the first bundle that is not sound
 */
export async function openAll(
  snapshot: Snapshot,
  bundles: readonly FetchedBundle[],
  identities: Identities,
  paths: readonly string[],
): Promise<readonly Restorable[]> {
  const { host } = snapshot
  const opened = await Promise.all(
    bundles.map(({ category, ref, bytes }) =>
      openBundle(bytes, identities, { host, category, key: ref.key }),
    ),
  )
  const items = new Map<string, Restorable>()
  for (const { category, files, others } of opened) {
    for (const { entry, content } of files) add(items, { category, entry, content })
    for (const entry of others) add(items, { category, entry, content: null })
  }
  const real = settled(items)
  refuseOverlaps(real)
  const chosen = paths.length === 0 ? [...real.values()] : matching(real, paths)
  return chosen.sort((a, b) => compareTexts(a.entry.path, b.entry.path))
}

/** A directory may be part of several categories; a file belongs to one. */
function add(items: Map<string, Restorable>, item: Restorable): void {
  const before = items.get(item.entry.path)
  if (before !== undefined && !isSame(before, item)) throw unsafe(item, `is in ${before.category} as well`)
  if (before === undefined) items.set(item.entry.path, item)
}

function isSame(one: Restorable, other: Restorable): boolean {
  if (one.entry.kind === "directory") return other.entry.kind === "directory"
  const { kind, sha256, target } = one.entry
  return kind === other.entry.kind && sha256 === other.entry.sha256 && target === other.entry.target
}

/**
 * Gives what lies below a link its real path, so that nothing has to be written through one. Links are resolved by
 * their text alone and within the root of the host: none leads out of it.
 */
function settled(items: ReadonlyMap<string, Restorable>): Map<string, Restorable> {
  const found = new Map<string, Restorable>()
  for (const item of items.values()) {
    let { path } = item.entry
    for (let links = 0; ; links++) {
      const link = [...parents(path)]
        .map(above => items.get(above))
        .findLast(above => above?.entry.kind === "link")
      if (link === undefined) break
      if (links === maxLinks) throw unsafe(item, "lies below links that lead in a circle")
      const target = resolveLink(link.entry.path, certain(link.entry.target))
      path = `${target === "/" ? "" : target}${path.slice(link.entry.path.length)}`
    }
    add(found, path === item.entry.path ? item : { ...item, entry: { ...item.entry, path } })
  }
  return found
}

function refuseOverlaps(items: ReadonlyMap<string, Restorable>): void {
  for (const item of items.values()) {
    for (const above of parents(item.entry.path)) {
      const found = items.get(above)
      if (found !== undefined && found.entry.kind !== "directory")
        throw unsafe(item, `lies below a ${found.entry.kind} of ${found.category}`)
    }
  }
}

function unsafe({ category, entry }: Restorable, why: string): Problem {
  return new Problem("seal/unsafe-path", `${entry.path} of ${category} ${why}`, {
    hint: "restore one category at a time with --categories, into different places",
  })
}

/** What matches, and the directories above it, which carry rights. */
function matching(items: ReadonlyMap<string, Restorable>, paths: readonly string[]): Restorable[] {
  const isWanted = pathFilter(paths)
  const wanted = [...items.values()].filter(({ entry }) => isWanted(entry.path))
  const above = new Set(wanted.flatMap(({ entry }) => [...parents(entry.path)]))
  return [...items.values()].filter(item => above.has(item.entry.path) || wanted.includes(item))
}

function* parents(path: string): Generator<string> {
  for (let end = path.lastIndexOf("/"); end > 0; end = path.lastIndexOf("/", end - 1))
    yield path.slice(0, end)
}
