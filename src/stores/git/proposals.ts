import type { FoundProposal, ProposalWrite } from "../../core/vault.ts"
import type { Importer } from "./importer.ts"
import type { ObjectReader } from "./objects.ts"

const prefix = "refs/heads/drift/"

export async function findProposals(
  objects: ObjectReader,
  heads: ReadonlyMap<string, string>,
  signal: AbortSignal,
): Promise<readonly FoundProposal[]> {
  const found: FoundProposal[] = []
  for (const [ref, tip] of heads) {
    signal.throwIfAborted()
    if (!ref.startsWith(prefix)) continue
    const commit = await objects.object(tip)
    const text = commit?.content.toString("utf8") ?? ""
    found.push({ id: ref.slice(prefix.length), tip, message: text.slice(text.indexOf("\n\n") + 2) })
  }
  return found
}

/** One commit per proposal, on top of `main`, each under a reference of our own. */
export async function proposalCommits(
  writer: Importer,
  main: string | null,
  writes: readonly ProposalWrite[],
  time: number,
  scratchRef: (name: string) => string,
): Promise<readonly { readonly write: ProposalWrite; readonly ref: string }[]> {
  const commits: { write: ProposalWrite; ref: string }[] = []
  for (const write of writes) {
    const ref = scratchRef(`drift/${write.id}`)
    await writer.commit({
      ref,
      parents: main === null ? [] : [main],
      message: write.message,
      time,
      changes: write.changes.map(({ host, path, blob }) => ({ path: `hosts/${host}/${path}`, blob })),
    })
    commits.push({ write, ref })
  }
  return commits
}
