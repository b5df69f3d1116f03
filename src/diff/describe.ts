/** Changes in words: one line each, and a title for many. The text comes from hosts: it is one line, cut, not escaped. */
import type { Change } from "../core/change.ts"

const maxValue = 80
const maxTitle = 72

/** One line such as `virtual-mta mta-a1 › domain gmail.com: max-smtp-out 6 → 8`. */
export function describe(change: Change): string {
  const scope = change.scope.map(label => short(label, maxValue)).join(" › ")
  return scope === "" ? what(change) : `${scope}: ${what(change)}`
}

/** A title of at most 72 characters: the first change, and how many more. Empty for no change. */
export function summarise(changes: readonly Change[]): string {
  const folded = foldBlocks(changes)
  const [first] = folded
  if (first === undefined) return ""
  const more = folded.length > 1 ? ` and ${folded.length - 1} more` : ""
  const scope = first.scope.filter(label => label !== "facts").at(-1) ?? ""
  // `domain gmail.com` is known by its argument; other blocks need their tag to be understood.
  const place = scope.replace(/^domain (?=[^*])/, "")
  return short(`${place} ${what(first)}`.trim(), maxTitle - more.length) + more
}

/** Without the changes inside a block that came or went as a whole. */
function foldBlocks(changes: readonly Change[]): readonly Change[] {
  const whole = new Set<string>()
  for (const { kind, name, scope, before, after } of changes) {
    if (!name.startsWith("<") || (kind !== "added" && kind !== "removed")) continue
    const tag = name.slice(1, -1)
    for (const value of [...before, ...after]) whole.add(pathOf([...scope, `${tag} ${value}`.trim()]))
  }
  return changes.filter(({ scope }) => !scope.some((_, i) => whole.has(pathOf(scope.slice(0, i + 1)))))
}

function pathOf(scope: readonly string[]): string {
  return scope.join("\u0001")
}

function what({ kind, name, before, after }: Change): string {
  const label = name === "" ? "text" : short(name, maxValue)
  const [old, now] = [list(before), list(after)]
  if (name.startsWith("<") && (kind === "added" || kind === "removed")) {
    return [name.slice(1, -1), kind === "added" ? now : old, kind].filter(word => word !== "").join(" ")
  }
  switch (kind) {
    case "added":
      return now === "" ? `${label} added` : `${label} added: ${now}`
    case "removed":
      return old === "" ? `${label} removed` : `${label} removed: ${old}`
    case "changed":
      return `${label} ${old} → ${now}`
    case "reordered":
      return `${label} reordered: ${old} → ${now}`
  }
}

function list(values: readonly string[]): string {
  return short(values.map(value => short(value, maxValue)).join(", "), 3 * maxValue)
}

/** One line without control or direction characters, at most `length` characters. */
function short(text: string, length: number): string {
  const line = text
    .slice(0, 4 * length)
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, " ")
    .trim()
  return line.length <= length ? line : `${line.slice(0, Math.max(1, length - 1)).trimEnd()}…`
}
