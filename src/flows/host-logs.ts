/** The story of one host's logs: list, know the files again, read what is new, seal it in ranges, store it. */

import type { Capture } from "../core/capture.ts"
import { firstLines } from "../core/first-lines.ts"
import type { Fleet, Host } from "../core/fleet.ts"
import type { LogEntry, LogFile, LogPage, PageRef } from "../core/log.ts"
import { compareTexts } from "../core/order.ts"
import { caughtProblem, Problem } from "../core/problem.ts"
import type { Profile, Reference, Statement } from "../core/profile.ts"
import type { Store } from "../core/store.ts"
import type { TrafficReader } from "../core/traffic.ts"
import type { Session } from "../core/transport.ts"
import { listLogs, logsOf } from "../pull/list-logs.ts"
import { lossOf, numberGaps, oddClock, oddEntries } from "../pull/log-findings.ts"
import { matchLogs, withoutTwins } from "../pull/match-logs.ts"
import type { PlannedLog } from "../pull/roots.ts"
import type { Compression } from "../seal/compress.ts"
import type { Fingerprints } from "../seal/fingerprint.ts"
import { quietLog } from "./due-logs.ts"
import { captureFile, type FileTools, keyMark, mark, peekInto } from "./log-file.ts"
import { type TrafficTaps, trafficTaps } from "./traffic-taps.ts"
import type { Turns } from "./turns.ts"

export interface LogTools {
  readonly fleet: Fleet
  readonly profile: Profile
  readonly store: Store
  readonly fingerprints: Fingerprints
  readonly compression: Compression
  readonly now: () => Date
  /** bytes per second read of one host's logs; null: as fast as it goes */
  readonly maxLogRate: number | null
  readonly dryRun: boolean
  /** @param bytes  that are to be read of the host's files */
  readonly readTraffic: (host: string, bytes: number) => TrafficReader
  /** so many hosts have their logs read at a time: each holds some segments in memory */
  readonly logTurns: Turns
}

/** A log category of the last snapshot: its page, or why there is none that can be trusted. */
export interface KnownLog {
  readonly ref: PageRef
  readonly capturedAt: string | null
  readonly page: LogPage | Problem
}

export interface SealedLog {
  readonly name: string
  readonly status: "stored" | "unchanged" | "missing" | "failed"
  readonly problem: Problem | null
  readonly findings: readonly string[]
  /** what the new page says; null when nothing changed, or nothing was learnt */
  readonly page: Pick<LogPage, "key" | "files" | "segments"> | null
  /** the page that this goes on from */
  readonly previous: PageRef | null
  /** counts of what the new segments tell of, as files of a day */
  readonly traffic: readonly string[]
  /** files on the host, and bytes that are new */
  readonly files: number
  readonly bytes: number
}

/** What all log categories of one host have in common. */
export interface HostLogs {
  readonly host: Host
  readonly session: Session
  readonly takenAt: string
  /** on the clock of `performance.now()`: what is not read by then is left to the next run */
  readonly deadline: number
  /** of the host's config; asked for when a file does not say all of itself */
  readonly outline: () => Promise<readonly Statement[]>
  readonly tools: LogTools
  readonly signal: AbortSignal
}

/**
 * @param logs   those that are due
 * @param found  what the host's configs name, and its log files if they are listed already
 * @param known  what the last snapshot says of them
 */
export async function backUpLogs(
  own: HostLogs,
  logs: readonly PlannedLog[],
  found: Pick<Capture, "references" | "logs">,
  known: ReadonlyMap<string, KnownLog>,
): Promise<readonly SealedLog[]> {
  const { references } = found
  const all = logs.map((log, index) => ({ ...own, log, before: logs.slice(0, index), references }))
  let listed = found.logs
  // Through sudo each directory is allowed, or not, by itself.
  if (listed === null && own.session.way !== "sudo") {
    try {
      listed = await listLogs(own.session, logs, references, own.signal)
    } catch (error) {
      const problem = caughtProblem(error, own.signal)
      return logs.map(({ name }) => failed(name, problem, known))
    }
  }
  const quiet = listed === null ? [] : all.flatMap(one => quietLog(one, listed, known) ?? [])
  const names = new Set(quiet.map(({ name }) => name))
  const rest = all.filter(({ log }) => !names.has(log.name))
  const done: SealedLog[] = []
  if (rest.length > 0) {
    const inTurn = () => backUpEach(rest, listed, known, done)
    await own.tools.logTurns.take(own.deadline, inTurn, own.signal)
  }
  // Those for which there was no time, or whose turn did not come.
  const left = rest.slice(done.length).map(({ log }) => log)
  return [...quiet, ...done, ...left.map(({ name }) => failed(name, outOfTime(own.host, name), known))]
}

