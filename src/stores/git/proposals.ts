import type { FoundProposal, ProposalChange, ProposalWrite } from "../../core/vault.ts"
import type { Importer, TreeChange } from "./importer.ts"
import type { ObjectReader } from "./objects.ts"
import type { RefUpdate } from "./references.ts"

const prefix = "refs/heads/drift/"

export async function findProposals(
  objects: ObjectReader,
  heads: ReadonlyMap<string, string>,
  signal: AbortSignal,
): Promise<readonly FoundProposal[]> {
  signal.throwIfAborted()
  const read = async ([ref, tip]: readonly [string, string]): Promise<FoundProposal> => {
    const commit = await objects.object(tip)
    const text = commit?.content.toString("utf8") ?? ""
    const seconds = Number(/^committer .* (\d+) [+-]\d{4}$/m.exec(text)?.[1] ?? 0)
    return {
      id: ref.slice(prefix.length),
      tip,
      message: text.slice(text.indexOf("\n\n") + 2),
      committedAt: new Date(seconds * 1000).toISOString(),
    }
  }
  return await Promise.all([...heads].filter(([ref]) => ref.startsWith(prefix)).map(read))
}

/** One commit per proposal, on top of `main`. */
export async function proposalCommits(
  writer: Importer,
  main: string | null,
  writes: readonly ProposalWrite[],
  time: number,
): Promise<readonly RefUpdate[]> {
  const updates: RefUpdate[] = []
  for (const write of writes) {
    const to = await writer.commit({
      parents: main === null ? [] : [main],
      message: write.message,
      time,
      changes: write.changes.map(treeChange),
    })
    updates.push({ ref: `${prefix}${write.id}`, from: write.replaces, to })
  }
  return updates
}

function treeChange(change: ProposalChange): TreeChange {
  const folder = `hosts/${change.host}`
  return "mirror" in change
    ? { path: folder, tree: change.mirror }
    : { path: `${folder}/${change.path}`, blob: change.blob }
}
