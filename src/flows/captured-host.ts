/** What a capture job tells of one host, as plain data, and back. Public: what could not stand in a snapshot is not in it. */
import { type Code, Problem } from "../core/problem.ts"
import type { ArtifactPlace } from "../core/store.ts"
import type { StagedBlob, StagedTree } from "../core/vault.ts"
import type { HostBackup, SealedCategory } from "./host-backup.ts"
import type { SealedLog } from "./host-logs.ts"
import type { Base, ReadHost } from "./read-hosts.ts"

interface ProblemData {
  readonly code: Code
  readonly message: string
  readonly data: readonly string[]
  readonly hint: string
}

type Staged = StagedBlob | StagedTree

type Data<T> = Omit<T, "problem"> & { readonly problem: ProblemData | null }

export type CapturedHost = CapturedFailure | CapturedBackup

interface CapturedFailure {
  readonly kind: "failed"
  readonly host: string
  readonly problem: ProblemData
}

interface CapturedBackup extends Pick<HostBackup, "takenAt" | "hint" | "ms"> {
  readonly kind: "done"
  readonly host: string
  readonly base: Base | null
  readonly capture: Data<HostBackup["capture"]>
  readonly categories: readonly Data<SealedCategory>[]
  readonly logs: readonly Data<SealedLog>[]
  /** names of objects by path */
  readonly live: { readonly removed: readonly string[]; readonly written: Readonly<Record<string, Staged>> }
  readonly renewed: Readonly<Record<string, ArtifactPlace>>
}

export function failureData(host: string, problem: Problem): CapturedFailure {
  return { kind: "failed", host, problem: problem.toJSON() }
}

export function backupData(host: string, read: ReadHost): CapturedBackup {
  const { takenAt, hint, ms, base } = read
  return {
    ...{ kind: "done", host, takenAt, base, hint, ms },
    capture: dataOf(read.capture),
    categories: read.categories.map(dataOf),
    logs: read.logs.map(dataOf),
    live: {
      removed: read.live.removed,
      written: Object.fromEntries(read.live.written),
    },
    renewed: Object.fromEntries(read.renewed),
  }
}

/** Blobs of what it gives are names of objects. @throws the Problem of a host that failed */
export function readHostOf(told: CapturedHost): ReadHost {
  if (told.kind === "failed") throw problemOf(told.problem)
  const { kind: _, host: __, ...data } = told
  return {
    ...data,
    capture: undoneOf(data.capture),
    categories: data.categories.map(undoneOf),
    logs: data.logs.map(undoneOf),
    live: {
      removed: data.live.removed,
      written: new Map(Object.entries(data.live.written)),
    },
    renewed: new Map(Object.entries(data.renewed)),
  }
}

function problemOf({ code, message, data, hint }: ProblemData): Problem {
  return new Problem(code, message, { data, hint })
}

const dataOf = <T extends { readonly problem: Problem | null }>(value: T): Data<T> => ({
  ...value,
  problem: value.problem?.toJSON() ?? null,
})

const undoneOf = <T extends { readonly problem: ProblemData | null }>(value: T) => ({
  ...value,
  problem: value.problem === null ? null : problemOf(value.problem),
})
