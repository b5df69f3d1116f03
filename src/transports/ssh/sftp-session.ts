import { createHash } from "node:crypto"
import type { FileEntryWithStats, Stats } from "ssh2"
import type { CapturedFile, Entry, FileKind } from "../../core/file.ts"
import type { Host } from "../../core/fleet.ts"
import { plainPieceBytes } from "../../core/log.ts"
import { isNormalPath, pathPattern } from "../../core/path-pattern.ts"
import { Secret } from "../../core/secret.ts"
import type { Limits, Reading, Root } from "../../core/transport.ts"
import type { Connection } from "./connection.ts"
import { MalformedListing } from "./listing.ts"
import { takePlain } from "./log-pieces.ts"
import { openSftp, type Sftp } from "./sftp.ts"
import type { ShellReader } from "./shell-session.ts"

/** Files in flight at once: enough to fill the round trip, few enough to keep memory flat. */
const parallelFiles = 32
/** Largest read that every server answers whole (OpenSSH allows more, others do not). */
const readBytes = 32 * 1024
/** Reads of one file in flight at once. */
const parallelReads = 16

/** Reads a host on which no command may run: directories and files by SFTP, with many requests in flight. */
export async function sftpReader(
  host: Host,
  connection: Connection,
  limits: Limits,
  opening: AbortSignal,
): Promise<ShellReader> {
  const sftp = await openSftp(host, connection, limits.idleTimeoutMs, opening)
  let names: Names | null = null
  let received = 0

  async function list(roots: readonly Root[], signal: AbortSignal): Promise<readonly Entry[]> {
    const entries = new Map<string, Entry>()
    const add = (entry: Entry) => {
      entries.set(entry.path, entry)
      if (entries.size > limits.maxEntries)
        throw new MalformedListing(`more than ${limits.maxEntries} entries`)
    }
    return await sftp.during(signal, async () => {
      const known = names ?? (await readNames(sftp))
      names = known
      for (const root of roots) {
        const tree = root.kind === "tree"
        for (const path of tree ? [root.path] : await expand(sftp, root.pattern)) {
          // The root itself may be a link to a directory; below it, links are recorded, not followed.
          const stats = tree ? await sftp.stat(path) : await sftp.lstat(path)
          if (stats === null || entries.has(path)) continue
          await walk(sftp, path, stats, tree, known, add)
        }
      }
      return [...entries.values()]
    })
  }

  return {
    list: async (roots, _, signal) => ({ entries: await list(roots, signal), digest: () => null }),
    digest: async () => null,
    async read(entries, signal) {
      const files: CapturedFile[] = []
      const unread = new Map<string, "changed" | "denied">()
      await sftp.during(signal, () =>
        inParallel(entries, parallelFiles, async entry => {
          const content = await readWhole(sftp, entry)
          if (content === "changed" || content === "denied") {
            unread.set(entry.path, content)
            return
          }
          received += content.length
          const sha256 = createHash("sha256").update(content).digest("hex")
          files.push({ entry: { ...entry, kind: "file", sha256 }, content: new Secret(content) })
        }),
      )
      return { files, unread } satisfies Reading
    },
    async listLogs(roots, signal) {
      // SFTP knows no inodes, and no digests that it could leave out.
      return (await list(roots, signal)).map(entry => ({ ...entry, inode: null }))
    },
    named: async entries => entries,
    async readRange(entry, { first, end }, taker, signal) {
      const open = await sftp.during(signal, () => openListed(sftp, entry))
      if (typeof open === "string") return open
      try {
        for (let at = first; at < end; at += plainPieceBytes) {
          const content = Buffer.alloc(Math.min(plainPieceBytes, end - at))
          const got = await sftp.during(signal, () => fill(sftp, open, content, at))
          received += got
          if (got > 0) await takePlain(taker, content.subarray(0, got))
          if (got < content.length) return "short"
        }
        return "whole"
      } finally {
        await sftp.during(signal, () => sftp.closeHandle(open)).catch(() => {})
      }
    },
    clock: async () => null,
    received: () => received,
    close: () => sftp.close(),
  }
}

/** Names of users and groups by number; empty where the account may not see them. */
interface Names {
  readonly users: ReadonlyMap<number, string>
  readonly groups: ReadonlyMap<number, string>
}

async function readNames(sftp: Sftp): Promise<Names> {
  const parse = async (path: string) => {
    // Without them numbers stand for names: no reason to fail.
    const stats = await sftp.stat(path).catch(() => null)
    if (stats === null || stats.size > 4 * 1024 * 1024) return new Map<number, string>()
    const content = await readAll(sftp, path, stats.size)
    const lines = typeof content === "string" ? [] : content.toString("utf8").split("\n")
    return new Map(lines.map(line => line.split(":")).map(([name = "", , id = "-1"]) => [Number(id), name]))
  }
  const [users, groups] = await Promise.all([parse("/etc/passwd"), parse("/etc/group")])
  return { users, groups }
}

