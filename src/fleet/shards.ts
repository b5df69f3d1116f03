import type { Host } from "../core/fleet.ts"

/** One job of a workflow's matrix. */
export interface Shard {
  /** from 1 on */
  readonly shard: number
  /** names, as the setting `hosts` takes them */
  readonly hosts: string
}

/**
 * Shares hosts among so many shards, or as many as there are hosts. Hosts that stand together in the fleet file are
 * often alike, and at one place: each shard gets some of them.
 */
export function shareHosts(hosts: readonly Host[], shards: number): readonly Shard[] {
  return Array.from({ length: Math.min(shards, hosts.length) }, (_, index) => ({
    shard: index + 1,
    hosts: hosts
      .filter((_host, at) => at % shards === index)
      .map(({ name }) => name)
      .join(","),
  }))
}
