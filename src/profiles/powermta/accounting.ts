/**
 * Accounting files as they stream by: reduced to counts, with nothing kept of whom a message was for. What cannot be
 * counted is counted as skipped.
 */
import type { Statement } from "../../core/profile.ts"
import type {
  ResumePoint,
  SkippedLines,
  SkipReason,
  TrafficCounter,
  TrafficDay,
  TrafficTap,
} from "../../core/traffic.ts"
import {
  bounced,
  type Columns,
  columnsOf,
  deferred,
  delivered,
  otherTypes,
  packedType,
  queueDeferred,
  shownHeader,
} from "./accounting-columns.ts"
import { AccountingCounts } from "./accounting-counts.ts"
import { maxFields, type RecordSink, recordReader } from "./accounting-csv.ts"
import { ispRules } from "./accounting-isp.ts"
import { timeReader } from "./accounting-time.ts"

/** A host's clock may be this much ahead of ours, seconds. */
const clockSkew = 600

/**
 * @param statements  the outline of the host's config, for files without the column `queue`; may be empty
 * @param now         ms since 1970: later records are not believed
 */
export function countTraffic(host: string, statements: readonly Statement[], now: number): TrafficCounter {
  return counter(host, statements, now, null)
}

function counter(
  host: string,
  statements: readonly Statement[],
  now: number,
  before: AccountingCounts | null,
): TrafficCounter {
  const counts = new AccountingCounts(ispRules(statements), before)
  const skipped = new Map<string, { -readonly [K in keyof SkippedLines]: SkippedLines[K] }>()

  return {
    tap(file, resume) {
      const skip = (reason: SkipReason, offset: number) => {
        const known = skipped.get(`${reason} ${file}`)
        if (known === undefined) skipped.set(`${reason} ${file}`, { file, reason, count: 1, example: offset })
        else known.count++
        counts.skip(reason)
      }
      return tapFile(counts, skip, now / 1000 + clockSkew, resume ?? { offset: 0, header: null })
    },
    days: (): readonly TrafficDay[] => counts.days(host),
    skipped: () => [...skipped.values()].map(lines => ({ ...lines })),
    next: outline => counter(host, outline, now, counts),
  }
}

/** Records that name their queue say whom they were for; all others leave it to the config. */
export function needsConfig(start: Uint8Array): boolean {
  const tap = countTraffic("", [], 0).tap("")
  tap.push(start)
  const { header } = tap.end(false)
  return header === null || columnsOf(header.split(",")).queue === -1
}

function tapFile(
  counts: AccountingCounts,
  skip: (reason: SkipReason, offset: number) => void,
  latest: number,
  resume: ResumePoint,
): TrafficTap {
  const secondsOf = timeReader()
  let header = resume.header
  let columns: Columns | null = header === null ? null : columnsOf(header.split(","))

  const sink: RecordSink = {
    record(bytes, starts, ends, count, offset) {
      const from = starts[0] as number
      if (isHeader(bytes, from, ends[0] as number)) {
        const names = Array.from({ length: Math.min(count, maxFields) }, (_, field) =>
          Buffer.from(bytes.subarray(starts[field], ends[field])).toString("utf8"),
        )
        columns = columnsOf(names.with(0, "type"))
        header = shownHeader(names.with(0, "type"))
        return true
      }
      const reason = columns === null ? "no-header" : count !== columns.count ? "fields" : null
      if (reason !== null || columns === null) {
        skip(reason ?? "no-header", offset)
        return false
      }
      const wrong = countRecord(columns, bytes, starts, ends)
      if (wrong !== null) skip(wrong, offset)
      return true
    },
    broken: skip,
  }

  function countRecord(
    columns: Columns,
    bytes: Uint8Array,
    starts: Int32Array,
    ends: Int32Array,
  ): SkipReason | null {
    const type = packedType(bytes, starts[0] as number, ends[0] as number)
    if (type !== delivered && type !== bounced && type !== deferred && type !== queueDeferred) {
      const name = otherTypes.get(type)
      if (name === undefined) return "type"
      counts.other(name)
      return null
    }
    if (columns.timeLogged === -1) return "no-time-column"
    const seconds = secondsOf(bytes, starts[columns.timeLogged] as number, ends[columns.timeLogged] as number)
    if (!(seconds > 0)) return "time"
    if (seconds > latest) return "future"
    return counts.add(type, seconds, columns, bytes, starts, ends)
  }

  const reader = recordReader(sink, resume.offset)
  return {
    push: chunk => reader.push(chunk),
    end(isComplete = true) {
      if (isComplete) reader.end()
      return { offset: reader.position(), header }
    },
  }
}

/** Only the first column of a header is certain: `type`, after a mark of the encoding perhaps. */
function isHeader(bytes: Uint8Array, from: number, to: number): boolean {
  const length = to - from
  if (length < 4 || length > 7) return false
  const text = Buffer.from(bytes.subarray(from, to)).toString("utf8")
  return /^\uFEFF?type$/i.test(text)
}
