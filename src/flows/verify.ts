/** Is everything still there, and is it what was signed? Reads the vault once. Writes nothing. */

import { createHash } from "node:crypto"
import { certain } from "../core/certain.ts"
import { backedUpHosts, type Fleet } from "../core/fleet.ts"
import { caughtProblem, gravest, Problem } from "../core/problem.ts"
import type { Profile } from "../core/profile.ts"
import type { Finding, VerifyReport } from "../core/restore-report.ts"
import type { Snapshot } from "../core/snapshot.ts"
import type { Store, StoredObject } from "../core/store.ts"
import type { Vault } from "../core/vault.ts"
import { type Chain, checkChain, newestOf, type Trust } from "../seal/chain.ts"
import { type Head, headOf } from "../seal/heads.ts"
import type { Identities } from "../seal/identity.ts"
import { openBundle } from "../seal/open.ts"
import { prunedBundles } from "../seal/prune-record.ts"
import { PrunedLogs } from "../seal/pruned-logs.ts"
import { bundleProblem, type FoundBundle } from "./bundle-check.ts"
import { completeness } from "./completeness.ts"
import { DrillReports } from "./drill-reports.ts"
import { storeHint } from "./fetch-bundles.ts"
import { SignedFiles } from "./history.ts"
import { LogChains } from "./log-chains.ts"
import { formatPath, formatProblem } from "./vault-format.ts"

export interface VerifyTools {
  readonly fleet: Fleet
  readonly profile: Profile
  readonly vault: Vault
  /** where bundles rest besides the vault's own branch, by the store's name */
  readonly stores: ReadonlyMap<string, Store>
  readonly now: () => Date
}

export interface VerifyRequest {
  /** only these hosts; empty for all of the fleet and of the vault */
  readonly hosts: readonly string[]
  /** what speaks against the vault as such, by what was seen of it before; null for nothing */
  readonly wentBack: Problem | null
  /** null: bundles are hashed and not opened */
  readonly deep: { readonly identities: Identities; readonly turn: number; readonly turns: number } | null
}

/** A bundle that a trusted snapshot names, or a segment of a log. */
interface Named {
  readonly host: string
  readonly category: string
  readonly ref: StoredObject
  readonly isSegment: boolean
}

export async function verify(
  request: VerifyRequest,
  tools: VerifyTools,
  signal: AbortSignal,
): Promise<VerifyReport> {
  const started = performance.now()
  const run = new Verification(request, tools)
  const below = (folder: string) =>
    request.hosts.length === 0 ? [folder] : request.hosts.map(host => `${folder}${host}/`)
  // What records and pages say is needed of each snapshot, and the snapshots are let go of host by host.
  const signed = ["prunes/", ...below("logs/"), ...below("drills/"), ...below("snapshots/")]
  let isChained = false
  for await (const { path, bytes } of tools.vault.contents(
    [formatPath, ...signed, ...below("bundles/")],
    signal,
  )) {
    if (!path.startsWith("bundles/")) {
      run.addFile(path, bytes)
      continue
    }
    if (!isChained) run.finishChains()
    isChained = true
    await run.checkBundle("git", path, bytes)
  }
  if (!isChained) run.finishChains()
  for (const [name, store] of tools.stores) await run.checkStore(name, store, signal)
  return run.report(performance.now() - started)
}

/** What is kept of a host whose snapshots were checked. */
interface CheckedHost {
  readonly snapshots: number
  /** the newest that can be trusted */
  readonly latest: Snapshot | null
  readonly head: Head | null
}

/** What trusted records say, which all have been read before the first snapshot. */
interface Records extends Trust {
  /** keys of bundles that went */
  readonly bundles: ReadonlySet<string>
  readonly logs: PrunedLogs
}

class Verification {
  readonly #files = new SignedFiles()
  readonly #logs = new LogChains()
  readonly #drills: DrillReports
  #records: Records | null = null
  #format: Uint8Array | null = null
  readonly #request: VerifyRequest
  readonly #tools: VerifyTools
  readonly #checked = new Map<string, CheckedHost>()
  readonly #named = new Map<string, Named>()
  readonly #found = new Map<string, FoundBundle>()
  readonly #findings: Finding[] = []
  readonly #warnings: string[] = []
  #opened = { bundles: 0, files: 0 }

