import type { Exit, Problem } from "./problem.ts"
import type { PlanAction } from "./restore-plan.ts"

/** Something wrong with what the vault holds. */
export interface Finding {
  /** empty for what concerns the vault as such */
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
    /** its number and the SHA-256 (hex) of its file: what a monitor outside of the vault can remember */
    readonly head: { readonly sequence: number; readonly sha256: string } | null
    readonly bundles: number
    readonly findings: readonly Finding[]
  }[]
  /** of the vault as such, and of no host */
  readonly findings: readonly Finding[]
  readonly snapshots: number
  readonly bundles: number
  /** signed reports of drills */
  readonly reports: number
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
  | { readonly form: "to"; readonly plan: PlanReport; readonly applied: Applied | null }
  /** nothing was written: what there is to restore */
  | { readonly form: "list"; readonly files: readonly ListedFile[] }

export interface ListedFile {
  readonly path: string
  readonly category: string
  /** such as `0640 root:pmta` or `link -> target` */
  readonly rights: string
  readonly bytes: number
}

/** What a restore over SSH would do. */
export interface PlanReport {
  /** 16 hex digits over all of it; applying needs them */
  readonly hash: string
  readonly target: string
  readonly user: string
  /** what the machine calls itself */
  readonly hostname: string
  readonly steps: readonly {
    readonly action: PlanAction
    readonly path: string
    /** such as `0640 root:pmta`; null when it is not there */
    readonly before: string | null
    /** null for what the backup has not */
    readonly after: string | null
  }[]
  /** unified diff of the configs, masked */
  readonly diff: string
  /** licences that are bound to other hardware, and what to send to have them issued anew */
  readonly reissue: readonly {
    readonly path: string
    readonly facts: Readonly<Record<string, string>>
    readonly oldMac: string
    readonly newMacs: readonly string[]
  }[]
  /** why it cannot be applied as it is, each a sentence */
  readonly obstacles: readonly string[]
}

/** What was done. */
export interface Applied {
  /** on the host: what was there before, and the scripts that were run; null when there was nothing to do */
  readonly folder: string | null
  readonly checks: readonly {
    readonly name: string
    readonly command: string
    /** `skipped`: `said` is the reason */
    readonly result: "passed" | "skipped"
    readonly said: string
  }[]
}
