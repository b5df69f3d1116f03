/** A run for some categories leaves everything that is known of the others as it was. */
import { afterEach, beforeEach, expect, test } from "vitest"
import type { DiffReport } from "../../src/core/report.ts"
import { type LabHost, sshd } from "../lab/sshd.ts"
import { type Setting, setting } from "./setting.ts"

const farKey = "/opt/keys/far.pem"
const config = `postmaster ops@example.com\ndomain-key s1, far.example, ${farKey}\n`
/** `config` would take it by its name, were it not below `dkim`. */
const keyNamedConf = "/etc/pmta/dkim/near.conf"
const files = {
  "/etc/pmta/config": config,
  [keyNamedConf]: "not to be shown\n",
  [farKey]: { content: "a key\n", mode: 0o644 },
}
let story: Setting
let host: LabHost

beforeEach(async () => {
  ;[story, host] = await Promise.all([setting(), sshd({ name: "mta1", files })])
  await story.fleet([host])
  const { report } = await story.backup()
  const accepted = await story.run("accept", report.proposals[0]?.id ?? "", "--vault", story.vault)
  expect(accepted, accepted.stderr).toMatchObject({ code: 0 })
})
afterEach(async () => {
  await host[Symbol.asyncDispose]()
  await story[Symbol.asyncDispose]()
})

const statuses = (run: Awaited<ReturnType<Setting["backup"]>>) =>
  Object.fromEntries(run.report.hosts[0]?.categories.map(({ name, status }) => [name, status]) ?? [])
const dkimFiles = async () => (await story.snapshots("mta1")).at(-1)?.categories["dkim"]?.bundle?.files

test("rights of files that were not asked for are no drift, and their keys stay in the next full run", async () => {
  await host.write("/etc/pmta/config", `${config}max-smtp-out 5\n`)
  const narrow = await story.backup("--categories", "license")
  expect(statuses(narrow)).toEqual({ config: "stored", license: "missing" })
  const [proposal, ...others] = narrow.report.proposals
  expect(others).toEqual([])
  expect(proposal?.changes.map(({ name }) => name)).toEqual(["max-smtp-out"])
  const full = await story.backup()
  expect(full.code).toBe(0)
  expect(statuses(full)).toMatchObject({ config: "unchanged", dkim: "unchanged" })
  expect(await dkimFiles()).toBe(2)
})

test("a key that is named during a run for other categories is in the next full run", async () => {
  await host.write("/opt/keys/second.pem", "another key\n", { mode: 0o644 })
  await host.write("/etc/pmta/config", `${config}domain-key s2, far.example, /opt/keys/second.pem\n`)
  expect((await story.backup("--categories", "license")).code).toBe(0)
  expect(statuses(await story.backup())).toMatchObject({ config: "unchanged", dkim: "stored" })
  expect(await dkimFiles()).toBe(3)
})

test("diff shows what it was asked for, and takes no key for a config", async () => {
  await host.chmod(farKey, 0o640)
  await host.write(keyNamedConf, "changed\n")
  await host.write("/etc/pmta/config", `${config}max-smtp-out 5\n`)
  const places = ["--fleet", story.fleetFile, "--vault", story.vault]
  const keys = ["--ssh-key-file", story.sshKeyFile, "--signing-key-file", story.signingKeyFile]
  const run = await story.run("diff", "--categories", "license", ...places, ...keys, "--json")
  expect(run, run.stderr).toMatchObject({ code: 0 })
  const [diff] = (JSON.parse(run.stdout) as DiffReport).hosts
  expect(diff?.changes.map(({ name }) => name)).toEqual(["max-smtp-out"])
})
