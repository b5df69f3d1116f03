/** Bundles as artifacts: backed up by the Action, verified and restored by other runs and from a terminal. */
import { readdir, readFile } from "node:fs/promises"
import { join } from "node:path"
import { afterAll, beforeAll, expect, test } from "vitest"
import type { RestoreReport, VerifyReport } from "../../src/core/restore-report.ts"
import type { Snapshot } from "../../src/core/snapshot.ts"
import { type ArtifactService, artifactService } from "../lab/artifact-service.ts"
import { action, cli } from "../lab/cli.ts"
import { type HostContent, hostFiles } from "../lab/fixtures.ts"
import { shiftedClock } from "../lab/shifted-clock.ts"
import { type LabHost, sshd } from "../lab/sshd.ts"
import { storedLogs, unsealed } from "./logs-setting.ts"
import { hidden, type Setting, setting } from "./setting.ts"

let story: Setting
let host: LabHost
let content: HostContent
let service: ArtifactService

beforeAll(async () => {
  story = await setting()
  content = await hostFiles({ seed: "artifact", domains: 3, keys: 3 })
  host = await sshd({ name: "mta1", files: content.files })
  service = await artifactService({ retentionDays: 30 })
  await story.fleet([host])
})
afterAll(async () => {
  await host?.[Symbol.asyncDispose]()
  await service?.[Symbol.asyncDispose]()
  await story?.[Symbol.asyncDispose]()
})

async function backup(run: number, from = service, more: Readonly<Record<string, string>> = {}) {
  const inputs = {
    ...{
      command: "backup",
      store: "artifact",
      fleet: story.fleetFile,
      vault: story.vault,
      token: from.token,
    },
    "ssh-key": await readFile(story.sshKeyFile, "utf8"),
    "signing-key": story.signingKey,
    "artifact-retention-days": "90",
    ...more,
  }
  return await action(inputs, { env: from.environment(run) })
}

/** As on a laptop: no runner, only a token and the place of the API. */
async function terminal(command: string, ...args: readonly string[]) {
  const { GITHUB_API_URL, GITHUB_SERVER_URL } = service.environment(0, true)
  const given = ["--fleet", story.fleetFile, "--vault", story.vault, "--store", "artifact", "--json"]
  const token = await story.file("token", service.token)
  const repository = ["--artifact-repository", service.repository, "--token-file", token]
  return await cli([command, ...given, ...repository, ...args], {
    env: { GITHUB_API_URL, GITHUB_SERVER_URL },
  })
}

test("logs are not read, as their artifacts would expire: each run says so, and asking for them is an error", async () => {
  await host.write("/var/log/pmta/pmta.log", "2026-11-24 03:00:00 a line\n")
  const run = await backup(1, service, { "dry-run": "true" })
  expect({ code: run.code, said: run.stdout }).toMatchObject({
    code: 0,
    said: expect.stringContaining("store artifact does not keep logs"),
  })
  const asked = await backup(1, service, { categories: "log" })
  expect(asked.code).toBe(2)
  expect(asked.stdout).toContain("settings/invalid")
  expect(asked.stdout).toContain("say log-store git, or directory")
})

test.each(["git", "directory"])(
  "logs rest in the %s while bundles are artifacts, and are read back from there",
  async kind => {
    await using own = await setting()
    await using others = await artifactService({ retentionDays: 30 })
    await own.fleet([host])
    const path = join(own.directory, "store")
    const more = kind === "git" ? {} : { "store-path": path }
    const inputs = {
      ...more,
      fleet: own.fleetFile,
      vault: own.vault,
      "log-store": kind,
      "signing-key": own.signingKey,
    }
    const run = await backup(21, others, inputs)
    expect(run.code, run.stdout + run.stderr).toBe(0)
    expect(run.stdout).not.toContain("does not keep logs")
    const { GITHUB_API_URL, GITHUB_SERVER_URL } = others.environment(0, true)
    const flags = ["--fleet", own.fleetFile, "--vault", own.vault, "--store", "artifact", "--log-store", kind]
    const token = ["--token-file", await own.file("token", others.token)]
    const places = [
      "--artifact-repository",
      others.repository,
      ...(kind === "git" ? [] : ["--store-path", path]),
    ]
    const verified = await cli(["verify", ...flags, ...token, ...places, "--json"], {
      env: { GITHUB_API_URL, GITHUB_SERVER_URL },
    })
    const report = JSON.parse(verified.stdout) as VerifyReport
    const snapshot = (await own.snapshots("mta1"))[0]
    const named = Object.values(snapshot?.categories ?? {}).filter(({ bundle }) => bundle !== null).length
    const findings = report.hosts.flatMap(({ findings: found }) => found)
    expect({ code: verified.code, findings, bundles: report.bundles }).toEqual({
      ...{ code: 0, findings: [] },
      bundles: named + (await storedLogs(own, "mta1", "log")).flatMap(({ segments }) => segments).length,
    })
    const [log] = await storedLogs(own, "mta1", "log")
    expect(log?.segments.map(({ store }) => store)).toEqual([kind])
    const [segment] = log?.segments ?? []
    const sealed =
      kind === "git" ? await own.blob(segment?.key ?? "") : await readFile(join(path, segment?.key ?? ""))
    expect((await unsealed(own, sealed, "zstd")).equals(await host.read("/var/log/pmta/pmta.log"))).toBe(true)
  },
)

