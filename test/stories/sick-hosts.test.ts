/** Hosts that break off, fall silent or send what they should not: the others are backed up, and each is told by name. */
import { randomBytes } from "node:crypto"
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest"
import { readerGreeting, sudoersLine, sudoersLogLine } from "../../src/transports/ssh/reader-script.ts"
import { cutLink } from "../lab/cut-link.ts"
import { type Misbehaviour, misbehaving } from "../lab/misbehaving.ts"
import { type LabHost, sshd } from "../lab/sshd.ts"
import { type Setting, setting } from "./setting.ts"

const config = "postmaster ops@example.com\n"
const big = "/etc/pmta/dkim/big.pem"
let well: LabHost
let story: Setting

beforeAll(async () => {
  well = await sshd({ name: "well", files: { "/etc/pmta/config": config } })
})
afterAll(async () => await well?.[Symbol.asyncDispose]())
beforeEach(async () => {
  story = await setting()
  return async () => await story[Symbol.asyncDispose]()
})

/** One run over the healthy host and a sick one; what is told of the sick one. */
async function runWith(sick: Pick<LabHost, "address" | "port" | "user" | "hostKeys">, ...lines: string[]) {
  await story.fleet([{ ...well, ...sick, name: "sick" }, well], { hostLines: { sick: lines } })
  const run = await story.backup("--connect-timeout", "2s", "--idle-timeout", "2s")
  const [told, healthy] = run.report.hosts
  expect(healthy).toMatchObject({ host: "well", status: "stored", problems: [] })
  expect(told?.host).toBe("sick")
  expect(run.code).toBe(3)
  expect(await story.names("snapshots/sick/")).toEqual([])
  expect(await story.names("bundles/sick/")).toEqual([])
  for (const problem of told?.problems ?? []) expect(problem.message).toContain("sick")
  return { status: told?.status, codes: told?.problems.map(({ code }) => code) }
}

test.each(["shell", "sftp-chroot", "sudo"] as const)(
  "a host that goes away in the middle of a file: %s",
  async kind => {
    const fixed = ["/etc/pmta", "/var/lib/pmta/webmon.pem"]
    const sudoers = [sudoersLine("pmta-backup", fixed), sudoersLogLine("pmta-backup", "/var/log/pmta")]
    await using host = await sshd({
      ...{ name: "sick", kind, sudoers },
      files: { "/etc/pmta/config": config, [big]: { content: randomBytes(2_000_000), mode: 0o640 } },
    })
    const lines = kind === "sudo" ? ["sudo: true"] : []
    await using link = await cutLink(host, 1_000_000)
    const { user, hostKeys } = host
    const told = await runWith({ ...link, address: link.address, port: link.port, user, hostKeys }, ...lines)
    expect(told).toEqual({ status: "failed", codes: ["pull/closed"] })
    expect(link.cuts).toBeGreaterThan(0)
    await story.fleet([host, well], { hostLines: { sick: lines } })
    expect((await story.backup()).code, "once it is back").toBe(0)
  },
)

/** Greets as the reader does, then sends what it is told to, as long as somebody reads. */
function afterGreeting(chunk: () => Buffer, chunks: number): Misbehaviour {
  return {
    kind: "custom",
    exec(channel) {
      channel.write(greeting)
      let left = chunks
      const more = () => {
        while (left-- > 0 && !channel.destroyed && channel.write(chunk()));
      }
      channel.on("drain", more)
      more()
    },
  }
}

function endlessEntries(): () => Buffer {
  let count = 0
  const entry = () => `rf 640 0 0 1 1700000000.5\0/etc/pmta/${count++}\0\0`
  return () => Buffer.from(Array.from({ length: 1000 }, entry).join(""))
}

const greeting = Buffer.from(`${readerGreeting} plain\n`)
test.each<[string, Misbehaviour, string]>([
  ["says nothing at all", { kind: "silent-before-banner" }, "pull/stalled"],
  ["speaks no SSH", { kind: "no-ssh" }, "pull/unreachable"],
  ["never ends its banner", { kind: "endless-banner" }, "pull/unreachable"],
  ["hangs up at once", { kind: "closes-at-once" }, "pull/unreachable"],
  ["lets nobody in", { kind: "refuses-every-key" }, "pull/refused-key"],
  ["is silent after the login", { kind: "silent-after-login" }, "pull/stalled"],
  ["is silent after its greeting", { kind: "stalls-in-exec", after: greeting }, "pull/stalled"],
  ["hangs up after its greeting", { kind: "cuts-in-exec", after: greeting }, "pull/closed"],
  ["sends without end", { kind: "endless-output" }, "pull/no-way-to-read"],
  ["sends garbage", { kind: "garbage-output" }, "pull/no-way-to-read"],
  ["sends garbage after its greeting", afterGreeting(() => randomBytes(1 << 16), 1), "pull/malformed"],
  ["names entries without end", afterGreeting(endlessEntries(), Infinity), "pull/malformed"],
  ["runs nothing", { kind: "refuses-exec" }, "pull/no-way-to-read"],
])("a host that %s", async (_, how, code) => {
  await using host = await misbehaving(how)
  const { address, port, user } = host
  const hostKeys = { ...well.hostKeys, ...host.hostKeys }
  expect(await runWith({ address, port, user, hostKeys })).toEqual({ status: "failed", codes: [code] })
})
