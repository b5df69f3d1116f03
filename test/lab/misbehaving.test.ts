import { expect, test } from "vitest"
import { finish } from "./child.ts"
import { type Misbehaviour, misbehaving } from "./misbehaving.ts"
import { slowLink } from "./slow-link.ts"
import { ssh } from "./ssh.ts"
import { sshd } from "./sshd.ts"

/** What stock `ssh` makes of it, killed after 1.5 s. */
async function login(how: Misbehaviour) {
  await using host = await misbehaving(how)
  const options = [
    "StrictHostKeyChecking=no",
    "UserKnownHostsFile=/dev/null",
    "BatchMode=yes",
    "IdentitiesOnly=yes",
  ]
  const finished = await finish(
    "ssh",
    [
      ...[
        "-F",
        "none",
        "-q",
        "-i",
        host.clientKey,
        "-p",
        `${host.port}`,
        ...options.flatMap(option => ["-o", option]),
      ],
      ...[`${host.user}@${host.address}`, "read it"],
    ],
    { timeoutMs: 1_500 },
  )
  return {
    ...finished,
    commands: [...host.commands],
    bytesSent: host.bytesSent,
    connections: host.connections,
  }
}

test("a stand-in stalls at the chosen stage", async () => {
  const stages: readonly Misbehaviour[] = [
    { kind: "silent-before-banner" },
    { kind: "silent-after-login" },
    { kind: "stalls-in-exec", after: Buffer.from("half") },
  ]
  const [banner, after, exec] = await Promise.all(stages.map(login))
  expect([banner?.timedOut, after?.timedOut, exec?.timedOut]).toEqual([true, true, true])
  expect([banner?.connections, after?.connections]).toEqual([1, 1])
  expect(exec?.stdout.toString()).toBe("half")
  expect(exec?.commands).toEqual(["read it"])
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
  const [closed, noSsh, refused, noExec, cut, garbage] = await Promise.all(kinds.map(login))
  expect([closed?.code, noSsh?.code, refused?.code, noExec?.code, cut?.code]).toEqual([
    255, 255, 255, 255, 255,
  ])
  expect(cut?.stdout.toString()).toBe("half")
  expect(garbage?.stdout).toHaveLength(1 << 20)
  expect(garbage?.code).toBe(0)
})

test("a stand-in sends without end, as fast as it is read", async () => {
  const [output, banner] = await Promise.all([
    login({ kind: "endless-output" }),
    login({ kind: "endless-banner" }),
  ])
  expect(output.timedOut).toBe(true)
  expect(output.bytesSent).toBeGreaterThan(5_000_000)
  expect(banner.commands).toEqual([])
})

test("a slow link adds its delay to every round trip", async () => {
  await using host = await sshd({ name: "mta1" })
  await using link = await slowLink(host, 50)
  const far = { ...host, address: link.address, port: link.port, hostKeys: host.hostKeys }
  const [near, slow] = [await ssh(host, "true"), await ssh(far, "true")]
  expect([near.code, slow.code]).toEqual([0, 0])
  expect(slow.ms - near.ms).toBeGreaterThan(400)
})
