import type { Observe } from "../core/event.ts"
import type { Fleet, Host } from "../core/fleet.ts"
import type { Profile } from "../core/profile.ts"
import type { Store } from "../core/store.ts"
import type { HostRecord, Vault } from "../core/vault.ts"
import type { UnlockedKey } from "../seal/private-key.ts"
import type { RunSoFar } from "./backup-report.ts"
import { missedRuns } from "./missed-runs.ts"
import { checkSigner } from "./trust.ts"

interface OpeningTools {
  readonly fleet: Fleet
  readonly signingKey: UnlockedKey
  readonly now: () => Date
  readonly observe: Observe
}

export interface BeginningTools extends OpeningTools {
  readonly profile: Profile
  readonly vault: Pick<Vault, "location" | "records">
  readonly logStore: Store | null
  readonly dryRun: boolean
  /** ms that opening vault and fleet took, for the report */
  readonly openMs: number
}

/** What is in an artifact expires, and only the newest bundle of a category is put again. */
const noLogs =
  "store artifact does not keep logs: accounting and other logs are not backed up; log-store git or directory keeps them"

/** Whether this run may sign, and that it begins. */
export function openRun(hosts: readonly Host[], { fleet, signingKey, observe, now }: OpeningTools) {
  checkSigner(fleet, signingKey.publicLine)
  const started = performance.now()
  const startedAt = now().toISOString()
  const names = hosts.map(host => host.name)
  observe({ kind: "run-started", hosts: names })
  return { names, started, startedAt }
}

/** What comes before the first host: whether this run may sign, what the vault has, and what is to be warned of. */
export async function beginRun(
  command: RunSoFar["command"],
  hosts: readonly Host[],
  tools: BeginningTools,
  signal: AbortSignal,
): Promise<{ readonly run: RunSoFar; readonly records: ReadonlyMap<string, HostRecord> }> {
  const { fleet, vault, observe, now } = tools
  const { names, started, startedAt } = openRun(hosts, tools)
  const warn = (message: string) => observe({ kind: "warning", host: null, message })
  const own = [...fleet.warnings, ...(tools.logStore === null ? [noLogs] : [])]
  own.forEach(warn)
  const records = await vault.records(names, signal)
  const missed = missedRuns([...records.values()], fleet, tools.profile, now().getTime())
  if (missed !== null) warn(missed.message)
  const run = {
    ...{ command, dryRun: tools.dryRun, capture: null, captures: [], vault: vault.location },
    ...{ startedAt, missedRuns: missed?.runs ?? 0, openMs: tools.openMs, started },
    warnings: [...own, ...(missed === null ? [] : [missed.message])],
  }
  return { run, records }
}
