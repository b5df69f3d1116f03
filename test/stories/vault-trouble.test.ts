/** A vault that is slow, silent, gone half-way, read-only or unwilling: it is told, nothing is lost, the next run goes on. */
import { randomBytes } from "node:crypto"
import { join } from "node:path"
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest"
import type { BackupReport } from "../../src/core/report.ts"
import { type CliRun, cli } from "../lab/cli.ts"
import { type GitHttp, gitHttp, type Weather } from "../lab/git-http.ts"
import { smallDisk } from "../lab/small-disk.ts"
import { type LabHost, sshd } from "../lab/sshd.ts"
import { type Setting, setting } from "./setting.ts"
import { expectChain } from "./stored-chain.ts"

const key = "/etc/pmta/dkim/k.pem"
let host: LabHost
let story: Setting
let server: GitHttp
let length: number

beforeAll(async () => {
  host = await sshd({
    name: "mta1",
    files: { "/etc/pmta/config": "postmaster ops@example.com\n", [key]: "1\n" },
  })
  story = await setting()
  await story.fleet([host])
  server = await gitHttp()
  length = 0
  expect((await backup()).code).toBe(0)
})
afterAll(async () => {
  await server?.[Symbol.asyncDispose]()
  await host?.[Symbol.asyncDispose]()
  await story?.[Symbol.asyncDispose]()
})
/** Cannot be compressed, and so is a while on its way. */
beforeEach(async () => await host.write(key, randomBytes(400_000)))

type Run = CliRun & { readonly report: BackupReport }

/** A run that records nothing has `recorded` 0. */
async function backup(env: NodeJS.ProcessEnv = {}, recorded = 1): Promise<Run> {
  const token = await story.file("token", `${server.token}\n`)
  const places = ["--fleet", story.fleetFile, "--vault", server.url, "--token-file", token]
  const keys = ["--ssh-key-file", story.sshKeyFile, "--signing-key-file", story.signingKeyFile]
  const run = await cli(["backup", ...places, ...keys, "--json"], { env })
  length += recorded
  await expectChain(server.bareDir, "mta1", length)
  return { ...run, report: JSON.parse(run.stdout || "{}") as BackupReport }
}

async function inWeather<T>(weather: Partial<Weather>, work: () => Promise<T>): Promise<T> {
  Object.assign(server.weather, weather)
  const calm = { delayMs: 0, cutAfterBytes: null, cutUploadAfterBytes: null, status: null }
  return await work().finally(() => Object.assign(server.weather, { ...calm, cuts: () => true }))
}

const isPush: Weather["cuts"] = ({ method, url }) =>
  method === "POST" && url?.endsWith("receive-pack") === true

async function expectGoesOn(): Promise<void> {
  const run = await backup()
  expect({ code: run.code, sequence: run.report.hosts[0]?.sequence }, run.stderr).toEqual({
    ...{ code: 0, sequence: length },
  })
}

// It waited for ever, and the job until its own end after six hours.
test("a vault that falls silent is given up, and one that is slow is not", async () => {
  const impatient = { GIT_HTTP_LOW_SPEED_TIME: "1" }
  const run = await inWeather({ delayMs: 20_000 }, () => backup(impatient, 0))
  expect(run, run.stderr).toMatchObject({ code: 4, stderr: expect.stringContaining("vault/unreachable") })
  expect(run.stderr).toMatch(/Operation too slow/)
  await inWeather({ delayMs: 400 }, expectGoesOn)
})

test("a vault that goes away while the push is on its way: nothing is recorded, and that is told", async () => {
  const run = await inWeather({ cutUploadAfterBytes: 100_000, cuts: isPush }, () => backup({}, 0))
  expect(run, run.stderr).toMatchObject({ code: 4, stderr: expect.stringContaining("vault/unreachable") })
  await expectGoesOn()
})

// The run was red, and said that the vault could not be reached, though it had all.
test("a vault that takes the push and goes away before it says so: the run looks, and finds it recorded", async () => {
  let cuts = 0
  const once: Weather["cuts"] = request => isPush(request) && cuts++ === 0
  const run = await inWeather({ cutAfterBytes: 0, cuts: once }, () => backup())
  expect(cuts).toBeGreaterThan(0)
  expect({ code: run.code, sequence: run.report.hosts[0]?.sequence }, run.stderr).toEqual({
    ...{ code: 0, sequence: length },
  })
  await expectGoesOn()
})

test("a vault that is gone for good after the push: red, and the next run goes on from what was recorded", async () => {
  let isGone = false
  const gone: Weather["cuts"] = request => (isGone ||= isPush(request))
  const run = await inWeather({ cutAfterBytes: 0, cuts: gone }, () => backup())
  expect(run, run.stderr).toMatchObject({ code: 4, stderr: expect.stringContaining("vault/unreachable") })
  await expectGoesOn()
})

test("a vault whose hook refuses the push: its words are shown", async () => {
  await server.refusePushes("frozen until Monday")
  const run = await backup({}, 0)
  await server.refusePushes(null)
  expect(run, run.stderr).toMatchObject({ code: 4, stderr: expect.stringContaining("vault/refused") })
  expect(run.stderr).toContain("frozen until Monday")
  await expectGoesOn()
})

// The run ended with 4, "all hosts failed", and said that the copies were safe.
test("a vault that takes copies and refuses proposals: part of the run failed, and the copies are named", async () => {
  await host.write("/etc/pmta/config", "postmaster noc@example.com\n")
  await server.refusePushes("no branches of robots", "drift/")
  const run = await backup()
  await server.refusePushes(null)
  expect(run, run.stderr).toMatchObject({
    ...{ code: 3, report: { reviewProblem: { code: "vault/refused" }, hosts: [{ sequence: length }] } },
  })
  await expectGoesOn()
})

test.each(["vault", "store"] as const)(
  "a %s on a disk that is read-only: told, and writing heals it",
  async what => {
    await using own = await setting()
    await own.fleet([host])
    await using disk = await smallDisk(16 * 1024 ** 2)
    const path = join(disk.path, what)
    const flags = what === "vault" ? ["--vault", path] : ["--store", "directory", "--store-path", path]
    expect((await own.backup(...flags)).code).toBe(0)
    await host.write(key, randomBytes(400_000))
    await disk.readOnly(true)
    const run = await own.backup(...flags)
    await disk.readOnly(false)
    expect(run, run.stderr).toMatchObject({ code: 4 })
    expect(run.stderr + run.stdout).toMatch(/read-only/i)
    expect(run.stderr + run.stdout).not.toContain("free space")
    const again = await own.backup(...flags)
    expect({ code: again.code, sequence: again.report.hosts[0]?.sequence }, again.stderr).toEqual({
      ...{ code: 0, sequence: 2 },
    })
  },
)
