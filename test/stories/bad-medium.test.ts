/** A disk that is full, and one that does not give back what was written. What was there before stays. */
import { randomBytes } from "node:crypto"
import { chmod, mkdir } from "node:fs/promises"
import { join } from "node:path"
import { setTimeout as pause } from "node:timers/promises"
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest"
import type { BackupReport } from "../../src/core/report.ts"
import { finish, succeed } from "../lab/child.ts"
import { type CliOptions, cli } from "../lab/cli.ts"
import { smallDisk } from "../lab/small-disk.ts"
import { type LabHost, sshd } from "../lab/sshd.ts"
import { type Setting, setting } from "./setting.ts"

const key = "/etc/pmta/dkim/k.pem"
let host: LabHost
let story: Setting

beforeAll(async () => {
  const files = { "/etc/pmta/config": "postmaster ops@example.com\n", [key]: "small\n" }
  host = await sshd({ name: "mta1", files })
})
afterAll(async () => await host?.[Symbol.asyncDispose]())
beforeEach(async () => {
  story = await setting()
  await story.fleet([host])
  return async () => await story[Symbol.asyncDispose]()
})

/** Cannot be compressed, and so needs its size on the disk. */
const grow = async () => await host.write(key, randomBytes(400_000))

test.each([0, 64, 300])(
  "a full disk of the vault, %d KiB left: it is told, nothing is lost, room heals it",
  async kib => {
    const run = await onFullVault(kib * 1024)
    expect(run, run.stderr).toMatchObject({ code: 4, full: true })
    expect(run.healed).toMatchObject({ code: 0, sequence: 2 })
  },
)

test("wherever the room ends while the run is recorded and proposed, it is told or all is there", async () => {
  const outcomes = []
  for (let kib = 400; kib <= 432; kib += 8) {
    const { code, full, healed, stderr } = await onFullVault(kib * 1024)
    // 3: the copies were recorded, and there was no room for the proposal.
    expect([full ? 3 : 0, full ? 4 : 0], `${kib} KiB: ${stderr}`).toContain(code)
    expect(healed, `${kib} KiB`).toMatchObject({ code: 0 })
    outcomes.push(full)
  }
  expect(new Set(outcomes)).toEqual(new Set([true, false]))
})

/** A vault with one snapshot, of whose disk so much is left; then a run with much to store, and one with room again. */
async function onFullVault(left: number) {
  await using disk = await smallDisk(8 * 1024 ** 2)
  const vault = join(disk.path, "vault")
  const git = async (...args: readonly string[]) => await finish("git", ["-C", vault, ...args])
  const tips = async () => (await git("for-each-ref", "--format=%(objectname)")).stdout.toString().split("\n")
  const expectSound = async () => {
    const checked = await git("fsck", "--full", "--strict", "--no-dangling")
    expect(checked, checked.stderr).toMatchObject({ code: 0 })
  }
  await host.write(key, "small\n")
  expect((await story.backup("--vault", vault)).code).toBe(0)
  const [before = ""] = await tips()
  await grow()
  await disk.fillTo(left)
  const run = await story.backup("--vault", vault)
  await expectSound()
  expect((await git("merge-base", "--is-ancestor", before, "bundles")).code, "the snapshot is there").toBe(0)
  await disk.makeRoom()
  // A commit of the same second and content would be the very same, and so would its left-over lock file.
  await pause(1000)
  const { code, stderr, report } = await story.backup("--vault", vault)
  await expectSound()
  return {
    ...{ code: run.code, stderr: run.stderr },
    full: /the disk of the vault is full/.test(run.stdout + run.stderr),
    healed: { code, stderr, sequence: report.hosts[0]?.sequence },
  }
}

test("a full disk of the directory store: the bundle of before stays, and room heals it", async () => {
  await using disk = await smallDisk(8 * 1024 ** 2)
  const flags = ["--store", "directory", "--store-path", join(disk.path, "store")] as const
  await host.write(key, "small\n")
  expect((await story.backup(...flags)).code).toBe(0)
  const files = async () => (await succeed("find", [disk.path, "-name", "*.age"])).toString()
  const before = await files()
  await grow()
  await disk.fillTo(64 * 1024)
  const full = await story.backup(...flags)
  expect(full.code).toBe(4)
  expect(full.report.hosts[0]?.problems).toMatchObject([{ code: "store/full" }])
  expect(await files()).toBe(before)
  expect(await story.snapshots("mta1")).toHaveLength(1)
  await disk.makeRoom()
  expect((await story.backup(...flags)).code).toBe(0)
  expect(await files()).toContain(before.split("\n")[0])
})

test("a git that gives back other bytes than it was given: no snapshot names the bundle", async () => {
  const real = (await succeed("sh", ["-c", "command -v git"])).toString().trim()
  // fast-import answers on file descriptor 3; the first word of every age file changes on its way.
  const damaged = `exec ${real} "$@" 3> >(LC_ALL=C sed -u s/age-encryption/AGE-encryption/ >&3)`
  const body = `#!/bin/bash\ncase " $* " in *" fast-import "*) ${damaged};; esac\nexec ${real} "$@"\n`
  await mkdir(join(story.directory, "bin"))
  await chmod(await story.file("bin/git", body), 0o755)
  const PATH = `${join(story.directory, "bin")}:${process.env["PATH"]}`
  await expectNotReadBack({ env: { PATH } })
  expect((await story.backup()).report.hosts).toMatchObject([{ status: "stored", sequence: 1 }])
})

test("a directory that gives back other bytes than it was given: no snapshot names the bundle", async () => {
  const store = join(story.directory, "store")
  // A stand-in for a bad disk: in the process under test, each bundle is read with its last bit turned.
  const bad = `import fs from "node:fs/promises"
import { syncBuiltinESMExports } from "node:module"
const { readFile } = fs
fs.readFile = async (path, ...rest) => {
  const bytes = await readFile(path, ...rest)
  if (String(path).endsWith(".age")) bytes[bytes.length - 1] ^= 1
  return bytes
}
syncBuiltinESMExports()
`
  const NODE_OPTIONS = `--import=${await story.file("bad-disk.mjs", bad)}`
  const flags = ["--store", "directory", "--store-path", store]
  await expectNotReadBack({ env: { NODE_OPTIONS } }, ...flags)
  expect((await story.backup(...flags)).code).toBe(0)
})

async function expectNotReadBack(options: CliOptions, ...flags: readonly string[]): Promise<void> {
  const places = ["--fleet", story.fleetFile, "--vault", story.vault]
  const keys = ["--ssh-key-file", story.sshKeyFile, "--signing-key-file", story.signingKeyFile]
  const run = await cli(["backup", ...places, ...keys, ...flags, "--json"], options)
  expect(run, run.stderr).toMatchObject({ code: 5 })
  const [seen] = (JSON.parse(run.stdout) as BackupReport).hosts
  expect(seen).toMatchObject({ status: "failed", problems: [{ code: "store/not-read-back" }] })
  expect(await story.git("for-each-ref", "refs/heads/bundles", "refs/heads/drift")).toBe("")
}
