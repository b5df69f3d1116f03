import { parse } from "yaml"
import type { Change } from "../core/change.ts"
import type { Fleet } from "../core/fleet.ts"
import { hostPath } from "../core/mirror-path.ts"
import type { Facts, Profile } from "../core/profile.ts"
import type { ProposalReport } from "../core/report.ts"
import type { HostRecord, Vault } from "../core/vault.ts"
import { describe, summarise } from "../diff/describe.ts"
import { compareOutlines } from "../diff/judge.ts"
import { groupDrifts, type HostDrift } from "../propose/group.ts"
import { planProposals } from "../propose/plan.ts"

/** Compares what was seen last with what is accepted, for every host of the fleet, and proposes the drift. */
export async function review(
  fleet: Fleet,
  profile: Profile,
  vault: Vault,
  signal: AbortSignal,
): Promise<readonly ProposalReport[]> {
  const records = await vault.records(
    fleet.hosts.filter(({ backup }) => backup).map(({ name }) => name),
    signal,
  )
  const drifts: HostDrift[] = []
  for (const [host, record] of records) {
    const drift = await driftOf(host, record, profile, fleet.review.ignore, vault, signal)
    if (drift !== null) drifts.push(drift)
  }
  const drafts = groupDrifts(drifts, fleet.review.group)
  const plan = planProposals(drafts, await vault.proposals(signal), { describe, summarise })
  if (plan.writes.length + plan.removes.length > 0) await vault.propose(plan.writes, plan.removes, signal)
  return plan.proposals.map(({ id, action, title, hosts, draft }) => ({
    ...{ id, action, title, hosts },
    kind: draft?.kind ?? null,
    changes: draft?.changes ?? [],
  }))
}

async function driftOf(
  host: string,
  { accepted, live }: HostRecord,
  profile: Profile,
  ignore: readonly string[],
  vault: Vault,
  signal: AbortSignal,
): Promise<HostDrift | null> {
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
