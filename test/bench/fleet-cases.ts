/** Whole fleets: this program, what operators do today, other programs, and what nobody can be faster than. */
import type { Case, Prepared } from "./cases.ts"
import { type Ground, ground } from "./ground.ts"
import type { Contender } from "./measure.ts"
import { ansible } from "./peers/ansible.ts"
import { classic } from "./peers/classic.ts"
import { rclone, rsync, scp } from "./peers/copiers.ts"
import { allTrue, oursTrue } from "./peers/floor.ts"
import { ours, oursIsBuilt } from "./peers/ours.ts"
import { borg, restic } from "./peers/repositories.ts"
import { installed, type Program } from "./programs.ts"

const content = "1 config, 300 domain files, 200 DKIM keys, 1 TLS key, 1 licence"
const roundTripMs = 50

export const fleetCases: readonly Case[] = [
  ...[1, 10, 500].map(count => fleetCase(count, "alone")),
  ...[50, 200].map(count => fleetCase(count, "with peers")),
  {
    name: `far-${roundTripMs}`,
    about: `50 hosts behind ${roundTripMs} ms of round trip each, by a delaying proxy`,
    async prepare() {
      const fleet = await ground(50, roundTripMs / 2)
      return prepared(fleet, [
        await classic(fleet, "default kex"),
        await classic(fleet, "curve25519"),
        ...both(fleet),
      ])
    },
  },
  {
    name: "peers",
    about: `10 hosts, each ${content}: the first backup by other programs`,
    async prepare() {
      const there = await programs(["parallel", "rsync", "rclone", "restic", "borg", "ansible-playbook"])
      const fleet = await ground(10)
      const exchange = "curve25519"
      return prepared(fleet, [
        await classic(fleet, "default kex"),
        await classic(fleet, exchange),
        ...(there.has("rsync") ? [await rsync(fleet, exchange, "first")] : []),
        await scp(fleet, exchange),
        ...(there.has("ansible-playbook") ? [await ansible(fleet, exchange)] : []),
        ...(there.has("restic") ? [await restic(fleet, exchange)] : []),
        ...(there.has("borg") ? [await borg(fleet, exchange)] : []),
        ...(there.has("rclone") ? [await rclone(fleet)] : []),
        ...both(fleet),
      ])
    },
  },
]

/** @param others  `alone`: what shows how cost grows with the number of hosts */
function fleetCase(count: number, others: "alone" | "with peers"): Case {
  return {
    name: `fleet-${count}`,
    about: `${count} ${count === 1 ? "host" : "hosts, each"} ${content}`,
    async prepare() {
      const there = await programs(others === "alone" ? [] : ["rsync", "parallel"])
      const fleet = await ground(count)
      const peers = there.has("rsync")
        ? [
            await rsync(fleet, "default kex", "unchanged"),
            await rsync(fleet, "curve25519", "unchanged"),
            await rsync(fleet, "curve25519", "first"),
          ]
        : []
      return prepared(fleet, [
        await classic(fleet, "default kex"),
        await classic(fleet, "curve25519"),
        ...(there.has("parallel") ? [await classic(fleet, "default kex", "parallel")] : []),
        ...peers,
        await allTrue(fleet, "curve25519"),
        await oursTrue(fleet),
        ...both(fleet),
      ])
    },
  }
}

const both = (fleet: Ground): readonly Contender[] =>
  oursIsBuilt()
    ? [
        ours(fleet, { name: "ours, first", vault: "new" }),
        ours(fleet, { name: "ours, unchanged", vault: "unchanged" }),
      ]
    : []

function prepared(fleet: Ground, contenders: readonly Contender[]): Prepared {
  const dispose = async () => await fleet[Symbol.asyncDispose]()
  return { scratch: fleet.scratch, contenders, [Symbol.asyncDispose]: dispose }
}

const programs = async (names: readonly Program[]) =>
  await installed(names, line => process.stderr.write(`${line}\n`))
