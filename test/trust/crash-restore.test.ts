/**
 * A restore that is stopped on the host before any of its steps, by losing the session, by a power cut, or because
 * the program itself is killed. The host is as it was, or it is said in what state it is; the commands that are named
 * work, and another restore completes what was begun and leaves nothing behind.
 */
import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { setTimeout as pause } from "node:timers/promises"
import { afterAll, beforeAll, expect, test } from "vitest"
import type { PlanReport, RestoreReport } from "../../src/core/restore-report.ts"
import { clientKey } from "../lab/client-key.ts"
import { hostTree } from "../lab/host-tree.ts"
import { type LabHost, sshd } from "../lab/sshd.ts"
import { loseUnsynced, type Step, stepsOf, stopAt, stopper } from "../lab/stop-at.ts"
import { type Setting, setting } from "../stories/setting.ts"
import { cliCommand, every } from "./crash.ts"
import { figures, sized } from "./suite.ts"

const wanted = {
  "/etc/pmta/config": "postmaster ops@example.com\nmax-smtp-out 5\n",
  "/etc/pmta/domains/a.conf": "<domain a.example>\n</domain>\n",
  "/etc/pmta/dkim/a.pem": "not a key\n",
  "/etc/pmta/license": "serial: 1\n",
}
const watched = ["/etc/pmta", "/var/lib/pmta"]
const jobs = "/var/lib/pmta-vault-restore"
let story: Setting
let host: LabHost
let whole: readonly string[]
let steps: readonly Step[]

beforeAll(async () => {
  story = await setting()
  const { publicKey } = await clientKey()
  const key = (options: string) => ({ content: `${options}${publicKey}\n`, mode: 0o600 })
  host = await sshd({
    name: "mta1",
    mounts: ["/run/stop"],
    files: {
      ...wanted,
      "/root/.ssh/authorized_keys": key('command="/run/stop/enter" '),
      "/opt/stop-at": { content: await readFile(await stopper()), mode: 0o755 },
      "/run/stop/enter": { content: enter, mode: 0o755 },
      "/run/stop/at": "0\n",
    },
  })
  await story.fleet([host])
  const run = await story.backup()
  expect(run.code, run.stderr).toBe(0)
  whole = await hostTree(host, ...watched)
  await damage()
  const counted = await restore()
  expect(counted.code, counted.stderr).toBe(0)
  steps = stepsOf((await host.read("/run/stop/log")).toString()).steps
}, 120_000)
afterAll(async () => {
  await host?.[Symbol.asyncDispose]()
  await story?.[Symbol.asyncDispose]()
})

/** Every session of root is one that can be stopped; when the machine is off, it lets nobody in. */
const enter = `#!/bin/sh
[ ! -e /run/stop/off ] || exit 1
/opt/stop-at "$(cat /run/stop/at)" once /run/stop/log /run/stop /etc /var/lib -- /bin/sh -c "$SSH_ORIGINAL_COMMAND"
code=$?
[ $code != 137 ] || [ ! -e /run/stop/cut ] || touch /run/stop/off
exit $code
`

/** One file changed, one gone with its directory, one with other rights: each kind of work that there is. */
async function damage(): Promise<void> {
  await host.run(`rm -rf ${jobs}; rm -f /run/stop/log /run/stop/off /run/stop/cut; echo 0 >/run/stop/at`)
  await host.run("find /etc/pmta -name '.pmta-vault-*' -delete")
  await host.writeAll(wanted)
  await host.run("rm -rf /etc/pmta/domains; chmod 644 /etc/pmta/dkim/a.pem; echo drifted >/etc/pmta/config")
}

const arm = (at: number, isCut: boolean) =>
  host.run(
    `rm -f /run/stop/log; echo ${at} >/run/stop/at; touch /run/stop/.stop-at${isCut ? " /run/stop/cut" : ""}`,
  )
const disarm = () => host.run("rm -f /run/stop/.stop-at /run/stop/cut /run/stop/off; echo 0 >/run/stop/at")

const flags = () => [
  ...["--fleet", story.fleetFile, "--vault", story.vault, "--identity-file", story.identityFile],
  ...["--ssh-key-file", story.sshKeyFile, "--restore-user", "root", "--to", "mta1", "--json"],
]

async function planHash(): Promise<string> {
  const run = await story.run("restore", ...flags())
  const { outcome } = JSON.parse(run.stdout || "{}") as RestoreReport
  const plan = outcome?.form === "to" ? outcome.plan : ({ hash: "" } as PlanReport)
  expect(plan.hash, run.stderr).toMatch(/^[0-9a-f]{16}$/)
  return plan.hash
}
const confirm = (hash: string) => ["restore", ...flags(), "--confirm", "mta1", "--plan-hash", hash]
const restore = async () => await story.run(...confirm(await planHash()))

/** What must never stay: files beside those of the config, and copies of the secrets in the folders of jobs. */
async function leftBehind(): Promise<string> {
  return await host.run(
    `find /etc /var/lib -name '.pmta-vault-*'; find ${jobs} -mindepth 2 -maxdepth 2 -name files 2>/dev/null; true`,
  )
}

