/**
 * The story of the one writer of a sharded workflow: trust each capture file, choose one capture for each host, bring
 * its ciphertext into the store and read it back, then file all hosts as one run does. A shard that died, or whose
 * file is not to be believed, costs its own hosts and no others.
 */

import { createHash } from "node:crypto"
import type { CaptureReader } from "../core/capture-file.ts"
import type { Host } from "../core/fleet.ts"
import { caughtProblem, Problem } from "../core/problem.ts"
import type { BackupReport } from "../core/report.ts"
import type { Store, StoredObject } from "../core/store.ts"
import type { HostRecord, MirrorUpdate } from "../core/vault.ts"
import { openCapture } from "../seal/capture-record.ts"
import { type BeginningTools, beginRun } from "./begin-run.ts"
import { captureFollows } from "./capture-follows.ts"
import { type CapturedHost, readHostOf } from "./captured-host.ts"
import { eachHost } from "./each-host.ts"
import { type FilingTools, fileHosts } from "./file-hosts.ts"
import { putProven } from "./put-proven.ts"
import type { ReadHost } from "./read-hosts.ts"
import { trustedSnapshot } from "./trust.ts"

export interface CollectRequest {
  /** capture files, in any order */
  readonly files: readonly string[]
  /** the hosts of the plan */
  readonly hosts: readonly Host[]
  readonly propose: boolean
}

export interface CollectTools extends FilingTools, BeginningTools {
  readonly vault: FilingTools["vault"]
  /** by name, besides the vault's own, which takes what travelled in the files */
  readonly stores: ReadonlyMap<string, Store>
  readonly open: (path: string) => Promise<CaptureReader>
}

/** What the chosen capture of a host is read from. */
interface Chosen {
  readonly told: CapturedHost
  readonly file: CaptureReader
}

/** Hosts whose ciphertext is brought in at a time: each has one object in memory. */
const width = { least: 4, most: 4 }
const hostTimeoutMs = 3600_000

export async function collect(
  request: CollectRequest,
  tools: CollectTools,
  signal: AbortSignal,
): Promise<BackupReport> {
  const { run, records } = await beginRun("collect", request.hosts, tools, signal)
  const opened: Opened[] = []
  try {
    for (const path of request.files) opened.push(await openOne(path, tools))
    const { chosen, warnings } = choose(opened, request.hosts)
    for (const message of warnings) tools.observe({ kind: "warning", host: null, message })
    const bring = async (host: Host, stop: AbortSignal) => {
      const capture = chosen.get(host.name)
      if (capture === undefined) throw noCapture(host, opened)
      return await bringIn(host, readHostOf(capture.told), capture.file, records.get(host.name), tools, stop)
    }
    const outcomes = await eachHost(request.hosts, width, hostTimeoutMs, bring, signal)
    const soFar = {
      ...{ ...run, warnings: [...run.warnings, ...warnings] },
      captures: opened.map(({ path, hosts, problem }) => ({ file: path, hosts: hosts.length, problem })),
    }
    const filing = { propose: request.propose, follows: captureFollows(tools.about.run) }
    return await fileHosts(outcomes, soFar, filing, tools, signal)
  } finally {
    for (const { file } of opened) await file?.[Symbol.asyncDispose]()
  }
}

interface Opened {
  readonly path: string
  /** null when nothing of it is believed */
  readonly file: CaptureReader | null
  readonly hosts: readonly CapturedHost[]
  readonly problem: Problem | null
}

async function openOne(path: string, { open, fleet, about, signingKey }: CollectTools): Promise<Opened> {
  let file: CaptureReader | null = null
  try {
    file = await open(path)
    const expected = { signer: signingKey.publicLine, fleet, ...about }
    return { path, file, hosts: openCapture<CapturedHost>(path, file, expected), problem: null }
  } catch (error) {
    await file?.[Symbol.asyncDispose]()
    const problem = caughtProblem(error)
    return { path, file: null, hosts: [], problem }
  }
}

/** A host that was captured more than once, as by a shard that ran again, counts as it was read last. */
function choose(opened: readonly Opened[], hosts: readonly Host[]) {
  const planned = new Set(hosts.map(({ name }) => name))
  const chosen = new Map<string, Chosen>()
  const warnings: string[] = []
  for (const { path, file, hosts: captured } of opened) {
    for (const told of captured) {
      const before = chosen.get(told.host)?.told
      if (!planned.has(told.host)) {
        warnings.push(`${path} has ${told.host}, which is not asked for: it is left out`)
        continue
      }
      if (before !== undefined)
        warnings.push(`${told.host} is in several captures: the one that was read last counts`)
      if (file !== null && isLater(told, before)) chosen.set(told.host, { told, file })
    }
  }
  return { chosen, warnings }
}

function isLater(one: CapturedHost, other: CapturedHost | undefined): boolean {
  if (other === undefined || other.kind === "failed") return true
  return one.kind === "done" && Date.parse(one.takenAt) > Date.parse(other.takenAt)
}

function noCapture({ name }: Host, opened: readonly Opened[]): Problem {
  const message = `no capture has ${name}: its shard died, or its file was not believed`
  return new Problem("shard/no-capture", message, {
    data: opened.flatMap(({ problem }) => (problem === null ? [] : [problem.message])),
    hint: "look at the job of its shard; run it again, and then collect",
  })
}

/** Puts what one host's snapshot will name where it will be looked for, and proves that it is there. */
async function bringIn(
  host: Host,
  read: ReadHost,
  file: CaptureReader,
  record: HostRecord | undefined,
  tools: CollectTools,
  signal: AbortSignal,
): Promise<ReadHost> {
  const before = trustedSnapshot(host.name, record, tools.fleet)
  const answer = captureFollows(tools.about.run)(host, read, before)
  if (answer instanceof Problem) throw answer
  if (answer === "recorded") {
    const message = `${host.name}: this capture is in the vault already, as snapshot ${before?.snapshot.sequence}`
    tools.observe({ kind: "warning", host: host.name, message })
    return read
  }
  const bundles = read.categories.flatMap(({ bundle }) => bundle ?? [])
  const segments = read.logs.flatMap(({ page }) => page?.segments ?? [])
  for (const object of [...bundles, ...segments]) await bringObject(host, object, file, tools, signal)
  const isNew = before === null
  const hint =
    read.hint === null ? null : await tools.vault.stage(await file.object(read.hint.blob), isNew, signal)
  const change = { removed: read.live.removed, written: contentsOf(read.live, file) }
  return { ...read, hint, live: await tools.vault.stageMirror(change, isNew, signal) }
}

async function* contentsOf({ written }: MirrorUpdate, file: CaptureReader) {
  for (const [path, item] of written)
    yield [path, await file.object("blob" in item ? item.blob : item.tree)] as const
}

async function bringObject(
  host: Host,
  { store: name, key, sha256, size }: StoredObject,
  file: CaptureReader,
  { vault, stores }: CollectTools,
  signal: AbortSignal,
): Promise<void> {
  if (name === vault.bundles.name) {
    await putProven(vault.bundles, key, await file.object(sha256), signal)
    return
  }
  const store = stores.get(name)
  if (store === undefined) {
    const message = `the capture of ${host.name} has bundles in the store ${name}, which this run was not given`
    throw new Problem("settings/invalid", message, {
      hint: "give the capture jobs and collect the same store and log-store",
    })
  }
  const bytes = await store.get(key, signal, sha256)
  if (bytes.length === size && createHash("sha256").update(bytes).digest("hex") === sha256) return
  throw new Problem("store/not-read-back", `${key} is not what was captured`, {
    hint: "find out who could write to the store; run the shard again, then collect",
  })
}
