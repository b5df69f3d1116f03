/** The commands of a document: its fenced blocks by the word after their language, such as ```` ```bash open ````. */
export function blocksOf(markdown: string): ReadonlyMap<string, string> {
  const blocks = markdown.matchAll(/^```bash ([a-z-]+)\n(.*?)^```$/gms)
  return new Map([...blocks].map(([, name = "", text = ""]) => [name, text]))
}
