/**
 * Months of a small fleet in one go: people change files, hosts and vault fail, the machine dies, copies are pruned.
 * After each run the vault holds what a model of it says, byte for byte, and gives it back.
 */
import { rm } from "node:fs/promises"
import { expect, test } from "vitest"
import type { BackupReport, PruneReport } from "../../src/core/report.ts"
import type { VerifyReport } from "../../src/core/restore-report.ts"
import type { HostPlan } from "../../src/core/retention.ts"
import { succeed } from "../lab/child.ts"
import { diceOf } from "../lab/random.ts"
import { sshdFleet } from "../lab/sshd-fleet.ts"
import { setting } from "../stories/setting.ts"
import { Model, statusesOf } from "./soak-model.ts"
import {
  command,
  type Ended,
  type Fault,
  isLost,
  mayBeLost,
  pickFault,
  prune,
  reportOf,
  rules,
  scratch,
  type World,
  withFault,
} from "./soak-run.ts"
import { change, firstTree, labFiles, linesOf, type Tree, treeOf } from "./soak-tree.ts"
import { soakVault } from "./soak-vault.ts"
import { figures, isFull, seed, sized } from "./suite.ts"

const runs = Number(process.env["TRUST_RUNS"] ?? sized(4, 150))
const hostCount = sized(3, 10)
const dayMs = 86_400_000

test.each(["local", "remote"] as const)(
  "a fleet over many days, with a vault that is %s",
  { timeout: sized(300_000, 10_800_000) },
  async kind => {
    await using story = await setting()
    await using fleet = await sshdFleet(hostCount, {
      files: index => labFiles(firstTree(`mta${index + 1}`)),
    })
    await story.fleet(fleet.hosts, { lines: rules })
    await using vault = await soakVault(kind, story)
    const world: World = { kind, story, vault, hosts: fleet.hosts, dice: diceOf(`${seed} ${kind}`) }
    const soak = new Soak(world)
    try {
      for (let run = 1; run <= runs; run++) {
        await soak.day(run)
        if (isFull && run % 10 === 0) figures("soak", `${kind} vault, seed ${seed}: ${run} of ${runs} runs`)
      }
    } catch (error) {
      const words = error instanceof Error ? error.message : String(error)
      throw new Error(`TRUST_SEED=${seed}, ${kind}: ${soak.story.join("; ")}\n${words}`, { cause: error })
    }
    figures("soak", `${kind} vault, seed ${seed}: ${soak.told()}`)
  },
)

class Soak {
  readonly #world: World
  readonly #model = new Model()
  readonly #trees: Map<string, Tree>
  readonly #counts = new Map<string, number>()
  /** what happened today */
  story: string[] = []

  constructor(world: World) {
    this.#world = world
    this.#trees = new Map(world.hosts.map(({ name }) => [name, firstTree(name)]))
  }

