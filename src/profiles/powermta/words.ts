/** Values of a directive as words: blanks separate, double quotes join, `\"` and `\\` stand for themselves. */
import type { Directive } from "./grammar.ts"
import { codeOf, type Line } from "./lines.ts"

export interface Word {
  /** without quotes and escapes */
  readonly text: string
  readonly start: number
  readonly end: number
}

/** The words of `text` from `start` on, with offsets into it. An open quote ends with the text. */
export function wordsOf(text: string, start = 0): readonly Word[] {
  const words: Word[] = []
  let at = start
  while (at < text.length) {
    if (isBlank(text, at)) {
      at++
      continue
    }
    const word = readWord(text, at)
    words.push(word)
    at = word.end
  }
  return words
}

function readWord(text: string, start: number): Word {
  const parts: string[] = []
  let quoted = false
  let at = start
  let from = start
  for (; at < text.length; at++) {
    const char = text[at]
    const escapes = quoted && char === "\\" && (text[at + 1] === '"' || text[at + 1] === "\\")
    if (escapes) {
      parts.push(text.slice(from, at))
      from = ++at
    } else if (char === '"') {
      parts.push(text.slice(from, at))
      quoted = !quoted
      from = at + 1
    } else if (!quoted && isBlank(text, at)) break
  }
  parts.push(text.slice(from, at))
  return { text: parts.join(""), start, end: at }
}

function isBlank(text: string, at: number): boolean {
  const char = text.charCodeAt(at)
  return char === 32 || char === 9 || (char > 8 && char < 14) || char === 0xa0 || char === 0xfeff
}

/** The part of one of a directive's lines that holds value: offsets into that line's text. */
export function valueSpan(
  directive: Directive,
  line: Line,
): { readonly start: number; readonly end: number } {
  const code = codeOf(line)
  const start = line === directive.line ? directive.valueStart : code.length - code.trimStart().length
  return { start: Math.min(start, code.length), end: code.length }
}

/** The whole value as written, lines joined by one blank, comments left out. */
export function wholeValue(directive: Directive): string {
  if (directive.more.length === 0) return codeOf(directive.line).slice(directive.valueStart)
  return [directive.line, ...directive.more]
    .map(line => {
      const { start, end } = valueSpan(directive, line)
      return line.text.slice(start, end)
    })
    .join(" ")
}

/** The values of a directive, unquoted. */
export function values(directive: Directive): readonly string[] {
  return wordsOf(wholeValue(directive)).map(word => word.text)
}
