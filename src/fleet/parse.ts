/**
 * Text of `fleet.yml` → Fleet. Tells everything that is wrong at once, each with its place and remedy.
 * Must never show what looks like a private key, nor let a host disappear silently.
 */

import { certain } from "../core/certain.ts"
import { parseDuration } from "../core/duration.ts"
import type { CategoryPolicy, Fleet, Host, Retention } from "../core/fleet.ts"
import { matched } from "../core/parts.ts"
import { Problem } from "../core/problem.ts"
import type { Finding } from "./finding.ts"
import { chainOf, jumpsOf, ruleFindings, standardRto, warningsOf } from "./rules.ts"
import { type FleetFile, pinPattern } from "./schema.ts"
import { shapeFindings } from "./shape.ts"
import { readSource } from "./source.ts"
import { pinOf } from "./ssh-key.ts"

export interface FleetOptions {
  /** true: hosts may be without host keys and then have none; only for `pin`, which fetches them */
  readonly allowUnpinned?: boolean
}

/**
 * @param text  YAML 1.2, decoded as UTF-8
 * @param file  its name, for messages
 * @throws      Problem "fleet/invalid", whose `data` has one line for each thing that is wrong
 */
export function parseFleet(text: string, file: string, { allowUnpinned = false }: FleetOptions = {}): Fleet {
  const source = readSource(text, file)
  if (source.faults.length > 0) throw invalid(file, source.faults)
  if (source.data === null) {
    throw invalid(file, [`${file}:1:1 is empty; \`pmta-vault init\` writes one with comments`])
  }
  const findings = [...shapeFindings(source.data), ...ruleFindings(source.data)]
  const faults = findings.filter(finding => !(allowUnpinned && isUnpinned(finding))).map(withCommand)
  if (faults.length > 0) throw invalid(file, sorted(faults.map(source.place)))
  // Every field was checked against the schema this type comes from.
  return fleetOf(source.data as FleetFile)
}

function invalid(file: string, lines: readonly string[]): Problem {
  const count = lines.length === 1 ? "one thing" : `${lines.length} things`
  return new Problem("fleet/invalid", `${file} has ${count} to put right`, {
    data: lines,
    hint: `edit ${file}; the form is described in fleet.schema.json, which editors can use`,
  })
}

const isUnpinned = ({ path, message }: Finding): boolean =>
  path[0] === "hosts" &&
  ((path.length === 2 && message.startsWith("has no hostKeys")) ||
    (path.length === 3 && path[2] === "hostKeys" && /^is (an empty list|given)/.test(message)))

/** A host without keys is told how to get them. */
const withCommand = (finding: Finding): Finding =>
  isUnpinned(finding)
    ? {
        path: finding.path.slice(0, 2),
        at: "key",
        message: `has no hostKeys; write them with \`pmta-vault pin ${String(finding.path[1])}\``,
      }
    : finding

/** In the order of the file. */
function sorted(lines: readonly string[]): readonly string[] {
  return lines.toSorted((a, b) => a.localeCompare(b, "en", { numeric: true }))
}

const standardRetention: Retention = { last: 7, daily: 30, weekly: 8, monthly: 12, yearly: 2 }
/** A change can be looked at five weeks later, and be compared with the week before it. */
const standardCounts = "42d"

function fleetOf(data: FleetFile): Fleet {
  const { pinned = [], counts = standardCounts, ...rules } = data.retention ?? {}
  const retention = { ...standardRetention, ...rules }
  const categories = Object.entries(data.categories ?? {}).map(
    ([name, { every, rpo, paths = [], recipients = [], retention: own }]): [string, CategoryPolicy] => [
      name,
      {
        ...{ everyMs: msOrNull(every), rpoMs: msOrNull(rpo), paths, recipients },
        ...keptBy(retention, own),
      },
    ],
  )
  const objectives = Object.entries(data.policy?.rto ?? {}).map(
    ([name, time]) => [name, certain(parseDuration(time))] as const,
  )
  const fleet: Omit<Fleet, "warnings"> = {
    recipients: data.recipients,
    signers: data.signers,
    hosts: hostsOf(data),
    categories: new Map(categories),
    rto: new Map([...standardRto, ...objectives]),
    retention,
    countsMs: certain(parseDuration(counts)),
    pinned: pinsOf(pinned),
    review: { group: "change", labels: [], reviewers: [], ignore: [], ...data.review },
  }
  return { ...fleet, warnings: warningsOf(fleet) }
}

function hostsOf(data: FleetFile): readonly Host[] {
  const defaults = data.defaults ?? {}
  const jumps = jumpsOf(data.hosts, defaults)
  const made = new Map<string, Host>()
  const hostAt = (name: string): Host => {
    const known = made.get(name)
    if (known !== undefined) return known
    const entry = certain(data.hosts[name])
    const host: Host = {
      name,
      address: entry.address,
      port: entry.port ?? defaults.port ?? 22,
      user: entry.user ?? defaults.user ?? "pmta-backup",
      profile: entry.profile ?? defaults.profile ?? "powermta",
      hostKeys: (entry.hostKeys ?? []).map(pinOf),
      // The chain goes from the host outwards; what is nearest to us comes first.
      jumps: chainOf(name, jumps).slice(1).toReversed().map(hostAt),
      tags: entry.tags ?? defaults.tags ?? [],
      sudo: entry.sudo ?? defaults.sudo ?? false,
      backup: entry.backup ?? entry.spare !== true,
      spare: entry.spare ?? false,
    }
    made.set(name, host)
    return host
  }
  return Object.keys(data.hosts).map(hostAt)
}

function pinsOf(pinned: readonly string[]): ReadonlyMap<string, ReadonlySet<number>> {
  const pins = new Map<string, Set<number>>()
  for (const pin of pinned) {
    const { host, sequence } = certain(matched(pinPattern, pin, "host", "sequence"))
    pins.set(host, (pins.get(host) ?? new Set()).add(Number(sequence)))
  }
  return pins
}

/** The rules of one category: a period for logs, numbers of snapshots for all others. */
function keptBy(
  retention: Retention,
  own: NonNullable<FleetFile["categories"]>[string]["retention"],
): Pick<CategoryPolicy, "retention" | "keepMs"> {
  if (own === undefined) return { retention: null, keepMs: null }
  const { keep, ...rules } = own
  const isCounted = Object.keys(rules).length > 0
  return { retention: isCounted ? { ...retention, ...rules } : null, keepMs: msOrNull(keep) }
}

const msOrNull = (text: string | undefined): number | null =>
  text === undefined ? null : parseDuration(text)
