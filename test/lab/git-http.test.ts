import { randomBytes } from "node:crypto"
import { mkdtemp, readdir, readlink, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect, test } from "vitest"
import { type Finished, finish } from "./child.ts"
import { gitHttp } from "./git-http.ts"

async function workspace() {
  const directory = await mkdtemp(join(tmpdir(), "pmta-lab-clone-"))
  const identity = ["-c", "user.name=lab", "-c", "user.email=lab@example.com"]
  return {
    directory,
    git: async (...args: readonly string[]): Promise<Finished> =>
      await finish("git", [...identity, ...args], {
        cwd: directory,
        env: { PATH: process.env["PATH"], HOME: directory, GIT_TERMINAL_PROMPT: "0" },
      }),
    [Symbol.asyncDispose]: async () => await rm(directory, { recursive: true, force: true }),
  }
}

test("a clone, a push and a partial clone are real, and need the token", async () => {
  await using server = await gitHttp({ token: "t0ken" })
  await using work = await workspace()
  expect((await work.git("clone", "-q", server.url, "refused")).stderr).toContain("could not read Username")
  expect((await work.git("clone", "-q", server.urlWithToken, "one")).code).toBe(0)
  await writeFile(join(work.directory, "one/file"), "content".repeat(1_000_000))
  await work.git("-C", "one", "add", ".")
  await work.git("-C", "one", "commit", "-qm", "first")
  // Larger than git's post buffer: a chunked, not a measured request.
  expect(
    (await work.git("-C", "one", "-c", "http.postBuffer=65536", "push", "-q", "origin", "HEAD:main")).stderr,
  ).toBe("")
  expect(await server.git("log", "--format=%s", "main")).toBe("first\n")
  const partial = await work.git(
    "clone",
    "-q",
    "--no-checkout",
    "--filter=blob:none",
    server.urlWithToken,
    "two",
  )
  expect(partial.stderr).toBe("")
  const missing = await work.git("-C", "two", "rev-list", "--objects", "--all", "--missing=print")
  expect(missing.stdout.toString()).toMatch(/^\?[0-9a-f]{40}$/m)
  expect((await work.git("-C", "two", "show", "HEAD:file")).stdout.length).toBe(7_000_000)
  expect(server.requests).toBeGreaterThan(5)
})

test("a server can refuse pushes, be slow, fail, and cut the connection", async () => {
  await using server = await gitHttp()
  await using work = await workspace()
  await work.git("clone", "-q", server.urlWithToken, "one")
  await work.git("-C", "one", "commit", "-q", "--allow-empty", "-m", "first")
  await server.refusePushes("not today")
  const push = async () => await work.git("-C", "one", "push", "-q", "origin", "HEAD:main")
  expect((await push()).stderr).toContain("not today")
  await server.refusePushes(null)
  expect((await push()).code).toBe(0)
  server.weather.cutAfterBytes = 10
  expect((await work.git("clone", "-q", server.urlWithToken, "cut")).code).not.toBe(0)
  server.weather.cutAfterBytes = null
  server.weather.status = 503
  expect((await work.git("clone", "-q", server.urlWithToken, "down")).stderr).toContain("503")
  server.weather.status = null
  server.weather.delayMs = 100
  expect((await work.git("clone", "-q", server.urlWithToken, "slow")).ms).toBeGreaterThan(200)
})

test("nothing runs on at the server after an upload that was cut off", async () => {
  await using server = await gitHttp()
  await using work = await workspace()
  await work.git("clone", "-q", server.urlWithToken, "one")
  await writeFile(join(work.directory, "one/file"), randomBytes(300_000))
  await work.git("-C", "one", "add", ".")
  await work.git("-C", "one", "commit", "-qm", "first")
  server.weather.cutUploadAfterBytes = 100_000
  expect((await work.git("-C", "one", "push", "-q", "origin", "HEAD:main")).code).not.toBe(0)
  await expect.poll(() => processesIn(server.bareDir), { timeout: 20_000 }).toEqual([])
})

/** By their working directory, where `git http-backend` goes at once. */
async function processesIn(directory: string): Promise<readonly string[]> {
  const pids = (await readdir("/proc")).filter(name => /^\d+$/.test(name))
  const places = await Promise.all(pids.map(pid => readlink(`/proc/${pid}/cwd`).catch(() => "")))
  return pids.filter((_, index) => places[index] === directory)
}
