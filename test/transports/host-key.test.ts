import { expect, test } from "vitest"
import type { HostKeyPin } from "../../src/core/fleet.ts"
import { makeKeyPair } from "../../src/transports/ssh/embedded-host.ts"
import {
  fingerprintOf,
  hostKeyChanged,
  hostKeyTypes,
  isPinned,
  offeredKey,
  signatureAlgorithms,
  typesToAsk,
} from "../../src/transports/ssh/host-key.ts"
import { fleetHost } from "../lab/fleet-file.ts"

const base64 = String(makeKeyPair().publicLine.split(" ")[1])
const offered = offeredKey(Buffer.from(base64, "base64"))
const whole: HostKeyPin = { kind: "key", algorithm: "ssh-ed25519", base64 }
const short: HostKeyPin = { kind: "fingerprint", sha256: fingerprintOf(offered) }

test("a key is the pinned one by itself or by its fingerprint, and no other is", () => {
  expect(offered.algorithm).toBe("ssh-ed25519")
  expect([isPinned(offered, [whole]), isPinned(offered, [short]), isPinned(offered, [])]).toEqual([
    true,
    true,
    false,
  ])
  const other = { ...offered, algorithm: "ssh-rsa" }
  expect(isPinned(other, [whole])).toBe(false)
  expect(offeredKey(Buffer.from([1])).algorithm).toBe("")
})

test("a host is asked for the types that are pinned, and for each type behind a fingerprint", () => {
  expect(typesToAsk([whole, whole])).toEqual([["ssh-ed25519"]])
  const [first, ...each] = typesToAsk([short])
  expect(first).toEqual([...hostKeyTypes])
  expect(each).toEqual(hostKeyTypes.map(type => [type]))
  expect(signatureAlgorithms(["ssh-rsa", "ssh-dss"])).toEqual(["rsa-sha2-512", "rsa-sha2-256"])
})

test("a changed key is told with what was expected and what came, or that nothing fitting came", () => {
  const host = fleetHost({
    address: "h",
    port: 22,
    user: "b",
    hostKeys: { ed25519: `ssh-ed25519 ${base64}` },
  })
  const told = hostKeyChanged({ ...host, hostKeys: [whole, short] }, [])
  expect(told.data).toEqual([
    `expected ${fingerprintOf(offered)} (ssh-ed25519)`,
    `expected ${fingerprintOf(offered)}`,
    "offered  no key of the pinned types",
  ])
  expect(hostKeyChanged(host, [offered]).data.at(-1)).toBe(`offered  ${fingerprintOf(offered)} (ssh-ed25519)`)
})
