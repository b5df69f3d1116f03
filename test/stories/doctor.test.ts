/** What doctor tells of a host before its first backup, and of the machine that makes the backups. */
import { mkdtemp } from "node:fs/promises"
import { join } from "node:path"
import { afterAll, beforeAll, expect, test } from "vitest"
import type { Check, DoctorReport } from "../../src/core/report.ts"
import { type EmbeddedHost, serveHost } from "../../src/transports/ssh/embedded-host.ts"
import { clientKey } from "../lab/client-key.ts"
import { sshKey } from "../lab/keys.ts"
import { type Setting, setting } from "./setting.ts"

const hosts: EmbeddedHost[] = []
let story: Setting

beforeAll(async () => {
  story = await setting()
  const { publicKey } = await clientKey()
  const serve = async (name: string, files: Readonly<Record<string, { content: string }>>) => {
    const host = await serveHost({ user: "pmta-backup", authorizedKey: publicKey, files })
    hosts.push(host)
    return {
      name,
      address: host.address,
      port: host.port,
      user: "pmta-backup",
      hostKeys: { ed25519: host.hostKey },
    }
  }
  const config = "include /etc/pmta/a.conf\ninclude /etc/pmta/b.conf\ninclude /etc/pmta/*.part\n"
  await story.fleet([
    await serve("mta1", { "/etc/pmta/config": { content: config }, "/etc/pmta/a.conf": { content: "" } }),
    await serve("mta2", { "/etc/other": { content: "" } }),
  ] as never)
})
afterAll(async () => {
  await Promise.all([...hosts, story].map(made => made?.[Symbol.asyncDispose]()))
})

async function doctor(
  ...args: readonly string[]
): Promise<{ code: number | null; report: DoctorReport; said: string }> {
  const given = (flag: string, value: string) => (args.includes(flag) ? [] : [flag, value])
  const { code, stdout, stderr } = await story.run(
    ...["doctor", "--json", "--ssh-key-file", story.sshKeyFile, ...given("--vault", story.vault)],
    ...[...given("--fleet", story.fleetFile), ...given("--signing-key-file", story.signingKeyFile), ...args],
  )
  return { code, said: stdout + stderr, report: JSON.parse(stdout === "" ? "{}" : stdout) as DoctorReport }
}
const checkOf = (checks: readonly Check[] | undefined, name: string) =>
  checks?.find(check => check.name === name)

test("files that configs name and the host has not, and a host without PowerMTA, are told", async () => {
  const { report } = await doctor()
  const [mta1, mta2] = report.hosts
  expect(checkOf(mta1?.checks, "references")).toMatchObject({
    state: "warning",
    detail: expect.stringContaining("1 of them missing: /etc/pmta/b.conf"),
  })
  expect(checkOf(mta2?.checks, "rights: config")).toMatchObject({
    ...{ state: "bad", hint: "is PowerMTA installed on mta2?" },
    detail: expect.stringContaining("is not there"),
  })
  expect(checkOf(report.checks, "vault")).toMatchObject({
    state: "warning",
    hint: "the first backup makes it",
  })
})

test("a key that no later run would accept is told before anything is signed with it", async () => {
  const { privateKey } = await sshKey("ed25519")
  const other = await story.file("other-key", privateKey)
  const { code, report } = await doctor("mta1", "--signing-key-file", other)
  expect(code).toBe(2)
  expect(checkOf(report.checks, "signing key")).toMatchObject({
    state: "bad",
    hint: expect.stringContaining("under signers:"),
  })
})

test("room is looked for where bundles will lie", async () => {
  const store = await mkdtemp(join(story.directory, "store-"))
  const kept = await doctor("mta1", "--store", "directory", "--store-path", store)
  expect(checkOf(kept.report.checks, "space")?.detail).toMatch(/free for the vault/)
  const nowhere = await doctor("mta1", "--store", "directory", "--store-path", join(store, "no/such/place"))
  expect(checkOf(nowhere.report.checks, "space")).toBeUndefined()
})

test("without a vault a fleet file is needed", async () => {
  const { code, said } = await story
    .run(
      ...["doctor", "--vault", join(story.directory, "none"), "--ssh-key-file", story.sshKeyFile],
      ...["--signing-key-file", story.signingKeyFile],
    )
    .then(run => ({ code: run.code, said: run.stdout + run.stderr }))
  expect({ code, said }).toMatchObject({ code: 2, said: expect.stringContaining("hint:") })
})
