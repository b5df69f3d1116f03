import { certain } from "../core/certain.ts"
import type { Entry } from "../core/file.ts"
import { compareTexts } from "../core/order.ts"
import { pathPattern, resolveLink } from "../core/path-pattern.ts"
import type { Reference } from "../core/profile.ts"
import { claims, isBelow, type PlannedCategory } from "./roots.ts"

export interface Classified {
  /**
   * by category: files, links and others, with the directories above them, all directories below a path of the
   * category, and what may not be looked into; sorted by path
   */
  readonly members: ReadonlyMap<string, readonly Entry[]>
  /** targets of links that have to be listed before all is known */
  readonly unlisted: readonly string[]
}

/**
 * Sorts entries into categories. What a config names belongs where the directive says, before any pattern.
 * A link brings its target along when a config names the link, or when the target was listed anyway.
 */
export function classify(
  entries: ReadonlyMap<string, Entry>,
  categories: readonly PlannedCategory[],
  references: readonly Reference[],
): Classified {
  const named = namedCategories(entries, categories, references)
  const categoryOf = new Map<string, string>()
  for (const entry of entries.values()) {
    const name =
      entry.kind === "directory"
        ? categories.find(category => keeps(category, entry))?.name
        : (named.get(entry.path) ?? categories.find(category => claims(category, entry.path))?.name)
    if (name !== undefined) categoryOf.set(entry.path, name)
  }
  const unlisted = followLinks(entries, categoryOf, named)
  const members = new Map<string, Entry[]>()
  for (const [path, name] of categoryOf) {
    const entry = entries.get(path)
    if (entry === undefined) continue
    const own = members.get(name)
    if (own === undefined) members.set(name, [entry])
    else own.push(entry)
  }
  for (const [name, own] of members) members.set(name, withDirectories(own, entries))
  return { members, unlisted }
}

/**
 * A directory counts by itself where a category is all that lies below a path, so that an empty one comes back. One
 * that may not be looked into counts wherever it may hide a file of the category, which then is not whole.
 */
function keeps(category: PlannedCategory, { path, readable }: Entry): boolean {
  return category.patterns.some(
    ({ base, literal, deep }) => (literal || (deep && !readable)) && (path === base || isBelow(path, base)),
  )
}

function namedCategories(
  entries: ReadonlyMap<string, Entry>,
  categories: readonly PlannedCategory[],
  references: readonly Reference[],
): Map<string, string> {
  const rank = new Map(categories.map(({ name }, index) => [name, index]))
  const named = new Map<string, string>()
  for (const { path, category } of references) {
    if (!rank.has(category)) continue
    const pattern = pathPattern(path)
    const matched = pattern.literal ? [path] : [...entries.keys()].filter(listed => pattern.matches(listed))
    for (const match of matched) {
      const before = named.get(match)
      // Named as a key in one place and as text in another: the more secret one wins.
      if (before === undefined || certain(rank.get(category)) < certain(rank.get(before))) {
        named.set(match, category)
      }
    }
  }
  return named
}

function followLinks(
  entries: ReadonlyMap<string, Entry>,
  categoryOf: Map<string, string>,
  named: ReadonlyMap<string, string>,
): string[] {
  const unlisted: string[] = []
  const queue: string[] = []
  for (const path of categoryOf.keys()) if (entries.get(path)?.kind === "link") queue.push(path)
  const followed = new Set<string>()
  for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
    const entry = entries.get(path)
    const category = categoryOf.get(path)
    if (entry?.kind !== "link" || entry.target === null || category === undefined || followed.has(path))
      continue
    followed.add(path)
    const target = resolveLink(path, entry.target)
    if (!entries.has(target)) {
      if (named.has(path)) unlisted.push(target)
    } else if (entries.get(target)?.kind !== "directory" && !categoryOf.has(target)) {
      categoryOf.set(target, category)
      queue.push(target)
    }
  }
  return unlisted
}

/** The directories above, as far as they were listed: their modes and owners are part of a restore. */
function withDirectories(members: readonly Entry[], entries: ReadonlyMap<string, Entry>): Entry[] {
  const all = new Set(members)
  let directory = "/"
  for (const { path } of members) {
    // Of many files in one directory the first has brought it along.
    if (path.startsWith(directory) && path.lastIndexOf("/") === directory.length - 1) continue
    directory = path.slice(0, path.lastIndexOf("/") + 1)
    for (let end = directory.length - 1; end > 0; end = path.lastIndexOf("/", end - 1)) {
      const above = entries.get(path.slice(0, end))
      if (above === undefined) break
      if (above.kind === "directory") all.add(above)
    }
  }
  return [...all].sort((a, b) => compareTexts(a.path, b.path))
}
