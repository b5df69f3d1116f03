/** A fixed set of lower-case words that is asked about parts of a text without cutting them out. */
export interface WordSet {
  /** Where the word of the set that starts at `start` ends, if a blank, `>` or `end` follows it; else -1. */
  endOf(text: string, start: number, end: number): number
}

/** Letters, digits and the hyphen have a number above 0. */
const numbers = new Uint8Array(128)
for (const [index, char] of [..."abcdefghijklmnopqrstuvwxyz0123456789-"].entries()) {
  numbers[char.charCodeAt(0)] = index + 1
}
const width = 38
const isWord = 0 // the slot of a node, otherwise unused, that says whether a word ends there

/** @param words  made of `a`–`z`, `0`–`9` and `-`; others are left out */
export function wordSet(words: readonly string[]): WordSet {
  const usable = words.filter(word => /^[a-z0-9-]+$/.test(word))
  const mostNodes = usable.reduce((sum, word) => sum + word.length, 1)
  const tree = new Uint16Array(mostNodes * width)
  let nodes = 1
  for (const word of usable) {
    let node = 0
    for (let at = 0; at < word.length; at++) {
      const slot = node * width + (numbers[word.charCodeAt(at)] as number)
      if (tree[slot] === 0) tree[slot] = nodes++
      node = tree[slot] as number
    }
    tree[node * width + isWord] = 1
  }
  return {
    endOf(text, start, end) {
      let node = 0
      let at = start
      for (; at < end; at++) {
        const char = text.charCodeAt(at)
        const number = char < 128 ? (numbers[char] as number) : 0
        if (number === 0) {
          if (char === 32 || char === 9 || char === 62) break
          return -1
        }
        node = tree[node * width + number] as number
        if (node === 0) return -1
      }
      return tree[node * width + isWord] === 1 ? at : -1
    },
  }
}
