import type { PageRef, SegmentPlace } from "./log.ts"
import type { BundleRef } from "./snapshot.ts"

/** What goes and what stays of a vault, and the signed record of what went. */

/**
 * Why a snapshot stays. The first five are the rules of `fleet.yml`; `pinned` is named there; `newest` carries
 * the chain on; `last-copy` is the newest good copy of a category; `only-copy` is the last one of a content that
 * cannot be made again; `clock` has a time that cannot be right.
 */
export type KeepRule =
  | "last"
  | "daily"
  | "weekly"
  | "monthly"
  | "yearly"
  | "pinned"
  | "newest"
  | "last-copy"
  | "only-copy"
  | "clock"

export interface KeepReason {
  readonly rule: KeepRule
  /** the period for the rules that have one, such as `2026-11-24`; else empty */
  readonly of: string
  /** for which categories; empty for all */
  readonly categories: readonly string[]
}

export interface KeptSnapshot {
  readonly sequence: number
  readonly takenAt: string
  /** at least one */
  readonly reasons: readonly KeepReason[]
}

/** A bundle that goes. */
export type RemovedBundle = Pick<BundleRef, "store" | "key" | "size" | "sha256">

/**
 * Why a log file stays: its newest byte was read within the period; it was on the host when that was last read; or
 * so much time has passed only by a clock that may be wrong.
 */
export type LogKeepRule = "young" | "present" | "clock"

/** A log file as retention sees it. */
export interface AgedLog {
  /** its id in its category */
  readonly file: string
  /** when its newest byte was read, as far as can be believed; ISO 8601, UTC */
  readonly storedAt: string
  /** bytes of plaintext that are stored */
  readonly bytes: number
}

/** What retention means for the files of one log category of a host. A file goes whole or not at all. */
export interface LogPlan {
  readonly category: string
  /** how long files stay, ms */
  readonly keepMs: number
  readonly kept: readonly (AgedLog & { readonly rule: LogKeepRule })[]
  readonly removed: readonly (AgedLog & { readonly segments: readonly SegmentPlace[] })[]
  readonly removedPages: readonly RemovedPages[]
  /** paths of these pages */
  readonly pages: readonly string[]
}

/** What retention means for one host. */
export interface HostPlan {
  readonly host: string
  /** why nothing of this host goes; empty when it is not held */
  readonly held: readonly string[]
  readonly kept: readonly KeptSnapshot[]
  readonly removed: readonly { readonly sequence: number; readonly takenAt: string }[]
  readonly removedBundles: readonly RemovedBundle[]
  /** of log categories that have a period */
  readonly logs: readonly LogPlan[]
  /** what the fleet file asks for and the vault has not */
  readonly warnings: readonly string[]
}

/** Snapshots in a row that went: `last` lets the chain be checked across them. */
export interface RemovedRange {
  readonly from: number
  readonly to: number
  /** hex SHA-256 of the file of snapshot `to`, which the next one names as `previous` */
  readonly last: string
}

/** Pages in a row that went. */
export interface RemovedPages {
  /** their numbers; a chain of pages has gaps */
  readonly from: number
  readonly to: number
  /** hex SHA-256 of page `to`, which the next one names as `previous` */
  readonly last: string
  /** what page `from` named as `previous`: there the chain goes on */
  readonly previous: PageRef | null
}

/** What went of one log category of a host. */
export interface RemovedLogs {
  /** ids of files that went with all their segments */
  readonly files: readonly string[]
  /** how many segments that were, and their bytes of ciphertext */
  readonly segments: number
  readonly bytes: number
  readonly pages: readonly RemovedPages[]
}

/** The signed record of one prune: without it, a missing snapshot is a sign of tampering. */
export interface PruneRecord {
  readonly format: 1
  readonly kind: "prune"
  /** from 1, without gaps */
  readonly number: number
  /** hex SHA-256 of the previous record's file; null for the first */
  readonly previous: string | null
  /** ISO 8601, UTC */
  readonly prunedAt: string
  readonly tool: string
  readonly run: string | null
  readonly hosts: Readonly<
    Record<
      string,
      {
        readonly snapshots: readonly RemovedRange[]
        readonly bundles: readonly RemovedBundle[]
        /** by category; only where something of logs went */
        readonly logs?: Readonly<Record<string, RemovedLogs>>
      }
    >
  >
}

/** A prune record as stored. */
export interface StoredRecord {
  readonly number: number
  readonly bytes: Uint8Array
  readonly signature: string
}
