/** Logging in with an SSH agent, as a person at a terminal does. */
import { type ChildProcess, spawn } from "node:child_process"
import { stat } from "node:fs/promises"
import { join } from "node:path"
import { setTimeout as pause } from "node:timers/promises"
import { beforeEach, expect, test } from "vitest"
import type { BackupReport } from "../../src/core/report.ts"
import { succeed } from "../lab/child.ts"
import { cli } from "../lab/cli.ts"
import { sshKey } from "../lab/keys.ts"
import { type LabHost, sshd } from "../lab/sshd.ts"
import { type Setting, setting } from "./setting.ts"

let story: Setting
let host: LabHost
let agent: ChildProcess
let socket: string

beforeEach(async () => {
  story = await setting()
  host = await sshd({ name: "mta1", files: { "/etc/pmta/config": "postmaster ops@example.com\n" } })
  await story.fleet([host])
  socket = join(story.directory, "agent")
  agent = spawn("ssh-agent", ["-D", "-a", socket], { stdio: "ignore" })
  for (let waited = 0; (await stat(socket).catch(() => null)) === null; waited += 10) {
    if (waited > 10_000) throw new Error("ssh-agent does not listen")
    await pause(10)
  }
  return async () => {
    agent.kill()
    await host[Symbol.asyncDispose]()
    await story[Symbol.asyncDispose]()
  }
})

const addKey = async (file: string) =>
  await succeed("ssh-add", ["-q", file], { env: { PATH: process.env["PATH"], SSH_AUTH_SOCK: socket } })

/** A backup without any key of its own. */
async function backup(how: { readonly flags?: readonly string[]; readonly env?: NodeJS.ProcessEnv }) {
  const places = ["--fleet", story.fleetFile, "--vault", story.vault]
  const keys = ["--signing-key-file", story.signingKeyFile, ...(how.flags ?? [])]
  const run = await cli(["backup", ...places, ...keys, "--json"], { env: how.env ?? {} })
  const hosts = run.stdout === "" ? [] : (JSON.parse(run.stdout) as BackupReport).hosts
  return { code: run.code, stderr: run.stderr, hosts }
}

test("the agent's keys log in, also when the right one is the second", async () => {
  const { privateKey } = await sshKey("ed25519")
  await addKey(await story.file("stranger", privateKey))
  await addKey(story.sshKeyFile)
  const byVariable = await backup({ env: { SSH_AUTH_SOCK: socket } })
  expect(byVariable, byVariable.stderr).toMatchObject({
    code: 0,
    hosts: [{ status: "stored", way: "shell" }],
  })
  const byFlag = await backup({ flags: ["--ssh-agent", socket] })
  expect(byFlag, byFlag.stderr).toMatchObject({ code: 0, hosts: [{ status: "unchanged" }] })
})

test("a key that is given goes before the agent", async () => {
  const { privateKey } = await sshKey("ed25519")
  await addKey(await story.file("stranger", privateKey))
  const run = await backup({ flags: ["--ssh-key-file", story.sshKeyFile], env: { SSH_AUTH_SOCK: socket } })
  expect(run, run.stderr).toMatchObject({ code: 0 })
})

test("an agent that knows no key of the host's is told as a refused key", async () => {
  const empty = await backup({ flags: ["--ssh-agent", socket] })
  expect(empty).toMatchObject({ code: 4, hosts: [{ problems: [{ code: "pull/refused-key" }] }] })
  expect(empty.hosts[0]?.problems[0]?.hint).toContain("agent")
  const { privateKey } = await sshKey("ed25519")
  await addKey(await story.file("stranger", privateKey))
  const stranger = await backup({ flags: ["--ssh-agent", socket] })
  expect(stranger).toMatchObject({ code: 4, hosts: [{ problems: [{ code: "pull/refused-key" }] }] })
})

test("an agent that is not there is told by its socket, and no key at all before any host is asked", async () => {
  const gone = join(story.directory, "no-agent")
  const run = await backup({ flags: ["--ssh-agent", gone] })
  expect(run).toMatchObject({ code: 2, hosts: [{ problems: [{ code: "settings/unreadable" }] }] })
  expect(run.hosts[0]?.problems[0]?.message).toContain(gone)
  expect(run.stderr).not.toContain("retry")
  // sshd writes of the end of the connection before when it likes; of a new one it writes at once.
  const connections = async () =>
    (await host.log()).split("\n").filter(line => line.startsWith("Connection from"))
  const before = await connections()
  expect(await backup({})).toMatchObject({ code: 2, stderr: expect.stringContaining("SSH agent") })
  expect(await connections()).toEqual(before)
})
