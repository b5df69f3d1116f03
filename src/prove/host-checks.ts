/** Whether the MTA on a spare host takes what was restored: its own commands, one after the other. */
import { type DrilledCheck, type Proof, type ProofFinding, proofOf } from "../core/drill.ts"

/** @param obstacle  why the commands say nothing of the restore, though nothing is wrong with it; null for nothing */
export function proveHostChecks(
  checks: readonly DrilledCheck[],
  obstacle: { readonly verdict: string; readonly detail: string } | null,
): Proof {
  const passed = checks.filter(({ result }) => result === "passed").length
  const findings = checks.flatMap(({ command, result, said }): readonly ProofFinding[] => {
    if (result === "failed")
      return [{ level: "failed", verdict: "check-failed", subject: command, detail: said }]
    if (result === "skipped") return [{ level: "note", verdict: "skipped", subject: command, detail: said }]
    return []
  })
  const weak: readonly ProofFinding[] =
    obstacle === null ? [] : [{ level: "weak", subject: "service", ...obstacle }]
  return proofOf("host", `${passed} of ${checks.length} commands on the host succeeded`, [
    ...findings,
    ...weak,
  ])
}
