import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { dist } from "../lab/cli.ts"
import { accountingCase } from "./accounting/case.ts"
import { countedCase } from "./accounting/pull.ts"
import { ageCase } from "./age-case.ts"
import { fleetCases } from "./fleet-cases.ts"
import { ground } from "./ground.ts"
import type { Contender } from "./measure.ts"
import { classic } from "./peers/classic.ts"
import { sshTrue } from "./peers/floor.ts"
import { ours, oursIsBuilt } from "./peers/ours.ts"
import { startCase } from "./start-case.ts"
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
  ageCase(bytes),
]

const cases: readonly Case[] = [
  ...fleetCases,
  startCase,
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
