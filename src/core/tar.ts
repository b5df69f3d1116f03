/**
 * The one archive format that hosts and bundles speak: ustar, with pax records where ustar is too small.
 * The writer is deterministic. The reader is strict, as what it reads may be hostile: it never touches a
 * file system, and it knows regular files, directories and symbolic links only.
 *
 * Sources: POSIX.1-2017, pax, "ustar Interchange Format"; GNU tar manual, "Basic Tar Format" (`L`, `K`,
 * base-256 numbers), which is what GNU tar on a host writes.
 */
export interface TarEntry {
  /** as in the archive: relative, no leading slash, no trailing slash */
  readonly path: string
  readonly kind: "file" | "link" | "directory"
  readonly mode: number
  readonly uid: number
  readonly gid: number
  readonly owner: string
  readonly group: string
  readonly size: number
  readonly mtime: number
  /** empty for all but links */
  readonly target: string
}

export const tarBlock = 512
/** Two zero blocks: the end of an archive. */
export const tarEnd: Uint8Array = Buffer.alloc(2 * tarBlock)

/** Zero bytes that follow a content of `size` bytes. */
export function tarPadding(size: number): number {
  return (tarBlock - (size % tarBlock)) % tarBlock
}

const maxOctal7 = 0o7777777
const maxOctal11 = 0o77777777777

/** The header blocks of one entry: 512 bytes, preceded by pax records only where ustar cannot hold a field. */
export function tarHeader(entry: TarEntry): Buffer {
  const path = entry.kind === "directory" ? `${entry.path}/` : entry.path
  const records: [string, string][] = []
  if (!fits(path, 100)) records.push(["path", path])
  if (!fits(entry.target, 100)) records.push(["linkpath", entry.target])
  if (!fits(entry.owner, 31)) records.push(["uname", entry.owner])
  if (!fits(entry.group, 31)) records.push(["gname", entry.group])
  if (entry.uid > maxOctal7) records.push(["uid", String(entry.uid)])
  if (entry.gid > maxOctal7) records.push(["gid", String(entry.gid)])
  if (entry.size > maxOctal11) records.push(["size", String(entry.size)])
  const typeflag = { file: "0", link: "2", directory: "5" }[entry.kind]
  const header = ustar({ ...entry, path, typeflag })
  if (records.length === 0) return header
  const body = paxBody(records)
  const pax = ustar({
    ...{ path: "pax", mode: 0o644, uid: 0, gid: 0, owner: "", group: "", mtime: 0, target: "" },
    ...{ size: body.length, typeflag: "x" },
  })
  return Buffer.concat([pax, body, Buffer.alloc(tarPadding(body.length)), header])
}

function fits(text: string, bytes: number): boolean {
  return /^[\x20-\x7e]*$/.test(text) && text.length <= bytes
}

function paxBody(records: readonly (readonly [string, string])[]): Buffer {
  return Buffer.concat(
    records.map(([key, value]) => {
      const rest = Buffer.from(` ${key}=${value}\n`, "utf8")
      // The length counts its own digits; one more digit may be needed when adding them.
      let length = rest.length + String(rest.length).length
      if (String(length).length > String(rest.length).length) length = rest.length + String(length).length
      return Buffer.concat([Buffer.from(String(length)), rest])
    }),
  )
}

interface UstarFields extends Omit<TarEntry, "kind"> {
  readonly typeflag: string
}

