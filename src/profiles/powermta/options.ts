/** Secrets known by the name before them: `--password=x`, `TOKEN=x`, `-p x`, `Authorization: Bearer x`. */
import { certain } from "../../core/certain.ts"
import { isMark, type Span } from "./marks.ts"
import { isPath } from "./tokens.ts"

const telling = /pass|pwd|secret|token|key|auth(?!ors?$)|cred|api|private|signature|bearer/i
const longOptionsInP = /^-(?:path|port|print|proto|protocol|prefix|priority|pid|pretty)$/

/** Whether a name announces a secret. */
export function isTelling(name: string): boolean {
  return telling.test(name)
}

/** Whether a value is too plain to be a secret, whatever its name says. */
export function isPlainValue(value: string): boolean {
  return /^"?(?:yes|no|true|false|never|unlimited|none|auto|on|off)?"?$/i.test(value.trim())
}

/** The values in a command line that its own option names call secret; offsets counted from `offset`. */
export function optionSpans(text: string, offset: number): readonly Span[] {
  const spans: Span[] = []
  const add = (start: number, end: number) => {
    const value = text.slice(start, end)
    if (end > start && !isMark(value) && !isPath(value))
      spans.push({ start: offset + start, end: offset + end })
  }
  let expected = false
  for (let at = nextInk(text, 0); at < text.length; ) {
    const end = nextBlank(text, at)
    const start = at + leadingQuotes(text, at, end)
    const word = text.slice(start, end)
    const named = tellingName(word)
    let next = end
    if (expected && !word.startsWith("--")) {
      next = valueEnd(text, at)
      add(start, trimQuotes(text, start, next))
      expected = false
    } else if (named !== null) {
      const from = start + named.end
      if (from < end) {
        next = valueEnd(text, from)
        const inner = from + leadingQuotes(text, from, next)
        add(inner, trimQuotes(text, inner, next))
      } else if (named.separator === ":") {
        // A header, `Name: scheme value`: all that follows up to the closing quote.
        next = headerEnd(text, from)
        const inner = nextInk(text, from)
        add(inner, trimQuotes(text, inner, next))
      } else expected = true
    } else if (/^-[pP]./.test(word) && !longOptionsInP.test(word)) {
      add(start + 2, trimQuotes(text, start, end))
    } else {
      expected =
        /^-[pP]$/.test(word) ||
        (/^-{1,2}[A-Za-z]/.test(word) && isTelling(word)) ||
        /^(?:bearer|basic)$/i.test(word)
      if (/^-u$/.test(word)) {
        const user = nextInk(text, end)
        const userEnd = nextBlank(text, user)
        if (text.slice(user, userEnd).includes(":")) expected = true
      }
    }
    at = nextInk(text, Math.max(next, at + 1))
  }
  return spans
}

/** The first telling name before `=` or `:` in a word, and where its value starts. A mark is no name. */
function tellingName(word: string): { readonly separator: string; readonly end: number } | null {
  const link = word.indexOf("://")
  const head = link === -1 ? word : word.slice(0, link)
  for (const match of head.matchAll(/(?<![\w.-])-*([A-Za-z_][\w.-]*)([=:])/g)) {
    const end = match.index + match[0].length
    const isOfMark =
      match[0].endsWith("masked:") && /^[0-9a-f]{8,64}(?![0-9A-Za-z])/.test(head.slice(end, end + 65))
    if (isTelling(certain(match[1])) && !isOfMark) return { separator: certain(match[2]), end }
  }
  return null
}

function nextInk(text: string, from: number): number {
  let at = from
  while (at < text.length && isBlank(text, at)) at++
  return at
}

function nextBlank(text: string, from: number): number {
  let at = from
  while (at < text.length && !isBlank(text, at)) at++
  return at
}

function isBlank(text: string, at: number): boolean {
  const code = text.charCodeAt(at)
  return code < 128 ? code === 32 || (code > 8 && code < 14) : /\s/.test(text.charAt(at))
}

/** The length of what opens a word without being part of it: quotes, escapes, the bar of a pipe. */
function leadingQuotes(text: string, from: number, to: number): number {
  let at = from
  while (at < to && /["'\\|;&(`]/.test(text.charAt(at))) at++
  return at - from
}

/** The end of a value that may be quoted: behind the closing quote, or the next blank. */
function valueEnd(text: string, from: number): number {
  const quote = /^\\*(["'])/.exec(text.slice(from, from + 4))
  const closing = quote === null ? -1 : text.indexOf(certain(quote[1]), from + quote[0].length)
  return quote !== null && closing === -1 ? text.length : nextBlank(text, Math.max(from, closing))
}

function headerEnd(text: string, from: number): number {
  const closing = text.slice(from).search(/["']/)
  return closing === -1 ? text.length : from + closing
}

function trimQuotes(text: string, from: number, to: number): number {
  let at = to
  while (at > from && /["'\\]/.test(text.charAt(at - 1))) at--
  return at
}
