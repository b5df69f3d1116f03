/** The index by which git finds the objects of a pack. Source: gitformat-pack(5), "Version 2 pack-*.idx files". */
import { createHash } from "node:crypto"

export interface PackedObject {
  /** 40 hex digits */
  readonly id: string
  /** of its first byte in the pack */
  readonly offset: number
  /** CRC-32 of its bytes in the pack */
  readonly crc: number
}

const magic = Buffer.from([0xff, 0x74, 0x4f, 0x63, 0, 0, 0, 2])
const largeOffset = 0x8000_0000

/** @param checksum  of the pack */
export function packIndex(objects: readonly PackedObject[], checksum: Buffer): Buffer {
  const sorted = objects.toSorted((a, b) => (a.id < b.id ? -1 : 1))
  const fanout = Buffer.alloc(4 * 256)
  let upTo = 0
  for (let first = 0; first < 256; first++) {
    while (Number.parseInt(sorted[upTo]?.id.slice(0, 2) ?? "ff", 16) <= first && upTo < sorted.length) upTo++
    fanout.writeUInt32BE(upTo, 4 * first)
  }
  const ids = Buffer.concat(sorted.map(({ id }) => Buffer.from(id, "hex")))
  const sums = Buffer.alloc(4 * sorted.length)
  const offsets = Buffer.alloc(4 * sorted.length)
  const large: Buffer[] = []
  for (const [place, { offset, crc }] of sorted.entries()) {
    sums.writeUInt32BE(crc, 4 * place)
    if (offset < largeOffset) offsets.writeUInt32BE(offset, 4 * place)
    else {
      offsets.writeUInt32BE(largeOffset + large.length, 4 * place)
      const wide = Buffer.alloc(8)
      wide.writeBigUInt64BE(BigInt(offset))
      large.push(wide)
    }
  }
  const body = Buffer.concat([magic, fanout, ids, sums, offsets, ...large, checksum])
  return Buffer.concat([body, createHash("sha1").update(body).digest()])
}
