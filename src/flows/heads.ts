/** Holds a vault against what was seen of it before, kept in a place that who writes to the vault cannot reach. */
import type { Fleet } from "../core/fleet.ts"
import { Problem } from "../core/problem.ts"
import type { StoredSnapshot, Vault } from "../core/vault.ts"
import { checkChain } from "../seal/chain.ts"
import { type Head, type Heads, headOf, headProblem } from "../seal/heads.ts"
import { openRecords } from "../seal/prune-record.ts"

export interface HeadsTools {
  readonly vault: Vault
  readonly fleet: Fleet
  readonly now: () => Date
}

/**
 * @param seen  of before; empty for the first time
 * @returns     what is there now
 * @throws      Problem "seal/rolled-back", "seal/fork"; of prune records "seal/…"
 */
export async function currentHeads(
  seen: Heads,
  { vault, fleet, now }: HeadsTools,
  signal: AbortSignal,
): Promise<Heads> {
  const history = await vault.history(signal)
  const { signers } = fleet
  const records = openRecords(history.prunes, signers)
  const problems: Problem[] = []
  const heads = new Map<string, Head>(seen)
  const look = (host: string, stored: readonly StoredSnapshot[]) => {
    const before = seen.get(host)
    const problem = before === undefined ? null : headProblem(host, before, stored, records)
    if (problem !== null) problems.push(problem)
    const head = headOf(checkChain(host, stored, { signers, records }, now()))
    // What is unsigned, or signed by nobody known, never becomes what was seen.
    if (head !== null && head.sequence >= (before?.sequence ?? 0)) heads.set(host, head)
  }
  const lost = new Set(seen.keys())
  for await (const { host, stored } of history.snapshots()) {
    lost.delete(host)
    look(host, stored)
  }
  for (const host of lost) look(host, [])
  const [first, ...others] = problems
  if (first === undefined) return heads
  throw new Problem(first.code, first.message, {
    data: [...first.data, ...others.map(({ message }) => message)],
    hint: first.hint,
  })
}
