/**
 * Counts of what a host sent, for one day: no addresses, no message ids. What an accounting file is reduced to.
 */
import type { Statement } from "./profile.ts"

/** Seconds that one bucket lasts. */
export const bucketSeconds = 300

/** What one way out did at one ISP within one bucket. `at`: the bucket's beginning, seconds since 1970. */
export interface TrafficCell {
  readonly at: number
  /** such as `gmail.com` or `yahoo.rollup`; `*` for all that are not named one by one */
  readonly isp: string
  /** source IP; null where no connection was made, or none is recorded */
  readonly ip: string | null
  readonly vmta: string
  readonly delivered: number
  readonly bounced: number
  /** attempts that were put off, one for each recipient and attempt */
  readonly deferred: number
  /** attempts that ended before any recipient: connection, DNS, greeting */
  readonly queueDeferred: number
}

export interface BounceCount {
  readonly at: number
  readonly isp: string
  readonly category: string
  readonly count: number
}

export interface ErrorCount {
  readonly at: number
  readonly isp: string
  readonly ip: string | null
  readonly outcome: "bounced" | "deferred"
  /** at most 60 characters; addresses, IPs, hosts, ids and numbers are replaced by `<…>` */
  readonly error: string
  readonly count: number
}

/** Recipients that were put off at least once in a bucket, each counted once. */
export interface RecipientCount {
  readonly at: number
  readonly isp: string
  readonly count: number
}

export interface TrafficDay {
  readonly host: string
  /** UTC, `2026-03-02` */
  readonly day: string
  readonly cells: readonly TrafficCell[]
  readonly bounces: readonly BounceCount[]
  readonly errors: readonly ErrorCount[]
  readonly recipients: readonly RecipientCount[]
  /** records of types that are not counted above, such as `r` and `rb` */
  readonly others: Readonly<Record<string, number>>
  /** lines that could not be read, by reason */
  readonly skipped: Readonly<Record<string, number>>
}

/**
 * The first UTC day whose counts stay, such as `2026-03-02`. Counts are no backup, and have a period of their own.
 * @param keepMs  as the fleet file says
 */
export function firstCountedDay(keepMs: number, now: Date): string {
  return new Date(Math.max(0, now.getTime() - keepMs)).toISOString().slice(0, 10)
}

export const skipReasons = {
  "no-header": "lines before any header",
  fields: "lines whose number of fields is not the header's",
  quotes: "lines with broken quotes",
  "too-long": "lines longer than 64 KiB",
  cut: "a last line without its end",
  "no-time-column": "lines under a header that has no timeLogged",
  time: "lines whose timeLogged is not a time with its offset",
  future: "lines dated in the future",
  type: "lines of a type that is not known",
  "not-utf8": "lines with a name that is not UTF-8",
} as const

export type SkipReason = keyof typeof skipReasons

/** Lines of one file that were not counted, and where the first of them begins. */
export interface SkippedLines {
  readonly file: string
  readonly reason: SkipReason
  readonly count: number
  /** byte of the file */
  readonly example: number
}

/** Where reading of a file goes on that was read up to here before. */
export interface ResumePoint {
  /** bytes of the file that were read as whole records */
  readonly offset: number
  /** the header that stands, with only the names that are read; no line end; null before any */
  readonly header: string | null
}

/** One accounting file while it passes by. Nothing of it is kept but counts. */
export interface TrafficTap {
  /** @param chunk  read during the call only */
  push(chunk: Uint8Array): void
  /**
   * @param isComplete  false while the host still writes the file: what follows the last whole record is then left
   *                    for the next time, and is not a cut line
   * @returns           where the next read has to begin
   */
  end(isComplete?: boolean): ResumePoint
}

/** Counts all accounting files of one host that one run reads. */
export interface TrafficCounter {
  /** Files of one kind in the order of their time, one at a time or side by side. */
  tap(file: string, resume?: ResumePoint): TrafficTap
  /** What was counted so far, in order of time and names: equal input gives equal days. */
  days(): readonly TrafficDay[]
  skipped(): readonly SkippedLines[]
  /** A counter with nothing in it, for which the recipients that this one has met are not new. */
  next(outline: readonly Statement[]): TrafficCounter
}

/** Reads the accounting files of one host one after the other, wherever it does so. */
export interface TrafficReader {
  /**
   * Begins a file; what was begun before and not kept was never counted.
   * @param outline  of the host's config, where the file needs it
   */
  begin(file: string, from: ResumePoint, outline: readonly Statement[]): void
  /** @param content  read during the call only */
  push(content: Uint8Array): Promise<void>
  /** @see TrafficTap.end */
  keep(isComplete: boolean): Promise<ResumePoint>
  /** of all that was kept, as files of a day; the last call */
  result(): Promise<{ readonly days: readonly string[]; readonly skipped: readonly SkippedLines[] }>
}
