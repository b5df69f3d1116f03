/** The story of impact: find the change, read the counts around it, say what it did. Writes nothing. */
import { certain } from "../core/certain.ts"
import type { Fleet } from "../core/fleet.ts"
import type { Discussions } from "../core/forge.ts"
import type { ImpactReport, ImpactSubject } from "../core/impact.ts"
import { Problem } from "../core/problem.ts"
import type { Profile } from "../core/profile.ts"
import type { TrafficDay } from "../core/traffic.ts"
import type { FoundChange, Vault } from "../core/vault.ts"
import { impactOf } from "../impact/impact.ts"
import { touchedBy } from "../impact/touched.ts"
import { daysOf, windowsAround } from "../impact/windows.ts"
import { nameOnMain } from "./merged-page.ts"
import { mirrorChanges, mirrorOutline } from "./review.ts"

export interface ImpactRequest {
  /** a proposal, or a moment, seconds since 1970 */
  readonly of:
    | { readonly kind: "change"; readonly name: string }
    | { readonly kind: "moment"; readonly at: number }
  /** of each window, seconds */
  readonly windowSeconds: number
  /** hosts to look at; empty: those that the change touches, else all of the fleet */
  readonly hosts: readonly string[]
  /** shares, 0 to 1 */
  readonly thresholds: ImpactReport["thresholds"]
}

export interface ImpactTools {
  readonly fleet: Fleet
  readonly profile: Profile
  readonly vault: Vault
  /** asked for what no message on `main` names; null: there is nobody to ask */
  readonly discussions: Discussions | null
  readonly now: () => Date
}

export async function impact(
  request: ImpactRequest,
  tools: ImpactTools,
  signal: AbortSignal,
): Promise<ImpactReport> {
  const { vault, now } = tools
  const { subject, latest, earliest } = await questionOf(request.of, tools, signal)
  const named = request.hosts.length > 0 ? request.hosts : subject.hosts
  const hosts = named.length > 0 ? named : tools.fleet.hosts.map(({ name }) => name)
  const windows = windowsAround(latest, earliest, request.windowSeconds)
  const days = await vault.traffic(hosts, daysOf(Object.values(windows)), signal)
  return impactOf({
    subject: { ...subject, hosts },
    windows,
    now: now().getTime() / 1000,
    thresholds: request.thresholds,
    records: await deferralRecords(hosts, tools, signal),
    days,
  })
}

/** As `impact`, of counts that are at hand: nothing is known of a vault, a config or a change. */
export function impactOfDays(
  days: readonly TrafficDay[],
  request: ImpactRequest & { readonly of: { readonly kind: "moment" } },
  now: Date,
): ImpactReport {
  return impactOf({
    subject: { ...momentSubject(request.of.at), hosts: [...new Set(days.map(({ host }) => host))] },
    windows: windowsAround(request.of.at, request.of.at, request.windowSeconds),
    now: now.getTime() / 1000,
    thresholds: request.thresholds,
    records: new Map(),
    days,
  })
}

/** What is asked about, and between which moments it came, in seconds since 1970. */
async function questionOf(of: ImpactRequest["of"], tools: ImpactTools, signal: AbortSignal) {
  if (of.kind === "moment") return { subject: momentSubject(of.at), latest: of.at, earliest: of.at }
  const change = await knownChange(of.name, tools, signal)
  const subject = await changeSubject(change, tools, signal)
  return { subject, latest: change.seenAt, earliest: change.notBefore ?? change.seenAt }
}

async function knownChange(
  name: string,
  { vault, discussions }: ImpactTools,
  signal: AbortSignal,
): Promise<FoundChange> {
  const found = await vault.change(name, signal)
  if (found !== null) return found
  const bare = name.replace(/^(drift\/|#)/, "")
  const merged = (await discussions?.merged(new Date(0), signal)) ?? []
  const page = merged.find(({ id, number }) => id === bare || String(number) === bare)
  const known = page === undefined ? null : await nameOnMain(page, vault, signal)
  const change = known === null ? null : await vault.change(known, signal)
  if (change !== null) return { ...change, id: certain(page).id }
  throw new Problem("propose/no-such-proposal", `${vault.location} knows no change ${JSON.stringify(name)}`, {
    hint: "give the id of a proposal, the number of its pull request, or the moment with --at TIME",
  })
}

const momentSubject = (at: number): ImpactSubject => ({
  ...{ name: new Date(at * 1000).toISOString(), title: "", hosts: [] },
  ...{ isps: null, intent: "fewer" },
})

export async function changeSubject(
  { id, title, mirrors }: FoundChange,
  { vault, profile }: Pick<ImpactTools, "vault" | "profile">,
  signal: AbortSignal,
): Promise<ImpactSubject> {
  const changes = []
  for (const { from, to } of mirrors) {
    // Both mirrors whole: files include each other, and what did not change says what a change means.
    const before = from === null ? new Map<string, string>() : await vault.mirror(from, () => true, signal)
    changes.push(...mirrorChanges(before, await vault.mirror(to, () => true, signal), profile))
  }
  return { name: id, title, hosts: mirrors.map(({ host }) => host), ...touchedBy(changes) }
}

/** What the configs say of recording deferrals, by host; null where there is no config to ask. */
async function deferralRecords(
  hosts: readonly string[],
  { vault, profile }: ImpactTools,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, boolean | null>> {
  const found = new Map<string, boolean | null>()
  for (const [host, { live, accepted }] of await vault.records(hosts, signal)) {
    const tree = live ?? accepted
    const mirror = tree === null ? new Map<string, string>() : await vault.mirror(tree, () => true, signal)
    found.set(host, profile.recordsDeferrals(mirrorOutline(mirror, profile)))
  }
  return found
}
