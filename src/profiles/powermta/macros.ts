/** What `$NAME` stands for: the list of its `domain-macro`, whose members may be macros in their turn. */
import type { Settings } from "../../core/profile.ts"

export interface Expansion {
  /** each once; a macro that is not defined stays as `$name` */
  readonly members: readonly string[]
  /** names of all macros met on the way, lower case */
  readonly macros: readonly string[]
}

/** Beyond this many members an expansion says no more. */
const maxMembers = 10_000

/** The members of a comma-separated list in its one spelling. A macro that leads to itself ends there. */
export function expand(list: string, settings: Settings): Expansion {
  const members = new Set<string>()
  const macros = new Set<string>()
  const waiting = [list]
  for (let text = waiting.pop(); text !== undefined && members.size < maxMembers; text = waiting.pop()) {
    for (const item of text.split(",").map(part => part.trim())) {
      const name = /^\$\{?(\w+)\}?$/.exec(item)?.[1]?.toLowerCase()
      const value = name === undefined ? undefined : definitionOf(name, settings)
      if (name === undefined || value === undefined) members.add(item)
      else if (!macros.has(name)) {
        macros.add(name)
        waiting.push(value)
      }
    }
  }
  members.delete("")
  return { members: [...members].toSorted(), macros: [...macros] }
}

/** Names of the macros in any text, as written. */
export function macrosIn(text: string): readonly string[] {
  return [...text.matchAll(/\$\{?(\w+)\}?/g)].map(([, name = ""]) => name)
}

function definitionOf(name: string, settings: Settings): string | undefined {
  const lines = settings.named("domain-macro").filter(({ compare }) => nameOf(compare) === name)
  return lines.length === 0 ? undefined : lines.map(({ compare }) => compare.slice(name.length + 1)).join(",")
}

function nameOf(compare: string): string {
  return (compare.split(" ", 1)[0] ?? "").toLowerCase()
}
