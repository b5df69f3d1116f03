/** The mark that stands for a secret: `masked:` and its fingerprint. Needs no quotes, is itself never masked. */
import { wordsOf } from "./words.ts"

/** A part of a line that must not be shown: offsets into the line's text. */
export interface Span {
  readonly start: number
  readonly end: number
}

/** As a `Fingerprint`, of texts alone. */
export type TextDigest = (text: string) => string

const mark = /^masked:[0-9a-f]{8,64}$/

/** Whether a text, quotes and blanks around it aside, is a mark and nothing else. */
export function isMark(text: string): boolean {
  return text.includes("masked:") && mark.test(text.trim().replace(/^"(.*)"$/s, "$1"))
}

/** The mark of a secret. A value in quotes and the same without them get the same mark. */
export function markOf(secret: string, fingerprint: TextDigest): string {
  const trimmed = secret.trim()
  const [word, more] = wordsOf(trimmed)
  const digest = fingerprint(word !== undefined && more === undefined ? word.text : trimmed)
  const isHex = /^[0-9a-f]{8,64}$/.test(digest)
  return `masked:${isHex ? digest : Buffer.from(digest, "utf8").toString("hex").slice(0, 64).padEnd(8, "0")}`
}

/** `text` with each span replaced by its mark; spans that overlap are one secret. */
export function replaceSpans(text: string, spans: readonly Span[], fingerprint: TextDigest): string {
  let result = ""
  let at = 0
  for (const { start, end } of mergeSpans(spans)) {
    const secret = text.slice(start, end)
    result +=
      text.slice(at, start) + (isMark(secret) ? secret : gap(text, start) + markOf(secret, fingerprint))
    at = end
  }
  return result + text.slice(at)
}

/** A quote may stand right behind a name; the mark that replaces it would become part of that name. */
function gap(text: string, start: number): string {
  return /\w/.test(text.charAt(start - 1)) && !/\w/.test(text.charAt(start)) ? " " : ""
}

function mergeSpans(spans: readonly Span[]): readonly Span[] {
  const merged: Span[] = []
  for (const span of spans.toSorted((a, b) => a.start - b.start)) {
    const last = merged.at(-1)
    if (span.end <= span.start) continue
    if (last !== undefined && span.start < last.end) {
      merged[merged.length - 1] = { start: last.start, end: Math.max(last.end, span.end) }
    } else merged.push(span)
  }
  return merged
}
