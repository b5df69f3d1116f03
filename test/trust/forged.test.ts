/**
 * The built program on a real repository in which somebody without a key has written: forged, swapped, replayed, cut
 * off, damaged on disk, set back. Each is told with exit code 5, and nothing of it is written by a restore.
 */
import { existsSync } from "node:fs"
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest"
import type { VerifyReport } from "../../src/core/restore-report.ts"
import { Secret } from "../../src/core/secret.ts"
import type { Snapshot } from "../../src/core/snapshot.ts"
import { sealBundle } from "../../src/seal/bundle.ts"
import { readIdentities } from "../../src/seal/identity.ts"
import { openBundle } from "../../src/seal/open.ts"
import { unlockKey } from "../../src/seal/private-key.ts"
import { signSnapshot } from "../../src/seal/snapshot.ts"
import { directory } from "../../src/stores/index.ts"
import { capturedFile } from "../lab/captured-file.ts"
import { succeed } from "../lab/child.ts"
import { sshKey } from "../lab/keys.ts"
import { diceOf } from "../lab/random.ts"
import { seedVault, smallHost } from "../lab/seeded-vault.ts"
import { tamper } from "../lab/tamper.ts"
import { nobody, type Setting, setting } from "../stories/setting.ts"
import { figures, seed, sized } from "./suite.ts"

const dice = diceOf(String(seed))
const chunk = 64 * 1024 + 16
const hosts = ["mta1", "mta2"]
let story: Setting
let clean: string
let vault: string

/** A key of a hundred kilobytes that do not compress, so that a bundle has several chunks; and a small config. */
const large = new Map(hosts.map(host => [host, [capturedFile("/etc/pmta/dkim/a.pem", noise(200_000))]]))
const small = smallHost(1)
const files = (host: string, snapshot: number) => ({ ...small(host, snapshot), dkim: large.get(host) ?? [] })
function noise(bytes: number): Buffer {
  return Buffer.from(Array.from({ length: bytes }, () => dice.below(256)))
}

beforeAll(async () => {
  story = await setting()
  clean = join(story.directory, "clean")
  await story.fleet(hosts.map(nobody))
  await seedVault({
    ...{ location: clean, signingKey: story.signingKey, recipients: [story.recipient] },
    ...{ hosts, snapshots: 4, files },
  })
}, 60_000)
afterAll(async () => await story?.[Symbol.asyncDispose]())
beforeEach(async () => {
  vault = await mkdtemp(join(tmpdir(), "pmta-forged-"))
  await cp(clean, vault, { recursive: true })
  return async () => await rm(vault, { recursive: true, force: true })
})

async function verify(...more: readonly string[]) {
  const run = await story.run("verify", "--fleet", story.fleetFile, "--vault", vault, "--json", ...more)
  const report = JSON.parse(run.stdout || "{}") as Partial<VerifyReport>
  const found = [...(report.findings ?? []), ...(report.hosts ?? []).flatMap(host => host.findings)]
  return { ...run, report, codes: [...new Set(found.map(({ problem }) => problem.code))] }
}

/** @returns exit code, and whether anything was written */
async function restore(...more: readonly string[]) {
  const out = join(vault, "out")
  const identity = ["--identity-file", story.identityFile, "--host", "mta1", "--out", out]
  const run = await story.run("restore", "--fleet", story.fleetFile, "--vault", vault, ...identity, ...more)
  const wrote = existsSync(out)
  await rm(out, { recursive: true, force: true })
  return { ...run, wrote }
}

async function refused(code: string): Promise<void> {
  const found = await verify()
  expect(found, found.stderr).toMatchObject({ code: 5, codes: [code] })
  const back = await restore()
  expect(back, back.stderr).toMatchObject({ code: 5, wrote: false })
  expect(back.stderr).toContain(code)
}

const show = (path: string) => succeed("git", ["-C", vault, "show", `bundles:${path}`])
const snapshotPath = (host: string, sequence: number) =>
  `snapshots/${host}/${String(sequence).padStart(8, "0")}.json`
const snapshot = async (host: string, sequence: number) =>
  JSON.parse((await show(snapshotPath(host, sequence))).toString()) as Snapshot
const keyOf = async (host: string, category: string, sequence = 4) =>
  (await snapshot(host, sequence)).categories[category]?.bundle?.key ?? ""

