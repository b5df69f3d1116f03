import { type Exit, exitOf, gravest, type Problem } from "../core/problem.ts"
import type { BackupReport, ForgeReport, HostReport } from "../core/report.ts"
import type { Outcome } from "./each-host.ts"
import type { HostBackup } from "./host-backup.ts"
import { hostReport } from "./host-report.ts"
import type { Reviewed } from "./review.ts"

/** What is to be said of a run beside its hosts. */
export interface RunSoFar
  extends Pick<
    BackupReport,
    "command" | "dryRun" | "capture" | "captures" | "vault" | "startedAt" | "missedRuns" | "warnings"
  > {
  /** ms that opening vault and fleet took */
  readonly openMs: number
  /** on the clock of `performance.now()` */
  readonly started: number
}

/** The number of each host's snapshot, or why it may not be recorded. */
export type Recorded = ReadonlyMap<string, number | Problem>

export interface Filed {
  readonly recorded: Recorded
  readonly reviewed: Reviewed
  readonly forge: ForgeReport | null
  /** when hosts were read, and the vault written; on the clock of `performance.now()` */
  readonly read: number
  readonly written: number
}

export const notReviewed: Reviewed = { drifted: false, proposals: [], warnings: [], problem: null }

/** Of a run that leaves the vault as it is. @param read  when the hosts were read, as in `Filed` */
export function notFiled(read: number): Filed {
  return { recorded: new Map(), reviewed: notReviewed, forge: null, read, written: read }
}

export function backupReport(
  outcomes: readonly Outcome<HostBackup>[],
  { openMs, started, warnings, ...run }: RunSoFar,
  { recorded, reviewed, forge, read, written }: Filed,
): BackupReport {
  const hosts = outcomes.map(outcome => {
    const result = recorded.get(outcome.host.name) ?? null
    // A host that may not be recorded failed, whatever its reading gave.
    return result !== null && typeof result !== "number"
      ? hostReport({ kind: "failed", host: outcome.host, problem: result }, null)
      : hostReport(outcome, result)
  })
  return {
    ...run,
    hosts,
    changed: reviewed.drifted,
    proposals: reviewed.proposals,
    forge,
    reviewProblem: reviewed.problem,
    warnings: [...warnings, ...reviewed.warnings],
    ms: {
      open: Math.round(openMs),
      hosts: Math.round(read - started),
      record: Math.round(written - read),
      propose: Math.round(performance.now() - written),
      total: Math.round(openMs + performance.now() - started),
    },
    exit: gravest([
      ...hosts.flatMap(report => exitsOf(report, hosts)),
      ...(reviewed.problem === null ? [] : [exitUnproposed(reviewed.problem)]),
      ...run.captures.flatMap(({ problem }) => problem?.exit ?? []),
    ]),
  }
}

/** The copies are safe by then, so that not all has failed, whatever the cause would mean elsewhere. */
const exitUnproposed = ({ exit }: Problem): Exit => (exit === "total" ? "partial" : exit)

/** One failed host is partial; all of them failed is total. Causes of their own rank stay what they are. */
function exitsOf(report: HostReport, hosts: readonly HostReport[]): Exit[] {
  const allFailed = hosts.every(({ status }) => status === "failed")
  const causes = report.problems.map(exitOf)
  return report.status === "failed" && allFailed ? [...causes, "total"] : causes
}
