/** What somebody sees who asks for differences: live, and of what was stored. */
import { readFile } from "node:fs/promises"
import { afterAll, beforeAll, expect, test } from "vitest"
import type { BackupReport } from "../../src/core/report.ts"
import { type EmbeddedHost, serveHost } from "../../src/transports/ssh/embedded-host.ts"
import { clientKey } from "../lab/client-key.ts"
import { type Setting, setting } from "./setting.ts"

const config = (limit: number) =>
  `postmaster ops@example.com\n<domain *>\n  max-smtp-out ${limit}\n</domain>\n`
let host: EmbeddedHost
let story: Setting

beforeAll(async () => {
  story = await setting()
  const { publicKey } = await clientKey()
  const files = { "/etc/pmta/config": { content: config(6) } }
  host = await serveHost({ user: "pmta-backup", authorizedKey: publicKey, files })
  const { address, port, hostKey } = host
  const mta1 = { name: "mta1", address, port, user: "pmta-backup", hostKeys: { ed25519: hostKey } }
  // Nobody listens there.
  await story.fleet([mta1, { ...mta1, name: "mta2", port: 1 }] as never)
})
afterAll(async () => {
  await Promise.all([host, story].map(made => made?.[Symbol.asyncDispose]()))
})

const diff = async (...args: readonly string[]) =>
  await story.run(
    ...["diff", "--fleet", story.fleetFile, "--vault", story.vault],
    ...["--ssh-key-file", story.sshKeyFile, "--signing-key-file", story.signingKeyFile, ...args],
  )

test("of hosts, and of snapshots of them, each difference is told once, and what there is not is said", async () => {
  const first = await story.backup()
  expect(first.code).toBe(3)
  // A host that was never accepted differs in everything.
  const fresh = await diff("mta1", "--snapshot", "latest", "--exit-code")
  expect(fresh).toMatchObject({ code: 8, stdout: expect.stringContaining("+  max-smtp-out 6") })

  const [proposal] = (JSON.parse(first.stdout) as BackupReport).proposals
  expect((await story.run("accept", String(proposal?.id), "--vault", story.vault)).code).toBe(0)
  const same = await diff("mta1", "--exit-code")
  expect(same).toMatchObject({ code: 0, stdout: expect.stringContaining("no drift") })

  host.write("/etc/pmta/config", { content: config(8) })
  await story.backup("--hosts", "mta1")
  const live = await diff("mta1", "--exit-code")
  expect(live).toMatchObject({ code: 8, stdout: expect.stringContaining("max-smtp-out 6 → 8") })
  const stored = await diff("mta1", "--snapshot", "2", "--exit-code")
  expect(stored.stdout).toBe(live.stdout)
  const before = await diff("mta1", "--snapshot", "1", "--exit-code")
  expect(before).toMatchObject({ code: 0, stdout: expect.stringContaining("no drift") })

  const absent = await diff("mta1", "--snapshot", "9")
  expect(absent.code).not.toBe(0)
  expect(absent.stdout + absent.stderr).toMatch(/no snapshot 9[\s\S]*the newest is 2/)
  const unknown = await diff("mta1", "--snapshot", "yesterday")
  expect(unknown.stdout + unknown.stderr).toContain("no snapshot yesterday")
  const never = await diff("mta2", "--snapshot", "latest")
  expect(never.stdout + never.stderr).toMatch(/no snapshot latest[\s\S]*pmta-vault backup/)
})

test("what the fleet file says to ignore is in no proposal, by its name, its place or what it stands in", async () => {
  host.write("/etc/pmta/config", { content: config(9) })
  const fleet = await readFile(story.fleetFile, "utf8")
  for (const [ignored, count] of [
    ["max-smtp-out", 0],
    ["domain * › max-smtp-out", 0],
    ["domain *", 0],
    ["max-msg-rate", 1],
  ] as const) {
    const file = await story.file("ignoring.yml", `${fleet}review: { ignore: ["${ignored}"] }\n`)
    const { report } = await story.backup("--hosts", "mta1", "--fleet", file)
    const shown = report.proposals.filter(({ action }) => action !== "removed")
    expect({ ignored, count: shown.length }).toEqual({ ignored, count })
  }
})

test("verify of one host says nothing of the others", async () => {
  const verify = async (...args: readonly string[]) =>
    await story.run("verify", "--json", "--fleet", story.fleetFile, "--vault", story.vault, ...args)
  const one = JSON.parse((await verify("--hosts", "mta1")).stdout) as {
    hosts: { host: string }[]
    exit: string
  }
  expect(one).toMatchObject({ hosts: [{ host: "mta1" }], exit: "good" })
  const all = JSON.parse((await verify()).stdout) as { hosts: { host: string; findings: object[] }[] }
  expect(all.hosts.find(({ host: name }) => name === "mta2")?.findings).toHaveLength(1)
})

test("a host that cannot be reached is told with its problem, and the others are compared", async () => {
  const some = await diff()
  expect(some.code).toBe(3)
  expect(some.stdout + some.stderr).toMatch(/mta2[\s\S]*connection refused/)
  const all = await diff("mta2")
  expect(all.code).toBe(4)
})
