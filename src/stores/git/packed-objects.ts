/**
 * What a pack holds, object after object as it was written: some 40 bytes each, where a map of them takes 200. The
 * first backup of a large fleet has hundreds of thousands.
 */
export interface PackedObjects {
  readonly count: number
  /** its place, counted from 0; null when it is not there. @param id  40 hex digits */
  find(id: string): number | null
  /**
   * @param offset  of its first byte in the pack
   * @param crc     CRC-32 of its bytes in the pack
   */
  add(id: string, offset: number, crc: number): void
  at(place: number): PackedObject
  /** places in the order of ids, which is that of an index */
  sorted(): Uint32Array
}

export interface PackedObject {
  /** 20 bytes */
  readonly id: Buffer
  readonly offset: number
  readonly crc: number
}

const idBytes = 20
const firstRoom = 1024

export function packedObjects(): PackedObjects {
  let count = 0
  let room = firstRoom
  let ids = Buffer.alloc(idBytes * room)
  let offsets = new Float64Array(room)
  let sums = new Uint32Array(room)
  /** places plus 1 by the beginning of the id, or the next free one after that; 0 is free */
  let slots = new Uint32Array(2 * room)

  const idAt = (place: number) => ids.subarray(idBytes * place, idBytes * (place + 1))
  /** the slot of an id, or the one that is free for it; the beginning of a digest is as good as any hash of it */
  function slotOf(id: Buffer): number {
    for (let slot = id.readUInt32LE() % slots.length; ; slot = (slot + 1) % slots.length) {
      const place = (slots[slot] ?? 0) - 1
      if (place < 0 || ids.compare(id, 0, idBytes, idBytes * place, idBytes * (place + 1)) === 0) return slot
    }
  }
  function grow(): void {
    room *= 2
    ids = Buffer.concat([ids], idBytes * room)
    offsets = enlarged(offsets, new Float64Array(room))
    sums = enlarged(sums, new Uint32Array(room))
    slots = new Uint32Array(2 * room)
    for (let place = 0; place < count; place++) slots[slotOf(idAt(place))] = place + 1
  }
  return {
    get count() {
      return count
    },
    find(id) {
      const place = (slots[slotOf(Buffer.from(id, "hex"))] ?? 0) - 1
      return place < 0 ? null : place
    },
    add(id, offset, crc) {
      if (count === room) grow()
      const bytes = Buffer.from(id, "hex")
      bytes.copy(ids, idBytes * count)
      offsets[count] = offset
      sums[count] = crc
      slots[slotOf(bytes)] = ++count
    },
    at: place => ({ id: idAt(place), offset: offsets[place] ?? 0, crc: sums[place] ?? 0 }),
    sorted() {
      // Six bytes of an id, as a number, tell almost all apart.
      const beginnings = new Float64Array(count)
      for (let place = 0; place < count; place++) beginnings[place] = ids.readUIntBE(idBytes * place, 6)
      const difference = (a: number, b: number) => (beginnings[a] as number) - (beginnings[b] as number)
      const rest = (a: number, b: number) =>
        ids.compare(ids, idBytes * b, idBytes * (b + 1), idBytes * a, idBytes * (a + 1))
      return new Uint32Array(count).map((_, place) => place).sort((a, b) => difference(a, b) || rest(a, b))
    },
  }
}

function enlarged<T extends Float64Array | Uint32Array>(from: T, to: T): T {
  to.set(from)
  return to
}
