/**
 * Whether a text may speak of secrets, told by three letters in a row: of most remarks these say that it does not, and a
 * search for all the words need not begin. Letters count whatever their case, other characters stand for any of them.
 */

/** Beginnings, or parts, of all words that `saysSecret` looks for. */
const parts = ["pas", "pw", "sec", "tok", "key", "cre", "bea", "aut", "con", "sen", "mot", "bas"]
const bits = 5
const mask = (1 << bits) - 1

/** The last three characters of a text, with one more. */
export function withLetter(letters: number, char: number): number {
  return ((letters << bits) | (char & mask)) & ((1 << (3 * bits)) - 1)
}

/** By three characters: 1 when a word may begin with them. */
export const talk: Uint8Array = (() => {
  const table = new Uint8Array(1 << (3 * bits))
  for (const part of parts) {
    const letters = [...part].reduce((all, letter) => withLetter(all, letter.charCodeAt(0)), 0)
    if (part.length === 3) table[letters] = 1
    // Two letters may stand behind anything.
    else for (let before = 0; before <= mask; before++) table[(before << (2 * bits)) | letters] = 1
  }
  return table
})()
