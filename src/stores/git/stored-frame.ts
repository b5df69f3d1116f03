/**
 * zlib's frame around bytes that are not compressed, as an object in a pack has one. Of small objects the runtime's zlib
 * takes longer to begin and to end than all of this.
 * Source: RFC 1950, section 2.2; RFC 1951, section 3.2.4 "Non-compressed blocks".
 */

const headBytes = 2
const blockHeadBytes = 5
const sumBytes = 4
const mostInBlock = 0xffff

/** How long the frame around so many bytes is. */
export const storedBytes = (size: number): number =>
  headBytes + blocksOf(size) * blockHeadBytes + size + sumBytes

const blocksOf = (size: number) => Math.max(1, Math.ceil(size / mostInBlock))

/** Writes the frame around `content` to `target` from `at` on. @returns where it ends */
export function storeInto(target: Buffer, at: number, content: Uint8Array): number {
  target[at++] = 0x78
  target[at++] = 0x01
  let from = 0
  for (let left = blocksOf(content.length); left > 0; left--) {
    const bytes = Math.min(mostInBlock, content.length - from)
    target[at++] = left === 1 ? 1 : 0
    at = target.writeUInt16LE(bytes, at)
    at = target.writeUInt16LE(~bytes & 0xffff, at)
    target.set(bytes === content.length ? content : content.subarray(from, from + bytes), at)
    at += bytes
    from += bytes
  }
  return target.writeUInt32BE(adler32(content), at)
}

/** So many bytes can be added before a sum no longer fits into 32 bits. */
const mostBeforeModulo = 5552
const largestPrime = 65_521

function adler32(bytes: Uint8Array): number {
  let [low, high] = [1, 0]
  for (let at = 0; at < bytes.length; ) {
    const stop = Math.min(at + mostBeforeModulo, bytes.length)
    for (; at < stop; at++) {
      low += bytes[at] as number
      high += low
    }
    low %= largestPrime
    high %= largestPrime
  }
  return ((high << 16) | low) >>> 0
}
