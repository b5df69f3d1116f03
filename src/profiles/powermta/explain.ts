/** What a reviewer cannot see in a difference alone: what macros stand for, and whom a macro reaches. */
import type { Difference, Settings, Sides } from "../../core/profile.ts"
import { expand, macrosIn } from "./macros.ts"

const maxShown = 12

export function explain(difference: Difference, { accepted, live }: Sides): readonly string[] {
  if (difference.name === "domain-macro") return macroNotes(difference, live)
  const texts = [...difference.scope, ...[...difference.was, ...difference.is].map(({ value }) => value)]
  const names = new Set(texts.filter(text => text.includes("$")).flatMap(macrosIn))
  return [...names].flatMap(name => {
    const side = difference.is.length > 0 ? live : accepted
    const { members, macros } = expand(`$${name}`, side)
    return macros.length === 0 ? [] : [`$${name} = ${some(members)}`]
  })
}

function macroNotes({ was, is }: Difference, live: Settings): readonly string[] {
  const membersOf = (statements: Difference["was"]) =>
    new Set(statements.flatMap(({ compare }) => compare.replace(/^\S+ ?/, "").split(",")))
  const [before, after] = [membersOf(was), membersOf(is)]
  const come = [...after.difference(before)].filter(member => member !== "")
  const gone = [...before.difference(after)].filter(member => member !== "")
  const name = ([...is, ...was][0]?.compare.split(" ", 1)[0] ?? "").toLowerCase()
  const users = ["<domain>", "relay-domain", "domain-key", "domain"].flatMap(directive =>
    live
      .named(directive)
      .filter(({ value }) => value.includes("$") && expand(domainsOf(value), live).macros.includes(name))
      .map(({ scope, value }) => [...scope, `${directive.replace(/[<>]/g, "")} ${value}`].join(" › ")),
  )
  return [
    ...(was.length > 0 && come.length > 0 ? [`came: ${some(come)}`] : []),
    ...(is.length > 0 && gone.length > 0 ? [`went: ${some(gone)}`] : []),
    ...(users.length > 0 ? [`used by ${some(users)}`] : []),
  ]
}

/** The macros of a value as a list: a `domain-key` has more around them. */
function domainsOf(value: string): string {
  return macrosIn(value)
    .map(name => `$${name}`)
    .join(",")
}

function some(items: readonly string[]): string {
  const more = items.length - maxShown
  return items.slice(0, maxShown).join(", ") + (more > 0 ? ` and ${more} more` : "")
}
