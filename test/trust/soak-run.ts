/** One backup of a soak and what befalls it: a fault of a host, of the vault, of the clock, or of the machine. */
import { mkdir, mkdtemp } from "node:fs/promises"
import { join } from "node:path"
import { setTimeout as pause } from "node:timers/promises"
import type { BackupReport } from "../../src/core/report.ts"
import { finish } from "../lab/child.ts"
import type { Dice } from "../lab/random.ts"
import { shiftedClock } from "../lab/shifted-clock.ts"
import type { LabHost } from "../lab/sshd.ts"
import { loseUnsynced, stopAt } from "../lab/stop-at.ts"
import type { Setting } from "../stories/setting.ts"
import { cliCommand } from "./crash.ts"
import type { SoakVault } from "./soak-vault.ts"

const faultsAnywhere = [
  ...(["none", "none", "none", "host away", "host key changed", "clock ahead", "clock back"] as const),
  ...(["disk full", "killed", "killed", "one process killed"] as const),
] as const
const faults = {
  local: [...faultsAnywhere, "power cut"],
  remote: [...faultsAnywhere, "push refused", "answer cut off", "vault away"],
} as const
export type Fault = (typeof faults)["local" | "remote"][number]

export const pickFault = (kind: "local" | "remote", dice: Dice): Fault =>
  faults[kind][dice.below(faults[kind].length)] ?? "none"

/** Those after which a run may have recorded its snapshots, or not; after all others it has. */
export const mayBeLost: ReadonlySet<Fault> = new Set<Fault>([
  ...(["disk full", "killed", "one process killed", "power cut", "answer cut off"] as const),
])
/** Those after which it has not. */
export const isLost: ReadonlySet<Fault> = new Set<Fault>(["push refused", "vault away"])

export interface Ended {
  /** null: killed */
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface World {
  readonly kind: "local" | "remote"
  readonly story: Setting
  readonly vault: SoakVault
  readonly hosts: readonly LabHost[]
  readonly dice: Dice
}

/** Runs the built program with a clock that is so many days ahead. */
export async function command(world: World, days: number, args: readonly string[]): Promise<Ended> {
  const [program = "", ...rest] = cliCommand(...args)
  const run = await finish(program, rest, { env: await environment(world, days), timeoutMs: 120_000 })
  return { ...run, stdout: run.stdout.toString() }
}

/** The same, stopped before one of its steps. */
async function stopped(world: World, days: number, args: readonly string[], fault: Fault): Promise<Ended> {
  const { vault, dice } = world
  const at = 1 + dice.below(world.kind === "local" ? 160 : 450)
  const env = await environment(world, days)
  const whom = fault === "one process killed" ? "one" : "all"
  const watched = [vault.disk.path, env["TMPDIR"] ?? ""]
  const run = await stopAt(at, whom, watched, cliCommand(...args), { env, timeoutMs: 120_000 })
  if (fault === "power cut") await loseUnsynced(run.steps, vault.disk.path)
  // What the server was doing for it ends as well.
  if (vault.server !== null) await pause(300)
  return { ...run, stdout: run.stdout.toString() }
}

async function environment({ story }: World, days: number): Promise<NodeJS.ProcessEnv> {
  const at = (name: string) => join(story.directory, name)
  await Promise.all([mkdir(at("tmp"), { recursive: true }), mkdir(at("home"), { recursive: true })])
  return {
    ...{ PATH: process.env["PATH"], HOME: at("home"), TMPDIR: at("tmp"), LANG: "C.UTF-8" },
    ...(await shiftedClock(story.directory, days)),
  }
}

/** @param victim  of faults of a host */
export async function withFault(
  world: World,
  fault: Fault,
  days: number,
  victim: LabHost,
  args: readonly string[],
): Promise<Ended> {
  const { vault, story, hosts, dice } = world
  const run = () => command(world, days, args)
  switch (fault) {
    case "host away":
      await victim.stop()
      return await run().finally(() => victim.start())
    case "host key changed":
      await victim.rotateHostKeys()
      // Somebody looks, and records the new key, after the run that was refused.
      return await run().finally(() => story.fleet(hosts, { lines: rules }))
    case "disk full":
      await vault.disk.fillTo(dice.below(600) * 1024)
      return await run().finally(() => vault.disk.makeRoom())
    case "killed":
    case "one process killed":
    case "power cut":
      return await stopped(world, days, args, fault)
    case "push refused":
      await vault.server?.refusePushes("the branch is frozen")
      return await run().finally(() => vault.server?.refusePushes(null))
    case "answer cut off":
      return await inWeather(world, { cutAfterBytes: dice.below(20) }, run)
    case "vault away":
      return await inWeather(world, { status: 503 }, run)
    default:
      return await run()
  }
}

async function inWeather<T>(
  { vault: { server } }: World,
  weather: { readonly cutAfterBytes?: number; readonly status?: number },
  work: () => Promise<T>,
): Promise<T> {
  if (server === null) return await work()
  const isPush = (request: { readonly method?: string | undefined }) => request.method === "POST"
  Object.assign(server.weather, { ...weather, cuts: isPush })
  return await work().finally(() =>
    Object.assign(server.weather, { cutAfterBytes: null, status: null, cuts: () => true }),
  )
}

export const rules = ["retention: { last: 3, daily: 4, weekly: 2 }"]

export function reportOf({ stdout }: Ended): BackupReport | null {
  return stdout.trim() === "" ? null : (JSON.parse(stdout) as BackupReport)
}

/** A prune that may be killed. @returns what it planned to keep, by host */
export async function prune(world: World, days: number, keys: readonly string[], isKilled: boolean) {
  const args = ["prune", ...keys, "--json"]
  const planned = await command(world, days, [...args, "--dry-run"])
  const run = isKilled ? await stopped(world, days, args, "killed") : await command(world, days, args)
  return { planned, run }
}

export async function scratch({ story }: World): Promise<string> {
  return await mkdtemp(join(story.directory, "out-"))
}
