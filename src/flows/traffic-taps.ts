import type { Profile, Statement } from "../core/profile.ts"
import type { ResumePoint, SkippedLines, TrafficDay } from "../core/traffic.ts"

/** One file while its new bytes are captured. Without `keep`, nothing of it was counted. */
export interface CaptureTap {
  /** @param content  the next new bytes; plaintext, read during the call only */
  push(content: Uint8Array): void
  /**
   * @param isComplete  whether the host has done with the file, so that a last line without its end is a cut one
   * @returns           to be remembered with the file, for the next run
   */
  keep(isComplete: boolean): ResumePoint
}

export interface TrafficTaps {
  /**
   * @param first   where in the file the new bytes begin
   * @param resume  what `keep` gave when the file was last captured; null for a file that is new, or was not counted
   */
  tap(file: string, first: number, resume: ResumePoint | null): CaptureTap
  /** of all that was kept, to be recorded with the snapshot that names the bytes */
  days(): readonly TrafficDay[]
  skipped(): readonly SkippedLines[]
}

/**
 * Counts the accounting files of one host as a by-product of capturing them. A file that changed while it was read is
 * read again: each reading has a counter of its own, and only the one that is kept counts.
 */
export function trafficTaps(
  profile: Profile,
  host: string,
  outline: readonly Statement[],
  now: () => Date,
): TrafficTaps {
  const days: TrafficDay[] = []
  const skipped: SkippedLines[] = []
  return {
    tap(file, first, resume) {
      const counter = profile.traffic(host, outline, now().getTime())
      // What was stored last and what was counted last may end at different records where quotes are broken.
      let ahead = Math.max(0, (resume?.offset ?? first) - first)
      const tap = counter.tap(file, { offset: first + ahead, header: resume?.header ?? null })
      return {
        push(content) {
          if (ahead < content.length) tap.push(content.subarray(ahead))
          ahead = Math.max(0, ahead - content.length)
        },
        keep(isComplete) {
          const next = tap.end(isComplete)
          days.push(...counter.days())
          skipped.push(...counter.skipped())
          return next
        },
      }
    },
    days: () => days,
    skipped: () => skipped,
  }
}
