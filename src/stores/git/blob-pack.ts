/**
 * Blobs, large or many, and trees, written into a pack of git's by this program. `git fast-import` hashes what it gets four times,
 * with a SHA-1 that is a third as fast as the runtime's, and most of it when the run is about to end: of the time that
 * a large log took on this side, that was more than a quarter.
 * Source: gitformat-pack(5), "pack-*.pack files have the following format" and "Version 2 pack-*.idx files".
 */
import { createHash, randomBytes } from "node:crypto"
import { type FileHandle, mkdir, open, rename, rm } from "node:fs/promises"
import { join } from "node:path"
import { promisify } from "node:util"
import { crc32, deflate, type InputType, type ZlibOptions } from "node:zlib"
import { release } from "../../core/release.ts"
import { writeWhole } from "../../core/write-whole.ts"
import { packIndex } from "./pack-index.ts"
import { packedObjects } from "./packed-objects.ts"
import type { Git } from "./process.ts"
import { storedBytes, storeInto } from "./stored-frame.ts"

const wrap = promisify<InputType, ZlibOptions, Buffer>(deflate)

export type PackedType = "blob" | "tree"

/** One pack in the making. Nobody else sees its blobs before `finish`. */
export interface BlobPack {
  /** @returns the object's id */
  add(type: PackedType, content: Uint8Array): Promise<string>
  /** As `add`, without waiting: null where that would be needed. For most of many small objects there is room. */
  addNow(type: PackedType, content: Uint8Array): string | null
  /** the content of a blob, read back from the disk; null when it is not in this pack */
  read(id: string): Promise<Buffer | null>
  /** Puts it on disk under its final name. */
  finish(): Promise<void>
  /** Takes away what is not finished. */
  discard(): Promise<void>
}

const headerBytes = 12
const hashedBytes = 4 * 1024 * 1024
const typeNumbers = { tree: 2, blob: 3 }
/** What is smaller is gathered: a system call, or a turn of the runtime's pool, takes longer than the copy. */
const smallBytes = 128 * 1024
const gatherBytes = 1024 * 1024
/** A segment of a log, as a rule. */
const mostSpareBytes = 8 * 1024 * 1024
const zlibHeadBytes = 2
const blockHeadBytes = 5

/** Left by a killed run, git takes a file of this name away with its own. */
const temporaryName = () => `tmp_pack_${randomBytes(8).toString("hex")}`

/** @throws what the file system throws */
export async function blobPack({ dir }: Git): Promise<BlobPack> {
  const folder = join(dir, "objects", "pack")
  await mkdir(folder, { recursive: true })
  const path = join(folder, temporaryName())
  const file = await open(path, "wx+", 0o444)
  const objects = packedObjects()
  let end = headerBytes
  /** one after the other, and never more than one waits: each keeps a thread of the runtime's pool */
  let syncing: Promise<void> | null = null
  let trouble: unknown = null
  let gathered = Buffer.allocUnsafeSlow(gatherBytes)
  let filled = 0
  let writing: Promise<void> = Promise.resolve()
  /** for the next entry that is read back: new memory costs as much as reading into it */
  let spare: Buffer | null = null

  /** Writes what is gathered, which ends where the pack ends by now. */
  function flush(): Promise<void> {
    if (filled === 0) return writing
    const [part, offset] = [gathered.subarray(0, filled), end - filled]
    gathered = Buffer.allocUnsafeSlow(gatherBytes)
    filled = 0
    writing = writing.then(async () => {
      await writeWhole(file, part, offset)
      release(new Uint8Array(part.buffer))
      startSync()
    })
    return writing
  }

  function startSync(): void {
    syncing ??= file
      .datasync()
      .catch((error: unknown) => {
        trouble ??= error
      })
      .finally(() => {
        syncing = null
      })
  }

  function addNow(type: PackedType, content: Uint8Array): string | null {
    const isSmall = content.length < smallBytes
    if (!isSmall || filled + mostHeadBytes + storedBytes(content.length) > gatherBytes) return null
    const id = objectId(type, content)
    if (objects.find(id) !== null) return id
    const from = filled
    filled = storeInto(gathered, putEntryHead(gathered, from, type, content.length), content)
    objects.add(id, end, crc32(gathered.subarray(from, filled)))
    end += filled - from
    return id
  }

  return {
    addNow,
    async add(type, content) {
      // Others add while this one waits.
      for (; content.length < smallBytes; await flush()) {
        const added = addNow(type, content)
        if (added !== null) return added
      }
      const id = objectId(type, content)
      if (objects.find(id) !== null) return id
      // Ciphertext: zlib's frame without any compression in it.
      const stored = await wrap(content, {
        level: 0,
        chunkSize: content.length + (content.length >> 8) + 1024,
      })
      // Another host may have brought the same meanwhile.
      if (objects.find(id) !== null) return id
      const head = entryHead(type, content.length)
      // What is gathered ends here.
      const gatheredBefore = flush()
      const offset = end
      end += head.length + stored.length
      objects.add(id, offset, crc32(stored, crc32(head)))
      // In turn: who reads back waits for what was added before.
      writing = gatheredBefore.then(async () => {
        await writeWhole(file, head, offset)
        await writeWhole(file, stored, offset + head.length)
        release(new Uint8Array(stored.buffer))
        startSync()
      })
      await writing
      return id
    },
    async read(id) {
      const place = objects.find(id)
      if (place === null) return null
      const { offset } = objects.at(place)
      const next = place + 1 < objects.count ? objects.at(place + 1).offset : end
      await flush()
      const bytes = next - offset
      const memory = spare !== null && spare.length >= bytes ? spare : Buffer.allocUnsafeSlow(bytes)
      spare = null
      const entry = memory.subarray(0, bytes)
      await file.read(entry, 0, entry.length, offset)
      const { size, headBytes } = entrySize(entry)
      const content = unwrapped(entry.subarray(headBytes), size)
      if (memory.length <= mostSpareBytes) spare = memory
      else release(memory)
      return content
    },
    async finish() {
      await flush()
      const header = Buffer.alloc(headerBytes)
      header.write("PACK")
      header.writeUInt32BE(2, 4)
      header.writeUInt32BE(objects.count, 8)
      await file.write(header, 0, headerBytes, 0)
      const checksum = await checksumOf(file, end)
      await file.write(checksum, 0, checksum.length, end)
      await syncing
      if (trouble !== null) throw trouble
      await file.sync()
      await file.close()
      const name = join(folder, `pack-${checksum.toString("hex")}`)
      const index = join(folder, temporaryName())
      await using written = await open(index, "wx", 0o444)
      await written.writeFile(packIndex(objects, checksum))
      await written.sync()
      // A pack is seen by its index: that comes last.
      await rename(path, `${name}.pack`)
      await rename(index, `${name}.idx`)
      await using directory = await open(folder, "r")
      await directory.sync()
    },
    async discard() {
      await writing.catch(() => {})
      await syncing
      await file.close().catch(() => {})
      await rm(path, { force: true })
    },
  }
}

