/**
 * A fleet that is read by several jobs and written by one: the shipped workflow as written, on three shards, against
 * real hosts, the GitHub stand-in and the stand-in of its artifact service; and capture files that are not to be believed.
 */
import { copyFile, mkdir, mkdtemp, readdir, readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import type { BackupReport } from "../../src/core/report.ts"
import type { VerifyReport } from "../../src/core/restore-report.ts"
import type { Snapshot } from "../../src/core/snapshot.ts"
import { type ArtifactService, artifactService } from "../lab/artifact-service.ts"
import { artifactStep } from "../lab/artifact-steps.ts"
import { succeed } from "../lab/child.ts"
import { type HostContent, hostFiles } from "../lab/fixtures.ts"
import { type GitHubStandIn, githubStandIn } from "../lab/github/index.ts"
import { sshKey } from "../lab/keys.ts"
import { type Runner, runWorkflow, type StepRun } from "../lab/runner.ts"
import { type LabFleet, sshdFleet } from "../lab/sshd-fleet.ts"
import { header, records } from "./logs-setting.ts"
import { edit } from "./on-github.ts"
import { hidden, type Setting, setting } from "./setting.ts"

const workflow = "workflows/backup-sharded.yml"
const names = ["mta1", "mta2", "mta3", "mta4"]
let story: Setting
let github: GitHubStandIn
let artifacts: ArtifactService
let fleet: LabFleet
let content: HostContent
let runner: Runner
const grants: Readonly<Record<string, string>>[] = []

beforeAll(async () => {
  ;[story, github, artifacts, content] = await Promise.all([
    ...([setting(), githubStandIn(), artifactService()] as const),
    hostFiles({ seed: "shards", domains: 3, keys: 2 }),
  ])
  fleet = await sshdFleet(names.length, {
    files: index => ({
      ...content.files,
      "/var/log/pmta/acct-2026-11-24-0001.csv": header + records(index * 100, 20 + index),
    }),
  })
  await story.fleet(fleet.hosts)
  const one = await story.backup()
  expect(one.code, one.stderr).toBe(0)
  const clone = join(story.directory, "clone")
  const git = (...args: readonly string[]) =>
    succeed("git", ["-C", clone, "-c", "user.name=A Person", "-c", "user.email=person@example.com", ...args])
  await succeed("git", [
    ...["clone", "-q", github.url.replace("://", `://x-access-token:${github.token}@`), clone],
  ])
  await copyFile(story.fleetFile, join(clone, "fleet.yml"))
  await git("add", "-A")
  await git("commit", "-q", "-m", "Write fleet.yml")
  await git("push", "-q", "origin", "HEAD:main")
  runner = {
    ...{ server: github.server, api: github.api, repository: github.repository, token: github.token },
    ...{ artifacts, grant: permissions => grants.push(permissions) },
    secrets: {
      PMTA_SSH_KEY: await readFile(story.sshKeyFile, "utf8"),
      PMTA_SIGNING_KEY: story.signingKey,
    },
  }
})
afterAll(async () => {
  await fleet?.[Symbol.asyncDispose]()
  await artifacts?.[Symbol.asyncDispose]()
  await github?.[Symbol.asyncDispose]()
  await story?.[Symbol.asyncDispose]()
})

const gitOf = async (vault: string, ...args: readonly string[]) =>
  (await succeed("git", ["-C", vault, ...args])).toString()

/** What a snapshot says beside where, when and by which run. */
async function newest(vault: string, host: string) {
  const listed = await gitOf(vault, "ls-tree", "-r", "--name-only", "bundles", "--", `snapshots/${host}/`)
  const name = listed
    .split("\n")
    .filter(line => line.endsWith(".json"))
    .at(-1)
  const snapshot = JSON.parse(await gitOf(vault, "show", `bundles:${name}`)) as Snapshot
  const categories = Object.entries(snapshot.categories).map(([category, { bundle, log, ...rest }]) => ({
    ...{ category, ...rest, log: log && [log.files, log.bytes, log.capturedAt !== null] },
    bundle: bundle && [bundle.store, bundle.fingerprint, bundle.files, bundle.bytes, bundle.recipients],
  }))
  return { host: snapshot.host, sequence: snapshot.sequence, profile: snapshot.profile, categories }
}

async function contentsOf(vault: string) {
  const trees = ["live", "stats"].map(tree => gitOf(vault, "rev-parse", `bundles:${tree}`))
  return { trees: await Promise.all(trees), hosts: await Promise.all(names.map(name => newest(vault, name))) }
}

async function verified(vault: string) {
  const run = await story.run(
    ...["verify", "--deep", "100%", "--identity-file", story.identityFile],
    ...["--vault", vault, "--fleet", story.fleetFile, "--json"],
  )
  const report = JSON.parse(run.stdout) as VerifyReport
  return { code: run.code, findings: report.hosts.flatMap(({ findings }) => findings) }
}

const jobOf = (runs: readonly StepRun[], job: string) => runs.filter(run => run.job === job)
const last = (runs: readonly StepRun[]) => {
  const run = runs.at(-1)
  if (run?.job !== "collect") throw new Error("nothing was collected")
  return run
}

async function collect(paths: readonly string[], ...more: readonly string[]) {
  const { code, stdout, stderr } = await story.run(
    ...["collect", ...paths, "--fleet", story.fleetFile, "--vault", story.vault],
    ...["--signing-key-file", story.signingKeyFile, "--json", "--no-propose", ...more],
  )
  const report = JSON.parse(stdout) as BackupReport
  const failed = report.hosts.flatMap(({ host, problems }) => problems.map(({ code }) => `${host} ${code}`))
  const refused = report.captures.flatMap(({ problem }) => problem?.code ?? [])
  return { code, stderr, report, failed, refused }
}

/** Kills the Action once it has begun its file, while it reads: the file never gets its name. */
const killing = `
  const [, program, ...words] = process.argv
  const child = require("node:child_process").spawn(program, words, { stdio: "inherit" })
  require("node:fs").watch(".", (_, name) => name.includes(".partial-") && child.kill("SIGKILL"))
  child.on("exit", code => process.exit(code ?? 137))`

/** Nine processes one after the other, on cores that others use as well. */
const many = { timeout: 180_000 }

describe("the sharded workflow, as written", () => {
  test("three shards and one writer leave the vault that one run leaves", many, async () => {
    const runs = await runWorkflow(workflow, { name: "schedule" }, runner)
    for (const { code, uses, stdout, stderr } of runs) expect(code, `${uses}\n${stdout}${stderr}`).toBe(0)
    await github.settle()
    const matrix = { include: ["mta1,mta4", "mta2", "mta3"].map((hosts, at) => ({ shard: at + 1, hosts })) }
    expect(JSON.parse(jobOf(runs, "plan")[0]?.outputs["matrix"] ?? "")).toEqual(matrix)
    expect(jobOf(runs, "capture 1").map(({ given }) => given["hosts"] ?? given["name"])).toEqual([
      "mta1,mta4",
      "capture-1",
    ])
    const { outputs, summary } = last(runs)
    expect(outputs).toMatchObject({ "failed-hosts": "[]", changed: "true" })
    expect(JSON.parse(outputs["snapshots"] ?? "")).toEqual({ mta1: 1, mta2: 1, mta3: 1, mta4: 1 })
    for (const name of names) expect(summary).toMatch(new RegExp(`^\\| \`${name}\` \\| ✅ stored`, "m"))
    expect(await contentsOf(github.bareDir)).toEqual(await contentsOf(story.vault))
    expect(await verified(github.bareDir)).toEqual({ code: 0, findings: [] })
    expect((await github.git("log", "--format=%s", "bundles")).trim()).toBe("backup: mta1, mta2, mta3, mta4")
    expect(github.pulls).toHaveLength(1)
    expect(grants.map(({ contents }) => contents)).toEqual(["read", "read", "write"])
  })

  test("a shard that dies costs its own hosts: they are named, the others are safe", many, async () => {
    for (const host of fleet.hosts) await edit(host, "max-smtp-out", "max-smtp-in")
    const killed = [process.execPath, "-e", killing]
    const through = (job: string) => (job === "capture 2" ? killed : [])
    const runs = await runWorkflow(workflow, { name: "schedule", run: 43 }, { ...runner, through })
    expect(jobOf(runs, "capture 2").map(({ code }) => code)).toEqual([137, 1])
    const { code, outputs, stdout } = last(runs)
    expect(code).toBe(3)
    expect(outputs["failed-hosts"]).toBe('["mta2"]')
    expect(JSON.parse(outputs["snapshots"] ?? "")).toEqual({ mta1: 2, mta2: null, mta3: 2, mta4: 2 })
    expect(stdout).toMatch(/^::error title=mta2::no capture has mta2: its shard died/m)
    expect(await verified(github.bareDir)).toEqual({ code: 0, findings: [] })
    expect((await newest(github.bareDir, "mta2")).sequence).toBe(1)
    expect((await github.git("log", "--format=%s", "-1", "bundles")).trim()).toBe("backup: mta1, mta3, mta4")
    expect(github.violations).toEqual([])
  })

  test("what an earlier run captured is not taken for this one's", async () => {
    const earlier = await mkdtemp(join(story.directory, "earlier-"))
    const download = { pattern: "capture-1", path: "." }
    await artifactStep("actions/download-artifact", download, artifacts.environment(42), earlier)
    const { code, refused, failed } = await collect([earlier], "--hosts", "mta1")
    expect([code, refused, failed]).toEqual([5, ["shard/other-run"], ["mta1 shard/no-capture"]])
  })
})

describe("capture files", () => {
  let made: string
  beforeAll(async () => {
    made = await captured()
  })

  /** Those of two shards, made anew: each is on top of what the vault has. */
  async function captured(): Promise<string> {
    const directory = await mkdtemp(join(story.directory, "captures-"))
    const shards = ["mta1,mta2", "mta3,mta4"].map((hosts, at) =>
      story.backup("--hosts", hosts, "--capture", join(directory, `${at + 1}.capture`)),
    )
    for (const { code, stderr } of await Promise.all(shards)) expect(code, stderr).toBe(0)
    return directory
  }
  const sequences = ({ hosts }: BackupReport) => hosts.map(({ sequence }) => sequence)
  const tip = async () => (await story.git("rev-parse", "bundles")).trim()

  test("they hold nothing in clear, open with stock tools, and change nothing in the vault by themselves", async () => {
    expect(await story.git("log", "--format=%s", "bundles")).toBe("backup: mta1, mta2, mta3, mta4\n")
    const bytes = await readFile(join(made, "1.capture"))
    const secrets = [...hidden(content), "u1@example.com", story.signingKey.split("\n")[2] ?? ""]
    expect(secrets.filter(secret => bytes.includes(secret))).toEqual([])
    await succeed("tar", ["-xf", join(made, "1.capture"), "-C", made])
    const signers = await story.file("allowed", `ci ${story.signer}\n`)
    await succeed(
      "ssh-keygen",
      [
        "-Y",
        "verify",
        "-f",
        signers,
        "-I",
        "ci",
        "-n",
        "pmta-vault-capture",
        "-s",
        `${made}/capture.json.sig`,
      ],
      { input: await readFile(join(made, "capture.json")) },
    )
  })

  test("collected twice, and given twice, they are filed once; later they are too old", async () => {
    await copyFile(join(made, "1.capture"), join(made, "copy.capture"))
    const first = await collect([made])
    expect(first.code, first.stderr).toBe(0)
    expect(sequences(first.report)).toEqual([2, 2, 2, 2])
    expect(first.report.warnings).toContain("mta1 is in several captures: the one that was read last counts")
    const filed = await tip()
    const again = await collect([made])
    expect(again.code, again.stderr).toBe(0)
    expect(sequences(again.report)).toEqual([2, 2, 2, 2])
    expect(again.stderr).toContain("mta1: this capture is in the vault already, as snapshot 2")
    expect(await tip()).toBe(filed)
    expect((await story.backup("--hosts", "mta1")).code).toBe(0)
    const late = await collect([made])
    expect([late.code, late.failed]).toEqual([3, ["mta1 shard/moved"]])
    expect(sequences(late.report)).toEqual([null, 2, 2, 2])
  })

  test("what is altered, cut, strange, or of another fleet is refused, and the rest is filed", async () => {
    for (const host of fleet.hosts) await edit(host, "max-smtp-in", "max-smtp-out")
    const directory = await captured()
    const [one, two] = ["1.capture", "2.capture"].map(name => join(directory, name)) as [string, string]
    const bytes = await readFile(one)
    const altered = (at: number) => bytes.with(at, (bytes[at] ?? 0) ^ 1)
    const write = async (name: string, content: Uint8Array | string) => {
      const path = join(story.directory, name)
      await writeFile(path, content)
      return path
    }
    const fleetText = await readFile(story.fleetFile, "utf8")
    const other = await sshKey("ed25519")
    const signers = fleetText.replace("signers: [", `signers: [${JSON.stringify(other.publicKey)}, `)
    const before = await tip()
    const refusals = await Promise.all([
      collect([await write("altered.capture", altered(bytes.lastIndexOf('"takenAt":"2') + 14))]),
      collect([await write("cut.capture", bytes.subarray(0, bytes.length / 2))]),
      collect([join(directory, "none")]),
      collect([one], "--fleet", await write("renamed.yml", fleetText.replace("mta4:", "mta5:"))),
      collect(
        [one],
        ...["--fleet", await write("signers.yml", signers)],
        ...["--signing-key-file", await story.file("other-signer", other.privateKey)],
      ),
    ])
    expect(refusals.map(({ code, refused }) => [code, ...refused])).toEqual([
      [5, "shard/altered"],
      [5, "shard/malformed"],
      [4, "shard/unreadable"],
      [4, "shard/other-fleet"],
      [5, "shard/not-ours"],
    ])
    for (const { failed } of refusals) {
      expect(failed).toHaveLength(names.length)
      expect(failed[0]).toBe("mta1 shard/no-capture")
    }
    expect(await tip()).toBe(before)
    // An object that is not what the record says costs its host, and no other.
    await writeFile(one, altered(600))
    const rest = await collect([directory])
    expect([rest.code, ...rest.failed]).toEqual([5, expect.stringMatching(/^mta[12] shard\/altered$/)])
    expect(sequences(rest.report).filter(sequence => sequence === null)).toHaveLength(1)
    expect(await verified(story.vault)).toEqual({ code: 0, findings: [] })
    const elsewhere = await collect([two], "--hosts", "mta3,mta4", "--vault", github.bareDir)
    expect([elsewhere.code, ...elsewhere.failed]).toEqual([
      ...[5, "mta3 shard/other-vault", "mta4 shard/other-vault"],
    ])
  })

  test("what rests in a directory stays there, and is looked at before it is named", async () => {
    const [host] = fleet.hosts
    if (host !== undefined) await edit(host, "max-smtp-out", "max-msg-per-connection")
    const store = join(story.directory, "store")
    await mkdir(store)
    const file = join(story.directory, "mta1.capture")
    const given = ["--hosts", "mta1", "--store", "directory", "--store-path", store]
    const capture = await story.backup(...given, "--capture", file)
    expect(capture.code, capture.stderr).toBe(0)
    expect(await collect([file], "--hosts", "mta1")).toMatchObject({
      code: 2,
      failed: ["mta1 settings/invalid"],
    })
    const [key = ""] = (await readdir(store, { recursive: true })).filter(name => name.endsWith(".age"))
    const sealed = await readFile(join(store, key))
    await writeFile(join(store, key), sealed.subarray(1))
    expect((await collect([file], ...given)).failed).toEqual(["mta1 store/not-read-back"])
    await writeFile(join(store, key), sealed)
    const { code, report } = await collect([file], ...given)
    expect([code, ...sequences(report)]).toEqual([0, expect.any(Number)])
    expect((await story.snapshots("mta1")).at(-1)?.categories["config"]?.bundle).toMatchObject({
      ...{ store: "directory", key },
    })
  })
})
