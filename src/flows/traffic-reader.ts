import type { Profile } from "../core/profile.ts"
import type { SkippedLines, TrafficCounter, TrafficDay, TrafficReader, TrafficTap } from "../core/traffic.ts"
import { mergeDays, writeDay } from "../core/traffic-day.ts"

/**
 * Counts on this thread. Each reading of a file has a counter of its own, and only the one that is kept counts.
 * @param now    later records are not believed
 * @param since  the first day that is kept
 */
export function trafficReader(profile: Profile, host: string, now: Date, since: string): TrafficReader {
  const days = new Map<string, TrafficDay>()
  const skipped: SkippedLines[] = []
  /** of the file that was kept last: a recipient that was put off in two files within one bucket counts once */
  let last: TrafficCounter | null = null
  let running: { readonly counter: TrafficCounter; readonly tap: TrafficTap } | null = null
  return {
    begin(file, from, outline) {
      const counter = last?.next(outline) ?? profile.traffic(host, outline, now.getTime())
      running = { counter, tap: counter.tap(file, from) }
    },
    async push(content) {
      running?.tap.push(content)
    },
    async keep(isComplete) {
      if (running === null) throw new Error("nothing was begun")
      const { counter, tap } = running
      const next = tap.end(isComplete)
      // A first run may meet the logs of weeks: file by file is added up, by day.
      for (const day of counter.days()) {
        const sum = days.get(day.day)
        if (day.day >= since) days.set(day.day, sum === undefined ? day : mergeDays([sum, day]))
      }
      skipped.push(...counter.skipped())
      last = counter
      running = null
      return next
    },
    result: async () => ({ days: [...days.values()].map(day => writeDay(day)), skipped }),
  }
}
