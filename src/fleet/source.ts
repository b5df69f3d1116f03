/** The text of a fleet file as YAML with positions; knows nothing of fleets. */
import { type Document, isAlias, isMap, isNode, isScalar, isSeq, LineCounter, parseDocument } from "yaml"
import { type Finding, type Path, privateKeyPattern, showFinding } from "./finding.ts"

/** A fleet has a few hundred hosts, and a merge of one block into each of them is still few. */
const maxAliasCount = 1000

/** A fleet file that could be read as YAML, or why it could not. */
export interface Source {
  /** plain data; null when there are `faults` */
  readonly data: unknown
  /** lines that name file, line and column */
  readonly faults: readonly string[]
  /** the same for a finding about the data */
  place(finding: Finding): string
}

export function readSource(text: string, file: string): Source {
  const lines = new LineCounter()
  const document = parseDocument(text, {
    version: "1.2",
    lineCounter: lines,
    // The pretty form prints the source line, which may hold what must not be shown.
    prettyErrors: false,
    logLevel: "error",
    // `1` and `"1"` are two keys for YAML and one for us: without this, one of two hosts would be lost.
    uniqueKeys: (a, b) => a === b || (isScalar(a) && isScalar(b) && String(a.value) === String(b.value)),
  })
  const at = (offset: number, message: string): string => {
    const { line, col } = lines.linePos(offset)
    return `${file}:${Math.max(line, 1)}:${Math.max(col, 1)} ${message.replaceAll(privateKeyPattern, "(a private key)")}`
  }
  const faults = [
    ...[...text.matchAll(privateKeyPattern)].map(({ index }) =>
      at(
        index,
        "a private key does not belong here; remove it and make a new pair, as git remembers this one",
      ),
    ),
    ...[...text.matchAll(/\uFFFD|\0/g)]
      .slice(0, 3)
      .map(({ index }) => at(index, "is not UTF-8 text; save the file as UTF-8")),
    ...[...document.errors, ...document.warnings].map(({ pos, message }) => at(pos[0], oneLine(message))),
  ]
  let data: unknown = null
  if (faults.length === 0) {
    try {
      data = document.toJS({ maxAliasCount })
    } catch {
      // The only throw of toJS: aliases that grow beyond the limit, or that contain themselves.
      faults.push(at(0, "its aliases (*name) grow beyond all measure; write the values out"))
    }
  }
  const place = (finding: Finding) => at(offsetOf(document, finding.path, finding.at), showFinding(finding))
  return { data, faults, place }
}

/** Where a key or value begins; where its nearest enclosing one does when it is not in the file. */
function offsetOf(document: Document.Parsed, path: Path, at: "key" | "value"): number {
  let node: unknown = document.contents
  let offset = startOf(node) ?? 0
  for (const [depth, step] of path.entries()) {
    const container = isAlias(node) ? node.resolve(document) : node
    if (isSeq(container) && typeof step === "number") {
      node = container.items[step]
    } else if (isMap(container)) {
      const pair = container.items.find(({ key }) => isScalar(key) && String(key.value) === String(step))
      offset = startOf(pair?.key) ?? offset
      node = pair?.value
      const isLast = depth === path.length - 1
      // An empty value has a place too, but it is the end of the line before.
      if (isLast && (at === "key" || (isScalar(node) && node.value === null))) return offset
    } else return offset
    offset = startOf(node) ?? offset
  }
  return offset
}

const startOf = (node: unknown): number | undefined => (isNode(node) ? node.range?.[0] : undefined)

const oneLine = (message: string): string => message.replaceAll(/\s+/g, " ").slice(0, 200)
