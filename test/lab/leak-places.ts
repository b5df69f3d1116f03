/** The places in which bytes rest, cut into pieces for a search: a repository's objects, a folder, a tracer's record. */
import { readdir, readFile } from "node:fs/promises"
import { join } from "node:path"
import { succeed } from "./child.ts"

export interface Piece {
  /** for people */
  readonly place: string
  readonly bytes: Buffer
}

/** Every object of a repository, whether something names it or not, its messages, names and branches. */
export async function* objectsOf(repository: string): AsyncGenerator<Piece> {
  const git = async (...args: readonly string[]) =>
    await succeed("git", ["--git-dir", repository, ...args], { timeoutMs: 120_000 })
  const all = await git("cat-file", "--batch-all-objects", "--batch", "--unordered")
  for (let at = 0; at < all.length; ) {
    const line = all.subarray(at, all.indexOf(10, at)).toString("latin1")
    const [id = "", type = "", size = "0"] = line.split(" ")
    const start = at + line.length + 1
    yield { place: `${repository}: ${type} ${id}`, bytes: all.subarray(start, start + Number(size)) }
    at = start + Number(size) + 1
  }
  yield {
    place: `${repository}: messages and names`,
    bytes: await git("log", "--all", "--format=%B", "--name-only"),
  }
  yield { place: `${repository}: branches`, bytes: await git("for-each-ref") }
}

/** Every file below a folder, and its name; what goes away meanwhile, or is not there at all, is left out. */
export async function* filesBelow(folder: string): AsyncGenerator<Piece> {
  for (const item of await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])) {
    const path = join(item.parentPath, item.name)
    yield { place: `the name ${path}`, bytes: Buffer.from(path) }
    const bytes = item.isFile() ? await readFile(path).catch(() => null) : null
    if (bytes !== null) yield { place: path, bytes }
  }
}

export interface Recorded {
  /** `written` to a file, `sent` to `ADDRESS:PORT`, or `started`: a program with its arguments and environment */
  readonly kind: "written" | "sent" | "started"
  /** path of the file or of the program, or the address */
  readonly to: string
  readonly bytes: Buffer
}

/** @param record  what `stop-at` kept under `STOP_AT_RECORD` */
export function* recorded(record: Buffer): Iterable<Recorded> {
  for (let at = 0; at < record.length; ) {
    const end = record.indexOf(10, at)
    const [letter = "", size = "0", ...words] = record.subarray(at, end).toString().split(" ")
    const bytes = record.subarray(end + 1, end + 1 + Number(size))
    const to = words.join(" ")
    if (letter === "X") yield { kind: "started", to, bytes }
    else if (to.startsWith("socket:")) yield { kind: "sent", to: to.slice("socket:".length), bytes }
    else yield { kind: "written", to, bytes }
    at = end + 1 + Number(size)
  }
}
