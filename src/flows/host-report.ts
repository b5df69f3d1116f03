import type { Problem } from "../core/problem.ts"
import type { HostReport } from "../core/report.ts"
import type { Outcome } from "./each-host.ts"
import type { HostBackup } from "./host-backup.ts"

/** @param sequence  of the snapshot that was recorded; null when none was */
export function hostReport(outcome: Outcome<HostBackup>, sequence: number | null): HostReport {
  const host = outcome.host.name
  if (outcome.kind === "bug") throw outcome.error
  if (outcome.kind === "failed") {
    const nothing = { way: null, categories: [], findings: [], bytes: 0, ms: null }
    return { host, status: "failed", sequence: null, problems: [outcome.problem], ...nothing }
  }
  const { capture, categories, logs, ms } = outcome.value
  const problems = problemsOf(outcome.value)
  return {
    host,
    status: statusOf(outcome.value, problems),
    sequence,
    way: capture.way,
    categories: [...categories, ...logs].map(({ name, status, files, bytes, problem }) => ({
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
      logs: Math.round(ms.logs),
      total: Math.round(ms.total),
    },
  }
}

/** Those of the host as a whole first. */
export function problemsOf({ capture, categories, logs }: HostBackup): readonly Problem[] {
  return [capture, ...categories, ...logs].flatMap(({ problem }) => problem ?? [])
}

function statusOf({ categories, logs }: HostBackup, problems: readonly Problem[]): HostReport["status"] {
  if (problems.length > 0) return "partial"
  const anew =
    categories.some(({ bundle }) => bundle !== null) || logs.some(({ status }) => status === "stored")
  return anew ? "stored" : "unchanged"
}
