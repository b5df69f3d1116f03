import { NameTable } from "./accounting-tables.ts"

/** Stands for what has no name of its own: too many, unfit to be shown, or not there. */
export const unnamed = "*"

/** What names say once it is known what they mean: each text has one number, however it was written; 0 is `*`. */
export class Names {
  readonly texts: string[] = [unnamed]
  readonly #numbers = new Map([[unnamed, 0]])
  readonly #most: number

  constructor(most: number) {
    this.#most = most
  }

  numberOf(text: string): number {
    const known = this.#numbers.get(text)
    if (known !== undefined) return known
    if (this.texts.length > this.#most) return 0
    this.#numbers.set(text, this.texts.length)
    return this.texts.push(text) - 1
  }
}

const utf8 = new TextDecoder("utf-8", { fatal: true })

/** A column whose values repeat: what a value means is worked out once, then found by its bytes. */
export class NamedColumn {
  readonly #table: NameTable
  readonly #meanings: number[] = []
  readonly #meaningOf: (text: string) => number

  /** @param most  values that are told apart; those beyond mean 0 */
  constructor(most: number, meaningOf: (text: string) => number) {
    this.#table = new NameTable(most)
    this.#meaningOf = meaningOf
  }

  /**
   * @param place  of the column; -1 when the file has none
   * @returns      what the value means; 0 when it is not there, -1 when it is not UTF-8
   */
  numberAt(place: number, bytes: Uint8Array, starts: Int32Array, ends: Int32Array): number {
    if (place === -1) return 0
    const from = starts[place] as number
    const to = ends[place] as number
    return from === to ? 0 : this.numberOf(bytes, from, to)
  }

  numberOf(bytes: Uint8Array, from: number, to: number): number {
    const value = this.#table.find(bytes, from, to)
    if (value < 0) return 0
    return this.#meanings[value] ?? this.#learn(value)
  }

  #learn(value: number): number {
    let meaning = -1
    try {
      meaning = this.#meaningOf(utf8.decode(this.#table.bytesOf(value)))
    } catch {
      // Not UTF-8: the record is counted as skipped each time it comes.
    }
    this.#meanings[value] = meaning
    return meaning
  }
}

/** The text of a name that an operator gave; `*` for what could be an address or steer a terminal. */
export function shownName(text: string): string {
  return text.length <= 64 && !/[@\p{Cc}\p{Cf}]/u.test(text) ? text : unnamed
}
