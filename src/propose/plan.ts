/**
 * From drifts to what has to be written: each draft keeps the branch of the proposal that it continues, an
 * equal one is not touched, one without drift is removed, one that people refused is not proposed again, and
 * a branch on which a person worked is left alone.
 */
import type { FoundPage, ProposalMark } from "../core/forge.ts"
import { textBefore } from "../core/parts.ts"
import type { FoundProposal, ProposalChange, ProposalWrite } from "../core/vault.ts"
import { contentDigest, type Draft, digestOf, subjectDigest } from "./group.ts"
import { hostsOf, messageOf, titleOf, type Wording } from "./message.ts"
import { readTrailers, type Trailers } from "./trailers.ts"

export type ProposalAction =
  | "created"
  | "updated"
  | "kept"
  | "removed"
  | "left-alone"
  | "rejected"
  | "held-back"

export interface PlannedProposal {
  readonly id: string
  readonly action: ProposalAction
  readonly title: string
  readonly hosts: readonly string[]
  readonly draft: Draft | null
  /** the page that is there for it; for `rejected` the one that was closed */
  readonly page: FoundPage | null
}

export interface ProposalPlan {
  readonly proposals: readonly PlannedProposal[]
  readonly writes: readonly ProposalWrite[]
  readonly removes: readonly FoundProposal[]
}

/** What is there: branches, and the pages that show them. */
export interface Standing {
  readonly branches: readonly FoundProposal[]
  readonly open: readonly FoundPage[]
  readonly rejected: readonly FoundPage[]
}

/** A branch and what is known of it. `foreign`: a person's commit is its newest. */
interface Branch {
  readonly found: FoundProposal
  readonly known: Trailers | null
  readonly foreign: boolean
  readonly page: FoundPage | null
}

export function planProposals(
  drafts: readonly Draft[],
  standing: Standing,
  mostOpen: number,
  wording: Wording,
): ProposalPlan {
  const branches = standing.branches.map(found => branchOf(found, standing.open))
  const refusals = new Map(drafts.map(draft => [draft, refusalOf(draft, standing)]))
  const continued = continueProposals(drafts, branches, draft => refusals.get(draft) !== null)
  const taken = new Set(branches.map(({ found: { id } }) => id))
  let room = mostOpen - drafts.filter(draft => continued.has(draft) && refusals.get(draft) === null).length
  const proposals: PlannedProposal[] = []
  const writes: ProposalWrite[] = []
  for (const draft of drafts) {
    const before = continued.get(draft)
    const refused = refusals.get(draft) ?? null
    const id = before?.found.id ?? refused?.id ?? freshId(draft, taken)
    const action = refused !== null ? "rejected" : actionFor(draft, before, room)
    if (action === "created") room--
    taken.add(id)
    proposals.push({
      id,
      action,
      title: titleOf(draft, wording),
      hosts: hostsOf(draft),
      draft,
      page: refused ?? before?.page ?? null,
    })
    if (action === "created" || action === "updated") {
      writes.push(writeOf(draft, id, before?.found.tip ?? null, wording))
    }
  }
  const used = new Set(continued.values())
  const unused = branches.filter(branch => !used.has(branch))
  return {
    proposals: [...proposals, ...unused.map(ended)],
    writes,
    removes: unused.filter(({ foreign }) => !foreign).map(({ found }) => found),
  }
}

/** Whether a draft is open already with just this content, so that nobody has to ask what was refused. */
export function isOpen(draft: Draft, open: readonly FoundPage[]): boolean {
  return open.some(({ mark }) => mark?.content === contentDigest(draft))
}

export function markOf(draft: Draft, id: string, since: string): ProposalMark {
  const digests = { content: contentDigest(draft), subject: subjectDigest(draft) }
  return { id, kind: draft.kind, hosts: hostsOf(draft), ...digests, since }
}

function branchOf(found: FoundProposal, open: readonly FoundPage[]): Branch {
  const page = open.find(({ id }) => id === found.id) ?? null
  const own = readTrailers(found.message)
  return { found, known: own ?? page?.mark ?? null, foreign: own === null, page }
}

/** The page by which people refused this very draft, or the same for more hosts; null when none did. */
function refusalOf(draft: Draft, { open, rejected }: Standing): FoundPage | null {
  if (rejected.length === 0 || isOpen(draft, open)) return null
  const subject = subjectDigest(draft)
  const isRefusal = (mark: ProposalMark | null) =>
    mark !== null &&
    mark.kind === draft.kind &&
    (mark.content === contentDigest(draft) ||
      (mark.subject === subject && hostsOf(draft).every(host => mark.hosts.includes(host))))
  return rejected.find(({ mark }) => isRefusal(mark)) ?? null
}

function actionFor(draft: Draft, before: Branch | undefined, room: number): ProposalAction {
  if (before === undefined) return room > 0 ? "created" : "held-back"
  if (before.foreign) return "left-alone"
  return before.known?.content === contentDigest(draft) ? "kept" : "updated"
}

function writeOf(draft: Draft, id: string, replaces: string | null, wording: Wording): ProposalWrite {
  const changes = draft.drifts.flatMap(({ host, live, differences }): readonly ProposalChange[] =>
    draft.kind === "baseline"
      ? [{ host, mirror: live }]
      : differences.map(({ path, to }) => ({ host, path, blob: to })),
  )
  return { id, replaces, message: messageOf(id, draft, wording), changes }
}

function ended({ found: { id, message }, known, foreign, page }: Branch): PlannedProposal {
  const title = textBefore(message, "\n")
  const action = foreign ? "left-alone" : "removed"
  return { id, action, title, hosts: known?.hosts ?? [], draft: null, page }
}

/** Pairs drafts with branches of the same kind: equal content first, then the most hosts in common. */
function continueProposals(
  drafts: readonly Draft[],
  branches: readonly Branch[],
  isRefused: (draft: Draft) => boolean,
): ReadonlyMap<Draft, Branch> {
  const pairs = drafts.flatMap(draft =>
    branches.map(branch => ({ draft, branch, likeness: likeness(draft, branch.known) })),
  )
  const continued = new Map<Draft, Branch>()
  const used = new Set<Branch>()
  // A refused draft keeps its own branch, should people have left it, and never takes another's.
  const eligible = pairs.filter(pair => pair.likeness > (isRefused(pair.draft) ? Number.MAX_VALUE : 0))
  for (const { draft, branch } of eligible.sort((a, b) => b.likeness - a.likeness)) {
    if (continued.has(draft) || used.has(branch)) continue
    continued.set(draft, branch)
    used.add(branch)
  }
  return continued
}

function likeness(draft: Draft, known: Branch["known"]): number {
  if (known === null || draft.kind !== known.kind) return 0
  if (known.content === contentDigest(draft)) return Number.POSITIVE_INFINITY
  const hosts = new Set(hostsOf(draft))
  return known.hosts.filter(host => hosts.has(host)).length
}

function freshId(draft: Draft, taken: ReadonlySet<string>): string {
  for (let salt = 0; ; salt++) {
    const id = digestOf([contentDigest(draft), String(salt)]).slice(0, 8)
    if (!taken.has(id)) return id
  }
}
