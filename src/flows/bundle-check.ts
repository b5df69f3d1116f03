import { Problem } from "../core/problem.ts"
import type { StoredObject } from "../core/store.ts"

/** Stored bytes, as found. */
export interface FoundBundle {
  readonly size: number
  /** hex */
  readonly sha256: string
}

/**
 * Why stored bytes are not the bundle, or the segment of a log, that a signed snapshot names; null when they are.
 * @param byHash  which key other bundles have, to recognise one under a name that is not its own
 */
export function bundleProblem(
  ref: StoredObject,
  found: FoundBundle | null,
  byHash: ReadonlyMap<string, string>,
): Problem | null {
  if (found === null) {
    return new Problem("store/missing", `${ref.key} is gone, or cannot be read`, {
      hint: "look for it in another clone of the vault; `git fsck` tells of a damaged disk",
    })
  }
  if (found.sha256 === ref.sha256) return null
  const data = [`signed  ${ref.sha256}, ${ref.size} bytes`, `found   ${found.sha256}, ${found.size} bytes`]
  const other = byHash.get(found.sha256)
  if (other !== undefined) {
    return new Problem("seal/swapped", `${ref.key} is in truth ${other}`, { data, hint })
  }
  return found.size < ref.size
    ? new Problem("seal/truncated", `${ref.key} is cut off`, { data, hint })
    : new Problem("seal/bundle-altered", `${ref.key} is not what was signed`, { data, hint })
}

const hint = "take it from another clone of the vault, and find out who could write"
