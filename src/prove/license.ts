/** Whether the restored licence would be accepted: in date, and on which machine. */
import { type Proof, type ProofFinding, proofOf } from "../core/drill.ts"
import type { LicenseBinding } from "../core/restore-plan.ts"

const dayMs = 24 * 3600 * 1000
const soonDays = 30

/**
 * @param bindings  every licence of the backup
 * @param macs      of the machine that would take the host's place, lower case
 */
export function proveLicense(bindings: readonly LicenseBinding[], macs: readonly string[], now: Date): Proof {
  if (bindings.length === 0) {
    const detail = "no licence is in the backup; ask the vendor for the key again"
    return proofOf("license", "no licence", [
      { level: "weak", verdict: "missing", subject: "licence", detail },
    ])
  }
  const states = bindings.map(binding => ({ binding, days: daysLeft(binding, now) }))
  const usable = states.filter(({ days }) => days >= 0)
  // A file may hold an old key beside the new one: only when none is good is something wrong.
  const expired: ProofFinding["level"] = usable.length === 0 ? "failed" : "note"
  const findings = states.flatMap(({ binding, days }) => {
    const subject = nameOf(binding)
    const until = binding.facts["expires"] ?? "never"
    if (days < 0) return [{ level: expired, verdict: "expired", subject, detail: `expired on ${until}` }]
    const isSoon = days < soonDays
    const soon = isSoon
      ? [{ level: "weak" as const, verdict: "expires-soon", subject, detail: `expires on ${until}` }]
      : []
    return [...soon, ...boundTo(binding, macs)]
  })
  const dated = usable.length === 0 ? "none in date" : `${usable.length} in date`
  return proofOf("license", `licence keys: ${bindings.length}, ${dated}`, findings)
}

function daysLeft({ facts }: LicenseBinding, now: Date): number {
  const { expires } = facts
  if (expires === undefined || !/^\d{4}-\d\d-\d\d$/.test(expires)) return Number.POSITIVE_INFINITY
  return Math.floor((Date.parse(`${expires}T23:59:59Z`) - now.getTime()) / dayMs)
}

function nameOf({ path, facts }: LicenseBinding): string {
  return [path, facts["product"], facts["version"]].filter(word => word !== undefined).join(" ")
}

/** On other hardware a re-issue is needed, and takes the vendor's time: the facts for it are named now. */
function boundTo(binding: LicenseBinding, macs: readonly string[]): readonly ProofFinding[] {
  const { mac, facts } = binding
  const subject = nameOf(binding)
  if (mac === null) return [{ level: "note", verdict: "not-bound", subject, detail: "is not bound to a MAC" }]
  if (macs.includes(mac))
    return [{ level: "note", verdict: "mac-matches", subject, detail: `${mac} is of this machine` }]
  const serial = facts["serial"] === undefined ? "" : `serial ${facts["serial"]}, `
  const here = macs.length === 0 ? "none" : macs.join(" or ")
  const detail = `bound to ${mac}, this machine has ${here}; for a re-issue send ${serial}old MAC ${mac} and the new one`
  return [{ level: "note", verdict: "mac-differs", subject, detail }]
}
