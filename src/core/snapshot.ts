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

export interface CategoryRecord {
  readonly status: CategoryStatus
  /** the newest good bundle, kept when this run's status is `missing` or `failed`; null when there is none */
  readonly bundle: BundleRef | null
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
