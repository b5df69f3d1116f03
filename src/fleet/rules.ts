/**
 * What a fleet file must not say in two places, and what it had better not say. Looks at data that may be
 * wrong elsewhere, so that one pass tells everything.
 */

import { parseDuration, showDuration } from "../core/duration.ts"
import type { CategoryPolicy, Fleet } from "../core/fleet.ts"
import { didYouMean, nearest } from "../core/nearest.ts"
import { type Finding, isMap, type Path } from "./finding.ts"
import { knownCategories, logCategories } from "./known.ts"
import { canonicalAddress } from "./names.ts"
import { kindOf } from "./recipient.ts"
import { withoutComment } from "./ssh-key.ts"

/** Recovery time objectives by scenario, ms, where the fleet file says nothing. */
export const standardRto: ReadonlyMap<string, number> = new Map([
  ["config-corruption", 1_800_000],
  ["hardware-failure", 14_400_000],
  ["dkim-key-loss", 7_200_000],
  ["license-expiry", 7_200_000],
  ["datacenter-failure", 86_400_000],
])

export function ruleFindings(data: unknown): readonly Finding[] {
  if (!isMap(data)) return []
  const hosts = isMap(data["hosts"]) ? data["hosts"] : {}
  const defaults = isMap(data["defaults"]) ? data["defaults"] : {}
  return [
    ...recipientFindings(data["recipients"], ["recipients"]),
    ...Object.entries(isMap(data["categories"]) ? data["categories"] : {}).flatMap(([name, category]) =>
      isMap(category)
        ? [...recipientFindings(category["recipients"], ["categories", name, "recipients"])]
        : [],
    ),
    ...signerFindings(data["signers"]),
    ...nameFindings(Object.keys(hosts)),
    ...backupFindings(hosts),
    ...spareFindings(hosts),
    ...jumpFindings(hosts, defaults),
    ...addressFindings(hosts, defaults),
    ...categoryFindings(data["categories"]),
    ...retentionFindings(data["categories"]),
    ...scenarioFindings(isMap(data["policy"]) ? data["policy"]["rto"] : undefined),
  ]
}

type Entries = Readonly<Record<string, unknown>>

function* recipientFindings(list: unknown, path: Path): Iterable<Finding> {
  const recipients = textsIn(list)
  yield* repeated(recipients, path, text => text)
  const first = recipients[0]
  for (const [index, text] of recipients) {
    if (first === undefined || !text.startsWith("age1") || kindOf(text) === kindOf(first[1])) continue
    const message = `is ${kindOf(text)}, while the first is ${kindOf(first[1])}; age cannot seal to both, so use one kind`
    yield { path: [...path, index], at: "value", value: text, message }
  }
}

function* signerFindings(list: unknown): Iterable<Finding> {
  yield* repeated(textsIn(list), ["signers"], withoutComment)
}

function* repeated(
  texts: readonly (readonly [number, string])[],
  path: Path,
  same: (text: string) => string,
): Iterable<Finding> {
  const seen = new Set<string>()
  for (const [index, text] of texts) {
    if (seen.has(same(text)))
      yield { path: [...path, index], at: "value", value: text, message: "is listed twice; remove one" }
    seen.add(same(text))
  }
}

function* nameFindings(names: readonly string[]): Iterable<Finding> {
  const seen = new Map<string, string>()
  for (const name of names) {
    const other = seen.get(name.toLowerCase())
    if (other !== undefined) {
      const message = `differs from ${other} in capitals only, which some file systems do not see; rename one`
      yield { path: ["hosts", name], at: "key", message }
    }
    seen.set(name.toLowerCase(), name)
  }
}

/** A run over nothing would look like a good one. */
function* backupFindings(hosts: Entries): Iterable<Finding> {
  const names = Object.keys(hosts)
  const isLeftOut = ({ backup, spare }: Entries) =>
    backup === false || (backup === undefined && spare === true)
  if (names.length === 0 || !names.every(name => isLeftOut(entryOf(hosts, name)))) return
  const says = names.some(name => entryOf(hosts, name)["spare"] === true) ? " or spare: true" : ""
  const message = `has no host that is backed up, as each says backup: false${says}; add one, or take that out`
  yield { path: ["hosts"], at: "key", message }
}

