/**
 * What changed between two outlines of one host. Pure, and blind to what means nothing: comments, spelling of
 * units, order where order does not count, the file a block stands in.
 */
import { textBefore } from "../core/parts.ts"
import type { Difference, Statement } from "../core/profile.ts"

/** All statements of one scope and name, on both sides. */
interface Pair {
  accepted: Statement[]
  live: Statement[]
}

/** What leads from the accepted outline to the live one, by scope and name in order of first sight. */
export function differences(
  accepted: readonly Statement[],
  live: readonly Statement[],
): readonly Difference[] {
  const pairs = new Map<string, Map<string, Pair>>()
  const found: Pair[] = []
  const addAll = (statements: readonly Statement[], side: keyof Pair) => {
    let scope: readonly string[] | null = null
    let inScope = new Map<string, Pair>()
    for (const statement of statements) {
      // Neighbours share their scope: one look-up serves a whole block.
      if (statement.scope !== scope) {
        scope = statement.scope
        const key = scopeKey(scope)
        inScope = pairs.get(key) ?? new Map<string, Pair>()
        pairs.set(key, inScope)
      }
      const pair = inScope.get(statement.name)
      if (pair === undefined) {
        const fresh =
          side === "accepted" ? { accepted: [statement], live: [] } : { accepted: [], live: [statement] }
        inScope.set(statement.name, fresh)
        found.push(fresh)
      } else if (pair[side].length > 0) pair[side].push(statement)
      // Not `push`: it makes room for more than the one statement that most settings have.
      else pair[side] = [statement]
    }
  }
  addAll(accepted, "accepted")
  addAll(live, "live")
  return found.flatMap(pair => (isSame(pair.accepted, pair.live) ? [] : comparePair(pair)))
}

/** Equal for equal scopes only. */
export function scopeKey(scope: readonly string[]): string {
  return scope.join("\u0001")
}

function comparePair(pair: Pair): readonly Difference[] {
  const all = [...pair.accepted, ...pair.live]
  if (all.some(({ repeat }) => repeat === "list")) return compareLists(pair)
  if (all.some(({ repeat }) => repeat === "set")) return compareSets(pair)
  return compareScalars(pair)
}

/** The last of several wins, yet all are shown: a second value is an accident worth seeing. */
function compareScalars(pair: Pair): readonly Difference[] {
  const before = withoutRepeats(pair.accepted)
  const after = withoutRepeats(pair.live)
  if (isSame(before, after)) return []
  const kind = before.length === 0 ? "added" : after.length === 0 ? "removed" : "changed"
  return [difference(kind, before, after)]
}

/** Values that came and went. Two of them that begin with the same word are one value that changed. */
function compareSets(pair: Pair): readonly Difference[] {
  const had = new Set(pair.accepted.map(({ compare }) => compare))
  const has = new Set(pair.live.map(({ compare }) => compare))
  const gone = distinct(pair.accepted).filter(({ compare }) => !has.has(compare))
  const come = distinct(pair.live).filter(({ compare }) => !had.has(compare))
  const goneByWord = uniqueByWord(gone)
  const comeByWord = uniqueByWord(come)
  const partnerOf = (
    statement: Statement,
    partners: ReadonlyMap<string, Statement>,
    own: ReadonlyMap<string, Statement>,
  ) => (own.get(firstWord(statement)) === statement ? partners.get(firstWord(statement)) : undefined)
  return [
    ...gone.map(old => {
      const partner = partnerOf(old, comeByWord, goneByWord)
      return partner === undefined
        ? difference("removed", [old], [])
        : difference("changed", [old], [partner])
    }),
    ...come
      .filter(fresh => partnerOf(fresh, goneByWord, comeByWord) === undefined)
      .map(fresh => difference("added", [], [fresh])),
  ]
}

/** As sets, and besides whether the values that stayed stand in another order. */
function compareLists(pair: Pair): readonly Difference[] {
  const changes = compareSets(pair)
  const before = distinct(pair.accepted)
  const after = distinct(pair.live)
  const had = new Set(before.map(({ compare }) => compare))
  const has = new Set(after.map(({ compare }) => compare))
  const keptBefore = before.filter(({ compare }) => has.has(compare))
  const keptAfter = after.filter(({ compare }) => had.has(compare))
  if (isSame(keptBefore, keptAfter)) return changes
  return [...changes, difference("reordered", before, after)]
}

function difference(
  kind: Difference["kind"],
  was: readonly Statement[],
  is: readonly Statement[],
): Difference {
  const { scope, name } = (is[0] ?? was[0]) as Statement
  return { kind, scope, name, was, is }
}

function isSame(a: readonly Statement[], b: readonly Statement[]): boolean {
  return a.length === b.length && a.every(({ compare }, i) => compare === b[i]?.compare)
}

function withoutRepeats(statements: readonly Statement[]): readonly Statement[] {
  return statements.filter(({ compare }, i) => compare !== statements[i - 1]?.compare)
}

function distinct(statements: readonly Statement[]): readonly Statement[] {
  const seen = new Set<string>()
  return statements.filter(({ compare }) => !seen.has(compare) && seen.add(compare))
}

/** Statements whose first word no other has and that say more than that word. */
function uniqueByWord(statements: readonly Statement[]): ReadonlyMap<string, Statement> {
  const groups = Map.groupBy(statements, firstWord)
  const single = [...groups].filter(([word, group]) => group.length === 1 && group[0]?.compare !== word)
  return new Map(single.map(([word, group]) => [word, group[0] as Statement]))
}

function firstWord({ compare }: Statement): string {
  return textBefore(compare, " ")
}
