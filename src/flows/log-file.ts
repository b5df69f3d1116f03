import { setTimeout as pause } from "node:timers/promises"
import { recipientsOf } from "../core/fleet.ts"
import {
  type ByteRange,
  escapedName,
  keyTime,
  type LogEntry,
  type LogFile,
  type LogSegment,
  type Mark,
  type RangeTaker,
} from "../core/log.ts"
import type { Session } from "../core/transport.ts"
import { continues, markBytes } from "../pull/match-logs.ts"
import { isCsv, maxRecordBytes, recordEnds } from "../pull/record-end.ts"
import { type SealedSegment, sealSegments } from "../seal/segments.ts"
import type { LogTools } from "./host-logs.ts"
import { putProven } from "./put-proven.ts"
import type { CaptureTap, TrafficTaps } from "./traffic-taps.ts"

/** What capturing the files of one category has in common. */
export interface FileTools extends LogTools {
  readonly host: { readonly name: string }
  readonly category: string
  readonly session: Session
  readonly takenAt: string
  /** on the clock of `performance.now()` */
  readonly deadline: number
  readonly signal: AbortSignal
  /** what was stored so far, to be added to */
  readonly segments: LogSegment[]
  readonly findings: Set<string>
  /** ids that are taken, to be added to */
  readonly ids: Set<string>
  /** whether what is known was marked with this run's key */
  readonly comparable: boolean
  /** counts what the files tell of; null where they tell of nothing that is counted */
  readonly taps: TrafficTaps | null
}

/** `again`: it changed meanwhile, nothing was stored; `late`: time ran out, `file` holds what was stored. */
export interface CapturedLog {
  readonly outcome: "done" | "again" | "late"
  readonly file: LogFile | null
  /** bytes that are new */
  readonly bytes: number
}

/** Ends a reading in the midst of an answer. The session is of no more use then. */
class OutOfTime extends Error {}

/**
 * Stores what is new of one file.
 * @param known  the same file as last seen; null for a new one
 * @param open   whether it may still be written to: then its last line may not be whole, and is left for later
 */
export async function captureFile(
  entry: LogEntry,
  known: LogFile | null,
  open: boolean,
  tools: FileTools,
): Promise<CapturedLog> {
  const first = known?.end ?? 0
  if (tools.dryRun) return { outcome: "done", file: known, bytes: entry.size - first }
  const file =
    known === null
      ? newFile(entry, open, tools)
      : { ...(await remarked(entry, known, tools)), ...seen(entry, open) }
  if (entry.size === first) return { outcome: "done", file, bytes: 0 }
  if (performance.now() > tools.deadline) return { outcome: "late", file: known, bytes: 0 }

  const stored: LogSegment[] = []
  const recipients = recipientsOf(tools.fleet, tools.category)
  const store = async ({ bytes, fingerprint, first, end }: SealedSegment) => {
    const ending = tools.compression === "gzip" ? "gz.age" : "zst.age"
    const folder = `bundles/${tools.host.name}/${tools.category}/${file.id}`
    const range = `${folder}/${first}-${end}`
    // The folder of a new file is new itself.
    const key = known === null ? `${range}.${ending}` : await freeKey(tools, range, ending)
    const object = await putProven(tools.store, key, bytes, tools.signal)
    stored.push({ ...object, file: file.id, first, end, fingerprint, recipients })
  }
  const fingerprint = tools.fingerprints.ofLog
  const segments = sealSegments(first, markBytes, { ...tools, recipients, fingerprint, store })
  const ends = recordEnds(isCsv(entry.path), file.quoted)
  const tap = await tapOf(entry, known, tools)
  const paced = pacer(tools)
  let head: Buffer | null = first === 0 ? Buffer.alloc(0) : null
  let kept = 0
  let late = false
  const result = await tools.session
    .readRange(
      entry,
      { first, end: entry.size },
      {
        async see(secret) {
          const content = secret.reveal("find the ends of its records")
          ends.see(content)
          if (head !== null && head.length < markBytes)
            head = Buffer.concat([head, content.subarray(0, markBytes - head.length)])
          await tap?.push(content)
        },
        async keep(piece) {
          await segments.add(piece, Math.max(0, ends.end - kept))
          kept += piece.bytes
          await paced()
          if (performance.now() >= tools.deadline) throw new OutOfTime()
        },
      },
      tools.signal,
    )
    .catch((error: unknown) => {
      if (!(error instanceof OutOfTime)) throw error
      late = true
      return "whole" as const
    })
  if (result !== "whole" || (known !== null && !(await hasName(file, entry, tools))))
    return { outcome: "again", file: known, bytes: 0 }
  if (ends.gaveUp)
    tools.findings.add(`${entry.path} has a record above ${maxRecordBytes} bytes; it is kept, in pieces`)
  const { end, tail } = await segments.finish(!open && !late)
  tools.segments.push(...stored)
  const marks = await marksOf(file, entry, head, tail, end, late, tools)
  const counted = tap === null ? {} : { counted: await tap.keep(!open && !late) }
  const now = { ...file, ...marks, ...counted, end, quoted: end === entry.size ? ends.quoted : false }
  return { outcome: late ? "late" : "done", file: now, bytes: end - first }
}

