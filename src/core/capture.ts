import type { CapturedFile, Entry } from "./file.ts"
import type { LogEntry } from "./log.ts"
import type { Problem } from "./problem.ts"
import type { Reference } from "./profile.ts"
import type { Way } from "./transport.ts"

/** What one run read from one host: plaintext, in memory only. */
export interface Capture {
  readonly way: Way
  /** false: the listing alone proved that all is as it was; no content was read */
  readonly read: boolean
  readonly categories: readonly CategoryCapture[]
  /** what the host's configs name: lets the next run find all files without reading them */
  readonly references: readonly Reference[]
  /** what lies where log files are, if it was listed on the way; owners as numbers */
  readonly logs: readonly LogEntry[] | null
  /** digest by which the next run may see at once that nothing has changed; null when it has to look */
  readonly listing: string | null
  /** what is wrong with the host though all that it has was kept; null for nothing */
  readonly problem: Problem | null
  /** what is odd but loses nothing, each a sentence without secrets */
  readonly findings: readonly string[]
  /** bytes received from the host */
  readonly bytes: number
  readonly surveyMs: number
  readonly transferMs: number
}

/**
 * `changed` and `unchanged`: compared with the last snapshot; when any category of the host changed, `files`
 * holds the content of all of them. `missing`: the host has no such file. `failed`: `problem` says why, and
 * nothing of it is kept.
 */
export interface CategoryCapture {
  readonly name: string
  readonly status: "changed" | "unchanged" | "missing" | "failed"
  /** files, links and the directories above them */
  readonly entries: readonly Entry[]
  readonly files: readonly CapturedFile[]
  /** keyed digest of the content; null for `missing` and `failed` */
  readonly fingerprint: string | null
  /** also set on a `changed` category that looks wrong: it is kept, and reported */
  readonly problem: Problem | null
}

/** What the last snapshot says of a category. */
export interface KnownCategory {
  readonly fingerprint: string
  readonly files: number
  readonly bytes: number
}
