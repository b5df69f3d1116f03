/** One semantic difference between what was accepted and what is live. Masked, like the texts it comes from. */
export interface Change {
  /** `changed`: old and new belong together; `reordered`: the same values in another order */
  readonly kind: "added" | "removed" | "changed" | "reordered"
  /** enclosing blocks, outermost first; `["facts", category, …]` for facts */
  readonly scope: readonly string[]
  /** a directive; `<tag>` for a block; empty for text that is no statement */
  readonly name: string
  /** old values as written; empty when added. Several when a directive is given several times */
  readonly before: readonly string[]
  /** new values as written; empty when removed */
  readonly after: readonly string[]
  /** where the new value stands, or the old one when removed; null for facts */
  readonly file: string | null
  /** counts from 1; null for facts */
  readonly line: number | null
}
