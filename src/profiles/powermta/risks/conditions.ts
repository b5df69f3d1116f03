/** What the rows of the risk tables are made of: conditions on a difference and what is around it. */

import type { RiskLevel } from "../../../core/change.ts"
import { matched, textBefore } from "../../../core/parts.ts"
import type { Difference, RiskRule, Sides, Statement } from "../../../core/profile.ts"
import { definition } from "../directives.ts"
import { canonical, seconds } from "../units.ts"

export type Condition = (difference: Difference, sides: Sides) => boolean

/** A row of the table; it applies when one of its conditions does. `reason` tells a reviewer what to check. */
export function row(level: RiskLevel, name: string, reason: string, ...when: readonly Condition[]): RiskRule {
  return { level, name, reason, applies: (difference, sides) => when.some(is => is(difference, sides)) }
}

/** @param names  directives, or `<tag>` for the block itself, with blanks between them */
export function on(names: string, ...all: readonly Condition[]): Condition {
  const wanted = new Set(names.split(/\s+/))
  return (difference, sides) => wanted.has(difference.name) && all.every(is => is(difference, sides))
}

/** Only directly inside such a block. */
export function within(...tags: readonly string[]): Condition {
  return difference => tags.includes(tagOf(difference))
}

export const not =
  (condition: Condition): Condition =>
  (difference, sides) =>
    !condition(difference, sides)

/** The tag of the innermost block around a difference; empty at the global level. */
export function tagOf({ scope }: Difference): string {
  return textBefore(scope.at(-1) ?? "", " ")
}

/** The argument of the innermost block. */
export function argumentOf({ scope }: Difference): string {
  return (scope.at(-1) ?? "").replace(/^\S+ ?/, "")
}

/** What is live now and was not accepted. */
export function fresh({ was, is }: Difference): readonly Statement[] {
  const had = new Set(was.map(({ compare }) => compare))
  return is.filter(({ compare }) => !had.has(compare))
}

/** What was accepted and is not live any more. */
export function lost({ was, is }: Difference): readonly Statement[] {
  const has = new Set(is.map(({ compare }) => compare))
  return was.filter(({ compare }) => !has.has(compare))
}

const isEmpty = ({ compare }: Statement) => compare === "" || compare === '""'

/** Some value came that is not the explicit nothing. */
export const set: Condition = difference => fresh(difference).some(statement => !isEmpty(statement))
/** Some value went, or was replaced by another. */
export const gone: Condition = difference => lost(difference).length > 0
export const removed: Condition = ({ kind }) => kind === "removed"
export const reordered: Condition = ({ kind }) => kind === "reordered"
/** Whatever happened to it. */
export const touched: Condition = () => true
/** Cleared with `""`, or removed. */
export const cleared: Condition = ({ is }) => is.every(isEmpty)

/** Some value that came fits. */
export function sets(fits: (value: string) => boolean): Condition {
  return difference => fresh(difference).some(({ compare }) => fits(compare))
}

/** Some value that went fits. */
export function loses(fits: (value: string) => boolean): Condition {
  return difference => lost(difference).some(({ compare }) => fits(compare))
}

/**
 * The setting says one of these values now, by itself or because it is gone and that is the default. An explicit
 * value that is the default counts too: it may overrule what a wider scope says.
 */
export function becomes(...values: readonly string[]): Condition {
  return difference => {
    const { is, was } = difference
    const says = (compare: string | undefined) => compare !== undefined && values.includes(compare)
    if (fresh(difference).some(({ compare }) => says(compare))) return true
    const now = is.at(-1)?.compare ?? defaultOf(difference)
    return says(now) && !says(was.at(-1)?.compare)
  }
}

/** The built-in value in its one spelling; undefined when there is none. */
export function defaultOf(difference: Difference): string | undefined {
  const known = definition(difference.name, tagOf(difference))
  return known?.default == null ? undefined : canonical(known.type, known.default)
}

/** A time that got shorter; one that cannot be read, such as `never`, is the longest. */
export const shorter: Condition = difference => {
  const old = difference.was.length > 0 ? difference.was.map(({ compare }) => compare) : []
  const before = shortest(old.length > 0 ? old : [defaultOf(difference) ?? ""])
  const now = difference.is.map(({ compare }) => compare)
  return shortest(now.length > 0 ? now : [defaultOf(difference) ?? ""]) < before
}

function shortest(values: readonly string[]): number {
  return Math.min(...values.flatMap(value => value.split(",")).map(value => seconds(value) ?? Infinity))
}

/** Whether an address range holds more than a small network: shorter than /24, or /64 for IPv6. */
export function isWide(range: string): boolean {
  const found = matched(/^([\da-f.:]+)((?:\/\d+)?)$/i, range, "address", "mask")
  if (found === null) return true
  const isIpv6 = found.address.includes(":")
  // Without a mask it is one address.
  return found.mask !== "" && Number(found.mask.slice(1)) < (isIpv6 ? 64 : 24)
}

/** Whether the argument of a `<source>` is an address or network, and not a name. */
export function isRange(source: string): boolean {
  return /^[\d.]+(?:\/\d+)?$|^[\da-f:.]*:[\da-f:.]*(?:\/\d+)?$/i.test(source)
}
