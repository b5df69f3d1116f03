import type { Change, Risk } from "./change.ts"

/** One row of the table in which changes are shown, wherever that is: plain words of hosts, not yet escaped. */
export interface ChangeWords {
  readonly risk: Risk
  /** the blocks around it; empty at the top */
  readonly place: string
  readonly name: string
  readonly before: string
  readonly after: string
  /** what else a reviewer must know */
  readonly notes: readonly string[]
}

export function changeWords({ risk, scope, name, before, after, notes }: Change): ChangeWords {
  return { risk, place: scope.join(" › "), name, before: before.join(", "), after: after.join(", "), notes }
}
