import { byGravity, type Change, type Risk } from "../core/change.ts"
import type { Fleet } from "../core/fleet.ts"
import type { Profile } from "../core/profile.ts"
import type { DriftStatus, StatusFinding } from "../core/status.ts"
import type { HostRecord, Vault } from "../core/vault.ts"
import { readTrailers } from "../propose/trailers.ts"
import { hostDrifts } from "./review.ts"

/** What is live and not accepted: open proposals, and drift that no open proposal has. */
export async function driftsOf(
  tools: { readonly fleet: Fleet; readonly profile: Profile; readonly vault: Vault },
  records: ReadonlyMap<string, HostRecord>,
  signal: AbortSignal,
): Promise<readonly DriftStatus[]> {
  const changes = new Map<string, readonly Change[]>()
  const strangers: string[] = []
  for (const drift of await hostDrifts({ ...tools, lookup: null }, records, signal)) {
    if (drift.accepted === null) strangers.push(drift.host)
    else changes.set(drift.host, drift.changes)
  }
  const open = (await tools.vault.proposals(signal)).map(({ id, message, committedAt }): DriftStatus => {
    const hosts = readTrailers(message)?.hosts ?? []
    const risk = gravest(hosts.flatMap(host => changes.get(host) ?? []))
    const title = message.split("\n")[0] ?? ""
    return { state: "open", id, title, hosts, since: committedAt, isOlder: false, risk }
  })
  const proposed = new Set(open.flatMap(({ hosts }) => hosts))
  const alone = [...changes.keys()].filter(host => !proposed.has(host))
  const times = await tools.vault.liveSince(alone, signal)
  const unproposed = (host: string, title: string, risk: Risk | null): DriftStatus[] => {
    if (proposed.has(host)) return []
    const { at: since, isCut: isOlder } = times.get(host) ?? { at: null, isCut: false }
    return [{ state: "unproposed", id: null, title, hosts: [host], since, isOlder, risk }]
  }
  return [
    ...open,
    ...[...changes].flatMap(([host, own]) =>
      unproposed(host, `${host} ${inWords(own.length)}`, gravest(own)),
    ),
    ...strangers.flatMap(host => unproposed(host, `${host} has no accepted mirror`, null)),
  ]
}

const inWords = (count: number): string =>
  count === 0
    ? "has text that differs"
    : `has ${count} ${count === 1 ? "change that is" : "changes that are"} not accepted`

function gravest(changes: readonly Change[]): Risk | null {
  return byGravity(changes)[0]?.risk ?? null
}

export function driftFinding({ state, id, title, hosts, since, isOlder, risk }: DriftStatus): StatusFinding {
  const host = hosts.length === 1 ? (hosts[0] ?? null) : null
  const danger = risk === null ? "" : ` (risk ${risk.level}${risk.name === "" ? "" : `: ${risk.name}`})`
  const age = since === null ? "" : `since ${since.slice(0, 10)}${isOlder ? " or before" : ""}, `
  return state === "open"
    ? {
        id: `drift/${id}`,
        level: "warning",
        host,
        message: `open since ${since?.slice(0, 10)}: ${title}${danger}`,
        hint: `look at drift/${id}, then merge it or put the hosts right`,
      }
    : {
        id: `unproposed/${hosts.join(",")}`,
        level: "warning",
        host,
        message: `${title}, ${age}and no open proposal says so${danger}: rejected, or not proposed yet`,
        hint: `pmta-vault diff ${hosts.join(" ")} --snapshot latest`,
      }
}
