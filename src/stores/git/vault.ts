/**
 * The vault in a git repository, by plumbing alone: nothing is checked out, and a reference moves only when
 * everything behind it is on disk and the reference is still where it was seen.
 */

import { join } from "node:path"
import { listed } from "../../core/listed.ts"
import { Problem } from "../../core/problem.ts"
import type { HostEntry, StagedBlob, StagedTree, Vault } from "../../core/vault.ts"
import { acceptProposal } from "./accept.ts"
import { bundleStore } from "./bundle-store.ts"
import { addFleet, checkedOutFleet } from "./checkout.ts"
import { branchContents } from "./contents.ts"
import { importer, type TreeChange } from "./importer.ts"
import { changeFinder, liveChanges } from "./merged.ts"
import { mirrorReader } from "./mirror.ts"
import { objectReader } from "./objects.ts"
import type { Git } from "./process.ts"
import { findProposals, proposalCommits } from "./proposals.ts"
import { recordReader } from "./records.ts"
import { branches, bundlesRef, maxRaces, moved, type Publish } from "./references.ts"
import type { Remote } from "./remote.ts"
import { rewriter } from "./rewrite.ts"
import { staging } from "./staging.ts"
import { surveyor } from "./survey.ts"
import { addedTraffic, readTraffic } from "./traffic.ts"

export interface VaultOptions {
  readonly location: string
  readonly git: Git
  readonly publish: Publish
  /** the directory with `main` checked out; null for a bare or remote vault */
  readonly workTree: string | null
  readonly remote: Remote | null
  readonly now: () => Date
}

const mainRef = "refs/heads/main"

export async function gitVault(options: VaultOptions): Promise<Vault> {
  const { git: repo, remote } = options
  const objects = objectReader(repo)
  const writer = importer(repo, remote === null ? 0 : 1)
  // Beside the listing of the branches: who opens a vault reads of it.
  objects.begin()
  let heads = await branches(repo).catch((error: unknown) => {
    objects.refresh()
    throw error
  })
  const { records, mirrors } = recordReader(objects, remote, () => heads)

  async function refreshHeads(signal: AbortSignal): Promise<void> {
    await remote?.fetch(signal)
    heads = await branches(repo, signal)
    objects.refresh()
  }
  const seconds = () => Math.floor(options.now().getTime() / 1000)
  const store = bundleStore(writer, objects, () => heads.get(bundlesRef) ?? null)

  /** One commit on top of `bundles`; when another run was faster, `prepare` is asked again. */
  async function append(prepare: () => Promise<Addition | null>, signal: AbortSignal): Promise<void> {
    for (let race = 1; ; race++) {
      const addition = await prepare()
      if (addition === null) return
      writer.expectText()
      const tip = heads.get(bundlesRef)
      const to = await writer.commit({
        parents: tip === undefined ? [] : [tip],
        message: addition.message,
        time: seconds(),
        changes: [
          ...(tip === undefined ? [await formatFile(writer)] : []),
          ...(await staged(writer, addition.changes)),
        ],
      })
      await writer.checkpoint()
      signal.throwIfAborted()
      const result = await options.publish([{ ref: bundlesRef, from: tip ?? null, to }])
      if (!result.moved) {
        // git looks for new packs when it does not find an object.
        heads = new Map([...heads, [bundlesRef, to]])
        return
      }
      await refreshHeads(signal)
      if (heads.get(bundlesRef) === tip) throw refused(options.location, "bundles", result.refused)
      if (race === maxRaces) throw moved(options.location, "bundles")
    }
  }

  const vault: Vault = {
    location: options.location,
    pages: remote === null ? join(repo.dir, "pmta-vault", "proposals") : null,
    bundles: store,
    async fleet(signal) {
      signal.throwIfAborted()
      const found = await objects.object(`${mainRef}:fleet.yml`)
      if (found === null) return null
      const text = found.content.toString("utf8")
      const onDisk = await checkedOutFleet(options.workTree)
      return { text, edited: onDisk !== null && onDisk !== text }
    },
    records,
    mirrors,
    contents: (prefixes, signal) =>
      branchContents(repo, heads.get(bundlesRef) ?? null, prefixes, remote, signal),
    ...mirrorReader(repo, objects, remote),
    async page(key, signal) {
      signal.throwIfAborted()
      const found = await objects.object(`${bundlesRef}:${key}`)
      return found?.type === "blob" ? found.content : null
    },
    async addFleet(text, signal) {
      await addFleet(repo, options, text, signal)
      await refreshHeads(signal)
    },
    ...staging(writer, remote === null),

    async record(prepare, hosts, countsSince, signal) {
      await append(async () => {
        const entries = prepare(await records(hosts, signal))
        if (entries.length === 0) return null
        const traffic = new Map(entries.map(entry => [entry.snapshot.snapshot.host, entry.traffic]))
        const tip = heads.get(bundlesRef)
        const write = async (content: Uint8Array) => ({ blob: await writer.blob(content) })
        const changes = [
          ...entries.flatMap(entry => entryChanges(entry, store.stagedBlob)),
          ...(await addedTraffic(objects, remote, tip, traffic, write, countsSince, signal)),
        ]
        return { message: runMessage(entries), changes }
      }, signal)
    },
    async keep(files, message, signal) {
      const changes = [...files].map(([path, content]) => ({ path, content }))
      await append(async () => ({ message: `${message}\n`, changes }), signal)
    },

    ...surveyor(objects, () => heads),
    ...rewriter({ ...options, writer, objects, heads: () => heads, refreshHeads, seconds }),

    traffic: (hosts, days, signal) =>
      readTraffic(objects, remote, heads.get(bundlesRef), hosts, days, signal),
    liveSince: liveChanges(repo, remote),
    ...changeFinder(repo, objects, remote),
    proposals: signal => findProposals(objects, heads, signal),
    async propose(writes, removes, signal) {
      // Writing a commit looks at every blob it names; a blobless clone has only those of this run.
      const named = writes.flatMap(({ changes }) =>
        changes.flatMap(change => ("blob" in change ? (change.blob ?? []) : [])),
      )
      await remote?.fetchBlobs([...new Set(named)], signal)
      const main = heads.get(mainRef) ?? null
      const updates = [
        ...(await proposalCommits(writer, main, writes, seconds())),
        ...removes.map(({ id, tip }) => ({ ref: `refs/heads/drift/${id}`, from: tip, to: null })),
      ]
      if (updates.length === 0) return
      await writer.checkpoint()
      signal.throwIfAborted()
      const result = await options.publish(updates)
      await refreshHeads(signal)
      if (!result.moved) return
      const isThere = updates.every(({ ref, from }) => (heads.get(ref) ?? null) === from)
      if (isThere) throw driftRefused(options.location, result.refused)
      throw movedMeanwhile(options.location, result.refused)
    },
    async accept(id, signal) {
      const accepted = await acceptProposal(repo, options.workTree, heads, id, signal)
      await refreshHeads(signal)
      return accepted
    },
    async [Symbol.asyncDispose]() {
      objects.refresh()
      await writer.close()
      await remote?.remove()
    },
  }
  return vault
}

