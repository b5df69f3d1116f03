/**
 * Lines that hold no secret whatever stands around them: known settings with short values, known tags, plain
 * remarks. A short cut of the mask for what most lines are. It must never call a line plain that the mask would
 * change, so all that it does not know is not plain; the other way round costs time only.
 */
import { directives, knownTags, type ValueKind } from "./directives.ts"
import { type Line, lineAt, splitLines } from "./lines.ts"
import { announcesSecret, isKeeperName, isSecretName, proseSecrets, saysSecret } from "./secrets.ts"
import { talk, withLetter } from "./talk.ts"
import { hasFormat, tokenSpans } from "./tokens.ts"
import { wordSet } from "./word-set.ts"

/** Types of which more than tokens is masked, see `valueSecrets`. */
const guarded: ReadonlySet<ValueKind> = new Set(["secret", "file-secret", "method-secret", "command"])
const guardedNames = new Set(directives.filter(({ type }) => guarded.has(type)).map(({ name }) => name))
/** Names whose values are searched for tokens and nothing else, in every block. */
const plainNames = wordSet(directives.map(({ name }) => name).filter(name => !guardedNames.has(name)))
/** `acct-file` holds command lines. */
const plainTags = wordSet(
  [...knownTags].filter(
    tag => tag !== "acct-file" && !isSecretName(tag) && tokenSpans(`</${tag}`, 0, "calm").length === 0,
  ),
)

/** Shorter runs are no token but in a few formats, see `mayStartToken`; nor random in a comment. */
const longRun = 16
/** Shorter runs are not random in a value, see `looksRandom`. */
const randomRun = 32

