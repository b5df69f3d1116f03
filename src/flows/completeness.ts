import type { Fleet } from "../core/fleet.ts"
import { Problem } from "../core/problem.ts"
import type { Profile } from "../core/profile.ts"
import type { Finding } from "../core/restore-report.ts"
import type { Snapshot } from "../core/snapshot.ts"
import { planCategories, planLogs } from "../pull/roots.ts"
import { isEnding } from "./renewal.ts"

/**
 * Whether the vault has a copy of everything that one host of the fleet should have.
 * @param latest  the newest snapshot that can be trusted; null when there is none
 */
export function completeness(
  host: string,
  latest: Snapshot | null,
  { fleet, profile, now }: { readonly fleet: Fleet; readonly profile: Profile; readonly now: () => Date },
): { readonly findings: readonly Finding[]; readonly warnings: readonly string[] } {
  const missing = (what: string) => ({
    ...{ host, sequence: latest?.sequence ?? null, key: null },
    problem: new Problem("vault/no-copy", `the vault has no copy of ${what}`, {
      hint: `run \`pmta-vault backup --hosts ${host}\``,
    }),
  })
  if (latest === null) return { findings: [missing(host)], warnings: [] }
  const findings: Finding[] = []
  const warnings: string[] = []
  for (const { name, shownMasked } of planCategories(profile, fleet.categories)) {
    const record = latest.categories[name]
    // A host may well have no licence or no keys; a host without a config was not backed up.
    if (record?.bundle === null && record.status === "missing" && !shownMasked) continue
    if (record === undefined || record.bundle === null) findings.push(missing(`${name} of ${host}`))
    else if (isEnding(record.bundle, now())) {
      const { artifact, key } = record.bundle
      warnings.push(`${key}: its artifact expires at ${artifact?.expiresAt}; the next backup puts it again`)
    } else if (record.status !== "stored" && record.status !== "unchanged") {
      const why = record.status === "missing" ? "the host has it no more" : `failed: ${record.problem}`
      warnings.push(`${name} of ${host}: ${why}; the copy of ${record.bundle.capturedAt} is kept`)
    }
  }
  for (const { name } of planLogs(profile, fleet.categories)) {
    const record = latest.categories[name]
    // Without a record no run has looked for logs yet.
    if (record?.status !== "failed") continue
    const capturedAt = record.log?.capturedAt ?? null
    if (!record.log) findings.push(missing(`${name} of ${host}`))
    else {
      const upTo = capturedAt === null ? "what was stored so far" : `what was there on ${capturedAt}`
      warnings.push(`${name} of ${host}: failed: ${record.problem}; ${upTo} is kept`)
    }
  }
  return { findings, warnings }
}
