/** PEM blocks pasted into a text: bodies are secret line by line, whether key or certificate. */
import type { Line } from "./lines.ts"
import { isMark, type Span } from "./marks.ts"

const begin = "-----BEGIN "
const finish = "-----END "
const bodyLine = /^[A-Za-z0-9+/=\s\\]*$/
const headerLine = /^[A-Za-z][A-Za-z-]{0,40}: /

/** The spans of PEM bodies by line number. A block ends with its END line or where no body can stand. */
export function pemSpans(lines: readonly Line[]): ReadonlyMap<number, readonly Span[]> {
  const found = new Map<number, readonly Span[]>()
  if (!lines.some(({ text }) => text.includes(begin))) return found
  let inside = false
  for (const { number, text } of lines) {
    const prefix = text.search(/[^\s#"']|$/)
    const spans: Span[] = []
    let at = 0
    if (inside) {
      const end = text.indexOf(finish)
      const body = text.slice(prefix, end === -1 ? text.length : end).trimEnd()
      if (end === -1 && !isMark(body) && !bodyLine.test(body) && !headerLine.test(body)) inside = false
      else {
        if (body !== "" && !isMark(body)) spans.push({ start: prefix, end: prefix + body.length })
        inside = end === -1
        at = end === -1 ? text.length : end
      }
    }
    for (let from = text.indexOf(begin, at); from !== -1; ) {
      const label = text.indexOf("-----", from + begin.length)
      const start = label === -1 ? text.length : label + 5
      const end = text.indexOf(finish, start)
      const body = text.slice(start, end === -1 ? text.length : end)
      const ink = start + body.length - body.trimStart().length
      if (body.trim() !== "" && !isMark(body)) spans.push({ start: ink, end: ink + body.trim().length })
      inside = end === -1 && label !== -1
      from = end === -1 ? -1 : text.indexOf(begin, end)
    }
    if (spans.length > 0) found.set(number, spans)
  }
  return found
}
