/**
 * Reads archives, strictly, as what it reads may be hostile: it never touches a file system, and it knows regular files,
 * directories and symbolic links only. Sources: as `tar.ts`.
 */
import { checksum, checksumField, space, type TarEntry, tarBlock, tarPadding, zero } from "./tar.ts"

/** Thrown by the reader; the caller says whose archive it was. */
export class MalformedTar extends Error {
  override readonly name = "MalformedTar"
}

export interface TarMember {
  readonly entry: TarEntry
  /** empty for all but files */
  readonly content: Buffer
}

export interface TarLimits {
  readonly maxEntries: number
  readonly maxFileBytes: number
}

/** Gives exactly `bytes` bytes, at once where they are at hand, or rejects at an early end. */
export type Take = (bytes: number) => Buffer | Promise<Buffer>

/** A pax or GNU extension header longer than this is an attack, not a name. */
const maxExtensionBytes = 64 * 1024

/**
 * Reads one archive up to its end mark and not a byte further.
 * @throws MalformedTar  on a bad checksum, another type of entry, a limit passed, a name with NUL
 */
export async function* readTar(take: Take, limits: TarLimits): AsyncGenerator<TarMember> {
  let extension: Partial<Record<string, string>> = {}
  for (let entries = 0; ; ) {
    const coming = take(tarBlock)
    const block = coming instanceof Promise ? await coming : coming
    if (isZero(block)) {
      await take(tarBlock)
      return
    }
    const header = parseHeader(block)
    if (header.typeflag === "x" || header.typeflag === "L" || header.typeflag === "K") {
      if (header.size > maxExtensionBytes) throw new MalformedTar("extension header is too long")
      const body = await takeContent(take, header.size)
      extension = { ...extension, ...parseExtension(header.typeflag, body) }
      continue
    }
    if (++entries > limits.maxEntries) throw new MalformedTar(`more than ${limits.maxEntries} entries`)
    const entry = entryOf(block, header, extension)
    extension = {}
    if (entry.size > limits.maxFileBytes)
      throw new MalformedTar(`an entry above ${limits.maxFileBytes} bytes`)
    const content = takeContent(take, entry.size)
    yield { entry, content: content instanceof Promise ? await content : content }
  }
}

/** The entry of one header without extensions; null for the end mark. For archives whose names are short. */
export function plainTarEntry(block: Buffer): TarEntry | null {
  return isZero(block) ? null : entryOf(block, parseHeader(block), {})
}

function isZero(block: Buffer): boolean {
  for (let at = 0; at < block.length; at++) if (block[at] !== 0) return false
  return true
}

function takeContent(take: Take, size: number): Buffer | Promise<Buffer> {
  if (size === 0) return Buffer.alloc(0)
  const padded = take(size + tarPadding(size))
  return padded instanceof Promise ? padded.then(bytes => bytes.subarray(0, size)) : padded.subarray(0, size)
}

/** What a header says in numbers; its names are another matter. */
type Header = Omit<TarEntry, "kind" | "path" | "target"> & { readonly typeflag: string }

function parseHeader(block: Buffer): Header {
  if (number(block, checksumField.start, 8) !== checksum(block, 0))
    throw new MalformedTar("header checksum does not agree")
  const typeflag = block.toString("latin1", 156, 157)
  return {
    mode: number(block, 100, 8) & 0o7777,
    uid: number(block, 108, 8),
    gid: number(block, 116, 8),
    size: number(block, 124, 12),
    mtime: isBefore1970(block) ? block.readIntBE(142, 6) : number(block, 136, 12),
    typeflag: typeflag === "\0" ? "0" : typeflag,
    owner: text(block, 265, 32),
    group: text(block, 297, 32),
  }
}

/** GNU writes a time before 1970 in base 256, in two's complement: 48 bits hold all that a file system knows. */
function isBefore1970(block: Buffer): boolean {
  return block.readIntBE(136, 6) === -1 && block.readInt8(142) < 0
}

