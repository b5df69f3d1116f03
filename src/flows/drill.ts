/** The story of a drill: restore a host into a scratch directory, prove that it would work, say how long it took. */

import { createHmac, randomBytes } from "node:crypto"
import { networkInterfaces, userInfo } from "node:os"
import { type DrillReport, type DrillStep, type Proof, proofOf } from "../core/drill.ts"
import type { CapturedFile } from "../core/file.ts"
import { gravest, Problem } from "../core/problem.ts"
import type { Profile } from "../core/profile.ts"
import type { Restorable } from "../core/restorable.ts"
import { liveConfigs, proveConfig } from "../prove/config.ts"
import { type MessageTools, proveDkim } from "../prove/dkim.ts"
import { proveFiles } from "../prove/files.ts"
import { proveLicense } from "../prove/license.ts"
import { type RestoredTree, readTree } from "../prove/tree.ts"
import type { TxtLookup } from "../prove/txt-lookup.ts"
import { localOwners } from "../restore/owners.ts"
import { openScratch } from "../restore/scratch.ts"
import { unpack } from "../restore/unpack.ts"
import type { Identities } from "../seal/identity.ts"
import { fetchSnapshot, openFetched, type RestoreTools } from "./restore.ts"

export interface DrillRequest {
  readonly host: string
  /** `latest`, a number, or a time */
  readonly at: string
  readonly identities: Identities
  /** which objective the drill is measured by */
  readonly scenario: string
  /** where the scratch directory is made; null: in memory if there is room */
  readonly scratch: string | null
}

export interface DrillTools extends RestoreTools {
  readonly profile: Profile
  readonly lookup: TxtLookup
  readonly messages: MessageTools
  readonly about: { readonly tool: string; readonly run: string | null }
}

/** A restore that fails is what a drill is for: it is a failed proof, and no exception. */
export async function drill(
  request: DrillRequest,
  tools: DrillTools,
  signal: AbortSignal,
): Promise<DrillReport> {
  const rtoMs = objectiveOf(request.scenario, tools)
  const run = new Rehearsal(request, tools)
  const startedAt = tools.now().toISOString()
  const problem = await run.all(signal).catch((error: unknown) => {
    if (!(error instanceof Problem) || signal.aborted || error.exit === "usage") throw error
    return error
  })
  const done = run.proofs.filter(({ name }) => problem === null || name !== "restore")
  const proofs = problem === null ? done : [failedRestore(problem), ...done, ...skipped(done)]
  const ms = run.steps.reduce((sum, step) => sum + step.ms, 0)
  const isMet = problem === null && ms <= rtoMs
  const isFailed = !isMet || proofs.some(({ verdict }) => verdict === "failed")
  const isWeak = proofs.some(({ verdict }) => verdict === "weak")
  return {
    ...{ command: "drill", format: 1, host: request.host, target: "scratch" },
    ...{ sequence: run.snapshot?.sequence ?? null, takenAt: run.snapshot?.takenAt ?? null, startedAt },
    ...tools.about,
    ...{ steps: run.steps, ms, objective: { scenario: request.scenario, rtoMs, isMet }, proofs },
    warnings: run.warnings,
    verdict: isFailed ? "failed" : isWeak ? "weak" : "passed",
    exit: gravest([isFailed ? "objective" : "good", ...(problem === null ? [] : [problem.exit])]),
  }
}

function objectiveOf(scenario: string, { fleet }: DrillTools): number {
  const rtoMs = fleet.rto.get(scenario)
  if (rtoMs !== undefined) return rtoMs
  throw new Problem(
    "settings/invalid",
    `the policy has no RTO for ${JSON.stringify(scenario.slice(0, 60))}`,
    {
      hint: `there are ${[...fleet.rto.keys()].join(", ")}; \`policy: rto:\` of fleet.yml adds others`,
    },
  )
}

class Rehearsal {
  readonly #request: DrillRequest
  readonly #tools: DrillTools
  readonly steps: DrillStep[] = []
  readonly proofs: Proof[] = []
  readonly warnings: string[] = []
  snapshot: { readonly sequence: number; readonly takenAt: string } | null = null

  constructor(request: DrillRequest, tools: DrillTools) {
    this.#request = request
    this.#tools = tools
  }

