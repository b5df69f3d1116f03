/** One zstd frame in the midst of a stream from a host. */
import type { ReadableOptions } from "node:stream"
import { finished } from "node:stream/promises"
import { promisify } from "node:util"
import { createZstdDecompress, type ZstdOptions, zstdDecompress, zstdDecompressSync } from "node:zlib"
import type { ByteReader } from "../../core/byte-reader.ts"
import { release } from "../../core/release.ts"
import {
  frameParts,
  isOneFrame,
  lastBlockAt,
  leastPooledBytes,
  MalformedFrame,
} from "../../core/zstd-frame.ts"

export { MalformedFrame }

/** Never less memory in one piece than this, and never more until it is needed. */
const leastPiece = 64 * 1024
const mostPiece = 8 * 1024 * 1024

const decompress = promisify<Buffer, ZstdOptions, Buffer>(zstdDecompress)

/**
 * The content of one frame, taken whole, and no byte more.
 * @param maxBytes  of its content
 * @throws MalformedFrame, StreamEnded, StreamStalled
 */
export async function takeFrame(source: ByteReader, maxBytes: number): Promise<Buffer> {
  const packed = await packedFrame(source, maxBytes)
  const content = await unpackWhole(packed, maxBytes)
  release(packed)
  return content
}

/** The content of one frame. @throws MalformedFrame */
export async function unpackWhole(packed: Buffer, maxBytes: number): Promise<Buffer> {
  // Texts come to a tenth of their size or more: mostly one piece is enough, and nothing is joined.
  const chunkSize = Math.min(mostPiece, maxBytes + 64, Math.max(leastPiece, 10 * packed.length))
  try {
    const options = { chunkSize, maxOutputLength: maxBytes }
    const isSmall = packed.length < leastPooledBytes
    return isSmall ? zstdDecompressSync(packed, options) : await decompress(packed, options)
  } catch (cause) {
    throw damaged(maxBytes, cause)
  }
}

/**
 * One frame as it comes, whole, and no byte more.
 * @param maxBytes  of its content; a frame that is larger than any frame of that is none
 */
export async function packedFrame(source: ByteReader, maxBytes: number): Promise<Buffer> {
  const parts: Buffer[] = []
  let size = 0
  for await (const part of frameParts(source)) {
    parts.push(part)
    size += part.length
    if (size > maxBytes + overhead(maxBytes)) throw new MalformedFrame(`a zstd frame above ${maxBytes} bytes`)
  }
  return Buffer.concat(parts)
}

/** What pzstd puts before each of its frames: a skippable frame (RFC 8878, 3.1.2) that holds how long the next one is. */
const sizeMagic = 0x184d2a50
const sizeBytes = 4
/** Its first byte, by which it is told from a frame and from what follows them. */
export const sizeStart = sizeMagic & 0xff

/**
 * One frame behind its size, as pzstd writes it: taken in one go, as `packedFrame` otherwise.
 * @throws MalformedFrame, StreamEnded, StreamStalled
 */
export async function sizedFrame(source: ByteReader, maxBytes: number): Promise<Buffer> {
  const head = await source.take(4 + 4 + sizeBytes)
  if (head.readUInt32LE(0) !== sizeMagic || head.readUInt32LE(4) !== sizeBytes)
    throw new MalformedFrame("no size of a zstd frame where one was announced")
  const size = head.readUInt32LE(8)
  if (size > maxBytes + overhead(maxBytes)) throw new MalformedFrame(`a zstd frame above ${maxBytes} bytes`)
  const frame = await source.take(size)
  if (!isOneFrame(frame)) throw new MalformedFrame("a zstd frame of another size than announced")
  return frame
}

/** What does not compress comes with headers on top. */
const overhead = (bytes: number) => 64 + (bytes >> 10)

/** Room for all that is in a frame of pzstd's, and to spare: full to the byte, it would cost the pool one more turn. */
const partBytes = (2 * 1024 + 64) * 1024

/** Of a frame that is smaller, the last block is found soon enough when it is needed. */
const leastDividedBytes = 512 * 1024

/**
 * Shows the content of a frame part by part, so that it is never in memory as a whole.
 * @param frame  one whole frame
 * @param see    one part after the other; the memory of a part is taken back when it returns
 * @returns      bytes of the content, and of the last block's part in it; null where that was not looked for
 * @throws MalformedFrame, and what `see` throws
 */
export async function unpackInParts(
  frame: Buffer,
  maxBytes: number,
  see: (part: Buffer) => Promise<void>,
): Promise<{ readonly bytes: number; readonly lastBlockBytes: number | null }> {
  const chunkSize = Math.min(partBytes, Math.max(leastPiece, maxBytes))
  // Some parts are unpacked ahead, by the runtime's pool, while one is looked at.
  const options: ZstdOptions & ReadableOptions = { chunkSize, highWaterMark: 2 * chunkSize }
  const stream = createZstdDecompress(options)
  const memory = takenBack()
  let bytes = 0
  let trouble: unknown
  let showing: Promise<void> = Promise.resolve()
  const show = async (part: Buffer) => {
    // The stream goes on to the next part when this handler returns: it is looked at after that.
    await null
    if (bytes > maxBytes) throw damaged(maxBytes)
    await see(part)
  }
  stream.on("data", (part: Buffer) => {
    bytes += part.length
    memory.now(part.buffer as ArrayBuffer)
    stream.pause()
    showing = show(part)
    showing.then(
      () => stream.resume(),
      (error: unknown) => {
        trouble ??= error
        stream.destroy()
      },
    )
  })
  const done = finished(stream, { writable: false }).catch((cause: unknown) => {
    throw trouble ?? damaged(maxBytes, cause)
  })
  let before: number | null = null
  let last = 0
  if (frame.length >= leastDividedBytes) {
    last = lastBlockAt(frame)
    const written = new Promise<void>(resolve => stream.write(frame.subarray(0, last), () => resolve()))
    await Promise.race([written, done])
    before = bytes + stream.readableLength
  }
  // Ended in the usual way, the stream would take one more turn of the pool, in which nothing comes of a whole frame.
  stream.write(frame.subarray(last), () => stream.push(null))
  await done
  // The stream ends with its last part, whether that has been looked at or not.
  await showing
  stream.destroy()
  memory.now(null)
  return { bytes, lastBlockBytes: before === null ? null : bytes - before }
}

/**
 * Frees the memory of the stream's parts as soon as the stream has gone on to the next. Left to the garbage
 * collector, which counts what it knows of and not what that holds, it would come to a multiple of the rest.
 */
function takenBack() {
  let current: ArrayBuffer | null = null
  return {
    /** @param next  what the stream writes to now; null when it has ended */
    now(next: ArrayBuffer | null) {
      if (current !== null && current !== next) release(new Uint8Array(current))
      current = next
    },
  }
}

const damaged = (maxBytes: number, cause?: unknown) =>
  new MalformedFrame(`a damaged zstd frame, or one above ${maxBytes} bytes`, { cause })
