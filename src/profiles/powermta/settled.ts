import { type Line, splitLines } from "./lines.ts"

const rounds = 5

/**
 * A text after as many passes as it takes until a pass changes nothing. Lines that never come to rest are made to
 * confuse: they are hidden whole; if that does not help, all are.
 * @param pass  keeps the number of lines
 * @param hide  what stands for a line that is not blank
 */
export function settled(
  text: string,
  pass: (text: string) => string,
  hide: (line: string) => string,
): string {
  let passed = text
  for (let round = 0; round < rounds; round++) {
    const next = pass(passed)
    if (next === passed) return passed
    passed = next
  }
  const after = splitLines(pass(passed))
  const hidden = (line: Line) => (line.text.trim() === "" ? line.text : hide(line.text))
  const partly = rewrite(passed, (line, index) =>
    line.text === after[index]?.text ? line.text : hidden(line),
  )
  return pass(partly) === partly ? partly : rewrite(text, hidden)
}

function rewrite(text: string, change: (line: Line, index: number) => string): string {
  return splitLines(text)
    .map((line, index) => change(line, index) + line.eol)
    .join("")
}