  async all(signal: AbortSignal): Promise<null> {
    const { identities, scratch: parent } = this.#request
    const request = { ...this.#request, categories: [], paths: [] }
    const fetched = await this.#timed("fetch and verify", () => fetchSnapshot(request, this.#tools, signal))
    this.snapshot = fetched.chosen.signed.snapshot
    this.warnings.push(...fetched.warnings)
    const items = await this.#timed("open", () => openFetched(fetched, identities, []))
    signal.throwIfAborted()
    const bytes = items.reduce((sum, { content }) => sum + (content?.size ?? 0), 0)
    await using scratch = await openScratch(parent, bytes)
    if (!scratch.isInMemory) {
      this.warnings.push(
        "the scratch directory is not in memory: for the time of the drill, plaintext was on a disk",
      )
    }
    const accounts = userInfo().uid === 0 ? await localOwners() : null
    await this.#timed("write", async () => unpack(items, scratch.directory, accounts))
    this.proofs.push(proofOf("restore", "opened with the identity, and written in full", []))
    const tree = await this.#timed("prove files", async () => {
      const tree = readTree(scratch.directory)
      this.proofs.push(proveFiles(items, tree, accounts))
      return tree
    })
    await this.#prove(items, tree, signal)
    return null
  }

  async #prove(items: readonly Restorable[], tree: RestoredTree, signal: AbortSignal): Promise<void> {
    const { profile, now } = this.#tools
    const configs = await this.#timed("prove config", async () => {
      const configs = liveConfigs(tree, profile)
      this.proofs.push(proveConfig(items, configs, tree, profile))
      return configs
    })
    signal.throwIfAborted()
    await this.#timed("prove DKIM", async () => {
      const facts = factsOf(items, profile)
      const input = { configs, tree, traits: profile.proof, facts, now: now() }
      this.proofs.push(await proveDkim(input, this.#tools.lookup, this.#tools.messages))
    })
    await this.#timed("prove licence", async () => {
      const licenses = items.filter(
        ({ category, content }) => category === profile.restore.licenseCategory && content,
      )
      const bindings = licenses.flatMap(({ entry: { path } }) =>
        profile.restore.bindings(path, tree.text(path)),
      )
      this.proofs.push(proveLicense(bindings, ownMacs(), now()))
    })
  }

  async #timed<T>(name: string, work: () => Promise<T>): Promise<T> {
    const started = performance.now()
    try {
      return await work()
    } finally {
      this.steps.push({ name, ms: Math.round(performance.now() - started) })
    }
  }
}

/** Public facts of the keys. What stands in them for a secret content is of no use after the drill. */
function factsOf(items: readonly Restorable[], profile: Profile) {
  const { keyCategory } = profile.proof
  const files = items.filter(isCaptured).filter(({ category }) => category === keyCategory)
  const once = randomBytes(32)
  const fingerprint = (value: string | Uint8Array) =>
    createHmac("sha256", once).update(value).digest("hex").slice(0, 16)
  // No fact of a key depends on the time.
  return profile.facts(keyCategory, files, new Map(), fingerprint, new Date(0)) ?? {}
}

const isCaptured = (item: Restorable): item is Restorable & CapturedFile =>
  item.content !== null && item.entry.kind === "file" && item.entry.sha256 !== null

function ownMacs(): readonly string[] {
  const found = Object.values(networkInterfaces()).flatMap(
    addresses => addresses?.map(({ mac }) => mac) ?? [],
  )
  return [...new Set(found)].filter(mac => mac !== "00:00:00:00:00:00")
}

function failedRestore(problem: Problem): Proof {
  const detail = problem.hint === undefined ? problem.message : `${problem.message}; ${problem.hint}`
  const finding = { level: "failed", verdict: problem.code, subject: "restore", detail } as const
  return proofOf("restore", "the host could not be restored", [finding])
}

function skipped(done: readonly Proof[]): readonly Proof[] {
  const names = (["files", "config", "dkim", "license"] as const).filter(
    name => !done.some(proof => proof.name === name),
  )
  return names.map(name => ({ name, verdict: "skipped", summary: "nothing was restored", findings: [] }))
}
