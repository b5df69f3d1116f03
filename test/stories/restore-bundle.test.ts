/** The sealed file for the operator: made without an identity, opened with stock tools by its own runbook. */
import { mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { afterAll, beforeAll, expect, test } from "vitest"
import type { RestoreReport } from "../../src/core/restore-report.ts"
import { finish, succeed } from "../lab/child.ts"
import { action } from "../lab/cli.ts"
import { clientKey } from "../lab/client-key.ts"
import { blocksOf } from "../lab/document.ts"
import { type HostContent, hostFiles } from "../lab/fixtures.ts"
import { hostTree } from "../lab/host-tree.ts"
import { installPmta, pmtaCalls } from "../lab/pmta-stand-in.ts"
import { sshOptions } from "../lab/ssh.ts"
import { type LabHost, sshd } from "../lab/sshd.ts"
import { hidden, type Setting, setting } from "./setting.ts"

let story: Setting
let host: LabHost
let rebuilt: LabHost
let content: HostContent
let folder: string
let before: readonly string[]

beforeAll(async () => {
  story = await setting()
  content = await hostFiles({ seed: "bundle", domains: 5, keys: 3 })
  const { publicKey } = await clientKey()
  const root = { "/root/.ssh/authorized_keys": { content: `${publicKey}\n`, mode: 0o600 } }
  ;[host, rebuilt] = await Promise.all([
    sshd({ name: "mta1", files: content.files }),
    sshd({ name: "mta1", files: { ...root, "/etc/pmta/config": "# as installed\n" } }),
  ])
  await installPmta(rebuilt)
  await story.fleet([host], { lines: ["policy: { rto: { hardware-failure: 4h } }"] })
  expect((await story.backup()).code).toBe(0)
  expect((await story.backup()).code).toBe(0)
  before = await hostTree(host, "/etc/pmta")
})
afterAll(async () => {
  await Promise.all([host, rebuilt].map(each => each?.[Symbol.asyncDispose]()))
  await story?.[Symbol.asyncDispose]()
})

const flags = () => ["--fleet", story.fleetFile, "--vault", story.vault, "--host", "mta1"]

test("one file is written, with nothing in clear, and never over another", async () => {
  const file = join(story.directory, "mta1.tar")
  const run = await story.run("restore", ...flags(), "--bundle", file, "--json")
  expect(run, run.stderr).toMatchObject({ code: 0 })
  const report = JSON.parse(run.stdout) as RestoreReport
  expect(report).toMatchObject({ sequence: 2, outcome: { form: "bundle", file } })
  const bytes = await readFile(file)
  for (const secret of hidden(content)) expect(bytes.includes(secret)).toBe(false)
  const again = await story.run("restore", ...flags(), "--bundle", file)
  expect(again).toMatchObject({ code: 2, stderr: expect.stringContaining("restore/not-empty") })
  await succeed("tar", ["-x", "-C", story.directory, "-f", file])
  folder = join(story.directory, "restore-mta1-2")
  const names = (await readdir(folder, { recursive: true })).sort()
  expect(names).toContain("bundles/dkim.tar.zst.age")
  for (const name of [
    "RUNBOOK.md",
    "SHA256SUMS",
    "allowed_signers",
    "known_hosts",
    "snapshots/00000001.json.sig",
  ])
    expect(names).toContain(name)
})

test("the runbook names the host, what is in it, what is promised, and the licence facts to send", async () => {
  const text = await readFile(join(folder, "RUNBOOK.md"), "utf8")
  for (const words of [
    "# Restore mta1",
    "snapshot 2 of mta1",
    story.recipient,
    "**Hardware failure** (promised within 4h)",
  ])
    expect(text).toContain(words)
  expect(text).toMatch(/mac"?: "00:00:5e:00:53:01"/)
  expect(text).toMatch(/serial: "000001"/)
})

test("its own commands bring the host back, with stock tools and the vault gone", async () => {
  await rename(story.vault, `${story.vault}.away`)
  try {
    const blocks = blocksOf(await readFile(join(folder, "RUNBOOK.md"), "utf8"))
    expect([...blocks.keys()]).toEqual([
      "settings",
      "check",
      "open",
      "place",
      "start",
      "place-config",
      "place-dkim",
      "dkim-new-key",
    ])
    const words = sshOptions(rebuilt).map(word => (/[ ;]/.test(word) ? `"${word}"` : word))
    await writeFile(
      join(folder, "login"),
      `#!/bin/sh\nexec ssh ${words.join(" ")} root@${rebuilt.address} "$@"\n`,
      { mode: 0o755 },
    )
    // What an operator edits in the block `settings`.
    const own = `IDENTITY=${story.identityFile}\nSSH=./login\n`
    for (const name of ["check", "open", "place", "start"]) {
      const run = await finish("bash", ["-c", `${own}${blocks.get(name)}`], { cwd: folder })
      expect({ name, code: run.code, stderr: run.stderr }).toEqual({
        name,
        code: 0,
        stderr: expect.any(String),
      })
    }
    expect(await hostTree(rebuilt, "/etc/pmta")).toEqual(before)
    expect(await readFile(join(folder, "out/etc/pmta/config"), "utf8")).toBe(
      content.files["/etc/pmta/config"],
    )
    expect(await pmtaCalls(rebuilt)).toEqual(["test config", "reload", "show status", "show license"])
    expect(await rebuilt.run("cat /etc/pmta.before-*/config")).toBe("# as installed\n")
    // The scenarios that need less than all of it.
    await rebuilt.run("echo BROKEN >/etc/pmta/config; rm -r /etc/pmta/dkim")
    for (const name of ["place-config", "place-dkim", "start"])
      expect(await finish("bash", ["-c", `${own}${blocks.get(name)}`], { cwd: folder })).toMatchObject({
        code: 0,
      })
    expect(await hostTree(rebuilt, "/etc/pmta")).toEqual(before)
    const key = await finish("bash", ["-c", `DOMAIN=new.example\n${blocks.get("dkim-new-key")}`], {
      cwd: folder,
    })
    expect(key.stdout.toString()).toMatch(
      /^s\d{8}\._domainkey\.new\.example\. IN TXT \(\n {2}"v=DKIM1; k=rsa; p=MII/,
    )
  } finally {
    await rename(`${story.vault}.away`, story.vault)
  }
})

test.each([
  ["a flipped bit", (bytes: Buffer) => bytes.fill(0, 300, 301)],
  ["a truncation", (bytes: Buffer) => bytes.subarray(0, 300)],
])("its own check finds %s", async (_, change) => {
  const blocks = blocksOf(await readFile(join(folder, "RUNBOOK.md"), "utf8"))
  const sealed = join(folder, "bundles/config.tar.zst.age")
  const good = await readFile(sealed)
  await writeFile(sealed, change(Buffer.from(good)))
  const run = await finish("bash", ["-c", blocks.get("check") ?? ""], { cwd: folder })
  expect(run.code).not.toBe(0)
  // Someone who can write the file can write its checksums too; not the signature.
  await succeed("bash", ["-c", "sha256sum bundles/* snapshots/* > SHA256SUMS"], { cwd: folder })
  const second = await finish("bash", ["-c", blocks.get("check") ?? ""], { cwd: folder })
  expect(second).toMatchObject({ code: 1, stderr: expect.stringContaining("is not what was signed") })
  await writeFile(sealed, good)
})

test("a dispatched workflow hands it out too, and holds no identity", async () => {
  const workspace = join(story.directory, "workspace")
  await mkdir(workspace)
  const run = await action(
    { command: "restore", fleet: story.fleetFile, vault: story.vault, host: "mta1", bundle: "mta1.tar" },
    { cwd: workspace },
  )
  expect(run, run.stdout).toMatchObject({ code: 0 })
  expect(await readdir(workspace)).toEqual(["mta1.tar"])
  expect(run.outputs["report"]).toMatch(/\.json$/)
  expect(run.summary).toContain("mta1")
})
