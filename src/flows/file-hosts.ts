/**
 * The half of a backup that writes: one commit with the snapshots of all hosts, then proposals, then the report.
 * It reaches no host and opens nothing.
 */
import type { Observe } from "../core/event.ts"
import { type Exit, exitOf, gravest } from "../core/problem.ts"
import type { BackupReport, HostReport } from "../core/report.ts"
import type { SignedSnapshot } from "../core/snapshot.ts"
import type { HostEntry, HostRecord } from "../core/vault.ts"
import type { UnlockedKey } from "../seal/private-key.ts"
import { signSnapshot } from "../seal/snapshot.ts"
import type { Outcome } from "./each-host.ts"
import { hostReport } from "./host-report.ts"
import { nextSnapshot } from "./next-snapshot.ts"
import type { ReadHost } from "./read-hosts.ts"
import { type Renewed, withRenewed } from "./renewal.ts"
import { type Reviewed, type ReviewTools, review } from "./review.ts"
import { trustedSnapshot } from "./trust.ts"

export interface FilingTools extends Omit<ReviewTools, "run"> {
  readonly signingKey: UnlockedKey
  readonly observe: Observe
  readonly about: { readonly tool: string; readonly run: string | null }
  /** ms that opening vault and fleet took, for the report */
  readonly openMs: number
}

/** What is to be said of the run beside its hosts. */
export interface RunSoFar extends Pick<BackupReport, "dryRun" | "startedAt" | "missedRuns" | "warnings"> {
  /** on the clock of `performance.now()` */
  readonly started: number
}

export async function fileHosts(
  outcomes: readonly Outcome<ReadHost>[],
  run: RunSoFar,
  propose: boolean,
  tools: FilingTools,
  signal: AbortSignal,
): Promise<BackupReport> {
  const read = performance.now()
  const recorded = run.dryRun ? new Map<string, number>() : await record(outcomes, tools, signal)
  const written = performance.now()
  const reviewed: Reviewed =
    run.dryRun || !propose
      ? { drifted: false, proposals: [], warnings: [], problem: null }
      : await review({ ...tools, run: tools.about.run }, signal)
  if (!run.dryRun) await tools.vault.tidy(signal)
  const hosts = outcomes.map(outcome => hostReport(outcome, recorded.get(outcome.host.name) ?? null))
  return {
    command: "backup",
    dryRun: run.dryRun,
    vault: tools.vault.location,
    startedAt: run.startedAt,
    missedRuns: run.missedRuns,
    hosts,
    changed: reviewed.drifted,
    proposals: reviewed.proposals,
    forge: tools.forge === null ? null : { name: tools.forge.name, ...tools.forge.requests },
    reviewProblem: reviewed.problem,
    warnings: [...run.warnings, ...reviewed.warnings],
    ms: {
      open: Math.round(tools.openMs),
      hosts: Math.round(read - run.started),
      record: Math.round(written - read),
      propose: Math.round(performance.now() - written),
      total: Math.round(tools.openMs + performance.now() - run.started),
    },
    exit: gravest([
      ...hosts.flatMap(report => exitsOf(report, hosts)),
      ...(reviewed.problem === null ? [] : [reviewed.problem.exit]),
    ]),
  }
}

/** @returns the number of each host's new snapshot */
async function record(
  outcomes: readonly Outcome<ReadHost>[],
  tools: FilingTools,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, number>> {
  const done = outcomes.filter(outcome => outcome.kind === "done")
  const sequences = new Map<string, number>()
  // Called again when another run was faster: the chain goes on from what that run left.
  const prepare = (records: ReadonlyMap<string, HostRecord>): HostEntry[] =>
    done.map(({ host, value }) => {
      const before = trustedSnapshot(host.name, records.get(host.name), tools.fleet)
      const former = before === null ? null : formerOf(before, value.renewed)
      const { snapshot, pages, segments, traffic } = nextSnapshot(host, value, former, {
        ...tools.about,
        fleet: tools.fleet,
      })
      sequences.set(host.name, snapshot.sequence)
      return {
        snapshot: signSnapshot(snapshot, tools.signingKey),
        live: value.live,
        hint: value.hint,
        pages,
        segments,
        traffic,
      }
    })
  if (done.length > 0)
    await tools.vault.record(
      prepare,
      done.map(({ host }) => host.name),
      signal,
    )
  return sequences
}

function formerOf(before: SignedSnapshot, renewed: Renewed): SignedSnapshot {
  const categories = withRenewed(before.snapshot.categories, renewed)
  return { ...before, snapshot: { ...before.snapshot, categories } }
}

/** One failed host is partial; all of them failed is total. Causes of their own rank stay what they are. */
function exitsOf(report: HostReport, hosts: readonly HostReport[]): Exit[] {
  const allFailed = hosts.every(({ status }) => status === "failed")
  const causes = report.problems.map(exitOf)
  return report.status === "failed" && allFailed ? [...causes, "total"] : causes
}
