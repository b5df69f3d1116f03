/** Hosts behind others: each hop is checked against its own pinned key. */
import { afterAll, beforeAll, expect, test } from "vitest"
import type { DoctorReport } from "../../src/core/report.ts"
import { clientKey } from "../lab/client-key.ts"
import { sshKey } from "../lab/keys.ts"
import { type LabHost, sshd } from "../lab/sshd.ts"
import { setting } from "./setting.ts"

const files = { "/etc/pmta/config": "postmaster ops@example.com\n" }
const hosts: LabHost[] = []

beforeAll(async () => {
  hosts.push(...(await Promise.all(["outer", "inner", "mta1"].map(name => sshd({ name, files })))))
})
afterAll(async () => {
  await Promise.all(hosts.map(host => host[Symbol.asyncDispose]()))
})

const hostLines = { inner: ["jump: outer"], mta1: ["jump: inner"] }

test("a host two hops away is backed up through both of them", async () => {
  await using story = await setting()
  await story.fleet(hosts, { hostLines })
  const { code, report } = await story.backup("--hosts", "mta1")
  expect(code).toBe(0)
  expect(report.hosts).toMatchObject([{ host: "mta1", status: "stored", way: "shell" }])
  // sshd sees the last hop's address, not this machine's way to it.
  expect(await hosts[0]?.log()).toContain("Accepted publickey")
  expect(await hosts[1]?.log()).toContain("Accepted publickey")
})

test("a changed key of a jump host stops what is behind it, and is named", async () => {
  await using story = await setting()
  const [outer, ...rest] = hosts
  if (outer === undefined) throw new Error("no lab")
  const { publicKey } = await sshKey("ed25519")
  await story.fleet([{ ...outer, hostKeys: { ...outer.hostKeys, ed25519: publicKey } }, ...rest], {
    hostLines,
  })
  const { code, report } = await story.backup("--hosts", "mta1")
  expect(code).toBe(6)
  expect(JSON.stringify(report.hosts[0]?.problems)).toContain("outer answers with another host key")
})

test("a jump host with backup: false is gone through and checked, and never read or missed", async () => {
  await using story = await setting()
  const [outer, , mta1] = hosts
  if (outer === undefined || mta1 === undefined) throw new Error("no lab")
  const bastion = { ...outer, name: "bastion" }
  await story.fleet([bastion, mta1], { hostLines: { bastion: ["backup: false"], mta1: ["jump: bastion"] } })
  const places = ["--fleet", story.fleetFile, "--vault", story.vault]
  const keys = ["--ssh-key-file", story.sshKeyFile, "--signing-key-file", story.signingKeyFile]

  const examined = await story.run("doctor", ...places, ...keys, "--json")
  expect(examined, examined.stderr).toMatchObject({ code: 0 })
  const doctor = (JSON.parse(examined.stdout) as DoctorReport).hosts.find(({ host }) => host === "bastion")
  expect(doctor?.checks).toMatchObject([{ name: "connect", state: "good" }, { name: "way" }])
  const authorized = "/home/pmta-backup/.ssh/authorized_keys"
  const [line, ...others] = doctor?.lines ?? []
  expect(others).toEqual([])
  await outer.write(authorized, `${line?.line}\n`)

  const { code, stderr, report } = await story.backup()
  await outer.write(authorized, `${(await clientKey()).publicKey}\n`)
  expect({ code, stderr }).toMatchObject({ code: 0 })
  expect(report.hosts.map(({ host, status }) => ({ host, status }))).toEqual([
    { host: "mta1", status: "stored" },
  ])
  const diff = await story.run("diff", ...places, ...keys, "--json")
  expect(JSON.parse(diff.stdout).hosts).toMatchObject([{ host: "mta1" }])

  const named = await story.backup("--hosts", "bastion")
  expect(named.code).toBe(2)
  expect(named.stderr).toMatch(/bastion[\s\S]*fleet\/not-backed-up|fleet\/not-backed-up[\s\S]*bastion/)

  await outer.stop()
  const down = await story.run("doctor", "bastion", ...places, ...keys)
  await outer.start()
  expect(down.code).toBe(4)
  expect(down.stdout).toContain("bastion")
})

test("doctor's line for a host that others go through keeps that way open", async () => {
  await using story = await setting()
  const [outer, , mta1] = hosts
  if (outer === undefined || mta1 === undefined) throw new Error("no lab")
  await story.fleet([outer, mta1], { hostLines: { mta1: ["jump: outer"] } })
  const flags = ["--fleet", story.fleetFile, "--vault", story.vault, "--ssh-key-file", story.sshKeyFile]
  const run = await story.run("doctor", ...flags, "--signing-key-file", story.signingKeyFile, "--json")
  const [line] =
    (JSON.parse(run.stdout) as DoctorReport).hosts.find(({ host }) => host === "outer")?.lines ?? []
  const authorized = "/home/pmta-backup/.ssh/authorized_keys"
  await outer.write(authorized, `${line?.line}\n`)
  const { code, report } = await story.backup()
  await outer.write(authorized, `${(await clientKey()).publicKey}\n`)
  expect({ code, problems: report.hosts.flatMap(({ problems }) => problems) }).toEqual({
    code: 0,
    problems: [],
  })
})
