import type { Change } from "../core/change.ts"
import { backedUpHosts, type Fleet } from "../core/fleet.ts"
import { hostPath } from "../core/mirror-path.ts"
import { caughtProblem, type Problem } from "../core/problem.ts"
import type { Facts, Profile, Statement } from "../core/profile.ts"
import type { ProposalReport } from "../core/report.ts"
import type { HostMirrors, Vault } from "../core/vault.ts"
import { describe, summarise } from "../diff/describe.ts"
import { compareOutlines } from "../diff/judge.ts"
import { type Draft, groupDrifts, type HostDrift } from "../propose/group.ts"
import { byRisk } from "../propose/pages.ts"
import { isOpen, type PlannedProposal, planProposals, type Standing } from "../propose/plan.ts"
import type { TxtLookup } from "../prove/txt-lookup.ts"
import { readFacts } from "./facts-yaml.ts"
import { formerRefusals } from "./former-refusals.ts"
import { carryOut, type ProposingTools } from "./proposing.ts"
import { withPublished } from "./published.ts"

export interface DriftTools {
  readonly fleet: Fleet
  readonly profile: Profile
  readonly vault: Vault
  /** asked for the records of DKIM keys that changed; null: DNS is not asked */
  readonly lookup: TxtLookup | null
}

export interface ReviewTools extends ProposingTools, DriftTools {}

export interface Reviewed {
  /** whether any host has what its accepted mirror has not */
  readonly drifted: boolean
  readonly proposals: readonly ProposalReport[]
  readonly warnings: readonly string[]
  readonly problem: Problem | null
}

/**
 * Compares what was seen last with what is accepted, for every host of the fleet, and proposes the drift. The
 * copies are safe in the vault by now: trouble with proposals is told, and undoes nothing. When a branch moved
 * meanwhile, by another run or a person, all is looked at again.
 */
export async function review(tools: ReviewTools, signal: AbortSignal): Promise<Reviewed> {
  for (let tries = 1; ; tries++) {
    const reviewed = await reviewOnce(tools, signal)
    if (reviewed.problem?.code !== "vault/moved" || tries === maxTries) return reviewed
  }
}

/** Of several runs that write at once one wins each time, and the others look again. */
const maxTries = 12

async function reviewOnce(tools: ReviewTools, signal: AbortSignal): Promise<Reviewed> {
  let drafts: readonly Draft[] = []
  try {
    const names = backedUpHosts(tools.fleet).map(({ name }) => name)
    const drifts = await hostDrifts(tools, await tools.vault.mirrors(names, signal), signal)
    drafts = byRisk(groupDrifts(drifts, tools.fleet.review.group))
    const standing = await standingOf(drafts, tools, signal)
    const plan = planProposals(drafts, standing, tools.mostOpen, { describe, summarise })
    const { urls, warnings, problem } = await carryOut(plan, standing, tools, signal)
    const proposals = plan.proposals.map(proposal => reportOf(proposal, urls))
    return { drifted: drafts.length > 0, proposals, warnings, problem }
  } catch (error) {
    const problem = caughtProblem(error, signal)
    return { drifted: drafts.length > 0, proposals: [], warnings: [], problem }
  }
}

/** What people refused is asked for only when something is not open already. */
export async function standingOf(
  drafts: readonly Draft[],
  { vault, forge }: Pick<ReviewTools, "vault" | "forge">,
  signal: AbortSignal,
): Promise<Standing> {
  const branches = await vault.proposals(signal)
  const open = (await forge?.open(signal)) ?? []
  const fresh = drafts.some(draft => !isOpen(draft, open))
  const rejected = fresh ? ((await forge?.rejected(signal)) ?? []) : []
  return {
    branches,
    open,
    rejected: [...rejected, ...(await formerRefusals(drafts, rejected, vault, signal))],
  }
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

/** How far a host is from what is accepted of it, before anybody says what that means. */
type Difference = Omit<HostDrift, "changes">

/** Hosts whose texts are fetched and held at a time. */
const hostsAtATime = 10

/** What has drifted, host by host: nothing for hosts that are as accepted, and for those of no interest. */
export async function hostDrifts(
  tools: DriftTools,
  records: ReadonlyMap<string, HostMirrors>,
  signal: AbortSignal,
): Promise<readonly HostDrift[]> {
  const { fleet, vault } = tools
  const tags = new Map(backedUpHosts(fleet).map(host => [host.name, host.tags]))
  const found: Difference[] = []
  for (const [host, { accepted, live }] of records) {
    if (!tags.has(host) || live === null || live === accepted) continue
    const differences = accepted === null ? [] : await vault.differences(accepted, live, signal)
    found.push({ host, tags: tags.get(host) ?? [], accepted, live, differences })
  }
  const drifts: HostDrift[] = []
  for (let first = 0; first < found.length; first += hostsAtATime) {
    drifts.push(...(await judged(found.slice(first, first + hostsAtATime), tools, signal)))
  }
  return drifts
}

/**
 * Both mirrors whole: files include each other, and what did not change says what a change means.
 * @returns  none for a host when all that changed is to be ignored; text without any change of settings counts
 */
async function judged(
  found: readonly Difference[],
  { fleet, profile, vault, lookup }: DriftTools,
  signal: AbortSignal,
): Promise<readonly HostDrift[]> {
  const drifts: HostDrift[] = []
  const files = new Map<string, readonly (readonly [path: string, blob: string])[]>()
  for (const { accepted, live } of found) {
    for (const tree of accepted === null ? [] : [accepted, live]) {
      const all = await vault.differences(null, tree, signal)
      files.set(
        tree,
        all.map(({ path, to }) => [path, to ?? ""]),
      )
    }
  }
  const texts = await vault.texts(
    [...files.values()].flatMap(all => all.map(([, blob]) => blob)),
    signal,
  )
  const mirror = (tree: string) =>
    new Map((files.get(tree) ?? []).map(([path, blob]) => [path, texts.get(blob) ?? ""]))
  for (const drift of found) {
    const changes =
      drift.accepted === null
        ? []
        : await withPublished(
            mirrorChanges(mirror(drift.accepted), mirror(drift.live), profile),
            profile,
            lookup,
          )
    const heeded = changes.filter(change => !isIgnored(change, fleet.review.ignore))
    if (changes.length === 0 || heeded.length > 0) drifts.push({ ...drift, changes: heeded })
  }
  return drifts
}

/** What differs between two mirrors, by path below the host: settings, then facts. */
export function mirrorChanges(
  accepted: ReadonlyMap<string, string>,
  live: ReadonlyMap<string, string>,
  profile: Profile,
): readonly Change[] {
  return compareOutlines(mirrorOutline(accepted, profile), mirrorOutline(live, profile), profile)
}

/** The settings of a mirror, then its facts. */
export function mirrorOutline(mirror: ReadonlyMap<string, string>, profile: Profile): readonly Statement[] {
  return profile.outline(configsOf(mirror), factsOf(mirror))
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
      const facts = name === undefined ? null : readFacts(text)
      return name === undefined || facts === null ? [] : [[name, facts]]
    }),
  )
}

function isIgnored({ scope, name }: Change, ignore: readonly string[]): boolean {
  const path = [...scope, name].join(" › ")
  return ignore.some(entry => entry === name || path === entry || path.startsWith(`${entry} › `))
}
