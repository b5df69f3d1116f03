import { createHash } from "node:crypto"
import { type Change, compareRisks } from "../core/change.ts"
import type { ReviewGroup } from "../core/fleet.ts"
import { mirrorPath } from "../core/mirror-path.ts"
import type { MirrorDifference } from "../core/vault.ts"

/** How the live mirror of one host differs from the accepted one. */
export interface HostDrift {
  readonly host: string
  readonly tags: readonly string[]
  /** id of the accepted mirror; null before the first baseline */
  readonly accepted: string | null
  /** id of the mirror as last seen */
  readonly live: string
  /** none where nothing is accepted yet: the mirror itself is what is proposed then */
  readonly differences: readonly MirrorDifference[]
  /** what they mean; empty when only comments, blanks or unknown text differ */
  readonly changes: readonly Change[]
}

/** What will be one proposal. */
export interface Draft {
  readonly kind: "baseline" | "drift"
  readonly drifts: readonly HostDrift[]
  /** of all its hosts, which share them unless the grouping says otherwise */
  readonly changes: readonly Change[]
}

/** Puts drifts together: new hosts with the same tags share a baseline, the rest is grouped as the fleet file wants. */
export function groupDrifts(drifts: readonly HostDrift[], by: ReviewGroup): readonly Draft[] {
  const fresh = drifts.filter(drift => drift.accepted === null)
  const moved = drifts.filter(drift => drift.accepted !== null)
  const baselines = [...Map.groupBy(fresh, ({ tags }) => tags.toSorted().join(" ")).values()].map(
    (drifts): Draft => ({ kind: "baseline", drifts, changes: [] }),
  )
  const groups = Map.groupBy(by === "file" ? moved.flatMap(byFile) : moved, drift => groupKey(drift, by))
  return [...baselines, ...[...groups.values()].map(draftOf)]
}

function draftOf(drifts: readonly HostDrift[]): Draft {
  const seen = new Map<string, Change>()
  for (const change of drifts.flatMap(drift => drift.changes)) {
    const key = changeKey(change)
    const known = seen.get(key)
    // The surroundings decide the risk, and hosts differ in them: the gravest counts for all.
    if (known === undefined || compareRisks(change.risk, known.risk) < 0) seen.set(key, change)
  }
  return { kind: "drift", drifts, changes: [...seen.values()] }
}

/** One drift per file: each file's text with the changes that are found in it. */
function byFile(drift: HostDrift): HostDrift[] {
  return drift.differences.map(difference => ({
    ...drift,
    differences: [difference],
    changes: drift.changes.filter(change => pathOf(change) === difference.path),
  }))
}

/** The mirror's file that a change is found in. */
function pathOf({ file, scope }: Change): string {
  return file === null ? `facts/${scope[1] ?? ""}.yml` : mirrorPath(file)
}

function groupKey(drift: HostDrift, by: ReviewGroup): string {
  if (by === "fleet") return "fleet"
  if (by === "host") return drift.host
  if (by === "file") return drift.differences[0]?.path ?? ""
  // Equal changes group even where the texts around them differ; without a change the texts themselves count.
  const keys = drift.changes.map(changeKey).sort()
  return digestOf(keys.length > 0 ? keys : drift.differences.map(({ path, to }) => `${path} ${to}`))
}

/** Where a change stands in a file is no part of what it is. */
export function changeKey({ kind, scope, name, before, after }: Change): string {
  return JSON.stringify([kind, scope, name, before, after])
}

/** Changes when anything would be written differently, so that an equal one is left alone. */
export function contentDigest(draft: Draft): string {
  return digestOf(draft.drifts.flatMap(contentLines).sort())
}

function contentLines(drift: HostDrift): readonly string[] {
  const { host, accepted, live, differences } = drift
  if (isWhole(drift)) return [`${host} ${live}`]
  return [`${host} ${accepted}`, ...differences.map(({ path, to }) => `${host} ${path} ${to}`)]
}

const isWhole = ({ accepted, differences }: HostDrift): boolean =>
  accepted === null && differences.length === 0

/** Of the changes alone, so that the same changes on fewer hosts are known again. */
export function subjectDigest({ kind, drifts, changes }: Draft): string {
  if (kind === "drift" && changes.length > 0) return digestOf(changes.map(changeKey).sort())
  const texts = drifts.flatMap(drift =>
    isWhole(drift) ? [drift.live] : drift.differences.map(({ path, to }) => `${path} ${to}`),
  )
  return digestOf([kind, ...new Set(texts)].sort())
}

export function digestOf(lines: readonly string[]): string {
  return createHash("sha256").update(lines.join("\n")).digest("hex").slice(0, 16)
}
