import { createHash, randomInt } from "node:crypto"
import type { Capture, CategoryCapture } from "../core/capture.ts"
import type { Fleet, Host } from "../core/fleet.ts"
import { Problem } from "../core/problem.ts"
import type { Profile } from "../core/profile.ts"
import type { BundleRef, CategoryRecord, Snapshot } from "../core/snapshot.ts"
import type { Store, StoredObject } from "../core/store.ts"
import type { TrafficDay } from "../core/traffic.ts"
import type { Limits, Transport } from "../core/transport.ts"
import type { MirrorUpdate, StagedBlob, Vault } from "../core/vault.ts"
import type { Known } from "../pull/last-seen.ts"
import { pull } from "../pull/pull.ts"
import { type PlannedCategory, planCategories } from "../pull/roots.ts"
import { bundleEnding, type Compression, sealBundle } from "../seal/bundle.ts"
import type { Fingerprints } from "../seal/fingerprint.ts"
import { hintOf } from "./hint.ts"
import { liveMirror } from "./live-mirror.ts"
import type { Share } from "./memory-gate.ts"

export interface HostTools {
  readonly fleet: Fleet
  readonly profile: Profile
  readonly transport: Transport
  readonly vault: Vault
  readonly store: Store
  readonly fingerprints: Fingerprints
  readonly limits: Limits
  readonly compression: Compression
  /** only these categories; empty for all */
  readonly only: readonly string[]
  readonly now: () => Date
}

/** What a run has of one host once it is read and sealed; the content itself is out of memory again. */
export interface HostBackup {
  readonly takenAt: string
  readonly capture: Omit<Capture, "categories">
  readonly categories: readonly SealedCategory[]
  readonly live: MirrorUpdate
  /** for the next run; null: as it was */
  readonly hint: string | null
  /** counts of what was read of accounting files for the first time */
  readonly traffic: readonly TrafficDay[]
  readonly ms: {
    readonly connect: number
    readonly auth: number
    readonly seal: number
    readonly store: number
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

/** The story of one host: connect, read, seal, store, mask. */
export async function backUpHost(
  host: Host,
  tools: HostTools,
  known: Known,
  share: Share,
  sequence: number,
  signal: AbortSignal,
): Promise<HostBackup> {
  const started = performance.now()
  const takenAt = tools.now().toISOString()
  const categories = planCategories(tools.profile, tools.fleet.categories)
  const taken = takenNames(categories, tools.only)
  await using session = await tools.transport.connect(host, signal)
  const capture = await pull(
    host,
    {
      session,
      categories,
      taken,
      profile: tools.profile,
      limits: tools.limits,
      maxFileBytes: tools.limits.maxFileBytes,
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
  const { categories: _, ...rest } = capture
  return {
    takenAt,
    capture: rest,
    categories: sealed,
    live: { removed: live.replaced, written: await stageAll(tools.vault, live.texts, signal) },
    hint: hintOf(capture) === hintOf(known) ? null : hintOf(capture),
    // Whoever captures log files pushes what is new of them through `trafficTaps`, and gives its days here.
    traffic: [],
    ms: {
      connect: session.times.connectMs,
      auth: session.times.authMs,
      ...times,
      total: performance.now() - started,
    },
  }
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
  const bytes = await sealBundle(content, tools.compression, tools.fleet.recipients)
  const storing = performance.now()
  times.seal += storing - sealing
  // Digits below the millisecond are by chance: two runs at one time must not write under one name.
  const chance = String(randomInt(1_000_000)).padStart(6, "0")
  const time = takenAt.replace(/[-:.]/g, "").replace("Z", `${chance}Z`)
  const key = `bundles/${host.name}/${category.name}/${time}.${bundleEnding(tools.compression)}`
  const stored = await putProven(tools.store, key, bytes, signal)
  times.store += performance.now() - storing
  return stored
}

/** Nothing counts as a backup before it was read back. */
async function putProven(
  store: Store,
  key: string,
  bytes: Uint8Array,
  signal: AbortSignal,
): Promise<StoredObject> {
  const stored = await store.put(key, bytes, signal)
  const back = await store.get(key, signal, stored.sha256)
  const sha256 = createHash("sha256").update(back).digest("hex")
  if (sha256 === stored.sha256 && back.length === stored.size) return stored
  throw new Problem("store/not-read-back", `${key} reads back otherwise than it was written`, {
    data: [`written  ${stored.sha256}, ${stored.size} bytes`, `read     ${sha256}, ${back.length} bytes`],
    hint: "the medium is not sound: check its disk; no snapshot names this bundle",
  })
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

async function stageAll(
  vault: Vault,
  texts: ReadonlyMap<string, string>,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, StagedBlob>> {
  const staged = new Map<string, StagedBlob>()
  for (const [path, text] of texts) staged.set(path, await vault.stage(Buffer.from(text), signal))
  return staged
}

/** The next snapshot of a host, on top of what the vault holds at this moment. */
export function nextSnapshot(
  host: Host,
  backup: HostBackup,
  before: { readonly snapshot: Snapshot; readonly hash: string } | null,
  about: { readonly tool: string; readonly run: string | null; readonly recipients: readonly string[] },
): Snapshot {
  const former = before?.snapshot.categories ?? {}
  const records = new Map<string, CategoryRecord>(Object.entries(former))
  for (const category of backup.categories) {
    records.set(
      category.name,
      categoryRecord(category, former[category.name]?.bundle ?? null, backup.takenAt, about.recipients),
    )
  }
  return {
    format: 1,
    host: host.name,
    sequence: (before?.snapshot.sequence ?? 0) + 1,
    previous: before?.hash ?? null,
    takenAt: backup.takenAt,
    profile: host.profile,
    tool: about.tool,
    run: about.run,
    categories: Object.fromEntries([...records].sort(([a], [b]) => (a < b ? -1 : 1))),
  }
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
