import { certain } from "../core/certain.ts"
import type { DrillReport, Proof, ProofFinding } from "../core/drill.ts"
import { showDuration } from "../core/duration.ts"
import { plural, timeInWords } from "./printable.ts"

/** Most steps take less than a second. */
export const stepTime = (ms: number): string => (ms < 1000 ? `${ms} ms` : timeInWords(ms))

/** The same words in every form of a drill's report. */

export const proofTitles: Readonly<Record<Proof["name"], string>> = {
  restore: "Restore",
  files: "Files",
  config: "Config",
  dkim: "DKIM keys",
  license: "Licence",
  host: "Service",
}

const verdicts: Readonly<Record<DrillReport["verdict"], string>> = {
  passed: "would be back, and everything was proven",
  weak: "would be back, with weak points",
  failed: "did not pass",
}

export const verdictInWords = ({ host, verdict }: DrillReport): string => `${host} ${verdicts[verdict]}`

export function timeAgainstObjective({ ms, objective }: DrillReport): string {
  const { scenario, rtoMs, isMet } = objective
  return `${stepTime(ms)} of the ${showDuration(rtoMs)} that the policy allows for ${scenario}: ${isMet ? "in time" : "missed"}`
}

export function snapshotInWords({ sequence, takenAt }: DrillReport): string {
  return sequence === null ? "no snapshot that can be trusted" : `snapshot ${sequence}, taken ${takenAt}`
}

/** Such as `into a scratch directory`. */
export function placeInWords({ target, spare }: DrillReport): string {
  if (spare === null) return "into a scratch directory"
  const own =
    spare.hostname === null || spare.hostname === target ? "" : `, which calls itself ${spare.hostname}`
  return `onto the spare host ${target}${own}`
}

/** How the spare host was left; null where there is none. */
export function leftInWords({ target, spare }: DrillReport): string | null {
  if (spare === null) return null
  const { left, written, unchanged, putBackMs, folder } = spare
  const had = `${plural(written, "path")} written, ${unchanged} there already`
  switch (left) {
    case "untouched":
      return `nothing was written to ${target}`
    case "before":
      return `${target} is as it was before the drill: ${had}, and put back in ${stepTime(certain(putBackMs))}`
    case "restored":
      return `${target} was left as restored: ${had}; to undo it there: sh ${folder}/undo`
    case "unknown":
      return `${target} may be half restored; to undo it there: sh ${folder}/undo`
  }
}

const order: Readonly<Record<ProofFinding["level"], number>> = { failed: 0, weak: 1, note: 2 }

/** The gravest first, otherwise as found. */
export const byGravity = (findings: readonly ProofFinding[]): readonly ProofFinding[] =>
  findings.toSorted((a, b) => order[a.level] - order[b.level])
