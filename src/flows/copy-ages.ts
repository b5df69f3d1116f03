import { showDuration } from "../core/duration.ts"
import type { Snapshot } from "../core/snapshot.ts"
import type { CategoryAge, StatusFinding } from "../core/status.ts"

/** Clocks of two machines may differ by this much. */
const toleranceMs = 300_000

/**
 * The age of each category's last good copy, by the time of its data.
 * @param newest    the newest snapshot of the host, trusted; null when there is none
 * @param expected  categories that a host should have; those of the snapshot count besides
 */
export function copyAges(
  newest: Snapshot | null,
  expected: readonly string[],
  rpoMs: (category: string) => number,
  now: number,
): readonly CategoryAge[] {
  const records = newest?.categories ?? {}
  return [...new Set([...expected, ...Object.keys(records)])].sort().map(name => {
    const record = records[name]
    const capturedAt = record?.bundle?.capturedAt ?? record?.log?.capturedAt ?? null
    const ageMs = capturedAt === null ? null : now - Date.parse(capturedAt)
    const expiresAt = record?.bundle?.artifact?.expiresAt ?? null
    const common = { name, lastRun: record?.status ?? null, capturedAt, ageMs, rpoMs: rpoMs(name), expiresAt }
    if (record?.status === "missing") return { ...common, state: "absent" }
    if (ageMs === null) return { ...common, state: "never" }
    if (ageMs < -toleranceMs) return { ...common, state: "clock" }
    return { ...common, state: ageMs > common.rpoMs ? "late" : "good" }
  })
}

export function ageFindings(host: string, ages: readonly CategoryAge[]): readonly StatusFinding[] {
  return ages.flatMap(age => {
    const found = ageFinding(host, age)
    return found === null ? [] : [{ id: `rpo/${host}/${age.name}`, host, ...found }]
  })
}

type Said = Pick<StatusFinding, "level" | "message" | "hint">

function ageFinding(host: string, { name, state, capturedAt, rpoMs, lastRun }: CategoryAge): Said | null {
  const breach = (message: string, hint: string): Said => ({ level: "breach", message, hint })
  const warning = (message: string, hint: string): Said => ({ level: "warning", message, hint })
  const look = `run \`pmta-vault doctor ${host}\`, then \`pmta-vault backup --hosts ${host}\``
  switch (state) {
    case "late":
      return breach(
        `the last good copy of ${name} is of ${capturedAt}, older than its RPO of ${showDuration(rpoMs)}`,
        look,
      )
    case "never":
      return breach(`there is no copy of ${name}`, look)
    case "clock":
      return breach(
        `the last copy of ${name} is of ${capturedAt}, which is yet to come`,
        "set the clock of the machine that makes the backups, or of this one",
      )
    case "absent":
      return capturedAt === null
        ? null
        : warning(
            `the host has no ${name} any more; the last copy is of ${capturedAt}`,
            "if that is not meant, restore it; the copy is kept",
          )
    case "good":
      return lastRun === "failed"
        ? warning(`the last backup of ${name} failed; the copy of ${capturedAt} stands`, look)
        : null
  }
}
