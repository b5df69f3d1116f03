/** What the vault says of itself: to a terminal, to programs, to Prometheus, and by its exit code. */
import { readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { afterEach, beforeEach, expect, test } from "vitest"
import type { DrillReport } from "../../src/core/drill.ts"
import type { Fleet } from "../../src/core/fleet.ts"
import { Secret } from "../../src/core/secret.ts"
import type { StatusReport } from "../../src/core/status.ts"
import { fileEvidence } from "../../src/flows/evidence.ts"
import { factsYaml } from "../../src/flows/facts-yaml.ts"
import { unlockKey } from "../../src/seal/private-key.ts"
import { succeed } from "../lab/child.ts"
import { action, type CliRun } from "../lab/cli.ts"
import { daily, fillVault, openLabVault } from "../lab/filled-vault.ts"
import { fleetYml } from "../lab/fleet-file.ts"
import { sshKey } from "../lab/keys.ts"
import { addLogs } from "../lab/logged-vault.ts"
import { tamper } from "../lab/tamper.ts"
import { missing } from "../setup/needs.ts"
import { type Setting, setting } from "./setting.ts"

const dayMs = 86_400_000
let story: Setting
beforeEach(async () => {
  story = await setting()
  await fleet(["mta1", "mta2"])
})
afterEach(async () => await story[Symbol.asyncDispose]())

async function fleet(names: readonly string[], ...lines: readonly string[]) {
  const hosts = await Promise.all(
    names.map(async (name, index) => ({
      ...{ name, address: `192.0.2.${index + 1}`, port: 22, user: "pmta-backup" },
      hostKeys: { ed25519: (await sshKey("ed25519")).publicKey, rsa: "", ecdsa: "" },
    })),
  )
  const recipients = [story.recipient]
  await writeFile(story.fleetFile, fleetYml({ hosts, recipients, signers: [story.signer], lines }))
}

const found = (_: string, index: number) => ({
  config: { content: `config ${index}` },
  dkim: { content: "dkim" },
  tls: { content: "tls" },
  license: { content: "license" },
  data: "missing" as const,
})
const date = (days: number) => new Date(Date.now() + days * dayMs).toISOString()
const facts = (more: { license?: number; tls?: number; bits?: number } = {}) => ({
  "facts/license.yml": factsYaml({
    "/etc/pmta/license": {
      licenses: [{ product: "PowerMTA", version: "5.0", expires: date(more.license ?? 400).slice(0, 10) }],
    },
  }),
  "facts/tls.yml": factsYaml({
    "/etc/pmta/a.pem": {
      certificates: [{ subject: "CN=mta1", notAfter: date(more.tls ?? 400) }],
      privateKey: true,
    },
  }),
  "facts/dkim.yml": factsYaml({
    "/etc/pmta/dkim/s1.pem": { use: ["s1._domainkey.example.com"], type: "rsa", bits: more.bits ?? 2048 },
  }),
})
const fill = (more: Partial<Parameters<typeof fillVault>[0]> = {}) =>
  fillVault({
    ...{ path: story.vault, signingKey: story.signingKey, hosts: ["mta1", "mta2"], times: daily(3), found },
    live: () => facts(),
    ...more,
  })

const flags = () => ["--vault", story.vault, "--fleet", story.fleetFile]
async function status(...args: readonly string[]): Promise<CliRun & { readonly report: StatusReport }> {
  const run = await story.run("status", ...flags(), "--json", ...args)
  return { ...run, report: (run.stdout === "" ? null : JSON.parse(run.stdout)) as StatusReport }
}
/** Without what each of these vaults has: one recipient, no accepted mirror, no drill, and no logs. */
const idsOf = (report: StatusReport, level: string) =>
  allIds(report, level).filter(id => !/^(fleet|unproposed|drills|logs)\//.test(id))
const allIds = ({ findings }: StatusReport, level: string) =>
  findings.filter(finding => finding.level === level).map(({ id }) => id)

test("a fleet that is backed up is green, and needs no key to be looked at", async () => {
  await fill()
  const { code, stderr, report } = await status()
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" })
  expect(idsOf(report, "breach")).toEqual([])
  expect(idsOf(report, "warning")).toEqual([])
  expect(report.hosts[0]?.categories.map(({ name, state }) => `${name} ${state}`)).toEqual([
    "config good",
    "data absent",
    "dkim good",
    "license good",
    "tls good",
  ])
  const text = await story.run("status", ...flags())
  expect(text.stdout).toMatch(/^host +config +data +dkim +license +tls$/m)
  expect(text.stdout).toMatch(/^mta1 +1 h +– +1 h +1 h +1 h$/m)
  expect(text.stdout).toMatch(/2 hosts: every objective is met/)
})

test("ages count by the time of the data against each RPO, and a breach is exit code 7", async () => {
  await fleet(["mta1", "mta2", "mta3"], "categories: { license: { rpo: 30d } }")
  await fill({ hosts: ["mta1"] })
  await fill({ hosts: ["mta2"], times: daily(5, 3 * dayMs) })
  // mta1 is read again, and its keys are not: their copy has the age that it had.
  await fill({
    hosts: ["mta1"],
    times: [new Date()],
    found: (host, index) => ({ ...found(host, index), dkim: "failed" as const }),
  })
  const { code, report } = await status()
  expect(code).toBe(7)
  expect(idsOf(report, "breach").sort()).toEqual([
    "never/mta3",
    "rpo/mta2/config",
    "rpo/mta2/dkim",
    "rpo/mta2/tls",
  ])
  expect(idsOf(report, "warning")).toEqual(["rpo/mta1/dkim"])
  const text = await story.run("status", ...flags())
  expect(text.code).toBe(7)
  expect(text.stdout).toMatch(/^mta2 +3 d ! +– +3 d ! +3 d +3 d !$/m)
  expect(text.stdout).toMatch(/^mta3 +NEVER/m)
  expect(text.stdout).toMatch(/BREACH +mta3: was never backed up\n +run `pmta-vault doctor mta3`/)
})

test("logs that no run ever looked for are no silence", async () => {
  await fill()
  const said = async () => (await story.run("status", ...flags())).stdout
  expect(await said()).toMatch(/^warning +mta1, mta2: accounting and log were never looked for$/m)
  await addLogs(story.vault, story.signingKey, "mta1", 1)
  expect(await said()).toMatch(/^warning +mta1: accounting was never looked for$/m)
})

test("copies in artifacts that expire are told before they do, and are breaches once they did", async () => {
  await fleet(["mta1"])
  // Uploaded ten days ago: of ninety days nothing is over soon, of twelve it is.
  const lives: Readonly<Record<string, number>> = { config: 12, dkim: 9, tls: 90, license: 90 }
  const artifact = (category: string) => ({
    ...{ id: 7, run: 3, digest: "0".repeat(64), uploadedAt: date(-10) },
    expiresAt: date((lives[category] ?? 90) - 10),
  })
  await fill({ hosts: ["mta1", "mta9"], artifact })
  const { code, report } = await status()
  expect(code).toBe(7)
  expect(idsOf(report, "breach")).toEqual(["artifact/mta1/dkim"])
  expect(idsOf(report, "warning").sort()).toEqual([
    "artifact/mta1/config",
    "artifact/mta9/config",
    "artifact/mta9/dkim",
    "gone/mta9",
  ])
  const text = await story.run("status", ...flags())
  const day = (days: number) => date(days).slice(0, 10)
  expect(text.stdout).toContain(
    `BREACH   mta1: the last copy of dkim was in an artifact that expired on ${day(-1)}: there is none any more`,
  )
  expect(text.stdout).toContain(`the last copy of config is in an artifact that expires on ${day(2)}`)
  const { stdout } = await story.run("status", ...flags(), "--prometheus")
  expect(stdout).toMatch(
    /^pmta_vault_artifact_expiry_timestamp_seconds\{host="mta1",category="config"\} \d{10}$/m,
  )
})

test("a copy from the future has no age, and is no good copy", async () => {
  await fill({ hosts: ["mta1", "mta2"], times: [new Date(Date.now() + 400 * dayMs)] })
  const { code, report } = await status()
  expect(code).toBe(7)
  expect(report.hosts[0]?.categories.find(({ name }) => name === "config")?.state).toBe("clock")
  expect(report.findings[0]?.message).toMatch(/which is yet to come/)
})

test("hosts that left the fleet, drifts, and what ends soon or is weak are told", async () => {
  await fleet(["mta1"])
  await fill({ hosts: ["mta1"], live: () => facts({ license: 10, tls: -2, bits: 1024 }) })
  await fill({ hosts: ["mta9"], times: daily(1, 90 * dayMs) })
  await succeed("git", ["-C", story.vault, "update-ref", "refs/heads/drift/ab12", "main"])
  const { code, report } = await status()
  expect(code).toBe(7)
  expect(idsOf(report, "breach")).toEqual(["tls/mta1//etc/pmta/a.pem/CN=mta1"])
  expect(idsOf(report, "warning").sort()).toEqual([
    "dkim-weak/mta1",
    "drift/ab12",
    "gone/mta9",
    "license/mta1//etc/pmta/license/PowerMTA 5.0",
  ])
  const messages = report.findings.map(({ message }) => message).join("\n")
  expect(messages).toMatch(/certificate CN=mta1 \(\/etc\/pmta\/a\.pem\) ended on/)
  expect(messages).toMatch(/licence PowerMTA 5\.0 .* in 1[01] days/)
  expect(messages).toMatch(/1 DKIM keys are shorter than 2048 bits: \/etc\/pmta\/dkim\/s1\.pem/)
  expect(report.expiries).toHaveLength(2)
})

test("drift is told with its age and risk, whether it is proposed or not", async () => {
  await fleet(["mta1"])
  const config = (rate: number) => `<domain gmail.com>\n max-smtp-out ${rate}\n</domain>\n`
  await fill({ hosts: ["mta1"], live: () => ({ "files/etc/pmta/config": config(6) }) })
  expect(allIds((await status()).report, "warning")).toContain("unproposed/mta1")
  // Accepted as a person would: what is live becomes main's.
  const tree = join(story.directory, "tree")
  await succeed("git", ["-C", story.vault, "worktree", "add", "-q", "--detach", tree, "bundles"])
  await succeed("sh", [
    "-c",
    `mkdir -p ${story.vault}/hosts && cp -r ${tree}/live/mta1 ${story.vault}/hosts/`,
  ])
  const who = ["-c", "user.name=x", "-c", "user.email=x@y"]
  await succeed("git", ["-C", story.vault, "add", "hosts"])
  await succeed("git", ["-C", story.vault, ...who, "commit", "-qm", "accept"])
  expect(allIds((await status()).report, "warning").filter(id => !/^(fleet|drills|logs)\//.test(id))).toEqual(
    [],
  )

  await fill({ hosts: ["mta1"], times: [new Date()], live: () => ({ "files/etc/pmta/config": config(60) }) })
  const [unproposed] = (await status()).report.drifts
  expect(unproposed).toMatchObject({ state: "unproposed", hosts: ["mta1"], isOlder: false })
  expect(Date.now() - Date.parse(unproposed?.since ?? "")).toBeLessThan(600_000)
  const said = (await status()).report.findings.find(({ id }) => id === "unproposed/mta1")?.message
  expect(said).toMatch(
    /^mta1 has 1 change that is not accepted, since \d{4}-\d\d-\d\d, not proposed yet \(risk /,
  )
  expect(unproposed?.risk?.level).toMatch(/critical|high|medium/)
  const message =
    "mta1: gmail.com max-smtp-out 6 → 60\n\nPmta-Vault-Kind: drift\nPmta-Vault-Hosts: mta1\nPmta-Vault-Content: 0\n"
  const env = { ...process.env, GIT_COMMITTER_DATE: "2026-01-02T03:04:05Z" }
  const made = await succeed(
    "git",
    ["-C", story.vault, ...who, "commit-tree", "main^{tree}", "-m", message],
    { env },
  )
  await succeed("git", ["-C", story.vault, "update-ref", "refs/heads/drift/ab12", made.toString().trim()])
  const { report } = await status()
  expect(report.drifts).toMatchObject([
    { state: "open", id: "ab12", since: "2026-01-02T03:04:05.000Z", risk: unproposed?.risk },
  ])
  expect(report.findings.find(({ id }) => id === "drift/ab12")?.message).toMatch(
    /open since 2026-01-02: mta1: gmail.com max-smtp-out 6 → 60 \(risk /,
  )
})

async function fileDrill(host: string, changes: Partial<DrillReport>, signingKey = story.signingKey) {
  await using vault = await openLabVault(story.vault)
  const key = unlockKey("signing-key", new Secret(signingKey), null)
  const report: DrillReport = {
    ...{ command: "drill", format: 1, host, target: "scratch", spare: null, sequence: 1, takenAt: date(-1) },
    ...{ startedAt: date(-1), tool: "0", run: null, steps: [], ms: 12_300, warnings: [], proofs: [] },
    objective: { scenario: "hardware-failure", rtoMs: 14_400_000, isMet: true },
    ...{ verdict: "passed", exit: "good" },
    ...changes,
  }
  const signers = [key.publicLine]
  const own = { vault, fleet: { signers } as unknown as Fleet, signingKey: key, markdown: () => "" }
  return await fileEvidence(report, own, new AbortController().signal)
}

test("the last drill is told with its age and its time against the RTO; one that failed, or was too slow, is a breach", async () => {
  await fill()
  expect(allIds((await status()).report, "warning")).toContain("drills/none")
  await fileDrill("mta1", { startedAt: date(-120) })
  const old = await status()
  expect(old.report.findings.find(({ id }) => id === "drills/none")?.message).toMatch(
    /the last drill of any host was on \d{4}-\d\d-\d\d/,
  )
  const path = await fileDrill("mta1", {})
  const { code, report } = await status()
  expect({ code, drills: report.drills }).toMatchObject({
    code: 0,
    drills: [{ host: "mta1", path, verdict: "passed", ms: 12_300, rtoMs: 14_400_000, isMet: true }],
  })
  expect(allIds(report, "warning")).not.toContain("drills/none")
  expect((await story.run("status", ...flags())).stdout).toMatch(
    /^last drill: mta1 passed on \S+, in 12\.3 s of the 4h that hardware-failure allows; drilled so far: 1 of 2 hosts$/m,
  )
  const summary = { name: "config", summary: "", findings: [] } as const
  await fileDrill("mta1", { verdict: "failed", proofs: [{ ...summary, verdict: "failed" }] })
  const slow = { scenario: "hardware-failure", rtoMs: 14_400_000, isMet: false }
  await fileDrill("mta2", { verdict: "failed", ms: 18_000_000, objective: slow })
  const bad = await status()
  expect(bad.code).toBe(7)
  expect(idsOf(bad.report, "breach")).toEqual(["drill/mta1", "drill/mta2"])
  const messages = bad.report.findings.map(({ message }) => message).join("\n")
  expect(messages).toMatch(/the last drill, on \S+, failed: config/)
  expect(messages).toMatch(/took 5h, and hardware-failure allows 4h/)
})

test("a drill's report that nobody of the fleet signed counts as none, and is told", async () => {
  await fill()
  await fileDrill("mta1", {}, (await sshKey("ed25519")).privateKey)
  const { code, report } = await status()
  expect(code).toBe(7)
  expect(report.drills).toMatchObject([{ host: "mta1", verdict: "untrusted", at: null }])
  expect(idsOf(report, "breach")).toEqual(["drill/mta1"])
})

// It was taken for the newest: a drill that failed could be hidden behind one that had not.
test("a drill's report that was put back under a later time counts as none, and is told", async () => {
  await fill()
  const good = await fileDrill("mta1", { startedAt: date(-2) })
  await fileDrill("mta1", { verdict: "failed" })
  const later = "drills/mta1/29990101T000000000Z.json"
  const copied = async (ending: string) =>
    [`${later}${ending}`, await story.blob(`${good}${ending}`)] as const
  await tamper(story.vault, Object.fromEntries([await copied(""), await copied(".sig")]))
  const { code, report } = await status()
  expect(code).toBe(7)
  expect(report.drills).toMatchObject([{ host: "mta1", path: later, verdict: "untrusted", at: null }])
})

test("a snapshot that cannot be trusted is exit code 5, and the other hosts are still shown", async () => {
  await fill()
  const tree = join(story.directory, "tree")
  await succeed("git", ["-C", story.vault, "worktree", "add", "-q", tree, "bundles"])
  const file = join(tree, "snapshots/mta1/00000003.json")
  await writeFile(file, (await readFile(file, "utf8")).replace('"sequence": 3', '"sequence": 3 '))
  await succeed("git", ["-C", tree, "-c", "user.name=x", "-c", "user.email=x@y", "commit", "-qam", "x"])
  const { code, report } = await status()
  expect(code).toBe(5)
  expect(report.findings[0]).toMatchObject({
    id: "untrusted/mta1",
    message: expect.stringMatching(/is not what was signed/),
  })
  expect(report.hosts[1]?.categories[0]?.state).toBe("good")
})

test("Prometheus gets its text format", async () => {
  await fleet(["mta1", "mta3"])
  await fill({ hosts: ["mta1"] })
  const { code, stdout } = await story.run("status", ...flags(), "--prometheus")
  expect(code).toBe(7)
  // name, labels, value: as the format's grammar has them.
  const line =
    /^(# (HELP|TYPE) \S+ .+|[a-z_]+(\{[a-z]+="(\\.|[^"\\])*"(,[a-z]+="(\\.|[^"\\])*")*\})? -?\d+(\.\d+)?)$/
  expect(
    stdout
      .trimEnd()
      .split("\n")
      .filter(text => !line.test(text)),
  ).toEqual([])
  expect(stdout).toContain('pmta_vault_copy_breach{host="mta1",category="config"} 0\n')
  expect(stdout).toContain('pmta_vault_copy_breach{host="mta3",category="config"} 1\n')
  expect(stdout).toContain('pmta_vault_rpo_seconds{host="mta1",category="dkim"} 86400\n')
  expect(stdout).toMatch(/^pmta_vault_findings\{level="breach"\} 1$/m)
  expect(stdout).toMatch(
    /^pmta_vault_expiry_timestamp_seconds\{host="mta1",kind="license",path="\/etc\/pmta\/license"/m,
  )
})

const reader = `import sys, json
from prometheus_client.parser import text_string_to_metric_families as families
print(json.dumps([[f.name, f.type, s.labels, s.value] for f in families(sys.stdin.read()) for s in f.samples]))
`

test.skipIf(missing(process.env["PATH"] ?? "").some(need => need.package === "python3-prometheus-client"))(
  "and the client library of Prometheus reads in it what the report says, whatever a host calls its files",
  async () => {
    const hostile = '/etc/pmta/a"} 1\\\n# x\\n{.pem'
    await fleet(["mta1", "mta3"])
    const tls = { [hostile]: { certificates: [{ subject: 'CN=\u00fc,"\\', notAfter: date(400) }] } }
    await fill({ hosts: ["mta1"], live: () => ({ ...facts(), "facts/tls.yml": factsYaml(tls) }) })
    await fileDrill("mta1", {})
    const { report } = await status()
    const { stdout } = await story.run("status", ...flags(), "--prometheus")
    const read = JSON.parse(
      (await succeed("/usr/bin/python3", ["-c", reader], { input: stdout })).toString(),
    ) as [string, string, Record<string, string>, number][]
    expect(new Set(read.map(([, type]) => type))).toEqual(new Set(["gauge"]))
    const of = (name: string) => read.filter(([metric]) => metric === `pmta_vault_${name}`)
    const ages = report.hosts.flatMap(({ categories }) => categories)
    expect(of("copy_breach")).toHaveLength(ages.length)
    expect(of("copy_breach").filter(([, , , value]) => value === 1)).toHaveLength(
      ages.filter(({ state }) => state !== "good" && state !== "absent").length,
    )
    const expiries = of("expiry_timestamp_seconds").map(([, , { kind, name }, value]) => [kind, name, value])
    expect(expiries).toEqual(
      report.expiries.map(({ kind, name, expiresAt }) => [
        kind,
        name,
        Math.floor(Date.parse(expiresAt) / 1000),
      ]),
    )
    expect(of("drill_seconds").map(([, , labels, value]) => [labels, value])).toEqual([
      [{ host: "mta1", scenario: "hardware-failure" }, 12.3],
    ])
  },
)

test("the page has the copies of each host, by the names in the store", async () => {
  await fill({ times: daily(30) })
  const file = join(story.directory, "status.html")
  expect((await story.run("status", ...flags(), "--html", file)).code).toBe(0)
  const page = await readFile(file, "utf8")
  expect(page).toMatch(/Copies of mta1\. config: 30, the last on \d{4}-\d\d-\d\d; dkim: 1, the last on/)
  expect(page).not.toMatch(/https?:\/\//)
})

test("the Action writes the page and a summary, and is red on a breach", async () => {
  await fill({ hosts: ["mta1"] })
  const html = join(story.directory, "status.html")
  const run = await action({ command: "status", vault: story.vault, fleet: story.fleetFile, html })
  expect(run.code).toBe(7)
  expect(run.stdout).toMatch(/^::error::.*objective is missed/m)
  expect(run.summary).toMatch(/mta2.*was never backed up/)
  expect(await readFile(html, "utf8")).toContain("was never backed up")
})
