/** Bundles in artifacts expire: the newest of each category is put again before it does. */

import { createHash } from "node:crypto"
import type { Observe } from "../core/event.ts"
import { caughtProblem, Problem } from "../core/problem.ts"
import type { BundleRef, CategoryRecord, Snapshot } from "../core/snapshot.ts"
import type { ArtifactPlace, Store, StoredObject } from "../core/store.ts"

/** New places of bundles by key. */
export type Renewed = ReadonlyMap<string, ArtifactPlace>

type Categories = Readonly<Record<string, CategoryRecord>>

/** Whether the bundle is no more, by its expiry. */
export function isGone({ artifact }: Pick<StoredObject, "artifact">, now: Date): boolean {
  return artifact?.expiresAt != null && Date.parse(artifact.expiresAt) <= now.getTime()
}

/** Whether two thirds of its life are over: then there is time left for several runs to renew it. */
export function isEnding({ artifact }: BundleRef, now: Date): boolean {
  if (artifact?.expiresAt == null) return false
  const [start, end] = [Date.parse(artifact.uploadedAt), Date.parse(artifact.expiresAt)]
  return now.getTime() >= start + ((end - start) * 2) / 3
}

/**
 * What cannot be renewed is told and stays as it is: the next run tries again.
 * @param replaced  categories of which this run has a new bundle
 */
export async function renew(
  { host, categories }: Snapshot,
  replaced: ReadonlySet<string>,
  { store, now, observe }: { readonly store: Store; readonly now: () => Date; readonly observe: Observe },
  signal: AbortSignal,
): Promise<Renewed> {
  const renewed = new Map<string, ArtifactPlace>()
  const refs = Object.entries(categories).flatMap(([name, { bundle }]) =>
    bundle === null || replaced.has(name) ? [] : [bundle],
  )
  for (const ref of refs) {
    if (ref.store !== store.name || !isEnding(ref, now()) || isGone(ref, now())) continue
    try {
      const { artifact } = await store.put(ref.key, await proven(ref, store, signal), signal)
      if (artifact !== undefined) renewed.set(ref.key, artifact)
    } catch (error) {
      const problem = caughtProblem(error, signal)
      const message = `${ref.key} expires at ${ref.artifact?.expiresAt} and was not renewed: ${problem.message}`
      observe({ kind: "warning", host, message })
    }
  }
  return renewed
}

async function proven(ref: BundleRef, store: Store, signal: AbortSignal): Promise<Uint8Array> {
  const bytes = await store.get(ref.key, signal, ref.sha256)
  if (createHash("sha256").update(bytes).digest("hex") === ref.sha256) return bytes
  throw new Problem("store/not-read-back", `${ref.key} is not what was signed`, {
    hint: "run `pmta-vault verify`",
  })
}

/** The same records, with the new places in them. */
export function withRenewed(categories: Categories, renewed: Renewed): Categories {
  if (renewed.size === 0) return categories
  return Object.fromEntries(
    Object.entries(categories).map(([name, record]) => {
      const artifact = record.bundle === null ? undefined : renewed.get(record.bundle.key)
      const isSame = record.bundle === null || artifact === undefined
      return [name, isSame ? record : { ...record, bundle: { ...record.bundle, artifact } }]
    }),
  )
}
