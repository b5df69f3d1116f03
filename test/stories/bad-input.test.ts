/** What goes wrong on the way, and what the operator is told. Each story has a vault of its own. */
import { createHash } from "node:crypto"
import { readdir, readFile } from "node:fs/promises"
import { join } from "node:path"
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest"
import { succeed } from "../lab/child.ts"
import { action, cli } from "../lab/cli.ts"
import { sshKey } from "../lab/keys.ts"
import { type LabHost, sshd } from "../lab/sshd.ts"
import { nonEmptyDirectory, type Setting, setting } from "./setting.ts"

const config = { "/etc/pmta/config": "postmaster ops@example.com\ninclude /etc/pmta/domains/*.conf\n" }
const domain = "<domain example.com>\n    max-smtp-out 5\n</domain>\n"
let one: LabHost
let two: LabHost
let story: Setting

beforeAll(async () => {
  ;[one, two] = await Promise.all([
    sshd({ name: "mta1", files: config }),
    sshd({ name: "mta2", files: { ...config, "/etc/pmta/domains/a.conf": domain } }),
  ])
})
afterAll(async () => {
  await Promise.all([one, two].map(host => host?.[Symbol.asyncDispose]()))
})
beforeEach(async () => {
  story = await setting()
  return async () => await story[Symbol.asyncDispose]()
})

/** As ssh-keygen and ssh print it. */
const fingerprint = (key: string) =>
  `SHA256:${createHash("sha256")
    .update(Buffer.from(key.split(" ")[1] ?? "", "base64"))
    .digest("base64")
    .replace(/=+$/, "")}`

const elsewhere = (host: LabHost, changes: Partial<LabHost>): LabHost => ({ ...host, ...changes })
const statuses = (report: { hosts: readonly { host: string; status: string }[] }) =>
  Object.fromEntries(report.hosts.map(({ host, status }) => [host, status]))

test("a wrong host key stops that host with both fingerprints, and the other is backed up", async () => {
  const { publicKey } = await sshKey("ed25519")
  await story.fleet([elsewhere(one, { hostKeys: { ...one.hostKeys, ed25519: publicKey } }), two])
  const before = await one.log()
  const { code, report } = await story.backup()
  expect(code).toBe(6)
  expect(statuses(report)).toEqual({ mta1: "failed", mta2: "stored" })
  const told = JSON.stringify(report.hosts[0]?.problems)
  expect(told).toContain("pull/host-key-changed")
  expect(told).toContain(fingerprint(publicKey))
  expect(told).toContain(fingerprint(one.hostKeys.ed25519))
  expect((await one.log()).slice(before.length)).not.toContain("Accepted publickey")
  expect(await story.snapshots("mta2")).toHaveLength(1)
})

test("a backup that is handed an identity says so, shows nothing of it, and is made all the same", async () => {
  await story.fleet([one])
  const identity = (await readFile(story.identityFile, "utf8")).trim()
  const keys = ["--ssh-key-file", story.sshKeyFile, "--signing-key-file", story.signingKeyFile]
  const place = ["--fleet", story.fleetFile, "--vault", story.vault]
  const run = await cli(["backup", ...keys, ...place, "--quiet"], { env: { PMTA_VAULT_IDENTITY: identity } })
  expect(run, run.stderr).toMatchObject({ code: 0 })
  expect(run.stderr).toMatch(/^warning: PMTA_VAULT_IDENTITY holds an age identity: backup needs none/m)
  const inputs = { command: "backup", fleet: story.fleetFile, vault: story.vault, identity }
  const own = { "ssh-key": await readFile(story.sshKeyFile, "utf8"), "signing-key": story.signingKey }
  const done = await action({ ...inputs, ...own }, { env: { OTHER: identity } })
  expect(done, done.stdout).toMatchObject({ code: 0 })
  expect(done.stdout).toMatch(/^::warning::input identity holds an age identity: backup needs none/m)
  expect(done.stdout).toMatch(/^::warning::OTHER holds an age identity/m)
  expect(run.stdout + run.stderr + done.stdout + done.summary).not.toContain(identity.slice(0, 30))
})

test("an unreachable host costs its own backup only", async () => {
  await story.fleet([elsewhere(one, { port: 9 }), two])
  const { code, report } = await story.backup()
  expect(code).toBe(3)
  expect(statuses(report)).toEqual({ mta1: "failed", mta2: "stored" })
  expect(report.hosts[0]?.problems[0]).toMatchObject({ code: "pull/unreachable" })
  expect(report.hosts[0]?.problems[0]?.hint).toBeTruthy()
})

test("when every host fails, the exit code says so", async () => {
  await story.fleet([elsewhere(one, { port: 9 })])
  expect((await story.backup()).code).toBe(4)
})

