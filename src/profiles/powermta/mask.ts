/**
 * A config as it may be shown. What must never happen: a secret that gets through. So in doubt a value, a
 * comment or a line is hidden, and nothing is hidden that moves a line or breaks the syntax.
 */
import type { Fingerprint } from "../../core/profile.ts"
import { isKnown, knownTags } from "./directives.ts"
import { type Block, type Directive, type Node, parseLines, splitName, walk } from "./grammar.ts"
import { codeOf, firstInk, type Line } from "./lines.ts"
import { isMark, markOf, replaceSpans, type Span, type TextDigest } from "./marks.ts"
import { pemSpans } from "./pem.ts"
import { allLines, isPlainText, type Lines, linesToRead } from "./plain-lines.ts"
import {
  announcesSecret,
  commandSecrets,
  isSecretName,
  proseSecrets,
  valueSecrets,
  whole,
} from "./secrets.ts"
import { settled } from "./settled.ts"
import { tokenSpans } from "./tokens.ts"
import { valueSpan } from "./words.ts"

/**
 * The text with every secret replaced by a mark; line count, line ends and syntax stay. A second pass changes
 * nothing. Text that is binary becomes one comment with its length and mark: it has no lines to keep.
 */
export function mask(text: string, fingerprint: Fingerprint): string {
  return isPlainText(text) ? text : maskLines(text, fingerprint, linesToRead)
}

/** As `mask`, with every line read in full: what `mask` must agree with. */
export function maskInFull(text: string, fingerprint: Fingerprint): string {
  return maskLines(text, fingerprint, allLines)
}

/** Which lines of a text are read. */
type Reading = (text: string) => Lines

function maskLines(text: string, keyed: Fingerprint, reading: Reading): string {
  const fingerprint = remembered(keyed)
  const maskOnce = (text: string) => maskRound(text, fingerprint, reading)
  if (isBinary(text)) return `# binary content, ${text.length} characters, ${markOf(text, fingerprint)}\n`
  return settled(text, maskOnce, line => `# ${markOf(line, fingerprint)}`)
}

/** The same fingerprint, computed once for secrets that occur often. It lives no longer than the call. */
function remembered(fingerprint: Fingerprint): TextDigest {
  const known = new Map<string, string>()
  return value => {
    const digest = known.get(value) ?? fingerprint(value)
    known.set(value, digest)
    return digest
  }
}

/** NUL bytes, or more than a few characters that are not text. Single bytes of Latin-1 do not count. */
function isBinary(text: string): boolean {
  if (text.includes("\0")) return true
  const odd = text.match(/[\u0001-\u0008\u000e-\u001a\u001c-\u001f\ufffd]/g)?.length ?? 0
  return odd > 16 && odd * 10 > text.length
}

function maskRound(text: string, fingerprint: TextDigest, reading: Reading): string {
  const { lines, isPlain } = reading(text)
  const pem = pemSpans(lines)
  const secrets = secretsOf(parseLines(lines).nodes, isPlain)
  let result = ""
  let at = 0
  for (const line of lines) {
    const known = secrets.get(line.number) ?? []
    const broken = isPlain(line) ? [] : brokenLine(line)
    const body = pem.get(line.number) ?? []
    if (known.length + broken.length + body.length === 0) continue
    const spans = [...body, ...known, ...broken]
    // A `#` inside a secret looks like a comment: what follows a secret on its line goes with it.
    const hidden = spans.some(span => span.start < line.code) ? commentSecrets(line, true) : []
    result += text.slice(at, line.start) + replaceSpans(line.text, [...spans, ...hidden], fingerprint)
    at = line.start + line.text.length
  }
  return result + text.slice(at)
}

