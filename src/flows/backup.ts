/** The story of a backup: trust what is there, read and seal each host, record all in one write, propose drift. */
import type { Observe } from "../core/event.ts"
import type { Host } from "../core/fleet.ts"
import type { Forge } from "../core/forge.ts"
import { type Exit, exitOf, gravest, Problem } from "../core/problem.ts"
import type { BackupReport, HostReport } from "../core/report.ts"
import type { SignedSnapshot } from "../core/snapshot.ts"
import type { HostEntry, HostRecord } from "../core/vault.ts"
import type { TxtLookup } from "../prove/txt-lookup.ts"
import type { UnlockedKey } from "../seal/private-key.ts"
import { signSnapshot } from "../seal/snapshot.ts"
import { eachHost, type Outcome } from "./each-host.ts"
import { backUpHost, type HostBackup, type HostTools } from "./host-backup.ts"
import { hostReport, problemsOf } from "./host-report.ts"
import { memoryGate } from "./memory-gate.ts"
import { missedRuns } from "./missed-runs.ts"
import { nextSnapshot } from "./next-snapshot.ts"
import { type Renewed, renew, withRenewed } from "./renewal.ts"
import { type Reviewed, review } from "./review.ts"
import { checkSigner, knownLogs, knownOf, trustedSnapshot } from "./trust.ts"
import { turns } from "./turns.ts"

export interface BackupRequest {
  /** the hosts to read; the fleet's or fewer */
  readonly hosts: readonly Host[]
  /** hosts at a time */
  readonly width: number
  readonly propose: boolean
}

export interface BackupTools extends Omit<HostTools, "logTurns"> {
  readonly signingKey: UnlockedKey
  /** where proposals are shown; null: they are branches only */
  readonly forge: Forge | null
  /** how many proposals may be open at a time */
  readonly mostOpen: number
  /** asked for the records of DKIM keys that changed; null: DNS is not asked */
  readonly lookup: TxtLookup | null
  readonly observe: Observe
  readonly about: { readonly tool: string; readonly run: string | null }
  /** ms that opening vault and fleet took, for the report */
  readonly openMs: number
}

type ReadHost = HostBackup & { readonly renewed: Renewed }

/** Plaintext in memory at a time. Masking, packing and sealing it takes several times as much. */
const memoryBudget = 8 * 1024 * 1024

/** What is in an artifact expires, and only the newest bundle of a category is put again. */
const noLogs =
  "store artifact does not keep logs: accounting and other logs are not backed up; store git and directory do"

/** Hosts whose logs are read at a time; each has some segments in memory. */
const hostsWithLogs = 3

export async function backup(
  request: BackupRequest,
  tools: BackupTools,
  signal: AbortSignal,
): Promise<BackupReport> {
  const { fleet, vault, observe } = tools
  checkSigner(fleet, tools.signingKey.publicLine)
  const started = performance.now()
  const startedAt = tools.now().toISOString()
  const names = request.hosts.map(host => host.name)
  observe({ kind: "run-started", hosts: names })
  const own = [...fleet.warnings, ...(tools.keepsLogs ? [] : [noLogs])]
  for (const message of own) observe({ kind: "warning", host: null, message })

  const records = await vault.records(names, signal)
  const missed = missedRuns([...records.values()], fleet, tools.profile, tools.now().getTime())
  if (missed !== null) observe({ kind: "warning", host: null, message: missed.message })
  const outcomes = await readHosts(request, tools, records, signal)
  const read = performance.now()
  const recorded = tools.dryRun ? new Map() : await record(outcomes, tools, signal)
  const written = performance.now()
  const reviewed: Reviewed =
    tools.dryRun || !request.propose
      ? { drifted: false, proposals: [], warnings: [], problem: null }
      : await review({ ...tools, run: tools.about.run }, signal)
  if (!tools.dryRun) await vault.tidy(signal)
  const hosts = outcomes.map(outcome => hostReport(outcome, recorded.get(outcome.host.name) ?? null))
  return {
    command: "backup",
    dryRun: tools.dryRun,
    vault: vault.location,
    startedAt,
    missedRuns: missed?.runs ?? 0,
    hosts,
    changed: reviewed.drifted,
    proposals: reviewed.proposals,
    forge: tools.forge === null ? null : { name: tools.forge.name, ...tools.forge.requests },
    reviewProblem: reviewed.problem,
    warnings: [...own, ...(missed === null ? [] : [missed.message]), ...reviewed.warnings],
    ms: {
      open: Math.round(tools.openMs),
      hosts: Math.round(read - started),
      record: Math.round(written - read),
      propose: Math.round(performance.now() - written),
      total: Math.round(tools.openMs + performance.now() - started),
    },
    exit: gravest([
      ...hosts.flatMap(report => exitsOf(report, hosts)),
      ...(reviewed.problem === null ? [] : [reviewed.problem.exit]),
    ]),
  }
}

