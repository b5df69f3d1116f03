/**
 * A backup that is killed, or whose machine loses power, before any of its steps: what was there before can be read,
 * the next run goes on as if nothing had been, and what it leaves is whole.
 */
import { cp, mkdir, mkdtemp, readdir, readFile, rm, utimes } from "node:fs/promises"
import { join } from "node:path"
import { setTimeout as pause } from "node:timers/promises"
import { afterAll, beforeAll, expect, test } from "vitest"
import type { VerifyReport } from "../../src/core/restore-report.ts"
import { finish, succeed } from "../lab/child.ts"
import { daily, fillVault } from "../lab/filled-vault.ts"
import { gitHttp } from "../lab/git-http.ts"
import { type LabHost, sshd } from "../lab/sshd.ts"
import type { Step, Traced } from "../lab/stop-at.ts"
import { header, records } from "../stories/logs-setting.ts"
import { nobody, type Setting, setting } from "../stories/setting.ts"
import { cliCommand, crashMatrix, every, onDisk, type Place, type Way } from "./crash.ts"
import { isFull, sized } from "./suite.ts"

const log = "/var/log/pmta/acct-1.csv"
const before = {
  "/etc/pmta/config": "postmaster ops@example.com\n",
  "/etc/pmta/license": "serial: 1\n",
  [log]: header + records(0, 50),
}
const now = {
  "/etc/pmta/config": "postmaster ops@example.com\nmax-smtp-out 5\n",
  "/etc/pmta/license": "serial: 2\n",
  [log]: header + records(0, 80),
}
let story: Setting
let host: LabHost
let template: string

beforeAll(async () => {
  story = await setting()
  host = await sshd({ name: "mta1", files: before })
  await story.fleet([host])
  template = join(story.directory, "template")
  await mkdir(template)
  for (const [vault, ...more] of [["vault"], ["with-store", ...store(join(template, "store"))]] as const) {
    const run = await story.backup("--vault", join(template, vault), ...more)
    expect(run.code, run.stderr).toBe(0)
  }
  await host.writeAll(now)
})
afterAll(async () => {
  await host?.[Symbol.asyncDispose]()
  await story?.[Symbol.asyncDispose]()
})

const store = (path: string) => ["--store", "directory", "--store-path", path]
const keys = () => [
  ...["--fleet", story.fleetFile, "--ssh-key-file", story.sshKeyFile],
  ...["--signing-key-file", story.signingKeyFile],
]

/** What a dead git left is as old as it is when the next scheduled run comes. */
async function letTimePass(directory: string): Promise<void> {
  const past = new Date(Date.now() - 25 * 3_600_000)
  // Names of bundles hold the second: one that a killed run filed is not written over.
  await pause(1000)
  for (const item of await readdir(directory, { recursive: true, withFileTypes: true }))
    if (/\.(lock|keep)$|^pmta-vault-clone-/.test(item.name))
      await utimes(join(item.parentPath, item.name), past, past)
}

async function run(place: Place, ...args: readonly string[]) {
  const [command = "", ...rest] = cliCommand(...args)
  return await finish(command, rest, { env: place.env, cwd: place.directory })
}

async function expectVerified(place: Place, vault: string, more: readonly string[], least: number) {
  const verified = await run(
    place,
    ...["verify", "--json", "--fleet", story.fleetFile, "--vault", vault],
    ...["--identity-file", story.identityFile, "--deep", "100%", ...more],
  )
  expect(verified.code, `${verified.stderr}${verified.stdout}`).toBe(0)
  const report = JSON.parse(verified.stdout.toString()) as VerifyReport
  const snapshots = report.hosts[0]?.snapshots ?? 0
  expect(snapshots, "no snapshot is gone").toBeGreaterThanOrEqual(least)
  return snapshots
}

