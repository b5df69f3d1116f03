/**
 * The one archive format that hosts and bundles speak: ustar, with pax records where ustar is too small.
 * The writer is deterministic; the reader is in `tar-reader.ts`.
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
  if (!isPlain(entry)) return extendedHeader(entry)
  const header = Buffer.alloc(tarBlock)
  putPlain(header, 0, entry)
  return header
}

/** How long `tarHeader` is. */
export function tarHeaderBytes(entry: TarEntry): number {
  return isPlain(entry) ? tarBlock : extendedHeader(entry).length
}

/**
 * Writes what `tarHeader` gives to a place that holds zeros: an archive of many small files has as many headers.
 * @returns where it ends
 */
export function putTarHeader(target: Buffer, at: number, entry: TarEntry): number {
  if (isPlain(entry)) {
    putPlain(target, at, entry)
    return at + tarBlock
  }
  return at + extendedHeader(entry).copy(target, at)
}

/** Whether ustar holds every field. */
function isPlain({ kind, path, target, owner, group, uid, gid, size }: TarEntry): boolean {
  return (
    fits(path, kind === "directory" ? 99 : 100) &&
    fits(target, 100) &&
    fits(owner, 31) &&
    fits(group, 31) &&
    uid <= maxOctal7 &&
    gid <= maxOctal7 &&
    size <= maxOctal11
  )
}

const typeflags = { file: "0", link: "2", directory: "5" } as const

function putPlain(target: Buffer, at: number, entry: TarEntry): void {
  const path = entry.kind === "directory" ? `${entry.path}/` : entry.path
  putUstar(target, at, { ...entry, path, typeflag: typeflags[entry.kind] })
}

function extendedHeader(entry: TarEntry): Buffer {
  const path = entry.kind === "directory" ? `${entry.path}/` : entry.path
  const records: [string, string][] = []
  if (!fits(path, 100)) records.push(["path", path])
  if (!fits(entry.target, 100)) records.push(["linkpath", entry.target])
  if (!fits(entry.owner, 31)) records.push(["uname", entry.owner])
  if (!fits(entry.group, 31)) records.push(["gname", entry.group])
  if (entry.uid > maxOctal7) records.push(["uid", String(entry.uid)])
  if (entry.gid > maxOctal7) records.push(["gid", String(entry.gid)])
  if (entry.size > maxOctal11) records.push(["size", String(entry.size)])
  const header = ustar({ ...entry, path, typeflag: typeflags[entry.kind] })
  const body = paxBody(records)
  const pax = ustar({
    ...{ path: "pax", mode: 0o644, uid: 0, gid: 0, owner: "", group: "", mtime: 0, target: "" },
    ...{ size: body.length, typeflag: "x" },
  })
  return Buffer.concat([pax, body, Buffer.alloc(tarPadding(body.length)), header])
}

function fits(text: string, bytes: number): boolean {
  if (text.length > bytes) return false
  for (let at = 0; at < text.length; at++) {
    const char = text.charCodeAt(at)
    if (char < 0x20 || char > 0x7e) return false
  }
  return true
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
  putUstar(block, 0, fields)
  return block
}

/** @param target  holds zeros there */
function putUstar(target: Buffer, at: number, fields: UstarFields): void {
  const text = (value: string, offset: number, length: number) =>
    target.write(
      fits(value, length) ? value : value.replace(/[^\x20-\x7e]/g, "_").slice(0, length),
      at + offset,
      "latin1",
    )
  const octal = (value: number, offset: number, digits: number) => {
    let left = Math.min(value, 8 ** digits - 1)
    for (let place = at + offset + digits - 1; place >= at + offset; place--) {
      target[place] = zero + (left % 8)
      left = Math.floor(left / 8)
    }
  }
  text(fields.path, 0, 100)
  octal(fields.mode & 0o7777, 100, 7)
  octal(fields.uid, 108, 7)
  octal(fields.gid, 116, 7)
  octal(fields.size, 124, 11)
  octal(Math.max(0, fields.mtime), 136, 11)
  text(fields.typeflag, 156, 1)
  text(fields.target, 157, 100)
  target.write("ustar\x0000", at + 257, "latin1")
  text(fields.owner, 265, 31)
  text(fields.group, 297, 31)
  octal(checksum(target, at), 148, 6)
  target[at + 155] = space
}

export const zero = 0x30
export const space = 0x20
export const checksumField = { start: 148, end: 156 }

/** Of the header at `at`, its own field taken for blanks. */
export function checksum(block: Uint8Array, at: number): number {
  let sum = (checksumField.end - checksumField.start) * space
  for (let place = at; place < at + checksumField.start; place++) sum += block[place] as number
  for (let place = at + checksumField.end; place < at + tarBlock; place++) sum += block[place] as number
  return sum
}