  constructor(request: VerifyRequest, tools: VerifyTools) {
    this.#request = request
    this.#tools = tools
    this.#drills = new DrillReports(tools.fleet.signers)
  }

  /** @param bytes  null when the repository has lost or damaged it */
  addFile(path: string, bytes: Uint8Array | null): void {
    if (path === formatPath) this.#format = bytes
    else if (path.startsWith("logs/")) this.#logs.add(path, bytes)
    else if (path.startsWith("drills/")) this.#drills.add(path, bytes)
    else {
      const [read] = this.#files.hosts()
      if (read !== undefined && !path.startsWith(`snapshots/${read}/`)) this.#checkChain(read)
      this.#files.add(path, bytes)
    }
  }

  /** To be called behind the last snapshot. */
  finishChains(): void {
    this.#records ??= this.#openRecords()
    for (const host of this.#files.hosts()) this.#checkChain(host)
    const stored = [...this.#checked.keys()]
    for (const host of this.#hosts()) if (!this.#checked.has(host)) this.#checkChain(host)
    const { wentBack } = this.#request
    const unknown = stored.length === 0 ? null : formatProblem(this.#format)
    if (wentBack !== null) this.#findings.push({ host: "", sequence: null, key: null, problem: wentBack })
    if (unknown !== null) this.#findings.push({ host: "", sequence: null, key: formatPath, problem: unknown })
    this.#drills.finish()
    this.#findings.push(...this.#drills.findings)
    for (const key of this.#logs.strays())
      this.#warnings.push(`${key} is named by no snapshot that can be trusted`)
    const known = new Set(this.#tools.fleet.hosts.map(({ name }) => name))
    for (const host of stored.filter(name => !known.has(name)))
      this.#warnings.push(`${host} is in the vault, but not in fleet.yml`)
    for (const path of this.#files.strays) this.#warnings.push(`${path} is no snapshot; it was not looked at`)
  }

  #checkChain(host: string): void {
    this.#records ??= this.#openRecords()
    const stored = this.#files.take(host)
    const chain = checkChain(host, stored, this.#records, this.#tools.now())
    const latest = newestOf(chain)?.snapshot ?? null
    this.#checked.set(host, { snapshots: stored.length, latest, head: headOf(chain) })
    for (const { sequence, problem } of chain.faults)
      this.#findings.push({ host, sequence, key: null, problem })
    for (const { snapshot } of chain.snapshots.values()) {
      for (const [category, { bundle: ref }] of Object.entries(snapshot.categories))
        if (ref !== null && !this.#records.bundles.has(ref.key))
          this.#named.set(idOf(ref), { host, category, ref, isSegment: false })
    }
    this.#followLogs(host, chain, this.#records.logs)
  }

  #openRecords(): Records {
    const { signers } = this.#tools.fleet
    const { records, problem } = this.#files.prunes(signers)
    if (problem !== null) this.#findings.push({ host: "", sequence: null, key: null, problem })
    return { signers, records, bundles: prunedBundles(records), logs: new PrunedLogs(records) }
  }

  /** The newest first: its pages lead to those of all the others, unless a chain is broken. */
  #followLogs(host: string, chain: Chain, pruned: PrunedLogs): void {
    for (const { snapshot } of [...chain.snapshots.values()].reverse()) {
      for (const [category, { log }] of Object.entries(snapshot.categories)) {
        if (!log) continue
        const { pages, broken } = this.#logs.follow(host, category, log, pruned)
        for (const ref of pages.flatMap(({ segments }) => segments))
          this.#named.set(idOf(ref), { host, category, ref, isSegment: true })
        if (broken !== null) this.#findings.push({ host, sequence: snapshot.sequence, ...broken })
      }
    }
  }

  #hosts(): readonly string[] {
    const { hosts } = this.#request
    return hosts.length > 0 ? hosts : backedUpHosts(this.#tools.fleet).map(({ name }) => name)
  }

  async checkBundle(store: string, key: string, bytes: Uint8Array | null): Promise<void> {
    const named = this.#named.get(idOf({ store, key }))
    if (bytes === null) return
    const sha256 = createHash("sha256").update(bytes).digest("hex")
    this.#found.set(idOf({ store, key }), { size: bytes.length, sha256 })
    const { deep } = this.#request
    if (named === undefined) {
      this.#warnings.push(`${key} is named by no snapshot that can be trusted`)
      return
    }
    // What is not the bundle that was signed is told by its hash; opening it would say the same less well.
    // A segment of a log is none that has a manifest: its hash is all there is to check.
    if (deep === null || named.isSegment || sha256 !== named.ref.sha256) return
    if (turnOf(key, deep.turns) !== deep.turn - 1) return
    try {
      const { files } = await openBundle(bytes, deep.identities, { ...named, key })
      this.#opened.bundles++
      this.#opened.files += files.length
    } catch (error) {
      const problem = caughtProblem(error)
      this.#findings.push({ host: named.host, sequence: null, key, problem })
    }
  }

  /** Bundles outside of the branch, one by one. */
  async checkStore(name: string, store: Store, signal: AbortSignal): Promise<void> {
    for (const { ref } of [...this.#named.values()].filter(found => found.ref.store === name)) {
      const bytes = await store.get(ref.key, signal, ref.sha256).catch((problem: unknown) => {
        if (problem instanceof Problem && problem.code === "store/missing") return null
        throw problem
      })
      await this.checkBundle(name, ref.key, bytes)
    }
  }

  report(ms: number): VerifyReport {
    const byHash = new Map([...this.#named.values()].map(({ ref }) => [ref.sha256, ref.key]))
    for (const [id, { host, ref }] of this.#named) {
      const isReachable = ref.store === "git" || this.#tools.stores.has(ref.store)
      if (!isReachable) continue
      const problem = bundleProblem(ref, this.#found.get(id) ?? null, byHash)
      if (problem !== null) this.#findings.push({ host, sequence: null, key: ref.key, problem })
    }
    const elsewhere = [...this.#named.values()].filter(
      ({ ref }) => ref.store !== "git" && !this.#tools.stores.has(ref.store),
    )
    const [first] = elsewhere
    if (first !== undefined) {
      const names = [...new Set(elsewhere.map(({ ref }) => ref.store))].join(", ")
      this.#findings.push({
        ...{ host: first.host, sequence: null, key: first.ref.key },
        problem: new Problem("store/missing", `${elsewhere.length} bundles rest in another store: ${names}`, {
          hint: storeHint(first.ref.store),
        }),
      })
    }
    for (const host of this.#hosts()) {
      const { findings, warnings } = completeness(host, this.#of(host).latest, this.#tools)
      this.#findings.push(...findings)
      this.#warnings.push(...warnings)
    }
    const { deep } = this.#request
    const hosts = [...new Set([...this.#hosts(), ...this.#checked.keys()])]
    return {
      command: "verify",
      vault: this.#tools.vault.location,
      hosts: hosts.map(host => this.#hostReport(host)),
      findings: this.#findings.filter(({ host }) => !hosts.includes(host)),
      snapshots: sum(hosts.map(host => this.#of(host).snapshots)),
      bundles: this.#found.size,
      reports: this.#drills.count,
      bytes: sum([...this.#found.values()].map(({ size }) => size)),
      deep: deep === null ? null : { turn: deep.turn, turns: deep.turns, ...this.#opened },
      warnings: this.#warnings,
      ms: Math.round(ms),
      exit: gravest(this.#findings.map(({ problem }) => problem.exit)),
    }
  }

  #of(host: string): CheckedHost {
    return certain(this.#checked.get(host))
  }

  #hostReport(host: string): VerifyReport["hosts"][number] {
    const { snapshots, head } = this.#of(host)
    return {
      host,
      snapshots,
      newest: head?.takenAt ?? null,
      head: head === null ? null : { sequence: head.sequence, sha256: head.sha256 },
      bundles: [...this.#named.values()].filter(named => named.host === host).length,
      findings: this.#findings.filter(finding => finding.host === host),
    }
  }
}

const idOf = ({ store, key }: { readonly store: string; readonly key: string }) => `${store}:${key}`
const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0)

/** Each bundle has a fixed turn of its own, so that `turns` runs in a row open every bundle once. */
export function turnOf(key: string, turns: number): number {
  return createHash("sha256").update(key).digest().readUInt32BE(0) % turns
}
