/** A host whose operator moved the keys and linked them after the backup, and a person who stops a restore. */
import { spawn } from "node:child_process"
import { join } from "node:path"
import { setTimeout as pause } from "node:timers/promises"
import { afterAll, beforeAll, expect, test } from "vitest"
import type { RestoreReport } from "../../src/core/restore-report.ts"
import { dist } from "../lab/cli.ts"
import { clientKey } from "../lab/client-key.ts"
import { hostTree, hostTreeAndTimes } from "../lab/host-tree.ts"
import { type LabHost, sshd } from "../lab/sshd.ts"
import { type Setting, setting } from "./setting.ts"

let story: Setting
let host: LabHost
const config = "postmaster ops@example.com\ndomain-key s1, a.example, /etc/pmta/dkim/a.example.pem\n"

beforeAll(async () => {
  story = await setting()
  const { publicKey } = await clientKey()
  const own = { mode: 0o640, owner: "root", group: "pmta" }
  host = await sshd({
    name: "mta1",
    files: {
      "/root/.ssh/authorized_keys": { content: `${publicKey}\n`, mode: 0o600 },
      "/etc/pmta/config": config,
      "/etc/pmta/dkim/a.example.pem": { content: "not a key\n", ...own },
    },
  })
  await story.fleet([host])
  expect((await story.backup()).code).toBe(0)
  await host.run("mv /etc/pmta/dkim /srv/keys && ln -s /srv/keys /etc/pmta/dkim")
})
afterAll(async () => {
  await host?.[Symbol.asyncDispose]()
  await story?.[Symbol.asyncDispose]()
})

const flags = () => [
  "--fleet",
  story.fleetFile,
  "--vault",
  story.vault,
  "--identity-file",
  story.identityFile,
]
const over = () => ["restore", ...flags(), "--ssh-key-file", story.sshKeyFile, "--to", "mta1", "--json"]

async function plan(): Promise<{ readonly hash: string; readonly actions: readonly string[] }> {
  const { stdout, stderr } = await story.run(...over())
  expect(stderr).toBe("")
  const { outcome } = JSON.parse(stdout) as RestoreReport
  if (outcome.form !== "to") throw new Error("no plan")
  const actions = outcome.plan.steps.filter(({ action }) => action !== "unchanged")
  return { hash: outcome.plan.hash, actions: actions.map(({ action, path }) => `${action} ${path}`) }
}

test("what is reached through a link is not made anew, and what is missing behind it is put there", async () => {
  const before = await hostTree(host, "/etc/pmta", "/srv/keys")
  expect((await plan()).actions).toEqual([])
  await host.remove("/srv/keys/a.example.pem")
  const { hash, actions } = await plan()
  expect(actions).toEqual(["create /etc/pmta/dkim/a.example.pem"])
  const run = await story.run(...over(), "--confirm", "mta1", "--plan-hash", hash)
  expect(run, run.stderr).toMatchObject({ code: 0 })
  expect(await hostTree(host, "/etc/pmta", "/srv/keys")).toEqual(before)
})

test("a restore that is interrupted leaves the host as it was", async () => {
  await host.run("rm -rf /var/lib/pmta-vault-restore/*")
  await host.write("/etc/pmta/config", "# drifted\n")
  await host.remove("/srv/keys/a.example.pem")
  const before = await hostTreeAndTimes(host, "/etc/pmta", "/srv/keys")
  const { hash } = await plan()
  const words = [...over(), "--confirm", "mta1", "--plan-hash", hash, "--checks", "sleep 30"]
  const child = spawn(process.execPath, [join(dist, "cli.js"), ...words], {
    env: { PATH: process.env["PATH"], HOME: story.directory },
  })
  let said = ""
  child.stderr.on("data", chunk => {
    said += chunk
  })
  const ended = new Promise(resolve => child.once("close", resolve))
  while (!(await host.run("cat /var/lib/pmta-vault-restore/*/state || true")).startsWith("applied"))
    await pause(100)
  child.kill("SIGINT")
  expect(await ended).toBe(130)
  expect(said).toContain("mta1 is as it was before (run/interrupted)")
  expect(await hostTreeAndTimes(host, "/etc/pmta", "/srv/keys")).toEqual(before)
})
