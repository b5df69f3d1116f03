/** Physical lines of a config text: where they start, end, and where their comment begins. */
/** A physical line. `text` is without its line end; `code` is where the comment starts, or the length. */
export interface Line {
  /** counts from 1 */
  readonly number: number
  /** offset of the line in the text */
  readonly start: number
  readonly text: string
  /** `\n`, `\r\n`, or empty at the end of the text */
  readonly eol: string
  /** offset of the `#`; nothing escapes it, quotes do not either */
  readonly code: number
}

export function splitLines(text: string): readonly Line[] {
  const lines: Line[] = []
  for (let at = 0; at < text.length; ) {
    const line = lineAt(text, at, lines.length + 1)
    lines.push(line)
    at += line.text.length + line.eol.length
  }
  return lines
}

/** The line from `start` on. A lone carriage return is part of its line: only `\n` and `\r\n` end one. */
export function lineAt(text: string, start: number, number: number): Line {
  const newline = text.indexOf("\n", start)
  const end = newline === -1 ? text.length : newline
  const cut = newline > start && text[end - 1] === "\r" ? end - 1 : end
  const content = text.slice(start, cut)
  const hash = content.indexOf("#")
  const eol = newline === -1 ? "" : cut === end ? "\n" : "\r\n"
  return { number, start, text: content, eol, code: hash === -1 ? content.length : hash }
}

/** A line without its comment and the blanks before it. */
export function codeOf(line: Line): string {
  return line.text.slice(0, line.code).trimEnd()
}

/** The offset of the first visible character; byte order marks and zero-width blanks are not visible. */
export function firstInk(text: string): number {
  const first = text.charCodeAt(0)
  if (first > 32 && first < 127) return 0
  const at = text.search(/[^\s\ufeff\u200b-\u200d\u2060]/)
  return at === -1 ? text.length : at
}
