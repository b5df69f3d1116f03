import { createHash } from "node:crypto"
import { certain } from "../core/certain.ts"
import type { Entry } from "../core/file.ts"
import type { Profile } from "../core/profile.ts"
import type { Restorable } from "../core/restorable.ts"
import type { LicenseBinding, PlanStep } from "../core/restore-plan.ts"
import type { PlanReport } from "../core/restore-report.ts"
import type { SignedSnapshot } from "../core/snapshot.ts"
import type { FoundFile, MachineFacts, Workbench } from "../core/workbench.ts"
import { textDiff } from "../diff/text.ts"
import { claims, fixedRoots, planCategories } from "../pull/roots.ts"
import { planLines, planRestore } from "../restore/plan.ts"
import { planDigests } from "../seal/plan-key.ts"
import type { RestoreToRequest, RestoreToTools } from "./restore-to.ts"

/** A plan, and everything it was made from. */
export interface Prepared {
  readonly plan: PlanReport
  readonly steps: readonly PlanStep[]
  readonly items: readonly Restorable[]
  readonly found: readonly FoundFile[]
  readonly facts: MachineFacts
  /** where to look on the host, for the plan and again after it */
  readonly paths: readonly string[]
  readonly belongs: (path: string) => boolean
  /** of the host and of the backup, to take secrets out of what the host says */
  readonly configs: readonly { readonly text: string; readonly masked: string }[]
  readonly warnings: readonly string[]
}

export async function preparePlan(
  request: Pick<RestoreToRequest, "host" | "target" | "identities" | "paths" | "withoutLicense">,
  opened: readonly Restorable[],
  signed: SignedSnapshot,
  bench: Workbench,
  tools: Pick<RestoreToTools, "profile" | "fleet">,
  signal: AbortSignal,
): Promise<Prepared> {
  const { profile, fleet } = tools
  const { licenseCategory } = profile.restore
  const items = opened
    .filter(({ category }) => !(request.withoutLicense && category === licenseCategory))
    .map(item => ({ ...item, entry: namedOwners(item, profile) }))
  const planned = planCategories(profile, fleet.categories).filter(({ name }) =>
    items.some(({ category }) => category === name),
  )
  const paths = pathsToLook(
    items,
    fixedRoots(planned).flatMap(root => (root.kind === "tree" ? [root.path] : [])),
  )
  const facts = await bench.facts(
    {
      users: unique(items.map(({ entry }) => entry.owner)),
      groups: unique(items.map(({ entry }) => entry.group)),
      programs: [profile.restore.program],
    },
    signal,
  )
  const listed = await bench.look(paths, signal)
  const through = belowLinks(items, listed)
  const found = through.length === 0 ? listed : [...listed, ...(await bench.look(through, signal))]
  const belongs = (path: string) =>
    request.paths.length === 0 && planned.some(category => claims(category, path))
  const steps = planRestore(items, found, belongs)
  const digests = planDigests(request.identities)
  const shown = new Set(profile.categories.filter(({ shownMasked }) => shownMasked).map(({ name }) => name))
  const masked = (path: string, text: string) => profile.mask(path, text, digests.ofValue)
  const texts = configPairs(items, found, shown, masked)
  const obstacles = [...namesMissing(items, facts, request.target.name), ...steps.flatMap(obstacle)]
  const reissue = reissues(items, found, facts, profile)
  const about = {
    ...{ target: request.target.name, user: request.target.user, hostname: facts.hostname },
    ...{ diff: textDiff(texts.before, texts.after), obstacles, reissue },
    steps: steps.map(({ action, path, wanted, found: now }) => ({
      ...{ action, path, before: rights(now), after: rights(wanted) },
    })),
  }
  const snapshotHash = createHash("sha256").update(signed.bytes).digest("hex")
  const hash = digests.ofPlan([
    request.target.name,
    request.target.address,
    snapshotHash,
    ...planLines(steps),
  ])
  const other =
    request.host === request.target.name
      ? []
      : [`these are files of ${request.host}, to be restored onto ${request.target.name}`]
  return {
    plan: { hash, ...about },
    ...{ steps, items, found, facts, paths: [...paths, ...through], belongs, configs: texts.pairs },
    warnings: other,
  }
}

