/** Chains of snapshots as backups leave them, without the backups. */
import { createHash } from "node:crypto"
import type { BundleRef, CategoryRecord, Snapshot } from "../../src/core/snapshot.ts"

/** What a run found of one category: a content, `missing`, or `failed`. */
export type Found = { readonly content: string } | "missing" | "failed"

export function nextInChain(
  host: string,
  before: Snapshot | undefined,
  takenAt: Date,
  found: Readonly<Record<string, Found>>,
): Snapshot {
  const at = takenAt.toISOString()
  const sequence = (before?.sequence ?? 0) + 1
  const records = Object.entries(found).map(([category, state]): [string, CategoryRecord] => {
    const former = before?.categories[category]?.bundle ?? null
    if (state === "missing" || state === "failed") {
      return [
        category,
        { status: state, bundle: former, problem: state === "failed" ? "pull/unreadable" : null },
      ]
    }
    if (former?.fingerprint === state.content) {
      return [category, { status: "unchanged", bundle: { ...former, capturedAt: at }, problem: null }]
    }
    return [
      category,
      { status: "stored", bundle: bundle(host, category, sequence, state.content, at), problem: null },
    ]
  })
  return {
    format: 1,
    host,
    sequence,
    previous: before === undefined ? null : `hash of ${before.sequence}`,
    takenAt: at,
    profile: "powermta",
    tool: "0",
    run: null,
    categories: Object.fromEntries(records),
  }
}

/** What stands for ciphertext: one content, one text. */
export const sealed = (content: string): Buffer => Buffer.from(`sealed ${content}\n`)

function bundle(host: string, category: string, sequence: number, content: string, at: string): BundleRef {
  const bytes = sealed(content)
  return {
    store: "git",
    key: `bundles/${host}/${category}/${at.replace(/[-:.]/g, "")}-${sequence}.tar.zst.age`,
    size: bytes.length,
    sha256: createHash("sha256").update(bytes).digest("hex"),
    fingerprint: content,
    files: 1,
    bytes: 1,
    capturedAt: at,
    recipients: [1, 2].map(index => `age1${String(index).repeat(58)}`),
  }
}

/** A chain with one snapshot per time; each has new content unless `content` says otherwise. */
export function chainOf(
  times: readonly string[],
  content: (index: number) => Readonly<Record<string, Found>> = index => ({
    config: { content: `c${index}` },
  }),
): readonly Snapshot[] {
  const chain: Snapshot[] = []
  for (const [index, time] of times.entries()) {
    chain.push(nextInChain("mta1", chain.at(-1), new Date(time), content(index)))
  }
  return chain
}
