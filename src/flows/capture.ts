/**
 * The story of a capture job, one of many of a sharded workflow: read and seal some hosts, and carry what was found in
 * one signed file to the job that writes the vault. It writes nothing to the vault.
 */
import type { CaptureWriter } from "../core/capture-file.ts"
import type { BackupReport } from "../core/report.ts"
import type { Vault } from "../core/vault.ts"
import { fleetDigest, signCapture } from "../seal/capture-record.ts"
import type { UnlockedKey } from "../seal/private-key.ts"
import { backupReport, notFiled } from "./backup-report.ts"
import { openRun } from "./begin-run.ts"
import { backupData, type CapturedHost, failureData } from "./captured-host.ts"
import type { Outcome } from "./each-host.ts"
import { type ReadHost, type ReadingRequest, type ReadingTools, readHosts } from "./read-hosts.ts"

export interface CaptureTools extends Omit<ReadingTools, "vault" | "dryRun"> {
  readonly vault: Pick<Vault, "location" | "records" | "mirror">
  readonly file: CaptureWriter
  readonly signingKey: UnlockedKey
  readonly about: { readonly tool: string; readonly run: string | null }
  readonly openMs: number
}

/** @param path  of the file, for the report */
export async function capture(
  request: ReadingRequest,
  path: string,
  tools: CaptureTools,
  signal: AbortSignal,
): Promise<BackupReport> {
  const { fleet, file, vault, about } = tools
  const { names, started, startedAt } = openRun(request.hosts, tools)
  const reading = {
    ...{ ...tools, dryRun: false },
    vault: {
      ...{ stage: file.stage, stageMirror: file.stageMirror },
      ...{ records: vault.records, mirror: vault.mirror },
    },
  }
  const outcomes = await readHosts(request, reading, await vault.records(names, signal), signal)
  const read = performance.now()
  const hosts = outcomes.flatMap(told)
  const record = { format: 1, kind: "capture", ...about, fleet: fleetDigest(fleet), hosts } as const
  const { bytes, signature } = signCapture(record, tools.signingKey)
  signal.throwIfAborted()
  await file.finish(bytes, signature)
  // What is wrong with the fleet or the schedule is for the one job that collects to say.
  const run = {
    ...{ command: "backup" as const, dryRun: false, capture: path, captures: [], vault: vault.location },
    ...{ startedAt, missedRuns: 0, warnings: [], openMs: tools.openMs, started },
  }
  return backupReport(outcomes, run, { ...notFiled(read), written: performance.now() })
}

/** Nothing of a host that met a bug: the report says so, and to `collect` it is a host without a capture. */
function told(outcome: Outcome<ReadHost>): CapturedHost[] {
  const { name } = outcome.host
  if (outcome.kind === "done") return [backupData(name, outcome.value)]
  return outcome.kind === "failed" ? [failureData(name, outcome.problem)] : []
}
