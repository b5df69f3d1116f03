/** Text of hosts made harmless for a terminal or a page: what could steer either is shown as `\u{…}`. */
export function printable(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\u2800\u3164\uFFA0]/gu,
    char => `\\u{${char.codePointAt(0)?.toString(16) ?? ""}}`,
  )
}

/** As `printable`, with its line ends kept: for texts of several lines. */
export function printableLines(text: string): string {
  return text
    .split("\n")
    .map(line => line.split("\t").map(printable).join("\t"))
    .join("\n")
}
