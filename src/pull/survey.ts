import type { Entry } from "../core/file.ts"
import type { Host } from "../core/fleet.ts"
import { throughLinks } from "../core/path-pattern.ts"
import { Problem } from "../core/problem.ts"
import type { Profile, Reference } from "../core/profile.ts"
import type { Listing, Root } from "../core/transport.ts"
import { type Classified, classify } from "./classify.ts"
import { type Contents, type ContentTools, contentsOf } from "./contents.ts"
import { expectedRoots } from "./last-seen.ts"
import { namedRoots, type PlannedCategory, referencePaths } from "./roots.ts"

/** How deep configs may include each other; PowerMTA's own limit is not documented. */
const maxRounds = 32

/** What the configs of one host may name: many times what a large server has. */
const maxNamed = 100_000

export interface Survey extends Classified {
  readonly entries: ReadonlyMap<string, Entry>
  /** all that the configs name, logs too */
  readonly references: readonly Reference[]
  /** what was read on the way */
  readonly contents: Contents
  /** the one listing that found everything; null when what configs name had to be listed apart */
  readonly only: { readonly roots: readonly Root[]; readonly listing: Listing } | null
}

export interface SurveyTools extends ContentTools {
  readonly profile: Profile
  readonly categories: readonly PlannedCategory[]
}

/**
 * Finds all files that belong to a host: lists the fixed roots, reads each config, follows what it names, and
 * again, until nothing new is named.
 * @throws Problem "pull/too-large"
 * @param expected  what the last run found to be named: listed at once, which saves a round trip
 * @param settled   whether a listing is known to hold the same configs as last time, so that `expected` is
 *                  still what they name and none has to be read
 * @param whole     categories of which all will be read, whatever a listing says: they are read with the configs, in
 *                  one go, and the host need not tell digests, for which it would read them as well; null for none
 */
export async function survey(
  host: Host,
  tools: SurveyTools,
  expected: readonly Reference[],
  settled: (configs: readonly Entry[]) => boolean,
  whole: ReadonlySet<string> | null,
  signal: AbortSignal,
): Promise<Survey> {
  const { session, profile, categories } = tools
  const digests = whole === null
  const entries = new Map<string, Entry>()
  const contents = contentsOf(host, tools)
  const texts = new Set(categories.filter(category => category.shownMasked).map(({ name }) => name))
  const list = async (more: readonly Root[]) => {
    const listing = await session.list(more, { digests }, signal)
    for (const entry of listing.entries) entries.set(entry.path, entry)
    return listing
  }

  const roots: Root[] = [...expectedRoots(categories, expected)]
  let only: Survey["only"] = { roots: [...roots], listing: await list(roots) }
  let known = classify(entries, categories, expected)
  if (expected.length > 0 && known.unlisted.length === 0 && settled(membersOf(known, texts))) {
    return { ...known, entries, references: expected, contents, only }
  }

  const named: Reference[] = []
  /** configs that were looked through for what they name */
  const seen = new Set<string>()
  let references: readonly Reference[] = []
  /** what `known` was made with */
  let used = expected
  let isSettled = false
  for (let round = 1; round <= maxRounds && !isSettled; round++) {
    if (round > 1 || expected.length > 0) known = classify(entries, categories, references)
    used = references
    const beside = whole?.size === categories.length ? mayBeNamed(entries, known) : []
    await contents.read([...membersOf(known, texts.union(whole ?? new Set())), ...beside], signal)
    const before = seen.size
    for (const { path } of membersOf(known, texts)) {
      const content = contents.files.get(path)?.content
      if (content === undefined || seen.has(path)) continue
      seen.add(path)
      if (!profile.mayName(content.reveal("look whether it names anything"))) continue
      const found = profile.references(path, content.revealText("find what the config names"))
      // Not spread: a config may name more than a call takes arguments.
      for (const reference of found) named.push(reference)
      if (named.length > maxNamed) throw tooManyNamed(host)
    }
    references = [...named, ...named.flatMap(reference => behindLinks(reference, entries))]
    const listed = new Set(roots.map(root => (root.kind === "tree" ? root.path : root.pattern)))
    const more = namedRoots([...referencePaths(references, categories), ...known.unlisted], roots).filter(
      root => root.kind === "glob" && !listed.has(root.pattern),
    )
    if (more.length > 0) {
      await list(more)
      only = null
      for (const root of more) roots.push(root)
    }
    isSettled = seen.size === before && more.length === 0
  }
  return {
    ...(isSettled && isSame(used, references) ? known : classify(entries, categories, references)),
    entries,
    references: distinct(references),
    contents,
    only,
  }
}

function isSame(some: readonly Reference[], others: readonly Reference[]): boolean {
  const same = ({ path, category }: Reference, other: Reference | undefined) =>
    path === other?.path && category === other.category
  return some.length === others.length && some.every((reference, index) => same(reference, others[index]))
}

function tooManyNamed({ name }: Host): Problem {
  return new Problem("pull/too-large", `${name}: its configs name more than ${maxNamed} files`, {
    hint: "nothing of this host was kept; look at what its configs include",
  })
}

function membersOf(known: Classified, names: ReadonlySet<string>): Entry[] {
  return [...names].flatMap(name => known.members.get(name) ?? [])
}

/** What is small and lies beside the rest is most likely named by a config: to ask for it by itself takes longer. */
const smallBytes = 64 * 1024
const mostBeside = 50

function mayBeNamed(entries: ReadonlyMap<string, Entry>, known: Classified): readonly Entry[] {
  const claimed = new Set([...known.members.values()].flat())
  const beside = [...entries.values()].filter(entry => entry.kind === "file" && !claimed.has(entry))
  return beside.length > mostBeside ? [] : beside.filter(({ size }) => size <= smallBytes)
}

/** A file that is named through a linked directory lies elsewhere: that place is named too, and the links on the way. */
function behindLinks(reference: Reference, entries: ReadonlyMap<string, Entry>): readonly Reference[] {
  const way = throughLinks(reference.path, above => entries.get(above)?.target ?? null)
  return way === null || way.links.length === 0
    ? []
    : [way.path, ...way.links].map(place => ({ ...reference, path: place }))
}

/** Of several that name one file, one; of includes, one for each file that has it: that gives them their scopes. */
function distinct(references: readonly Reference[]): Reference[] {
  const byTarget = new Map(
    references.map(reference => {
      const { category, path, include, file } = reference
      return [`${category}\0${path}\0${include ? file : ""}`, reference]
    }),
  )
  return [...byTarget.values()]
}
