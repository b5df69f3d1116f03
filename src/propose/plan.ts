/**
 * From drifts to what has to be written: each draft keeps the branch of the proposal that it continues, an
 * equal one is not touched, one without drift is removed, and a branch on which a person worked is left alone.
 */
import type { FoundProposal, ProposalWrite } from "../core/vault.ts"
import { contentDigest, type Draft, digestOf } from "./group.ts"
import { hostsOf, messageOf, titleOf, type Wording } from "./message.ts"
import { readTrailers, type Trailers } from "./trailers.ts"

export type ProposalAction = "created" | "updated" | "kept" | "removed" | "left-alone"

export interface PlannedProposal {
  readonly id: string
  readonly action: ProposalAction
  readonly title: string
  readonly hosts: readonly string[]
  readonly draft: Draft | null
}

export interface ProposalPlan {
  readonly proposals: readonly PlannedProposal[]
  readonly writes: readonly ProposalWrite[]
  readonly removes: readonly FoundProposal[]
}

interface Own {
  readonly found: FoundProposal
  readonly trailers: Trailers
}

export function planProposals(
  drafts: readonly Draft[],
  found: readonly FoundProposal[],
  wording: Wording,
): ProposalPlan {
  const own: Own[] = []
  const foreign: FoundProposal[] = []
  for (const proposal of found) {
    const trailers = readTrailers(proposal.message)
    if (trailers === null) foreign.push(proposal)
    else own.push({ found: proposal, trailers })
  }
  const continued = continueProposals(drafts, own)
  const taken = new Set(found.map(({ id }) => id))
  const proposals: PlannedProposal[] = []
  const writes: ProposalWrite[] = []
  for (const draft of drafts) {
    const before = continued.get(draft)
    const id = before?.found.id ?? freshId(draft, taken)
    taken.add(id)
    const planned = { id, title: titleOf(draft, wording), hosts: hostsOf(draft), draft }
    if (before?.trailers.content === contentDigest(draft)) {
      proposals.push({ ...planned, action: "kept" })
      continue
    }
    proposals.push({ ...planned, action: before === undefined ? "created" : "updated" })
    writes.push({
      id,
      replaces: before?.found.tip ?? null,
      message: messageOf(draft, wording),
      changes: draft.drifts.flatMap(({ host, differences }) =>
        differences.map(({ path, to }) => ({ host, path, blob: to })),
      ),
    })
  }
  const kept = new Set([...continued.values()].map(({ found: { id } }) => id))
  const gone = own.filter(({ found: { id } }) => !kept.has(id))
  return {
    proposals: [
      ...proposals,
      ...gone.map(({ found: { id, message }, trailers }) => ended(id, message, trailers.hosts, "removed")),
      ...foreign.map(({ id, message }) => ended(id, message, [], "left-alone")),
    ],
    writes,
    removes: gone.map(({ found: proposal }) => proposal),
  }
}

function ended(
  id: string,
  message: string,
  hosts: readonly string[],
  action: ProposalAction,
): PlannedProposal {
  return { id, action, title: message.split("\n")[0] ?? "", hosts, draft: null }
}

/** Pairs drafts with proposals of the same kind: equal content first, then the most hosts in common. */
function continueProposals(drafts: readonly Draft[], own: readonly Own[]): ReadonlyMap<Draft, Own> {
  const pairs = drafts.flatMap(draft =>
    own.map(before => ({ draft, before, likeness: likeness(draft, before.trailers) })),
  )
  const continued = new Map<Draft, Own>()
  const used = new Set<Own>()
  for (const { draft, before } of pairs
    .filter(pair => pair.likeness > 0)
    .sort((a, b) => b.likeness - a.likeness)) {
    if (continued.has(draft) || used.has(before)) continue
    continued.set(draft, before)
    used.add(before)
  }
  return continued
}

function likeness(draft: Draft, before: Trailers): number {
  if (draft.kind !== before.kind) return 0
  if (before.content === contentDigest(draft)) return Number.POSITIVE_INFINITY
  const hosts = new Set(hostsOf(draft))
  return before.hosts.filter(host => hosts.has(host)).length
}

function freshId(draft: Draft, taken: ReadonlySet<string>): string {
  for (let salt = 0; ; salt++) {
    const id = digestOf([contentDigest(draft), String(salt)]).slice(0, 8)
    if (!taken.has(id)) return id
  }
}
