import { createHash } from "node:crypto"
import type { LogPage, LogSegment, PageRef } from "../core/log.ts"
import { compareTexts } from "../core/order.ts"
import { Problem } from "../core/problem.ts"
import { nothingPruned, type PrunedLogs } from "./pruned-logs.ts"

/** What a page is as bytes: JSON with one blank of indentation and a final line end. */
export function writePage(page: LogPage): { readonly ref: PageRef; readonly bytes: Buffer } {
  const bytes = Buffer.from(`${JSON.stringify(page, null, 1)}\n`)
  const name = String(page.sequence).padStart(8, "0")
  const key = `logs/${page.host}/${page.category}/${name}.json`
  return { bytes, ref: { key, sha256: createHash("sha256").update(bytes).digest("hex") } }
}

/**
 * Trusts a page because what names it, a signed snapshot or a page trusted before, gives its digest.
 * @param bytes  as found under `ref.key`; null when there is nothing
 * @throws Problem "store/missing", "seal/altered", "seal/wrong-host"
 */
export function openPage(bytes: Uint8Array | null, ref: PageRef, host: string, category: string): LogPage {
  const sha256 = bytes === null ? null : createHash("sha256").update(bytes).digest("hex")
  const problem = pageProblem(sha256, ref)
  if (problem !== null || bytes === null) throw problem
  const page = JSON.parse(Buffer.from(bytes).toString("utf8")) as LogPage
  if (page.format !== 1) {
    throw new Problem(
      "vault/newer-format",
      `${ref.key} has format ${String(page.format)}; this program knows format 1`,
      {
        hint: "update pmta-vault",
      },
    )
  }
  if (page.host !== host || page.category !== category)
    throw new Problem("seal/wrong-host", `${ref.key} is a page of ${page.category} of ${page.host}`, { hint })
  return page
}

/**
 * Why what was found under a page's key is not the page that is named; null when it is.
 * @param sha256  hex, of what was found; null when there is nothing
 */
export function pageProblem(sha256: string | null, ref: PageRef): Problem | null {
  if (sha256 === ref.sha256) return null
  return sha256 === null
    ? new Problem("store/missing", `the vault has no ${ref.key}`, { hint })
    : new Problem("seal/altered", `${ref.key} is not what the snapshot names`, { hint })
}

const hint = "compare the bundles branch with a clone you trust before going on"

/** A log file with all that is needed to give it back. */
export interface StoredLog {
  /** `id` of its `LogFile` */
  readonly id: string
  /** where it goes: its path as last seen; for one that has left the host, its id in the same directory */
  readonly path: string
  /** whether it was on the host at the time of the newest page */
  readonly present: boolean
  readonly mode: number
  readonly owner: string
  readonly group: string
  readonly uid: number
  readonly gid: number
  readonly mtime: number
  /** bytes stored */
  readonly size: number
  /** in order, from 0 on: retention takes a file whole */
  readonly segments: readonly LogSegment[]
}

/**
 * All log files of a category at one snapshot, by walking the chain of its pages.
 * @param newest  what the snapshot names
 * @param read    the bytes of a page; null when it is not there
 * @param pruned  what retention took: such files are left out, and the chain goes on behind such pages
 * @returns       files sorted by path; `missing`: where the chain ends, a page that is not there, and no prune record
 *                says why; `gone`: paths of files that retention took, those on the host at the newest page first
 * @throws        Problem as `openPage`, for the newest page and for what is altered
 */
export async function collectLogs(
  newest: PageRef,
  host: string,
  category: string,
  read: (key: string) => Promise<Uint8Array | null>,
  pruned: PrunedLogs = nothingPruned,
): Promise<{
  readonly files: readonly StoredLog[]
  readonly missing: PageRef | null
  readonly gone: readonly Pick<StoredLog, "id" | "path" | "present">[]
}> {
  const segments = new Map<string, LogSegment[]>()
  const files = new Map<string, StoredLog>()
  const gone = new Map<string, Pick<StoredLog, "id" | "path" | "present">>()
  let ref: PageRef | null = newest
  let missing: PageRef | null = null
  let isFirst = true
  while (ref !== null) {
    const bytes: Uint8Array | null = await read(ref.key)
    const behind: PageRef | null | undefined = bytes === null ? pruned.behind(host, category, ref) : undefined
    if (behind !== undefined) {
      ref = behind
      continue
    }
    if (bytes === null && ref !== newest) {
      missing = ref
      break
    }
    const page: LogPage = openPage(bytes, ref, host, category)
    for (const segment of page.segments) {
      const own = segments.get(segment.file)
      if (own === undefined) segments.set(segment.file, [segment])
      else own.push(segment)
    }
    for (const file of page.files) {
      if (files.has(file.id) || gone.has(file.id)) continue
      const present = isFirst
      const path = present ? file.path : `${file.path.slice(0, file.path.lastIndexOf("/"))}/${file.id}`
      if (pruned.hasFile(host, category, file.id)) {
        gone.set(file.id, { id: file.id, path, present })
        continue
      }
      const { id, mode, owner, group, uid, gid, mtime, end: size } = file
      files.set(id, { ...{ id, path, present, mode, owner, group, uid, gid, mtime, size }, segments: [] })
    }
    isFirst = false
    ref = page.previous
  }
  const all = [...files.values()].map(file => ({
    ...file,
    segments: (segments.get(file.id) ?? []).toSorted((a, b) => a.first - b.first),
  }))
  return { files: all.sort((a, b) => compareTexts(a.path, b.path)), missing, gone: [...gone.values()] }
}
