/** A vault that has grown for a year: what prune says, what it deletes, and what stops it. */
import { randomBytes } from "node:crypto"
import { readdir, rm, utimes, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { afterEach, beforeEach, expect, test } from "vitest"
import type { PruneReport } from "../../src/core/report.ts"
import type { PruneRecord } from "../../src/core/retention.ts"
import { directory } from "../../src/stores/index.ts"
import { sealed } from "../lab/chain.ts"
import { finish, succeed } from "../lab/child.ts"
import type { CliRun } from "../lab/cli.ts"
import { daily, fillVault, openLabVault } from "../lab/filled-vault.ts"
import { fleetYml } from "../lab/fleet-file.ts"
import { gitHttp } from "../lab/git-http.ts"
import { sshKey } from "../lab/keys.ts"
import { type Setting, setting } from "./setting.ts"

const { signal } = new AbortController()
const rules = "retention: { last: 3, daily: 7, weekly: 4, monthly: 6, yearly: 1 }"
let story: Setting
beforeEach(async () => {
  story = await setting()
  await fleet(["mta1", "mta2"])
})
afterEach(async () => await story[Symbol.asyncDispose]())

async function fleet(names: readonly string[], ...lines: readonly string[]) {
  const { publicKey } = await sshKey("ed25519")
  const hosts = names.map((name, index) => ({
    ...{ name, address: `192.0.2.${index + 1}`, port: 22, user: "pmta-backup" },
    hostKeys: { ed25519: publicKey.split(" ").slice(0, 2).join(" "), rsa: "", ecdsa: "" },
  }))
  const text = fleetYml({
    hosts,
    recipients: [story.recipient],
    signers: [story.signer],
    lines: lines.length > 0 ? lines : [rules],
  })
  await writeFile(story.fleetFile, text)
}

const found = (host: string, index: number) => ({
  config: { content: `config ${host} ${index}` },
  dkim: { content: `dkim ${host} ${Math.floor(index / 100)}` },
  license: { content: `license ${host}` },
})
const fill = (count: number, more: Partial<Parameters<typeof fillVault>[0]> = {}) =>
  fillVault({
    ...{
      path: story.vault,
      signingKey: story.signingKey,
      hosts: ["mta1", "mta2"],
      times: daily(count),
      found,
    },
    ...more,
  })

async function prune(...args: readonly string[]): Promise<CliRun & { readonly report: PruneReport }> {
  const vault = args.includes("--vault") ? [] : ["--vault", story.vault]
  const keys = ["--fleet", story.fleetFile, "--signing-key-file", story.signingKeyFile]
  const run = await story.run("prune", ...vault, ...keys, "--json", ...args)
  return { ...run, report: (run.stdout === "" ? null : JSON.parse(run.stdout)) as PruneReport }
}
const sequences = async (host: string) =>
  (await story.names(`snapshots/${host}/`)).flatMap(
    name => /(\d{8})\.json$/.exec(name)?.slice(1).map(Number) ?? [],
  )

const isLastOfMonth = (time: Date) => new Date(time.getTime() + 86_400_000).getUTCDate() === 1

test("a dry run says what goes and why each kept one stays, and deletes nothing", async () => {
  const times = daily(120)
  await fill(120, { times })
  const before = await story.git("rev-parse", "bundles")
  const run = await story.run(
    ...["prune", "--dry-run", "--vault", story.vault, "--fleet", story.fleetFile],
    ...["--signing-key-file", story.signingKeyFile],
  )
  expect(run, run.stderr).toMatchObject({ code: 0 })
  expect(run.stdout).toMatch(/keep +120 .*newest/)
  expect(run.stdout).toMatch(/keep +100 .*only copy of this state \(dkim\)/)
  // The last of a week (Sunday) and that of a month stay.
  const goes = times.findIndex(
    (time, index) => index >= 100 && time.getUTCDay() !== 0 && !isLastOfMonth(time),
  )
  expect(run.stdout).toMatch(new RegExp(`go +${goes + 1} `))
  expect(run.stdout).toMatch(/would go \(dry run, nothing deleted\)/)
  expect(await story.git("rev-parse", "bundles")).toBe(before)
  expect(await sequences("mta1")).toHaveLength(120)
})

test("what goes is gone, what stays can be read, the record is signed, and git lets go", async () => {
  const chains = await fill(120)
  const { report: planned } = await prune("--dry-run")
  const { code, stderr, report } = await prune()
  expect({ code, stderr }).toMatchObject({ code: 0 })
  expect(report.hosts).toEqual(planned.hosts)
  for (const host of ["mta1", "mta2"]) {
    const kept = report.hosts.find(plan => plan.host === host)?.kept.map(({ sequence }) => sequence) ?? []
    expect(kept.length).toBeLessThan(25)
    expect(await sequences(host)).toEqual(kept)
    for (const snapshot of (chains.get(host) ?? []).filter(({ sequence }) => kept.includes(sequence))) {
      for (const { bundle } of Object.values(snapshot.categories)) {
        expect(await story.blob(bundle?.key ?? "")).toEqual(sealed(bundle?.fingerprint ?? ""))
      }
    }
  }
  expect((await story.git("rev-list", "--count", "bundles")).trim()).toBe("1")
  const allowed = await story.file("allowed", `v namespaces="pmta-vault" ${story.signer}\n`)
  const signature = await story.file(
    "record.sig",
    await story.git("show", "bundles:prunes/00000001.json.sig"),
  )
  const text = await story.git("show", "bundles:prunes/00000001.json")
  await succeed(
    "ssh-keygen",
    ["-Y", "verify", "-f", allowed, "-I", "v", "-n", "pmta-vault", "-s", signature],
    {
      input: text,
    },
  )
  const record = JSON.parse(text) as PruneRecord
  expect(record.hosts["mta1"]?.bundles.map(({ key }) => key)).toEqual(
    report.hosts[0]?.removedBundles.map(({ key }) => key),
  )
  // git had made a file of each object that went: tens of thousands, minutes on a slow disk.
  expect(await story.git("count-objects")).toMatch(/^0 objects/)
  // A second prune finds the chain whole, with its record, and nothing to do.
  const again = await prune()
  expect(again.report).toMatchObject({ record: null, bytes: 0 })
  // A later one goes on from there, and a diff against a pruned past is refused rather than wrong.
  await fill(1, { times: [new Date()] })
  expect((await prune()).report.record).toBe(2)
})

test("what a prune that was cut off has left on the disk goes with the next, also when that has nothing to do", async () => {
  await fill(60)
  expect((await prune()).report.record).toBe(1)
  // As if it had been killed before git let go, and found two days later.
  const blob = (
    await succeed("git", ["-C", story.vault, "hash-object", "-w", "--stdin"], { input: randomBytes(1e6) })
  )
    .toString()
    .trim()
  const packs = join(story.vault, ".git", "objects", "pack")
  const pack = join(packs, "pack")
  await succeed("git", ["-C", story.vault, "pack-objects", "-q", pack], { input: `${blob}\n` })
  await succeed("git", ["-C", story.vault, "prune-packed"])
  await succeed("sh", ["-c", `touch -d "-2 days" ${packs}/*`])
  await writeFile(join(story.vault, ".git", "pmta-vault", "letting-go"), "")
  const there = async () => (await finish("git", ["-C", story.vault, "cat-file", "-e", blob])).code === 0
  expect(await there()).toBe(true)
  expect((await prune()).report).toMatchObject({ record: null })
  expect(await there()).toBe(false)
  expect(await readdir(join(story.vault, ".git", "pmta-vault"))).not.toContain("letting-go")
})

// git gc and git reflog, killed, left locks by which every later gc was refused, and the disk was never freed.
test("locks that a git killed a day ago has left are gone with the next, and a person's or a young one stays", async () => {
  await fill(20)
  const at = (name: string) => join(story.vault, ".git", name)
  const left = [
    "gc.pid",
    "HEAD",
    "refs/heads/main",
    "logs/HEAD",
    "logs/refs/heads/bundles",
    "objects/info/commit-graph",
  ]
  const dayAgo = new Date(Date.now() - 25 * 3_600_000)
  for (const name of [...left, "index", "config"]) await writeFile(at(`${name}.lock`), "")
  for (const name of [...left, "index"]) await utimes(at(`${name}.lock`), dayAgo, dayAgo)
  const run = await prune()
  expect(run.code, run.stderr).toBe(0)
  const locks = (await readdir(at(""), { recursive: true })).filter(name => name.endsWith(".lock"))
  expect(locks.toSorted()).toEqual(["config.lock", "index.lock"])
})

test("after a failed backup nothing of that host goes", async () => {
  await fill(60, {
    found: (host, index) => ({
      ...found(host, index),
      ...(host === "mta1" && index === 59 ? { dkim: "failed" as const } : {}),
    }),
  })
  const { code, report } = await prune()
  expect(code).toBe(3)
  expect(report.hosts.map(({ host, held, removed }) => [host, held.length, removed.length > 0])).toEqual([
    ["mta1", 1, false],
    ["mta2", 0, true],
  ])
  expect(report.hosts[0]?.held[0]).toMatch(/the last backup of dkim failed/)
  expect(await sequences("mta1")).toHaveLength(60)
})

test("a host that is no longer in fleet.yml keeps all, and does not make the run red", async () => {
  await fill(40)
  await fleet(["mta2"])
  const { code, report } = await prune()
  expect(code).toBe(0)
  expect(report.hosts.find(({ host }) => host === "mta1")?.held[0]).toMatch(/does not have it backed up/)
  expect(await sequences("mta1")).toHaveLength(40)
})

test.each([
  [
    "is missing",
    (name: string) => ["rm", "-q", name, `${name}.sig`],
    /snapshot 7 of mta1 is missing, and no prune record/,
  ],
  ["has lost its signature", (name: string) => ["rm", "-q", `${name}.sig`], /has no signature/],
])("a snapshot that %s stops everything", async (_, how, message) => {
  await fill(40)
  const tree = join(story.directory, "tree")
  await succeed("git", ["-C", story.vault, "worktree", "add", "-q", tree, "bundles"])
  await succeed("git", ["-C", tree, ...how("snapshots/mta1/00000007.json")])
  await succeed("git", ["-C", tree, "-c", "user.name=x", "-c", "user.email=x@y", "commit", "-qm", "x"])
  const { code, stderr } = await prune()
  expect(code).toBe(5)
  expect(stderr).toMatch(message)
  expect(await sequences("mta2")).toHaveLength(40)
})

test("a last copy that is not what was signed stops everything", async () => {
  const store = directory(join(story.directory, "store"))
  const chains = await fill(30, { store })
  const newest = chains.get("mta2")?.at(-1)?.categories["license"]?.bundle
  await writeFile(join(story.directory, "store", newest?.key ?? ""), "rotten")
  const { code, stderr } = await prune("--store", "directory", "--store-path", join(story.directory, "store"))
  expect(code).toBe(5)
  expect(stderr).toMatch(/license.* is not what its snapshot says/)
  expect(await sequences("mta1")).toHaveLength(30)
})

test("in a directory store files go after the record, and a prune that died is finished by the next", async () => {
  const path = join(story.directory, "store")
  const store = directory(path)
  await fill(60, { store })
  const at = ["--store", "directory", "--store-path", path]
  expect((await prune()).stderr).toMatch(/give --store directory/)
  const planned = (await prune("--dry-run", ...at)).report.hosts.flatMap(host => host.removedBundles)
  const saved = await Promise.all(
    planned.map(async ({ key }) => [key, await store.get(key, signal)] as const),
  )
  expect((await prune(...at)).code).toBe(0)
  const left = await store.list("bundles/", signal)
  expect(left.filter(key => planned.some(bundle => bundle.key === key))).toEqual([])
  // As if the run had been killed between record and deletion.
  for (const [key, bytes] of saved) await store.put(key, bytes, signal)
  expect((await prune(...at)).code).toBe(0)
  expect(await store.list("bundles/", signal)).toEqual(left)
  expect((await readdir(path, { recursive: true })).length).toBeGreaterThan(0)
})

test("a backup that wrote meanwhile is taken in, not overwritten", async () => {
  await fill(40)
  await using vault = await openLabVault(story.vault)
  let calls = 0
  await vault.rewrite(async history => {
    calls++
    if (calls === 1) await fill(1, { times: [new Date()] })
    const [first] = await Array.fromAsync(history.snapshots())
    expect(first).toMatchObject({ host: "mta1" })
    expect(first?.stored).toHaveLength(calls === 1 ? 40 : 41)
    return {
      snapshots: [{ host: "mta1", sequence: 1 }],
      ...{ bundles: [], logs: [] },
      record: { number: 1, bytes: Buffer.from("{}\n"), signature: "" },
    }
  }, signal)
  expect(calls).toBe(2)
  expect(await sequences("mta1")).toEqual(Array.from({ length: 40 }, (_, index) => index + 2))
})

test("a remote vault is rewritten too; one that refuses is told as such, and keeps all", async () => {
  await fill(50)
  await using remote = await gitHttp()
  await succeed("git", ["-C", story.vault, "push", "-q", remote.urlWithToken, "main", "bundles"])
  const args = ["--vault", remote.url, "--token-file", await story.file("token", remote.token)]
  const count = async () => (await remote.git("ls-tree", "-r", "--name-only", "bundles")).split("\n").length
  const before = await count()
  await remote.git("config", "receive.denyNonFastForwards", "true")
  const refused = await prune(...args)
  expect(refused.code).toBe(4)
  expect(refused.stderr).toMatch(/does not take the rewritten branch bundles/)
  expect(refused.stderr).toMatch(/allow force pushes/)
  expect(await count()).toBe(before)
  await remote.git("config", "receive.denyNonFastForwards", "false")
  const { code, stderr } = await prune(...args)
  expect({ code, stderr }).toMatchObject({ code: 0 })
  expect(await count()).toBeLessThan(before)
  expect((await remote.git("rev-list", "--count", "bundles")).trim()).toBe("1")
  const check = await finish("git", ["-C", remote.bareDir, "fsck", "--full", "--no-dangling"])
  expect({ code: check.code, stderr: check.stderr.replace(/^Checking.*$/gm, "").trim() }).toEqual({
    code: 0,
    stderr: "",
  })
  await rm(join(story.directory, "token"))
})

test("what a snapshot saw of the config can be shown for the newest only, once the past is gone", async () => {
  await fill(20, { live: () => ({ "files/etc/pmta/config": "postmaster x\n" }) })
  expect((await prune()).code).toBe(0)
  const [oldest = 0] = await sequences("mta1")
  await using vault = await openLabVault(story.vault)
  expect(await vault.mirrorAt("mta1", 20, signal)).toMatch(/^[0-9a-f]{40}$/)
  // The one commit that is left adds them all, and saw the newest.
  expect(await vault.mirrorAt("mta1", oldest, signal)).toBeNull()
})
