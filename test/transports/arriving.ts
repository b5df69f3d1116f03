/** Bytes on their way, in packets. */
import { ByteReader } from "../../src/core/byte-reader.ts"

/** A reader to which all of these come in packets of so many bytes, each with memory of its own, and then no more. */
export function arriving(bytes: Uint8Array, packetBytes: number): ByteReader {
  const reader = new ByteReader(1000)
  for (let at = 0; at < bytes.length; at += packetBytes) {
    reader.push(Buffer.from(bytes.subarray(at, at + packetBytes)))
  }
  reader.end()
  return reader
}