interface Addition {
  readonly message: string
  readonly changes: readonly PathChange[]
}

/** Content that still has to be staged, or what is. */
interface PathChange {
  readonly path: string
  readonly content: Uint8Array | StagedBlob | StagedTree | null
}

function entryChanges(entry: HostEntry, stagedBundle: (key: string) => string | null): PathChange[] {
  const { snapshot, bytes, signature } = entry.snapshot
  const name = `snapshots/${snapshot.host}/${String(snapshot.sequence).padStart(8, "0")}.json`
  const bundles = Object.values(snapshot.categories).flatMap(({ bundle }) => {
    const blob = bundle === null ? null : stagedBundle(bundle.key)
    return bundle === null || blob === null ? [] : [{ path: bundle.key, content: { blob } }]
  })
  const segments = entry.segments.flatMap(key => {
    const blob = stagedBundle(key)
    return blob === null ? [] : [{ path: key, content: { blob } }]
  })
  const { removed, written } = entry.live
  const below = `live/${snapshot.host}`
  return [
    ...removed.map(path => ({ path: `${below}/${path}`, content: null })),
    ...[...written].map(([path, item]) => ({ path: `${below}/${path}`, content: item })),
    ...(entry.hint === null ? [] : [{ path: `hints/${snapshot.host}.json`, content: entry.hint }]),
    ...bundles,
    ...segments,
    ...[...entry.pages].map(([path, content]) => ({ path, content })),
    { path: name, content: bytes },
    { path: `${name}.sig`, content: Buffer.from(signature) },
  ]
}

type Writer = ReturnType<typeof importer>

async function staged(writer: Writer, changes: readonly PathChange[]): Promise<TreeChange[]> {
  const result: TreeChange[] = []
  for (const { path, content } of changes) {
    if (content === null) result.push({ path, blob: null })
    else if (content instanceof Uint8Array) result.push({ path, blob: await writer.blob(content) })
    else result.push({ path, ...content })
  }
  return result
}

async function formatFile(writer: Writer): Promise<TreeChange> {
  return { path: "vault.json", blob: await writer.blob(Buffer.from('{"format":1}\n')) }
}

function runMessage(entries: readonly HostEntry[]): string {
  const hosts = entries.map(entry => entry.snapshot.snapshot.host)
  return `backup: ${listed(hosts, 5)}\n`
}

function driftRefused(location: string, lines: readonly string[]): Problem {
  // GitHub's words are all that tells this rule from others.
  if (!lines.some(line => /verified signatures/i.test(line)))
    return refused(location, "the drift branches", lines)
  return new Problem("vault/unsigned", `the vault ${location} takes signed commits only`, {
    data: lines.slice(0, 5),
    hint: "exempt `drift/*` from that rule, or give a token of GitHub Actions or of an App, whose commits GitHub signs",
  })
}

function refused(location: string, what: string, lines: readonly string[]): Problem {
  return new Problem("vault/refused", `the vault ${location} does not take ${what}`, {
    data: lines.slice(0, 5),
    hint: "is the branch protected, or the token read-only? `bundles` and `drift/*` must be writable",
  })
}

function movedMeanwhile(location: string, lines: readonly string[]): Problem {
  return new Problem("vault/moved", `a drift branch of ${location} moved while its proposal was written`, {
    data: lines.slice(0, 5),
    hint: "run again: nothing was written over it",
  })
}
