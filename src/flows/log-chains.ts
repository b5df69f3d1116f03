/** The pages of logs in a vault, and what a signed snapshot proves by naming one: it, those before it, their segments. */
import { createHash } from "node:crypto"
import type { LogPage, PageRef } from "../core/log.ts"
import { Problem } from "../core/problem.ts"
import type { StoredObject } from "../core/store.ts"
import { openPage, pageProblem } from "../seal/log-page.ts"

/** What is needed of a page: what it lists as on the host would fill the memory over the years. */
interface SeenPage {
  readonly sha256: string
  readonly content: Pick<LogPage, "previous" | "segments"> | Problem
}

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
   * @returns       the segments that were not met before, and why the chain could not be followed to its end
   */
  follow(
    host: string,
    category: string,
    newest: PageRef,
  ): { readonly segments: readonly StoredObject[]; readonly broken: BrokenChain | null } {
    const segments: StoredObject[] = []
    for (let ref: PageRef | null = newest; ref !== null; ) {
      if (this.#followed.get(ref.key) === ref.sha256) break
      this.#followed.set(ref.key, ref.sha256)
      const seen = this.#seen.get(ref.key)
      const problem: Problem | null = pageProblem(seen?.sha256 ?? null, ref) ?? foreign(ref, host, category)
      const content: SeenPage["content"] | undefined = problem ?? seen?.content
      if (content === undefined || content instanceof Problem)
        return { segments, broken: content === undefined ? null : { key: ref.key, problem: content } }
      segments.push(...content.segments)
      ref = content.previous
    }
    return { segments, broken: null }
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
  const [, host = "", category = ""] = ref.key.split("/")
  try {
    const { previous, segments } = openPage(bytes, ref, host, category)
    return { previous, segments }
  } catch (problem) {
    if (problem instanceof Problem) return problem
    return new Problem("seal/altered", `${ref.key} is no page of a log`, {
      hint: "take it from another clone of the vault, and find out who could write",
    })
  }
}

function foreign({ key }: PageRef, host: string, category: string): Problem | null {
  if (key.startsWith(`logs/${host}/${category}/`)) return null
  return new Problem("seal/wrong-host", `${key} is named by ${category} of ${host}`, {
    hint: "compare the bundles branch with a clone you trust before going on",
  })
}
