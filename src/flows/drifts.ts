import { certain, onlyOne } from "../core/certain.ts"
import { byGravity, type Change, type Risk } from "../core/change.ts"
import type { Forge } from "../core/forge.ts"
import { textBefore } from "../core/parts.ts"
import { caughtProblem, type Problem } from "../core/problem.ts"
import type { DriftStatus, StatusFinding } from "../core/status.ts"
import type { HostRecord } from "../core/vault.ts"
import { describe, summarise } from "../diff/describe.ts"
import { type Draft, groupDrifts } from "../propose/group.ts"
import { planProposals, type Standing } from "../propose/plan.ts"
import { readTrailers } from "../propose/trailers.ts"
import { type DriftTools, hostDrifts, standingOf } from "./review.ts"

export interface DriftStatusTools extends Omit<DriftTools, "lookup"> {
  /** where people judge proposals; null: there is nobody to ask what they refused */
  readonly forge: Forge | null
}

export interface DriftsFound {
  readonly drifts: readonly DriftStatus[]
  /** why nobody could be asked what people refused */
  readonly problem: Problem | null
}

/** What is live and not accepted: in open proposals, refused by people, or in no proposal. */
export async function driftsOf(
  tools: DriftStatusTools,
  records: ReadonlyMap<string, HostRecord>,
  signal: AbortSignal,
): Promise<DriftsFound> {
  const found = await hostDrifts({ ...tools, lookup: null }, records, signal)
  const drafts = groupDrifts(found, tools.fleet.review.group)
  const { standing, problem } = await judgements(drafts, tools, signal)
  const plan = planProposals(drafts, standing, Number.POSITIVE_INFINITY, { describe, summarise })
  const branches = new Map(standing.branches.map(branch => [branch.id, branch]))
  const changes = new Map<string, readonly Change[]>()
  const judged = plan.proposals.flatMap(({ id, action, title, hosts, draft, page }): DriftStatus[] => {
    const branch = branches.get(id)
    const risk = gravest(draft?.changes ?? [])
    const of = { id, hosts, isOlder: false, risk, url: page?.url ?? null }
    if (action === "rejected") return [{ ...of, state: "rejected", title, since: page?.mark?.since ?? null }]
    if (branch !== undefined) {
      const named = readTrailers(branch.message)?.hosts ?? []
      const shown = { title: textBefore(branch.message, "\n"), hosts: named.length > 0 ? named : hosts }
      return [{ ...of, ...shown, state: "open", since: branch.committedAt }]
    }
    // Only what is removed has no draft, and it has a branch.
    const own = certain(draft)
    for (const host of hosts) changes.set(host, [...(changes.get(host) ?? []), ...changesOf(host, own)])
    return []
  })
  const state = tools.forge === null || problem !== null ? "not-open" : "unproposed"
  const times = await tools.vault.liveSince([...changes.keys()], signal)
  const alone = [...changes].map(([host, own]): DriftStatus => {
    const { at: since, isCut: isOlder } = times.get(host) ?? { at: null, isCut: false }
    const isNew = found.some(drift => drift.host === host && drift.accepted === null)
    const title = isNew ? `${host} has no accepted mirror` : `${host} ${inWords(own.length)}`
    return { state, id: null, title, hosts: [host], since, isOlder, risk: gravest(own), url: null }
  })
  return { drifts: [...judged, ...alone], problem }
}

/** A status is told also where pull requests cannot be read: less is known then. */
async function judgements(
  drafts: readonly Draft[],
  { vault, forge }: DriftStatusTools,
  signal: AbortSignal,
): Promise<{ readonly standing: Standing; readonly problem: Problem | null }> {
  try {
    return { standing: await standingOf(drafts, { vault, forge }, signal), problem: null }
  } catch (error) {
    const problem = caughtProblem(error, signal)
    return { standing: await standingOf(drafts, { vault, forge: null }, signal), problem }
  }
}

const changesOf = (host: string, { drifts }: Draft): readonly Change[] =>
  drifts.filter(drift => drift.host === host).flatMap(drift => drift.changes)

const inWords = (count: number): string =>
  count === 0
    ? "has text that differs"
    : `has ${count} ${count === 1 ? "change that is" : "changes that are"} not accepted`

function gravest(changes: readonly Change[]): Risk | null {
  return byGravity(changes)[0]?.risk ?? null
}

const standings = {
  unproposed: "not proposed yet",
  "not-open": "in no open proposal: rejected, or not proposed yet",
}

export function driftFinding(drift: DriftStatus): StatusFinding {
  const { state, id, title, hosts, since, isOlder, risk, url } = drift
  const host = onlyOne(hosts)
  const danger = risk === null ? "" : ` (risk ${risk.level}${risk.name === "" ? "" : `: ${risk.name}`})`
  const day = since === null ? null : since.slice(0, 10)
  const finding = (key: string, message: string, hint: string): StatusFinding => ({
    ...{ id: key, level: "warning", host, message, hint },
  })
  if (state === "open") {
    const hint = `look at drift/${id}, then merge it or put the hosts right`
    return finding(`drift/${id}`, `open since ${day}: ${title}${danger}`, hint)
  }
  if (state === "rejected") {
    const proposed = day === null ? "" : `, first proposed on ${day}`
    const hint = `put the hosts right, or reopen and merge ${url ?? `drift/${id}`}`
    return finding(`rejected/${id}`, `rejected and still live${proposed}: ${title}${danger}`, hint)
  }
  const age = day === null ? "" : `since ${day}${isOlder ? " or before" : ""}, `
  return finding(
    `unproposed/${hosts.join(",")}`,
    `${title}, ${age}${standings[state]}${danger}`,
    `pmta-vault diff ${hosts.join(" ")} --snapshot latest`,
  )
}

export const unaskedFinding = ({ message, hint }: Problem): StatusFinding => ({
  id: "fleet/pull-requests",
  level: "warning",
  host: null,
  message: `what was rejected is not known: ${message}`,
  hint,
})
