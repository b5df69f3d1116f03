/**
 * The half of a backup that writes: one commit with the snapshots of all hosts, then proposals, then the report.
 * It reaches no host and opens nothing.
 */
import type { Host } from "../core/fleet.ts"
import type { Problem } from "../core/problem.ts"
import type { BackupReport } from "../core/report.ts"
import type { SignedSnapshot } from "../core/snapshot.ts"
import { firstCountedDay } from "../core/traffic.ts"
import type { HostEntry, HostRecord } from "../core/vault.ts"
import type { UnlockedKey } from "../seal/private-key.ts"
import { signSnapshot } from "../seal/snapshot.ts"
import { backupReport, notReviewed, type Recorded, type RunSoFar } from "./backup-report.ts"
import type { Outcome } from "./each-host.ts"
import { nextSnapshot } from "./next-snapshot.ts"
import type { ReadHost } from "./read-hosts.ts"
import { type Renewed, withRenewed } from "./renewal.ts"
import { type ReviewTools, review } from "./review.ts"
import { trustedSnapshot } from "./trust.ts"

export interface FilingTools extends Omit<ReviewTools, "run"> {
  readonly signingKey: UnlockedKey
  readonly about: { readonly tool: string; readonly run: string | null }
}

/** Whether what was read of a host belongs on top of what the vault has now; `recorded`: it is there already. */
export type Follows = (
  host: Host,
  read: ReadHost,
  before: SignedSnapshot | null,
) => "new" | "recorded" | Problem

export interface FilingRequest {
  readonly propose: boolean
  readonly follows: Follows
}

/** One write for all hosts, then proposals; a dry run is not given here. */
export async function fileHosts(
  outcomes: readonly Outcome<ReadHost>[],
  run: RunSoFar,
  { propose, follows }: FilingRequest,
  tools: FilingTools,
  signal: AbortSignal,
): Promise<BackupReport> {
  const read = performance.now()
  const recorded = await record(outcomes, follows, tools, signal)
  const written = performance.now()
  const reviewed = propose ? await review({ ...tools, run: tools.about.run }, signal) : notReviewed
  await tools.vault.tidy(signal)
  const forge = tools.forge === null ? null : { name: tools.forge.name, ...tools.forge.requests }
  return backupReport(outcomes, run, { recorded, reviewed, forge, read, written })
}

async function record(
  outcomes: readonly Outcome<ReadHost>[],
  follows: Follows,
  tools: FilingTools,
  signal: AbortSignal,
): Promise<Recorded> {
  const done = outcomes.filter(outcome => outcome.kind === "done")
  const recorded = new Map<string, number | Problem>()
  // Called again when another run was faster: the chain goes on from what that run left.
  const prepare = (records: ReadonlyMap<string, HostRecord>): HostEntry[] =>
    done.flatMap(({ host, value }) => {
      const before = trustedSnapshot(host.name, records.get(host.name), tools.fleet)
      const answer = follows(host, value, before)
      if (answer !== "new") {
        recorded.set(host.name, answer === "recorded" ? (before?.snapshot.sequence ?? 0) : answer)
        return []
      }
      const former = before === null ? null : formerOf(before, value.renewed)
      const { snapshot, pages, segments, traffic } = nextSnapshot(host, value, former, {
        ...tools.about,
        fleet: tools.fleet,
      })
      recorded.set(host.name, snapshot.sequence)
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
      firstCountedDay(tools.fleet.countsMs, tools.now()),
      signal,
    )
  return recorded
}

function formerOf(before: SignedSnapshot, renewed: Renewed): SignedSnapshot {
  const categories = withRenewed(before.snapshot.categories, renewed)
  return { ...before, snapshot: { ...before.snapshot, categories } }
}
