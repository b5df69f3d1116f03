/** Differences as changes to be reviewed: each with its risk and what else must be known. */
import { type Change, compareRisks, type Risk } from "../core/change.ts"
import type { Difference, Profile, RiskRule, Settings, Sides, Statement } from "../core/profile.ts"
import { differences, scopeKey } from "./changes.ts"

const noRisk: Risk = { level: "low", name: "", reason: "no rule knows a danger in it" }

/** The changes that lead from the accepted outline to the live one, as the profile judges them. */
export function compareOutlines(
  accepted: readonly Statement[],
  live: readonly Statement[],
  { risks, explain }: Pick<Profile, "risks" | "explain">,
): readonly Change[] {
  const sides: Sides = { accepted: settingsOf(accepted), live: settingsOf(live) }
  return differences(accepted, live).map(difference => ({
    ...shown(difference),
    risk: riskOf(difference, risks, sides),
    notes: [...repeats(difference), ...explain(difference, sides)],
  }))
}

function shown({ kind, scope, name, was, is }: Difference): Omit<Change, "risk" | "notes"> {
  const place = (kind === "reordered" ? firstMoved(was, is) : (is[0] ?? was[0])) as Statement
  const before = was.map(({ value }) => value)
  const after = is.map(({ value }) => value)
  return { kind, scope, name, before, after, file: place.file, line: place.line }
}

function firstMoved(was: readonly Statement[], is: readonly Statement[]): Statement | undefined {
  return is.find((statement, i) => statement.compare !== was[i]?.compare) ?? is[0]
}

function riskOf(difference: Difference, rules: readonly RiskRule[], sides: Sides): Risk {
  let gravest: Risk | null = null
  for (const rule of rules) {
    if ((gravest === null || compareRisks(rule, gravest) < 0) && rule.applies(difference, sides))
      gravest = rule
  }
  const { level, name, reason } = gravest ?? noRisk
  return { level, name, reason }
}

function repeats({ kind, was, is }: Difference): readonly string[] {
  const isOne = is[0]?.repeat === "one" && kind !== "reordered"
  return isOne && is.length > 1 && is.length > was.length
    ? [`given ${is.length} times in one place: the last one counts`]
    : []
}

/** Found by name first: a rule asks about few names, and large configs have many scopes. */
function settingsOf(statements: readonly Statement[]): Settings {
  const names = lazy(() => Map.groupBy(statements, ({ name }) => name))
  const scopes = new Map<string, ReadonlyMap<string, readonly Statement[]>>()
  const named = (name: string) => names().get(name) ?? []
  return {
    named,
    at(scope, name) {
      const found = scopes.get(name) ?? Map.groupBy(named(name), statement => scopeKey(statement.scope))
      scopes.set(name, found)
      return found.get(scopeKey(scope)) ?? []
    },
  }
}

function lazy<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null
  return () => {
    made ??= { value: make() }
    return made.value
  }
}
