import { randomInt } from "node:crypto"
import type { Capture, CategoryCapture } from "../core/capture.ts"
import { type Host, recipientsOf } from "../core/fleet.ts"
import { keyTime } from "../core/log.ts"
import { hostPath } from "../core/mirror-path.ts"
import type { Problem } from "../core/problem.ts"
import type { Profile, Statement } from "../core/profile.ts"
import { release } from "../core/release.ts"
import type { BundleRef } from "../core/snapshot.ts"
import type { Store, StoredObject } from "../core/store.ts"
import type { Limits, Transport } from "../core/transport.ts"
import type { MirrorChange, MirrorUpdate, StagedBlob, Vault } from "../core/vault.ts"
import type { Known } from "../pull/last-seen.ts"
import { pull } from "../pull/pull.ts"
import { type PlannedCategory, type PlannedLog, planCategories, planLogs } from "../pull/roots.ts"
import { bundleEnding, sealBundle } from "../seal/bundle.ts"
import { dueLogs } from "./due-logs.ts"
import { newHint } from "./hint.ts"
import { backUpLogs, type KnownLog, type LogTools, type SealedLog } from "./host-logs.ts"
import { type LiveMirror, liveMirror } from "./live-mirror.ts"
import type { Share } from "./memory-gate.ts"
import { putProven } from "./put-proven.ts"
import { mirrorOutline } from "./review.ts"

export interface HostTools extends LogTools {
  /** where segments of logs are put; null: nothing keeps them for good, and none are read */
  readonly logStore: Store | null
  readonly profile: Profile
  readonly transport: Transport
  /** takes the live mirror as soon as it is masked, so that it leaves the memory */
  readonly vault: Pick<Vault, "stage" | "stageMirror" | "records" | "mirror">
  readonly limits: Limits
  /** only these categories; empty for all */
  readonly only: readonly string[]
}

/** What a run has of one host once it is read and sealed; the content itself is out of memory again. */
export interface HostBackup {
  readonly takenAt: string
  readonly capture: Omit<Capture, "categories" | "references" | "listing" | "logs">
  readonly categories: readonly SealedCategory[]
  /** the log categories that were due */
  readonly logs: readonly SealedLog[]
  readonly live: MirrorUpdate
  /** for the next run; null: as it was */
  readonly hint: StagedBlob | null
  readonly ms: {
    readonly connect: number
    readonly auth: number
    readonly seal: number
    readonly store: number
    readonly logs: number
    readonly total: number
  }
}

export interface SealedCategory {
  readonly name: string
  readonly status: CategoryCapture["status"]
  readonly problem: Problem | null
  readonly files: number
  readonly bytes: number
  readonly fingerprint: string | null
  /** set when the category was sealed anew */
  readonly bundle: Omit<BundleRef, "capturedAt"> | null
}

/** Part of the time for one host that logs may take; the rest is for what has been read to be recorded. */
const shareForLogs = 0.75

/** The story of one host: connect, read, seal, store, mask. */
export async function backUpHost(
  host: Host,
  tools: HostTools,
  known: Known,
  logs: ReadonlyMap<string, KnownLog>,
  share: Share,
  sequence: number,
  signal: AbortSignal,
): Promise<HostBackup> {
  const started = performance.now()
  const takenAt = tools.now().toISOString()
  const categories = planCategories(tools.profile, tools.fleet.categories)
  const taken = takenNames(categories, tools.only)
  const due = dueLogs(wantedLogs(tools), logs, tools.now())
  await using session = await tools.transport.connect(host, signal)
  const capture = await pull(
    host,
    {
      session,
      categories,
      taken,
      logs: due,
      profile: tools.profile,
      limits: tools.limits,
      fingerprint: tools.fingerprints.ofEntries,
      listingSalt: state => tools.fingerprints.salt([host.name, state]),
      admit: bytes => share.admit(bytes),
    },
    known,
    signal,
  )
  const times = { seal: 0, store: 0 }
  const sealed: SealedCategory[] = []
  for (const category of capture.categories) {
    const bundle =
      category.status === "changed"
        ? await sealAndStore(host, tools, category, takenAt, sequence, times, signal)
        : null
    sealed.push(describeCategory(category, bundle, known))
  }
  const live = liveMirror(capture, tools.profile, categories, tools.fingerprints.ofValue, tools.now())
  const outline = () => outlineOf(live.texts, host, tools, signal)
  const reading = performance.now()
  const deadline = started + tools.limits.hostTimeoutMs * shareForLogs
  const logTools = { ...tools, store: tools.logStore ?? tools.store }
  const sealedLogs =
    due.length === 0
      ? []
      : await backUpLogs(
          { host, session, takenAt, deadline, outline, tools: logTools, signal },
          due,
          capture,
          logs,
        )
  const logsMs = performance.now() - reading
  const hint = newHint(capture, known)
  const { categories: _, references: __, listing: ___, logs: ____, ...rest } = capture
  return {
    takenAt,
    capture: {
      ...rest,
      bytes: session.received(),
      findings: [...rest.findings, ...sealedLogs.flatMap(({ findings }) => findings)],
    },
    categories: sealed,
    logs: sealedLogs,
    live: await tools.vault.stageMirror(changeOf(live), sequence === 1, signal),
    hint: hint === null ? null : await tools.vault.stage(Buffer.from(hint), sequence === 1, signal),
    ms: {
      connect: session.times.connectMs,
      auth: session.times.authMs,
      ...times,
      logs: logsMs,
      total: performance.now() - started,
    },
  }
}

