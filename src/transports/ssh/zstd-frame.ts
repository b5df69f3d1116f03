/** One zstd frame in the midst of a stream from a host. */
import { promisify } from "node:util"
import { type ZstdOptions, zstdDecompress } from "node:zlib"
import type { ByteReader } from "../../core/byte-reader.ts"
import { frameParts, MalformedFrame } from "../../core/zstd-frame.ts"

export { MalformedFrame }

/** Never less memory in one piece than this, and never more until it is needed. */
const leastPiece = 64 * 1024
const mostPiece = 8 * 1024 * 1024

const decompress = promisify<Buffer, ZstdOptions, Buffer>(zstdDecompress)

/** A frame as it came, and what is in it. */
export interface Frame {
  readonly packed: Buffer
  readonly content: Buffer
}

/**
 * Takes one frame, whole, and no byte more.
 * @param maxBytes  of its content
 * @throws MalformedFrame, StreamEnded, StreamStalled
 */
export async function takeFrame(source: ByteReader, maxBytes: number): Promise<Frame> {
  const parts: Buffer[] = []
  let size = 0
  for await (const part of frameParts(source)) {
    parts.push(part)
    size += part.length
    if (size > maxBytes + overhead(maxBytes)) throw new MalformedFrame(`a zstd frame above ${maxBytes} bytes`)
  }
  const packed = Buffer.concat(parts)
  // Texts come to a tenth of their size or more: mostly one piece is enough, and nothing is joined.
  const chunkSize = Math.min(mostPiece, maxBytes + 64, Math.max(leastPiece, 10 * size))
  try {
    return { packed, content: await decompress(packed, { chunkSize, maxOutputLength: maxBytes }) }
  } catch (cause) {
    throw new MalformedFrame(`a damaged zstd frame, or one above ${maxBytes} bytes`, { cause })
  }
}

/** What does not compress comes with headers on top. */
const overhead = (bytes: number) => 64 + (bytes >> 10)
