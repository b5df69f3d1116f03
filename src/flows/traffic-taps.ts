import type { Profile, Statement } from "../core/profile.ts"
import { type ResumePoint, skipReasons, type TrafficReader } from "../core/traffic.ts"

/** One file while its new bytes are captured. Without `keep`, nothing of it was counted. */
export interface CaptureTap {
  /** @param content  the next new bytes; plaintext, read during the call only */
  push(content: Uint8Array): Promise<void>
  /**
   * @param isComplete  whether the host has done with the file, so that a last line without its end is a cut one
   * @returns           to be remembered with the file, for the next run
   */
  keep(isComplete: boolean): Promise<ResumePoint>
}

export interface TrafficTaps {
  /**
   * One file after the other.
   * @param first   where in the file the new bytes begin
   * @param resume  what `keep` gave when the file was last captured; null for a file that is new, or was not counted
   * @param start   the first bytes of the file, for one that was captured before, and not counted; else null
   */
  tap(file: string, first: number, resume: ResumePoint | null, start: Uint8Array | null): CaptureTap
  /**
   * Of all that was kept: counts as files of a day, to be recorded with the page that names the bytes; and what could
   * not be counted, in sentences.
   */
  result(): Promise<{ readonly days: readonly string[]; readonly findings: readonly string[] }>
}

/**
 * Counts the accounting files of one host as a by-product of capturing them.
 * @param outline  of the host's config; asked for once, and only for files that need it
 */
export function trafficTaps(
  profile: Profile,
  reader: TrafficReader,
  outline: () => Promise<readonly Statement[]>,
): TrafficTaps {
  let known: Promise<readonly Statement[]> | null = null

  /** What of the config has to be known before the first record is read. */
  async function rulesFor(header: string | null, content: Uint8Array): Promise<readonly Statement[]> {
    if (!profile.trafficNeedsConfig(header === null ? content : Buffer.from(`${header}\n`))) return []
    known ??= outline()
    return await known
  }

  return {
    tap(file, first, resume, start) {
      // What was stored last and what was counted last may end at different records where quotes are broken.
      let ahead = Math.max(0, (resume?.offset ?? first) - first)
      const header = resume?.header ?? (start === null ? null : headerOf(profile, start))
      const point = { offset: first + ahead, header }
      let hasBegun = false
      return {
        async push(content) {
          if (!hasBegun) {
            reader.begin(file, point, await rulesFor(header, content))
            hasBegun = true
          }
          if (ahead < content.length) await reader.push(content.subarray(ahead))
          ahead = Math.max(0, ahead - content.length)
        },
        keep: async isComplete => (hasBegun ? await reader.keep(isComplete) : point),
      }
    },
    async result() {
      const { days, skipped } = await reader.result()
      const findings = skipped.map(
        ({ file, reason, count, example }) =>
          `${file}: ${count} not counted, ${skipReasons[reason]}; the first begins at byte ${example}`,
      )
      return { days, findings }
    },
  }
}

function headerOf(profile: Profile, start: Uint8Array): string | null {
  const tap = profile.traffic("", [], 0).tap("")
  tap.push(start)
  return tap.end(false).header
}
