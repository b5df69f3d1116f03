/** What changed between the public facts of a host: keys rotated, certificates renewed, rights moved. */
import type { Change } from "../core/change.ts"
import type { Facts } from "../core/profile.ts"

/** Facts are shallow; what lies deeper is compared as text. */
const maxDepth = 12

/**
 * @param accepted  facts by category: `{ dkim: {…}, tls: {…}, license: {…}, permissions: {…} }`
 * @param live      the same, now
 * @returns         changes with scope `["facts", category, …keys]` and the last key as name
 */
export function compareFacts(accepted: Facts, live: Facts): readonly Change[] {
  const before = flatten(accepted)
  const after = flatten(live)
  const keys = [...new Set([...before.keys(), ...after.keys()])].toSorted()
  return keys.flatMap(key => {
    const old = before.get(key)
    const now = after.get(key)
    const leaf = now ?? old
    if (leaf === undefined || (old !== undefined && now !== undefined && isSame(old.values, now.values)))
      return []
    const kind = old === undefined ? "added" : now === undefined ? "removed" : "changed"
    const [scope, name] = [leaf.path.slice(0, -1), leaf.path.at(-1) ?? ""]
    const values = { before: old?.values ?? [], after: now?.values ?? [] }
    return [{ kind, scope: ["facts", ...scope], name, ...values, file: null, line: null } satisfies Change]
  })
}

interface Leaf {
  readonly path: readonly string[]
  readonly values: readonly string[]
}

/** Scalars, and lists of scalars, by their path of keys; items of other lists count from 1. */
function flatten(facts: Facts): ReadonlyMap<string, Leaf> {
  const leaves = new Map<string, Leaf>()
  const put = (path: readonly string[], values: readonly string[]) =>
    leaves.set(path.join("\u0001"), { path, values })
  const visit = (value: unknown, path: readonly string[]) => {
    if (typeof value !== "object" || value === null || value instanceof Date) put(path, [scalar(value)])
    else if (path.length > maxDepth) put(path, [JSON.stringify(value)])
    else if (Array.isArray(value) && value.every(item => typeof item !== "object" || item === null)) {
      put(path, value.map(scalar))
    } else if (Array.isArray(value)) value.forEach((item, i) => void visit(item, [...path, String(i + 1)]))
    else for (const [key, item] of Object.entries(value)) visit(item, [...path, key])
  }
  visit(facts, [])
  return leaves
}

function scalar(value: unknown): string {
  return value instanceof Date ? value.toISOString() : String(value)
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i])
}