const seen = ({ path, inode, mode, owner, group, uid, gid, size, mtime }: LogEntry, open: boolean) => ({
  ...{ path, inode, mode, owner, group, uid, gid, size, mtime, open },
})

function newFile(entry: LogEntry, open: boolean, { ids, takenAt, fingerprints }: FileTools): LogFile {
  const name = `${escapedName(entry.path.slice(entry.path.lastIndexOf("/") + 1))}@${keyTime(takenAt)}`
  let id = name
  // Two directories may each have a file of this name.
  for (let twin = 2; ids.has(id); twin++) id = `${name}.${twin}`
  ids.add(id)
  const nothing = mark(fingerprints, new Uint8Array(0))
  return { id, ...seen(entry, open), end: 0, quoted: false, head: nothing, tail: nothing }
}

/** Counts go on under the header that stood where the last run ended; a file that was never counted begins with it. */
async function tapOf(entry: LogEntry, known: LogFile | null, tools: FileTools): Promise<CaptureTap | null> {
  if (tools.taps === null) return null
  const first = known?.end ?? 0
  const start =
    first === 0 || known?.counted !== undefined
      ? null
      : await peekInto(tools.session, tools.signal)(entry, { first: 0, end: Math.min(first, markBytes) })
  return tools.taps.tap(entry.path, first, known?.counted ?? null, start)
}

/**
 * Whether the file that was known is the one that was read. Over SFTP the name is all that tells, and rotation may
 * have given it to a file that is as long.
 */
async function hasName(file: LogFile, entry: LogEntry, { session, fingerprints, signal }: FileTools) {
  if (entry.inode !== null) return true
  const probe = { peek: peekInto(session, signal), comparable: true }
  return await continues(entry, file, { ...probe, mark: bytes => mark(fingerprints, bytes) })
}

/** The same file with marks of this run's key. */
async function remarked(entry: LogEntry, file: LogFile, tools: FileTools): Promise<LogFile> {
  if (tools.comparable) return file
  const peek = peekInto(tools.session, tools.signal)
  const bytes = Math.min(markBytes, file.end)
  const head = await peek(entry, { first: 0, end: bytes })
  const tail = await peek(entry, { first: file.end - bytes, end: file.end })
  const marked = (some: Uint8Array | null) => mark(tools.fingerprints, some ?? new Uint8Array(0))
  return { ...file, head: marked(head), tail: marked(tail) }
}

export function mark({ ofLog }: LogTools["fingerprints"], bytes: Uint8Array): Mark {
  return { bytes: bytes.length, fingerprint: ofLog().update(bytes).digest("hex") }
}

/** What says of a page with which key its marks were made. */
export function keyMark(fingerprints: LogTools["fingerprints"]): string {
  return mark(fingerprints, new Uint8Array(0)).fingerprint.slice(0, 16)
}

/** The marks by which the next run knows the file again. What is stored of it is long enough by now, or all. */
async function marksOf(
  file: LogFile,
  entry: LogEntry,
  head: Buffer | null,
  tail: Mark | null,
  end: number,
  late: boolean,
  tools: FileTools,
): Promise<Pick<LogFile, "head" | "tail">> {
  const own = { head: file.head, tail: tail ?? file.tail }
  const wanted = Math.min(markBytes, end)
  if (head !== null) return { ...own, head: mark(tools.fingerprints, head.subarray(0, wanted)) }
  if (file.head.bytes >= wanted || late) return own
  const bytes = await peekInto(tools.session, tools.signal)(entry, { first: 0, end: wanted })
  return bytes === null ? own : { ...own, head: mark(tools.fingerprints, bytes) }
}

/** Reads a few bytes; the same ones of a file once. */
export function peekInto(session: Session, signal: AbortSignal) {
  const known = new Map<string, Promise<Uint8Array | null>>()
  return (entry: LogEntry, range: ByteRange): Promise<Uint8Array | null> => {
    const name = JSON.stringify([entry.path, range])
    const before = known.get(name)
    if (before !== undefined) return before
    const reading = (async () => {
      const parts: Uint8Array[] = []
      const taker: RangeTaker = {
        async see(content) {
          parts.push(Buffer.from(content.reveal("know the file again by it")))
        },
        keep: async () => {},
      }
      return (await session.readRange(entry, range, taker, signal)) === "whole" ? Buffer.concat(parts) : null
    })()
    known.set(name, reading)
    return reading
  }
}

/** A store keeps what an interrupted run left, under a name that no page knows: its place is taken. */
async function freeKey({ store, signal }: FileTools, start: string, ending: string): Promise<string> {
  const taken = new Set(await store.list(start, signal))
  let key = `${start}.${ending}`
  for (let next = 2; taken.has(key); next++) key = `${start}.${next}.${ending}`
  return key
}

/** Waits as long as it takes for the bytes received to be no more than the rate allows, but not beyond the deadline. */
function pacer({ maxLogRate, session, signal, deadline }: FileTools): () => Promise<void> {
  const started = performance.now()
  const before = session.received()
  return async () => {
    if (maxLogRate === null) return
    const due = Math.min(deadline, started + ((session.received() - before) / maxLogRate) * 1000)
    if (due > performance.now()) await pause(due - performance.now() + 1, undefined, { signal })
  }
}