async function readHosts(
  request: BackupRequest,
  tools: BackupTools,
  records: ReadonlyMap<string, HostRecord>,
  signal: AbortSignal,
): Promise<readonly Outcome<ReadHost>[]> {
  const gate = memoryGate(memoryBudget)
  const hostTools = { ...tools, logTurns: turns(hostsWithLogs) }
  const work = async (host: Host, stop: AbortSignal) => {
    tools.observe({ kind: "host-started", host: host.name })
    const before = trustedSnapshot(host.name, records.get(host.name), tools.fleet)
    using share = gate.share()
    const sequence = (before?.snapshot.sequence ?? 0) + 1
    const record = records.get(host.name)
    const known = knownOf(before, record, tools.fleet, tools.now())
    const logs = knownLogs(before, record)
    const read = await backUpHost(host, hostTools, known, logs, share, sequence, stop)
    const replaced = new Set(read.categories.filter(({ bundle }) => bundle !== null).map(({ name }) => name))
    const renewed =
      before === null || tools.dryRun ? new Map() : await renew(before.snapshot, replaced, tools, stop)
    const done = { ...read, renewed }
    tools.observe({ kind: "host-bytes", host: host.name, bytes: done.capture.bytes })
    for (const message of done.capture.findings) tools.observe({ kind: "warning", host: host.name, message })
    return done
  }
  const told = async (host: Host, stop: AbortSignal) => {
    try {
      const done = await work(host, stop)
      tools.observe({
        kind: "host-finished",
        host: host.name,
        problem: problemsOf(done)[0] ?? null,
      })
      return done
    } catch (error) {
      const problem =
        error instanceof Problem
          ? error
          : new Problem("pull/malformed", `${host.name}: unexpected error`, { cause: error })
      tools.observe({ kind: "host-finished", host: host.name, problem })
      throw error
    }
  }
  return await eachHost(request.hosts, request.width, tools.limits.hostTimeoutMs, told, signal)
}

/** @returns the number of each host's new snapshot */
async function record(
  outcomes: readonly Outcome<ReadHost>[],
  tools: BackupTools,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, number>> {
  const done = outcomes.filter(outcome => outcome.kind === "done")
  const sequences = new Map<string, number>()
  // Called again when another run was faster: the chain goes on from what that run left.
  const prepare = (records: ReadonlyMap<string, HostRecord>): HostEntry[] =>
    done.map(({ host, value }) => {
      const before = trustedSnapshot(host.name, records.get(host.name), tools.fleet)
      const former = before === null ? null : formerOf(before, value.renewed)
      const { snapshot, pages, segments } = nextSnapshot(host, value, former, {
        ...tools.about,
        fleet: tools.fleet,
      })
      sequences.set(host.name, snapshot.sequence)
      return {
        snapshot: signSnapshot(snapshot, tools.signingKey),
        live: value.live,
        hint: value.hint,
        traffic: value.traffic,
        pages,
        segments,
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
