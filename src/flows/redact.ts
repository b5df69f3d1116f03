/**
 * Takes out of what a host said every word that masking took out of its configs.
 * @param configs  config texts and their masked forms
 */
export function redact(
  said: string,
  configs: readonly { readonly text: string; readonly masked: string }[],
): string {
  const hidden = new Set<string>()
  for (const { text, masked } of configs) {
    const shown = new Set(wordsOf(masked))
    for (const word of wordsOf(text)) if (word.length > 2 && !shown.has(word)) hidden.add(word)
  }
  const longestFirst = [...hidden].sort((a, b) => b.length - a.length)
  return longestFirst.reduce((line, word) => line.replaceAll(word, "[secret]"), said)
}

const wordsOf = (text: string) => text.split(/[\s"',;=<>]+/)
