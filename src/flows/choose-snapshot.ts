import type { Fleet } from "../core/fleet.ts"
import { Problem } from "../core/problem.ts"
import type { SignedSnapshot } from "../core/snapshot.ts"
import type { StoredSnapshot, Vault } from "../core/vault.ts"
import { type Chain, checkChain } from "../seal/chain.ts"
import { PrunedLogs } from "../seal/pruned-logs.ts"
import { SignedFiles } from "./history.ts"

export interface Chosen {
  readonly signed: SignedSnapshot
  /** all snapshots of the host up to this one, as stored */
  readonly upTo: readonly StoredSnapshot[]
  readonly chain: Chain
  /** what trusted records say went of logs */
  readonly pruned: PrunedLogs
  readonly warnings: readonly string[]
}

/**
 * The snapshot to restore from, trusted. What is wrong with others of the host is a warning: on the day of the
 * disaster an old snapshot that was damaged must not stand in the way.
 * @param at  `latest`, a number, or a time (ISO 8601, UTC unless it says otherwise)
 * @throws Problem "restore/no-such-snapshot", "seal/…", "vault/newer-format"
 */
export async function chooseSnapshot(
  host: string,
  at: string,
  tools: { readonly vault: Vault; readonly fleet: Fleet; readonly now: () => Date },
  signal: AbortSignal,
): Promise<Chosen> {
  if (!/^[\w.-]+$/.test(host)) throw noSuchSnapshot(host, at, [], emptyChain, tools.vault.location)
  const files = new SignedFiles()
  for await (const { path, bytes } of tools.vault.contents(["prunes/", `snapshots/${host}/`], signal))
    files.add(path, bytes)
  const stored = files.of(host)
  const { signers } = tools.fleet
  const { records, problem: distrust } = files.prunes(signers)
  const chain = checkChain(host, stored, { signers, records }, tools.now())
  const sequence = sequenceAt(at, stored, chain)
  if (sequence === null) throw noSuchSnapshot(host, at, stored, chain, tools.vault.location)
  const own = chain.faults.find(fault => fault.sequence === sequence && fault.problem.code !== "seal/gap")
  if (own !== undefined) throw withAnother(own.problem, host, chain)
  const signed = chain.snapshots.get(sequence)
  if (signed === undefined) throw noSuchSnapshot(host, at, stored, chain, tools.vault.location)
  return {
    signed,
    chain,
    pruned: new PrunedLogs(records),
    upTo: stored.filter(snapshot => snapshot.sequence <= sequence),
    warnings: [...(distrust === null ? [] : [distrust]), ...chain.faults.map(({ problem }) => problem)].map(
      problem => `${problem.message} (${problem.code})`,
    ),
  }
}

const emptyChain: Chain = { snapshots: new Map(), faults: [] }

function sequenceAt(at: string, stored: readonly StoredSnapshot[], chain: Chain): number | null {
  if (at === "latest") return stored.at(-1)?.sequence ?? null
  if (/^\d{1,8}$/.test(at)) return stored.find(({ sequence }) => sequence === Number(at))?.sequence ?? null
  const time = timeOf(at)
  const before = [...chain.snapshots.values()].filter(({ snapshot }) => Date.parse(snapshot.takenAt) <= time)
  return before.at(-1)?.snapshot.sequence ?? null
}

const timeForm = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(:\d\d(?:\.\d{1,3})?)?(Z|[+-]\d\d:?\d\d)?)?$/

/** ms since 1970; a day without a time means its end */
function timeOf(text: string): number {
  const [, day, minutes, seconds = ":00", zone = "Z"] = timeForm.exec(text) ?? []
  const time =
    minutes === undefined
      ? Date.parse(`${day}T23:59:59.999Z`)
      : Date.parse(`${day}T${minutes}${seconds}${zone}`)
  if (!Number.isNaN(time)) return time
  throw new Problem("settings/invalid", `at is ${JSON.stringify(text.slice(0, 40))}`, {
    hint: "say latest, the number of a snapshot, or a time such as 2026-11-24 or 2026-11-24T05:00Z",
  })
}

function noSuchSnapshot(
  host: string,
  at: string,
  stored: readonly StoredSnapshot[],
  chain: Chain,
  location: string,
): Problem {
  const [first, last] = [stored[0], stored.at(-1)]
  if (first === undefined || last === undefined) {
    return new Problem(
      "restore/no-such-snapshot",
      `${location} has no snapshot of ${JSON.stringify(host.slice(0, 80))}`,
      {
        hint: "`pmta-vault verify` lists the hosts that the vault has",
      },
    )
  }
  const times = [first, last].map(({ sequence }) => {
    const takenAt = chain.snapshots.get(sequence)?.snapshot.takenAt
    return takenAt === undefined ? `${sequence}` : `${sequence} of ${takenAt}`
  })
  return new Problem("restore/no-such-snapshot", `${host} has no snapshot for ${at.slice(0, 40)}`, {
    hint: `there are ${times.join(" to ")}`,
  })
}

/** The same problem, with the way round it. */
function withAnother(problem: Problem, host: string, chain: Chain): Problem {
  const bad = new Set(chain.faults.map(({ sequence }) => sequence))
  const good = [...chain.snapshots.keys()].filter(sequence => !bad.has(sequence)).at(-1)
  const way = good === undefined ? "" : `; --at ${good} is the newest of ${host} that can be trusted`
  return new Problem(problem.code, problem.message, {
    data: problem.data,
    hint: `${problem.hint}${way}`,
  })
}
