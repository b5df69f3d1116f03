import type { FoundPage } from "../core/forge.ts"
import type { Vault } from "../core/vault.ts"
import { contentDigest, type Draft, subjectDigest } from "../propose/group.ts"
import { hostsOf } from "../propose/message.ts"

/**
 * Digests of a baseline were once taken of its files one by one, and are of whole mirrors now. What people refused then
 * stays refused: these are those pages with the digest that the same content has today.
 */
export async function formerRefusals(
  drafts: readonly Draft[],
  rejected: readonly FoundPage[],
  vault: Pick<Vault, "differences">,
  signal: AbortSignal,
): Promise<readonly FoundPage[]> {
  const pages: FoundPage[] = []
  for (const draft of drafts) {
    const likely = draft.kind === "baseline" ? rejected.flatMap(page => marked(page, hostsOf(draft))) : []
    if (likely.length === 0) continue
    const former = await byFiles(draft, vault, signal)
    const [content, subject] = [contentDigest(former), subjectDigest(former)]
    for (const { page, mark } of likely)
      if (mark.content === content || (mark.subject === subject && mark.hosts.length > 0))
        pages.push({ ...page, mark: { ...mark, content: contentDigest(draft) } })
  }
  return pages
}

/** The page with its mark where it may be of all these hosts; none are named where they are too many for a mark. */
function marked(page: FoundPage, hosts: readonly string[]) {
  const { mark } = page
  if (mark?.kind !== "baseline") return []
  const mayBe = mark.hosts.length === 0 || hosts.every(host => mark.hosts.includes(host))
  return mayBe ? [{ page, mark }] : []
}

async function byFiles(draft: Draft, vault: Pick<Vault, "differences">, signal: AbortSignal): Promise<Draft> {
  const drifts = []
  for (const drift of draft.drifts)
    drifts.push({ ...drift, differences: await vault.differences(null, drift.live, signal) })
  return { ...draft, drifts }
}
