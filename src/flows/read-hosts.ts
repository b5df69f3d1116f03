/**
 * The half of a backup that reaches hosts: read each, seal and store what it has. What it gives is public: references
 * to ciphertext, masked texts, counts. It writes nothing that anybody would find in the vault.
 */
import type { Observe } from "../core/event.ts"
import type { Host } from "../core/fleet.ts"
import { Problem } from "../core/problem.ts"
import type { SignedSnapshot } from "../core/snapshot.ts"
import type { HostRecord } from "../core/vault.ts"
import { snapshotHash } from "../seal/snapshot.ts"
import { eachHost, type Outcome, type Width } from "./each-host.ts"
import { backUpHost, type HostBackup, type HostTools } from "./host-backup.ts"
import { problemsOf } from "./host-report.ts"
import { memoryGate } from "./memory-gate.ts"
import { type Renewed, renew } from "./renewal.ts"
import { knownLogs, knownOf, trustedSnapshot } from "./trust.ts"
import { turns } from "./turns.ts"

export interface ReadingRequest {
  /** the hosts to read; the fleet's or fewer */
  readonly hosts: readonly Host[]
  /** hosts at a time */
  readonly width: Width
}

export interface ReadingTools extends Omit<HostTools, "logTurns"> {
  readonly observe: Observe
}

export interface ReadHost extends HostBackup {
  readonly renewed: Renewed
  /** the snapshot that the vault had when the host was read; null for none */
  readonly base: Base | null
}

export interface Base {
  readonly sequence: number
  /** of the snapshot's file, hex */
  readonly sha256: string
}

export function baseOf(before: SignedSnapshot | null): Base | null {
  return before === null ? null : { sequence: before.snapshot.sequence, sha256: snapshotHash(before.bytes) }
}

/** Plaintext in memory at a time. Masking, packing and sealing it takes several times as much. */
const memoryBudget = 8 * 1024 * 1024

/** Hosts whose logs are read at a time; each has some segments in memory. */
const hostsWithLogs = 3

/** @param records  what the vault has of these hosts */
export async function readHosts(
  request: ReadingRequest,
  tools: ReadingTools,
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
    const done = { ...read, renewed, base: baseOf(before) }
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
          : new Problem("pull/malformed", `${host.name}: unexpected error`, {
              ...{ cause: error, hint: "this is a bug: please report it with the log of the run" },
            })
      tools.observe({ kind: "host-finished", host: host.name, problem })
      throw error
    }
  }
  return await eachHost(request.hosts, request.width, tools.limits.hostTimeoutMs, told, signal)
}
