import { matched } from "../core/parts.ts"
import { caughtProblem, type Problem } from "../core/problem.ts"
import type { PruneRecord, StoredRecord } from "../core/retention.ts"
import type { StoredSnapshot } from "../core/vault.ts"
import { openRecords } from "../seal/prune-record.ts"

interface Parts {
  json: Uint8Array | null
  signature: string
}

/** Sorts the files below `snapshots/` by host and number, and those below `prunes/` by number. */
export class SignedFiles {
  /** by folder: `snapshots/<host>` and `prunes` */
  readonly #folders = new Map<string, Map<number, Parts>>()
  /** files that are none of ours */
  readonly strays: string[] = []

  add(path: string, bytes: Uint8Array | null): void {
    const form = /^(snapshots\/[^/]+|prunes)\/(\d{8})\.json((?:\.sig)?)$/
    const found = matched(form, path, "folder", "number", "ending")
    if (found === null) {
      this.strays.push(path)
      return
    }
    const { folder, number, ending } = found
    const own = this.#folders.get(folder) ?? new Map<number, Parts>()
    this.#folders.set(folder, own)
    const parts = own.get(Number(number)) ?? { json: null, signature: "" }
    own.set(Number(number), parts)
    if (ending === "") parts.json = bytes ?? new Uint8Array()
    else parts.signature = Buffer.from(bytes ?? []).toString("utf8")
  }

  /** Those of which something is held. */
  hosts(): readonly string[] {
    const folders = [...this.#folders.keys()].filter(folder => folder !== "prunes")
    return folders.map(folder => folder.slice("snapshots/".length))
  }

  /** In the order of their numbers. A signature alone is no snapshot: it shows as a gap. */
  of(host: string): readonly StoredSnapshot[] {
    return this.#in(`snapshots/${host}`).map(({ number, ...rest }) => ({ sequence: number, ...rest }))
  }

  /** The same, and lets go of it: the snapshots of all hosts would fill the memory over the years. */
  take(host: string): readonly StoredSnapshot[] {
    const taken = this.of(host)
    this.#folders.delete(`snapshots/${host}`)
    return taken
  }

  /** What was pruned; with a problem, nothing is known of it, and what was pruned shows as missing. */
  prunes(signers: readonly string[]): {
    readonly records: readonly PruneRecord[]
    readonly problem: Problem | null
  } {
    try {
      return { records: openRecords(this.#in("prunes"), signers), problem: null }
    } catch (error) {
      return { records: [], problem: caughtProblem(error) }
    }
  }

  #in(folder: string): readonly StoredRecord[] {
    return [...(this.#folders.get(folder) ?? [])]
      .flatMap(([number, { json, signature }]) => (json === null ? [] : [{ number, bytes: json, signature }]))
      .sort((a, b) => a.number - b.number)
  }
}
