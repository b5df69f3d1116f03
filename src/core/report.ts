import type { Change } from "./change.ts"
import type { Exit, Problem } from "./problem.ts"
import type { HostPlan } from "./retention.ts"
import type { CategoryStatus } from "./snapshot.ts"
import type { Way } from "./transport.ts"

/** Where the time of one host went, ms. */
export interface HostTimes {
  readonly connect: number
  readonly auth: number
  readonly survey: number
  readonly transfer: number
  readonly seal: number
  readonly store: number
  /** listing, reading, sealing and storing logs */
  readonly logs: number
  readonly total: number
}

export interface CategoryReport {
  readonly name: string
  readonly status: CategoryStatus
  readonly files: number
  /** plaintext bytes; of a log those that are new */
  readonly bytes: number
  readonly problem: Problem | null
}

/** `stored`: something new; `unchanged`: all found equal; `partial`: a category failed; `failed`: no snapshot. */
export interface HostReport {
  readonly host: string
  readonly status: "stored" | "unchanged" | "partial" | "failed"
  /** number of the new snapshot; null when failed, or in a dry run */
  readonly sequence: number | null
  readonly way: Way | null
  readonly categories: readonly CategoryReport[]
  readonly problems: readonly Problem[]
  readonly findings: readonly string[]
  /** bytes received from the host */
  readonly bytes: number
  readonly ms: HostTimes | null
}

export interface ProposalReport {
  readonly id: string
  /**
   * `left-alone`: someone else's commit is on its branch; `rejected`: people closed it unmerged, and nothing
   * changed since; `held-back`: too many are open
   */
  readonly action: "created" | "updated" | "kept" | "removed" | "left-alone" | "rejected" | "held-back"
  readonly kind: "baseline" | "drift" | null
  readonly title: string
  readonly hosts: readonly string[]
  readonly changes: readonly Change[]
  /** of its pull request, or path of its file; null when it has none */
  readonly url: string | null
}

/** Where proposals are shown, and what that took. */
export interface ForgeReport {
  readonly name: string
  /** HTTP requests, tries again included */
  readonly reads: number
  readonly writes: number
}

/** What became of a capture file that `collect` was given. */
export interface CaptureReport {
  readonly file: string
  /** hosts that it tells of; 0 when nothing of it is believed */
  readonly hosts: number
  /** why nothing of it is believed; null when it is */
  readonly problem: Problem | null
}

export interface BackupReport {
  readonly command: "backup" | "collect"
  readonly dryRun: boolean
  /** the capture file that was written in place of snapshots; null when they were written */
  readonly capture: string | null
  /** the capture files that were collected; empty for a run that reads the hosts itself */
  readonly captures: readonly CaptureReport[]
  readonly vault: string
  readonly startedAt: string
  /** runs that the schedule wanted since the last one and that did not happen */
  readonly missedRuns: number
  readonly hosts: readonly HostReport[]
  /** whether any host has what its accepted mirror has not */
  readonly changed: boolean
  readonly proposals: readonly ProposalReport[]
  /** null when proposals are branches only */
  readonly forge: ForgeReport | null
  /** what kept drift from being proposed; the bundles of the run are safe all the same */
  readonly reviewProblem: Problem | null
  readonly warnings: readonly string[]
  /** wall time by phase of the run, ms */
  readonly ms: {
    readonly open: number
    readonly hosts: number
    readonly record: number
    readonly propose: number
    readonly total: number
  }
  readonly exit: Exit
}

export interface HostDiff {
  readonly host: string
  readonly changes: readonly Change[]
  /** unified diff, masked */
  readonly text: string
  readonly problem: Problem | null
  /** whether there is an accepted mirror to compare with */
  readonly accepted: boolean
}

export interface DiffReport {
  readonly command: "diff"
  readonly hosts: readonly HostDiff[]
  readonly warnings: readonly string[]
  readonly exit: Exit
}

export interface Check {
  readonly name: string
  readonly state: "good" | "warning" | "bad"
  readonly detail: string
  /** the next thing to do; null when there is nothing to do */
  readonly hint: string | null
}

export interface DoctorReport {
  readonly command: "doctor"
  readonly checks: readonly Check[]
  readonly hosts: readonly {
    readonly host: string
    readonly checks: readonly Check[]
    /** lines to put on the host, each with where it goes */
    readonly lines: readonly { readonly where: string; readonly line: string }[]
  }[]
  readonly exit: Exit
}

export interface PruneReport {
  readonly command: "prune"
  readonly dryRun: boolean
  readonly vault: string
  readonly hosts: readonly HostPlan[]
  /** number of the signed record of what went; null when nothing went */
  readonly record: number | null
  /** bytes of ciphertext that go */
  readonly bytes: number
  readonly warnings: readonly string[]
  readonly exit: Exit
}
