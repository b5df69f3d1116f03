/** A host is backed up, and comes back into a directory: every byte, mode, owner and time. */
import { cp, lstat, mkdir, readdir, readFile, readlink, rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import type { RestoreReport } from "../../src/core/restore-report.ts"
import { directory } from "../../src/stores/index.ts"
import { succeed } from "../lab/child.ts"
import { type HostContent, hostFiles } from "../lab/fixtures.ts"
import { ageKey, sshKey } from "../lab/keys.ts"
import { seedVault, smallHost } from "../lab/seeded-vault.ts"
import { type LabHost, sshd } from "../lab/sshd.ts"
import { tamper } from "../lab/tamper.ts"
import { hidden, type Setting, setting } from "./setting.ts"

let story: Setting
let host: LabHost
let content: HostContent

beforeAll(async () => {
  story = await setting()
  content = await hostFiles({ seed: "restore-out", domains: 6, keys: 4 })
  host = await sshd({ name: "mta1", files: content.files })
  await host.symlink("/etc/pmta/domains/linked.conf", "../other/target.conf")
  await host.writeAll({ "/etc/pmta/other/target.conf": "<domain linked.example>\n</domain>\n" })
  await story.fleet([host])
  expect((await story.backup()).code).toBe(0)
  await host.write(
    "/etc/pmta/config",
    "postmaster later@example.com\ninclude /etc/pmta/domains/*.conf\n".repeat(40),
  )
  expect((await story.backup()).report.hosts[0]?.sequence).toBe(2)
})
afterAll(async () => {
  await host?.[Symbol.asyncDispose]()
  await story?.[Symbol.asyncDispose]()
})

const place = (name: string) => join(story.directory, name)

async function restore(...args: readonly string[]) {
  const given = (flag: string, value: string) => (args.includes(flag) ? [] : [flag, value])
  const run = await story.run(
    "restore",
    ...given("--fleet", story.fleetFile),
    ...given("--vault", story.vault),
    ...given("--identity-file", story.identityFile),
    ...given("--host", "mta1"),
    "--json",
    ...args,
  )
  return { ...run, report: (run.stdout === "" ? {} : JSON.parse(run.stdout)) as RestoreReport }
}

/** Everything below a directory by path: kind, rights, time and content. */
async function tree(root: string) {
  const found: Record<string, object> = {}
  for (const item of await readdir(root, { recursive: true, withFileTypes: true })) {
    const path = join(item.parentPath, item.name)
    const { mode, uid, gid, mtimeMs } = await lstat(path)
    const what = item.isFile()
      ? { content: (await readFile(path)).toString("base64"), time: Math.floor(mtimeMs / 1000) }
      : { target: item.isSymbolicLink() ? await readlink(path) : null }
    found[path.slice(root.length)] = { ...what, mode: (mode & 0o7777).toString(8), uid, gid }
  }
  return found
}

test("what comes out is what stock tools take out, and what the host had", async () => {
  const [out, stock] = [place("out"), place("stock")]
  const { code, stderr, report } = await restore("--out", out, "--at", "1")
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" })
  expect(report.categories.reduce((sum, { files }) => sum + files, 0)).toBe(
    Object.keys(content.files).length + 1,
  )
  await mkdir(stock)
  const [first] = await story.snapshots("mta1")
  for (const { bundle } of Object.values(first?.categories ?? {})) {
    if (bundle === null) continue
    const pipe = `git -C ${story.vault} show bundles:${bundle.key} | age -d -i ${story.identityFile} | zstd -d | tar -xp -C ${stock}`
    await succeed("bash", ["-c", `set -o pipefail; ${pipe}`])
  }
  await rm(join(stock, ".pmta-vault"), { recursive: true })
  const [mine, theirs] = [await tree(out), await tree(stock)]
  // Directories that no bundle holds, such as /etc, are stock tar's to make.
  for (const found of [mine, theirs]) for (const path of ["/etc", "/var", "/var/lib"]) delete found[path]
  expect(mine).toEqual(theirs)
  expect(await readFile(join(out, "etc/pmta/config"), "utf8")).toBe(content.files["/etc/pmta/config"])
  expect((await lstat(out)).mode & 0o777).toBe(0o700)
})

test("points in time, categories and single files can be chosen", async () => {
  const later = await restore("--out", place("later"), "--categories", "config")
  expect(later.report.sequence).toBe(2)
  expect(await readFile(join(place("later"), "etc/pmta/config"), "utf8")).toContain("later@example.com")
  expect(await readdir(join(place("later"), "etc/pmta"))).not.toContain("dkim")
  const [first, second] = await story.snapshots("mta1")
  const between = new Date((Date.parse(first?.takenAt ?? "") + Date.parse(second?.takenAt ?? "")) / 2)
  expect((await restore("--out", place("then"), "--at", between.toISOString())).report.sequence).toBe(1)
  const one = await restore(
    "--out",
    place("one"),
    "--path",
    "/etc/pmta/domains/*.conf",
    "--path",
    "/etc/pmta/license",
  )
  expect(one.code, one.stderr).toBe(0)
  expect((await readdir(join(place("one"), "etc/pmta"))).sort()).toEqual(["domains", "license"])
})

test("--plan lists rights and sizes, shows no content, and writes nothing", async () => {
  const before = await readdir(story.directory)
  const { code, stdout, stderr, report } = await restore("--plan", "--out", place("never"))
  expect(code, stderr).toBe(0)
  expect(report.outcome).toMatchObject({ form: "list" })
  expect(stdout).toContain("0640 root:pmta")
  expect(await readdir(story.directory)).toEqual(before)
  for (const secret of hidden(content)) expect(stdout + stderr).not.toContain(secret)
})

describe("nothing is written, and the reason is said", () => {
  test.each([
    ["an empty vault of that host", ["--host", "mta9"], 2, "restore/no-such-snapshot"],
    ["a snapshot that is not there", ["--at", "77"], 2, "restore/no-such-snapshot"],
    ["a time before the first", ["--at", "2001-01-01"], 2, "restore/no-such-snapshot"],
    ["a time that is none", ["--at", "yesterday"], 2, "settings/invalid"],
    ["a category that is not there", ["--categories", "postfix"], 2, "restore/nothing"],
    ["a path that nothing matches", ["--path", "/etc/passwd"], 2, "restore/nothing"],
  ])("%s", async (_, args, code, problem) => {
    const run = await restore("--out", place("none"), ...args)
    expect(run, run.stderr).toMatchObject({ code, stderr: expect.stringContaining(problem) })
    expect(await readdir(story.directory)).not.toContain("none")
  })

  test("a directory that is not empty", async () => {
    await mkdir(place("taken"))
    await writeFile(join(place("taken"), "thesis.txt"), "mine\n")
    const run = await restore("--out", place("taken"))
    expect(run).toMatchObject({ code: 2, stderr: expect.stringContaining("restore/not-empty") })
    expect(await readdir(place("taken"))).toEqual(["thesis.txt"])
  })

  test("a full disk, and a read-only one", async () => {
    for (const [options, code] of [
      ["size=16k", "restore/full"],
      ["ro", "restore/refused"],
    ] as const) {
      const mount = place(`mount-${code.slice(8)}`)
      await mkdir(mount)
      await succeed("mount", ["-t", "tmpfs", "-o", options, "none", mount])
      try {
        const run = await restore("--out", join(mount, "out"))
        expect(run).toMatchObject({ code: 4, stderr: expect.stringContaining(code) })
        expect(await readdir(mount)).toEqual([])
      } finally {
        await succeed("umount", [mount])
      }
    }
  })

  test("no identity, another's, a recipient, a locked one", async () => {
    const other = await ageKey()
    const cases = [
      [other.identity, 5, "seal/wrong-identity"],
      [other.recipient, 2, "seal/identity-unusable"],
      ["age-encryption.org/v1\n-> scrypt x 18\n", 2, "seal/identity-unusable"],
      ["AGE-SECRET-KEY-1NONSENSE", 2, "seal/identity-unusable"],
    ] as const
    for (const [text, code, problem] of cases) {
      const file = await story.file("some-identity", text)
      const run = await restore("--out", place("none"), "--identity-file", file)
      expect(run, run.stderr).toMatchObject({ code, stderr: expect.stringContaining(problem) })
      expect(run.stderr).not.toContain(text.slice(16))
    }
    const flags = [
      "--fleet",
      story.fleetFile,
      "--vault",
      story.vault,
      "--host",
      "mta1",
      "--out",
      place("none"),
    ]
    expect(await story.run("restore", ...flags)).toMatchObject({
      code: 5,
      stderr: expect.stringContaining("seal/no-identity"),
    })
    expect(await readdir(story.directory)).not.toContain("none")
  })
})

describe("a vault that someone wrote to", () => {
  const name = (sequence: number) => `snapshots/mta1/${String(sequence).padStart(8, "0")}.json`
  const bytes = async (path: string) => await story.blob(path)
  const bundleKey = async () => (await story.snapshots("mta1"))[1]?.categories["dkim"]?.bundle?.key ?? ""

  async function planted(changes: () => Promise<Record<string, Uint8Array | string | null>>) {
    const vault = place(`vault-${Math.random()}`)
    await cp(story.vault, vault, { recursive: true })
    await tamper(vault, await changes())
    return await restore("--out", place("none"), "--vault", vault)
  }
  test.each([
    ["unsigned", "seal/not-signed", async () => ({ [`${name(2)}.sig`]: null })],
    ["forged", "seal/altered", async () => ({ [name(2)]: `${await bytes(name(2))} ` })],
    [
      "replayed",
      "seal/out-of-order",
      async () => ({ [name(3)]: await bytes(name(1)), [`${name(3)}.sig`]: await bytes(`${name(1)}.sig`) }),
    ],
    [
      "cut",
      "seal/truncated",
      async () => ({ [await bundleKey()]: (await bytes(await bundleKey())).subarray(0, 400) }),
    ],
    ["gone", "store/missing", async () => ({ [await bundleKey()]: null })],
    [
      "swapped",
      "seal/swapped",
      async () => ({
        [await bundleKey()]: await bytes(
          (await story.snapshots("mta1"))[1]?.categories["tls"]?.bundle?.key ?? "",
        ),
      }),
    ],
  ])("%s: %s, exit 5, nothing written", async (_, code, changes) => {
    const run = await planted(changes)
    expect(run, run.stderr).toMatchObject({ code: 5, stderr: expect.stringContaining(code) })
    expect(await readdir(story.directory)).not.toContain("none")
  })

  test("the last good one is named, and restores", async () => {
    const run = await planted(async () => ({ [`${name(2)}.sig`]: null }))
    expect(run.stderr).toContain("--at 1 is the newest of mta1 that can be trusted")
  })

  test("signed by a stranger", async () => {
    const { publicKey } = await sshKey("ed25519")
    const text = await readFile(story.fleetFile, "utf8")
    const fleet = await story.file("other.yml", text.replace(story.signer, publicKey))
    expect(await restore("--out", place("none"), "--fleet", fleet)).toMatchObject({
      code: 5,
      stderr: expect.stringContaining("seal/wrong-signer"),
    })
  })
})

test("from a directory store", async () => {
  const [vault, store] = [place("v2"), place("store")]
  await seedVault({
    ...{ location: vault, signingKey: story.signingKey, recipients: [story.recipient] },
    ...{ hosts: ["mta5"], snapshots: 1, files: smallHost(1), store: directory(store) },
  })
  const flags = ["--host", "mta5", "--vault", vault, "--store", "directory", "--store-path", store]
  const run = await restore("--out", place("from-directory"), ...flags)
  expect(run, run.stderr).toMatchObject({ code: 0 })
  expect(await readdir(join(place("from-directory"), "etc/pmta"))).toContain("config")
  expect((await restore("--out", place("none"), "--host", "mta5", "--vault", vault)).stderr).toContain(
    "--store directory",
  )
})
