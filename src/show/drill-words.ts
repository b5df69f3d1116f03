import type { DrillReport, Proof, ProofFinding } from "../core/drill.ts"
import { showDuration } from "../core/duration.ts"
import { timeInWords } from "./printable.ts"

/** Most steps take less than a second. */
export const stepTime = (ms: number): string => (ms < 1000 ? `${ms} ms` : timeInWords(ms))

/** The same words in every form of a drill's report. */

export const proofTitles: Readonly<Record<Proof["name"], string>> = {
  restore: "Restore",
  files: "Files",
  config: "Config",
  dkim: "DKIM keys",
  license: "Licence",
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

const order: Readonly<Record<ProofFinding["level"], number>> = { failed: 0, weak: 1, note: 2 }

/** The gravest first, otherwise as found. */
export const byGravity = (findings: readonly ProofFinding[]): readonly ProofFinding[] =>
  findings.toSorted((a, b) => order[a.level] - order[b.level])
