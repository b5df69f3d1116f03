/** The first weeks of a vault: backup, read it with stock tools, accept, change, backup again. */
import { afterAll, beforeAll, expect, test } from "vitest"
import type { Check, DoctorReport } from "../../src/core/report.ts"
import { succeed } from "../lab/child.ts"
import { type HostContent, hostFiles } from "../lab/fixtures.ts"
import { type LabHost, sshd } from "../lab/sshd.ts"
import { hidden, inHistory, type Setting, setting } from "./setting.ts"

const categories = ["config", "dkim", "tls", "license", "data"] as const
const kinds = { mta1: "shell", mta2: "sftp-chroot", mta3: "sudo" } as const
/** outside of PowerMTA's own directories */
const farKey = "/opt/keys/far one.pem"
const domainList = "/etc/pmta/precached.txt"

let vault: Setting
const hosts: LabHost[] = []
const contents: HostContent[] = []

beforeAll(async () => {
  vault = await setting()
  for (const [name, kind] of Object.entries(kinds)) {
    const content = await hostFiles({ seed: name, domains: 5, keys: 4 })
    contents.push(content)
    const host = await sshd({ name, kind, files: content.files })
    hosts.push(host)
    await host.write(domainList, "gmail.com\nyahoo.com\n")
    const config = (await host.read("/etc/pmta/config")).toString()
    const outside = kind === "sftp-chroot" ? "" : `domain-key s9, far.example, "${farKey}"\n`
    const key = content.files[content.keys[0]?.path ?? ""] ?? ""
    if (outside !== "") await host.write(farKey, key as string, { mode: kind === "sudo" ? 0o600 : 0o644 })
    await host.write("/etc/pmta/config", `${config}precached-domains-file ${domainList}\n${outside}`)
  }
  const keys = ["--recipient", vault.recipient, "--signer", vault.signer]
  const made = await vault.run("init", "--vault", vault.vault, ...keys)
  if (made.code !== 0) throw new Error(made.stderr)
  await vault.fleet(hosts, { hostLines: { mta3: ["sudo: true"] } })
})

afterAll(async () => {
  await Promise.all(hosts.map(host => host[Symbol.asyncDispose]()))
  await vault[Symbol.asyncDispose]()
})

const hostAt = (name: keyof typeof kinds) => {
  const host = hosts.find(candidate => candidate.name === name)
  if (host === undefined) throw new Error(`no host ${name}`)
  return host
}
const driftBranches = async () =>
  (await vault.git("for-each-ref", "--format=%(refname:short) %(objectname)", "refs/heads/drift/"))
    .split("\n")
    .filter(line => line !== "")

/** The line of a text that holds another; nothing when none does. */
const around = (text: string, part: string) => text.split("\n").find(line => line.includes(part)) ?? ""

/** Doctor's checks; what it says belongs into the sudo host's sudoers is put there. */
async function obeyDoctor(): Promise<{ readonly code: number | null; readonly bad: readonly Check[] }> {
  const flags = ["--fleet", vault.fleetFile, "--vault", vault.vault, "--ssh-key-file", vault.sshKeyFile]
  const run = await vault.run("doctor", ...flags, "--signing-key-file", vault.signingKeyFile, "--json")
  const { checks, hosts: examined } = JSON.parse(run.stdout) as DoctorReport
  const printed = examined.find(({ host }) => host === "mta3")?.lines ?? []
  const rules = printed.filter(({ where }) => where.startsWith("/etc/sudoers.d/")).map(({ line }) => line)
  const plain = (await hostAt("mta3").read("/etc/sudoers")).toString().replace(/^pmta-backup .*\n/gm, "")
  await hostAt("mta3").write("/etc/sudoers", `${plain}${rules.join("\n")}\n`, { mode: 0o440 })
  expect(await hostAt("mta3").run("visudo -c -f /etc/sudoers")).toContain("parsed OK")
  const all = [...checks, ...examined.flatMap(host => host.checks)]
  return { code: run.code, bad: all.filter(({ state }) => state === "bad") }
}

test("doctor prints the sudoers lines without which the sudo host cannot be read", async () => {
  expect(await obeyDoctor()).toMatchObject({ code: 3, bad: [{ name: "sudo" }] })
  expect(await obeyDoctor()).toMatchObject({ code: 3, bad: [{ name: "rights: dkim" }] })
  expect(await obeyDoctor()).toEqual({ code: 0, bad: [] })
})

test("the first backup stores every host, by the way each allows", async () => {
  const { code, stderr, report } = await vault.backup()
  expect({ code, problems: report.hosts.flatMap(({ problems }) => problems), stderr }).toMatchObject({
    code: 0,
    problems: [],
  })
  expect(report.hosts.map(({ host, status, way, sequence }) => ({ host, status, way, sequence }))).toEqual([
    { host: "mta1", status: "stored", way: "shell", sequence: 1 },
    { host: "mta2", status: "stored", way: "sftp", sequence: 1 },
    { host: "mta3", status: "stored", way: "sudo", sequence: 1 },
  ])
  expect(report.proposals.map(({ kind, action }) => ({ kind, action }))).toContainEqual({
    kind: "baseline",
    action: "created",
  })
})