/** What is backed up is not to be overwritten by a rehearsal. */
function* spareFindings(hosts: Entries): Iterable<Finding> {
  for (const name of Object.keys(hosts)) {
    const { backup, spare } = entryOf(hosts, name)
    if (backup !== true || spare !== true) continue
    const message = "stands beside backup: true; a spare is overwritten by drills, so take one of the two out"
    yield { path: ["hosts", name, "spare"], at: "key", message }
  }
}

function* jumpFindings(hosts: Entries, defaults: Entries): Iterable<Finding> {
  const names = Object.keys(hosts)
  const jumps = jumpsOf(hosts, defaults)
  for (const [path, jump] of [
    [["defaults", "jump"], defaults["jump"]] as const,
    ...names.map(name => [["hosts", name, "jump"], entryOf(hosts, name)["jump"]] as const),
  ]) {
    if (typeof jump !== "string" || Object.hasOwn(hosts, jump)) continue
    const near = didYouMean(jump, names) || "; add an entry for it under hosts"
    yield { path, at: "value", value: jump, message: `is not a host of this file${near}` }
  }
  for (const name of names) {
    const way = chainOf(name, jumps)
    // Told once for each host of the loop, not for those that only lead into it.
    if (way.at(-1) !== name || way.length < 2) continue
    yield {
      path: ["hosts", name, "jump"],
      at: "value",
      message: `goes round in a loop (${way.join(" → ")}); let one of them go directly`,
    }
  }
}

/**
 * The jump of each host, that of the defaults included. The default jump is not for the hosts that it leads
 * through itself.
 */
export function jumpsOf(hosts: Entries, defaults: Entries): ReadonlyMap<string, string> {
  const own = new Map<string, string>()
  for (const name of Object.keys(hosts)) {
    const jump = entryOf(hosts, name)["jump"]
    if (typeof jump === "string" && Object.hasOwn(hosts, jump)) own.set(name, jump)
  }
  const standard = defaults["jump"]
  if (typeof standard !== "string" || !Object.hasOwn(hosts, standard)) return own
  const onTheWay = chainOf(standard, own)
  const inherited = Object.keys(hosts).filter(
    name => entryOf(hosts, name)["jump"] === undefined && !onTheWay.includes(name),
  )
  return new Map([...own, ...inherited.map(name => [name, standard] as const)])
}

/** A host and what it jumps through, itself first; ends at the first host that comes again. */
export function chainOf(name: string, jumps: ReadonlyMap<string, string>): readonly string[] {
  const way = [name]
  for (let next = jumps.get(name); next !== undefined; next = jumps.get(next)) {
    const again = way.includes(next)
    way.push(next)
    if (again) break
  }
  return way
}

/** The same address twice is one server twice, unless it is reached through another jump host. */
function* addressFindings(hosts: Entries, defaults: Entries): Iterable<Finding> {
  const jumps = jumpsOf(hosts, defaults)
  const seen = new Map<string, string>()
  for (const name of Object.keys(hosts)) {
    const { address, port = defaults["port"] ?? 22 } = entryOf(hosts, name)
    if (typeof address !== "string") continue
    const where = `${canonicalAddress(address)} ${port} ${jumps.get(name) ?? ""}`
    const other = seen.get(where)
    if (other !== undefined) {
      yield {
        path: ["hosts", name, "address"],
        at: "value",
        value: address,
        message: `is ${other}'s address and port too; remove one of the two`,
      }
    }
    seen.set(where, name)
  }
}

function* categoryFindings(categories: unknown): Iterable<Finding> {
  for (const [name, category] of Object.entries(isMap(categories) ? categories : {})) {
    if (knownCategories.includes(name) || !isMap(category) || category["paths"] !== undefined) continue
    const near =
      didYouMean(name, knownCategories) ||
      `; a new category needs paths (known are ${knownCategories.join(", ")})`
    yield { path: ["categories", name], at: "key", message: `is not a category of the profile${near}` }
  }
}

