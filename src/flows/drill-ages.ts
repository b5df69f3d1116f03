/** What the newest drill of each host proved, how long it took, and how long ago that was. */
import type { DrillReport } from "../core/drill.ts"
import { showDuration } from "../core/duration.ts"
import type { Fleet } from "../core/fleet.ts"
import type { DrillStatus, StatusFinding } from "../core/status.ts"
import type { Vault } from "../core/vault.ts"
import { reportProblem } from "./drill-reports.ts"

/** A quarter, and ten days to get round to it. */
const mostMs = 100 * 86_400_000

/** In the order of the hosts; those that were never drilled are left out. */
export async function lastDrills(
  hosts: readonly string[],
  { fleet, vault }: { readonly fleet: Pick<Fleet, "signers">; readonly vault: Vault },
  signal: AbortSignal,
): Promise<readonly DrillStatus[]> {
  const found = await vault.drillBlobs(hosts, signal)
  const texts = await vault.texts(
    [...found.values()].flatMap(({ report, signature }) =>
      signature === null ? [report] : [report, signature],
    ),
    signal,
  )
  return [...found].map(([host, { path, report, signature }]) => {
    const text = texts.get(report) ?? ""
    const signed = signature === null ? "" : (texts.get(signature) ?? "")
    const problem = reportProblem(fleet.signers, path, Buffer.from(text), signed)
    return problem === null ? drillStatus(host, path, JSON.parse(text) as DrillReport) : untrusted(host, path)
  })
}

function drillStatus(host: string, path: string, report: DrillReport): DrillStatus {
  const { startedAt: at, verdict, ms, objective, proofs } = report
  const failed = proofs.filter(proof => proof.verdict === "failed").map(({ name }) => name)
  return { host, path, at, verdict, ms, ...objective, failed }
}

const untrusted = (host: string, path: string): DrillStatus => ({
  ...{ host, path, at: null, verdict: "untrusted", ms: 0, scenario: "", rtoMs: 0, isMet: false, failed: [] },
})

export function drillFindings(drills: readonly DrillStatus[], now: number): readonly StatusFinding[] {
  const own = drills.flatMap(drill => drillFinding(drill) ?? [])
  const times = drills.flatMap(({ at }) => (at === null ? [] : [at])).sort()
  const last = times.at(-1) ?? null
  if (last !== null && now - Date.parse(last) <= mostMs) return own
  const message =
    last === null ? "no restore was ever rehearsed" : `the last drill of any host was on ${last.slice(0, 10)}`
  const hint = "pmta-vault drill --host HOST; a backup that nobody has opened is a hope"
  return [...own, { id: "drills/none", level: "warning", host: null, message, hint }]
}

function drillFinding({ host, path, at, verdict, ms, scenario, rtoMs, isMet, failed }: DrillStatus) {
  const breach = (message: string, hint: string): StatusFinding => ({
    ...{ id: `drill/${host}`, level: "breach", host, message, hint },
  })
  const day = at?.slice(0, 10)
  if (verdict === "untrusted")
    return breach(
      `${path} is no report that a signer of fleet.yml signed, or that of another drill`,
      "drill again; find out who could write",
    )
  if (failed.length > 0)
    return breach(`the last drill, on ${day}, failed: ${failed.join(", ")}`, `git show bundles:${path}`)
  if (!isMet) {
    const took = `${showDuration(Math.ceil(ms / 1000) * 1000)}, and ${scenario} allows ${showDuration(rtoMs)}`
    return breach(
      `the last drill, on ${day}, took ${took}`,
      `git show bundles:${path} tells where the time went`,
    )
  }
  return null
}