/** The roots of the categories, and what is restored elsewhere; nothing twice. */
function pathsToLook(items: readonly Restorable[], roots: readonly string[]): readonly string[] {
  const isBelow = (path: string) => roots.some(root => path === root || path.startsWith(`${root}/`))
  return [
    ...roots,
    ...items
      .filter(({ entry: { kind, path } }) => kind !== "directory" && !isBelow(path))
      .map(({ entry }) => entry.path),
  ]
}

/** What is wanted where the host has linked a directory; a listing does not follow links by itself. */
function belowLinks(items: readonly Restorable[], listed: readonly FoundFile[]): readonly string[] {
  const links = listed
    .filter(({ entry: { kind } }) => kind === "link")
    .map(({ entry: { path } }) => `${path}/`)
  return items
    .filter(({ entry: { kind, path } }) => kind !== "directory" && links.some(link => path.startsWith(link)))
    .map(({ entry: { path } }) => path)
}

/** A backup that could not see names has numbers, which mean nothing on another machine. */
function namedOwners({ category, entry }: Restorable, profile: Profile): Entry {
  if (entry.owner !== String(entry.uid) && entry.group !== String(entry.gid)) return entry
  const usual = profile.restore.rights(category)
  const mode = entry.kind === "file" ? (usual.mode ?? entry.mode) : entry.mode
  return { ...entry, owner: usual.owner, group: usual.group, mode }
}

function configPairs(
  items: readonly Restorable[],
  found: readonly FoundFile[],
  shown: ReadonlySet<string>,
  mask: (path: string, text: string) => string,
) {
  const now = new Map(found.map(file => [file.entry.path, file.content]))
  const before = new Map<string, string>()
  const after = new Map<string, string>()
  const pairs: { text: string; masked: string }[] = []
  const add = (to: Map<string, string>, path: string, text: string) => {
    const masked = mask(path, text)
    to.set(path.slice(1), masked)
    pairs.push({ text, masked })
  }
  for (const { category, entry, content } of items) {
    if (content === null || !shown.has(category)) continue
    const there = now.get(entry.path) ?? null
    if (there !== null) add(before, entry.path, there.revealText("mask it for the diff"))
    add(after, entry.path, content.revealText("mask it for the diff"))
  }
  return { before, after, pairs }
}

function namesMissing(items: readonly Restorable[], facts: MachineFacts, target: string): readonly string[] {
  const users = unique(items.map(({ entry }) => entry.owner)).filter(name => !facts.users.has(name))
  const groups = unique(items.map(({ entry }) => entry.group)).filter(name => !facts.groups.has(name))
  return [...users.map(name => `user ${name}`), ...groups.map(name => `group ${name}`)].map(
    name => `${target} has no ${name}: install PowerMTA first, or make it`,
  )
}

function obstacle({ action, path, wanted, found }: PlanStep): readonly string[] {
  return action === "blocked"
    ? [`${path} is a ${found?.kind} on the host, and a ${wanted?.kind} in the backup`]
    : []
}

function reissues(
  items: readonly Restorable[],
  found: readonly FoundFile[],
  { macs }: MachineFacts,
  profile: Profile,
): PlanReport["reissue"] {
  const now = new Map(found.map(({ entry }) => [entry.path, entry.sha256]))
  return items
    .filter(({ category, entry, content }) => {
      // What the host has already is its own affair.
      return (
        category === profile.restore.licenseCategory &&
        content !== null &&
        now.get(entry.path) !== entry.sha256
      )
    })
    .flatMap(({ entry, content }) =>
      profile.restore.bindings(entry.path, certain(content).revealText("its MAC")),
    )
    .flatMap(({ path, mac, facts }: LicenseBinding) =>
      mac === null || macs.includes(mac) ? [] : [{ path, facts, oldMac: mac, newMacs: macs }],
    )
}

function rights(entry: Entry | null): string | null {
  if (entry === null) return null
  if (entry.kind === "link") return `link -> ${entry.target}`
  return `${entry.mode.toString(8).padStart(4, "0")} ${entry.owner}:${entry.group}`
}

const unique = (names: readonly string[]) => [...new Set(names)].sort()
