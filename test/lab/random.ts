import { createHash } from "node:crypto"

/** Chance that falls the same way for the same seed. */
export interface Dice {
  /** a whole number from 0 to `limit` - 1; `limit` ≤ 65,536 */
  below(limit: number): number
  /** letters and digits */
  letters(count: number): string
}

export function diceOf(seed: string): Dice {
  let block = createHash("sha256").update(seed).digest()
  let used = 0
  const byte = () => {
    if (used === block.length) {
      block = createHash("sha256").update(block).digest()
      used = 0
    }
    return block[used++] ?? 0
  }
  return {
    below: limit => ((byte() << 8) | byte()) % limit,
    letters: count => Array.from({ length: count }, () => alphabet[byte() % alphabet.length]).join(""),
  }
}

const alphabet = "abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
