/** A drill of a host with 200 DKIM keys, against real DNS: what it names, what it files, and that it leaves nothing. */
import { spawn } from "node:child_process"
import { generateKeyPairSync } from "node:crypto"
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest"
import type { DrillReport } from "../../src/core/drill.ts"
import { finish } from "../lab/child.ts"
import { action, type CliRun, dist } from "../lab/cli.ts"
import { dkimRecord, inPieces, type LabDns, labDns } from "../lab/dns.ts"
import { type HostContent, hostFiles } from "../lab/fixtures.ts"
import { type LabHost, sshd } from "../lab/sshd.ts"
import { hidden, type Setting, setting } from "./setting.ts"

let story: Setting
let host: LabHost
let content: HostContent
let dns: LabDns

beforeAll(async () => {
  story = await setting()
  content = await hostFiles({ seed: "drill", domains: 20, keys: 200 })
  host = await sshd({ name: "mta1", files: content.files })
  dns = await labDns()
  await story.fleet([host])
  const { code, stderr } = await story.backup()
  expect(code, stderr).toBe(0)
})
afterAll(async () => {
  await host?.[Symbol.asyncDispose]()
  await dns?.[Symbol.asyncDispose]()
  await story?.[Symbol.asyncDispose]()
})
beforeEach(() => publish())

const nameOf = (index: number) => `${content.keys[index]?.selector}._domainkey.${content.keys[index]?.domain}`

function publish(): void {
  for (const [index, { path }] of content.keys.entries())
    dns.records.set(nameOf(index), [dkimRecord(String(content.files[path]))])
}

async function drill(
  ...args: readonly string[]
): Promise<CliRun & { readonly report: DrillReport & { readonly filed: string } }> {
  const given = (flag: string, value: string) => (args.includes(flag) ? [] : [flag, value])
  const run = await story.run(
    ...[
      "drill",
      "--host",
      "mta1",
      "--vault",
      story.vault,
      "--signing-key-file",
      story.signingKeyFile,
      "--json",
    ],
    ...given("--fleet", story.fleetFile),
    ...given("--identity-file", story.identityFile),
    ...given("--resolver", dns.server),
    ...args,
  )
  return { ...run, report: run.stdout === "" ? {} : JSON.parse(run.stdout) }
}

const proofOf = (report: DrillReport, name: string) => report.proofs.find(proof => proof.name === name)
const grave = (report: DrillReport) =>
  report.proofs.flatMap(({ findings }) =>
    findings.flatMap(({ level, verdict, subject }) => (level === "note" ? [] : [`${verdict} ${subject}`])),
  )
const leftovers = async () =>
  (await readdir("/dev/shm").catch(() => [])).filter(name => name.startsWith("pmta-drill-"))

test("a host whose keys are all published passes", async () => {
  const { code, report, stderr } = await drill()
  expect(stderr).toBe("")
  expect(grave(report)).toEqual([])
  expect(code).toBe(0)
  expect(report.verdict).toBe("passed")
  expect(report.proofs.map(({ name, verdict }) => `${name} ${verdict}`)).toEqual([
    ...["restore proven", "files proven", "config proven", "dkim proven", "license proven"],
  ])
  expect(proofOf(report, "dkim")?.summary).toMatch(/^200 of 200 keys/)
  expect(report.objective).toMatchObject({ scenario: "hardware-failure", rtoMs: 14_400_000, isMet: true })
  expect(report.steps.map(({ name }) => name)).toContain("write")
})

test("of 200 keys the three wrong ones are named, each with its own verdict, and no others", async () => {
  const other = generateKeyPairSync("rsa", { modulusLength: 2048 }).publicKey
  const p = other.export({ format: "der", type: "spki" }).toString("base64")
  dns.records.set(nameOf(10), [inPieces(`v=DKIM1; k=rsa; p=${p}`)])
  dns.records.set(nameOf(77), [["v=DKIM1; p="]])
  dns.records.delete(nameOf(150))
  const [html, markdown] = [join(story.directory, "report.html"), join(story.directory, "report.md")]
  const { code, report } = await drill("--html", html, "--markdown", markdown)
  expect(code).toBe(7)
  const wrong = [`wrong-key ${nameOf(10)}`, `revoked ${nameOf(77)}`, `missing-record ${nameOf(150)}`]
  expect(grave(report).sort()).toEqual(wrong.sort())
  expect(proofOf(report, "dkim")?.summary).toMatch(/^197 of 200 keys/)
  for (const file of [html, markdown]) {
    const text = await readFile(file, "utf8")
    const named = content.keys.map((_, index) => nameOf(index)).filter(name => text.includes(name))
    expect(named.sort()).toEqual([nameOf(10), nameOf(77), nameOf(150)].sort())
  }
})

test("the report is filed in the vault, and stock ssh-keygen verifies who signed it", async () => {
  const { report } = await drill()
  const names = await story.names("drills/mta1/")
  const base = report.filed.replace(/\.json$/, "")
  expect(names).toEqual(
    expect.arrayContaining([`${base}.json`, `${base}.json.sig`, `${base}.md`, `${base}.md.sig`]),
  )
  const { filed: _, ...whole } = report
  expect(JSON.parse(await story.git("show", `bundles:${base}.json`))).toEqual(whole)
  const signers = await story.file("allowed", `ci ${story.signer}\n`)
  const signature = await story.file("report.sig", await story.git("show", `bundles:${base}.md.sig`))
  const input = await story.git("show", `bundles:${base}.md`)
  const args = ["-Y", "verify", "-f", signers, "-I", "ci", "-n", "pmta-vault-report", "-s", signature]
  expect((await finish("ssh-keygen", args, { input })).code).toBe(0)
  expect((await finish("ssh-keygen", args, { input: `${input}x` })).code).not.toBe(0)
  // What a drill files is in nobody's way.
  expect((await story.run("verify", "--fleet", story.fleetFile, "--vault", story.vault)).code).toBe(0)
  expect((await story.backup()).code).toBe(0)
  expect(await story.names("drills/mta1/")).toEqual(expect.arrayContaining([...names]))
})

