/** A monitor outside hears of start, success and failure, and of nothing else. */
import { spawn } from "node:child_process"
import { readFile } from "node:fs/promises"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { join } from "node:path"
import { setTimeout as pause } from "node:timers/promises"
import { afterEach, beforeEach, expect, test } from "vitest"
import { action, dist } from "../lab/cli.ts"
import { daily, fillVault } from "../lab/filled-vault.ts"
import { type LabHost, sshd } from "../lab/sshd.ts"
import { type Setting, setting } from "./setting.ts"

const secret = "5f0c0ffe-planted-ping-secret"

interface Monitor extends AsyncDisposable {
  readonly url: string
  /** path below the secret, and body, in the order of arrival */
  readonly heard: { readonly path: string; readonly body: string }[]
  /** status of the next answers; afterwards 200 */
  readonly answers: number[]
}

async function monitor(startDelayMs = 0): Promise<Monitor> {
  const heard: { path: string; body: string }[] = []
  const answers: number[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const path = request.url?.replace(`/ping/${secret}`, "") ?? ""
    if (path.startsWith("/start")) await pause(startDelayMs)
    const status = answers.shift() ?? 200
    if (status === 200) heard.push({ path, body: Buffer.concat(chunks).toString() })
    response.writeHead(status, status === 302 ? { location: "/elsewhere" } : {}).end()
  })
  await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/ping/${secret}`,
    heard,
    answers,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      if (server.listening) await new Promise(resolve => server.close(resolve))
    },
  }
}

let story: Setting
let host: LabHost
beforeEach(async () => {
  story = await setting()
  host = await sshd({ name: "mta1", files: { "/etc/pmta/config": "postmaster you@your.domain\n" } })
  await story.fleet([host])
})
afterEach(async () => {
  expect(story.said.join("\n")).not.toContain("planted-ping")
  await host[Symbol.asyncDispose]()
  await story[Symbol.asyncDispose]()
})

const flags = () => ["--vault", story.vault, "--fleet", story.fleetFile]
const urlFile = async (url: string) => ["--ping-url-file", await story.file("ping", `${url}\n`)]
const paths = ({ heard }: Monitor) => heard.map(({ path }) => path)

test("a backup says start, then success with its summary", async () => {
  // A monitor that is slow to take the start hears it first all the same.
  await using outside = await monitor(1500)
  const run = await story.backup(...(await urlFile(outside.url)))
  expect(run.code, run.stderr).toBe(0)
  expect(paths(outside)).toEqual(["/start", ""])
  expect(outside.heard[1]?.body).toMatch(/1 host: 1 stored/)
})

test("a breach, a failed host and a run that could not begin are failures", async () => {
  await using outside = await monitor()
  const url = await urlFile(outside.url)
  await fillVault({
    ...{ path: story.vault, signingKey: story.signingKey, hosts: ["mta1"], times: daily(1, 9 * 86_400_000) },
    found: () => ({ config: { content: "c" } }),
  })
  expect((await story.run("status", ...flags(), ...url)).code).toBe(7)
  expect(outside.heard.at(-1)).toMatchObject({
    path: "/fail",
    body: expect.stringMatching(/older than its RPO/),
  })
  await host[Symbol.asyncDispose]()
  expect((await story.backup(...url)).code).toBe(4)
  expect(outside.heard.at(-1)).toMatchObject({ path: "/fail", body: expect.stringMatching(/FAILED +mta1/) })
  expect((await story.run("status", "--vault", "/nowhere/vault", ...url)).code).toBe(2)
  expect(outside.heard.at(-1)).toMatchObject({
    path: "/fail",
    body: expect.stringMatching(/is no git repository/),
  })
  expect(paths(outside)).toEqual(["/start", "/fail", "/start", "/fail", "/start", "/fail"])
})

test("what fails after the work was done is a failure, and no success is said before", async () => {
  await using outside = await monitor()
  await story.backup()
  const html = join(story.directory, "no-such-directory", "status.html")
  const run = await story.run("status", ...flags(), "--html", html, ...(await urlFile(outside.url)))
  expect(run).toMatchObject({ code: 2, stderr: expect.stringMatching(/cannot be written \(ENOENT\)/) })
  expect(paths(outside)).toEqual(["/start", "/fail"])
})

test("a run that is stopped says so", async () => {
  await using outside = await monitor()
  const [, file = ""] = await urlFile(outside.url)
  const args = [
    "backup",
    ...flags(),
    "--ssh-key-file",
    story.sshKeyFile,
    "--signing-key-file",
    story.signingKeyFile,
  ]
  // A host that never answers keeps the run going until it is stopped.
  const silent = createServer().listen(0, "127.0.0.1")
  silent.removeAllListeners("request")
  const hanging = await story.file(
    "hanging.yml",
    (await readFile(story.fleetFile, "utf8")).replace(
      /port: \d+/,
      `port: ${(silent.address() as AddressInfo).port}`,
    ),
  )
  const child = spawn(
    process.execPath,
    [join(dist, "cli.js"), ...args, "--fleet", hanging, "--ping-url-file", file],
    { stdio: "ignore" },
  )
  while (outside.heard.length === 0) await pause(20)
  child.kill("SIGTERM")
  const code = await new Promise(resolve => child.once("close", resolve))
  silent.closeAllConnections()
  silent.close()
  expect(code).toBe(130)
  expect(outside.heard.at(-1)).toMatchObject({ path: "/fail", body: expect.stringMatching(/interrupted/) })
})

test("a monitor that is not there, or answers with an error, does not spoil the backup", async () => {
  await using outside = await monitor()
  outside.answers.push(503, 200, 500, 500, 500)
  const run = await story.backup(...(await urlFile(outside.url)))
  expect(run.code, run.stderr).toBe(0)
  expect(paths(outside)).toEqual(["/start"])
  expect(run.stderr).toMatch(/could not be told the success: it answers 500/)
  await outside[Symbol.asyncDispose]()
  const gone = await story.backup(...(await urlFile(outside.url)))
  expect(gone.code).toBe(0)
  expect(gone.stderr).toMatch(/could not be told start: no connection \(ECONNREFUSED\)/)
})

test("a redirect is not followed, and what is no URL is refused without being shown", async () => {
  await using outside = await monitor()
  outside.answers.push(302, 302, 302)
  await story.backup(...(await urlFile(outside.url)))
  expect(paths(outside)).toEqual([""])
  const wrong = await story.backup(...(await urlFile(`file:///etc/${secret}`)))
  expect(wrong).toMatchObject({ code: 2, stderr: expect.stringMatching(/ping-url is no http or https URL/) })
})

test("the Action pings too, keeps the query of the URL, and masks it", async () => {
  await using outside = await monitor()
  await story.backup()
  const inputs = {
    command: "status",
    vault: story.vault,
    fleet: story.fleetFile,
    "ping-url": `${outside.url}?create=1`,
  }
  const run = await action(inputs)
  expect(run.code, run.stdout).toBe(0)
  expect(paths(outside)).toEqual(["/start?create=1", "?create=1"])
  const shown = run.stdout.split("\n").filter(line => !line.startsWith("::add-mask::"))
  expect(`${shown.join("\n")}${run.stderr}${run.summary}`).not.toContain("planted-ping")
})

test("a backup after days without one says that runs were missed", async () => {
  await fillVault({
    ...{ path: story.vault, signingKey: story.signingKey, hosts: ["mta1"], times: daily(1, 4 * 86_400_000) },
    found: () => ({ config: { content: "c" } }),
  })
  const { code, report, stderr } = await story.backup()
  expect({ code, missed: report.missedRuns }).toEqual({ code: 0, missed: 3 })
  expect(stderr).toMatch(/with one every 1d, 3 were missed/)
  expect((await story.backup()).report.missedRuns).toBe(0)
})
