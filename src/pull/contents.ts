import type { CapturedFile, Entry } from "../core/file.ts"
import type { Host } from "../core/fleet.ts"
import { Problem } from "../core/problem.ts"
import type { Limits, Session } from "../core/transport.ts"

export interface ContentTools {
  readonly session: Session
  readonly limits: Pick<Limits, "maxFileBytes" | "maxHostBytes">
  /** called before bytes are moved into memory */
  readonly admit: (bytes: number) => Promise<void>
}

/** What was read of one host so far, by path, each file once. */
export interface Contents {
  readonly files: ReadonlyMap<string, CapturedFile>
  readonly unread: ReadonlyMap<string, "changed" | "denied">
  /**
   * Reads those that are files, may be read, are not too large, and were not read before.
   * @throws Problem "pull/too-large"
   */
  read(entries: Iterable<Entry>, signal: AbortSignal): Promise<readonly CapturedFile[]>
}

export function contentsOf(host: Host, { session, limits, admit }: ContentTools): Contents {
  const files = new Map<string, CapturedFile>()
  const unread = new Map<string, "changed" | "denied">()
  let held = 0
  return {
    files,
    unread,
    async read(entries, signal) {
      const wanted: Entry[] = []
      let bytes = 0
      for (const entry of entries) {
        const isFile = entry.kind === "file" && entry.readable && entry.size <= limits.maxFileBytes
        if (!isFile || files.has(entry.path) || unread.has(entry.path)) continue
        wanted.push(entry)
        bytes += entry.size
      }
      if (wanted.length === 0) return []
      if (held + bytes > limits.maxHostBytes) throw hostTooLarge(host, held + bytes, limits.maxHostBytes)
      await admit(bytes)
      const reading = await session.read(wanted, signal)
      held += bytes
      for (const file of reading.files) files.set(file.entry.path, file)
      for (const [path, reason] of reading.unread) unread.set(path, reason)
      return reading.files
    },
  }
}

function hostTooLarge(host: Host, bytes: number, most: number): Problem {
  return new Problem("pull/too-large", `${host.name} has ${bytes} bytes to read; the limit is ${most}`, {
    hint: "raise max-host-size, or narrow the paths in fleet.yml",
  })
}