/** The paths that a pattern matches, segment by segment. */
async function expand(sftp: Sftp, pattern: string): Promise<readonly string[]> {
  let paths = [""]
  for (const segment of pattern.split("/").slice(1)) {
    const wanted = pathPattern(`/${segment}`)
    if (wanted.literal) paths = paths.map(path => `${path}/${segment}`)
    else {
      const found = await Promise.all(
        paths.map(async path => {
          const items = (await sftp.readdir(path || "/")) ?? []
          return items
            .filter(item => wanted.matches(`/${item.filename}`))
            .map(item => `${path}/${item.filename}`)
        }),
      )
      paths = found.flat().sort()
    }
  }
  return paths
}

async function walk(
  sftp: Sftp,
  path: string,
  stats: Stats,
  recurse: boolean,
  names: Names,
  add: (entry: Entry) => void,
): Promise<void> {
  if (!isNormalPath(path)) throw new MalformedListing("a path that is not absolute and normal")
  const target = stats.isSymbolicLink() ? await sftp.readlink(path) : null
  const children = recurse && stats.isDirectory() ? await sftp.readdir(path) : []
  add({ ...entryOf(path, stats, target, names), readable: children !== null })
  const filenames = new Set(children?.map(child => child.filename))
  // A name given twice, or one that is a path, would be walked again and again.
  if (filenames.size !== (children?.length ?? 0) || [...filenames].some(name => name.includes("/"))) {
    throw new MalformedListing("a directory that names a file twice, or a path")
  }
  await inParallel(children ?? [], parallelFiles, (child: FileEntryWithStats) =>
    walk(sftp, `${path === "/" ? "" : path}/${child.filename}`, child.attrs as Stats, true, names, add),
  )
}

function entryOf(path: string, stats: Stats, target: string | null, names: Names): Omit<Entry, "readable"> {
  const kind: FileKind = stats.isFile()
    ? "file"
    : stats.isDirectory()
      ? "directory"
      : target !== null
        ? "link"
        : "other"
  return {
    path,
    kind,
    mode: stats.mode & 0o7777,
    uid: stats.uid,
    gid: stats.gid,
    owner: names.users.get(stats.uid) ?? String(stats.uid),
    group: names.groups.get(stats.gid) ?? String(stats.gid),
    size: kind === "file" ? stats.size : 0,
    mtime: stats.mtime,
    target,
    sha256: null,
  }
}

/** A handle, unless the file is none, or is shorter than when it was listed: then it is another one. */
async function openListed(sftp: Sftp, entry: Entry): Promise<Buffer | "changed" | "denied"> {
  const before = await sftp.lstat(entry.path)
  if (before?.isFile() !== true || before.size < entry.size) return "changed"
  const handle = await sftp.open(entry.path)
  if (typeof handle === "string") return handle
  const after = await sftp.lstat(entry.path)
  if (after?.isFile() === true && after.size >= before.size) return handle
  await sftp.closeHandle(handle)
  return "changed"
}

/** The content, unless the file is another one, or of another size or time, than when it was listed. */
async function readWhole(sftp: Sftp, entry: Entry): Promise<Buffer | "changed" | "denied"> {
  const content = await readAll(sftp, entry.path, entry.size)
  if (typeof content === "string") return content
  const after = await sftp.lstat(entry.path)
  const same = after?.isFile() === true && after.size === entry.size && after.mtime === entry.mtime
  return same && content.length === entry.size ? content : "changed"
}

async function readAll(sftp: Sftp, path: string, size: number): Promise<Buffer | "changed" | "denied"> {
  const handle = await sftp.open(path)
  if (typeof handle === "string") return handle
  try {
    // One byte more than listed, to notice that the file grew.
    const content = Buffer.alloc(size + 1)
    return (await fill(sftp, handle, content, 0)) === size ? content.subarray(0, size) : "changed"
  } finally {
    await sftp.closeHandle(handle)
  }
}

/** Reads from `position` on until `into` is full or the file ends; many requests are in flight. */
async function fill(sftp: Sftp, handle: Buffer, into: Buffer, position: number): Promise<number> {
  const starts = Array.from({ length: Math.ceil(into.length / readBytes) }, (_, index) => index * readBytes)
  let total = 0
  await inParallel(starts, parallelReads, async start => {
    const want = Math.min(readBytes, into.length - start)
    let got = 0
    while (got < want) {
      const bytes = await sftp.read(handle, into, start + got, position + start + got, want - got)
      if (bytes === 0) break
      got += bytes
    }
    total += got
  })
  return total
}

async function inParallel<T>(
  items: readonly T[],
  width: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  let next = 0
  const worker = async () => {
    for (let item = items[next++]; item !== undefined; item = items[next++]) await work(item)
  }
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, worker))
}
