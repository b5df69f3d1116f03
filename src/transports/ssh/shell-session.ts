import { createHash, hash } from "node:crypto"
import { ByteReader, StreamEnded, StreamStalled } from "../../core/byte-reader.ts"
import type { CapturedFile, Entry } from "../../core/file.ts"
import type { Host } from "../../core/fleet.ts"
import type { ByteRange, LogEntry, RangeTaker } from "../../core/log.ts"
import { matched } from "../../core/parts.ts"
import { Secret } from "../../core/secret.ts"
import { type TarEntry, tarBlock } from "../../core/tar.ts"
import { readTar } from "../../core/tar-reader.ts"
import type { DigestAnswer, Limits, Reading, Root, Session } from "../../core/transport.ts"
import type { Connection } from "./connection.ts"
import { exec, type Running, streamProblem } from "./exec.ts"
import { MalformedListing, readListing } from "./listing.ts"
import { takeAllPlain, takeFramed } from "./log-pieces.ts"
import { hostNames } from "./names.ts"
import {
  formerGreeting,
  readerCommand,
  readerGreeting,
  readerGreetingBefore,
  tarRecordBlocks,
} from "./reader-script.ts"
import { takeFrame } from "./zstd-frame.ts"

/** The reader does not answer: the host runs another command, or none. */
export class NoReader extends Error {
  override readonly name = "NoReader"
}

/** A reader running on the host. One request at a time. */
export interface ShellReader {
  list: Session["list"]
  digest: Session["digest"]
  read(entries: readonly Entry[], signal: AbortSignal): Promise<Reading>
  listLogs: Session["listLogs"]
  named: Session["named"]
  readRange: Session["readRange"]
  clock(signal: AbortSignal): Promise<Date | null>
  received(): number
  close(): void
}

/** Lines of a login banner that may come before the greeting. */
const maxBannerLines = 64

export async function startReader(
  host: Host,
  connection: Connection,
  limits: Limits,
  signal: AbortSignal,
  command = readerCommand,
): Promise<ShellReader> {
  const running = await exec(connection, command, limits.idleTimeoutMs).catch((error: unknown) => {
    const lost = error instanceof StreamStalled || error instanceof StreamEnded
    throw lost
      ? streamProblem(host, error, signal, limits.idleTimeoutMs)
      : new NoReader("the host runs no command", { cause: error })
  })
  const failed = (error: unknown, stop: AbortSignal) =>
    error instanceof NoReader ? error : streamProblem(host, error, stop, limits.idleTimeoutMs)
  const { channel, output } = running
  let greeting: Greeting | null = null
  /** The request is sent before the greeting has come: it saves a round trip; an SFTP server chokes on it at once. */
  const ask = async <T>(
    head: string,
    body: string,
    stop: AbortSignal,
    read: (answer: ByteReader) => Promise<T>,
  ): Promise<T> => {
    const bytes = Buffer.from(body, "utf8")
    const [verb, ...rest] = head.split(" ")
    channel.write(Buffer.concat([Buffer.from(`${verb} ${bytes.length} ${rest.join(" ")}\n`), bytes]))
    try {
      greeting ??= await awaitGreeting(running)
      return await read(output)
    } catch (error) {
      throw failed(error, stop)
    }
  }
  /** Reads an answer that the host sends as one frame where it can. */
  const whole =
    <T>(read: (answer: ByteReader) => Promise<T>) =>
    async (): Promise<T> => {
      if (greeting?.compressed !== true) return await read(output)
      const content = new ByteReader(0)
      content.push(await takeFrame(output, maxAnswerBytes(limits)))
      content.end()
      return await read(content)
    }
  const names = hostNames((body, stop, read) => ask("names 0", body, stop, read))
  const maxDigested = limits.maxFileBytes + 1
  /** Below this are empty files alone. With 0 the listing would be one of logs. */
  const noneDigested = 1
  const listBelow = (bytes: number, roots: readonly Root[], stop: AbortSignal) =>
    ask(
      `list ${bytes}`,
      rootLines(roots),
      stop,
      whole(async answer => {
        const content = createHash("sha256")
        const runs = joinedRuns(run => content.update(run))
        answer.tap = runs.add
        const entries = await readSections(
          answer,
          limits,
          greeting?.tellsChanges === true ? "entries" : "all",
        )
        answer.tap = null
        runs.end()
        return { entries, content }
      }),
    )
  return {
    async list(roots, { digests }, stop) {
      let listed = await listBelow(digests ? maxDigested : noneDigested, roots, stop)
      // The digest of the former reader is one over those of the files, too.
      if (!digests && greeting?.tellsChanges !== true) listed = await listBelow(maxDigested, roots, stop)
      const { entries, content } = listed
      return {
        entries: digests ? await names.named(entries, stop) : entries,
        digest: salt => content.copy().update(salt).digest("hex"),
      }
    },
    listLogs: async (roots, stop) => (await listBelow(0, roots, stop)).entries,
    named: names.named,
    readRange: (entry, { first, end }, taker, stop) =>
      ask(`tail ${first} ${end - first}`, entry.path, stop, answer =>
        readPieces(answer, entry, { first, end }, greeting?.compressed === true, taker),
      ),
    digest: (roots, salt, logs, stop) =>
      ask(
        `digest ${maxDigested} ${salt}`,
        `${rootLines(roots)}${rootLines(logs, "L")}`,
        stop,
        async (answer): Promise<DigestAnswer> => {
          const line = (await answer.until(0x0a, 256)).toString("latin1")
          if (!/^[0-9a-f]{64} /.test(line)) throw new MalformedListing("a digest that is none")
          const listed = greeting?.tellsChanges === true ? await readSections(answer, limits) : null
          return { digest: line.slice(0, 64), logs: listed }
        },
      ),
    read: (entries, stop) =>
      ask(
        "read 0",
        entries.map(entry => `${entry.path}\0`).join(""),
        stop,
        whole(answer => readAnswer(answer, entries, limits, names.learn)),
      ),
    clock: stop =>
      ask("clock 0", "", stop, async answer => {
        return new Date(Number((await answer.until(0x0a, 32)).toString("latin1")) * 1000)
      }),
    received: () => output.received,
    close: () => channel.end(),
  }
}

