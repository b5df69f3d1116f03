/** Hash tables over bytes and small integers: in JavaScript's own, a text or key would be made for each record. */

const firstSlots = 1024
/** Odd, with its bits well mixed. Source: FNV-1a's prime is too small for words of four bytes; this is Knuth's. */
const multiplier = 0x9e3779b1

/** Spreads the bits of an integer. Source: MurmurHash3's finalizer (Austin Appleby, public domain). */
export function spread(value: number): number {
  let hash = Math.imul(value ^ (value >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return hash ^ (hash >>> 16)
}

/** Byte strings, each with a number: 0, 1, 2 … in order of first sight. */
export class NameTable {
  readonly #most: number
  #slots = new Int32Array(firstSlots).fill(-1)
  #hashes = new Int32Array(firstSlots / 2)
  #ends = new Int32Array(firstSlots / 2 + 1)
  #pool = new Uint8Array(firstSlots * 8)
  #poolWords: DataView = new DataView(this.#pool.buffer)
  #given: Uint8Array = this.#pool
  /** the bytes of `#given`, four at a time */
  #words = this.#poolWords
  size = 0

  /** @param most  names that are told apart; those beyond get no number */
  constructor(most: number) {
    this.#most = most
  }

  /** @returns  the number of `bytes[from..to]`; -1 when it is new and the table is full */
  find(bytes: Uint8Array, from: number, to: number): number {
    return this.#find(bytes, from, to, true)
  }

  /** As `find`, but adds nothing. */
  lookup(bytes: Uint8Array, from: number, to: number): number {
    return this.#find(bytes, from, to, false)
  }

  #find(bytes: Uint8Array, from: number, to: number, adds: boolean): number {
    if (bytes !== this.#given) {
      this.#given = bytes
      this.#words = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    }
    const hash = this.#hashOf(from, to)
    const slots = this.#slots
    const mask = slots.length - 1
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const id = slots[slot] as number
      if (id < 0) return !adds ? -1 : this.#add(bytes, from, to, hash, slot)
      if (this.#hashes[id] === hash && this.#isAt(id, from, to)) return id
    }
  }

  bytesOf(id: number): Uint8Array {
    return this.#pool.subarray(this.#ends[id], this.#ends[id + 1])
  }

  /** What is not UTF-8 in it is shown as U+FFFD. */
  textOf(id: number): string {
    return new TextDecoder().decode(this.bytesOf(id))
  }

  #hashOf(from: number, to: number): number {
    const words = this.#words
    let hash = to - from
    let at = from
    for (; at + 4 <= to; at += 4) hash = Math.imul(hash ^ words.getInt32(at), multiplier) ^ (hash >>> 17)
    for (; at < to; at++) hash = Math.imul(hash ^ words.getUint8(at), multiplier)
    return hash ^ (hash >>> 15)
  }

  #isAt(id: number, from: number, to: number): boolean {
    const words = this.#words
    const pool = this.#poolWords
    let own = this.#ends[id] as number
    if ((this.#ends[id + 1] as number) - own !== to - from) return false
    let at = from
    for (; at + 4 <= to; at += 4, own += 4) if (words.getInt32(at) !== pool.getInt32(own)) return false
    for (; at < to; at++, own++) if (words.getUint8(at) !== pool.getUint8(own)) return false
    return true
  }

  #add(bytes: Uint8Array, from: number, to: number, hash: number, slot: number): number {
    if (this.size >= this.#most) return -1
    const id = this.size++
    const begin = this.#ends[id] as number
    const end = begin + to - from
    if (end > this.#pool.length) {
      this.#pool = grown(this.#pool, Math.max(end, 2 * this.#pool.length))
      this.#poolWords = new DataView(this.#pool.buffer)
    }
    this.#pool.set(bytes.subarray(from, to), begin)
    this.#ends[id + 1] = end
    this.#hashes[id] = hash
    this.#slots[slot] = id
    if (this.size === this.#hashes.length) this.#grow()
    return id
  }

  #grow(): void {
    const slots = this.#slots.length * 2
    this.#hashes = grown(this.#hashes, slots / 2)
    this.#ends = grown(this.#ends, slots / 2 + 1)
    this.#slots = new Int32Array(slots).fill(-1)
    for (let id = 0; id < this.size; id++) {
      let slot = (this.#hashes[id] as number) & (slots - 1)
      while ((this.#slots[slot] as number) >= 0) slot = (slot + 1) & (slots - 1)
      this.#slots[slot] = id
    }
  }
}

const keys = 4
const width = 8

/** Four keys and four counts. */
export type TallyRow = readonly [number, number, number, number, number, number, number, number]

/** Rows of four counts by four whole numbers. */
export class Tally {
  #slots = new Int32Array(firstSlots).fill(-1)
  /** four keys and four counts for each row */
  #rows = new Int32Array((firstSlots / 2) * width)
  size = 0

  /** Adds `amount` to one of the four counts of a row. */
  add(a: number, b: number, c: number, d: number, column: 0 | 1 | 2 | 3, amount: number): void {
    const rows = this.#rows
    const slots = this.#slots
    const mask = slots.length - 1
    let slot = hashOf(a, b, c, d) & mask
    for (; ; slot = (slot + 1) & mask) {
      const row = slots[slot] as number
      if (row < 0) break
      if (rows[row] === a && rows[row + 1] === b && rows[row + 2] === c && rows[row + 3] === d) {
        rows[row + keys + column] = (rows[row + keys + column] as number) + amount
        return
      }
    }
    const row = this.size++ * width
    slots[slot] = row
    rows.set([a, b, c, d], row)
    rows[row + keys + column] = amount
    if (this.size * 2 === slots.length) this.#grow()
  }

  *rows(): Generator<TallyRow> {
    for (let row = 0; row < this.size; row++) {
      yield Array.from(this.#rows.subarray(row * width, (row + 1) * width)) as unknown as TallyRow
    }
  }

  #grow(): void {
    const slots = this.#slots.length * 2
    this.#rows = grown(this.#rows, (slots / 2) * width)
    this.#slots = new Int32Array(slots).fill(-1)
    let row = 0
    for (const [a, b, c, d] of this.rows()) {
      let slot = hashOf(a, b, c, d) & (slots - 1)
      while ((this.#slots[slot] as number) >= 0) slot = (slot + 1) & (slots - 1)
      this.#slots[slot] = row
      row += width
    }
  }
}

function hashOf(a: number, b: number, c: number, d: number): number {
  const low = Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b)
  return spread(low ^ Math.imul(c, 0xc2b2ae35) ^ Math.imul(d, 0x27d4eb2f))
}

/** Which byte strings were seen, by a digest of 64 bits each: the strings themselves are not kept. */
export class SeenSet {
  #slots = new Int32Array(2 * firstSlots)
  #size = 0

  /** @returns  whether `bytes[from..to]` is new under `group` */
  add(group: number, bytes: Uint8Array, from: number, to: number): boolean {
    let low = Math.imul(group, 0x9e3779b1)
    let high = group ^ (to - from)
    for (let at = from; at < to; at++) {
      low = Math.imul(low ^ (bytes[at] as number), 0x01000193)
      high = Math.imul(high, 31) + (bytes[at] as number)
      high |= 0
    }
    // All zero is a free slot.
    const added = this.#put(spread(low) | 1, spread(high))
    if (added && ++this.#size * 4 === this.#slots.length) this.#grow()
    return added
  }

  copy(): SeenSet {
    const copy = new SeenSet()
    copy.#slots = this.#slots.slice()
    copy.#size = this.#size
    return copy
  }

  #put(low: number, high: number): boolean {
    const slots = this.#slots
    const mask = slots.length - 2
    for (let slot = (high << 1) & mask; ; slot = (slot + 2) & mask) {
      if (slots[slot] === low && slots[slot + 1] === high) return false
      if (slots[slot] !== 0) continue
      slots[slot] = low
      slots[slot + 1] = high
      return true
    }
  }

  #grow(): void {
    const old = this.#slots
    this.#slots = new Int32Array(old.length * 2)
    for (let slot = 0; slot < old.length; slot += 2) {
      if (old[slot] !== 0) this.#put(old[slot] as number, old[slot + 1] as number)
    }
  }
}

function grown<T extends Int32Array | Uint8Array>(table: T, length: number): T {
  const larger = (table instanceof Int32Array ? new Int32Array(length) : new Uint8Array(length)) as T
  larger.set(table)
  return larger
}