/** What a character means to a scan. */
const odd = 0 // neither printable ASCII nor a blank
const run = 1 // part of the runs that tokens are searched in
const tokenPart = 2 // such a part that a format of tokens may hang on
const other = 3
const special = 4 // to be looked at in its context
const kinds = new Uint8Array(128).fill(other, 32, 127)
kinds[9] = other
const put = (table: Uint8Array, chars: string, kind: number) => {
  for (const char of chars) table[char.charCodeAt(0)] = kind
}
put(kinds, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=_-", run)
put(kinds, "JGx", tokenPart)
const inValue = kinds.slice()
put(inValue, ":<>#", special)
const inRemark = kinds.slice()
put(inRemark, ":=-", special)

const code = (char: string) => char.charCodeAt(0)
const [tab, blank, hash, hyphen, slash, colon] = [9, 32, code("#"), code("-"), code("/"), code(":")]
const [less, equals, greater, quote] = [code("<"), code("="), code(">"), code('"')]

/** Lines of a text, in order. */
export interface Lines {
  readonly lines: readonly Line[]
  /** whether a line is plain, unless it is part of a PEM block or a comment before announced it */
  isPlain(line: Line): boolean
}

type LineKind = "odd" | "blank" | "tag" | "plain"

/** Whether every line of a text is plain, so that its mask is the text itself. */
export function isPlainText(text: string): boolean {
  if (text.includes("-----BEGIN ")) return false
  for (let at = 0; at < text.length; ) {
    const end = endOfLine(text, at)
    if (kindOf(text, at, end) === "odd") return false
    at = nextLine(text, end)
  }
  return true
}

/**
 * The lines that the mask of a text depends on. Of plain lines in a row, tags apart, these are the first, which
 * a remark before may be about, and the last, which may be continued.
 */
export function linesToRead(text: string): Lines {
  if (text.includes("-----BEGIN ")) {
    const odd = (line: Line) => kindOf(line.text, 0, line.text.length) === "odd"
    return { lines: splitLines(text), isPlain: line => !odd(line) }
  }
  const lines: Line[] = []
  const odd = new Set<Line>()
  let number = 1
  let inRow = false
  /** offset and number of the last line of a row that was left out; -1 when none was */
  let lastStart = -1
  let lastNumber = 0
  for (let at = 0; at < text.length; number++) {
    const end = endOfLine(text, at)
    const kind = kindOf(text, at, end)
    if (inRow && (kind === "plain" || kind === "blank")) {
      lastStart = at
      lastNumber = number
    } else {
      if (lastStart !== -1) lines.push(lineAt(text, lastStart, lastNumber))
      lastStart = -1
      const line = lineAt(text, at, number)
      lines.push(line)
      if (kind === "odd") odd.add(line)
      inRow = kind === "plain"
    }
    at = nextLine(text, end)
  }
  return { lines, isPlain: line => !odd.has(line) }
}

/** Every line, none of them taken for plain. */
export function allLines(text: string): Lines {
  return { lines: splitLines(text), isPlain: () => false }
}

function kindOf(text: string, from: number, end: number): LineKind {
  const start = skipBlanks(text, from, end)
  if (start === end) return "blank"
  const first = text.charCodeAt(start)
  if (first === hash) return isPlainRemark(text, start, end) ? "plain" : "odd"
  const isTag = first === less
  const name = !isTag ? start : text.charCodeAt(start + 1) === slash ? start + 2 : start + 1
  const nameEnd = (isTag ? plainTags : plainNames).endOf(text, name, end)
  if (nameEnd === -1) return "odd"
  // A word must be judged without what is no part of it: `name = value` starts at the value.
  const value = skipBlanks(text, nameEnd, end)
  if (text.charCodeAt(value) === equals || text.charCodeAt(value) === colon) return "odd"
  const remark = endOfPlainValue(text, value, end, isTag)
  if (remark === -1 || (remark < end && !isPlainRemark(text, remark, end))) return "odd"
  return isTag ? "tag" : "plain"
}

/** Where a line ends that is one for the grammar, its line end left out. */
function endOfLine(text: string, from: number): number {
  const newline = text.indexOf("\n", from)
  if (newline === -1) return text.length
  return newline > from && text.charCodeAt(newline - 1) === 13 ? newline - 1 : newline
}

function nextLine(text: string, end: number): number {
  return text.charCodeAt(end) === 13 ? end + 2 : end + 1
}

/**
 * Where a plain value ends: the line's end or the comment behind it; -1 when the value is not plain. With the
 * value of a tag ends the tag: its first `>` must be the last of the line.
 */
function endOfPlainValue(text: string, start: number, end: number, inTag: boolean): number {
  let runStart = start
  let longest = 0
  let at = start
  for (; at < end; at++) {
    const char = text.charCodeAt(at)
    const kind = char < 128 ? inValue[char] : odd
    if (kind === run) continue
    if (kind === tokenPart) {
      if (mayStartToken(text, at, char)) return -1
      continue
    }
    longest = Math.max(longest, at - runStart)
    runStart = at + 1
    if (kind === odd || (char === colon && startsLink(text, at))) return -1
    if (kind === special && char !== colon) break
  }
  longest = Math.max(longest, at - runStart)
  if (longest >= longRun && holdsToken(text.slice(start, at), longest)) return -1
  if (inTag) {
    if (at === end || text.charCodeAt(at) !== greater) return -1
    at = skipBlanks(text, at + 1, end)
  }
  return at === end || text.charCodeAt(at) === hash ? at : -1
}

/** @param longest  how long the longest run in it is */
function holdsToken(value: string, longest: number): boolean {
  return longest < randomRun ? hasFormat(value) : tokenSpans(value, 0, "calm").length > 0
}

/** Whether a comment is plain and announces nothing. One with options or long words in it is read in full. */
function isPlainRemark(text: string, from: number, end: number): boolean {
  let start = from
  while (start < end && (text.charCodeAt(start) === hash || isBlank(text.charCodeAt(start)))) start++
  let runStart = start
  let inFull = false
  let letters = 0
  let mayTalk = false
  for (let at = start; at < end; at++) {
    const char = text.charCodeAt(at)
    const kind = char < 128 ? inRemark[char] : odd
    letters = withLetter(letters, char)
    if (talk[letters] === 1) mayTalk = true
    if (kind === run) continue
    if (kind === tokenPart) {
      if (mayStartToken(text, at, char)) return false
      continue
    }
    if (kind === odd) return false
    // A hyphen within a word is a letter, a hyphen before it makes an option.
    if (char === hyphen && isRunPart(text.charCodeAt(at - 1))) continue
    if (at - runStart >= longRun || kind === special) inFull = true
    runStart = at + 1
  }
  if (start === end) return true
  if (inFull || end - runStart >= longRun) {
    const body = text.slice(start, end)
    return proseSecrets(body, 0).length === 0 && !announcesSecret(body)
  }
  return (
    !isKeeperName(text.slice(start, endOfName(text, start, end)).toLowerCase()) &&
    !(mayTalk && saysSecret(text.slice(start, end)))
  )
}

/** Where the word ends that a comment starts with, were it the name of a setting. */
function endOfName(text: string, start: number, end: number): number {
  let at = start + 1
  for (; at < end; at++) {
    const char = text.charCodeAt(at)
    if (isBlank(char) || char === equals || char === colon || char === quote) break
    if (char === less || char === greater) break
  }
  return at
}

/** Whether one of the formats that need no long run may start or go on here; see `formats` in `tokens.ts`. */
function mayStartToken(text: string, at: number, char: number): boolean {
  const before = text.charCodeAt(at - 1)
  if (char === code("G")) return before === code("S") && text.charCodeAt(at + 1) === code(".")
  if (char === code("J")) return before === code("y") && text.charCodeAt(at - 2) === code("e")
  return before === code("o") && text.charCodeAt(at - 2) === code("x")
}

function startsLink(text: string, at: number): boolean {
  return text.charCodeAt(at + 1) === slash && text.charCodeAt(at + 2) === slash
}

function isRunPart(char: number): boolean {
  const kind = kinds[char]
  return kind === run || kind === tokenPart
}

function isBlank(char: number): boolean {
  return char === blank || char === tab
}

function skipBlanks(text: string, from: number, end: number): number {
  let at = from
  while (at < end && isBlank(text.charCodeAt(at))) at++
  return at
}
