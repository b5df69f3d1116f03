import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { dist } from "../lab/cli.ts"
import { accountingCase } from "./accounting/case.ts"
import { countedCase } from "./accounting/pull.ts"
import { ground } from "./ground.ts"
import type { Contender } from "./measure.ts"
import { classic, ours, oursIsBuilt, sshTrue } from "./peers.ts"
import { statusCase } from "./status-case.ts"
import { drillCase, restoreCase, verifyCase } from "./stored-cases.ts"

export interface Prepared extends AsyncDisposable {
  readonly scratch: string
  /** bytes that each contender reads, where that is what counts */
  readonly bytes?: number
  /** the first is what all others are compared with */
  readonly contenders: readonly Contender[]
}

export interface Case {
  readonly name: string
  readonly about: string
  prepare(): Promise<Prepared>
}

/** @param bytes  size of the accounting file */
export const casesOf = (bytes: number): readonly Case[] => [
  ...cases,
  accountingCase(bytes),
  countedCase(bytes),
]

const cases: readonly Case[] = [
  fleetCase(50),
  statusCase,
  {
    name: "one-host",
    about: "one host of 503 files; ours has a vault in which nothing changed",
    async prepare() {
      const one = await ground(1)
      return {
        scratch: one.scratch,
        contenders: [
          sshTrue(one, "default kex"),
          sshTrue(one, "curve25519"),
          await classic(one, "default kex"),
          await classic(one, "curve25519"),
          ...(oursIsBuilt() ? [ours(one, { name: "ours, unchanged", vault: "unchanged" })] : []),
        ],
        [Symbol.asyncDispose]: async () => await one[Symbol.asyncDispose](),
      }
    },
  },
  verifyCase(200, 30),
  restoreCase,
  drillCase,
  {
    name: "help",
    about: "starting and saying how to use it, against an empty Node",
    async prepare() {
      const scratch = await mkdtemp(join(tmpdir(), "pmta-bench-"))
      const help = [process.execPath, join(dist, "cli.js"), "--help"]
      const saysSomething = async (output: { readonly stdout: string }) => {
        if (!output.stdout.includes("backup")) throw new Error("--help does not name the command backup")
      }
      return {
        scratch,
        contenders: [
          { name: "node -e 0", command: [process.execPath, "-e", "0"], prove: async () => undefined },
          ...(oursIsBuilt() ? [{ name: "ours --help", command: help, prove: saysSomething }] : []),
        ],
        [Symbol.asyncDispose]: async () => await rm(scratch, { recursive: true, force: true }),
      }
    },
  },
]

/** @param count  hosts */
function fleetCase(count: number): Case {
  return {
    name: `fleet-${count}`,
    about: `${count} hosts, each 1 config, 300 domain files, 200 DKIM keys, 1 TLS key, 1 licence`,
    async prepare() {
      const fleet = await ground(count)
      const all = ["--concurrency", `${count}`]
      return {
        scratch: fleet.scratch,
        contenders: [
          await classic(fleet, "default kex"),
          await classic(fleet, "curve25519"),
          ...(oursIsBuilt()
            ? [
                ours(fleet, { name: "ours, first", vault: "new" }),
                ours(fleet, { name: `ours, first, ${count} at a time`, vault: "new", args: all }),
                ours(fleet, { name: "ours, unchanged", vault: "unchanged" }),
                ours(fleet, { name: `ours, unchanged, ${count} at a time`, vault: "unchanged", args: all }),
              ]
            : []),
        ],
        [Symbol.asyncDispose]: async () => await fleet[Symbol.asyncDispose](),
      }
    },
  }
}