test("a bundle cut off at an edge of its chunks is told as cut off, and gives no byte", async () => {
  const key = await keyOf("mta1", "dkim")
  const whole = await show(key)
  const header = whole.indexOf("\n", whole.indexOf("\n--- ") + 1) + 1
  const first = header + 16
  const edges = [0, header, first, ...[1, 2, 3].map(count => first + count * chunk), whole.length - 1]
  const near = edges.flatMap(at => [at - 1, at, at + 1]).filter(at => at >= 0 && at < whole.length)
  const lengths = [...new Set(near)]
  const identities = readIdentities(new Secret(await readFile(story.identityFile, "utf8")))
  for (const length of lengths) {
    const opened = openBundle(whole.subarray(0, length), identities, { host: "mta1", category: "dkim", key })
    await expect(opened).rejects.toThrow(/cut off|altered/)
  }
  for (const length of sized([first + chunk], lengths)) {
    await tamper(vault, { [key]: whole.subarray(0, length) })
    await refused("seal/truncated")
  }
  figures(
    "forged",
    `${lengths.length} cuts at the edges of the chunks of one bundle, ${lengths.length} refused`,
  )
})

test("a file made with the public recipient alone is refused in place of a bundle", async () => {
  const content = { host: "mta1", category: "dkim", sequence: 1, others: [] }
  const forged = await sealBundle(
    { ...content, files: [capturedFile("/etc/pmta/dkim/a.pem", "the key of a thief")] },
    "zstd",
    [story.recipient],
  )
  await tamper(vault, { [await keyOf("mta1", "dkim")]: forged })
  await refused("seal/truncated")
  const padded = Buffer.concat([forged, Buffer.alloc(400_000)])
  await tamper(vault, { [await keyOf("mta1", "dkim")]: padded })
  await refused("seal/bundle-altered")
})

test("an old bundle in place of a new one is told by its true name", async () => {
  await tamper(vault, { [await keyOf("mta1", "config")]: await show(await keyOf("mta1", "config", 1)) })
  const found = await verify()
  expect(found).toMatchObject({ code: 5, codes: ["seal/swapped"] })
  expect(found.stdout).toContain(`is in truth ${await keyOf("mta1", "config", 1)}`)
  expect(await restore()).toMatchObject({ code: 5, wrote: false })
})

test("a history signed anew by a key that is shipped with it is refused", async () => {
  const thief = await sshKey("ed25519")
  const key = unlockKey("signing-key", new Secret(thief.privateKey), null)
  const signed = signSnapshot(await snapshot("mta1", 4), key)
  const fleet = (await readFile(story.fleetFile, "utf8")).replace(story.signer, thief.publicKey)
  await tamper(vault, {
    [snapshotPath("mta1", 4)]: signed.bytes,
    [`${snapshotPath("mta1", 4)}.sig`]: signed.signature,
    allowed_signers: thief.publicKey,
    "fleet.yml": fleet,
  })
  await refused("seal/wrong-signer")
})

test("a snapshot taken out of the middle is missed", async () => {
  await tamper(vault, { [snapshotPath("mta1", 2)]: null, [`${snapshotPath("mta1", 2)}.sig`]: null })
  expect(await verify()).toMatchObject({ code: 5, codes: ["seal/gap"] })
})

test("one byte changed in each file of the branch is told by the built program on the real repository", {
  timeout: 900_000,
}, async () => {
  const names = (await succeed("git", ["-C", vault, "ls-tree", "-r", "--name-only", "bundles"])).toString()
  const all = names.trim().split("\n")
  const chosen = sized(
    [0, 1, 2, 3].map(index => all[(index * 7 + dice.below(7)) % all.length] ?? ""),
    all,
  )
  for (const path of chosen) {
    const bytes = await show(path)
    const at = dice.below(Math.min(bytes.length, 65_536))
    const changed = Buffer.from(bytes)
    changed[at] = (changed[at] ?? 0) ^ (1 << dice.below(8))
    await tamper(vault, { [path]: changed })
    const found = await verify()
    expect(found.code, `${path} byte ${at}, seed ${seed}`).toBe(5)
    expect(found.codes.length).toBeGreaterThan(0)
    await tamper(vault, { [path]: bytes })
  }
  expect((await verify()).code).toBe(0)
  figures(
    "forged",
    `${chosen.length} files changed in a real repository, ${chosen.length} told with exit code 5`,
  )
})

