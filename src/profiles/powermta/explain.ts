/** What a reviewer cannot see in a difference alone: what macros stand for, and whom a macro reaches. */

import { certain } from "../../core/certain.ts"
import { listed } from "../../core/listed.ts"
import { textBefore } from "../../core/parts.ts"
import type { Difference, Settings, Sides } from "../../core/profile.ts"
import { expand, macrosIn, once } from "./macros.ts"

const maxShown = 12
/** What is not shown is not looked for without end. */
const maxUsers = 1000
const maxText = 4096

export function explain(difference: Difference, { accepted, live }: Sides): readonly string[] {
  if (difference.name === "domain-macro") return macroNotes(difference, live)
  const texts = [...difference.scope, ...[...difference.was, ...difference.is].map(({ value }) => value)]
  const names = new Set(texts.flatMap(text => macrosIn(text.slice(0, maxText))))
  return [...names].slice(0, maxShown).flatMap(name => {
    const { members, macros } = expand(`$${name}`, difference.is.length > 0 ? live : accepted)
    return macros.size === 0 ? [] : [`$${name} = ${some(members)}`]
  })
}

function macroNotes({ was, is }: Difference, live: Settings): readonly string[] {
  const membersOf = (statements: Difference["was"]) =>
    new Set(statements.flatMap(({ compare }) => compare.replace(/^\S+ ?/, "").split(",")))
  const [before, after] = [membersOf(was), membersOf(is)]
  const come = [...after.difference(before)].filter(member => member !== "")
  const gone = [...before.difference(after)].filter(member => member !== "")
  // A difference has a statement on one side at least.
  const name = textBefore(certain([...is, ...was][0]).compare, " ").toLowerCase()
  const users = usersOf(live).get(name) ?? []
  return [
    ...(was.length > 0 && come.length > 0 ? [`came: ${some(come)}`] : []),
    ...(is.length > 0 && gone.length > 0 ? [`went: ${some(gone)}`] : []),
    ...(users.length > 0 ? [`used by ${some(users)}`] : []),
  ]
}

/** Where each macro is used, through other macros as well. */
const usersOf = once(live => {
  const users = new Map<string, string[]>()
  for (const directive of ["<domain>", "relay-domain", "domain-key", "domain"]) {
    for (const { scope, value } of live.named(directive)) {
      const names = macrosIn(value.slice(0, maxText)).map(name => `$${name}`)
      if (names.length === 0) continue
      const place = [...scope, `${directive.replace(/[<>]/g, "")} ${value}`].join(" › ")
      for (const macro of expand(names.join(","), live).macros) {
        const found = users.get(macro) ?? []
        if (found.length <= maxUsers) found.push(place)
        users.set(macro, found)
      }
    }
  }
  return users
})

const some = (items: readonly string[]): string => listed(items, maxShown)
