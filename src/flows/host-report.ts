import type { Problem } from "../core/problem.ts"
import type { HostReport } from "../core/report.ts"
import type { Outcome } from "./each-host.ts"
import type { HostBackup, SealedCategory } from "./host-backup.ts"

/** @param sequence  of the snapshot that was recorded; null when none was */
export function hostReport(outcome: Outcome<HostBackup>, sequence: number | null): HostReport {
  const host = outcome.host.name
  if (outcome.kind === "bug") throw outcome.error
  if (outcome.kind === "failed") {
    const nothing = { way: null, categories: [], findings: [], bytes: 0, ms: null }
    return { host, status: "failed", sequence: null, problems: [outcome.problem], ...nothing }
  }
  const { capture, categories, ms } = outcome.value
  const problems = problemsOf(outcome.value)
  return {
    host,
    status: statusOf(categories, problems),
    sequence,
    way: capture.way,
    categories: categories.map(({ name, status, files, bytes, problem }) => ({
      ...{ name, files, bytes, problem },
      status: status === "changed" ? "stored" : status,
    })),
    problems,
    findings: capture.findings,
    bytes: capture.bytes,
    ms: {
      connect: Math.round(ms.connect),
      auth: Math.round(ms.auth),
      survey: Math.round(capture.surveyMs),
      transfer: Math.round(capture.transferMs),
      seal: Math.round(ms.seal),
      store: Math.round(ms.store),
      total: Math.round(ms.total),
    },
  }
}

/** Those of the host as a whole first. */
export function problemsOf({ capture, categories }: HostBackup): readonly Problem[] {
  return [capture, ...categories].flatMap(({ problem }) => problem ?? [])
}

function statusOf(categories: readonly SealedCategory[], problems: readonly Problem[]): HostReport["status"] {
  if (problems.length > 0) return "partial"
  return categories.some(({ bundle }) => bundle !== null) ? "stored" : "unchanged"
}
