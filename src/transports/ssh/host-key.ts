import { createHash } from "node:crypto"
import type { Host, HostKeyPin } from "../../core/fleet.ts"
import { Problem } from "../../core/problem.ts"
import type { OfferedKey } from "../../core/transport.ts"

/** Signature algorithms to offer in negotiation, by type of host key; strongest first. No SHA-1. */
const signatures: Readonly<Record<string, readonly string[]>> = {
  "ssh-ed25519": ["ssh-ed25519"],
  "ecdsa-sha2-nistp256": ["ecdsa-sha2-nistp256"],
  "ecdsa-sha2-nistp384": ["ecdsa-sha2-nistp384"],
  "ecdsa-sha2-nistp521": ["ecdsa-sha2-nistp521"],
  "ssh-rsa": ["rsa-sha2-512", "rsa-sha2-256"],
}
export const hostKeyTypes: readonly string[] = Object.keys(signatures)

/** What to offer so that a host answers with a key of one of these types. */
export function signatureAlgorithms(types: readonly string[]): string[] {
  return types.flatMap(type => signatures[type] ?? [])
}

/**
 * Which types of host key to ask for, in turn. A pinned key names its type; behind a fingerprint any type
 * may stand, and a host shows one key per connection: so each type is asked for until one agrees.
 */
export function typesToAsk(pins: readonly HostKeyPin[]): readonly (readonly string[])[] {
  const types = pins.flatMap(pin => (pin.kind === "key" ? [pin.algorithm] : []))
  if (types.length === pins.length) return [[...new Set(types)]]
  return [[...new Set([...types, ...hostKeyTypes])], ...hostKeyTypes.map(type => [type])]
}

export function offeredKey(blob: Buffer): OfferedKey {
  const length = blob.length < 4 ? 0 : blob.readUInt32BE(0)
  return { algorithm: blob.toString("latin1", 4, 4 + length), base64: blob.toString("base64") }
}

/** As `ssh-keygen -l` prints it. */
export function fingerprintOf(key: OfferedKey): string {
  const digest = createHash("sha256").update(Buffer.from(key.base64, "base64")).digest("base64")
  return `SHA256:${digest.replace(/=+$/, "")}`
}

export function isPinned(key: OfferedKey, pins: readonly HostKeyPin[]): boolean {
  return pins.some(pin =>
    pin.kind === "key"
      ? pin.algorithm === key.algorithm && pin.base64 === key.base64
      : pin.sha256 === fingerprintOf(key),
  )
}

export function hostKeyChanged(host: Host, offered: readonly OfferedKey[]): Problem {
  const expected = host.hostKeys.map(pin =>
    pin.kind === "fingerprint"
      ? `expected ${pin.sha256}`
      : `expected ${fingerprintOf(pin)} (${pin.algorithm})`,
  )
  const got =
    offered.length === 0
      ? ["offered  no key of the pinned types"]
      : offered.map(key => `offered  ${fingerprintOf(key)} (${key.algorithm})`)
  return new Problem(
    "pull/host-key-changed",
    `${host.name} answers with another host key; nothing was sent to it`,
    {
      data: [...expected, ...got],
      hint: `was ${host.name} rebuilt? compare on its console with \`ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub\`, then run \`pmta-vault pin ${host.name}\``,
    },
  )
}
