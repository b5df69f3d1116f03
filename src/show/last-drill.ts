import { showDuration } from "../core/duration.ts"
import { compareTexts } from "../core/order.ts"
import type { DrillStatus } from "../core/status.ts"
import { stepTime } from "./drill-words.ts"
import { plural } from "./printable.ts"

/** Such as `passed on 2026-11-02, in 12.3 s of the 4h that hardware-failure allows`. */
export function lastDrillInWords({ at, verdict, ms, scenario, rtoMs }: DrillStatus): string {
  if (at === null) return "its report is not signed by a signer of fleet.yml"
  const passed = { passed: "passed", weak: "passed with weak points", failed: "failed", untrusted: "" }[
    verdict
  ]
  return `${passed} on ${at.slice(0, 10)}, in ${stepTime(ms)} of the ${showDuration(rtoMs)} that ${scenario} allows`
}

/** The newest of all, and of how many hosts there is one; null when there is none. */
export function drillsInWords(drills: readonly DrillStatus[], hosts: number): string | null {
  const [newest] = drills.toSorted((a, b) => compareTexts(b.at ?? "", a.at ?? ""))
  if (newest === undefined) return null
  return `last drill: ${newest.host} ${lastDrillInWords(newest)}; drilled so far: ${drills.length} of ${plural(hosts, "host")}`
}
