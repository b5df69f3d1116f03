/** Whether a limit on what is sent got looser. */
import { textAfter, textBefore } from "../../../core/parts.ts"
import type { Difference, Sides } from "../../../core/profile.ts"
import { definition } from "../directives.ts"
import { type Condition, defaultOf, fresh, tagOf } from "./conditions.ts"

/** A limit was raised or taken away. What cannot be compared counts as raised. */
export const raised: Condition = (difference, sides) => {
  if (difference.kind === "removed") return true
  const before =
    difference.was.length > 0 ? difference.was.map(({ compare }) => compare) : bases(difference, sides)
  return fresh(difference).some(({ compare }) => before.some(old => isLooser(compare, old)))
}

/** What holds where a limit is not set: what `<domain *>` beside or above says, else the built-in value. */
function bases(difference: Difference, { accepted, live }: Sides): readonly string[] {
  const { scope, name } = difference
  const last = scope.at(-1) ?? ""
  const wider = last.startsWith("domain ") ? [[...scope.slice(0, -1), "domain *"], ["domain *"]] : []
  const inherited = wider
    .filter(path => path.at(-1) !== last || path.length !== scope.length)
    .flatMap(path => [...accepted.at(path, name), ...live.at(path, name)])
    .map(({ compare }) => compare)
  if (inherited.length > 0) return inherited
  const isRate = definition(name, tagOf(difference))?.type.includes("rate") ?? false
  return [defaultOf(difference) ?? (isRate ? "unlimited" : "0/unknown")]
}

/** Whether `now` allows more than `before`: a higher rate, or as many at once as did not go at once before. */
function isLooser(now: string, before: string): boolean {
  const [news, olds] = [amounts(now), amounts(before)]
  if (news === null || olds === null) return true
  return news.some((amount, i) => {
    const old = olds[Math.min(i, olds.length - 1)]
    return old === undefined || amount.count > old.count || amount.perSecond > old.perSecond
  })
}

interface Amount {
  readonly count: number
  readonly perSecond: number
}

/** The amounts of a value in its one spelling: `6`, `unlimited`, `500/3600s`, `192.0.2.1 6`, `10/86400s,20/86400s`. */
function amounts(compare: string): readonly Amount[] | null {
  const list = compare
    .slice(compare.lastIndexOf(" ") + 1)
    .split(",")
    .map(amount)
  return list.every(item => item !== null) ? list : null
}

function amount(text: string): Amount | null {
  if (text === "unlimited") return { count: Infinity, perSecond: Infinity }
  if (!/^\d+(\/\d+s)?$/.test(text)) return null
  // In some limits 0 means none, in others no limit: the worse is assumed.
  const count = Number(textBefore(text, "/")) || Infinity
  const seconds = text.includes("/") ? Number(textAfter(text, "/").slice(0, -1)) : 1
  return { count, perSecond: count / seconds }
}