export const objectId = (type: PackedType, content: Uint8Array): string =>
  createHash("sha1").update(`${type} ${content.length}\0`).update(content).digest("hex")

/** The type and the size of what follows. */
function entryHead(type: PackedType, size: number): Buffer {
  const head = Buffer.alloc(mostHeadBytes)
  return head.subarray(0, putEntryHead(head, 0, type, size))
}

const mostHeadBytes = 8

/** @returns where it ends */
function putEntryHead(target: Buffer, at: number, type: PackedType, size: number): number {
  let [byte, left] = [(typeNumbers[type] << 4) | (size & 15), Math.floor(size / 16)]
  for (; left > 0; left = Math.floor(left / 128)) {
    target[at++] = byte | 0x80
    byte = left & 0x7f
  }
  target[at++] = byte
  return at
}

/** The size that such a head says, and its own. */
function entrySize(entry: Buffer): { readonly size: number; readonly headBytes: number } {
  let [at, byte] = [1, entry.readUInt8(0)]
  let size = byte & 15
  for (let unit = 16; (byte & 0x80) !== 0; unit *= 128) {
    byte = entry.readUInt8(at++)
    size += (byte & 0x7f) * unit
  }
  return { size, headBytes: at }
}

/**
 * The content of a zlib frame without compression; whether it is right, digests tell.
 * Source: RFC 1951, section 3.2.4 "Non-compressed blocks".
 */
function unwrapped(stored: Buffer, size: number): Buffer {
  const content = Buffer.allocUnsafeSlow(size)
  let filled = 0
  for (let [at, isLast] = [zlibHeadBytes, false]; !isLast && filled < size; ) {
    isLast = (stored.readUInt8(at) & 1) === 1
    const bytes = stored.readUInt16LE(at + 1)
    at += blockHeadBytes
    filled += stored.copy(content, filled, at, at + bytes)
    at += bytes
  }
  return content.subarray(0, filled)
}

/** Over all of it: how many blobs there are stands at its beginning, and is known at the end. */
async function checksumOf(file: FileHandle, bytes: number): Promise<Buffer> {
  const hash = createHash("sha1")
  const part = Buffer.allocUnsafe(hashedBytes)
  for (let at = 0; at < bytes; ) {
    const { bytesRead } = await file.read(part, 0, Math.min(part.length, bytes - at), at)
    if (bytesRead === 0) throw new Error("a pack is shorter than what was written to it")
    hash.update(part.subarray(0, bytesRead))
    at += bytesRead
  }
  return hash.digest()
}
