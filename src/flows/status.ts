/** The story of a status: what the vault says of itself, against the objectives of the fleet. Asks no host. */

import { backedUpHosts, type Fleet } from "../core/fleet.ts"
import type { Forge } from "../core/forge.ts"
import { matched } from "../core/parts.ts"
import { caughtProblem, type Exit, gravest, type Problem } from "../core/problem.ts"
import type { Profile } from "../core/profile.ts"
import type { Snapshot } from "../core/snapshot.ts"
import type { Copy, Expiry, HostStatus, StatusFinding, StatusReport } from "../core/status.ts"
import type { HostRecord, Vault } from "../core/vault.ts"
import { planCategories, planLogs } from "../pull/roots.ts"
import { artifactFindings } from "./artifact-ages.ts"
import { ageFindings, copyAges } from "./copy-ages.ts"
import { driftFinding, driftsOf, unaskedFinding } from "./drifts.ts"
import { drillFindings, lastDrills } from "./drill-ages.ts"
import { factFindings } from "./expiries.ts"
import { readFacts } from "./facts-yaml.ts"
import { rpoOf } from "./objectives.ts"
import { trustedSnapshot } from "./trust.ts"
import { worseChanges, worseFinding } from "./worse-changes.ts"

export interface StatusTools {
  readonly fleet: Fleet
  readonly profile: Profile
  readonly vault: Vault
  /** null: there is nobody to ask which drift people rejected */
  readonly forge: Forge | null
  /** keys of all bundles; null: copies are not asked for */
  readonly listCopies: (() => Promise<readonly string[]>) | null
  readonly now: () => Date
}

export async function status(tools: StatusTools, signal: AbortSignal): Promise<StatusReport> {
  const { fleet, vault } = tools
  const at = tools.now()
  const backedUp = backedUpHosts(fleet)
  const inFleet = new Set(backedUp.map(({ name }) => name))
  const known = await vault.knownHosts(signal)
  const names = [...inFleet, ...known.filter(name => !inFleet.has(name))]
  const records = await vault.records(names, signal)
  const copies = copiesByHost((await tools.listCopies?.()) ?? [])
  const judged = names.map(name => judge(name, records.get(name), copies.get(name) ?? [], inFleet, tools, at))
  const facts = await allFacts(
    names.filter(name => inFleet.has(name)),
    tools,
    at,
    signal,
  )
  const { drifts, problem: unasked } = await driftsOf(tools, records, signal)
  const drills = await lastDrills(
    backedUp.map(({ name }) => name),
    tools,
    signal,
  )
  const worse = await worseChanges(tools, signal)
  const findings = [
    ...judged.flatMap(host => host.findings),
    ...facts.findings,
    ...worse.map(worseFinding),
    ...drifts.map(driftFinding),
    ...(unasked === null ? [] : [unaskedFinding(unasked)]),
    ...drillFindings(drills, at.getTime()),
    ...fleet.warnings.map(warning => vaultFinding(warning)),
  ]
  const hosts = judged.map(({ status: host }) => host)
  return {
    command: "status",
    vault: vault.location,
    at: at.toISOString(),
    hosts,
    drifts,
    worse,
    expiries: facts.expiries,
    drills,
    findings: findings.sort((a, b) => Number(a.level === "warning") - Number(b.level === "warning")),
    exit: gravest([
      ...hosts.flatMap((host): Exit[] => (host.problem === null ? [] : [host.problem.exit])),
      ...findings.flatMap((finding): Exit[] => (finding.level === "breach" ? ["objective"] : [])),
    ]),
  }
}

interface Judged {
  readonly status: HostStatus
  readonly findings: readonly StatusFinding[]
}

function judge(
  host: string,
  record: HostRecord | undefined,
  copies: readonly Copy[],
  inFleet: ReadonlySet<string>,
  { fleet, profile }: StatusTools,
  at: Date,
): Judged {
  const { snapshot, problem } = newestOf(host, record, fleet)
  // Logs have a record once they were captured; what never is captured cannot be late.
  const expected = inFleet.has(host) ? planCategories(profile, fleet.categories) : []
  const rpoMs = (category: string) => rpoOf(category, fleet, profile)
  const categories = copyAges(
    snapshot,
    expected.map(({ name }) => name),
    rpoMs,
    at.getTime(),
  )
  const status: HostStatus = {
    host,
    inFleet: inFleet.has(host),
    tags: fleet.hosts.find(({ name }) => name === host)?.tags ?? [],
    snapshot: snapshot === null ? null : { sequence: snapshot.sequence, takenAt: snapshot.takenAt },
    problem,
    categories,
    copies,
  }
  const logs = inFleet.has(host) ? planLogs(profile, fleet.categories) : []
  const unread = logs.map(({ name }) => name).filter(name => snapshot?.categories[name] === undefined)
  const isRead = snapshot === null || unread.length === 0
  const expiring = artifactFindings(host, snapshot, inFleet.has(host), at)
  return {
    status,
    findings: [...hostFindings(status), ...expiring, ...(isRead ? [] : [unreadLogs(host, unread)])],
  }
}

