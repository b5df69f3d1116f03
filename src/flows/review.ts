import { parse } from "yaml"
import type { Change } from "../core/change.ts"
import type { Fleet } from "../core/fleet.ts"
import { hostPath } from "../core/mirror-path.ts"
import { Problem } from "../core/problem.ts"
import type { Facts, Profile } from "../core/profile.ts"
import type { ProposalReport } from "../core/report.ts"
import type { HostRecord, Vault } from "../core/vault.ts"
import { describe, summarise } from "../diff/describe.ts"
import { compareOutlines } from "../diff/judge.ts"
import { type Draft, groupDrifts, type HostDrift } from "../propose/group.ts"
import { byRisk } from "../propose/pages.ts"
import { isOpen, type PlannedProposal, planProposals, type Standing } from "../propose/plan.ts"
import { carryOut, type ProposingTools } from "./proposing.ts"

export interface ReviewTools extends ProposingTools {
  readonly fleet: Fleet
  readonly profile: Profile
}

export interface Reviewed {
  /** whether any host has what its accepted mirror has not */
  readonly drifted: boolean
  readonly proposals: readonly ProposalReport[]
  readonly warnings: readonly string[]
  readonly problem: Problem | null
}

/**
 * Compares what was seen last with what is accepted, for every host of the fleet, and proposes the drift. The
 * copies are safe in the vault by now: trouble with proposals is told, and undoes nothing.
 */
export async function review(tools: ReviewTools, signal: AbortSignal): Promise<Reviewed> {
  let drafts: readonly Draft[] = []
  try {
    drafts = byRisk(groupDrifts(await driftsOf(tools, signal), tools.fleet.review.group))
    const standing = await standingOf(drafts, tools, signal)
    const plan = planProposals(drafts, standing, tools.mostOpen, { describe, summarise })
    const { urls, warnings, problem } = await carryOut(plan, standing, tools, signal)
    const proposals = plan.proposals.map(proposal => reportOf(proposal, urls))
    return { drifted: drafts.length > 0, proposals, warnings, problem }
  } catch (problem) {
    if (!(problem instanceof Problem) || signal.aborted) throw problem
    return { drifted: drafts.length > 0, proposals: [], warnings: [], problem }
  }
}

/** What people refused is asked for only when something is not open already. */
async function standingOf(
  drafts: readonly Draft[],
  { vault, forge }: ReviewTools,
  signal: AbortSignal,
): Promise<Standing> {
  const branches = await vault.proposals(signal)
  const open = (await forge?.open(signal)) ?? []
  const fresh = drafts.some(draft => !isOpen(draft, open))
  return { branches, open, rejected: fresh ? ((await forge?.rejected(signal)) ?? []) : [] }
}

function reportOf(proposal: PlannedProposal, urls: ReadonlyMap<string, string>): ProposalReport {
  const { id, action, title, hosts, draft, page } = proposal
  return {
    ...{ id, action, title, hosts },
    kind: draft?.kind ?? null,
    changes: draft?.changes ?? [],
    url: urls.get(id) ?? page?.url ?? null,
  }
}

async function driftsOf(
  { fleet, profile, vault }: ReviewTools,
  signal: AbortSignal,
): Promise<readonly HostDrift[]> {
  const kept = fleet.hosts.filter(({ backup }) => backup)
  const tags = new Map(kept.map(host => [host.name, host.tags]))
  const records = await vault.records([...tags.keys()], signal)
  const drifts: HostDrift[] = []
  for (const [host, record] of records) {
    const drift = await driftOf(host, record, profile, fleet.review.ignore, vault, signal)
    if (drift !== null) drifts.push({ ...drift, tags: tags.get(host) ?? [] })
  }
  return drifts
}

async function driftOf(
  host: string,
  { accepted, live }: HostRecord,
  profile: Profile,
  ignore: readonly string[],
  vault: Vault,
  signal: AbortSignal,
): Promise<Omit<HostDrift, "tags"> | null> {
  if (live === null || live === accepted) return null
  const differences = await vault.differences(accepted, live, signal)
  if (accepted === null) return { host, accepted, differences, changes: [] }
  // Both mirrors whole: files include each other, and what did not change says what a change means.
  const before = await vault.mirror(accepted, () => true, signal)
  const changes = mirrorChanges(before, await vault.mirror(live, () => true, signal), profile)
  const heeded = changes.filter(change => !isIgnored(change, ignore))
  // Ignored changes alone propose nothing; text without any change of settings still does.
  return changes.length > 0 && heeded.length === 0 ? null : { host, accepted, differences, changes: heeded }
}

/** What differs between two mirrors, by path below the host: settings, then facts. */
export function mirrorChanges(
  accepted: ReadonlyMap<string, string>,
  live: ReadonlyMap<string, string>,
  profile: Profile,
): readonly Change[] {
  const outline = (mirror: ReadonlyMap<string, string>) => profile.outline(configsOf(mirror), factsOf(mirror))
  return compareOutlines(outline(accepted), outline(live), profile)
}

function configsOf(mirror: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  return new Map(
    [...mirror].flatMap(([path, text]) => {
      const onHost = hostPath(path)
      return onHost === null ? [] : [[onHost, text] as const]
    }),
  )
}

function factsOf(mirror: ReadonlyMap<string, string>): Facts {
  return Object.fromEntries(
    [...mirror].flatMap(([path, text]) => {
      const name = /^facts\/([\w-]+)\.yml$/.exec(path)?.[1]
      return name === undefined ? [] : [[name, parse(text) as unknown]]
    }),
  )
}

function isIgnored({ scope, name }: Change, ignore: readonly string[]): boolean {
  const path = [...scope, name].join(" › ")
  return ignore.some(entry => entry === name || path === entry || path.startsWith(`${entry} › `))
}