async function expectConverges(): Promise<void> {
  // What was being sent when it was cut off is as old as it is when somebody comes to restore again.
  await host.run(`find ${jobs} -mindepth 1 -maxdepth 1 -exec touch -d '1 hour ago' {} + 2>/dev/null || true`)
  const run = await restore()
  expect({ code: run.code, words: run.code === 0 ? "" : run.stderr }).toEqual({ code: 0, words: "" })
  expect(await hostTree(host, ...watched)).toEqual(whole)
  expect(await leftBehind(), "left behind").toBe("")
}

async function collect(name: string, points: readonly Step[], work: (step: Step) => Promise<string>) {
  const failures: string[] = []
  const endings = new Map<string, number>()
  for (const step of points) {
    await damage()
    try {
      const ending = await work(step)
      endings.set(ending, (endings.get(ending) ?? 0) + 1)
    } catch (error) {
      const words = error instanceof Error ? error.message : String(error)
      failures.push(`${step.number} (${step.program} ${step.call} ${step.path}): ${words}`)
    }
    await disarm()
  }
  const told = [...endings].map(([ending, count]) => `${count} ${ending}`).join(", ")
  figures("crash matrix", `${name}: ${points.length} points: ${told}; ${failures.length} not recovered`)
  expect(failures).toEqual([])
}

const atSteps = () => every(sized(36, 1))(steps.filter(({ path }) => path !== "-" || sized(false, true)))

test("the session on the host ends at any step", { timeout: 3_600_000 }, async () => {
  await collect("restore, session lost", atSteps(), async ({ number }) => {
    const before = await hostTree(host, ...watched)
    const hash = await planHash()
    await arm(number, false)
    const run = await story.run(...confirm(hash))
    const isTold = /mta1 is as it was before|nothing was written|it is as it was before/.test(run.stderr)
    if (run.code === 0) expect(await hostTree(host, ...watched)).toEqual(whole)
    else {
      // 3 before anything was begun: the host could not be read.
      expect([3, 4], run.stderr).toContain(run.code)
      expect(run.stderr).not.toContain("half-done")
      expect(await hostTree(host, ...watched), run.stderr).toEqual(before)
      expect(await leftBehind(), run.stderr).toBe("")
    }
    await disarm()
    await expectConverges()
    return run.code === 0 ? "completed" : isTold ? "put back, and said so" : "not begun"
  })
})

test("the host loses power at any step", { timeout: 3_600_000 }, async () => {
  await collect("restore, power cut on the host", atSteps(), async ({ number }) => {
    const before = await hostTree(host, ...watched)
    const hash = await planHash()
    await arm(number, true)
    const run = await story.run(...confirm(hash))
    expect(run.code, run.stderr).not.toBe(1)
    const { steps: taken } = stepsOf((await host.read("/run/stop/log").catch(() => "")).toString())
    await host.stop()
    for (const directory of ["etc/pmta", "var/lib/pmta-vault-restore"])
      await loseUnsynced(taken, join(host.root, directory)).catch(() => 0)
    await host.start()
    await disarm()
    if (run.code === 0) return "completed"
    expect([3, 4], run.stderr).toContain(run.code)
    const command = (name: string) => new RegExp(`${name}: +ssh [^\\n]* root@\\S+ (.*)`).exec(run.stderr)?.[1]
    const undo = command("undo")
    // Half of the points are undone by the command that was printed, half by restoring once more.
    if (undo !== undefined && number % 2 === 0) {
      await host.run(`${undo} 2>&1 || true`)
      expect(await hostTree(host, ...watched), run.stderr).toEqual(before)
    } else if (undo === undefined) expect(await hostTree(host, ...watched), run.stderr).toEqual(before)
    await expectConverges()
    return undo === undefined ? "not begun" : number % 2 === 0 ? "undone by hand" : "restored again"
  })
})

test("the program is killed at any step, and the host goes on alone", { timeout: 3_600_000 }, async () => {
  const env = { PATH: process.env["PATH"], HOME: story.directory, LANG: "C.UTF-8" }
  await damage()
  const sends = await stopAt(0, "all", ["/nowhere"], cliCommand(...confirm(await planHash())), { env })
  expect(sends.code, sends.stderr).toBe(0)
  const points = every(sized(20, 1))(sends.steps.slice(-sized(40, 60)))
  await collect("restore, program killed", points, async ({ number }) => {
    const before = await hostTree(host, ...watched)
    await stopAt(number, "all", ["/nowhere"], cliCommand(...confirm(await planHash())), { env })
    await quiet()
    const state = (await host.run(`cat ${jobs}/*/state 2>/dev/null || true`)).trim()
    const now = await hostTree(host, ...watched)
    const shown = now.filter(line => !line.includes("/.pmta-vault-"))
    if (state === "applied" || state === "committed") expect(shown).toEqual(whole)
    else expect(shown).toEqual(before)
    await expectConverges()
    return state === "" ? "not begun" : state
  })
})

/** Waits until nothing of a restore runs on the host. */
async function quiet(): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    const running = await host.run("ps -e -o args | grep -c '[s]top-at' || true")
    if (running.trim() === "0") return
    await pause(50)
  }
  throw new Error("the host does not come to rest")
}
