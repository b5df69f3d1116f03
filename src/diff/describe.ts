/** Changes in words: one line each, and a title for many. The text comes from hosts: it is one line, cut, not escaped. */
import { certain } from "../core/certain.ts"
import { byGravity, type Change } from "../core/change.ts"

const maxValue = 80
const maxTitle = 72

/** One line such as `virtual-mta mta-a1 › domain gmail.com: max-smtp-out 6 → 8`. */
export function describe(change: Change): string {
  const scope = placeOf(change)
    .map(label => short(label, maxValue))
    .join(" › ")
  return scope === "" ? what(change) : `${scope}: ${what(change)}`
}

/**
 * A title of at most 72 characters: the gravest change, how many more, and the risk in parentheses, such as
 * `gmail.com max-smtp-out 6 → 8 (sending limit raised: high)`. Empty for no change.
 */
export function summarise(changes: readonly Change[]): string {
  const folded = foldBlocks(changes)
  // The sort is stable: of equals the first found comes first.
  const [gravest] = byGravity(changes)
  if (gravest === undefined) return ""
  const shown = certain(folded.find(change => change === gravest || holds(change, gravest)))
  const more = folded.length > 1 ? ` and ${folded.length - 1} more` : ""
  const { name, level } = gravest.risk
  const risk = name === "" ? "" : ` (${name}: ${level})`
  const scope = placeOf(shown).at(-1) ?? ""
  // `domain gmail.com` is known by its argument; other blocks need their tag to be understood.
  const place = scope.replace(/^domain (?=[^*])/, "")
  return short(`${place} ${what(shown)}`.trim(), maxTitle - more.length) + more + risk
}

/** The blocks around a change; facts say in their name what they are about. */
export function placeOf({ scope }: Change): readonly string[] {
  return scope[0] === "facts" ? [] : scope
}

/** Without the changes inside a block that came or went as a whole. */
function foldBlocks(changes: readonly Change[]): readonly Change[] {
  const whole = new Set(changes.flatMap(blocksOf))
  if (whole.size === 0) return changes
  return changes.filter(({ scope }) => !scope.some((_, i) => whole.has(pathOf(scope.slice(0, i + 1)))))
}

/** Whether a change is the coming or going of a block that another change stands in. */
function holds(block: Change, { scope }: Change): boolean {
  return blocksOf(block).some(path => scope.some((_, i) => pathOf(scope.slice(0, i + 1)) === path))
}

/** The scopes that came or went with a change. */
function blocksOf({ kind, name, scope, before, after }: Change): readonly string[] {
  if (!name.startsWith("<") || (kind !== "added" && kind !== "removed")) return []
  const tag = name.slice(1, -1)
  return [...before, ...after].map(value => pathOf([...scope, `${tag} ${value}`.trim()]))
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
