import { createHash } from "node:crypto"
import { StreamEnded, StreamStalled } from "../../core/byte-reader.ts"
import type { CapturedFile, Entry } from "../../core/file.ts"
import type { Host } from "../../core/fleet.ts"
import { Secret } from "../../core/secret.ts"
import { readTar, tarBlock } from "../../core/tar.ts"
import type { Limits, Reading, Root } from "../../core/transport.ts"
import type { Connection } from "./connection.ts"
import { exec, type Running, streamProblem } from "./exec.ts"
import { MalformedListing, readListing } from "./listing.ts"
import { readerCommand, readerGreeting, tarRecordBlocks } from "./reader-script.ts"

/** The reader does not answer: the host runs another command, or none. */
export class NoReader extends Error {
  override readonly name = "NoReader"
}

/** A reader running on the host. One request at a time. */
export interface ShellReader {
  list(roots: readonly Root[], signal: AbortSignal): Promise<readonly Entry[]>
  read(entries: readonly Entry[], signal: AbortSignal): Promise<Reading>
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
): Promise<ShellReader> {
  const running = await exec(connection, readerCommand, limits.idleTimeoutMs).catch((error: unknown) => {
    const lost = error instanceof StreamStalled || error instanceof StreamEnded
    throw lost
      ? streamProblem(host, error, signal, limits.idleTimeoutMs)
      : new NoReader("the host runs no command", { cause: error })
  })
  const failed = (error: unknown, stop: AbortSignal) =>
    error instanceof NoReader ? error : streamProblem(host, error, stop, limits.idleTimeoutMs)
  let greeted = false
  const greet = async () => {
    if (!greeted) await awaitGreeting(running)
    greeted = true
  }
  return {
    async list(roots, stop) {
      const request = Buffer.from(roots.map(rootLine).join("\n"), "utf8")
      // Sent before the greeting has come: it saves a round trip, and an SFTP server chokes on it at once.
      running.channel.write(`list ${request.length} ${limits.maxFileBytes + 1}\n`)
      running.channel.write(request)
      try {
        await greet()
        const trees = await readListing(running.output, limits.maxEntries)
        const listed = new Set(trees.map(entry => entry.path))
        const matched = await readListing(running.output, limits.maxEntries)
        return [...trees, ...matched.filter(entry => !listed.has(entry.path))]
      } catch (error) {
        throw failed(error, stop)
      }
    },
    async read(entries, stop) {
      const request = Buffer.from(entries.map(entry => `${entry.path}\0`).join(""), "utf8")
      running.channel.write(`read ${request.length} 0\n`)
      running.channel.write(request)
      try {
        await greet()
        return await readAnswer(running, entries, limits)
      } catch (error) {
        throw failed(error, stop)
      }
    },
    async clock(stop) {
      running.channel.write("clock 0 0\n")
      try {
        return new Date(Number((await running.output.until(0x0a, 32)).toString("latin1")) * 1000)
      } catch (error) {
        throw failed(error, stop)
      }
    },
    received: () => running.output.received,
    close: () => running.channel.end(),
  }
}

const rootLine = (root: Root) => (root.kind === "tree" ? `T${root.path}` : `G${root.pattern}`)

async function awaitGreeting(running: Running): Promise<void> {
  try {
    for (let lines = 0; lines < maxBannerLines; lines++) {
      const line = await running.output.until(0x0a, 4096)
      if (line.toString("latin1") === readerGreeting) return
    }
  } catch (error) {
    if (error instanceof StreamStalled) throw error
    throw new NoReader("the host runs another command", { cause: error })
  }
  throw new NoReader("the host greets at length, but not as a reader")
}

async function readAnswer(running: Running, entries: readonly Entry[], limits: Limits): Promise<Reading> {
  const asked = new Map(entries.map(entry => [entry.path, entry]))
  const files: CapturedFile[] = []
  const unread = new Map<string, "changed" | "denied">(entries.map(entry => [entry.path, "changed"]))
  let taken = 0
  const take = (bytes: number) => {
    taken += bytes
    return running.output.take(bytes)
  }
  for await (const { entry: member, content } of readTar(take, { ...limits, maxEntries: entries.length })) {
    const path = member.path.replace(/^\./, "")
    const entry = asked.get(path)
    if (entry === undefined) throw new MalformedListing("a file that was not asked for, or twice")
    asked.delete(path)
    if (member.kind !== "file") continue
    const sha256 = createHash("sha256").update(content).digest("hex")
    if (entry.kind !== "file" || entry.sha256 !== sha256 || entry.size !== content.length) continue
    files.push({ entry: { ...entry, kind: "file", sha256 }, content: new Secret(content) })
    unread.delete(path)
  }
  // GNU tar fills its last record up with zeros.
  const record = tarRecordBlocks * tarBlock
  await running.output.take((record - (taken % record)) % record)
  const end = (await running.output.until(0x0a, 256)).toString("latin1")
  if (!end.startsWith("done ")) throw new MalformedListing("no status after the archive")
  return { files, unread }
}
