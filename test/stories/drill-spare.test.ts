/** A drill onto a spare host over SSH: restored, proven, timed, and put back; and never onto a host that is in use. */
import { spawn } from "node:child_process"
import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest"
import type { DrillReport } from "../../src/core/drill.ts"
import { action, type CliRun, dist } from "../lab/cli.ts"
import { clientKey } from "../lab/client-key.ts"
import { dkimRecord, type LabDns, labDns } from "../lab/dns.ts"
import { type HostContent, hostFiles } from "../lab/fixtures.ts"
import { hostTreeAndTimes } from "../lab/host-tree.ts"
import { sshKey } from "../lab/keys.ts"
import { installPmta, pmtaCalls } from "../lab/pmta-stand-in.ts"
import { type LabHost, sshd } from "../lab/sshd.ts"
import { hidden, type Setting, setting } from "./setting.ts"

let story: Setting
let host: LabHost
let spare: LabHost
let dns: LabDns
let content: HostContent

beforeAll(async () => {
  story = await setting()
  content = await hostFiles({ seed: "drill-spare", domains: 4, keys: 6 })
  const files = { ...content.files, "/etc/pmta/license": licence("") }
  const { publicKey } = await clientKey()
  host = await sshd({ name: "mta1", files })
  spare = await sshd({
    name: "spare1",
    files: {
      "/root/.ssh/authorized_keys": { content: `${publicKey}\n`, mode: 0o600 },
      // What an earlier installation left.
      "/etc/pmta/config": "# of the package\n",
      "/etc/pmta/domains/old.conf": "<domain old.example>\n</domain>\n",
    },
  })
  await installPmta(spare, { running: false })
  dns = await labDns()
  for (const { path, selector, domain } of content.keys)
    dns.records.set(`${selector}._domainkey.${domain}`, [dkimRecord(String(content.files[path]))])
  await story.fleet([host])
  expect((await story.backup()).code).toBe(0)
})
afterAll(async () => {
  await host?.[Symbol.asyncDispose]()
  await spare?.[Symbol.asyncDispose]()
  await dns?.[Symbol.asyncDispose]()
  await story?.[Symbol.asyncDispose]()
})

/** The licence of the fixture, bound to a machine or to none. */
function licence(mac: string): string {
  const text = String(content.files["/etc/pmta/license"])
  return mac === "" ? text.replace(/^mac:.*\n/m, "") : text.replace(/^mac: .*/m, `mac: ${mac}`)
}

let before: readonly string[]
beforeEach(async () => {
  await story.fleet([host, spare], { hostLines: { spare1: ["spare: true"] } })
  await pmtaCalls(spare)
  before = await tree()
  return async () => expect(await tree()).toEqual(before)
})
/** All of it, and whether the service runs. Nothing else may be in `/var/lib`. */
const tree = async () => [
  ...(await hostTreeAndTimes(spare, "/etc/pmta", "/var/lib/pmta", "/var/tmp/pmtad-runs")),
  await spare.run("ls -A /var/lib"),
]

type Drilled = CliRun & { readonly report: DrillReport & { readonly filed: string } }
async function drill(...args: readonly string[]): Promise<Drilled> {
  const run = await story.run(
    ...["drill", "--host", "mta1", "--fleet", story.fleetFile, "--vault", story.vault, "--json"],
    ...["--identity-file", story.identityFile, "--signing-key-file", story.signingKeyFile],
    ...["--ssh-key-file", story.sshKeyFile, "--resolver", dns.server],
    ...(args.includes("--target") ? [] : ["--target", "spare1"]),
    ...args,
  )
  return { ...run, report: run.stdout === "" ? {} : JSON.parse(run.stdout) }
}

const verdicts = ({ proofs }: DrillReport) => proofs.map(({ name, verdict }) => `${name} ${verdict}`)
const grave = ({ proofs }: DrillReport) =>
  proofs.flatMap(({ findings }) =>
    findings.flatMap(({ level, verdict, subject }) => (level === "note" ? [] : [`${verdict} ${subject}`])),
  )

