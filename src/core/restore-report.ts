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

export interface RestoredCategory {
  readonly name: string
  readonly files: number
  /** plaintext bytes; as the snapshot says when nothing was opened */
  readonly bytes: number
  /** when its content was last read from the host and found equal; ISO 8601 */
  readonly capturedAt: string
}

/** What every form of `restore` says. */
export interface RestoreReport {
  readonly command: "restore"
  readonly host: string
  readonly sequence: number
  /** ISO 8601 */
  readonly takenAt: string
  readonly categories: readonly RestoredCategory[]
  readonly outcome: RestoreOutcome
  /** what is odd but loses nothing, each a sentence */
  readonly warnings: readonly string[]
  readonly ms: number
  readonly exit: Exit
}

export type RestoreOutcome =
  | { readonly form: "out"; readonly directory: string }
  | { readonly form: "bundle"; readonly file: string; readonly bytes: number; readonly sha256: string }
  /** nothing was written: what there is to restore */
  | { readonly form: "list"; readonly files: readonly ListedFile[] }

export interface ListedFile {
  readonly path: string
  readonly category: string
  /** such as `0640 root:pmta` or `link -> target` */
  readonly rights: string
  readonly bytes: number
}
