/** workflows/drill.yml as it stands: a drill that fails opens one issue, and the next one comments on it. */
import { mkdir, readFile, rm } from "node:fs/promises"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { join } from "node:path"
import { afterAll, beforeAll, expect, test } from "vitest"
import { parse } from "yaml"
import { capturedFile } from "../lab/captured-file.ts"
import type { Finished } from "../lab/child.ts"
import { finish } from "../lab/child.ts"
import { type ActionRun, action } from "../lab/cli.ts"
import { type LabDns, labDns } from "../lab/dns.ts"
import { hostFiles } from "../lab/fixtures.ts"
import { seedVault } from "../lab/seeded-vault.ts"
import { nobody, type Setting, setting } from "./setting.ts"

interface Step {
  readonly if?: string
  readonly uses?: string
  readonly run?: string
  readonly env?: Readonly<Record<string, string>>
  readonly with?: Readonly<Record<string, string>>
}
interface Job {
  readonly steps: readonly Step[]
  readonly environment: string
  readonly permissions: Readonly<Record<string, string>>
}

let story: Setting
let dns: LabDns
let job: Job
let issues: Awaited<ReturnType<typeof issueTracker>>

beforeAll(async () => {
  story = await setting()
  dns = await labDns()
  issues = await issueTracker()
  await story.fleet([nobody("mta1")])
  const { files } = await hostFiles({ seed: "drill-workflow", domains: 1, keys: 2 })
  const of = (category: string, ...paths: readonly string[]) => ({
    [category]: paths.map(path => capturedFile(path, String(files[path]))),
  })
  const paths = Object.keys(files)
  await seedVault({
    ...{
      location: story.vault,
      signingKey: story.signingKey,
      recipients: [story.recipient],
      hosts: ["mta1"],
      snapshots: 1,
    },
    files: () => ({
      ...of("config", "/etc/pmta/config", ...paths.filter(path => path.startsWith("/etc/pmta/domains/"))),
      ...of("dkim", ...paths.filter(path => path.startsWith("/etc/pmta/dkim/"))),
      ...of("tls", "/etc/pmta/tls/mx.pem"),
      ...of("license", "/etc/pmta/license"),
    }),
  })
  const text = await readFile(join(import.meta.dirname, "../../workflows/drill.yml"), "utf8")
  job = parse(text).jobs.drill
})
afterAll(async () => {
  await dns?.[Symbol.asyncDispose]()
  await issues?.[Symbol.asyncDispose]()
  await story?.[Symbol.asyncDispose]()
})

/** The part of GitHub's issues that the step uses, as a stand-in. */
async function issueTracker() {
  const opened: { readonly number: number; readonly title: string; readonly body: string }[] = []
  const comments: { readonly issue: string; readonly body: string }[] = []
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part as Buffer)
    const { pathname } = new URL(request.url ?? "/", "http://127.0.0.1")
    const path = pathname.replace("/repos/example/vault/issues", "")
    const answer = (status: number, body: unknown) => response.writeHead(status).end(JSON.stringify(body))
    if (request.headers.authorization !== "Bearer ghs_lab") return answer(401, { message: "Bad credentials" })
    if (request.method === "GET") return answer(200, opened)
    const body = JSON.parse(Buffer.concat(parts).toString()) as {
      readonly title: string
      readonly body: string
    }
    if (path === "") opened.push({ number: opened.length + 41, ...body })
    else comments.push({ issue: path, body: body.body })
    return answer(201, {})
  })
  await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const close = async () => void (await new Promise(resolve => server.close(resolve)))
  return { opened, comments, url, [Symbol.asyncDispose]: close }
}

/** Runs the steps as a runner does: what follows a failure is what says so. */
async function runJob(host: string): Promise<{ readonly drill: ActionRun; readonly issue: Finished | null }> {
  const workspace = join(story.directory, "workspace")
  await rm(workspace, { recursive: true, force: true })
  await mkdir(workspace)
  const values: Readonly<Record<string, string>> = {
    ...{ "matrix.host": host, "github.token": "ghs_lab", "secrets.PMTA_SIGNING_KEY": story.signingKey },
    // A secret that is not there is an empty text.
    ...{ "secrets.PMTA_RESTORE_KEY": "", "inputs.target || 'scratch'": "scratch" },
    "secrets.PMTA_IDENTITY": await readFile(story.identityFile, "utf8"),
  }
  const filled = (texts: Readonly<Record<string, string>> = {}) =>
    Object.fromEntries(
      Object.entries(texts).map(([name, text]) => [
        name,
        text.replace(
          /\$\{\{ (.*?) \}\}/g,
          (_, expression: string) => values[expression] ?? `no ${expression}`,
        ),
      ]),
    )
  const own = job.steps.find(({ uses }) => uses?.startsWith("pmta-vault/"))
  // A runner names the vault and its own resolver; here they are the lab's.
  const lab = { vault: story.vault, fleet: story.fleetFile, resolver: dns.server }
  const drill = await action({ ...filled(own?.with), ...lab }, { cwd: workspace })
  const failing = job.steps.find(step => step.if === "failure()")
  if (drill.code === 0) return { drill, issue: null }
  const env = {
    ...{ PATH: process.env["PATH"], GITHUB_API_URL: issues.url, GITHUB_REPOSITORY: "example/vault" },
    ...{ GITHUB_SERVER_URL: "https://github.example", GITHUB_RUN_ID: "7", ...filled(failing?.env) },
  }
  return {
    drill,
    issue: await finish("bash", ["-e", "-c", failing?.run ?? "exit 9"], { cwd: workspace, env }),
  }
}

test("the identity is a secret of an environment, and the job may do no more than it does", () => {
  expect(job.environment).toBe("drill")
  expect(job.permissions).toEqual({ contents: "write", issues: "write" })
})

test("a drill that fails opens an issue with the report, a second one comments, and nothing secret is in it", async () => {
  const first = await runJob("mta1")
  expect(first.drill.code, first.drill.stdout).toBe(7)
  expect(first.issue?.code, first.issue?.stderr).toBe(0)
  expect(issues.opened.map(({ title }) => title)).toEqual(["Drill of mta1 did not pass"])
  expect(issues.opened[0]?.body).toContain("missing-record")
  expect(issues.opened[0]?.body).not.toMatch(/AGE-SECRET-KEY|PRIVATE KEY/)
  await runJob("mta1")
  expect(issues.opened).toHaveLength(1)
  expect(issues.comments.map(({ issue }) => issue)).toEqual(["/41/comments"])
  expect((await story.names("drills/mta1/")).filter(name => name.endsWith(".json"))).toHaveLength(2)
})

test("a drill that ends before it has a report says where the log is", async () => {
  const { drill, issue } = await runJob("mta9")
  expect(drill.code).toBe(2)
  expect(issue?.code, issue?.stderr).toBe(0)
  expect(issues.opened.at(-1)).toMatchObject({
    title: "Drill of mta9 did not pass",
    body: expect.stringContaining("https://github.example/example/vault/actions/runs/7"),
  })
})
