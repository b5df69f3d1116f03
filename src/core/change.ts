/** How much harm a change can do when nobody looks at it, worst first. */
export const riskLevels = ["critical", "high", "medium", "low"] as const
export type RiskLevel = (typeof riskLevels)[number]

/** Why a reviewer should look. Words of this program only, never text of a host. */
export interface Risk {
  readonly level: RiskLevel
  /** a few words for a title, such as `sending limit raised`; empty when no rule knows a danger */
  readonly name: string
  /** one sentence that a reviewer can act on */
  readonly reason: string
}

/** One semantic difference between what was accepted and what is live. Masked, like the texts it comes from. */
export interface Change {
  /** `changed`: old and new belong together; `reordered`: the same values in another order */
  readonly kind: "added" | "removed" | "changed" | "reordered"
  /** enclosing blocks, outermost first; `["facts", category]` for facts */
  readonly scope: readonly string[]
  /** a directive; `<tag>` for a block; empty for text that is no statement; for facts what they are about */
  readonly name: string
  /** old values as written; empty when added. Several when a directive is given several times */
  readonly before: readonly string[]
  /** new values as written; empty when removed */
  readonly after: readonly string[]
  /** where the new value stands, or the old one when removed; null for facts */
  readonly file: string | null
  /** counts from 1; null for facts */
  readonly line: number | null
  readonly risk: Risk
  /** what else a reviewer must know, in words: macros spelled out, values that overrule each other */
  readonly notes: readonly string[]
}

/** 0 is the gravest. */
export function riskRank({ level }: Risk): number {
  return riskLevels.indexOf(level)
}

/** Negative when `a` is graver than `b`. */
export function compareRisks(a: Risk, b: Risk): number {
  return riskRank(a) - riskRank(b)
}

/** The gravest first; of equals, what was found first. */
export function byGravity(changes: readonly Change[]): readonly Change[] {
  return changes.toSorted((a, b) => compareRisks(a.risk, b.risk))
}