test("no secret is in any form of the report, and nothing stays behind", async () => {
  const filed = (await story.names("drills/")).filter(name => !name.endsWith(".sig"))
  const texts = await Promise.all(filed.map(name => story.git("show", `bundles:${name}`)))
  const page = await readFile(join(story.directory, "report.html"), "utf8")
  for (const secret of hidden(content))
    for (const text of [...texts, page, ...story.said]) expect(text).not.toContain(secret)
  expect(await leftovers()).toEqual([])
})

test("an objective that is missed is told, also when DNS is what was slow", async () => {
  await story.fleet([host], { lines: ["policy: { rto: { hardware-failure: 1s } }"] })
  dns.records.set(nameOf(3), "silence")
  const { code, report } = await drill()
  await story.fleet([host])
  expect(code).toBe(7)
  expect(report.objective).toMatchObject({ rtoMs: 1000, isMet: false })
  expect(grave(report)).toEqual([`dns-failure ${nameOf(3)}`])
  expect(report.verdict).toBe("failed")
})

test("a bundle that was tampered with fails the drill, and that is filed too", async () => {
  const [key = ""] = await story.names("bundles/mta1/dkim/")
  const whole = await story.blob(key)
  const file = join(story.directory, "forged")
  await writeFile(file, Buffer.concat([whole.subarray(0, -1), Buffer.from([(whole.at(-1) ?? 0) ^ 1])]))
  await story.forge(key, file)
  const { code, report } = await drill()
  await writeFile(file, whole)
  await story.forge(key, file)
  expect(code).toBe(5)
  expect(report).toMatchObject({ verdict: "failed", objective: { isMet: false } })
  expect(grave(report)).toEqual(["seal/bundle-altered restore"])
  expect(report.proofs.filter(({ verdict }) => verdict === "skipped")).toHaveLength(4)
  expect(await story.names("drills/mta1/")).toContain(report.filed)
})

test.each([
  ["another scenario", ["--scenario", "flood"], /no RTO for "flood"/],
  ["no such host", ["--host", "mta9"], /no snapshot of "mta9"/],
  ["a name for a resolver", ["--resolver", "dns.example"], /resolver is/],
])("%s is refused, and nothing is filed", async (_, args, message) => {
  const before = await story.names("drills/")
  const { code, stderr } = await drill(...args)
  expect(code).toBe(2)
  expect(stderr).toMatch(message)
  expect(await story.names("drills/")).toEqual(before)
})

test("an interruption leaves no plaintext behind and files nothing", async () => {
  dns.records.set(nameOf(3), "silence")
  const scratch = join(story.directory, "scratch")
  await mkdir(scratch)
  const before = await story.names("drills/")
  const keys = ["--identity-file", story.identityFile, "--signing-key-file", story.signingKeyFile]
  const vault = ["--fleet", story.fleetFile, "--vault", story.vault, "--resolver", dns.server]
  const args = [join(dist, "cli.js"), "drill", "--host", "mta1", ...vault, ...keys, "--scratch", scratch]
  const child = spawn(process.execPath, args, { stdio: "ignore" })
  const ended = new Promise<number | null>(resolve => child.once("close", resolve))
  // The config is among the last to be written; DNS is asked after that.
  const asked = dns.asked.length
  while (dns.asked.length === asked && child.exitCode === null)
    await new Promise(resolve => setTimeout(resolve, 10))
  expect(await readdir(scratch)).toHaveLength(1)
  child.kill("SIGTERM")
  expect(await ended).toBe(130)
  expect(await readdir(scratch)).toEqual([])
  expect(await story.names("drills/")).toEqual(before)
})

test("without a signing key the drill says so at once, or does without filing", async () => {
  const args = [
    "drill",
    "--host",
    "mta1",
    "--fleet",
    story.fleetFile,
    "--vault",
    story.vault,
    "--resolver",
    dns.server,
  ]
  const identity = ["--identity-file", story.identityFile]
  const refused = await story.run(...args, ...identity)
  expect(refused.code).toBe(2)
  expect(refused.stderr).toContain("--no-evidence")
  const before = await story.names("drills/")
  const run = await story.run(...args, ...identity, "--no-evidence")
  expect(run.code, run.stderr).toBe(0)
  expect(run.stdout).toContain("would be back, and everything was proven")
  expect(await story.names("drills/")).toEqual(before)
})

test("the Action writes the report into the job summary", async () => {
  const run = await action({
    ...{ command: "drill", host: "mta1", fleet: story.fleetFile, vault: story.vault, resolver: dns.server },
    ...{ identity: await readFile(story.identityFile, "utf8"), "signing-key": story.signingKey },
  })
  expect(run.code, run.stdout).toBe(0)
  expect(run.summary).toContain("# Drill: mta1 would be back")
  expect(run.summary).toContain("| DKIM keys | ✅ proven |")
})
