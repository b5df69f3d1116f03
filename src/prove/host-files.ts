/** Whether a spare host has what was restored onto it, by what it gave back. */
import { certain } from "../core/certain.ts"
import { type Proof, type ProofFinding, proofOf } from "../core/drill.ts"
import type { Entry } from "../core/file.ts"
import type { Restorable } from "../core/restorable.ts"
import type { PlanStep } from "../core/restore-plan.ts"

/**
 * @param items  what was to be put there; owners are names
 * @param now    what a plan for these items would do once they are there: nothing
 */
export function proveHostFiles(items: readonly Restorable[], now: readonly PlanStep[]): Proof {
  const findings = now.flatMap((step): readonly ProofFinding[] => {
    const { action, path } = step
    if (action === "unchanged") return []
    if (action === "create") return [failed("missing", path, "is not there")]
    if (action !== "extra") return differences(step).map(detail => failed("different", path, detail))
    const detail = "was on the spare host before, and is not in the backup: the config may include it"
    return [{ level: "note", verdict: "extra", subject: path, detail }]
  })
  const files = items.filter(({ entry }) => entry.kind === "file").length
  return proofOf(
    "files",
    `${files} files read back from the host, equal to the manifest in content, mode and owner`,
    findings,
  )
}

const failed = (verdict: string, subject: string, detail: string): ProofFinding => ({
  ...{ level: "failed", verdict, subject, detail },
})

function differences(step: PlanStep): readonly string[] {
  const [wanted, found] = [certain(step.wanted), certain(step.found)]
  if (wanted.kind !== found.kind) return [`is a ${found.kind}, not a ${wanted.kind}`]
  const wrong: string[] = []
  if (wanted.sha256 !== found.sha256) wrong.push("other content")
  if (wanted.target !== found.target) wrong.push("leads elsewhere")
  if (rights(wanted) !== rights(found)) wrong.push(`${rights(found)}, not ${rights(wanted)}`)
  return wrong
}

const rights = ({ mode, owner, group }: Entry): string =>
  `${mode.toString(8).padStart(4, "0")} ${owner}:${group}`