test("the host comes up on the spare, everything is proven and timed, and the spare is as it was before", async () => {
  const [html, markdown] = [join(story.directory, "report.html"), join(story.directory, "report.md")]
  const { code, report, stderr, stdout } = await drill("--html", html, "--markdown", markdown)
  expect(grave(report), stderr).toEqual([])
  expect(code).toBe(0)
  expect(verdicts(report)).toEqual(
    ["restore", "files", "config", "dkim", "license", "host"].map(name => `${name} proven`),
  )
  expect(report).toMatchObject({ target: "spare1", verdict: "passed", objective: { isMet: true } })
  const steps = report.steps.map(({ name }) => name)
  expect(steps.slice(0, 7)).toEqual([
    ...["fetch and verify", "open", "connect", "plan", "send", "apply", "read back"],
  ])
  expect(steps).toEqual(expect.arrayContaining(["pmta test config", "start the service", "pmta show status"]))
  expect(report.spare).toMatchObject({ hostname: "spare1", left: "before", folder: null })
  expect(report.spare?.checks.map(({ result }) => result)).toEqual(Array(6).fill("passed"))
  const calls = await pmtaCalls(spare)
  expect(calls.filter(call => call.startsWith("systemctl"))).toEqual([
    "systemctl start pmta",
    "systemctl stop pmta",
  ])
  expect(calls).toEqual(expect.arrayContaining(["test config", "show license", "show vmta-settings mta-a1"]))
  // What was on the spare before is told, as its config may include it.
  const files = report.proofs.find(({ name }) => name === "files")
  expect(files?.findings.map(({ verdict, subject }) => `${verdict} ${subject}`)).toEqual([
    "extra /etc/pmta/domains/old.conf",
  ])
  expect(await story.names("drills/mta1/")).toContain(report.filed)
  const page = await readFile(html, "utf8")
  const text = await readFile(markdown, "utf8")
  for (const form of [page, text]) expect(form).toContain("spare1 is as it was before the drill")
  for (const secret of hidden(content))
    for (const form of [page, text, stdout, stderr]) expect(form).not.toContain(secret)
})

test("with keep the spare stays as restored and running, a second drill finds nothing to write, and undo undoes it", async () => {
  const { code, report, stderr } = await drill("--keep")
  expect(code, stderr).toBe(0)
  expect(report.spare).toMatchObject({ left: "restored", putBackMs: null })
  const config = (await spare.read("/etc/pmta/config")).toString()
  expect(config).toBe((await host.read("/etc/pmta/config")).toString())
  expect(await spare.run("pmta show status")).toContain("stand-in")
  await spare.run("systemctl stop pmta")
  const again = await drill()
  expect(again.report, again.stderr).toMatchObject({
    verdict: "passed",
    spare: { written: 0, left: "before" },
  })
  await spare.run(`sh ${report.spare?.folder}/undo; rm -rf /var/lib/pmta-vault-restore`)
  before = await tree()
  expect((await spare.read("/etc/pmta/config")).toString()).toBe("# of the package\n")
})

test("a command that fails on the spare fails the drill, those after it are not run, and it is put back", async () => {
  const checks = ["true", "cat /etc/pmta/config; false", "touch /etc/pmta/never"]
  const { code, report, stdout } = await drill(...checks.flatMap(check => ["--checks", check]))
  expect(code).toBe(7)
  expect(report).toMatchObject({ verdict: "failed", spare: { left: "before" } })
  expect(report.spare?.checks.map(({ result }) => result)).toEqual(["passed", "failed", "skipped"])
  expect(grave(report)).toEqual(["check-failed cat /etc/pmta/config; false"])
  for (const secret of hidden(content)) expect(stdout).not.toContain(secret)
})