async function expectRecovered(
  place: Place,
  stopped: Traced,
  vault: string,
  more: readonly string[],
  least: number,
) {
  expect(stopped.stderr, "no bug is reported").not.toContain("This is a bug")
  // A first backup that was stopped may have left no vault at all.
  const was = least === 0 && stopped.code !== 0 ? 0 : await expectVerified(place, vault, more, least)
  await letTimePass(place.directory)
  const again = await run(place, "backup", "--vault", vault, ...keys(), ...more)
  expect(again.code, again.stdout + again.stderr).toBe(0)
  const is = await expectVerified(place, vault, more, least + 1)
  expect(is).toBeGreaterThan(was)
  if (stopped.code === 0) expect(was, "what exited 0 is in the chain").toBe(least + 1)
  // The log is proven by --deep; a restore leaves logs out.
  const out = place.at("out")
  const restored = await run(
    place,
    ...["restore", "--host", "mta1", "--out", out, "--fleet", story.fleetFile, "--vault", vault],
    ...["--identity-file", story.identityFile, ...more],
  )
  expect(restored.code, restored.stderr).toBe(0)
  const files = Object.entries(now).filter(([path]) => path !== log)
  for (const [path, text] of files) expect(await readFile(join(out, path), "utf8")).toBe(text)
  if (!/^[a-z]+:/.test(vault)) await expectSound(vault)
}

async function expectSound(vault: string): Promise<void> {
  const checked = await finish("git", ["-C", vault, "fsck", "--full", "--strict", "--no-dangling"])
  expect(checked.code, checked.stderr).toBe(0)
  const left = await readdir(join(vault, ".git"), { recursive: true })
  expect(left.filter(name => /\.(lock|keep)$/.test(name))).toEqual([])
}

const backup = (vault: string, more: readonly string[] = []) =>
  cliCommand("backup", "--vault", vault, ...keys(), ...more)

const matrix = { ways: sized<readonly Way[]>(["all"], ["all", "one", "power"]) }
const parentOf = async (name: string) => await mkdtemp(join(story.directory, `${name}-`))

/** In the short form: while objects are written, and while each branch is locked. */
const decisive = (steps: readonly Step[]) =>
  steps.filter(({ call, path, size }) =>
    path.endsWith(".lock") ? call === "write" && size === 0 : call === "link" && /\.(pack|age)$/.test(path),
  )

test("a backup, stopped at every step", { timeout: 7_200_000 }, async () => {
  await crashMatrix({
    ...{ ...matrix, name: "backup, local vault", parent: await parentOf("local"), template },
    command: place => backup(place.at("vault")),
    points: steps => sized(decisive, every(1))(onDisk(steps)),
    expectRecovery: (place, stopped) => expectRecovered(place, stopped, place.at("vault"), [], 1),
  })
})

// After a power cut the vault had its name and no HEAD in it: what git's init writes was not on disk.
test("the first backup, which makes the vault", { timeout: 7_200_000 }, async () => {
  const ways = sized<readonly Way[]>(["power"], matrix.ways)
  const named = (steps: readonly Step[]) => steps.filter(({ path }) => path.includes("/vault/")).slice(0, 1)
  await crashMatrix({
    ...{ ways, name: "first backup", parent: await parentOf("first"), template: null },
    command: place => backup(place.at("vault")),
    points: steps => sized(named, every(2))(onDisk(steps)),
    expectRecovery: async (place, stopped) => {
      await expectRecovered(place, stopped, place.at("vault"), [], 0)
      expect(await succeed("git", ["-C", place.at("vault"), "status", "--porcelain"])).toHaveLength(0)
    },
  })
})

test.runIf(isFull)("a backup whose bundles rest in a directory", { timeout: 7_200_000 }, async () => {
  await crashMatrix({
    ...{ ...matrix, name: "backup, directory store", parent: await parentOf("store"), template },
    command: place => backup(place.at("with-store"), store(place.at("store"))),
    points: steps => onDisk(steps).filter(({ path }) => path.includes("/store/")),
    expectRecovery: async (place, stopped) => {
      const more = store(place.at("store"))
      await expectRecovered(place, stopped, place.at("with-store"), more, 1)
      const names = await readdir(place.at("store"), { recursive: true, withFileTypes: true })
      const visible = names.filter(item => item.isFile() && !item.name.startsWith("."))
      for (const { parentPath, name } of visible) {
        const sealed = await readFile(join(parentPath, name))
        expect(sealed.subarray(0, 21).toString(), name).toBe("age-encryption.org/v1")
      }
    },
  })
})

