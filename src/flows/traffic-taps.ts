import type { Profile, Statement } from "../core/profile.ts"
import {
  isKeptDay,
  type ResumePoint,
  type SkippedLines,
  skipReasons,
  type TrafficCounter,
  type TrafficDay,
  type TrafficTap,
} from "../core/traffic.ts"
import { mergeDays, writeDay } from "../core/traffic-day.ts"

/** One file while its new bytes are captured. Without `keep`, nothing of it was counted. */
export interface CaptureTap {
  /** @param content  the next new bytes; plaintext, read during the call only */
  push(content: Uint8Array): Promise<void>
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
   * @param begin   the first bytes of the file, for one that was captured before, and not counted
   */
  tap(
    file: string,
    first: number,
    resume: ResumePoint | null,
    begin: () => Promise<Uint8Array | null>,
  ): CaptureTap
  /** of all that was kept, as files of a day: to be recorded with the page that names the bytes */
  days(): readonly string[]
  /** what of it could not be counted, in sentences */
  findings(): readonly string[]
}

/**
 * Counts the accounting files of one host as a by-product of capturing them. A file that changed while it was read is
 * read again: each reading has a counter of its own, and only the one that is kept counts.
 * @param outline  of the host's config; asked for once, and only for files that need it
 */
export function trafficTaps(
  profile: Profile,
  host: string,
  outline: () => Promise<readonly Statement[]>,
  now: () => Date,
): TrafficTaps {
  const days = new Map<string, TrafficDay>()
  const skipped: SkippedLines[] = []
  let known: Promise<readonly Statement[]> | null = null
  /** of the file that was kept last: a recipient that was put off in two files within one bucket counts once */
  let last: TrafficCounter | null = null

  /** What has to be known before the first record is read. */
  async function prepare(header: string | null, content: Uint8Array) {
    const start = header === null ? content : Buffer.from(`${header}\n`)
    if (!profile.trafficNeedsConfig(start)) return []
    known ??= outline()
    return await known
  }

  async function headerOf(bytes: Uint8Array | null): Promise<string | null> {
    const tap = profile.traffic(host, [], now().getTime()).tap("")
    tap.push(bytes ?? new Uint8Array(0))
    return tap.end(false).header
  }

  return {
    tap(file, first, resume, begin) {
      // What was stored last and what was counted last may end at different records where quotes are broken.
      let ahead = Math.max(0, (resume?.offset ?? first) - first)
      const point = { offset: first + ahead, header: resume?.header ?? null }
      let running: { readonly tap: TrafficTap; readonly finish: () => void } | null = null
      const start = async (content: Uint8Array) => {
        const header = point.header ?? (first === 0 ? null : await headerOf(await begin()))
        const rules = await prepare(header, content)
        const counter: TrafficCounter = last?.next(rules) ?? profile.traffic(host, rules, now().getTime())
        const finish = () => {
          // A first run may meet the logs of weeks: a day at a time is added up, and what is too old is no use.
          for (const day of counter.days()) {
            const sum = days.get(day.day)
            if (isKeptDay(day.day, now()))
              days.set(day.day, mergeDays(sum === undefined ? [day] : [sum, day]))
          }
          skipped.push(...counter.skipped())
          last = counter
        }
        return { tap: counter.tap(file, { ...point, header }), finish }
      }
      return {
        async push(content) {
          running ??= await start(content)
          if (ahead < content.length) running.tap.push(content.subarray(ahead))
          ahead = Math.max(0, ahead - content.length)
        },
        keep(isComplete) {
          if (running === null) return point
          const next = running.tap.end(isComplete)
          running.finish()
          return next
        },
      }
    },
    days: () => [...days.values()].map(writeDay),
    findings: () =>
      skipped.map(
        ({ file, reason, count, example }) =>
          `${file}: ${count} not counted, ${skipReasons[reason]}; the first begins at byte ${example}`,
      ),
  }
}
