/** The story of a backup: trust what is there, read and seal each host, record all in one write, propose drift. */

import type { BackupReport } from "../core/report.ts"
import type { Vault } from "../core/vault.ts"
import { backupReport, notFiled } from "./backup-report.ts"
import { type BeginningTools, beginRun } from "./begin-run.ts"
import { type FilingTools, fileHosts } from "./file-hosts.ts"
import { type ReadingRequest, type ReadingTools, readHosts } from "./read-hosts.ts"

export interface BackupRequest extends ReadingRequest {
  readonly propose: boolean
}

export interface BackupTools extends ReadingTools, FilingTools, BeginningTools {
  readonly vault: Vault
}

export async function backup(
  request: BackupRequest,
  tools: BackupTools,
  signal: AbortSignal,
): Promise<BackupReport> {
  const { run, records } = await beginRun("backup", request.hosts, tools, signal)
  const outcomes = await readHosts(request, tools, records, signal)
  if (tools.dryRun) return backupReport(outcomes, run, notFiled(performance.now()))
  // When another run was faster, the chain goes on from what that run left.
  const filing = { propose: request.propose, follows: () => "new" as const }
  return await fileHosts(outcomes, run, filing, tools, signal)
}
