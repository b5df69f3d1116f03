import type { Risk } from "./change.ts"
import type { DrillReport, ProofName } from "./drill.ts"
import type { Exit, Problem } from "./problem.ts"
import type { CategoryStatus } from "./snapshot.ts"

/** How a vault stands against its objectives, from what the vault alone says. Times are ISO 8601, UTC. */

/** `breach`: an objective is missed, the command ends with 7; `warning`: it will be, or is weak. */
export type FindingLevel = "breach" | "warning"

export interface StatusFinding {
  /** the same for the same trouble in each run, such as `rpo/mta1/config` */
  readonly id: string
  readonly level: FindingLevel
  /** null: of the vault as a whole */
  readonly host: string | null
  /** what is so, without the host's name */
  readonly message: string
  /** the next thing to do */
  readonly hint: string
}

/**
 * `good`: younger than its RPO; `late`: older; `never`: no copy; `absent`: the host has no such file;
 * `clock`: its time is yet to come, so that its age is not known.
 */
export type CopyState = "good" | "late" | "never" | "absent" | "clock"

export interface CategoryAge {
  readonly name: string
  readonly state: CopyState
  /** what the last run found; null when there was none */
  readonly lastRun: CategoryStatus | null
  /** when the content of the last good copy was last read and found equal; null without a copy */
  readonly capturedAt: string | null
  /** null without a copy */
  readonly ageMs: number | null
  readonly rpoMs: number
  /** when the artifact that has the last good copy expires; null for a copy that does not */
  readonly expiresAt: string | null
}

/** A sealed copy of its own content: unchanged content is not copied again. */
export interface Copy {
  readonly category: string
  readonly at: string
}

export interface HostStatus {
  readonly host: string
  readonly inFleet: boolean
  readonly tags: readonly string[]
  /** the newest snapshot; null when there is none that can be trusted */
  readonly snapshot: { readonly sequence: number; readonly takenAt: string } | null
  /** why its newest snapshot is not trusted */
  readonly problem: Problem | null
  readonly categories: readonly CategoryAge[]
  /** by the names in the store, oldest first; empty unless asked for */
  readonly copies: readonly Copy[]
}

/**
 * What is live and not accepted. `open`: proposed; `rejected`: people closed its proposal; `unproposed`: no run has
 * proposed it yet; `not-open`: one of the two before, as nobody could be asked what people closed.
 */
export interface DriftStatus {
  readonly state: "open" | "rejected" | "unproposed" | "not-open"
  /** `drift/<id>` without the prefix; null when not proposed */
  readonly id: string | null
  readonly title: string
  readonly hosts: readonly string[]
  /**
   * when the open proposal was written last, the rejected one was first made, or a run first saw what is not proposed;
   * null when that is not known
   */
  readonly since: string | null
  /** whether the vault's history begins at that time, so that it may be older */
  readonly isOlder: boolean
  /** the gravest of its changes; null where none is known */
  readonly risk: Risk | null
  /** of its page; null without one */
  readonly url: string | null
}

/** The newest drill of a host. */
export interface DrillStatus {
  readonly host: string
  /** of the report on the branch `bundles` */
  readonly path: string
  /** when it began; null when the report is not trusted, and then nothing else of it counts */
  readonly at: string | null
  readonly verdict: DrillReport["verdict"] | "untrusted"
  /** how long the restore took, and how long it may take in that scenario */
  readonly ms: number
  readonly scenario: string
  readonly rtoMs: number
  readonly isMet: boolean
  /** the proofs that failed */
  readonly failed: readonly ProofName[]
}

/** A change of late, open or accepted, after which deferrals rose. */
export interface WorseChange {
  /** of its proposal, or the number of its pull request */
  readonly id: string
  readonly title: string
  readonly hosts: readonly string[]
  /** how many of the hosts were looked at */
  readonly looked: number
  readonly reason: string
  /** seconds since 1970: when a run found it */
  readonly seenAt: number
}

export interface Expiry {
  readonly host: string
  readonly kind: "license" | "tls"
  readonly path: string
  /** product and version, or subject */
  readonly name: string
  readonly expiresAt: string
}

export interface StatusReport {
  readonly command: "status"
  readonly vault: string
  /** when this was so */
  readonly at: string
  readonly hosts: readonly HostStatus[]
  readonly drifts: readonly DriftStatus[]
  readonly worse: readonly WorseChange[]
  readonly expiries: readonly Expiry[]
  readonly drills: readonly DrillStatus[]
  /** breaches first */
  readonly findings: readonly StatusFinding[]
  readonly exit: Exit
}
