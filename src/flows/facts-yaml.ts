/** Facts as YAML of the plainest kind: block maps and lists, texts quoted as in JSON, which YAML takes as they are. */
export function factsYaml(facts: unknown): string {
  const lines = nodeLines(facts)
  return lines.length === 0 ? "{}\n" : `${lines.join("\n")}\n`
}

/** The lines of a map or list; none when it is empty. A general YAML writer takes ten times as long for the same. */
function nodeLines(node: unknown): string[] {
  if (Array.isArray(node)) return node.flatMap(item => entryLines("-", item))
  const fields = Object.entries(node as object).filter(([, value]) => value !== undefined)
  return fields.flatMap(([key, value]) => entryLines(`${keyText(key)}:`, value))
}

function entryLines(head: string, value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [`${head} ${JSON.stringify(value)}`]
  if (value instanceof Date) return [`${head} ${JSON.stringify(value.toISOString())}`]
  const below = nodeLines(value)
  return below.length === 0
    ? [`${head} ${Array.isArray(value) ? "[]" : "{}"}`]
    : [head, ...below.map(line => `  ${line}`)]
}

/** A key stands bare only when no reader of YAML, of whatever version, takes it for anything but text. */
function keyText(key: string): string {
  return /^(\/[\w./-]*|[a-z]{4,}[A-Za-z]*)$/.test(key) && !/^(true|false|null)$/i.test(key)
    ? key
    : JSON.stringify(key)
}