/** No run has looked for them: they are not late, and nobody may take them for backed up. */
function unreadLogs(host: string, names: readonly string[]): StatusFinding {
  return {
    ...{ id: `logs/${host}`, level: "warning", host },
    message: `${names.join(" and ")} ${names.length === 1 ? "was" : "were"} never looked for`,
    hint: "run `pmta-vault backup` with all categories; with store artifact, say where with log-store",
  }
}

function newestOf(
  host: string,
  record: HostRecord | undefined,
  fleet: Fleet,
): { readonly snapshot: Snapshot | null; readonly problem: Problem | null } {
  try {
    return { snapshot: trustedSnapshot(host, record, fleet)?.snapshot ?? null, problem: null }
  } catch (error) {
    const problem = caughtProblem(error)
    return { snapshot: null, problem }
  }
}

function hostFindings({
  host,
  inFleet,
  problem,
  snapshot,
  categories,
}: HostStatus): readonly StatusFinding[] {
  const finding = (kind: string, level: StatusFinding["level"], message: string, hint: string) => [
    { id: `${kind}/${host}`, level, host, message, hint },
  ]
  if (problem !== null) return finding("untrusted", "breach", problem.message, problem.hint)
  if (!inFleet) {
    return finding(
      "gone",
      "warning",
      "has copies in the vault, and fleet.yml does not have it backed up",
      "if it is out of service this is as it should be: `prune` keeps what there is",
    )
  }
  if (snapshot === null) {
    return finding(
      "never",
      "breach",
      "was never backed up",
      `run \`pmta-vault doctor ${host}\`, then \`pmta-vault backup --hosts ${host}\``,
    )
  }
  return ageFindings(host, categories)
}

async function allFacts(
  hosts: readonly string[],
  { vault }: StatusTools,
  at: Date,
  signal: AbortSignal,
): Promise<{ readonly expiries: readonly Expiry[]; readonly findings: readonly StatusFinding[] }> {
  const blobs = await vault.factBlobs(hosts, signal)
  const wanted = ["license", "tls", "dkim"]
  const idsOf = (host: string) =>
    [...(blobs.get(host) ?? [])].filter(([category]) => wanted.includes(category))
  const texts = await vault.texts(
    hosts.flatMap(host => idsOf(host).map(([, blob]) => blob)),
    signal,
  )
  // Hosts share keys and licences: equal files are one blob, and are read once.
  const read = new Map([...texts].map(([blob, text]) => [blob, readFacts(text)]))
  const found = hosts.map(host =>
    factFindings(
      host,
      new Map(idsOf(host).map(([category, blob]) => [category, read.get(blob)])),
      at.getTime(),
    ),
  )
  return {
    expiries: found.flatMap(({ expiries }) => expiries),
    findings: found.flatMap(({ findings }) => findings),
  }
}

const vaultFinding = (message: string): StatusFinding => ({
  id: `fleet/${message.split(":")[0]}`,
  level: "warning",
  host: null,
  message,
  hint: "edit fleet.yml",
})

const copyName = /^bundles\/([^/]+)\/([^/]+)\/(?:.*@)?(\d{8})T(\d{6})\d{3}Z/

/**
 * From names such as `bundles/mta1/config/20261123T051032337Z.tar.zst.age`. A log file counts once, at the time when it
 * was first seen, as its segments do not say theirs.
 */
function copiesByHost(keys: readonly string[]): ReadonlyMap<string, readonly Copy[]> {
  const found = new Map<string, Copy[]>()
  const names = keys.map(key => key.replace(/\/\d+-\d+(\.\d+)?\.(zst|gz)\.age$/, ""))
  for (const name of new Set(names)) {
    const file = matched(copyName, name, "host", "category", "date", "clock")
    if (file === null) continue
    const { host, category } = file
    const day = file.date.replace(/(....)(..)(..)/, "$1-$2-$3")
    const copy = { category, at: `${day}T${file.clock.replace(/(..)(..)(..)/, "$1:$2:$3")}Z` }
    const own = found.get(host)
    if (own === undefined) found.set(host, [copy])
    else own.push(copy)
  }
  for (const own of found.values()) own.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))
  return found
}
