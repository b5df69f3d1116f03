import { parse } from "yaml"
import { certain } from "../core/certain.ts"

/** Facts as YAML of the plainest kind: block maps and lists, texts quoted as in JSON, which YAML takes as they are. */
export function factsYaml(facts: unknown): string {
  const lines: string[] = []
  putNode(lines, "", facts)
  return lines.length === 0 ? "{}\n" : `${lines.join("\n")}\n`
}

/** The lines of a map or list; none when it is empty. A general YAML writer takes ten times as long for the same. */
function putNode(lines: string[], indent: string, node: unknown): void {
  if (Array.isArray(node)) {
    for (const item of node) putEntry(lines, `${indent}-`, indent, item)
    return
  }
  const fields: Iterable<readonly [string, unknown]> =
    node instanceof Map ? node : Object.entries(node as object)
  for (const [key, value] of fields)
    if (value !== undefined) putEntry(lines, `${indent}${keyText(key)}:`, indent, value)
}

function putEntry(lines: string[], head: string, indent: string, value: unknown): void {
  if (typeof value !== "object" || value === null) lines.push(`${head} ${JSON.stringify(value)}`)
  else if (value instanceof Date) lines.push(`${head} ${JSON.stringify(value.toISOString())}`)
  else {
    const place = lines.push(head)
    putNode(lines, `${indent}  `, value)
    if (lines.length === place) lines[place - 1] = `${head} ${Array.isArray(value) ? "[]" : "{}"}`
  }
}

/** A key stands bare only when no reader of YAML, of whatever version, takes it for anything but text. */
function keyText(key: string): string {
  return /^(\/[\w./-]*|[a-z]{4,}[A-Za-z]*)$/.test(key) && !/^(true|false|null)$/i.test(key)
    ? key
    : JSON.stringify(key)
}

/**
 * Facts from YAML. What `factsYaml` wrote is read line by line, many times as fast as by a general reader. Whoever
 * may write to the vault can have written anything there.
 * @returns  null for what is no YAML
 */
export function readFacts(text: string): unknown {
  const lines = text.split("\n")
  if (lines.at(-1) === "") lines.pop()
  if (lines.length === 1 && lines[0] === "{}") return {}
  try {
    const reader = { lines, at: 0 }
    return readNode(reader, 0)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
  }
  try {
    return parse(text, { logLevel: "error" }) as unknown
  } catch {
    return null
  }
}

interface Reader {
  readonly lines: readonly string[]
  at: number
}

/** The map or list whose lines begin at a depth. @throws SyntaxError for what is not of our own writing */
function readNode(reader: Reader, depth: number): unknown {
  const list: unknown[] = []
  const fields: [string, unknown][] = []
  const indent = " ".repeat(depth)
  for (;;) {
    const line = reader.lines[reader.at]
    if (line === undefined || !line.startsWith(indent)) break
    const entry = entryPattern.exec(line.slice(depth))
    if (entry === null) throw new SyntaxError("not of our own writing")
    const head = certain(entry[1])
    const value = entry[2]
    reader.at++
    const read = value === undefined ? readNode(reader, depth + 2) : (JSON.parse(value) as unknown)
    if (head === "-") list.push(read)
    else
      fields.push([
        head.startsWith('"') ? (JSON.parse(head.slice(0, -1)) as string) : head.slice(0, -1),
        read,
      ])
  }
  return list.length > 0 ? list : Object.fromEntries(fields)
}

const entryPattern = /^(-|[\w./-]+:|"(?:[^"\\]|\\.)*":)(?: (.*))?$/