test("a damaged disk is told, or changes nothing that is read", { timeout: 900_000 }, async () => {
  await succeed("git", ["-C", vault, "repack", "-adq"])
  const folder = join(vault, ".git/objects/pack")
  const pack = (await readdir(folder)).find(name => name.endsWith(".pack")) ?? ""
  const whole = await readFile(join(folder, pack))
  await succeed("chmod", ["u+w", join(folder, pack)])
  const sound = (await verify()).report
  let told = 0
  const tries = sized(4, 150)
  for (let index = 0; index < tries; index++) {
    const at = Math.floor((dice.below(65_536) / 65_536) * whole.length)
    const changed = Buffer.from(whole)
    changed[at] = (changed[at] ?? 0) ^ (1 << dice.below(8))
    await writeFile(join(folder, pack), changed)
    const found = await verify()
    const same = found.report.bytes === sound.bytes && found.report.snapshots === sound.snapshots
    expect([0, 4, 5], `byte ${at} of ${whole.length}, seed ${seed}: ${found.stderr}`).toContain(found.code)
    if (found.code === 0) expect(same, `byte ${at}, seed ${seed}`).toBe(true)
    else told++
  }
  figures(
    "forged",
    `${tries} bytes of git's pack flipped on disk: ${told} told, ${tries - told} in what verify does not read`,
  )
})

test("bundles in a directory are held to the same", { timeout: 300_000 }, async () => {
  const store = join(vault, "store")
  const outside = join(vault, "outside")
  await seedVault({
    ...{ location: outside, signingKey: story.signingKey, recipients: [story.recipient] },
    ...{ hosts, snapshots: 2, files, store: directory(store) },
  })
  const found = await readdir(store, { recursive: true, withFileTypes: true })
  const paths = found.filter(item => item.isFile()).map(item => join(item.parentPath, item.name))
  const args = ["--vault", outside, "--store", "directory", "--store-path", store]
  expect((await verify(...args)).code).toBe(0)
  for (const path of paths.slice(0, sized(1, paths.length))) {
    const bytes = await readFile(path)
    for (const changed of [bytes.subarray(0, -1), Buffer.concat([bytes, Buffer.alloc(1)]), Buffer.alloc(0)]) {
      await writeFile(path, changed)
      expect((await verify(...args)).code).toBe(5)
    }
    await rm(path)
    expect(await verify(...args)).toMatchObject({ code: 5, codes: ["store/missing"] })
    await writeFile(path, bytes)
  }
})

test("a vault that was set back is sound by itself, and refused by who remembers it", async () => {
  const seen = join(vault, "seen.json")
  const old = (await succeed("git", ["-C", vault, "rev-parse", "bundles~1"])).toString().trim()
  expect((await verify("--last-seen", seen)).code).toBe(0)
  expect(JSON.parse(await readFile(seen, "utf8"))).toMatchObject({ hosts: { mta1: { sequence: 4 } } })
  await succeed("git", ["-C", vault, "update-ref", "refs/heads/bundles", old])

  const alone = await verify()
  expect(alone).toMatchObject({ code: 0, codes: [] })
  expect(alone.report.hosts?.[0]?.head?.sequence).toBe(3)
  const told = await verify("--last-seen", seen)
  expect(told).toMatchObject({ code: 5, codes: ["seal/rolled-back"] })
  expect(told.stdout).toContain("mta1 ends at snapshot 3; snapshot 4 of")
  const back = await restore("--last-seen", seen)
  expect(back).toMatchObject({ code: 5, wrote: false, stderr: expect.stringContaining("seal/rolled-back") })
  const backup = await story.backup("--vault", vault, "--last-seen", seen)
  expect(backup).toMatchObject({ code: 5, stderr: expect.stringContaining("seal/rolled-back") })
  const status = await story.run("status", "--fleet", story.fleetFile, "--vault", vault, "--last-seen", seen)
  expect(status).toMatchObject({ code: 5, stderr: expect.stringContaining("seal/rolled-back") })
  // What was refused is not what is remembered.
  expect((await verify("--last-seen", seen)).code).toBe(5)
})

test("another history of the same length is refused by who remembers the first", async () => {
  const seen = join(vault, "seen.json")
  expect((await verify("--last-seen", seen)).code).toBe(0)
  const key = unlockKey("signing-key", new Secret(story.signingKey), null)
  const signed = signSnapshot({ ...(await snapshot("mta1", 4)), run: "https://ci.example/2" }, key)
  await tamper(vault, {
    [snapshotPath("mta1", 4)]: signed.bytes,
    [`${snapshotPath("mta1", 4)}.sig`]: signed.signature,
  })
  expect(await verify("--last-seen", seen)).toMatchObject({ code: 5, codes: ["seal/fork"] })
})

test("a file of last-seen that cannot be read stops the run, and is not written over", async () => {
  const seen = await story.file("seen.json", "{}\n")
  const found = await verify("--last-seen", seen)
  expect(found).toMatchObject({ code: 2, stderr: expect.stringContaining("settings/unreadable") })
  expect(await readFile(seen, "utf8")).toBe("{}\n")
})
