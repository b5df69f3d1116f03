/** A quick look whether a text can have a statement of some names, so that most texts need not be parsed for them. */

const [newline, blank, less, slash] = [10, 32, 60, 47]
const lowerCase = 32

/**
 * @param names  lower case, made of `a`–`z` and `-`
 * @param tags   the same, of blocks
 * @returns      whether a text, as bytes or decoded, has a line that may begin with one of them; false is certain
 */
export function firstWords(names: readonly string[], tags: readonly string[]) {
  const [ofNames, ofTags] = [byFirstLetter(names), byFirstLetter(tags)]
  return (text: Uint8Array): boolean => {
    for (let at = 0; at < text.length; ) {
      let char = text[at] as number
      while (char <= blank && char !== newline) char = text[++at] ?? newline
      const isTag = char === less
      if (isTag) {
        do char = text[++at] ?? newline
        while ((char <= blank && char !== newline) || char === slash)
      }
      // Letters of other alphabets may be blank, or be one of ours in lower case: who parses it knows.
      if (char > 127) return true
      for (const word of (isTag ? ofTags : ofNames)[char | lowerCase] ?? none)
        if (begins(text, at, word)) return true
      while (at < text.length && text[at] !== newline) at++
      at++
    }
    return false
  }
}

const none: readonly Uint8Array[] = []

function byFirstLetter(words: readonly string[]): readonly (readonly Uint8Array[] | undefined)[] {
  const found: Uint8Array[][] = []
  for (const word of words) {
    const first = word.charCodeAt(0)
    found[first] = [...(found[first] ?? []), Buffer.from(word)]
  }
  return found
}

function begins(text: Uint8Array, from: number, word: Uint8Array): boolean {
  for (let index = 0; index < word.length; index++) {
    const char = text[from + index] ?? 0
    if (char > 127) return true
    // Capitals come to small letters, a hyphen stays one, and a return is taken for one.
    if ((char | lowerCase) !== ((word[index] as number) | lowerCase)) return false
  }
  return true
}