/** Logs are files with an age; everything else is kept as snapshots, which are counted. */
function* retentionFindings(categories: unknown): Iterable<Finding> {
  for (const [name, category] of Object.entries(isMap(categories) ? categories : {})) {
    const own = isMap(category) && isMap(category["retention"]) ? category["retention"] : {}
    for (const [rule, value] of Object.entries(own)) {
      const path = ["categories", name, "retention", rule]
      const isLog = logCategories.includes(name)
      if (rule === "keep" && !isLog) {
        const message = `is for ${logCategories.join(" and ")} alone: copies of ${name} are counted; write last, daily, weekly, monthly or yearly`
        yield { path, at: "key", message }
      } else if (rule !== "keep" && isLog) {
        const message = `counts snapshots, and files of ${name} go by age; write keep: 400d`
        yield { path, at: "key", message }
      } else if (rule === "keep" && typeof value === "string" && (parseDuration(value) ?? dayMs) < dayMs) {
        yield { path, at: "value", value, message: "is less than a day" }
      }
    }
  }
}

const dayMs = 86_400_000

function* scenarioFindings(rto: unknown): Iterable<Finding> {
  for (const name of Object.keys(isMap(rto) ? rto : {})) {
    const near = nearest(name, standardRto.keys())
    if (near === null || near === name) continue
    yield {
      path: ["policy", "rto", name],
      at: "key",
      message: `is not a known scenario; did you mean "${near}"?`,
    }
  }
}

/** Whether any host is reached through this one. */
export function isJump(name: string, { hosts }: Pick<Fleet, "hosts">): boolean {
  return hosts.some(({ jumps }) => jumps.some(jump => jump.name === name))
}

/** The week before a change, and the day on which it is looked at. */
const shortestCountsMs = 9 * 86_400_000

function sharedKey(names: readonly string[]): string {
  const last = names.length > mostNamed ? `${names.length - mostNamed} more` : names.at(-1)
  const first = names.slice(0, Math.min(names.length - 1, mostNamed)).join(", ")
  return `${first} and ${last} have the same host key: who has one can pose as another; give each its own`
}

const mostNamed = 3

/** What is allowed but unwise, each a sentence. */
export function warningsOf(fleet: Omit<Fleet, "warnings">): readonly string[] {
  const warnings: string[] = []
  if (fleet.recipients.length === 1) {
    warnings.push(
      "recipients has one key only: if its private half is lost, so is every backup; add a second one that is kept offline",
    )
  }
  const holders = new Map<string, string[]>()
  for (const { name, hostKeys } of fleet.hosts) {
    for (const key of new Set(hostKeys.map(pin => JSON.stringify(pin))))
      holders.set(key, [...(holders.get(key) ?? []), name])
  }
  // Hosts that were copied share a key of each type, which is one thing to say.
  warnings.push(...new Set([...holders.values()].filter(({ length }) => length > 1).map(sharedKey)))
  for (const { name, backup, spare } of fleet.hosts) {
    if (!backup && !spare && !isJump(name, fleet))
      warnings.push(`${name} has backup: false, and no host goes through it: it stands there for nothing`)
  }
  for (const [name, { everyMs, rpoMs, recipients }] of fleet.categories) {
    warnings.push(...tooSeldom(name, { everyMs, rpoMs }))
    if (recipients.length === 1)
      warnings.push(
        `category ${name} has one recipient only: if its private half is lost, so is every copy of it`,
      )
  }
  if (fleet.countsMs < shortestCountsMs) {
    warnings.push(
      `retention keeps counts for ${showDuration(fleet.countsMs)}: impact compares with the week before, so make it 9d or more`,
    )
  }
  if (Object.values(fleet.retention).every(kept => kept === 0)) {
    warnings.push("retention keeps nothing but the last verified copy; raise one of its numbers")
  }
  return warnings
}

function tooSeldom(
  name: string,
  { everyMs, rpoMs }: Pick<CategoryPolicy, "everyMs" | "rpoMs">,
): readonly string[] {
  if (everyMs === null || rpoMs === null || everyMs <= rpoMs) return []
  return [
    `category ${name} is due every ${showDuration(everyMs)} but must not be older than ${showDuration(rpoMs)}: it will miss its RPO`,
  ]
}

const entryOf = (hosts: Entries, name: string): Entries => {
  const entry = Object.hasOwn(hosts, name) ? hosts[name] : undefined
  return isMap(entry) ? entry : {}
}

const textsIn = (list: unknown): readonly (readonly [number, string])[] =>
  (Array.isArray(list) ? [...list.entries()] : []).filter(
    (entry): entry is [number, string] => typeof entry[1] === "string",
  )
