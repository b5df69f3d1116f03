/**
 * One zstd frame in the midst of a stream. The runtime decompresses, but does not say where a frame ends in
 * what it was given; the frame's own block headers do.
 * Source: RFC 8878, sections 3.1.1 "Zstandard Frames" and 3.1.1.2 "Blocks".
 */
import { zstdDecompressSync } from "node:zlib"
import type { ByteReader } from "../../core/byte-reader.ts"

/** A host sent what no zstd writes. */
export class MalformedFrame extends Error {
  override readonly name = "MalformedFrame"
}

const magic = 0xfd2fb528
const maxBlockBytes = 128 * 1024
const rle = 1
const reserved = 3

/** Never less memory in one piece than this, and never more until it is needed. */
const leastPiece = 64 * 1024
const mostPiece = 4 * 1024 * 1024

/**
 * Takes one frame, whole, and no byte more.
 * @param maxBytes  of its content
 * @throws MalformedFrame, StreamEnded, StreamStalled
 */
export async function takeFrame(source: ByteReader, maxBytes: number): Promise<Buffer> {
  const parts: Buffer[] = []
  let size = 0
  for await (const part of frameParts(source)) {
    parts.push(part)
    size += part.length
    if (size > maxBytes) throw new MalformedFrame(`a zstd frame above ${maxBytes} bytes`)
  }
  // Texts come to a quarter of their size or more: mostly one piece is enough, and nothing is joined.
  const chunkSize = Math.min(mostPiece, Math.max(leastPiece, 5 * size))
  try {
    return zstdDecompressSync(Buffer.concat(parts), { chunkSize, maxOutputLength: maxBytes })
  } catch (cause) {
    throw new MalformedFrame(`a damaged zstd frame, or one above ${maxBytes} bytes`, { cause })
  }
}

/** The bytes of exactly one frame. */
async function* frameParts(source: ByteReader): AsyncGenerator<Buffer> {
  const start = await source.take(5)
  if (start.readUInt32LE(0) !== magic) throw new MalformedFrame("no zstd frame where one was announced")
  const descriptor = start.readUInt8(4)
  const single = (descriptor & 0x20) !== 0
  const sizeBytes = [single ? 1 : 0, 2, 4, 8][descriptor >> 6] ?? 0
  const dictionaryBytes = [0, 1, 2, 4][descriptor & 3] ?? 0
  yield start
  yield await source.take((single ? 0 : 1) + dictionaryBytes + sizeBytes)
  for (let last = false; !last; ) {
    const head = await source.take(3)
    const bits = head.readUIntLE(0, 3)
    last = (bits & 1) === 1
    const [type, size] = [(bits >> 1) & 3, bits >> 3]
    if (type === reserved || size > maxBlockBytes) throw new MalformedFrame("a zstd block that is none")
    yield head
    yield await source.take(type === rle ? 1 : size)
  }
  if ((descriptor & 4) !== 0) yield await source.take(4)
}
