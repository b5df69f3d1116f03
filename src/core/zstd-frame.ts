/**
 * The pieces of one zstd frame. The runtime decompresses one frame and stays silent about what follows it; the
 * frame's own block headers tell where it ends.
 * Source: RFC 8878, sections 3.1.1 "Zstandard Frames" and 3.1.1.2 "Blocks".
 */
import type { ByteReader } from "./byte-reader.ts"

/** What no zstd writes. */
export class MalformedFrame extends Error {
  override readonly name = "MalformedFrame"
}

const magic = 0xfd2fb528
const maxBlockBytes = 128 * 1024
const rle = 1
const reserved = 3

/**
 * The bytes of exactly one frame.
 * @throws MalformedFrame, StreamEnded, StreamStalled
 */
export async function* frameParts(source: Pick<ByteReader, "take">): AsyncGenerator<Buffer> {
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