  told(): string {
    const counted = [...this.#counts].toSorted().map(([what, count]) => `${count} ${what}`)
    return `${runs} runs, ${hostCount} hosts, ${counted.join(", ")}: 0 differences`
  }

  #count(what: string): void {
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + 1)
    this.story.push(what)
  }

  #keys(...which: readonly ("ssh" | "signing" | "identity")[]): readonly string[] {
    const { story, vault } = this.#world
    const files = { ssh: story.sshKeyFile, signing: story.signingKeyFile, identity: story.identityFile }
    const named = { ssh: "--ssh-key-file", signing: "--signing-key-file", identity: "--identity-file" }
    return ["--fleet", story.fleetFile, ...vault.flags, ...which.flatMap(key => [named[key], files[key]])]
  }

  async day(run: number): Promise<void> {
    const { dice, hosts, kind } = this.#world
    this.story = [`run ${run}`]
    for (let changes = run === 1 ? 0 : dice.below(5); changes > 0; changes--) await this.#change()
    const fault = run === 1 ? "none" : pickFault(kind, dice)
    await this.#backup(run, fault, hosts[dice.below(hosts.length)] ?? hosts[0])
    if (kind === "local" && dice.below(5) === 0) await this.#accept(run)
    if (dice.below(5) === 0) await this.#prune(run, dice.below(3) === 0)
    await this.#verify(run, run % 10 === 0 || run === runs)
    await this.#restore(run)
  }

  async #change(): Promise<void> {
    const { dice, hosts } = this.#world
    const host = hosts[dice.below(hosts.length)]
    if (host === undefined) return
    const [tree, what] = await change(host, this.#trees.get(host.name) ?? new Map(), dice)
    this.#trees.set(host.name, tree)
    this.story.push(what)
  }

  async #backup(run: number, fault: Fault, victim: World["hosts"][number] | undefined): Promise<void> {
    const world = this.#world
    if (victim === undefined) return
    this.#count(fault)
    const jump = 2 + world.dice.below(6)
    const days = run + (fault === "clock ahead" ? jump : fault === "clock back" ? -jump : 0)
    const args = ["backup", ...this.#keys("ssh", "signing"), "--json"]
    const ended = await withFault(world, fault, days, victim, args)
    const report = reportOf(ended)
    const isAway = fault === "host away" || fault === "host key changed"
    const reached = world.hosts.filter(host => !isAway || host !== victim).map(({ name }) => name)
    const recorded = await this.#isRecorded(reached)
    this.#judge(ended, fault, report, recorded)
    if (recorded) {
      const takenAt = Date.now() + days * dayMs
      for (const host of reached) this.#model.add(host, this.#trees.get(host) ?? new Map(), takenAt)
      this.#expectReported(report, reached)
    }
    await this.#expectAsModelled()
  }

  /** All hosts of a run or none: it is one commit. */
  async #isRecorded(reached: readonly string[]): Promise<boolean> {
    const { vault } = this.#world
    const has = await Promise.all(
      reached.map(async host => (await vault.snapshots(host)).includes(this.#model.newest(host) + 1)),
    )
    expect(new Set(has).size, "snapshots of a part of the hosts").toBe(1)
    return has[0] === true
  }

  #judge(
    { code, stdout, stderr }: Ended,
    fault: Fault,
    report: BackupReport | null,
    recorded: boolean,
  ): void {
    const said = `${stderr}${stdout}`
    expect(said).not.toContain("This is a bug")
    if (!mayBeLost.has(fault)) expect(recorded, said).toBe(!isLost.has(fault))
    if (code === 0) expect(recorded, "exit code 0").toBe(true)
    if (mayBeLost.has(fault)) return void (code === null || expect([0, 3, 4, 5, 137], said).toContain(code))
    if (isLost.has(fault)) return void expect(code, said).toBe(4)
    const codes = new Set(report?.hosts.flatMap(({ problems }) => problems.map(problem => problem.code)))
    const ordinary = ["pull/unreadable", "pull/shrunk"]
    const own = { "host away": "pull/unreachable", "host key changed": "pull/host-key-changed" } as const
    const expected = fault in own ? [own[fault as keyof typeof own]] : []
    expect([...ordinary, ...expected], said).toEqual(expect.arrayContaining([...codes]))
    expect([...codes], said).toEqual(expect.arrayContaining(expected))
    expect(report?.reviewProblem, said).toBeNull()
    expect(code, said).toBe(fault === "host key changed" ? 6 : codes.size > 0 ? 3 : 0)
  }

  /** What the run said of each category is what the files of the host give reason to. */
  #expectReported(report: BackupReport | null, reached: readonly string[]): void {
    for (const { host, categories } of report?.hosts ?? []) {
      if (!reached.includes(host)) continue
      const expected = statusesOf(this.#trees.get(host) ?? new Map())
      const told = categories.filter(({ name }) => name in expected)
      const simple = told.map(({ name, status }) => [
        name,
        status === "failed" || status === "missing" ? status : "good",
      ])
      expect(Object.fromEntries(simple), host).toEqual(expected)
    }
  }

  async #expectAsModelled(): Promise<void> {
    const { hosts, vault } = this.#world
    for (const { name } of hosts) {
      expect(await vault.snapshots(name), `snapshots of ${name}`).toEqual(this.#model.snapshots(name))
      const newest = this.#model.newest(name)
      if (newest === 0) continue
      expect(await vault.copies(name, newest), `copies of ${name}`).toEqual(this.#model.copies(name, newest))
    }
  }

  async #accept(run: number): Promise<void> {
    const { vault, dice } = this.#world
    const format = "--format=%(refname:lstrip=3)"
    const listed = await succeed("git", ["-C", vault.directory, "for-each-ref", format, "refs/heads/drift"])
    const ids = listed.toString().split("\n").filter(Boolean)
    const id = ids[dice.below(Math.max(1, ids.length))]
    if (id === undefined) return
    this.#count("accepted")
    const ended = await command(this.#world, run, ["accept", id, ...vault.flags])
    expect(ended.code, ended.stderr).toBe(0)
  }

  async #prune(run: number, isKilled: boolean): Promise<void> {
    const { hosts, vault } = this.#world
    this.#count(isKilled ? "prunes killed" : "prunes")
    const { planned, run: ended } = await prune(this.#world, run, this.#keys("signing"), isKilled)
    expect([0, 3], planned.stderr).toContain(planned.code)
    expect(ended.stderr).not.toContain("This is a bug")
    if (!isKilled) expect(ended.code, ended.stderr).toBe(planned.code)
    const plans = (JSON.parse(planned.stdout) as PruneReport).hosts
    const kept = new Map(plans.map(plan => [plan.host, plan]))
    const stays = new Map(
      hosts.map(({ name }) => [name, staying(kept.get(name), this.#model.snapshots(name))]),
    )
    // A prune that was killed has done all or nothing.
    const found = await Promise.all(hosts.map(({ name }) => vault.snapshots(name)))
    const isUndone =
      isKilled && hosts.every(({ name }, index) => equal(found[index], this.#model.snapshots(name)))
    for (const { name } of isUndone ? [] : hosts) this.#model.keepOnly(name, stays.get(name) ?? [])
    await this.#expectAsModelled()
  }

  async #verify(run: number, isDeep: boolean): Promise<void> {
    const { vault } = this.#world
    const deep = isDeep ? ["--deep", "100%"] : []
    const keys = isDeep ? this.#keys("identity") : this.#keys()
    const ended = await command(this.#world, run, ["verify", ...keys, "--json", ...deep])
    const report = JSON.parse(ended.stdout || "{}") as Partial<VerifyReport>
    const findings = (report.hosts ?? []).flatMap(host => [...host.findings])
    const future = findings.filter(({ problem }) => problem.code === "seal/from-future")
    const others = [...findings, ...(report.findings ?? [])].filter(
      ({ problem }) => problem.code !== "seal/from-future",
    )
    expect(others, ended.stderr).toEqual([])
    const expected = this.#model.fromFuture(Date.now() + run * dayMs)
    expect(future.map(({ host, sequence }) => `${host} ${sequence}`).toSorted()).toEqual(expected.toSorted())
    expect(ended.code, ended.stderr).toBe(expected.length > 0 ? 5 : 0)
    if (isDeep) await vault.expectSound()
  }

  async #restore(run: number): Promise<void> {
    const { dice, hosts } = this.#world
    const host = hosts[dice.below(hosts.length)]?.name ?? ""
    const all = this.#model.snapshots(host)
    const sequence = dice.below(2) === 0 ? this.#model.newest(host) : (all[dice.below(all.length)] ?? 0)
    if (sequence === 0) return
    this.#count("restores")
    const out = await scratch(this.#world)
    const at = ["--host", host, "--at", String(sequence), "--out", out]
    const ended = await command(this.#world, run, ["restore", ...at, ...this.#keys("identity")])
    const isFromFuture = this.#model.fromFuture(Date.now() + run * dayMs).includes(`${host} ${sequence}`)
    expect(ended.code, ended.stderr).toBe(isFromFuture ? 5 : 0)
    const expected = isFromFuture ? [] : Object.values(this.#model.copies(host, sequence)).flat()
    expect(linesOf(await treeOf(out)), `${host} at ${sequence}`).toEqual(expected.toSorted())
    await rm(out, { recursive: true, force: true })
  }
}

/** What a plan leaves of a host; the newest three in any case. */
function staying(plan: HostPlan | undefined, all: readonly number[]): readonly number[] {
  if (plan === undefined || plan.held.length > 0) return all
  const stays = plan.kept.map(({ sequence }) => sequence)
  expect(stays, `the last three of ${plan.host}`).toEqual(expect.arrayContaining(all.slice(-3)))
  return stays
}

const equal = (one: readonly number[] | undefined, other: readonly number[]) =>
  JSON.stringify(one) === JSON.stringify(other)