test("a key that the host does not know is refused by name, and nothing of it is shown", async () => {
  await story.fleet([one])
  const { privateKey } = await sshKey("ed25519")
  const { code, stdout, stderr, report } = await story.backup(
    "--ssh-key-file",
    await story.file("stranger", privateKey),
  )
  expect(code).toBe(4)
  expect(report.hosts[0]?.problems[0]).toMatchObject({ code: "pull/refused-key" })
  expect(report.hosts[0]?.problems[0]?.message).toContain("mta1")
  expect(stdout + stderr).not.toContain(privateKey.split("\n")[2])
})

test("an encrypted key needs its passphrase, and then works", async () => {
  await story.fleet([one])
  const { privateKey, publicKey } = await sshKey("ed25519", "open sesame")
  const file = await story.file("locked", privateKey)
  const locked = await story.backup("--ssh-key-file", file)
  expect(locked.code).toBe(2)
  expect(locked.stderr).toContain("ssh-key-passphrase")
  const keys = "/home/pmta-backup/.ssh/authorized_keys"
  await one.append(keys, `${publicKey}\n`)
  const passphrase = await story.file("passphrase", "open sesame\n")
  const opened = await story.backup("--ssh-key-file", file, "--ssh-key-passphrase-file", passphrase)
  expect(opened, opened.stderr).toMatchObject({ code: 0 })
})

test("a key with CRLF and no final line end works", async () => {
  await story.fleet([one])
  const key = (await readFile(story.sshKeyFile, "utf8")).trimEnd().replaceAll("\n", "\r\n")
  const signing = story.signingKey.trimEnd().replaceAll("\n", "\r\n")
  const run = await story.backup(
    ...["--ssh-key-file", await story.file("crlf", key)],
    ...["--signing-key-file", await story.file("signing-crlf", signing)],
  )
  expect(run, run.stderr).toMatchObject({ code: 0 })
})

test("an unknown key in fleet.yml is shown with file, line and column, and the nearest known one", async () => {
  await story.fleet([one], { hostLines: { mta1: ["adress: 192.0.2.1"] } })
  const line =
    (await readFile(story.fleetFile, "utf8")).split("\n").findIndex(text => /adress/.test(text)) + 1
  const { code, stderr } = await story.backup()
  expect(code).toBe(2)
  expect(stderr).toContain(`fleet.yml:${line}:5`)
  expect(stderr).toMatch(/adress.*[\s\S]*address/)
})

test("a fleet without a recipient is refused before any host is asked", async () => {
  await story.fleet([one], { recipients: [] })
  const before = await one.log()
  const { code, stderr } = await story.backup()
  expect(code).toBe(2)
  expect(stderr).toContain("recipient")
  expect(await one.log()).toBe(before)
})

test("a host without config is no success", async () => {
  await using empty = await sshd({ name: "mta3" })
  await story.fleet([empty, two])
  const { code, report } = await story.backup()
  expect(code).toBe(3)
  expect(statuses(report)).toMatchObject({ mta2: "stored" })
  expect(report.hosts.find(({ host }) => host === "mta3")?.problems[0]).toMatchObject({
    code: "pull/no-config",
  })
})

test("a directory with other things in it is no vault, and stays as it is", async () => {
  await story.fleet([one])
  const taken = await nonEmptyDirectory(story.directory)
  const { code, stderr } = await story.backup("--vault", taken)
  expect(code).toBe(2)
  expect(stderr).toContain(taken)
  expect(await readdir(taken)).toEqual(["thesis.txt"])
})

test("doctor works before there is a vault, as backup does", async () => {
  await story.fleet([one])
  const flags = ["--fleet", story.fleetFile, "--vault", story.vault, "--ssh-key-file", story.sshKeyFile]
  const { code, stderr } = await story.run("doctor", ...flags, "--signing-key-file", story.signingKeyFile)
  expect({ code, stderr }).toMatchObject({ code: 0 })
  expect(await readdir(story.directory)).not.toContain("vault")
})

test("bundles in a directory store are files that stock tools open", async () => {
  await story.fleet([two])
  const store = join(story.directory, "store")
  const flags = ["--store", "directory", "--store-path", store] as const
  const run = await story.backup(...flags)
  expect(run, run.stderr).toMatchObject({ code: 0 })
  const bundle = (await story.snapshots("mta2"))[0]?.categories["config"]?.bundle
  expect(bundle).toMatchObject({ store: "directory" })
  const sealed = await readFile(join(store, bundle?.key ?? ""))
  expect(createHash("sha256").update(sealed).digest("hex")).toBe(bundle?.sha256)
  expect([...(await story.open(sealed)).keys()].sort()).toEqual([
    "/etc/pmta/config",
    "/etc/pmta/domains/a.conf",
  ])
  expect(await story.names("bundles/")).toEqual([])
  const files = async () => (await succeed("find", [store, "-type", "f"])).toString()
  const before = await files()
  expect((await story.backup(...flags)).code).toBe(0)
  expect(await files()).toBe(before)
})
