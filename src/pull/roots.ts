import type { CategoryPolicy } from "../core/fleet.ts"
import { type PathPattern, pathPattern } from "../core/path-pattern.ts"
import type { CategoryDefinition, Profile, Reference } from "../core/profile.ts"
import type { Root } from "../core/transport.ts"

/** A category as one fleet wants it: the profile's, with the fleet file's paths, or the fleet file's own. */
export interface PlannedCategory {
  readonly name: string
  readonly patterns: readonly PathPattern[]
  readonly shownMasked: boolean
}

/** All categories that are kept as bundles, the secret ones first: where two claim a file, it stays secret. */
export function planCategories(
  profile: Profile,
  policies: ReadonlyMap<string, CategoryPolicy>,
): readonly PlannedCategory[] {
  const known = new Map(profile.categories.map(category => [category.name, category]))
  const added = [...policies.keys()].filter(name => !known.has(name))
  const planned = [
    ...profile.categories
      .filter(category => category.log === null)
      .map(category => plan(category, policies.get(category.name))),
    ...added.map(name => plan({ name, patterns: [], shownMasked: false }, policies.get(name))),
  ]
  return planned.sort((a, b) => Number(a.shownMasked) - Number(b.shownMasked))
}

/** A log category: its files are kept as byte ranges. */
export interface PlannedLog extends PlannedCategory {
  /** how often it is due, ms */
  readonly everyMs: number
  readonly countsTraffic: boolean
}

export function planLogs(
  profile: Profile,
  policies: ReadonlyMap<string, CategoryPolicy>,
): readonly PlannedLog[] {
  return profile.categories.flatMap(category => {
    const policy = policies.get(category.name)
    if (category.log === null) return []
    const { everyMs, countsTraffic } = category.log
    return [{ ...plan(category, policy), everyMs: policy?.everyMs ?? everyMs, countsTraffic }]
  })
}

/** Where the files of log categories are: what their patterns match, and what configs name besides. */
export function logRoots(logs: readonly PlannedLog[], references: readonly Reference[]): readonly Root[] {
  const patterns = logs.flatMap(log => log.patterns)
  const bases = patterns.filter(({ deep }) => deep).map(({ base }) => base)
  const names = new Set(logs.map(({ name }) => name))
  const named = references.filter(({ category }) => names.has(category)).map(({ path }) => path)
  const trees = [...new Set(bases)].map(path => ({ kind: "tree", path }) as const)
  const globs = [
    ...new Set([...patterns.filter(({ deep }) => !deep).map(({ pattern }) => pattern), ...named]),
  ]
  return [...trees, ...globs.map(pattern => ({ kind: "glob", pattern, named: false }) as const)]
}

function plan(
  category: Pick<CategoryDefinition, "name" | "patterns" | "shownMasked">,
  policy: CategoryPolicy | undefined,
): PlannedCategory {
  const patterns = policy !== undefined && policy.paths.length > 0 ? policy.paths : category.patterns
  return { name: category.name, shownMasked: category.shownMasked, patterns: patterns.map(pathPattern) }
}

/** A literal path stands for itself and for all below it. */
export function claims(category: PlannedCategory, path: string): boolean {
  return category.patterns.some(
    pattern => pattern.matches(path) || (pattern.literal && isBelow(path, pattern.pattern)),
  )
}

/** Where to list: known from the fleet file alone, so the same in each run; nothing twice. */
export function fixedRoots(categories: readonly PlannedCategory[]): readonly Root[] {
  const patterns = categories.flatMap(category => category.patterns)
  const bases = patterns.filter(pattern => pattern.literal || pattern.deep).map(pattern => pattern.base)
  const trees = [...new Set(bases)]
    .filter(base => !bases.some(other => other !== base && isBelow(base, other)))
    .sort()
  const globs = patterns.filter(pattern => !pattern.literal && !pattern.deep)
  return [
    ...trees.map(path => ({ kind: "tree", path }) as const),
    ...globs
      .filter(glob => !trees.some(tree => glob.base === tree || isBelow(glob.base, tree)))
      .map(glob => ({ kind: "glob", pattern: glob.pattern, named: false }) as const),
  ]
}

/** Roots for what configs name outside of `roots`. */
export function namedRoots(paths: Iterable<string>, roots: readonly Root[]): readonly Root[] {
  const trees = roots.flatMap(root => (root.kind === "tree" ? [root.path] : []))
  const outside = [...new Set(paths)].filter(path => {
    const { base, literal } = pathPattern(path)
    return !trees.some(tree => (literal ? isBelow(path, tree) : base === tree || isBelow(base, tree)))
  })
  return outside.map(pattern => ({ kind: "glob", pattern, named: true }))
}

export function isBelow(path: string, directory: string): boolean {
  if (directory === "/") return path.startsWith("/")
  return path[directory.length] === "/" && path.startsWith(directory)
}

/** The paths of those that belong to a planned category: logs are named too, and are listed apart. */
export function referencePaths(
  references: readonly Reference[],
  categories: readonly PlannedCategory[],
): string[] {
  const planned = new Set(categories.map(({ name }) => name))
  return references.filter(({ category }) => planned.has(category)).map(({ path }) => path)
}
