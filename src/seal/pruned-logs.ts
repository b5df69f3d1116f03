import type { PageRef } from "../core/log.ts"
import type { PruneRecord, RemovedPages } from "../core/retention.ts"

/** What trusted prune records say went of logs: what is missing beyond that was taken by somebody else. */
export class PrunedLogs {
  /** by `<host>/<category>` */
  readonly #files = new Map<string, Set<string>>()
  readonly #pages = new Map<string, RemovedPages[]>()

  constructor(records: readonly PruneRecord[]) {
    for (const { hosts } of records) {
      for (const [host, { logs = {} }] of Object.entries(hosts)) {
        for (const [category, { files, pages }] of Object.entries(logs)) {
          const place = `${host}/${category}`
          const own = this.#files.get(place) ?? new Set()
          for (const file of files) own.add(file)
          this.#files.set(place, own)
          this.#pages.set(place, [...(this.#pages.get(place) ?? []), ...pages])
        }
      }
    }
  }

  /** Whether the file went, with all its segments. */
  hasFile(host: string, category: string, id: string): boolean {
    return this.#files.get(`${host}/${category}`)?.has(id) === true
  }

  /** Where the segments of files that went were kept. */
  *folders(): Iterable<string> {
    for (const [place, ids] of this.#files) for (const id of ids) yield `bundles/${place}/${id}`
  }

  /**
   * Where a chain goes on behind a page that the vault has no more.
   * @returns null: nowhere, nothing before it stayed; undefined: no record says that this page went
   */
  behind(host: string, category: string, ref: PageRef): PageRef | null | undefined {
    const sequence = Number(/\/(\d{8})\.json$/.exec(ref.key)?.[1])
    const range = this.#pages
      .get(`${host}/${category}`)
      ?.find(({ from, to }) => from <= sequence && sequence <= to)
    if (range === undefined || !ref.key.startsWith(`logs/${host}/${category}/`)) return undefined
    // The pages between lie in no chain any more: the record is all that is left to say what they were.
    return sequence === range.to && ref.sha256 !== range.last ? undefined : range.previous
  }
}

export const nothingPruned = new PrunedLogs([])
