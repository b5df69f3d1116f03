/** What `$NAME` stands for: the list of its `domain-macro`, whose members may be macros in their turn. */

import { certain } from "../../core/certain.ts"
import { matched, textBefore } from "../../core/parts.ts"
import type { Settings } from "../../core/profile.ts"

export interface Expansion {
  /** each once, sorted; a macro that is not defined stays as `$name` */
  readonly members: readonly string[]
  /** names of all macros met on the way, lower case */
  readonly macros: ReadonlySet<string>
  /** whether more would follow: lists made to be endless end */
  readonly cut: boolean
}

const maxMembers = 2000
const maxMacros = 50

/** The members of a comma-separated list in its one spelling. A macro that leads to itself ends there. */
export function expand(list: string, settings: Settings): Expansion {
  const members = new Set<string>()
  const macros = new Set<string>()
  const waiting = [list]
  let cut = false
  for (let text = waiting.pop(); text !== undefined && !cut; text = waiting.pop()) {
    for (const item of text.split(",")) {
      const name = matched(/^\s*\$\{?(\w+)\}?\s*$/, item, "name")?.name.toLowerCase()
      const value = name === undefined ? undefined : definitions(settings).get(name)
      if (name === undefined || value === undefined) members.add(item.trim())
      else if (!macros.has(name)) {
        macros.add(name)
        waiting.push(value)
      }
      cut = members.size > maxMembers || macros.size > maxMacros
      if (cut) break
    }
  }
  members.delete("")
  return { members: [...members].toSorted(), macros, cut }
}

/** Names of the macros in any text, as written, each once. */
export function macrosIn(text: string): readonly string[] {
  return text.includes("$")
    ? [...new Set([...text.matchAll(/\$\{?(\w+)/g)].map(found => certain(found[1])))]
    : []
}

/** By name in lower case. A macro that is defined twice has the members of both. */
const definitions = once(settings => {
  const found = new Map<string, string>()
  for (const { compare } of settings.named("domain-macro")) {
    const name = textBefore(compare, " ")
    const before = found.get(name.toLowerCase())
    const list = compare.slice(name.length + 1)
    found.set(name.toLowerCase(), before === undefined ? list : `${before},${list}`)
  }
  return found
})

/** Computes something about the settings of a side once, however often it is asked for. */
export function once<T>(make: (settings: Settings) => T): (settings: Settings) => T {
  const known = new WeakMap<Settings, { readonly value: T }>()
  return settings => {
    const found = known.get(settings) ?? { value: make(settings) }
    known.set(settings, found)
    return found.value
  }
}
