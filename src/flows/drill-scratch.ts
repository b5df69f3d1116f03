/** A drill into a directory of this machine that is gone afterwards. Touches no host. */
import { networkInterfaces, userInfo } from "node:os"
import { proofOf } from "../core/drill.ts"
import { proveFiles } from "../prove/files.ts"
import { readTree } from "../prove/tree.ts"
import { localOwners } from "../restore/owners.ts"
import { openScratch } from "../restore/scratch.ts"
import { unpack } from "../restore/unpack.ts"
import type { Identities } from "../seal/identity.ts"
import type { Rehearsal, RehearsalTools } from "./rehearsal.ts"

export interface ScratchRequest {
  readonly host: string
  /** `latest`, a number, or a time */
  readonly at: string
  readonly identities: Identities
  /** where the scratch directory is made; null: in memory if there is room */
  readonly scratch: string | null
}

export async function drillIntoScratch(
  run: Rehearsal,
  request: ScratchRequest,
  tools: RehearsalTools,
  signal: AbortSignal,
): Promise<void> {
  const { items } = await run.fetch(request, tools, signal)
  const bytes = items.reduce((sum, { content }) => sum + (content?.size ?? 0), 0)
  await using scratch = await openScratch(request.scratch, bytes)
  if (!scratch.isInMemory) {
    run.warnings.push(
      "the scratch directory is not in memory: for the time of the drill, plaintext was on a disk",
    )
  }
  const accounts = userInfo().uid === 0 ? await localOwners() : null
  await run.timed("write", () => unpack(items, [], scratch.directory, accounts))
  run.proofs.push(proofOf("restore", "opened with the identity, and written in full", []))
  const tree = await run.timed("prove files", async () => {
    const tree = readTree(scratch.directory)
    run.proofs.push(proveFiles(items, tree, accounts))
    return tree
  })
  await run.prove(items, tree, ownMacs(), tools, signal)
}

function ownMacs(): readonly string[] {
  const found = Object.values(networkInterfaces()).flatMap(
    addresses => addresses?.map(({ mac }) => mac) ?? [],
  )
  return [...new Set(found)].filter(mac => mac !== "00:00:00:00:00:00")
}
