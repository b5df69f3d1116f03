/** The Action against a real host and a vault behind HTTP, as a scheduled workflow runs it. */
import { readFile } from "node:fs/promises"
import { setTimeout as pause } from "node:timers/promises"
import { afterAll, beforeAll, expect, test } from "vitest"
import { succeed } from "../lab/child.ts"
import { type ActionRun, action } from "../lab/cli.ts"
import { type HostContent, hostFiles } from "../lab/fixtures.ts"
import { type GitHttp, gitHttp } from "../lab/git-http.ts"
import { type LabHost, notFresh, sshd } from "../lab/sshd.ts"
import { hidden, inHistory, type Setting, setting } from "./setting.ts"

let story: Setting
let host: LabHost
let remote: GitHttp
let content: HostContent
let first: ActionRun
let second: ActionRun

beforeAll(async () => {
  story = await setting()
  content = await hostFiles({ seed: "action", domains: 5, keys: 4 })
  remote = await gitHttp({ token: "ghs_lab_token_of_the_action_0123456789" })
  host = await sshd({ name: "mta1", files: content.files })
  await story.fleet([host])
  // As a repository that was made on GitHub with a first commit.
  const clone = `${story.directory}/clone`
  const who = ["-c", "user.name=A Person", "-c", "user.email=person@example.com"]
  await succeed("git", ["clone", "-q", remote.urlWithToken, clone])
  await succeed("git", ["-C", clone, ...who, "commit", "-q", "--allow-empty", "-m", "Begin"])
  await succeed("git", ["-C", clone, "push", "-q", "origin", "HEAD:main"])
  // A run that sees files of this moment and the next one, which does not, write different hints.
  await pause(notFresh)
  first = await action(await inputs())
  second = await action(await inputs())
})
afterAll(async () => {
  await host?.[Symbol.asyncDispose]()
  await remote?.[Symbol.asyncDispose]()
  await story?.[Symbol.asyncDispose]()
})

const inputs = async () => ({
  command: "backup",
  fleet: story.fleetFile,
  vault: remote.url,
  token: remote.token,
  "ssh-key": await readFile(story.sshKeyFile, "utf8"),
  "signing-key": story.signingKey,
})
const lines = (text: string) => text.split("\n").filter(line => line !== "")
const onRemote = async (...args: readonly string[]) => lines(await remote.git(...args))
/** The job log without the lines by which the runner learns what to mask. */
const shown = (run: ActionRun) =>
  lines(run.stdout)
    .filter(line => !line.startsWith("::add-mask::"))
    .concat(run.stderr)
    .join("\n")

test("a run files bundles, snapshot and proposal on the remote", async () => {
  expect(first.code, shown(first)).toBe(0)
  const branches = await onRemote("for-each-ref", "--format=%(refname:short)", "refs/heads")
  expect(branches).toContain("bundles")
  expect(branches.filter(name => name.startsWith("drift/"))).toHaveLength(1)
  const names = await onRemote("ls-tree", "-r", "--name-only", "bundles")
  expect(names).toContain("snapshots/mta1/00000001.json.sig")
  for (const category of ["config", "dkim", "tls", "license"]) {
    expect(
      names.filter(name => name.startsWith(`bundles/mta1/${category}/`)),
      category,
    ).toHaveLength(1)
  }
})

test("summary and outputs tell what happened", async () => {
  expect(lines(first.summary).find(line => line.startsWith("|") && line.includes("mta1"))).toContain("stored")
  expect(first.outputs).toMatchObject({ changed: "true", snapshots: '{"mta1":1}', "failed-hosts": "[]" })
  expect(first.outputs["report"]).toMatch(/\.json$/)
  expect(first.exported).toEqual({})
})

test("secrets are masked before anything else is said, and never said", async () => {
  const masks = lines(first.stdout).filter(line => line.startsWith("::add-mask::"))
  expect(lines(first.stdout).slice(0, masks.length)).toEqual(masks)
  const keyLines = [await readFile(story.sshKeyFile, "utf8"), story.signingKey].flatMap(key => [
    ...lines(key).slice(1, -1),
  ])
  for (const secret of [...keyLines, remote.token]) {
    expect(masks.some(line => line.includes(secret))).toBe(true)
    for (const run of [first, second]) expect(shown(run) + run.summary).not.toContain(secret)
  }
  for (const secret of hidden(content)) {
    for (const run of [first, second]) expect(run.stdout + run.stderr + run.summary).not.toContain(secret)
    expect(await inHistory(remote.bareDir, secret)).toBe(false)
  }
  expect(await inHistory(remote.bareDir, remote.token)).toBe(false)
})

test("a second run adds a snapshot and no bundle, and leaves the proposal alone", async () => {
  expect(second.code, shown(second)).toBe(0)
  expect(second.outputs["snapshots"]).toBe('{"mta1":2}')
  expect(lines(second.summary).find(line => line.includes("mta1"))).toContain("unchanged")
  const added = await onRemote("diff", "--name-only", "bundles~1", "bundles")
  expect(added.sort()).toEqual(["snapshots/mta1/00000002.json", "snapshots/mta1/00000002.json.sig"])
})

test("a failed host is an annotation, an output and a red run", async () => {
  const yml = await readFile(story.fleetFile, "utf8")
  const fleet = await story.file("broken.yml", yml.replace(/port: \d+/, "port: 9"))
  const run = await action({ ...(await inputs()), fleet })
  expect(run.code).toBe(4)
  expect(run.outputs["failed-hosts"]).toBe('["mta1"]')
  expect(run.stdout).toMatch(/^::error title=mta1::.*mta1/m)
  expect(run.summary).toContain("failed")
})

test("a wrong token is told as such, without the token", async () => {
  const run = await action({ ...(await inputs()), token: "ghs_another_token_987654321" })
  expect(run.code).toBe(4)
  expect(shown(run)).toMatch(/vault\/(refused|unreachable)/)
  expect(shown(run)).toMatch(/Authentication failed|401/)
  expect(shown(run)).not.toContain("ghs_another_token_987654321")
})

test("an empty repository becomes a vault", async () => {
  await using empty = await gitHttp({ token: remote.token })
  const run = await action({ ...(await inputs()), vault: empty.url })
  expect(run.code, shown(run)).toBe(0)
  const branches = lines(await empty.git("for-each-ref", "--format=%(refname:short)", "refs/heads"))
  expect(branches).toEqual(["bundles", expect.stringMatching(/^drift\//), "main"])
})
