/** Changes as tables, gravest first. What comes from hosts is cut, and made harmless for where it is shown. */
import { certain } from "../core/certain.ts"
import { type Change, compareRisks, type RiskLevel } from "../core/change.ts"
import { listed } from "../core/listed.ts"
import type { Paint } from "./paint.ts"
import { cut, printable } from "./printable.ts"

const maxValue = 160
const maxValues = 6

/** `domain gmail.com: max-smtp-out 6 → 8`, with colours for what went and what came. */
export function changeText(change: Change, { red, green, bold }: Paint): string {
  const { kind, name, before, after } = change
  const place = change.scope[0] === "facts" ? [] : change.scope
  const head = place.length === 0 ? "" : `${place.map(shown).join(" › ")}: `
  const old = red(list(before))
  const now = green(list(after))
  const what = {
    added: `added ${now}`,
    removed: `removed ${old}`,
    changed: `${old} → ${now}`,
    reordered: `reordered: ${old} → ${now}`,
  }
  return `${head}${bold(name === "" ? "text" : shown(name))} ${what[kind]}`.trimEnd()
}

/** A row per change, with its notes below; why it is dangerous is said once for all rows of one risk. */
export function changesTable(changes: readonly Change[], colors: Paint, indent: string, most = 200): string {
  const sorted = gravestFirst(changes)
  const width = Math.max(0, ...sorted.map(({ risk }) => risk.level.length))
  const gap = `${indent}${" ".repeat(width + 2)}`
  const rows = sorted.slice(0, most).flatMap((change, i) => {
    const { level, name, reason } = change.risk
    const next = sorted[i + 1]?.risk
    const isLast = i + 1 === Math.min(most, sorted.length) || next?.name !== name || next.level !== level
    return [
      `${indent}${levelPaint(level, colors)(level.padEnd(width))}  ${changeText(change, colors)}`,
      ...change.notes.map(note => `${gap}${shown(note)}`),
      ...(name === "" || !isLast ? [] : [`${gap}${colors.dim(`${name}: ${reason}`)}`]),
    ]
  })
  const more = sorted.length > most ? [`${indent}and ${sorted.length - most} more`] : []
  return [...rows, ...more].map(line => `${line}\n`).join("")
}

/** Changes of one risk stand together, the gravest risk first. */
export function gravestFirst(changes: readonly Change[]): readonly Change[] {
  const groups = Map.groupBy(changes, ({ risk }) => `${risk.level} ${risk.name}`)
  const riskOf = (group: readonly Change[]) => certain(group[0]).risk
  return [...groups.values()].toSorted((a, b) => compareRisks(riskOf(a), riskOf(b))).flat()
}

function levelPaint(level: RiskLevel, colors: Paint): (text: string) => string {
  const paints = {
    critical: (text: string) => colors.bold(colors.red(text)),
    high: colors.red,
    medium: colors.yellow,
    low: colors.dim,
  }
  return paints[level]
}

function shown(text: string): string {
  return printable(cut(text, maxValue))
}

const list = (values: readonly string[]): string => listed(values, maxValues, shown)
