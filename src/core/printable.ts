/**
 * Text of hosts made harmless for a terminal, a page or the log of a CI job: what could steer one of them is
 * shown as `\u{…}`. A GitHub runner takes `::name::` after blanks at the start of a line for a command, and
 * `##[name]` anywhere.
 */
export function printable(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\u2800\u3164\uFFA0]/gu, escaped)
    .replace(/(?<=^\s*):(?=:)/u, escaped)
    .replace(/(?<=##)\[/g, escaped)
}

const escaped = (char: string): string => `\\u{${Number(char.codePointAt(0)).toString(16)}}`

/** As `printable`, with its line ends kept: for texts of several lines. */
export function printableLines(text: string): string {
  return text
    .split("\n")
    .map(line => line.split("\t").map(printable).join("\t"))
    .join("\n")
}
