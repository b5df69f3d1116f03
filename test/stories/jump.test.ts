/** Hosts behind others: each hop is checked against its own pinned key. */
import { afterAll, beforeAll, expect, test } from "vitest"
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
