import type { Exit } from "./problem.ts"

/** A restore rehearsed and timed, with what it proved. Public: it names files, keys and records, never a secret. */

/** `failed`: a server would not come back as it was; `weak`: it would, with trouble ahead; `note`: good to know. */
export type ProofLevel = "failed" | "weak" | "note"

export interface ProofFinding {
  readonly level: ProofLevel
  /** a word for programs, such as `wrong-key` */
  readonly verdict: string
  /** what it is about: a path, or the name of a DNS record */
  readonly subject: string
  readonly detail: string
}

export interface Proof {
  readonly name: ProofName
  readonly verdict: "proven" | "weak" | "failed" | "skipped"
  /** what was looked at, in one sentence */
  readonly summary: string
  readonly findings: readonly ProofFinding[]
}

/** `host`: what the MTA itself says, on a spare host only */
export type ProofName = "restore" | "files" | "config" | "dkim" | "license" | "host"

/** The gravest finding decides; notes do not count. */
export function proofOf(name: ProofName, summary: string, findings: readonly ProofFinding[]): Proof {
  const levels = new Set(findings.map(({ level }) => level))
  const verdict = levels.has("failed") ? "failed" : levels.has("weak") ? "weak" : "proven"
  return { name, verdict, summary, findings }
}

export interface DrillStep {
  readonly name: string
  readonly ms: number
}

export interface DrillReport {
  readonly command: "drill"
  readonly format: 1
  readonly host: string
  /** `scratch`, or the spare host of the fleet that it restored onto */
  readonly target: string
  /** null for scratch */
  readonly spare: SpareHost | null
  /** of the snapshot that was restored; null when none could be trusted */
  readonly sequence: number | null
  /** ISO 8601, as all times */
  readonly takenAt: string | null
  readonly startedAt: string
  readonly tool: string
  readonly run: string | null
  /** what a restore consists of, in its order; putting the spare host back is not among it */
  readonly steps: readonly DrillStep[]
  readonly ms: number
  readonly objective: { readonly scenario: string; readonly rtoMs: number; readonly isMet: boolean }
  readonly proofs: readonly Proof[]
  readonly warnings: readonly string[]
  /** `passed`: all proven and in time; `weak`: no proof failed, some have findings */
  readonly verdict: "passed" | "weak" | "failed"
  readonly exit: Exit
}

/** The machine that a drill restored onto. */
export interface SpareHost {
  /** what it calls itself; null when it was not reached */
  readonly hostname: string | null
  /** how many paths were written, and how many were there already as they shall be */
  readonly written: number
  readonly unchanged: number
  readonly checks: readonly DrilledCheck[]
  /**
   * How it was left. `untouched`: nothing was written; `before`: as it was before the drill, read back; `restored`: as
   * restored, as was asked for; `unknown`: the drill was cut off, and a warning has the commands.
   */
  readonly left: "untouched" | "before" | "restored" | "unknown"
  /** time for putting it back; null where that was not done */
  readonly putBackMs: number | null
  /** on the host: the copy of what was there before, with `undo`; null when nothing is left of it */
  readonly folder: string | null
}

/** A command that was run on the spare host. */
export interface DrilledCheck {
  readonly command: string
  readonly result: "passed" | "failed" | "skipped"
  /** its last words without secrets, or the reason why it was skipped */
  readonly said: string
}

/** What an MTA adds to a drill. */
export interface ProofTraits {
  /** the category of the keys that sign messages */
  readonly keyCategory: string
  /** Files that the program makes as it runs need not be in a backup. */
  readonly writtenCategories: readonly string[]
  /** Where a parser stumbles in one config text. */
  faults(text: string): readonly ConfigFault[]
  /** The keys that one config text signs with. */
  signingKeys(text: string): readonly SigningKeyUse[]
}

export interface ConfigFault {
  /** counts from 1 */
  readonly line: number
  readonly fault: "unbalanced-block" | "unreadable-line" | "unknown-directive"
  /** the directive or block it is about; empty where there is none */
  readonly name: string
}

export interface SigningKeyUse {
  readonly selector: string
  /** `*` for any */
  readonly domain: string
  /** a pattern where a macro stands in it */
  readonly path: string
}
