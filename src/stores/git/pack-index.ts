/** The index by which git finds the objects of a pack. Source: gitformat-pack(5), "Version 2 pack-*.idx files". */
import { createHash } from "node:crypto"
import type { PackedObjects } from "./packed-objects.ts"

const magic = Buffer.from([0xff, 0x74, 0x4f, 0x63, 0, 0, 0, 2])
const largeOffset = 0x8000_0000

/** @param checksum  of the pack */
export function packIndex(objects: PackedObjects, checksum: Buffer): Buffer {
  const { count } = objects
  const fanout = Buffer.alloc(4 * 256)
  const ids = Buffer.alloc(20 * count)
  const sums = Buffer.alloc(4 * count)
  const offsets = Buffer.alloc(4 * count)
  const large: Buffer[] = []
  for (const [n, place] of objects.sorted().entries()) {
    const { id, offset, crc } = objects.at(place)
    id.copy(ids, 20 * n)
    // How many begin with this byte or a smaller one: what is larger takes the last of them, in the end.
    fanout.writeUInt32BE(n + 1, 4 * (id[0] ?? 0))
    sums.writeUInt32BE(crc, 4 * n)
    if (offset < largeOffset) offsets.writeUInt32BE(offset, 4 * n)
    else {
      offsets.writeUInt32BE(largeOffset + large.length, 4 * n)
      const wide = Buffer.alloc(8)
      wide.writeBigUInt64BE(BigInt(offset))
      large.push(wide)
    }
  }
  for (let first = 1; first < 256; first++)
    if (fanout.readUInt32BE(4 * first) === 0)
      fanout.writeUInt32BE(fanout.readUInt32BE(4 * (first - 1)), 4 * first)
  const body = Buffer.concat([magic, fanout, ids, sums, offsets, ...large, checksum])
  return Buffer.concat([body, createHash("sha1").update(body).digest()])
}