/** @param done  gets one after the other; fewer than there are when time runs out */
async function backUpEach(
  all: readonly OneLog[],
  listed: readonly LogEntry[] | null,
  known: ReadonlyMap<string, KnownLog>,
  done: SealedLog[],
): Promise<void> {
  let broken: Problem | null = null
  for (const one of all) {
    const { log, signal } = one
    const before = known.get(log.name) ?? null
    if (broken !== null) done.push(failed(log.name, broken, known))
    else if (before?.page instanceof Problem) done.push(failed(log.name, before.page, known))
    else {
      try {
        const sealed = await backUpLog(one, listed, before?.page ?? null, before?.ref ?? null)
        done.push(sealed)
        if (sealed.problem?.code === "pull/out-of-time") return
      } catch (error) {
        const problem = caughtProblem(error, signal)
        // In the midst of an answer the session is of no more use.
        broken = problem
        done.push(failed(log.name, problem, known))
      }
    }
  }
}

function failed(name: string, problem: Problem, known: ReadonlyMap<string, KnownLog>): SealedLog {
  const nothing = { findings: [], page: null, traffic: [], files: 0, bytes: 0 }
  return { name, status: "failed", problem, ...nothing, previous: known.get(name)?.ref ?? null }
}

/** One log category of one host. */
export interface OneLog extends HostLogs {
  readonly log: PlannedLog
  /** categories that come first: what they claim is theirs */
  readonly before: readonly PlannedLog[]
  readonly references: readonly Reference[]
}

/** What was not written to for so long is not expected to grow: its last line is taken as it is. */
const quietSeconds = 600
/** Rotation during a run is met by listing again. */
const maxRounds = 3