test("a dry run uploads nothing", async () => {
  const run = await backup(1, service, { "dry-run": "true" })
  expect(run.code, run.stdout).toBe(0)
  expect(service.artifacts).toEqual([])
})

test("each bundle is one artifact, the snapshot says which, and the shorter time is told", async () => {
  const run = await backup(11)
  expect(run.code, run.stdout + run.stderr).toBe(0)
  const [snapshot] = (await story.snapshots("mta1")) as readonly [Snapshot]
  const bundles = Object.values(snapshot.categories).flatMap(({ bundle }) =>
    bundle === null ? [] : [bundle],
  )
  expect(bundles).toHaveLength(service.artifacts.length)
  for (const { artifact, sha256, key } of bundles) {
    const made = service.artifacts.find(({ id }) => id === artifact?.id)
    expect(made?.name).toBe(key.replaceAll("/", "~"))
    expect(artifact).toMatchObject({ run: 11, digest: `sha256:${sha256}` })
    expect(Math.abs(Date.parse(artifact?.expiresAt ?? "") - Number(made?.expiresAt))).toBeLessThan(60_000)
  }
  expect(run.stdout).toMatch(/^::warning::.*30 days, not for the 90/m)
  expect(await story.names("bundles/")).toEqual([])
  for (const secret of hidden(content)) {
    expect(run.stdout + run.stderr).not.toContain(secret)
    for (const { bytes } of service.artifacts) expect(bytes.includes(secret)).toBe(false)
  }
})

test("a later run finds all unchanged and uploads nothing", async () => {
  const before = service.artifacts.length
  const run = await backup(12)
  expect(run.code, run.stdout + run.stderr).toBe(0)
  expect(service.artifacts).toHaveLength(before)
})

test("signatures of upload URLs are masked, and never said", async () => {
  const run = await backup(13, service, { vault: join(story.directory, "masked") })
  const lines = run.stderr.split("\n")
  expect(lines).toContain("::add-mask::lab/secret")
  expect(lines.filter(line => !line.startsWith("::add-mask::")).join("\n") + run.stdout).not.toMatch(
    /lab(\/|%2F)secret/,
  )
})

test("another run of the Action verifies them", async () => {
  const inputs = {
    command: "verify",
    store: "artifact",
    fleet: story.fleetFile,
    vault: story.vault,
    token: service.token,
  }
  const run = await action(inputs, { env: service.environment(14) })
  expect(run.code, run.stdout).toBe(0)
})

test("a laptop with a token verifies and restores them, and stdout is one JSON document", async () => {
  const first = service.artifacts.filter(({ run }) => run === 11)
  const verified = await terminal("verify")
  expect(verified.code, verified.stderr).toBe(0)
  expect((JSON.parse(verified.stdout) as VerifyReport).bundles).toBe(first.length)
  const out = join(story.directory, "out")
  const restored = await terminal(
    "restore",
    "--host",
    "mta1",
    "--out",
    out,
    "--identity-file",
    story.identityFile,
  )
  expect(restored.code, restored.stderr).toBe(0)
  expect((JSON.parse(restored.stdout) as RestoreReport).outcome).toEqual({ form: "out", directory: out })
  for (const [path, text] of Object.entries(content.files))
    expect(await readFile(join(out, path), "utf8"), path).toBe(text)
})

test("a spoiled artifact and a deleted one are found, each by its own message", async () => {
  service.trouble.spoil = bytes => Buffer.concat([bytes.subarray(0, -1), Buffer.from("x")])
  const out = join(story.directory, "spoiled")
  const spoiled = await terminal(
    "restore",
    "--host",
    "mta1",
    "--out",
    out,
    "--identity-file",
    story.identityFile,
  )
  service.trouble.spoil = null
  expect(spoiled.code).toBe(5)
  expect(spoiled.stderr).toContain("is not what was signed")
  expect(await readdir(story.directory)).not.toContain("spoiled")
  const [first] = service.artifacts
  if (first !== undefined) first.isDeleted = true
  const verified = await terminal("verify")
  if (first !== undefined) first.isDeleted = false
  expect(verified.code).toBe(5)
  expect(verified.stdout).toContain(`${first?.name.replaceAll("~", "/")} is gone`)
})

test("what has expired is stored anew, though the host has not changed", async () => {
  await using short = await artifactService({ retentionDays: 1 / 86_400 })
  const vault = join(story.directory, "short")
  const first = await backup(1, short, { vault })
  expect(first.code, first.stdout + first.stderr).toBe(0)
  const stored = short.artifacts.length
  await new Promise(resolve => setTimeout(resolve, 1100))
  expect((await backup(2, short, { vault })).code).toBe(0)
  expect(short.artifacts).toHaveLength(2 * stored)
})