test("a config that PowerMTA does not take fails the drill, and nothing is started with it", async () => {
  await host.append("/etc/pmta/config", "# BROKEN\n")
  expect((await story.backup()).code).toBe(0)
  const { code, report } = await drill()
  await host.write("/etc/pmta/config", String(content.files["/etc/pmta/config"]))
  expect((await story.backup()).code).toBe(0)
  expect(code).toBe(7)
  expect(grave(report)).toEqual(["check-failed pmta test config"])
  expect(await pmtaCalls(spare)).not.toContain("systemctl start pmta")
})

describe("a host that is not a spare", () => {
  let filed: readonly string[]
  beforeEach(async () => {
    filed = await story.names("drills/")
    return async () => expect(await story.names("drills/")).toEqual(filed)
  })
  const refused = async (said: RegExp, ...args: readonly string[]) => {
    const { code, stderr } = await drill(...args)
    expect(stderr).toMatch(said)
    expect(stderr).toContain("restore/not-spare")
    expect(code).toBe(2)
    expect(await pmtaCalls(spare)).toEqual([])
  }

  test("is the host itself", async () => {
    await refused(/mta1 cannot be its own spare/, "--target", "mta1", "--confirm", "mta1")
  })

  test("is one that is backed up, until it is confirmed by name", async () => {
    await story.fleet([host, spare])
    await refused(/spare1 is backed up, so it is in use/)
    const wrong = await drill("--confirm", "mta1")
    expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining("restore/wrong-host") })
    const right = await drill("--confirm", "spare1", "--no-evidence")
    expect(right.report, right.stderr).toMatchObject({ verdict: "passed", spare: { left: "before" } })
  })

  test("is one with an address or a host key of a host that is backed up, whatever is confirmed", async () => {
    await story.fleet([host, { ...spare, hostKeys: host.hostKeys } as LabHost], {
      hostLines: { spare1: ["spare: true"] },
    })
    await refused(/spare1 has the address or a host key of mta1/, "--confirm", "spare1")
  })

  test("is one on which the service runs, until it is confirmed", async () => {
    await spare.write("/var/tmp/pmtad-runs", "")
    const { code, stderr } = await drill()
    expect({ code, stderr }).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("pmta is running on spare1"),
    })
    await pmtaCalls(spare)
    const confirmed = await drill("--confirm", "spare1", "--no-evidence")
    expect(confirmed.report, confirmed.stderr).toMatchObject({ verdict: "passed" })
    // It reads the drill's files, and its own again.
    const calls = await pmtaCalls(spare)
    expect(calls.filter(call => call === "reload" || call.startsWith("systemctl"))).toEqual([
      "reload",
      "reload",
    ])
    await spare.remove("/var/tmp/pmtad-runs")
  })

  test("is one that calls itself by the name of a host that is backed up", async () => {
    const { publicKey } = await clientKey()
    await using twin = await sshd({
      name: "mta1.example",
      files: { "/root/.ssh/authorized_keys": { content: `${publicKey}\n`, mode: 0o600 } },
    })
    await story.fleet([host, { ...twin, name: "spare1", hostKeys: twin.hostKeys } as LabHost], {
      hostLines: { spare1: ["spare: true"] },
    })
    await refused(/the machine at spare1 calls itself mta1/)
    expect(await twin.run("ls -A /etc/pmta /var/lib")).not.toContain("vault")
  })
})

test("a spare with another host key is not even logged in to: code 6, and that is filed", async () => {
  const { publicKey } = await sshKey("ed25519")
  const text = await readFile(story.fleetFile, "utf8")
  const fleet = await story.file("keys.yml", text.replace(spare.hostKeys.ed25519, publicKey))
  const { code, report } = await drill("--fleet", fleet)
  expect(code).toBe(6)
  expect(grave(report)).toEqual(["pull/host-key-changed restore"])
  expect(report).toMatchObject({ verdict: "failed", spare: { left: "untouched", hostname: null } })
  expect(await story.names("drills/mta1/")).toContain(report.filed)
})