/** @param first  a listing of this run; null where there is none yet */
async function backUpLog(
  own: OneLog,
  first: readonly LogEntry[] | null,
  page: LogPage | null,
  previous: PageRef | null,
): Promise<SealedLog> {
  const { session, log, tools, signal } = own
  const key = keyMark(tools.fingerprints)
  const fileTools: Omit<FileTools, "taps"> = {
    ...{ ...tools, ...own, category: log.name, segments: [], findings: new Set<string>() },
    ids: new Set(page?.files.map(({ id }) => id) ?? []),
    comparable: page === null || page.key === key,
  }
  const losses = new Set<string>()
  const settled = new Set<string>()
  let gone: ReadonlySet<LogFile> = new Set()
  let files: readonly LogFile[] = page?.files ?? []
  let listed: readonly LogEntry[] = []
  let [bytes, late, again] = [0, false, true]
  let taps: TrafficTaps | null = null
  let hostClock: Date | null = null
  for (let round = 1; round <= maxRounds && again && !late; round++) {
    again = false
    const all = (round === 1 ? first : null) ?? (await listLogs(session, [log], own.references, signal))
    listed = await session.named(logsOf(all, log, own.before, own.references), signal)
    const entries = withoutTwins(listed.filter(({ kind, readable }) => kind === "file" && readable))
    const probe = {
      peek: peekInto(session, signal),
      mark: (some: Uint8Array) => mark(tools.fingerprints, some),
      // After the first round all that is known was marked in this run.
      comparable: fileTools.comparable || round > 1,
    }
    const { matches, vanished } = await matchLogs(entries, files, probe)
    if (round === 1 && page !== null) for (const gap of gaps(page, matches, listed)) losses.add(gap)
    if (log.countsTraffic && !tools.dryRun) {
      const reader = () => tools.readTraffic(own.host.name, bytesToRead(matches))
      taps ??= trafficTaps(tools.profile, reader(), own.outline)
    }
    hostClock = await session.clock(signal)
    const clock = hostTime(hostClock ?? tools.now(), entries)
    const next: LogFile[] = []
    for (const [entry, file] of matches) {
      if (file !== null && settled.has(file.id)) next.push({ ...file, path: entry.path })
      else if (file !== null && late) next.push(file)
      else if (!late) {
        const captured = await captureFile(entry, file, entry.mtime > clock - quietSeconds, {
          ...fileTools,
          taps,
        })
        bytes += captured.bytes
        late = captured.outcome === "late"
        again ||= captured.outcome === "again"
        if (captured.file !== null) next.push(captured.file)
        if (captured.file !== null && captured.outcome === "done") settled.add(captured.file.id)
      }
    }
    // A directory that is read while a file in it gets another name may show neither: once is not enough.
    for (const file of vanished) {
      if (!gone.has(file)) {
        next.push(file)
        again = true
        continue
      }
      const loss = lossOf(file, page?.takenAt ?? own.takenAt, listed)
      if (loss !== null) losses.add(loss)
    }
    gone = new Set(vanished)
    files = next.sort((a, b) => compareTexts(a.path, b.path))
  }
  if (again && !late)
    losses.add("files of it changed during each of several readings; they are read next time")
  for (const finding of [...oddClock(hostClock, tools.now()), ...oddEntries(listed, hostClock, tools.now())])
    fileTools.findings.add(finding)
  const { segments, findings } = fileTools
  const counts = await taps?.result()
  const isSame = JSON.stringify(files) === JSON.stringify(page?.files ?? [])
  return {
    name: log.name,
    status: bytes > 0 ? "stored" : files.length > 0 ? "unchanged" : "missing",
    problem: problemOf(own, late, listed, [...losses]),
    findings: [...findings, ...(counts?.findings ?? [])],
    traffic: counts?.days ?? [],
    page: (segments.length === 0 && isSame) || tools.dryRun ? null : { key, files, segments },
    previous,
    files: listed.filter(({ kind }) => kind === "file").length,
    bytes,
  }
}

const bytesToRead = (matches: ReadonlyMap<LogEntry, LogFile | null>): number =>
  [...matches].reduce((sum, [{ size }, file]) => sum + size - (file?.end ?? 0), 0)

function gaps(page: LogPage, matches: ReadonlyMap<LogEntry, LogFile | null>, listed: readonly LogEntry[]) {
  const fresh = [...matches].filter(([, file]) => file === null).map(([{ path }]) => path)
  return numberGaps(
    fresh,
    [...page.files, ...listed].map(({ path }) => path),
  )
}

/** Seconds since 1970, by the host's clock or by what it wrote last: whichever is later. */
function hostTime(clock: Date, entries: readonly LogEntry[]): number {
  return entries.reduce((latest, { mtime }) => Math.max(latest, mtime), clock.getTime() / 1000)
}

const maxShown = 10

/** What makes a category incomplete; what was stored of it is kept all the same. */
function problemOf(
  { host, log }: OneLog,
  late: boolean,
  listed: readonly LogEntry[],
  losses: readonly string[],
): Problem | null {
  const denied = listed.filter(({ kind, readable }) => kind === "file" && !readable)
  if (losses.length > 0) {
    return new Problem("pull/log-lost", `${host.name}: a part of ${log.name} is not in the vault`, {
      data: firstLines(losses, maxShown),
      hint: `back up more often than logs are deleted on ${host.name}, or let it keep them longer (delete-after, log-rotate)`,
    })
  }
  if (denied.length > 0) {
    return new Problem("pull/unreadable", `${host.name}: ${host.user} may not read ${log.name} files`, {
      data: firstLines(
        denied.map(({ path }) => path),
        maxShown,
      ),
      hint: `\`pmta-vault doctor ${host.name}\` shows the rights that are missing`,
    })
  }
  return late ? outOfTime(host, log.name) : null
}

function outOfTime(host: Host, category: string): Problem {
  return new Problem(
    "pull/out-of-time",
    `${host.name}: not all of ${category} was read in the time for one host`,
    { hint: "what was read is stored, and the next run goes on from there; raise host-timeout" },
  )
}
