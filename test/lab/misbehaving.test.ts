import { setTimeout as pause } from "node:timers/promises"
import { expect, test, vi } from "vitest"
import { finish } from "./child.ts"
import { type Misbehaving, type Misbehaviour, misbehaving } from "./misbehaving.ts"
import { slowLink } from "./slow-link.ts"
import { ssh, sshOptions } from "./ssh.ts"
import { sshd } from "./sshd.ts"

/**
 * What stock `ssh` makes of it.
 * @param until  it is killed a second after this holds; null: it has to end by itself
 */
async function login(how: Misbehaviour, until: ((host: Misbehaving) => boolean) | null = null) {
  await using host = await misbehaving(how)
  const stop = new AbortController()
  const client = finish("ssh", [...sshOptions(host), "-q", `${host.user}@${host.address}`, "read it"], {
    signal: stop.signal,
  })
  if (until !== null) {
    await vi.waitUntil(() => until(host), { timeout: 30_000 })
    await pause(1_000)
    stop.abort()
  }
  const { code, stdout } = await client
  return { code, stdout, commands: [...host.commands], connections: host.connections }
}

test("a stand-in stalls at the chosen stage", async () => {
  const [banner, after, exec] = await Promise.all([
    login({ kind: "silent-before-banner" }, host => host.connections > 0),
    login({ kind: "silent-after-login" }, host => host.connections > 0),
    login({ kind: "stalls-in-exec", after: Buffer.from("half") }, host => host.commands.length > 0),
  ])
  expect([banner.code, after.code, exec.code]).toEqual([null, null, null])
  expect([banner.connections, after.connections]).toEqual([1, 1])
  expect(exec.stdout.toString()).toBe("half")
  expect(exec.commands).toEqual(["read it"])
})

test("a stand-in cuts, refuses and talks nonsense", async () => {
  const kinds: readonly Misbehaviour[] = [
    { kind: "closes-at-once" },
    { kind: "no-ssh" },
    { kind: "refuses-every-key" },
    { kind: "refuses-exec" },
    { kind: "cuts-in-exec", after: Buffer.from("half") },
    { kind: "garbage-output" },
  ]
  const [closed, noSsh, refused, noExec, cut, garbage] = await Promise.all(kinds.map(kind => login(kind)))
  expect([closed?.code, noSsh?.code, refused?.code, noExec?.code, cut?.code]).toEqual([
    255, 255, 255, 255, 255,
  ])
  expect(cut?.stdout.toString()).toBe("half")
  expect(garbage?.stdout).toHaveLength(1 << 20)
  expect(garbage?.code).toBe(0)
})

test("a stand-in sends without end, as fast as it is read", async () => {
  const [output, banner] = await Promise.all([
    login({ kind: "endless-output" }, host => host.bytesSent > 5_000_000),
    // Stock ssh has enough of it after some lines.
    login({ kind: "endless-banner" }),
  ])
  expect([output.code, banner.code]).toEqual([null, 255])
  expect(banner.commands).toEqual([])
})

test("a slow link adds its delay to every round trip", async () => {
  await using host = await sshd({ name: "mta1" })
  await using link = await slowLink(host, 50)
  const far = { ...host, address: link.address, port: link.port, hostKeys: host.hostKeys }
  // The machine may be busy during one of them.
  const near = [await ssh(host, "true"), await ssh(host, "true"), await ssh(host, "true")]
  const slow = await ssh(far, "true")
  expect([...near, slow].map(({ code }) => code)).toEqual([0, 0, 0, 0])
  expect(slow.ms - Math.min(...near.map(({ ms }) => ms))).toBeGreaterThan(400)
})
