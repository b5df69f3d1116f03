import { isAscii } from "node:buffer"
import type { ByteReader } from "../../core/byte-reader.ts"
import type { FileKind } from "../../core/file.ts"
import type { LogEntry } from "../../core/log.ts"
import { fieldsOf, matched } from "../../core/parts.ts"
import { isNormalPath } from "../../core/path-pattern.ts"

/** A host sent what the reader script never sends. */
export class MalformedListing extends Error {
  override readonly name = "MalformedListing"
}

const kinds: Readonly<Record<string, FileKind>> = { f: "file", l: "link", d: "directory" }
const fields =
  /^n?([ru])([a-zA-Z]) ([0-7]{1,4}) (\d{1,10}) (\d{1,10}) (\d{1,15}) (-?\d{1,12})((?:\.\d+)?) (\d{1,20})(?: -?\d{1,12}(?:\.\d+)?)?$/
const digestLine = /^(\\?)([0-9a-f]{64}) [ *](.+)$/s
/** What find tells of an entry, its path, and where a link leads. */
const fieldCount = 3
const maxRecordBytes = 16 * 1024
const dot = 0x2e
const letterN = 0x6e
const letterR = 0x72
const letterU = 0x75
const nul = 0
const newline = 0x0a

/**
 * Reads one section of the answer to `list`. find writes out its own lines before it runs sha256sum, so that both
 * come whole, one after the other. Owners are numbers as text.
 * @param taps  whether the reader's tap sees sha256sum's lines too, or the entries alone
 */
export async function readListing(
  reader: ByteReader,
  maxEntries: number,
  taps: "all" | "entries" = "all",
): Promise<LogEntry[]> {
  const entries = new Map<string, { -readonly [Field in keyof LogEntry]: LogEntry[Field] }>()
  const { tap } = reader
  for (let count = 0; ; ) {
    const first = reader.peekNow() ?? (await reader.peek())[0]
    reader.tap = tap
    if (first === letterR || first === letterU || first === letterN) {
      const record = reader.recordsNow(nul, fieldCount) ?? (await takeRecord(reader))
      if (++count > maxEntries) throw new MalformedListing(`more than ${maxEntries} entries`)
      const entry = parseEntry(record)
      if (!entries.has(entry.path)) entries.set(entry.path, entry)
      continue
    }
    if (taps === "entries" && first !== dot) reader.tap = null
    const line = reader.untilNow(newline) ?? (await reader.until(newline, maxRecordBytes))
    if (line.length === 1 && line[0] === dot) return [...entries.values()]
    const text = isAscii(line) ? line.toString("latin1") : line.toString("utf8")
    const digest = matched(digestLine, text, "escaped", "sha256", "name")
    if (digest === null) throw new MalformedListing("a digest line that is none")
    const entry = entries.get(digest.escaped === "\\" ? unescapeName(digest.name) : digest.name)
    if (entry !== undefined) entry.sha256 = digest.sha256
  }
}

/** The fields of one entry, each with its NUL, as they come. */
async function takeRecord(reader: ByteReader): Promise<Buffer> {
  const fields: Buffer[] = []
  for (let field = 0; field < fieldCount; field++)
    fields.push(await reader.until(nul, maxRecordBytes), Buffer.of(nul))
  return Buffer.concat(fields)
}

/** sha256sum marks a line with `\` and escapes line ends and backslashes in its name. */
function unescapeName(name: string): string {
  return name.replace(/\\[\\nr]/g, mark => (mark === "\\n" ? "\n" : mark === "\\r" ? "\r" : "\\"))
}

const utf8 = new TextDecoder("utf-8", { fatal: true })

function parseEntry(record: Buffer): LogEntry {
  const { head, path, target, shown } = textsOf(record)
  const names = ["access", "type", "mode", "uid", "gid", "size", "mtime", "fraction", "inode"] as const
  const found = matched(fields, head, ...names)
  if (found === null) throw new MalformedListing("an entry that is none")
  const { access, type, mode, uid, gid, size, mtime, fraction, inode } = found
  // A name that is not UTF-8 cannot be written to a manifest and back: shown, but never read.
  const readable = access === "r" && path !== null && target !== null
  const kind = path === null || target === null ? "other" : (kinds[type] ?? "other")
  if (!isNormalPath(shown)) throw new MalformedListing("a path that is not absolute and normal")
  return {
    path: shown,
    kind,
    mode: Number.parseInt(mode, 8),
    uid: Number(uid),
    gid: Number(gid),
    owner: uid,
    group: gid,
    size: kind === "file" ? Number(size) : 0,
    // What find writes as -1.5 is half a second after -2, which is what all else goes by.
    mtime: Number(mtime) - (mtime.startsWith("-") && /[1-9]/.test(fraction) ? 1 : 0),
    target: kind === "link" ? target : null,
    sha256: null,
    readable,
    inode,
  }
}

/** Path and target are null where they are no UTF-8; `shown` is the path, as far as it can be. */
function textsOf(record: Buffer) {
  if (isAscii(record)) {
    const { head, path, target } = fieldsOf(record.toString("latin1"), "\0", "head", "path", "target")
    return { head, path, target, shown: path }
  }
  const first = record.indexOf(nul)
  const second = record.indexOf(nul, first + 1)
  const bytes = record.subarray(first + 1, second)
  const path = decodeName(bytes)
  return {
    head: record.toString("latin1", 0, first),
    path,
    target: decodeName(record.subarray(second + 1, -1)),
    shown: path ?? bytes.toString("latin1"),
  }
}

function decodeName(bytes: Buffer): string | null {
  if (isAscii(bytes)) return bytes.toString("latin1")
  try {
    return utf8.decode(bytes)
  } catch {
    return null
  }
}
