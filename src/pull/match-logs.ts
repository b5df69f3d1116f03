/**
 * Finds the files of the last run again under whatever names they have now: by number (inode), by name, and,
 * where neither decides, by keyed digests of their first and their last stored bytes.
 */
import type { ByteRange, LogEntry, LogFile, Mark } from "../core/log.ts"

export interface LogProbe {
  /** some bytes of a file as it is now; null when they cannot be read */
  readonly peek: (entry: LogEntry, range: ByteRange) => Promise<Uint8Array | null>
  readonly mark: (bytes: Uint8Array) => Mark
  /** whether the known marks were made with the key that `mark` has; without, number and name must do */
  readonly comparable: boolean
}

export interface LogMatch {
  /** each listed file with what is known of it; null: it is new */
  readonly matches: ReadonlyMap<LogEntry, LogFile | null>
  /** known files that are not there any more */
  readonly vanished: readonly LogFile[]
}

/** Bytes that tell files apart. A header line alone does not: accounting files all begin with the same. */
export const markBytes = 4096

export async function matchLogs(
  entries: readonly LogEntry[],
  known: readonly LogFile[],
  probe: LogProbe,
): Promise<LogMatch> {
  const matches = new Map<LogEntry, LogFile | null>()
  const open = new Set(known)
  const take = (entry: LogEntry, file: LogFile) => {
    matches.set(entry, file)
    open.delete(file)
  }
  const left = () => entries.filter(entry => !matches.has(entry))
  const sameNumber = (entry: LogEntry, file: LogFile) =>
    entry.inode === null || file.inode === null || entry.inode === file.inode

  // Nothing to read: the same file, or the same listing of one whose number nobody tells.
  for (const entry of left()) {
    const isSame = (file: LogFile) =>
      isUntouched(entry, file) &&
      sameNumber(entry, file) &&
      (entry.path === file.path || (entry.inode !== null && entry.inode === file.inode))
    const file = [...open].find(isSame)
    if (file !== undefined) take(entry, file)
  }
  for (const by of [
    (entry: LogEntry, file: LogFile) => entry.inode !== null && entry.inode === file.inode,
    (entry: LogEntry, file: LogFile) => entry.path === file.path,
    (_: LogEntry, file: LogFile) => file.end > 0 && probe.comparable,
  ]) {
    for (const entry of left()) {
      for (const file of open) {
        if (!by(entry, file) || !(await continues(entry, file, probe))) continue
        take(entry, file)
        break
      }
    }
  }
  for (const entry of left()) matches.set(entry, null)
  return { matches, vanished: [...open] }
}

/** Whether a listing says nothing new of a file. */
export function isAsStored(entry: LogEntry, file: LogFile): boolean {
  const { inode, mode, uid, gid } = file
  const isSame = entry.inode === inode && entry.mode === mode && entry.uid === uid && entry.gid === gid
  return entry.kind === "file" && entry.readable && isSame && isUntouched(entry, file)
}

const isUntouched = (entry: LogEntry, file: LogFile) => entry.size === file.size && entry.mtime === file.mtime

/** Whether the stored bytes of a known file are the first bytes of this one. */
export async function continues(
  entry: LogEntry,
  file: LogFile,
  { peek, mark, comparable }: LogProbe,
): Promise<boolean> {
  if (entry.size < file.end) return false
  if (!comparable) return true
  const holds = async (expected: Mark, first: number) => {
    if (expected.bytes === 0) return true
    const bytes = await peek(entry, { first, end: first + expected.bytes })
    return bytes?.length === expected.bytes && mark(bytes).fingerprint === expected.fingerprint
  }
  return (await holds(file.head, 0)) && (await holds(file.tail, file.end - file.tail.bytes))
}

/** Hard links are one file. */
export function withoutTwins(entries: readonly LogEntry[]): readonly LogEntry[] {
  const seen = new Set<string>()
  return entries.filter(({ inode }) => {
    if (inode === null) return true
    const first = !seen.has(inode)
    seen.add(inode)
    return first
  })
}
