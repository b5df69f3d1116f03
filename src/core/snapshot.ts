import type { PageRef } from "./log.ts"
import type { ArtifactPlace } from "./store.ts"

/** The signed record of one host at one time. Public: no file names of secret categories, no plain hashes. */

/** `stored`: new bundle; `unchanged`: found equal to the bundle named; `missing`: the host has no such file. */
export type CategoryStatus = "stored" | "unchanged" | "missing" | "failed"

/** A sealed bundle and what is known of its content. */
export interface BundleRef {
  readonly store: string
  readonly key: string
  /** bytes of ciphertext */
  readonly size: number
  /** hex digest of the ciphertext */
  readonly sha256: string
  /** keyed digest of the plaintext, hex */
  readonly fingerprint: string
  /** files in it, and their bytes in plaintext */
  readonly files: number
  readonly bytes: number
  /** when its content was last read from the host and found equal; ISO 8601, UTC */
  readonly capturedAt: string
  /** age recipients it is sealed to */
  readonly recipients: readonly string[]
  /** of the store `artifact` alone */
  readonly artifact?: ArtifactPlace
}

/** What is known of a category that is kept as byte ranges of its files. */
export interface LogRef extends PageRef {
  /** files on the host, and what is stored of them in bytes of plaintext */
  readonly files: number
  readonly bytes: number
  /** when all that was there was last read; ISO 8601, UTC; null when there was no time for all yet */
  readonly capturedAt: string | null
}

export interface CategoryRecord {
  readonly status: CategoryStatus
  /** the newest good bundle, kept when this run's status is `missing` or `failed`; null when there is none */
  readonly bundle: BundleRef | null
  /** only of a log category, whose `bundle` is null: its newest page; null when there is none */
  readonly log?: LogRef | null
  /** what was wrong, for `failed`: a code of `problem.ts` */
  readonly problem: string | null
}

export interface Snapshot {
  readonly format: 1
  readonly host: string
  /** from 1, without gaps */
  readonly sequence: number
  /** hex SHA-256 of the previous snapshot's file; null for the first */
  readonly previous: string | null
  /** when the run read the host; ISO 8601, UTC */
  readonly takenAt: string
  readonly profile: string
  /** version of pmta-vault */
  readonly tool: string
  /** where the run's log can be found; null outside of CI */
  readonly run: string | null
  readonly categories: Readonly<Record<string, CategoryRecord>>
}

/** A snapshot as stored: the exact bytes, and the armored SSHSIG over them. */
export interface SignedSnapshot {
  readonly snapshot: Snapshot
  readonly bytes: Uint8Array
  readonly signature: string
}
