/** The next snapshot of a host, on top of what the vault holds at this moment. */

import { type Fleet, type Host, recipientsOf } from "../core/fleet.ts"
import { compareTexts } from "../core/order.ts"
import type { BundleRef, CategoryRecord, LogRef, SignedSnapshot, Snapshot } from "../core/snapshot.ts"
import { writePage } from "../seal/log-page.ts"
import { snapshotHash } from "../seal/snapshot.ts"
import type { HostBackup, SealedCategory } from "./host-backup.ts"
import type { SealedLog } from "./host-logs.ts"

export interface NextSnapshot {
  readonly snapshot: Snapshot
  /** new pages by path, and the keys of the segments that they name */
  readonly pages: ReadonlyMap<string, Uint8Array>
  readonly segments: readonly string[]
  /** counts of what the new pages name, as files of a day */
  readonly traffic: readonly string[]
}

export function nextSnapshot(
  host: Host,
  backup: HostBackup,
  before: SignedSnapshot | null,
  about: { readonly tool: string; readonly run: string | null; readonly fleet: Fleet },
): NextSnapshot {
  const former = before?.snapshot.categories ?? {}
  const sequence = (before?.snapshot.sequence ?? 0) + 1
  const records = new Map<string, CategoryRecord>(Object.entries(former))
  const pages = new Map<string, Uint8Array>()
  const segments: string[] = []
  const traffic: string[] = []
  for (const category of backup.categories) {
    const recipients = recipientsOf(about.fleet, category.name)
    const bundle = former[category.name]?.bundle ?? null
    records.set(category.name, categoryRecord(category, bundle, backup.takenAt, recipients))
  }
  for (const log of backup.logs) {
    const last = former[log.name]?.log ?? null
    // Another run was faster and stored the same bytes: what it says stands, and this one's segments stay unnamed.
    if ((last?.sha256 ?? null) !== (log.previous?.sha256 ?? null)) continue
    const place = { host: host.name, category: log.name, sequence, takenAt: backup.takenAt }
    const written =
      log.page === null ? null : writePage({ format: 1, ...place, previous: log.previous, ...log.page })
    if (written !== null) pages.set(written.ref.key, written.bytes)
    segments.push(...(log.page?.segments.map(({ key }) => key) ?? []))
    // Bytes that no page names are read again by the next run, and counted then.
    if (written !== null) traffic.push(...log.traffic)
    records.set(log.name, logRecord(log, last, written?.ref ?? null, backup.takenAt))
  }
  const snapshot: Snapshot = {
    format: 1,
    host: host.name,
    sequence,
    previous: before === null ? null : snapshotHash(before.bytes),
    takenAt: backup.takenAt,
    profile: host.profile,
    tool: about.tool,
    run: about.run,
    categories: Object.fromEntries([...records].sort(([a], [b]) => compareTexts(a, b))),
  }
  return { snapshot, pages, segments, traffic }
}

function categoryRecord(
  category: SealedCategory,
  former: BundleRef | null,
  takenAt: string,
  recipients: readonly string[],
): CategoryRecord {
  if (category.bundle !== null) {
    return {
      status: "stored",
      bundle: { ...category.bundle, capturedAt: takenAt, recipients },
      problem: category.problem?.code ?? null,
    }
  }
  if (category.status === "unchanged" && former !== null && former.fingerprint === category.fingerprint) {
    return { status: "unchanged", bundle: { ...former, capturedAt: takenAt }, problem: null }
  }
  const status = category.status === "missing" ? "missing" : "failed"
  return { status, bundle: former, problem: category.problem?.code ?? null }
}

/** Problems that leave something on the host which the next run shall not wait a whole interval for. */
const unfinished = new Set(["pull/out-of-time", "pull/unreadable"])

function logRecord(
  log: SealedLog,
  former: LogRef | null,
  page: { readonly key: string; readonly sha256: string } | null,
  takenAt: string,
): CategoryRecord {
  const problem = log.problem?.code ?? null
  if (log.status === "failed") return { status: "failed", bundle: null, log: former, problem }
  const ref = page ?? former
  const whole = problem === null || !unfinished.has(problem)
  const capturedAt = whole ? takenAt : (former?.capturedAt ?? null)
  const files = log.page?.files
  const size = {
    files: files?.length ?? former?.files ?? 0,
    bytes: files?.reduce((sum, { end }) => sum + end, 0) ?? former?.bytes ?? 0,
  }
  const next = ref === null ? null : { key: ref.key, sha256: ref.sha256, ...size, capturedAt }
  return { status: log.status, bundle: null, log: next, problem }
}