/** The secret spans of each line that has any. */
function secretsOf(
  nodes: readonly Node[],
  isPlain: (line: Line) => boolean,
): ReadonlyMap<number, readonly Span[]> {
  const found = new Map<number, readonly Span[]>()
  const put = (line: Line, spans: readonly Span[]) => {
    if (spans.length === 0) return
    const before = found.get(line.number)
    found.set(line.number, before === undefined ? spans : [...before, ...spans])
  }
  const tags: string[] = []
  /** where the line before announced a secret that it did not hold itself */
  let announced: "comment" | "value" | null = null
  for (const node of walk(nodes)) {
    const before: "comment" | "value" | null = announced
    announced = null
    switch (node.kind) {
      case "directive":
        for (const line of [node.line, ...node.more]) {
          if (isPlain(line)) continue
          const bare = before === "value" && node.name !== "" && !isKnown(node.name)
          const spans = bare ? whole(codeOf(line), 0) : directiveSecrets(node, line, tags.at(-1) ?? "")
          put(line, beforeComma(spans, node, line))
          put(line, commentSecrets(line, isSecretName(node.name)))
        }
        if (isSecretName(node.name) && node.valueStart >= codeOf(node.line).length) announced = "value"
        break
      case "block":
        if (!isPlain(node.open)) {
          put(node.open, [...blockSecrets(node, tags.at(-1) ?? ""), ...commentSecrets(node.open, false)])
        }
        tags.push(node.tag)
        break
      case "end":
        tags.pop()
        if (node.block.close !== null && !isPlain(node.block.close)) {
          put(node.block.close, closingSecrets(node.block.close))
        }
        break
      case "comment":
        if (before !== "comment" && isPlain(node.line)) break
        put(node.line, commentSecrets(node.line, before === "comment"))
        if (announcesSecret(node.line.text.slice(node.line.code))) announced = "comment"
        break
      case "stray":
        if (!isPlain(node.line)) put(node.line, closingSecrets(node.line))
        break
      case "opaque":
        put(node.line, proseSecrets(node.line.text, firstInk(node.line.text)))
        break
      case "blank":
        announced = before
    }
  }
  return found
}

/** What other programs take for a line end hides statements from the grammar: they are read as prose. */
function brokenLine({ text }: Line): readonly Span[] {
  const at = text.search(/[\r\v\f\u0085\u2028\u2029]/)
  const start = at === -1 ? text.length : at + firstInk(text.slice(at))
  return start >= text.length ? [] : proseSecrets(text, start)
}

function directiveSecrets(directive: Directive, line: Line, block: string): readonly Span[] {
  const code = codeOf(line)
  if (isMark(code)) return []
  const { start } = valueSpan(directive, line)
  return valueSecrets(code, start, directive.name, line === directive.line, block)
}

/** The comma that joins a line to the next stays, or the rest would become a line of its own. */
function beforeComma(spans: readonly Span[], { more }: Directive, line: Line): readonly Span[] {
  if (more.length === 0 || line === more.at(-1)) return spans
  const comma = codeOf(line).length - 1
  return spans.map(({ start, end }) => ({ start, end: Math.min(end, comma) }))
}

function blockSecrets(block: Block, outer: string): readonly Span[] {
  const code = codeOf(block.open)
  const argument = code.slice(0, block.argumentStart + block.argument.length)
  const spans = () => {
    if (block.opener !== null) return directiveSecrets(block.opener, block.open, outer)
    if (isSecretName(block.tag)) return whole(argument, block.argumentStart)
    if (!code.includes(">")) return proseSecrets(argument, block.argumentStart)
    if (block.tag === "acct-file" || !knownTags.has(block.tag)) {
      return commandSecrets(argument, block.argumentStart)
    }
    return tokenSpans(argument.slice(block.argumentStart), block.argumentStart, "calm")
  }
  return [...restSecrets(code, block.rest, block.tag), ...spans()]
}

function closingSecrets(line: Line): readonly Span[] {
  const code = codeOf(line)
  const end = code.lastIndexOf(">") + 1 || code.length
  return [
    ...tokenSpans(code.slice(0, end), 0, "calm"),
    ...restSecrets(code, end, ""),
    ...commentSecrets(line, false),
  ]
}

/** What stands behind a tag on its line is read as a directive of its own. */
function restSecrets(code: string, rest: number, block: string): readonly Span[] {
  const start = rest + firstInk(code.slice(rest))
  if (start >= code.length || isMark(code.slice(start))) return []
  const { name, valueStart } = splitName(code, start)
  return valueSecrets(code, valueStart, name, true, block, start)
}

/** @param hide  whether the comment is hidden whole, whatever it says */
function commentSecrets(line: Line, hide: boolean): readonly Span[] {
  if (line.code === line.text.length) return []
  const hash = line.text.slice(line.code)
  const start = line.code + hash.search(/[^#\s]|$/)
  return hide ? whole(line.text, start) : proseSecrets(line.text, start)
}
