import type { Exit, Problem } from "./problem.ts"

/** Something wrong with what the vault holds. */
export interface Finding {
  readonly host: string
  /** of the snapshot concerned; null for a bundle or a host as such */
  readonly sequence: number | null
  /** key of the bundle concerned; null for a snapshot or a host as such */
  readonly key: string | null
  readonly problem: Problem
}

export interface VerifyReport {
  readonly command: "verify"
  readonly vault: string
  readonly hosts: readonly {
    readonly host: string
    readonly snapshots: number
    /** when the newest snapshot was taken, ISO 8601; null when there is none */
    readonly newest: string | null
    readonly bundles: number
    readonly findings: readonly Finding[]
  }[]
  readonly snapshots: number
  readonly bundles: number
  /** bytes of ciphertext that were hashed */
  readonly bytes: number
  /** null without `deep` */
  readonly deep: {
    /** this run opened the bundles of this turn; each bundle has a turn of its own */
    readonly turn: number
    /** runs after which every bundle was opened */
    readonly turns: number
    readonly bundles: number
    readonly files: number
  } | null
  /** what is odd but loses nothing, each a sentence */
  readonly warnings: readonly string[]
  readonly ms: number
  readonly exit: Exit
}
