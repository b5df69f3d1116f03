import type { Change } from "./change.ts"

/** One row of the table in which changes are shown, wherever that is: plain words of hosts, not yet escaped. */
export interface ChangeWords {
  /** null where nobody judged it */
  readonly risk: { readonly level: string; readonly reason: string } | null
  /** the blocks around it; empty at the top */
  readonly place: string
  readonly name: string
  readonly before: string
  readonly after: string
}

export function changeWords(change: Change & { readonly risk?: ChangeWords["risk"] }): ChangeWords {
  return {
    risk: change.risk ?? null,
    place: change.scope.join(" › "),
    name: change.name,
    before: change.before.join(", "),
    after: change.after.join(", "),
  }
}

const levels = ["critical", "high", "medium", "low"]

/** 0 is the gravest; what nobody judged comes last. */
export function riskRank(change: Change): number {
  const at = levels.indexOf(changeWords(change).risk?.level ?? "")
  return at < 0 ? levels.length : at
}