test("shell steps and GitHub Enterprise Server are told at once, before a host is asked", async () => {
  const asShell = await action(
    {
      command: "backup",
      store: "artifact",
      fleet: story.fleetFile,
      vault: story.vault,
      token: "t",
      "signing-key": story.signingKey,
      "ssh-key": await readFile(story.sshKeyFile, "utf8"),
    },
    { env: service.environment(20, true) },
  )
  expect(asShell.code).toBe(2)
  expect(asShell.stdout).toMatch(/::error::.*`run:` step.*store git/)
  const env = { ...service.environment(20), GITHUB_SERVER_URL: "https://git.example.com" }
  const enterprise = await backup(20, { ...service, environment: () => env })
  expect(enterprise.code).toBe(2)
  expect(enterprise.stdout).toMatch(/::error::.*Enterprise Server \(git\.example\.com\).*store git/)
})

test("prune deletes what the retention no longer keeps, signed for; what expired is no loss, what somebody took is", async () => {
  await using own = await setting()
  await using others = await artifactService({ retentionDays: 30 })
  await own.fleet([host], { lines: ["retention: { last: 1, daily: 0, weekly: 0, monthly: 0, yearly: 0 }"] })
  const places = { fleet: own.fleetFile, vault: own.vault, token: others.token, store: "artifact" }
  const keys = { "signing-key": own.signingKey }
  const before = await host.read("/etc/pmta/config")
  for (const run of [31, 32, 33]) {
    await host.append("/etc/pmta/config", `# ${run}\n`)
    const { code, stdout } = await backup(run, others, { ...places, ...keys })
    expect(code, stdout).toBe(0)
  }
  const prune = async (days = 0, more: Readonly<Record<string, string>> = {}) => {
    const env = { ...others.environment(34), ...(days === 0 ? {} : await shiftedClock(own.directory, days)) }
    return await action({ command: "prune", ...places, ...keys, ...more }, { env })
  }
  const ofConfig = others.artifacts.filter(({ name }) => name.includes("~config~"))
  expect(ofConfig).toHaveLength(3)
  const [oldest] = ofConfig
  if (oldest === undefined) throw new Error("no artifact of config")
  oldest.isDeleted = true
  const missed = await prune()
  expect(missed.code).toBe(5)
  expect(missed.stdout).toMatch(/1 bundles that snapshots name are not in their store/)
  // After its time it is not missed: nothing goes then, as the last backup is too old, and that is all that is said.
  const later = await prune(40)
  expect(later.code, later.stdout).toBe(3)
  expect(later.stdout).toMatch(/older than its RPO/)
  oldest.isDeleted = false
  expect((await prune(0, { "dry-run": "true" })).code).toBe(0)
  expect(others.artifacts.filter(({ isDeleted }) => isDeleted)).toEqual([])
  const done = await prune()
  expect(done.code, done.stdout + done.stderr).toBe(0)
  expect(others.artifacts.filter(({ isDeleted }) => isDeleted)).toEqual(ofConfig.slice(0, 2))
  expect((await own.names("prunes/")).length).toBe(2)
  expect((await own.snapshots("mta1")).map(({ sequence }) => sequence)).toEqual([3])
  const verified = await action({ command: "verify", ...places }, { env: others.environment(35) })
  expect(verified.code, verified.stdout).toBe(0)
  // As if the run had been killed between record and deletion.
  oldest.isDeleted = false
  others.trouble.isForbidden = true
  expect((await prune()).stdout).toContain("actions: read")
  others.trouble.isForbidden = false
  expect((await prune()).code).toBe(0)
  expect(oldest.isDeleted).toBe(true)
  await host.write("/etc/pmta/config", before.toString())
})

test("captured by one job and collected by another, bundles are artifacts, and the file has none of them", async () => {
  await host.write("/etc/pmta/domains/new.conf", "<domain new.example>\n    max-smtp-out 3\n</domain>\n")
  const file = join(story.directory, "1.capture")
  const captured = await backup(51, service, { capture: file })
  expect(captured.code, captured.stdout + captured.stderr).toBe(0)
  const uploaded = service.artifacts.filter(({ run }) => run === 51)
  expect(uploaded.length).toBeGreaterThan(0)
  const bytes = await readFile(file)
  for (const artifact of uploaded) expect(bytes.includes(artifact.bytes)).toBe(false)
  const collected = await backup(51, service, { command: "collect", captures: file })
  expect(collected.code, collected.stdout + collected.stderr).toBe(0)
  const newest = (await story.snapshots("mta1")).at(-1)
  const bundle = newest?.categories["config"]?.bundle
  expect(bundle?.artifact?.run).toBe(51)
  expect(newest?.run).toMatch(/\/actions\/runs\/51$/)
  const verified = await terminal("verify")
  expect(verified.code, verified.stdout + verified.stderr).toBe(0)
})
