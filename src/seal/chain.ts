import { Problem } from "../core/problem.ts"
import type { PruneRecord } from "../core/retention.ts"
import type { SignedSnapshot } from "../core/snapshot.ts"
import type { StoredSnapshot } from "../core/vault.ts"
import { openSnapshot, snapshotHash } from "./snapshot.ts"

/** What is wrong with one snapshot of a host. */
export interface ChainFault {
  readonly sequence: number
  readonly problem: Problem
}

export interface Chain {
  /** those whose signature, host and number are right, by number; also ones that a fault names */
  readonly snapshots: ReadonlyMap<number, SignedSnapshot>
  readonly faults: readonly ChainFault[]
}

/** The newest snapshot that can be trusted; null when there is none. */
export function newestOf({ snapshots }: Chain): SignedSnapshot | null {
  return [...snapshots.values()].at(-1) ?? null
}

export interface Trust {
  /** OpenSSH public keys that may sign */
  readonly signers: readonly string[]
  /** trusted records of what was pruned: they bridge the gaps */
  readonly records: readonly PruneRecord[]
}

/** A clock may be a little ahead; more is a lie. */
const toleratedMs = 5 * 60_000

/**
 * Checks all snapshots of one host: each by itself, then as a chain, then against the clock.
 * @param found  as stored, in any order
 */
export function checkChain(host: string, found: readonly StoredSnapshot[], trust: Trust, now: Date): Chain {
  const { snapshots, faults } = checkLinks(host, found, trust)
  const early = [...snapshots.values()].flatMap(opened => {
    const problem = timeProblem(opened, now)
    return problem === null ? [] : [{ sequence: opened.snapshot.sequence, problem }]
  })
  return { snapshots, faults: [...faults, ...early].toSorted((a, b) => a.sequence - b.sequence) }
}

/**
 * Trusts all snapshots of a host, whatever their times say, in the order of their numbers.
 * @throws Problem of the first that is wrong
 */
export function openChain(
  host: string,
  found: readonly StoredSnapshot[],
  trust: Trust,
): readonly SignedSnapshot[] {
  const { snapshots, faults } = checkLinks(host, found, trust)
  if (faults[0] !== undefined) throw faults[0].problem
  return [...snapshots.values()]
}

function checkLinks(host: string, found: readonly StoredSnapshot[], { signers, records }: Trust): Chain {
  const pruned = new Map(
    records.flatMap(record =>
      (record.hosts[host]?.snapshots ?? []).map(({ to, last }) => [to, last] as const),
    ),
  )
  const snapshots = new Map<number, SignedSnapshot>()
  const faults: ChainFault[] = []
  let before: { readonly sequence: number; readonly hash: string | null } = { sequence: 0, hash: null }
  for (const stored of found.toSorted((a, b) => a.sequence - b.sequence)) {
    const { sequence } = stored
    const opened = open(host, stored, signers)
    if (opened instanceof Problem) faults.push({ sequence, problem: opened })
    else snapshots.set(sequence, opened)
    const expected = before.sequence === sequence - 1 ? before.hash : pruned.get(sequence - 1)
    if (expected === undefined) faults.push({ sequence, problem: gap(host, before.sequence, sequence) })
    else if (!(opened instanceof Problem) && opened.snapshot.previous !== expected) {
      faults.push({ sequence, problem: fork(host, sequence) })
    }
    before = { sequence, hash: snapshotHash(stored.bytes) }
  }
  return { snapshots, faults }
}

function open(host: string, stored: StoredSnapshot, signers: readonly string[]): SignedSnapshot | Problem {
  try {
    return openSnapshot(stored.bytes, stored.signature, signers, { host, sequence: stored.sequence })
  } catch (problem) {
    if (problem instanceof Problem) return problem
    throw problem
  }
}

function gap(host: string, before: number, sequence: number): Problem {
  const one = sequence - before === 2
  const missing = one ? `snapshot ${before + 1}` : `snapshots ${before + 1} to ${sequence - 1}`
  const message = `${missing} of ${host} ${one ? "is" : "are"} missing, and no prune record says why`
  return new Problem("seal/gap", message, {
    hint: "someone removed history; look for it in another clone of the vault",
  })
}

function fork(host: string, sequence: number): Problem {
  const message =
    sequence === 1
      ? `snapshot 1 of ${host} says that another came before it`
      : `snapshot ${sequence} of ${host} follows another snapshot ${sequence - 1} than the vault holds`
  return new Problem("seal/fork", message, {
    hint: "two histories were mixed: compare the bundles branch with a clone you trust",
  })
}

function timeProblem({ snapshot }: SignedSnapshot, now: Date): Problem | null {
  const { host, sequence, takenAt } = snapshot
  const time = Date.parse(takenAt)
  if (time <= now.getTime() + toleratedMs) return null
  return new Problem("seal/from-future", `snapshot ${sequence} of ${host} says it was taken at ${takenAt}`, {
    hint: "is the clock of this machine right, and was that of the backup's?",
  })
}
