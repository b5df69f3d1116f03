/** What pages have to be written, ended or listed for a plan. Pure. */

import { riskRank } from "../core/change.ts"
import { firstLines } from "../core/first-lines.ts"
import type { Forge, FoundPage, PageEnding, PageWrite } from "../core/forge.ts"
import { listed } from "../core/listed.ts"
import { code, cut } from "../core/markdown.ts"
import { bodyOf, type Shown } from "./body.ts"
import type { Draft } from "./group.ts"
import { markOf, type PlannedProposal, type ProposalPlan } from "./plan.ts"

const maxListed = 300

/** Those whose page is missing or out of date. */
export function pagesToWrite({ proposals }: ProposalPlan): readonly (PlannedProposal & { draft: Draft })[] {
  return proposals.filter(
    (proposal): proposal is PlannedProposal & { draft: Draft } =>
      proposal.draft !== null &&
      (proposal.action === "created" ||
        proposal.action === "updated" ||
        (proposal.action === "kept" && proposal.page === null)),
  )
}

export function pageOf(
  { id, title, draft, page }: PlannedProposal & { readonly draft: Draft },
  shown: Shown,
  about: { readonly now: Date; readonly run: string | null; readonly kind: Forge["kind"] },
): PageWrite {
  const mark = markOf(draft, id, page?.mark?.since ?? about.now.toISOString())
  return { id, title, body: bodyOf({ draft, mark, shown, run: about.run, kind: about.kind }) }
}

/** Open pages whose branch goes or is gone, each with why. */
export function pagesToEnd({ proposals }: ProposalPlan, open: readonly FoundPage[]): readonly PageEnding[] {
  const lasting = new Set(proposals.filter(({ action }) => action !== "removed").map(({ id }) => id))
  return open
    .filter(({ id, mark }) => !lasting.has(id) && (mark !== null || proposals.some(own => own.id === id)))
    .map(({ id, mark }) => {
      const hosts = proposals.find(own => own.id === id)?.hosts ?? mark?.hosts ?? []
      return { id, reason: reasonFor(hosts, proposals) }
    })
}

/** The hosts are as accepted again, or what they have now is proposed elsewhere. */
function reasonFor(hosts: readonly string[], proposals: readonly PlannedProposal[]): string {
  const elsewhere = proposals.filter(
    ({ draft, hosts: others }) => draft !== null && others.some(host => hosts.includes(host)),
  )
  const moved = new Set(elsewhere.flatMap(proposal => proposal.hosts))
  const settled = hosts.filter(host => !moved.has(host)).map(host => code(host))
  const lines = [
    ...(hosts.length === 0 ? ["The drift is gone."] : []),
    ...(settled.length === 0 ? [] : [`The drift is gone: ${listed(settled, 20)} as accepted again.`]),
    ...elsewhere.map(({ id, hosts: others, action }) => {
      const names = listed(
        others.filter(host => hosts.includes(host)).map(host => code(host)),
        20,
      )
      return `${action === "rejected" ? "Refused already" : "Now"} in \`drift/${id}\`: ${names}.`
    }),
  ]
  return `${lines.join(" ")} This is closed, and its branch is deleted.`
}

/** The list of what the cap holds back; null for none. */
export function heldBackList({ proposals }: ProposalPlan, mostOpen: number): string | null {
  const held = proposals.filter(({ action }) => action === "held-back")
  if (held.length === 0) return null
  const titles = held.map(({ title }) => code(title))
  return cut(
    [
      `At most ${mostOpen} proposals are open at a time. ${held.length} more wait until one of those is merged or closed:`,
      "",
      ...firstLines(titles, maxListed, "- "),
    ].join("\n"),
    60_000,
  )
}

/** Drafts in the order in which room is given to them: the gravest first. */
export function byRisk(drafts: readonly Draft[]): readonly Draft[] {
  const rank = (draft: Draft) =>
    Math.min(...draft.changes.map(({ risk }) => riskRank(risk)), Number.MAX_SAFE_INTEGER)
  return drafts.toSorted((a, b) => rank(a) - rank(b))
}