function ustar(fields: UstarFields): Buffer {
  const block = Buffer.alloc(tarBlock)
  const text = (value: string, offset: number, length: number) =>
    block.write(
      fits(value, length) ? value : value.replace(/[^\x20-\x7e]/g, "_").slice(0, length),
      offset,
      "latin1",
    )
  const octal = (value: number, offset: number, digits: number) =>
    block.write(
      Math.min(value, 8 ** digits - 1)
        .toString(8)
        .padStart(digits, "0"),
      offset,
      "latin1",
    )
  text(fields.path, 0, 100)
  octal(fields.mode & 0o7777, 100, 7)
  octal(fields.uid, 108, 7)
  octal(fields.gid, 116, 7)
  octal(fields.size, 124, 11)
  octal(Math.max(0, fields.mtime), 136, 11)
  block.fill(" ", 148, 156)
  text(fields.typeflag, 156, 1)
  text(fields.target, 157, 100)
  block.write("ustar\x0000", 257, "latin1")
  text(fields.owner, 265, 31)
  text(fields.group, 297, 31)
  block.write(`${checksum(block).toString(8).padStart(6, "0")}\0 `, 148, "latin1")
  return block
}

function checksum(block: Uint8Array): number {
  let sum = 0
  for (let i = 0; i < tarBlock; i++) sum += i >= 148 && i < 156 ? 32 : (block[i] ?? 0)
  return sum
}

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

/** Gives exactly `bytes` bytes, or rejects at an early end. */
export type Take = (bytes: number) => Promise<Buffer>

/** A pax or GNU extension header longer than this is an attack, not a name. */
const maxExtensionBytes = 64 * 1024

/**
 * Reads one archive up to its end mark and not a byte further.
 * @throws MalformedTar  on a bad checksum, another type of entry, a limit passed, a name with NUL
 */
export async function* readTar(take: Take, limits: TarLimits): AsyncGenerator<TarMember> {
  let extension: Partial<Record<string, string>> = {}
  for (let entries = 0; ; ) {
    const block = await take(tarBlock)
    if (block.every(byte => byte === 0)) {
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
    yield { entry, content: await takeContent(take, entry.size) }
  }
}

/** The entry of one header without extensions; null for the end mark. For archives whose names are short. */
export function plainTarEntry(block: Buffer): TarEntry | null {
  return block.every(byte => byte === 0) ? null : entryOf(block, parseHeader(block), {})
}

async function takeContent(take: Take, size: number): Promise<Buffer> {
  if (size === 0) return Buffer.alloc(0)
  return (await take(size + tarPadding(size))).subarray(0, size)
}

/** What a header says in numbers; its names are another matter. */
type Header = Omit<TarEntry, "kind" | "path" | "target"> & { readonly typeflag: string }

function parseHeader(block: Buffer): Header {
  const sum = Number.parseInt(
    block
      .toString("latin1", 148, 156)
      .replace(/[\0 ]+$/, "")
      .trim(),
    8,
  )
  if (sum !== checksum(block)) throw new MalformedTar("header checksum does not agree")
  const typeflag = block.toString("latin1", 156, 157)
  return {
    mode: number(block, 100, 8) & 0o7777,
    uid: number(block, 108, 8),
    gid: number(block, 116, 8),
    size: number(block, 124, 12),
    mtime: number(block, 136, 12),
    typeflag: typeflag === "\0" ? "0" : typeflag,
    owner: text(block, 265, 32),
    group: text(block, 297, 32),
  }
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
  const field = block.subarray(offset, offset + length)
  const end = field.indexOf(0)
  return decode(end === -1 ? field : field.subarray(0, end))
}

function number(block: Buffer, offset: number, length: number): number {
  const field = block.subarray(offset, offset + length)
  if (((field[0] ?? 0) & 0x80) !== 0) {
    // GNU base-256, positive only; the leading bytes above 48 bits must be empty.
    if (field[0] !== 0x80 || field.subarray(1, length - 6).some(byte => byte !== 0)) {
      throw new MalformedTar("a number is out of range")
    }
    return field.readUIntBE(length - 6, 6)
  }
  const digits = field
    .toString("latin1")
    .replace(/[\0 ]+$/, "")
    .trimStart()
  if (digits === "") return 0
  if (!/^[0-7]+$/.test(digits)) throw new MalformedTar("a number is not octal")
  return Number.parseInt(digits, 8)
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
  const path = (extension["path"] ?? pathIn(block)).replace(/\/+$/, "")
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
