/** The story of a backup: trust what is there, read and seal each host, record all in one write, propose drift. */

import type { BackupReport } from "../core/report.ts"
import type { Vault } from "../core/vault.ts"
import { type FilingTools, fileHosts } from "./file-hosts.ts"
import { missedRuns } from "./missed-runs.ts"
import { type ReadingRequest, type ReadingTools, readHosts } from "./read-hosts.ts"
import { checkSigner } from "./trust.ts"

export interface BackupRequest extends ReadingRequest {
  readonly propose: boolean
}

export interface BackupTools extends ReadingTools, FilingTools {
  readonly vault: Vault
}

/** What is in an artifact expires, and only the newest bundle of a category is put again. */
const noLogs =
  "store artifact does not keep logs: accounting and other logs are not backed up; log-store git or directory keeps them"

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
  const own = [...fleet.warnings, ...(tools.logStore === null ? [noLogs] : [])]
  for (const message of own) observe({ kind: "warning", host: null, message })

  const records = await vault.records(names, signal)
  const missed = missedRuns([...records.values()], fleet, tools.profile, tools.now().getTime())
  if (missed !== null) observe({ kind: "warning", host: null, message: missed.message })
  const outcomes = await readHosts(request, tools, records, signal)
  const run = {
    ...{ dryRun: tools.dryRun, started, startedAt, missedRuns: missed?.runs ?? 0 },
    warnings: [...own, ...(missed === null ? [] : [missed.message])],
  }
  return await fileHosts(outcomes, run, request.propose, tools, signal)
}