test.each(Object.keys(kinds) as (keyof typeof kinds)[])(
  "age, zstd and tar give back every byte, mode and owner of %s",
  async name => {
    const host = hostAt(name)
    const [snapshot] = await vault.snapshots(name)
    const opened = new Map<string, { content: Buffer; mode: number; owner: string; group: string }>()
    for (const category of categories) {
      const bundle = snapshot?.categories[category]?.bundle
      expect(bundle, `${category} of ${name}`).toBeTruthy()
      const files = await vault.open(await vault.blob(bundle?.key ?? ""))
      expect(files.size, category).toBe(bundle?.files)
      for (const [path, file] of files) opened.set(path, file)
    }
    const expected = [...Object.keys(contents[hosts.indexOf(host)]?.files ?? {}), domainList]
    if (kinds[name] !== "sftp-chroot") expected.push(farKey)
    expect([...opened.keys()].sort()).toEqual(expected.sort())
    for (const [path, { content, mode, owner, group }] of opened) {
      const real = await host.stat(path)
      expect({ path, mode, owner, group }).toEqual({
        path,
        mode: real.mode,
        owner: real.owner,
        group: real.group,
      })
      expect(content.equals(await host.read(path)), path).toBe(true)
    }
  },
)

test("ssh-keygen accepts the signature of each snapshot", async () => {
  const allowed = await vault.file("allowed_signers", `vault namespaces="pmta-vault" ${vault.signer}\n`)
  const names = (await vault.names("snapshots/")).filter(name => name.endsWith(".json"))
  expect(names).toHaveLength(3)
  for (const name of names) {
    const signature = await vault.file("x.sig", await vault.git("show", `bundles:${name}.sig`))
    const args = ["-Y", "verify", "-f", allowed, "-I", "vault", "-n", "pmta-vault", "-s", signature]
    const said = await succeed("ssh-keygen", args, { input: await vault.blob(name) })
    expect(said.toString()).toContain("Good")
  }
})

test("a second run stores no bundle again, and a second snapshot of each host", async () => {
  const before = await vault.names("bundles/")
  const { code, report } = await vault.backup()
  expect(code).toBe(0)
  expect(report.hosts.map(({ status }) => status)).toEqual(["unchanged", "unchanged", "unchanged"])
  expect(await vault.names("bundles/")).toEqual(before)
  for (const name of Object.keys(kinds)) {
    const snapshots = await vault.snapshots(name)
    expect(snapshots.map(({ sequence }) => sequence)).toEqual([1, 2])
  }
})

test("an accepted baseline, then a changed directive: one branch, one commit that names it", async () => {
  for (const branch of await driftBranches()) {
    const id = branch.split(" ")[0]?.slice("drift/".length) ?? ""
    const accepted = await vault.run("accept", id, "--vault", vault.vault)
    expect(accepted, accepted.stderr).toMatchObject({ code: 0 })
  }
  expect(await driftBranches()).toEqual([])
  expect((await vault.backup()).report.proposals).toEqual([])

  const host = hostAt("mta1")
  const config = (await host.read("/etc/pmta/config")).toString()
  await host.write("/etc/pmta/config", config.replace("max-smtp-out 6", "max-smtp-out 8"))
  const { code, report } = await vault.backup()
  expect(code).toBe(0)
  expect(report.proposals).toMatchObject([{ action: "created", kind: "drift", hosts: ["mta1"] }])
  const branches = await driftBranches()
  expect(branches).toHaveLength(1)
  const branch = branches[0]?.split(" ")[0] ?? ""
  const subjects = (await vault.git("log", "--format=%s", `main..${branch}`)).trim().split("\n")
  expect(subjects).toHaveLength(1)
  expect(subjects[0]).toMatch(/mta1.*max-smtp-out.*6.*8/)

  const again = await vault.backup()
  expect(again.code).toBe(0)
  expect(again.report.proposals).toMatchObject([{ action: "kept" }])
  expect(await driftBranches()).toEqual(branches)
})

test("no secret is in any branch, nor in anything that was printed", async () => {
  const secrets = contents.flatMap(hidden)
  expect(secrets.length).toBeGreaterThan(20)
  const printed = vault.said.join("\n")
  for (const secret of secrets) {
    expect(secret.length).toBeGreaterThan(15)
    expect(around(printed, secret), "printed").toBe("")
    expect(await inHistory(vault.vault, secret), `in the history: ${secret}`).toBe(false)
  }
  expect(await inHistory(vault.vault, "max-smtp-out 8"), "what is no secret is found").toBe(true)
})