test("on other hardware the licence is left out, with the facts for a re-issue; without one nothing is started", async () => {
  await host.write("/etc/pmta/license", licence("00:00:5e:00:53:01"))
  expect((await story.backup()).code).toBe(0)
  const without = await drill()
  expect(without.report.warnings).toContain(
    "/etc/pmta/license is bound to other hardware than spare1, and was left out",
  )
  expect(grave(without.report)).toEqual(["not-started service"])
  expect(without).toMatchObject({ code: 0, report: { verdict: "weak" } })
  const [bound] = without.report.proofs.find(({ name }) => name === "license")?.findings ?? []
  expect(bound).toMatchObject({ verdict: "mac-differs", detail: expect.stringContaining("serial 000001") })
  // With a licence of its own, the spare starts.
  await spare.write("/etc/pmta/license", licence(""))
  before = await tree()
  const own = await drill()
  await spare.remove("/etc/pmta/license")
  before = await tree()
  await host.write("/etc/pmta/license", licence(""))
  expect((await story.backup()).code).toBe(0)
  expect(grave(own.report)).toEqual([])
})

test("an interruption puts the spare back", async () => {
  const args = ["drill", "--host", "mta1", "--target", "spare1", "--fleet", story.fleetFile]
  const keys = ["--identity-file", story.identityFile, "--ssh-key-file", story.sshKeyFile, "--no-evidence"]
  const more = [
    "--vault",
    story.vault,
    "--resolver",
    dns.server,
    "--checks",
    "touch /var/tmp/reached; sleep 20",
  ]
  const child = spawn(process.execPath, [join(dist, "cli.js"), ...args, ...keys, ...more], {
    stdio: ["ignore", "ignore", "pipe"],
  })
  let said = ""
  child.stderr.on("data", chunk => {
    said += String(chunk)
  })
  const ended = new Promise<number | null>(resolve => child.once("close", resolve))
  while (child.exitCode === null && !(await spare.run("ls /var/tmp")).includes("reached"))
    await new Promise(resolve => setTimeout(resolve, 50))
  child.kill("SIGTERM")
  expect(await ended, said).toBe(130)
  expect(said).toContain("spare1 is as it was before")
  await spare.remove("/var/tmp/reached")
})

test("a connection that is lost midway fails the drill, and the spare is put back over a new one", async () => {
  const { code, report } = await drill("--checks", "pkill -KILL -f 'sshd: root'; sleep 5")
  expect(code).toBe(3)
  expect(report).toMatchObject({ verdict: "failed", spare: { left: "before" } })
})

test("a spare that is gone midway: the report has the state and the commands, and they work", async () => {
  const { code, report } = await drill(
    "--checks",
    "kill -KILL $(cat /run/sshd.pid); pkill -KILL -f 'sshd: root'; sleep 5",
  )
  await spare.stop()
  await spare.start()
  expect(code).toBe(4)
  expect(report).toMatchObject({ verdict: "failed", spare: { left: "unknown" } })
  const undo = report.warnings.find(line => line.startsWith("undo:")) ?? ""
  const [, command = ""] = new RegExp(`ssh -p ${spare.port} root@${spare.address} (.*)`).exec(undo) ?? []
  await spare.run(command)
  await spare.run("rm -rf /var/lib/pmta-vault-restore")
  before = await tree()
  expect((await spare.read("/etc/pmta/config")).toString()).toBe("# of the package\n")
})

test("the Action drills onto a spare, and its summary says how the spare was left", async () => {
  const run = await action({
    ...{ command: "drill", host: "mta1", target: "spare1", fleet: story.fleetFile, vault: story.vault },
    ...{ identity: await readFile(story.identityFile, "utf8"), "signing-key": story.signingKey },
    ...{ "ssh-key": await readFile(story.sshKeyFile, "utf8"), resolver: dns.server },
  })
  expect(run.code, run.stdout).toBe(0)
  expect(run.summary).toContain("| Service | ✅ proven |")
  expect(run.summary).toContain("spare1 is as it was before the drill")
})
