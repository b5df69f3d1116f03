/** What a vault must hold, kept beside it by a program that knows nothing of its format. */
import { categoryOf, isClosed, linesOf, type Tree } from "./soak-tree.ts"

export const categories = ["config", "dkim", "license", "tls"] as const
type Category = (typeof categories)[number]
/** the newest good copy of each category, as sorted lines */
export type Copies = Readonly<Partial<Record<Category, readonly string[]>>>

interface Expected {
  readonly copies: Copies
  /** ms since 1970, by the clock that the run had */
  readonly takenAt: number
}

/** What a run must report of each category of a host that it reached. */
export function statusesOf(tree: Tree): Readonly<Record<Category, "failed" | "missing" | "good">> {
  const status = (category: Category) => {
    const entries = [...tree].filter(([path]) => categoryOf(path) === category)
    if (entries.some(([, entry]) => isClosed(entry))) return "failed"
    return entries.length === 0 ? "missing" : "good"
  }
  return {
    ...{ config: status("config"), dkim: status("dkim"), license: status("license"), tls: status("tls") },
  }
}

export class Model {
  /** by host, then by number */
  readonly #chains = new Map<string, Map<number, Expected>>()

  snapshots(host: string): readonly number[] {
    return [...(this.#chains.get(host)?.keys() ?? [])].toSorted((a, b) => a - b)
  }

  newest(host: string): number {
    return Math.max(0, ...this.snapshots(host))
  }

  copies(host: string, sequence: number): Copies {
    return this.#chains.get(host)?.get(sequence)?.copies ?? {}
  }

  /** Snapshots from the future, which a verify of now has to name. */
  fromFuture(now: number): readonly string[] {
    return [...this.#chains].flatMap(([host, chain]) =>
      [...chain].flatMap(([sequence, { takenAt }]) => (takenAt > now ? [`${host} ${sequence}`] : [])),
    )
  }

  /** A run has read the host as it is now. */
  add(host: string, tree: Tree, takenAt: number): void {
    const chain = this.#chains.get(host) ?? new Map<number, Expected>()
    const before = this.copies(host, this.newest(host))
    const statuses = statusesOf(tree)
    const good = categories.filter(category => statuses[category] === "good")
    const fresh = good.map(category => [
      category,
      linesOf(new Map([...tree].filter(([path]) => categoryOf(path) === category))),
    ])
    chain.set(this.newest(host) + 1, { copies: { ...before, ...Object.fromEntries(fresh) }, takenAt })
    this.#chains.set(host, chain)
  }

  keepOnly(host: string, kept: readonly number[]): void {
    const chain = this.#chains.get(host)
    for (const sequence of this.snapshots(host)) if (!kept.includes(sequence)) chain?.delete(sequence)
  }
}
