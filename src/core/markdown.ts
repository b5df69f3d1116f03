/**
 * Markdown whose words come from hosts. Everything from a host is hostile: it is shown as code, where
 * GitHub makes no mention, link, picture, reference or HTML of it, and it cannot leave its place.
 */
import type { ChangeWords } from "./change-words.ts"
import { printable, printableLines } from "./printable.ts"

const maxSpan = 300
const maxLine = 500

/** One line as a code span, cut; safe in a table too. Empty for an empty text. */
export function code(text: string, length = maxSpan): string {
  const line = printable(cut(text, length))
  if (line.trim() === "") return ""
  // A span without these three needs no escape; with them, renderers differ on what ends it inside a table.
  return /[`|\\]/.test(line) ? `<code>${entities(line)}</code>` : `\`${line}\``
}

/** Words of the program as plain text, which stay harmless should a host's be among them. */
export function plain(text: string): string {
  return inert(text).replace(/[^\p{L}\p{N} .,;:=+%()'"/!?→…–—-]/gu, entity)
}

/** What a reviewer should know of a change, as the last cell of its row. */
export function reasonCell({ risk, notes }: Pick<ChangeWords, "risk" | "notes">): string {
  return [plain(risk.reason), ...notes.map(note => code(note))].filter(part => part !== "").join("<br>")
}

/** Lines as a fenced block that its content cannot close. */
export function fenced(text: string, language: string): string {
  const lines = printableLines(text)
    .split("\n")
    .map(line => cut(line, maxLine))
    .join("\n")
    .replace(/\n+$/, "")
  const longest = Math.max(2, ...(lines.match(/`+/g) ?? []).map(run => run.length))
  const fence = "`".repeat(longest + 1)
  return `${fence}${language}\n${lines}\n${fence}`
}

/** Rows as a table; cells are Markdown without line ends. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n")
}

/**
 * One line for places that know no code spans, such as titles and commit messages: what GitHub or git would
 * act on there (mentions, references, links, closing words, trailers) becomes a look-alike.
 */
export function inert(text: string): string {
  return (
    printable(text)
      .replaceAll("`", "'")
      .replaceAll("<", "‹")
      .replaceAll(">", "›")
      // Inside an address it is no mention.
      .replace(/(?<![A-Za-z0-9])@(?=[\p{L}\p{N}_-])/gu, "＠")
      .replace(/#(?=\d)/g, "＃")
      .replace(/\bGH-(?=\d)/gi, "GH‑")
      .replaceAll("://", ":⧸⧸")
      .replace(/\bwww\./gi, "www․")
      .replaceAll("](", "] (")
      .replace(/:(?=[a-z0-9_+-]+:)/gi, "꞉")
  )
}

/** At most `length` characters, with an ellipsis where something is missing. */
export function cut(text: string, length: number): string {
  if (text.length <= length) return text
  // Not through the middle of a surrogate pair.
  return `${text.slice(0, length - 1).replace(/[\uD800-\uDBFF]$/, "")}…`
}

const entities = (text: string): string => text.replace(/[^\p{L}\p{N} .,;=+%-]/gu, entity)

function entity(char: string): string {
  return `&#${char.codePointAt(0)};`
}