/** @param texts  masked, of this run; when nothing of the config was read, those of the vault stand in */
async function outlineOf(
  texts: ReadonlyMap<string, string>,
  { name }: Host,
  { vault, profile }: HostTools,
  signal: AbortSignal,
): Promise<readonly Statement[]> {
  const isConfig = (path: string) => hostPath(path) !== null
  if ([...texts.keys()].some(isConfig)) return mirrorOutline(texts, profile)
  const tree = (await vault.records([name], signal)).get(name)?.live ?? null
  return tree === null ? [] : mirrorOutline(await vault.mirror(tree, isConfig, signal), profile)
}

/** The config is always taken, as it says where the rest is. @param only  empty for all */
export function takenNames(
  categories: readonly PlannedCategory[],
  only: readonly string[],
): ReadonlySet<string> {
  const taken = categories.filter(
    ({ name, shownMasked }) => only.length === 0 || shownMasked || only.includes(name),
  )
  return new Set(taken.map(({ name }) => name))
}

function wantedLogs({ profile, fleet, only, logStore }: HostTools): readonly PlannedLog[] {
  if (logStore === null) return []
  const planned = planLogs(profile, fleet.categories)
  return only.length === 0 ? planned : planned.filter(({ name }) => only.includes(name))
}

async function sealAndStore(
  host: Host,
  tools: HostTools,
  category: CategoryCapture,
  takenAt: string,
  sequence: number,
  times: { seal: number; store: number },
  signal: AbortSignal,
): Promise<StoredObject> {
  const sealing = performance.now()
  const others = category.entries.filter(entry => entry.kind === "link" || entry.kind === "directory")
  const content = { host: host.name, category: category.name, sequence, files: category.files, others }
  const bytes = await sealBundle(content, tools.compression, recipientsOf(tools.fleet, category.name))
  const storing = performance.now()
  times.seal += storing - sealing
  // Digits below the millisecond are by chance: two runs at one time must not write under one name.
  const chance = String(randomInt(1_000_000)).padStart(6, "0")
  const time = keyTime(takenAt).replace("Z", `${chance}Z`)
  const key = `bundles/${host.name}/${category.name}/${time}.${bundleEnding(tools.compression)}`
  const stored = await putProven(tools.store, key, bytes, signal)
  // It was read back: nothing of it is still on its way.
  release(bytes)
  times.store += performance.now() - storing
  return stored
}

function describeCategory(
  category: CategoryCapture,
  stored: StoredObject | null,
  known: Known,
): SealedCategory {
  const { name, status, problem, fingerprint } = category
  const before = known.categories.get(name)
  const read = category.files.length > 0 || status !== "unchanged"
  const files = read ? category.files.length : (before?.files ?? 0)
  const bytes = read ? category.files.reduce((sum, file) => sum + file.content.size, 0) : (before?.bytes ?? 0)
  return {
    ...{ name, status, problem, files, bytes, fingerprint },
    bundle:
      stored === null || fingerprint === null
        ? null
        : { ...stored, fingerprint, files, bytes, recipients: [] },
  }
}

function changeOf({ replaced, texts, asRead }: LiveMirror): MirrorChange {
  function* written() {
    for (const [path, text] of texts) yield [path, asRead.get(path) ?? Buffer.from(text)] as const
  }
  return { removed: replaced, written: written() }
}
