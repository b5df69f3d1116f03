/**
 * A private key as programs want it, whatever a secret store or a clipboard made of it: LF line ends, one
 * final newline, no byte order mark, and its lines back when they were lost to `\n` or blanks.
 */
import { matched } from "../core/parts.ts"
export function normaliseKeyText(text: string): string {
  const lines = text
    .replace(/^\uFEFF/, "")
    .replaceAll(/\r\n?/g, "\n")
    .trim()
  const form =
    /^(-----BEGIN [A-Z0-9 ]+-----)(?:\\n|[ \t])*(.+?)(?:\\n|[ \t])*(-----END [A-Z0-9 ]+-----)(?:\\n)?$/
  const flat = matched(form, lines, "begin", "body", "end")
  if (flat === null) return `${lines}\n`
  const { begin, body, end } = flat
  return `${[begin, ...body.split(/(?:\\n|[ \t])+/), end].join("\n")}\n`
}