function pathIn(block: Buffer): string {
  const prefix = block.toString("latin1", 257, 263) === "ustar\0" ? text(block, 345, 155) : ""
  const name = text(block, 0, 100)
  return prefix === "" ? name : `${prefix}/${name}`
}

const utf8 = new TextDecoder("utf-8", { fatal: true })

function decode(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes)
  } catch {
    throw new MalformedTar("a name is not UTF-8")
  }
}

function text(block: Buffer, offset: number, length: number): string {
  let end = offset
  let isAscii = true
  for (; end < offset + length && block[end] !== 0; end++) if ((block[end] as number) > 127) isAscii = false
  return isAscii ? block.toString("latin1", offset, end) : decode(block.subarray(offset, end))
}

function number(block: Buffer, offset: number, length: number): number {
  if ((block.readUInt8(offset) & 0x80) !== 0) {
    const field = block.subarray(offset, offset + length)
    // GNU base-256, positive only; the leading bytes above 48 bits must be empty.
    if (field[0] !== 0x80 || field.subarray(1, length - 6).some(byte => byte !== 0)) {
      throw new MalformedTar("a number is out of range")
    }
    return field.readUIntBE(length - 6, 6)
  }
  let [at, end] = [offset, offset + length]
  while (end > at && (block[end - 1] === 0 || block[end - 1] === space)) end--
  while (at < end && block[at] === space) at++
  let value = 0
  for (; at < end; at++) {
    const digit = (block[at] as number) - zero
    if (digit < 0 || digit > 7) throw new MalformedTar("a number is not octal")
    value = value * 8 + digit
  }
  return value
}

function parseExtension(typeflag: string, body: Buffer): Record<string, string> {
  const end = body.indexOf(0)
  if (typeflag === "L") return { path: decode(end === -1 ? body : body.subarray(0, end)) }
  if (typeflag === "K") return { linkpath: decode(end === -1 ? body : body.subarray(0, end)) }
  const records: Record<string, string> = {}
  for (let at = 0; at < body.length; ) {
    const space = body.indexOf(0x20, at)
    const length = Number(body.toString("latin1", at, space))
    if (space === -1 || !Number.isSafeInteger(length) || length < 5 || body[at + length - 1] !== 0x0a) {
      throw new MalformedTar("a pax record is cut or has a wrong length")
    }
    const equals = body.indexOf(0x3d, space)
    if (equals === -1 || equals >= at + length) throw new MalformedTar("a pax record has no value")
    const key = body.toString("latin1", space + 1, equals)
    records[key] = decode(body.subarray(equals + 1, at + length - 1))
    at += length
  }
  return records
}

/** Of a name that an extension gives whole, the header has the beginning, cut within a character too. */
function entryOf(block: Buffer, header: Header, extension: Partial<Record<string, string>>): TarEntry {
  const kind = ({ "0": "file", "2": "link", "5": "directory" } as const)[header.typeflag]
  if (kind === undefined) throw new MalformedTar("an entry that is no file, directory or symbolic link")
  const count = (key: string, fallback: number) => {
    const value = extension[key]
    if (value === undefined) return fallback
    if (!/^\d{1,15}(\.\d+)?$/.test(value)) throw new MalformedTar(`pax ${key} is no number`)
    return Math.floor(Number(value))
  }
  const named = extension["path"] ?? pathIn(block)
  const path = named.endsWith("/") ? named.replace(/\/+$/, "") : named
  const target = kind === "link" ? (extension["linkpath"] ?? text(block, 157, 100)) : ""
  if (path.includes("\0") || target.includes("\0")) throw new MalformedTar("a name with NUL")
  return {
    path,
    kind,
    mode: header.mode,
    uid: count("uid", header.uid),
    gid: count("gid", header.gid),
    owner: extension["uname"] ?? header.owner,
    group: extension["gname"] ?? header.group,
    size: kind === "file" ? count("size", header.size) : 0,
    mtime: count("mtime", header.mtime),
    target,
  }
}
