/** What is odd about the log files of a host, and what of them is lost, each a sentence with sizes and dates. */
import { certain } from "../core/certain.ts"
import type { LogEntry, LogFile } from "../core/log.ts"

/** Names of accounting files: `acct-YYYY-MM-DD-NNNN.csv`, numbered from 0000 each day. */
const numbered = /^(.*-\d{4}-\d{2}-\d{2}-)(\d{4})(\D.*)?$/
const dayMs = 24 * 3600 * 1000
/** Less is for `doctor` to tell: no time zone that was taken for another is that small. */
const skewMs = 3_600_000

const nameOf = (path: string) => path.slice(path.lastIndexOf("/") + 1)
const date = (seconds: number) => new Date(seconds * 1000).toISOString().replace(".000", "")

/**
 * What is lost of a file that is not there any more; null when all of it was stored.
 * @param seenAt   when it was last seen, ISO 8601
 * @param listing  what is there now
 */
export function lossOf(file: LogFile, seenAt: string, listing: readonly LogEntry[]): string | null {
  const unstored = file.size - file.end
  if (unstored === 0 && !file.open) return null
  // By its name: the number of a file that is gone is soon another's.
  const here = listing.find(({ path }) => path === file.path)
  const isCut = here !== undefined && here.inode === file.inode && here.size < file.size
  const fate =
    here === undefined ? "vanished" : isCut ? `was cut to ${here.size} bytes` : "was replaced by another file"
  const rest = unstored > 0 ? `${unstored} of them are not stored, nor is` : "they are stored;"
  const later = unstored > 0 ? "what was written to it later" : "what was written to it later is not"
  return `${file.path} ${fate}: ${file.size} bytes at ${seenAt}, last written ${date(file.mtime)}; ${rest} ${later}`
}

/**
 * Numbers that were skipped: files that came and went between two runs.
 * @param fresh  paths that are new in this run
 * @param known  paths of the last run and of this one
 */
export function numberGaps(fresh: readonly string[], known: readonly string[]): readonly string[] {
  const names = new Set(known.map(nameOf))
  return fresh.flatMap(path => {
    const [, start = "", digits = "", ending = ""] = numbered.exec(nameOf(path)) ?? []
    const before = `${start}${String(Number(digits) - 1).padStart(4, "0")}${ending}`
    if (start === "" || Number(digits) === 0 || names.has(before)) return []
    return [`${before} was never seen: it came and went between two runs, before ${nameOf(path)}`]
  })
}

/** @param clock  the host's own; null when it does not tell */
export function oddClock(clock: Date | null, now: Date): readonly string[] {
  const ms = clock === null ? 0 : clock.getTime() - now.getTime()
  if (clock === null || Math.abs(ms) < skewMs) return []
  const far =
    Math.abs(ms) < 2 * dayMs
      ? `${Math.round(Math.abs(ms) / 3_600_000)} hours`
      : `${Math.round(Math.abs(ms) / dayMs)} days`
  const shown = clock.toISOString().slice(0, 16).replace("T", " ")
  return [
    `the clock of the host shows ${shown} UTC, ${far} ${ms < 0 ? "behind" : "ahead of"} this machine's: dates in its logs and of its files are not to be trusted`,
  ]
}

/**
 * What is no log file though it has the name of one, and what was written at a time that neither clock has reached.
 * @param clock  the host's own; null when it does not tell
 */
export function oddEntries(entries: readonly LogEntry[], clock: Date | null, now: Date): readonly string[] {
  const latest = Math.max(clock?.getTime() ?? 0, now.getTime())
  const files = new Set(entries.filter(({ kind }) => kind === "file").map(({ path }) => path))
  return entries.flatMap(entry => {
    if (entry.kind === "link") {
      const target = certain(entry.target)
      const near = target.startsWith("/")
        ? target
        : `${entry.path.slice(0, -nameOf(entry.path).length)}${target}`
      return files.has(near) ? [] : [`${entry.path} is a link, to ${target}; it is not followed`]
    }
    if (entry.kind === "other") return [`${entry.path} is no file (a FIFO, socket or device); it is not read`]
    const ahead = entry.kind === "file" && entry.mtime * 1000 > latest + dayMs
    return ahead ? [`${entry.path} was last written ${date(entry.mtime)}, in the future: a clock jumped`] : []
  })
}
