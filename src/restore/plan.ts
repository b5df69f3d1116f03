/** What a restore would do, path by path. Pure. */

import type { Entry } from "../core/file.ts"
import { compareTexts } from "../core/order.ts"
import type { Restorable } from "../core/restorable.ts"
import type { PlanAction, PlanStep } from "../core/restore-plan.ts"
import type { FoundFile } from "../core/workbench.ts"

/**
 * @param wanted   sorted by path
 * @param found    what the host has at these paths, and elsewhere
 * @param belongs  whether a path that the backup has not is of its kind, and so worth a word
 */
export function planRestore(
  wanted: readonly Restorable[],
  found: readonly FoundFile[],
  belongs: (path: string) => boolean,
): readonly PlanStep[] {
  const onHost = new Map(found.map(({ entry }) => [entry.path, entry]))
  const known = new Set(wanted.map(({ entry }) => entry.path))
  const steps = wanted.map(({ entry }): PlanStep => {
    const now = onHost.get(entry.path) ?? null
    return { action: actionFor(entry, now), path: entry.path, wanted: entry, found: now }
  })
  const extra = [...onHost.values()]
    .filter(({ path, kind }) => kind !== "directory" && !known.has(path) && belongs(path))
    .map((entry): PlanStep => ({ action: "extra", path: entry.path, wanted: null, found: entry }))
  return [...steps, ...extra.sort((a, b) => compareTexts(a.path, b.path))]
}

function actionFor(wanted: Entry, found: Entry | null): PlanAction {
  if (found === null) return "create"
  if (wanted.kind === "directory") {
    // A link to a directory is the host's own arrangement; what is below it is reached through it.
    if (found.kind === "link") return "unchanged"
    return found.kind === "directory" ? rightsOrNothing(wanted, found) : "blocked"
  }
  if (found.kind === "directory") return "blocked"
  if (found.kind !== wanted.kind || found.sha256 !== wanted.sha256 || found.target !== wanted.target)
    return "change"
  return wanted.kind === "link" ? "unchanged" : rightsOrNothing(wanted, found)
}

function rightsOrNothing(wanted: Entry, found: Entry): PlanAction {
  const same = wanted.mode === found.mode && wanted.owner === found.owner && wanted.group === found.group
  return same ? "unchanged" : "rights"
}

/** Whether a step writes to the host. */
export const isWork = ({ action }: PlanStep) =>
  action === "create" || action === "change" || action === "rights"

/** One line per step, with all that the plan was made from: what its hash is over. */
export function planLines(steps: readonly PlanStep[]): readonly string[] {
  return steps.map(({ action, path, wanted, found }) =>
    JSON.stringify([action, path, traits(wanted), traits(found)]),
  )
}

function traits(entry: Entry | null) {
  if (entry === null) return null
  const { kind, mode, owner, group, sha256, target } = entry
  return [kind, mode, owner, group, sha256 ?? target]
}
