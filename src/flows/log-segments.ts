/** The segments of log files as their stores give them, in order, one in memory at a time. */
import { createHash } from "node:crypto"
import type { LogSegment } from "../core/log.ts"
import type { StreamedFile } from "../core/restorable.ts"
import { Secret } from "../core/secret.ts"
import { decryptSegment, openSegment } from "../seal/assemble-log.ts"
import type { Identities } from "../seal/identity.ts"
import { bundleProblem } from "./bundle-check.ts"
import { type Places, storeFor } from "./fetch-bundles.ts"
import type { FoundLog } from "./find-logs.ts"

/** Names that git is given at a time: a command line holds only so much. */
const keysAtATime = 256

export interface FetchedSegment {
  readonly segment: LogSegment
  /** its digest is the signed one */
  readonly sealed: Uint8Array
}

/** @throws Problem "store/missing", "seal/truncated", "seal/bundle-altered", "seal/swapped" */
export async function* fetchSegments(
  segments: readonly LogSegment[],
  places: Places,
  signal: AbortSignal,
): AsyncGenerator<FetchedSegment> {
  const byHash = new Map(segments.map(({ sha256, key }) => [sha256, key]))
  for await (const { segment, bytes } of stored(segments, places, signal)) {
    const sha256 = bytes === null ? "" : createHash("sha256").update(bytes).digest("hex")
    const found = bytes === null ? null : { size: bytes.length, sha256 }
    const problem = bundleProblem(segment, found, byHash)
    if (problem !== null || bytes === null) throw problem
    yield { segment, sealed: bytes }
  }
}

/** Bytes as found; null for what is gone, or cannot be read. */
async function* stored(segments: readonly LogSegment[], places: Places, signal: AbortSignal) {
  for (const batch of batchesOf(segments)) {
    if (!batch.isGit) {
      for (const segment of batch.segments) {
        signal.throwIfAborted()
        const store = storeFor(segment, places.stores)
        yield { segment, bytes: await store.get(segment.key, signal, segment.sha256) }
      }
      continue
    }
    // What is not there is left out of the answer.
    const left = batch.segments.values()
    const keys = batch.segments.map(({ key }) => key)
    for await (const { path, bytes } of places.vault.contents(keys, signal)) {
      for (const segment of left) {
        const isThere = segment.key === path
        yield { segment, bytes: isThere ? bytes : null }
        if (isThere) break
      }
    }
    for (const segment of left) yield { segment, bytes: null }
  }
}

interface Batch {
  readonly isGit: boolean
  readonly segments: LogSegment[]
}

/** Neighbours that are read in one go, in their order. */
function batchesOf(segments: readonly LogSegment[]): readonly Batch[] {
  const batches: Batch[] = []
  for (const segment of segments) {
    const isGit = segment.store === "git"
    const last = batches.at(-1)
    if (last?.isGit === isGit && last.segments.length < keysAtATime) last.segments.push(segment)
    else batches.push({ isGit, segments: [segment] })
  }
  return batches
}

/**
 * Reads and opens every segment before the first write: what is missing, altered or sealed to others is told then.
 * @param identities  null: nothing is opened
 */
export async function proveSegments(
  logs: readonly FoundLog[],
  identities: Identities | null,
  places: Places,
  signal: AbortSignal,
): Promise<void> {
  const segments = logs.flatMap(({ log }) => log.segments)
  if (segments.length === 0) return
  await places.vault.prefetch(
    segments.flatMap(({ store, key }) => (store === "git" ? [key] : [])),
    signal,
  )
  for await (const { segment, sealed } of fetchSegments(segments, places, signal))
    if (identities !== null) await decryptSegment(sealed, segment, identities)
}

/** A log as a file to be written. */
export function streamedLog(
  { category, log, entry }: FoundLog,
  identities: Identities,
  places: Places,
  signal: AbortSignal,
): StreamedFile {
  return {
    ...{ category, entry },
    async *content() {
      for await (const { segment, sealed } of fetchSegments(log.segments, places, signal))
        for await (const piece of openSegment(sealed, segment, identities)) yield new Secret(piece)
    },
  }
}
