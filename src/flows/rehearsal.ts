/** What every drill does, wherever it restores to: timed steps, and proofs of what was restored. */

import { createHmac, randomBytes } from "node:crypto"
import { certain } from "../core/certain.ts"
import type { DrillStep, Proof, SpareHost } from "../core/drill.ts"
import type { CapturedFile } from "../core/file.ts"
import type { Profile } from "../core/profile.ts"
import type { Restorable } from "../core/restorable.ts"
import { liveConfigs, proveConfig } from "../prove/config.ts"
import { type MessageTools, proveDkim } from "../prove/dkim.ts"
import { proveLicense } from "../prove/license.ts"
import type { RestoredTree } from "../prove/tree.ts"
import type { TxtLookup } from "../prove/txt-lookup.ts"
import type { Identities } from "../seal/identity.ts"
import { type Fetched, fetchSnapshot, openFetched, type RestoreTools } from "./restore.ts"

export interface RehearsalTools extends RestoreTools {
  readonly profile: Profile
  readonly lookup: TxtLookup
  readonly messages: MessageTools
}

/** A drill as far as it has come. */
export class Rehearsal {
  readonly steps: DrillStep[] = []
  readonly proofs: Proof[] = []
  readonly warnings: string[] = []
  snapshot: { readonly sequence: number; readonly takenAt: string } | null = null
  /** of a drill on a spare host */
  spare: SpareHost | null = null

  /** All that a restore of the whole host would write, in memory. */
  async fetch(
    wanted: { readonly host: string; readonly at: string; readonly identities: Identities },
    tools: RehearsalTools,
    signal: AbortSignal,
  ): Promise<{ readonly fetched: Fetched; readonly items: readonly Restorable[] }> {
    const request = { ...wanted, categories: [], paths: [], allLogs: false }
    const fetched = await this.timed("fetch and verify", () => fetchSnapshot(request, tools, signal))
    this.snapshot = fetched.chosen.signed.snapshot
    this.warnings.push(...fetched.warnings)
    const items = await this.timed("open", () => openFetched(fetched, wanted.identities, []))
    signal.throwIfAborted()
    return { fetched, items }
  }

  /**
   * @param items  of the backup
   * @param tree   what was restored, read back
   * @param macs   of the machine that takes the host's place, lower case
   */
  async prove(
    items: readonly Restorable[],
    tree: RestoredTree,
    macs: readonly string[],
    tools: RehearsalTools,
    signal: AbortSignal,
  ): Promise<void> {
    const { profile, now } = tools
    const configs = await this.timed("prove config", async () => {
      const configs = liveConfigs(tree, profile)
      this.proofs.push(proveConfig(items, configs, tree, profile))
      return configs
    })
    signal.throwIfAborted()
    await this.timed("prove DKIM", async () => {
      const facts = factsOf(items, profile)
      const input = { configs, tree, traits: profile.proof, facts, now: now() }
      this.proofs.push(await proveDkim(input, tools.lookup, tools.messages))
    })
    await this.timed("prove licence", async () => {
      const { licenseCategory, bindings } = profile.restore
      const found = items.flatMap(({ category, entry, content }) =>
        category === licenseCategory && content !== null
          ? bindings(entry.path, content.revealText("its dates and what it is bound to"))
          : [],
      )
      this.proofs.push(proveLicense(found, macs, now()))
    })
  }

  async timed<T>(name: string, work: () => Promise<T>): Promise<T> {
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
  return certain(profile.facts(keyCategory, files, new Map(), fingerprint, new Date(0)))
}

const isCaptured = (item: Restorable): item is Restorable & CapturedFile =>
  item.content !== null && item.entry.kind === "file" && item.entry.sha256 !== null
