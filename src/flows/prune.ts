/**
 * The story of a prune: prove all that is signed, plan, prove what shall be the last copy, write the record, delete.
 * Whatever cannot be proven stops it before anything is deleted.
 */

import { createHash } from "node:crypto"
import { certain } from "../core/certain.ts"
import type { Fleet } from "../core/fleet.ts"
import { gravest, Problem } from "../core/problem.ts"
import type { Profile } from "../core/profile.ts"
import type { PruneReport } from "../core/report.ts"
import type { PruneRecord } from "../core/retention.ts"
import type { BundleRef, SignedSnapshot } from "../core/snapshot.ts"
import type { RemovableStore } from "../core/store.ts"
import type { Rewrite, Vault, VaultHistory } from "../core/vault.ts"
import { longest, mostElapsed } from "../retain/elapsed.ts"
import { openChain } from "../seal/chain.ts"
import type { UnlockedKey } from "../seal/private-key.ts"
import { openRecords, prunedBundles } from "../seal/prune-record.ts"
import { PrunedLogs } from "../seal/pruned-logs.ts"
import { isInFleet, type PlannedHost, planSnapshots } from "./prune-host.ts"
import {
  knownFolders,
  lastSegments,
  logPeriods,
  type NamedLogs,
  namedLogs,
  planLogs,
  readLogs,
  segmentsOf,
  strayLogs,
} from "./prune-logs.ts"
import { isGoing, type Planned, removedObjects, rewriteOf, type Stored } from "./prune-rewrite.ts"
import { isGone } from "./renewal.ts"
import { checkSigner } from "./trust.ts"

export interface PruneTools {
  readonly fleet: Fleet
  readonly profile: Profile
  readonly vault: Vault
  /** where bundles and logs rest besides the vault, by the name of the store */
  readonly stores: ReadonlyMap<string, RemovableStore>
  readonly signingKey: UnlockedKey
  readonly now: () => Date
  readonly about: { readonly tool: string; readonly run: string | null }
}

/** What is proven of a vault, and what follows from it. */
interface Pruning extends Omit<Planned, "number"> {
  readonly records: readonly PruneRecord[]
  /** by host, the newest copies that stay, and of each log category of which something goes the newest segment */
  readonly lastCopies: ReadonlyMap<string, readonly Stored[]>
  /** by store, keys that a former prune recorded and did not come to delete, and strays of logs */
  readonly leftovers: ReadonlyMap<string, readonly string[]>
}

export async function prune(dryRun: boolean, tools: PruneTools, signal: AbortSignal): Promise<PruneReport> {
  const { fleet, vault, stores } = tools
  checkSigner(fleet, tools.signingKey.publicLine)
  let pruning: Pruning | null = null
  let record: number | null = null
  const prepare = async (history: VaultHistory): Promise<Rewrite | null> => {
    pruning = await planAll(history, tools, signal)
    record = null
    if (!pruning.plans.some(isGoing)) return null
    await proveKept(pruning, tools, signal)
    record = pruning.records.length + 1
    return rewriteOf({ ...pruning, number: record }, tools)
  }
  if (dryRun) pruning = await planAll(await vault.history(signal), tools, signal)
  else await vault.rewrite(prepare, signal)
  // Only now: the record is where everybody sees it, so that no deleted file is a riddle.
  const { plans, leftovers } = certain<Pruning>(pruning)
  for (const [name, store] of dryRun ? [] : stores) {
    const gone = plans.flatMap(removedObjects).filter(object => object.store === name)
    await store.remove([...certain(leftovers.get(name)), ...gone.map(({ key }) => key)], signal)
  }
  const isHeld = plans.some(({ host, held }) => held.length > 0 && isInFleet(host, fleet))
  return {
    command: "prune",
    dryRun,
    vault: vault.location,
    hosts: plans,
    record,
    bytes: plans.flatMap(removedObjects).reduce((sum, { size }) => sum + size, 0),
    warnings: [...fleet.warnings, ...plans.flatMap(({ warnings }) => warnings)],
    exit: gravest(isHeld ? ["partial"] : []),
  }
}

