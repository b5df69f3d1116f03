/** Holds a vault against what was seen of it before, kept in a place that who writes to the vault cannot reach. */
import type { Fleet } from "../core/fleet.ts"
import { Problem } from "../core/problem.ts"
import type { Vault } from "../core/vault.ts"
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
  const { snapshots, prunes } = await vault.history(signal)
  const { signers } = fleet
  const records = openRecords(prunes, signers)
  const problems: Problem[] = []
  const heads = new Map<string, Head>()
  for (const host of new Set([...seen.keys(), ...snapshots.keys()])) {
    const stored = snapshots.get(host) ?? []
    const before = seen.get(host)
    const problem = before === undefined ? null : headProblem(host, before, stored, records)
    if (problem !== null) problems.push(problem)
    const head = headOf(checkChain(host, stored, { signers, records }, now()))
    // What is unsigned, or signed by nobody known, never becomes what was seen.
    if (head !== null && head.sequence >= (before?.sequence ?? 0)) heads.set(host, head)
    else if (before !== undefined) heads.set(host, before)
  }
  const [first, ...others] = problems
  if (first === undefined) return heads
  throw new Problem(first.code, first.message, {
    data: [...first.data, ...others.map(({ message }) => message)],
    hint: first.hint,
  })
}