/** A tar of all that may be read from one host, with headers and padding, or a listing of so many entries. */
const maxAnswerBytes = (limits: Limits) => limits.maxHostBytes + limits.maxEntries * 1024 + 1024 * 1024

const rootLines = (roots: readonly Root[], mark = "") =>
  roots.map(root => `${mark}${root.kind === "tree" ? `T${root.path}` : `G${root.pattern}`}\n`).join("")

/** Both sections of an answer to `list`, no path twice. */
async function readSections(
  answer: ByteReader,
  { maxEntries }: Limits,
  taps: "all" | "entries" = "all",
): Promise<readonly LogEntry[]> {
  const trees = await readListing(answer, maxEntries, taps)
  const matched = await readListing(answer, maxEntries, taps)
  const listed = new Set(trees.map(entry => entry.path))
  return [...trees, ...matched.filter(entry => !listed.has(entry.path))]
}

/** Puts pieces together that lie behind each other in one memory: a call for each of many small ones would cost more. */
function joinedRuns(see: (run: Uint8Array) => void) {
  let run: Buffer | null = null
  const end = () => {
    if (run !== null) see(run)
    run = null
  }
  return {
    end,
    add(piece: Buffer) {
      const goesOn = run?.buffer === piece.buffer && run.byteOffset + run.length === piece.byteOffset
      if (run === null || !goesOn) {
        end()
        run = piece
      } else run = Buffer.from(run.buffer, run.byteOffset, run.length + piece.length)
    },
  }
}

interface Greeting {
  readonly compressed: boolean
  /** false for the reader of version 3 */
  readonly tellsChanges: boolean
}

async function awaitGreeting(running: Running): Promise<Greeting> {
  try {
    for (let lines = 0; lines < maxBannerLines; lines++) {
      const line = (await running.output.until(0x0a, 4096)).toString("latin1")
      for (const [reader, tellsChanges] of [
        [readerGreeting, true],
        [readerGreetingBefore, true],
        [formerGreeting, false],
      ] as const) {
        if (line === `${reader} zstd`) return { compressed: true, tellsChanges }
        if (line === `${reader} plain`) return { compressed: false, tellsChanges }
      }
    }
  } catch (error) {
    if (error instanceof StreamStalled) throw error
    throw new NoReader("the host runs another command", { cause: error })
  }
  throw new NoReader("the host greets at length, but not as a reader")
}

/** A range as `tail` sends it; what the caller does with a piece holds the host back. */
async function readPieces(
  answer: ByteReader,
  entry: LogEntry,
  { first, end }: ByteRange,
  compressed: boolean,
  taker: RangeTaker,
): Promise<"whole" | "short" | "changed"> {
  const head = (await answer.until(0x0a, 256)).toString("latin1")
  if (head === "none") return "changed"
  const range = matched(/^at (\d{1,20}) (\d{1,16})$/, head, "inode", "count")
  const announced = Number(range?.count)
  if (range === null || announced > end - first) throw new MalformedListing("a range that is none")
  const sameFile = entry.inode === null || entry.inode === range.inode
  const takePieces = compressed ? takeFramed : takeAllPlain
  const taken = await takePieces(answer, announced, sameFile ? taker : null)
  const size = Number(/^done (\d{1,16})$/.exec((await answer.until(0x0a, 256)).toString("latin1"))?.[1])
  if (!sameFile) return "changed"
  return taken < end - first || !(size >= end) ? "short" : "whole"
}

async function readAnswer(
  answer: ByteReader,
  entries: readonly Entry[],
  limits: Limits,
  learnNames: (member: TarEntry) => void,
): Promise<Reading> {
  const asked = new Map(entries.map(entry => [entry.path, entry]))
  const files: CapturedFile[] = []
  /** those whose digest was not known, so that they may have changed while they were read */
  const unproven: CapturedFile[] = []
  const unread = new Map<string, "changed" | "denied">(entries.map(entry => [entry.path, "changed"]))
  let taken = 0
  const take = (bytes: number) => {
    taken += bytes
    return answer.takeNow(bytes) ?? answer.take(bytes)
  }
  for await (const { entry: member, content } of readTar(take, { ...limits, maxEntries: entries.length })) {
    const path = member.path.slice(1)
    const entry = asked.get(path)
    if (entry === undefined) throw new MalformedListing("a file that was not asked for, or twice")
    asked.delete(path)
    learnNames(member)
    if (member.kind !== "file" || entry.kind !== "file" || entry.size !== content.length) continue
    const sha256 = hash("sha256", content)
    if (entry.sha256 === null ? entry.mtime !== member.mtime : entry.sha256 !== sha256) continue
    const into = entry.sha256 === null ? unproven : files
    into.push({ entry: { ...entry, kind: "file", sha256 }, content: new Secret(content) })
  }
  // GNU tar fills its last record up with zeros.
  const record = tarRecordBlocks * tarBlock
  await answer.take((record - (taken % record)) % record)
  const end = (await answer.until(0x0a, 256)).toString("latin1")
  if (!end.startsWith("done ")) throw new MalformedListing("no status after the archive")
  // GNU tar ends with 1 when a file's time of change is another one after it was read.
  if (end === "done 0") for (const file of unproven) files.push(file)
  for (const { entry } of files) unread.delete(entry.path)
  return { files, unread }
}