async function planAll(history: VaultHistory, tools: PruneTools, signal: AbortSignal): Promise<Pruning> {
  const { fleet, profile, vault, stores } = tools
  const now = tools.now().getTime()
  const records = openRecords(history.prunes, fleet.signers)
  const recorded = prunedBundles(records)
  const listed = new Map<string, ReadonlySet<string>>()
  for (const store of [vault.bundles, ...stores.values()])
    listed.set(store.name, new Set(await store.list("bundles/", signal)))
  const isStored = ({ store, key }: Stored): boolean =>
    !recorded.has(key) && listed.get(store)?.has(key) === true
  const periods = logPeriods(fleet)
  const prunedLogs = new PrunedLogs(records)
  // An artifact that has expired is no copy any more, and nobody took it away.
  const isMissing = (ref: Stored) => !recorded.has(ref.key) && !isStored(ref) && !isGone(ref, new Date(now))
  const missing = new Map<string, Stored>()
  const hosts = new Map<string, PlannedHost>()
  const named = new Map<string, NamedLogs>()
  for await (const { host, stored: snapshots } of history.snapshots()) {
    const chain = openChain(host, snapshots, { signers: fleet.signers, records })
    const bundles = chain.flatMap(bundlesOf)
    for (const bundle of bundles) if (isMissing(bundle)) missing.set(bundle.key, bundle)
    const stored = new Set(bundles.filter(isStored).map(({ key }) => key))
    hosts.set(host, planSnapshots(host, chain, { fleet, profile, isStored: key => stored.has(key), now }))
    named.set(host, namedLogs(chain, periods.keys()))
  }
  const witness = longest([...hosts.values()].map(({ elapsed }) => elapsed))
  const elapsedFor = (host: string) => mostElapsed([hosts.get(host)?.elapsed ?? (() => 0), ...witness])
  const plans = new Map([...hosts].map(([host, { plan }]) => [host, plan]))
  const last = new Map<string, readonly Stored[]>([...hosts].map(([host, own]) => [host, own.lastCopies]))
  const known = new Set<string>()
  for await (const logs of readLogs(named, periods, prunedLogs, vault, signal)) {
    const { host, histories } = logs
    for (const segment of segmentsOf(histories)) if (isMissing(segment)) missing.set(segment.key, segment)
    for (const folder of knownFolders(logs)) known.add(folder)
    const { plan, points, lastCopies } = certain(hosts.get(host))
    // What a host that is no longer backed up left is all there is of it; but what has a period is not kept longer.
    if (plan.held.length > 0 && isInFleet(host, fleet)) continue
    const own = planLogs(histories, periods, { elapsed: elapsedFor(host), points, now })
    plans.set(host, { ...plan, logs: own })
    last.set(host, [...lastCopies, ...lastSegments(own, histories)])
  }
  if (missing.size > 0) throw bundlesMissing([...missing.values()], stores)
  const isOver = (host: string, category: string, at: number) =>
    elapsedFor(host)(at) >= (periods.get(category) ?? Infinity)
  return {
    records,
    lastRecord: history.prunes.at(-1)?.bytes ?? null,
    plans: [...plans.values()],
    ranges: new Map([...hosts].map(([host, { ranges }]) => [host, ranges])),
    lastCopies: last,
    leftovers: new Map(
      [...stores.keys()].map(name => {
        const keys = certain(listed.get(name))
        const left = [...recorded].filter(key => keys.has(key))
        return [name, [...left, ...strayLogs(keys, prunedLogs, known, isOver)]]
      }),
    ),
  }
}

/** The newest copies of each category that stay are read and hashed: where one is not sound, nothing goes. */
async function proveKept(pruning: Pruning, tools: PruneTools, signal: AbortSignal): Promise<void> {
  const last = pruning.plans.filter(isGoing).flatMap(({ host }) => certain(pruning.lastCopies.get(host)))
  await tools.vault.prefetch(
    last.filter(({ store }) => store === "git").map(({ key }) => key),
    signal,
  )
  for (const { store, key, size, sha256 } of last) {
    const from = tools.stores.get(store) ?? tools.vault.bundles
    const bytes = await from.get(key, signal, sha256)
    const found = createHash("sha256").update(bytes).digest("hex")
    if (found === sha256 && bytes.length === size) continue
    throw new Problem("seal/altered", `${key} is not what its snapshot says, and would be the last copy`, {
      data: [`signed  ${sha256}, ${size} bytes`, `found   ${found}, ${bytes.length} bytes`],
      hint: "nothing was deleted; find the bundle in another clone, and run `pmta-vault backup` for a new one",
    })
  }
}

const bundlesOf = ({ snapshot }: SignedSnapshot): readonly BundleRef[] =>
  Object.values(snapshot.categories).flatMap(({ bundle }) => bundle ?? [])

function bundlesMissing(missing: readonly Stored[], stores: PruneTools["stores"]): Problem {
  const elsewhere = missing.find(({ store }) => store !== "git" && !stores.has(store))?.store
  const flags =
    elsewhere === "directory"
      ? "--store directory, or --log-store directory, and --store-path"
      : `--store ${elsewhere}`
  return new Problem(
    "store/missing",
    `${missing.length} bundles that snapshots name are not in their store`,
    {
      data: missing.slice(0, 5).map(({ store: name, key }) => `${name}  ${key}`),
      hint:
        elsewhere === undefined
          ? "nothing was deleted; look for them in another clone or copy of the store"
          : `give ${flags}, as for backup; nothing was deleted`,
    },
  )
}