test.runIf(isFull)("a backup that is pushed over HTTP", { timeout: 7_200_000 }, async () => {
  await using server = await gitHttp()
  const token = await story.file("token", `${server.token}\n`)
  const more = ["--token-file", token]
  const start = join(story.directory, "bare")
  await host.writeAll(before)
  const first = await story.backup("--vault", server.url, ...more)
  expect(first.code, first.stderr).toBe(0)
  await host.writeAll(now)
  await cp(server.bareDir, start, { recursive: true })
  await crashMatrix({
    ...{ ...matrix, name: "backup, pushed over HTTP", parent: await parentOf("pushed"), template: null },
    // One server: one stop at a time.
    width: 1,
    begin: async () => {
      await rm(server.bareDir, { recursive: true, force: true })
      await cp(start, server.bareDir, { recursive: true })
    },
    command: () => backup(server.url, more),
    points: steps => [
      ...every(8)(onDisk(steps)),
      ...steps.filter(({ program, path }) => program.startsWith("git") && path.startsWith("socket:")),
    ],
    expectRecovery: async (place, stopped) => {
      await expectRecovered(place, stopped, server.url, more, 1)
      expect(await readdir(place.at("tmp")), "clones of killed runs").toEqual([])
    },
  })
})

test.runIf(isFull)("a prune, stopped at every step", { timeout: 7_200_000 }, async () => {
  await using own = await setting()
  await own.fleet([nobody("mta1")], { lines: ["retention: { last: 2, daily: 3 }"] })
  const top = join(own.directory, "template")
  const chains = await fillVault({
    ...{ path: join(top, "vault"), signingKey: own.signingKey, hosts: ["mta1"], times: daily(20) },
    found: (_, index) => ({
      config: { content: `config ${index}` },
      dkim: { content: `dkim ${Math.floor(index / 8)}` },
      ...{ tls: { content: "tls" }, license: { content: "license" }, data: { content: "data" } },
    }),
  })
  const newest = chains.get("mta1")?.at(-1)?.sequence ?? 0
  const prune = (vault: string) => [
    ...["prune", "--vault", vault, "--fleet", own.fleetFile],
    ...["--signing-key-file", own.signingKeyFile],
  ]
  const chainOf = async (place: Place) => {
    const verified = await run(
      place,
      ...["verify", "--json", "--fleet", own.fleetFile, "--vault", place.at("vault")],
    )
    expect(verified.code, verified.stderr + verified.stdout).toBe(0)
    const names = await succeed("git", ["-C", place.at("vault"), "ls-tree", "-r", "--name-only", "bundles"])
    expect(names.toString()).toContain(`snapshots/mta1/${String(newest).padStart(8, "0")}.json.sig`)
    return names.toString()
  }
  let kept = ""
  await crashMatrix({
    ...{ ...matrix, name: "prune, local vault", parent: await mkdtemp(join(own.directory, "prune-")) },
    template: top,
    command: place => cliCommand(...prune(place.at("vault"))),
    points: steps => every(2)(onDisk(steps)),
    expectWhole: async (_, place) => {
      kept = await chainOf(place)
    },
    expectRecovery: async place => {
      await chainOf(place)
      await letTimePass(place.directory)
      const again = await run(place, ...prune(place.at("vault")))
      expect(again.code, again.stdout + again.stderr).toBe(0)
      expect(await chainOf(place), "what stays is what an undisturbed prune keeps").toBe(kept)
      await expectSound(place.at("vault"))
    },
  })
})
