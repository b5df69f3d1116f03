/**
 * What changed between two outlines of one host. Pure, and blind to what means nothing: comments, spelling of
 * units, order where order does not count, the file a block stands in.
 */
import type { Change } from "../core/change.ts"
import type { Statement } from "../core/profile.ts"

/** All statements of one scope and name, on both sides. */
interface Pair {
  readonly accepted: Statement[]
  readonly live: Statement[]
}

type Statements = readonly [Statement, ...Statement[]]

/** The changes that lead from the accepted outline to the live one, by scope and name in order of first sight. */
export function compareOutlines(
  accepted: readonly Statement[],
  live: readonly Statement[],
): readonly Change[] {
  const pairs = new Map<string, Pair>()
  const pairOf = ({ scope, name }: Statement): Pair => {
    const key = `${scope.join("\u0001")}\u0002${name}`
    const pair = pairs.get(key) ?? { accepted: [], live: [] }
    pairs.set(key, pair)
    return pair
  }
  for (const statement of accepted) pairOf(statement).accepted.push(statement)
  for (const statement of live) pairOf(statement).live.push(statement)
  return [...pairs.values()].flatMap(comparePair)
}

function comparePair(pair: Pair): readonly Change[] {
  const all = [...pair.accepted, ...pair.live]
  if (all.some(({ repeat }) => repeat === "list")) return compareLists(pair)
  if (all.some(({ repeat }) => repeat === "set")) return compareSets(pair)
  return compareScalars(pair)
}

/** The last of several wins, yet all are shown: a second value is an accident worth seeing. */
function compareScalars(pair: Pair): readonly Change[] {
  const before = withoutRepeats(pair.accepted)
  const after = withoutRepeats(pair.live)
  if (isSame(before, after)) return []
  const kind = before.length === 0 ? "added" : after.length === 0 ? "removed" : "changed"
  return [change(kind, before, after)]
}

/** Values that came and went. Two of them that begin with the same word are one value that changed. */
function compareSets(pair: Pair): readonly Change[] {
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
      return partner === undefined ? change("removed", [old], []) : change("changed", [old], [partner])
    }),
    ...come
      .filter(fresh => partnerOf(fresh, goneByWord, comeByWord) === undefined)
      .map(fresh => change("added", [], [fresh])),
  ]
}

/** As sets, and besides whether the values that stayed stand in another order. */
function compareLists(pair: Pair): readonly Change[] {
  const changes = compareSets(pair)
  const before = distinct(pair.accepted)
  const after = distinct(pair.live)
  const had = new Set(before.map(({ compare }) => compare))
  const has = new Set(after.map(({ compare }) => compare))
  const keptBefore = before.filter(({ compare }) => has.has(compare))
  const keptAfter = after.filter(({ compare }) => had.has(compare))
  if (isSame(keptBefore, keptAfter)) return changes
  return [...changes, change("reordered", before, after)]
}

function change(kind: Change["kind"], before: readonly Statement[], after: readonly Statement[]): Change {
  const [shown] = (after.length > 0 ? after : before) as Statements
  const moved = kind === "reordered" ? firstMoved(before, after) : shown
  return {
    kind,
    scope: shown.scope,
    name: shown.name,
    before: before.map(({ value }) => value),
    after: after.map(({ value }) => value),
    file: moved.file,
    line: moved.line,
  }
}

function firstMoved(before: readonly Statement[], after: readonly Statement[]): Statement {
  return (after.find((statement, i) => statement.compare !== before[i]?.compare) ?? after[0]) as Statement
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
  return compare.split(" ", 1)[0] ?? ""
}
