/**
 * Secrets known by their looks: vendor key formats, tokens, URL credentials. Works on any text, in one pass
 * each: no expression here may backtrack over a long line.
 */
import { certain } from "../../core/certain.ts"
import { isMark, type Span } from "./marks.ts"

/** `strict` where any long mixed word is suspect; `calm` where names and lists are expected. */
export type Care = "calm" | "strict"

/** Shorter than any token or URL with a secret in it. */
const shortest = 12
const formats =
  /(?<![\w-])(?:eyJ[\w-]{8,}\.[\w-]+(?:\.[\w-]*)?|(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}(?![A-Z0-9])|gh[pousr]_\w{16,}|github_pat_\w{16,}|glpat-[\w-]{16,}|xox[a-z]-[\w-]{10,}|[spr]k_(?:live|test)_\w{10,}|SG\.[\w-]{10,}\.[\w-]+|AIza[\w-]{30,}|hv[sbr]\.[\w-]{16,}|s\.[A-Za-z0-9]{24}(?!\w)|key-[0-9a-f]{24,}|AGE-SECRET-KEY-[\w-]+|npm_\w{30,})/g
const run = /[A-Za-z0-9+/=_-]{16,}/g
const knownRoot = /^\/(?:etc|var|opt|home|root|usr|run|srv|tmp|mnt|data)\//

/** The spans of `text` that look like secrets, offsets counted from `offset`. */
export function tokenSpans(text: string, offset: number, care: Care): readonly Span[] {
  const spans: Span[] = []
  if (text.length < shortest) return spans
  const add = (start: number, end: number) => spans.push({ start: offset + start, end: offset + end })
  if (hasFormat(text)) {
    for (const match of text.matchAll(formats)) add(match.index, match.index + match[0].length)
  }
  const links = [...urls(text)]
  if (text.search(run) === -1 && links.length === 0) return spans
  let link = 0
  for (const match of text.matchAll(run)) {
    const end = match.index + match[0].length
    while ((links[link]?.end ?? Infinity) <= match.index) link++
    if ((links[link]?.start ?? Infinity) < end) continue
    if (isMark(text.slice(Math.max(0, match.index - 7), end))) continue
    if (match[0].startsWith("/")) {
      for (const part of segments(match[0])) {
        if (care === "strict" && !knownRoot.test(match[0]) && looksRandom(part.text, "strict")) {
          add(match.index + part.at, match.index + part.at + part.text.length)
        }
      }
    } else if (looksRandom(match[0], care)) add(match.index, end)
  }
  for (const url of links) {
    for (const { start, end } of urlSpans(text.slice(url.start, url.end)))
      add(url.start + start, url.start + end)
  }
  return spans
}

/** Whether a format of tokens occurs in a text. */
export function hasFormat(text: string): boolean {
  return text.search(formats) !== -1
}

/** Whether one absolute path below a directory of the system: a name of a file, not a value. */
export function isPath(text: string): boolean {
  return knownRoot.test(text) && !/[\s"'=:@]/.test(text)
}

/**
 * Whether a word is more likely drawn by a machine than written by a person: long hex, or digits mixed with
 * both letter cases in one piece.
 */
export function looksRandom(word: string, care: Care): boolean {
  const [minimum, hexMinimum, pieceMinimum, bits] = care === "strict" ? [16, 16, 8, 3] : [32, 32, 16, 4]
  if (word.length < minimum) return false
  const compact = word.replaceAll("-", "")
  if (compact.length >= hexMinimum && /^[0-9a-fA-F]+$/.test(compact)) {
    return /[a-fA-F]/.test(compact) ? /\d/.test(compact) : compact.length >= 32
  }
  const mixed = word.split(/[-_/+=]/).some(piece => piece.length >= pieceMinimum && isMixed(piece))
  return mixed && entropy(word) >= bits
}

function isMixed(piece: string): boolean {
  return /\d/.test(piece) && /[a-z]/.test(piece) && /[A-Z]/.test(piece)
}

/** Shannon entropy in bits a character. */
function entropy(word: string): number {
  const counts = new Map<string, number>()
  for (const char of word) counts.set(char, (counts.get(char) ?? 0) + 1)
  let bits = 0
  for (const count of counts.values()) bits -= (count / word.length) * Math.log2(count / word.length)
  return bits
}

/** Where URLs stand in a text: from the scheme to a blank, quote or angle bracket. */
function* urls(text: string): Generator<Span> {
  for (let at = text.indexOf("://"); at !== -1; ) {
    const scheme = /[A-Za-z][A-Za-z0-9+.-]*$/.exec(text.slice(Math.max(0, at - 16), at))?.[0] ?? ""
    const end = at + text.slice(at).search(/[\s"'<>]|$/)
    if (scheme !== "") yield { start: at - scheme.length, end }
    at = text.indexOf("://", Math.max(end, at + 3))
  }
}

/** What is secret in a URL: user info, every query value and fragment, path segments that look like tokens. */
function urlSpans(url: string): readonly Span[] {
  const spans: Span[] = []
  const authority = url.indexOf("://") + 3
  const slash = url.slice(authority).search(/[/?#]/)
  const path = slash === -1 ? url.length : authority + slash
  const at = url.slice(authority, path).lastIndexOf("@")
  if (at !== -1) spans.push({ start: authority, end: authority + at })
  const question = url.slice(path).search(/[?;]/)
  const query = question === -1 ? url.length : path + question
  for (const { text, at: from } of segments(url.slice(path, query))) {
    const isToken =
      /^[A-Za-z0-9]{20,}$/.test(text) || looksRandom(text, "strict") || /[%~:]\w{12,}/.test(text)
    if (isToken) spans.push({ start: path + from, end: path + from + text.length })
  }
  for (const match of url.slice(query).matchAll(/[?&;]([^?&;]+)/g)) {
    const body = certain(match[1])
    const equals = body.indexOf("=")
    const start = query + match.index + 1 + equals + 1
    spans.push({ start, end: query + match.index + 1 + body.length })
  }
  return spans
}

function* segments(path: string): Generator<{ readonly text: string; readonly at: number }> {
  let at = 0
  for (const text of path.split("/")) {
    if (text !== "") yield { text, at }
    at += text.length + 1
  }
}
