/** The pages of logs in a vault, and what a signed snapshot proves by naming one: it, those before it, their segments. */

import { createHash } from "node:crypto"
import { certain } from "../core/certain.ts"
import type { LogPage, LogSegment, PageRef, SegmentPlace } from "../core/log.ts"
import { partAt } from "../core/parts.ts"
import { Problem } from "../core/problem.ts"
import { openPage, pageProblem } from "../seal/log-page.ts"
import type { PrunedLogs } from "../seal/pruned-logs.ts"

/** What is needed of a page: what it lists as on the host would fill the memory over the years. */
interface PageOutline extends Pick<LogPage, "sequence" | "takenAt" | "previous"> {
  readonly segments: readonly SegmentPlace[]
}

interface SeenPage {
  readonly sha256: string
  readonly content: PageOutline | Problem
}

/** A page as a link of a chain that leads to it from a trusted snapshot. */
export type ProvenPage = PageOutline & { readonly ref: PageRef }

export class LogChains {
  readonly #seen = new Map<string, SeenPage>()
  /** digests by key, of pages that were followed */
  readonly #followed = new Map<string, string>()

  /** @param bytes  null when the repository has lost or damaged it */
  add(key: string, bytes: Uint8Array | null): void {
    if (bytes === null) return
    const sha256 = createHash("sha256").update(bytes).digest("hex")
    this.#seen.set(key, { sha256, content: contentOf(bytes, { key, sha256 }) })
  }

  /**
   * @param newest  as a trusted snapshot names it
   * @param pruned  what trusted records say went: the chain goes on behind it
   * @returns       the pages that were not met before, the newest first, without the segments of files that went;
   *                and why the chain could not be followed to its end
   */
  follow(
    host: string,
    category: string,
    newest: PageRef,
    pruned: PrunedLogs,
  ): { readonly pages: readonly ProvenPage[]; readonly broken: BrokenChain | null } {
    const pages: ProvenPage[] = []
    for (let ref: PageRef | null = newest; ref !== null; ) {
      if (this.#followed.get(ref.key) === ref.sha256) break
      this.#followed.set(ref.key, ref.sha256)
      const seen = this.#seen.get(ref.key)
      const behind: PageRef | null | undefined =
        seen === undefined ? pruned.behind(host, category, ref) : undefined
      if (behind !== undefined) {
        ref = behind
        continue
      }
      const problem: Problem | null = pageProblem(seen?.sha256 ?? null, ref) ?? foreign(ref, host, category)
      // A page that was not seen is a problem.
      const content: SeenPage["content"] = problem ?? certain(seen).content
      if (content instanceof Problem) return { pages, broken: { key: ref.key, problem: content } }
      const segments = content.segments.filter(({ file }) => !pruned.hasFile(host, category, file))
      pages.push({ ...content, ref, segments })
      ref = content.previous
    }
    return { pages, broken: null }
  }

  /** Pages that nothing names that can be trusted. */
  strays(): readonly string[] {
    return [...this.#seen.keys()].filter(key => !this.#followed.has(key))
  }
}

export interface BrokenChain {
  /** of the page */
  readonly key: string
  readonly problem: Problem
}

/** Held against what names it only later: what is no page is a problem once somebody names it. */
function contentOf(bytes: Uint8Array, ref: PageRef): SeenPage["content"] {
  const [host, category] = [partAt(ref.key, "/", 1), partAt(ref.key, "/", 2)]
  try {
    const { sequence, takenAt, previous, segments } = openPage(bytes, ref, host, category)
    return { sequence, takenAt, previous, segments: segments.map(placeOf) }
  } catch (problem) {
    if (problem instanceof Problem) return problem
    return new Problem("seal/altered", `${ref.key} is no page of a log`, {
      hint: "take it from another clone of the vault, and find out who could write",
    })
  }
}

const placeOf = ({ file, first, end, store, key, size, sha256 }: LogSegment): SegmentPlace => ({
  ...{ file, first, end, store, key, size, sha256 },
})

function foreign({ key }: PageRef, host: string, category: string): Problem | null {
  if (key.startsWith(`logs/${host}/${category}/`)) return null
  return new Problem("seal/wrong-host", `${key} is named by ${category} of ${host}`, {
    hint: "compare the bundles branch with a clone you trust before going on",
  })
}
