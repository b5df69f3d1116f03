/** Public facts of DKIM keys: where each is used and its public half. The private half never leaves here. */

import { createPrivateKey, createPublicKey, hash, type KeyObject } from "node:crypto"
import type { CapturedFile } from "../../core/file.ts"
import { compareTexts } from "../../core/order.ts"
import type { Facts, Fingerprint } from "../../core/profile.ts"
import { domainKeys } from "./references.ts"

/**
 * By path: `use` as `selector._domainkey.domain`, `type`, `bits`, `publicKey` as in the `p=` of the DNS record.
 * A file that is no usable key has `unreadable` with the reason, and a fingerprint, so that a change shows.
 * @see RFC 6376 section 3.6.1 (RSA: SubjectPublicKeyInfo), RFC 8463 section 4 (Ed25519: the 32 bytes)
 */
export function dkimFacts(
  files: readonly CapturedFile[],
  configs: ReadonlyMap<string, string>,
  fingerprint: Fingerprint,
): Facts {
  const uses = new Map<string, Set<string>>()
  for (const text of configs.values()) {
    for (const { selector, domain, path } of domainKeys(text)) {
      const names = uses.get(path) ?? new Set()
      uses.set(path, names.add(`${selector}._domainkey.${domain}`))
    }
  }
  const facts: Record<string, unknown> = {}
  for (const { entry, content } of files.toSorted((a, b) => compareTexts(a.entry.path, b.entry.path))) {
    const bytes = content.reveal("the public half of a DKIM key is derived from it")
    const use = [...(uses.get(entry.path) ?? [])].toSorted()
    facts[entry.path] = { use, ...keyFacts(bytes, fingerprint) }
  }
  return facts
}

/** Public facts of keys by the digest of their file: hosts of a fleet share keys, and reading one is slow. */
const known = new Map<string, Facts>()
const mostKnown = 10_000

/** What cannot be read is not kept: its facts depend on the fingerprint. */
function keyFacts(bytes: Uint8Array, fingerprint: Fingerprint): Facts {
  const digest = hash("sha256", bytes, "base64")
  const before = known.get(digest)
  if (before !== undefined) return before
  const facts = readFacts(bytes, fingerprint)
  if (!("unreadable" in facts)) {
    if (known.size >= mostKnown) known.clear()
    known.set(digest, facts)
  }
  return facts
}

function readFacts(bytes: Uint8Array, fingerprint: Fingerprint): Facts {
  const unreadable = (reason: string) => ({ unreadable: reason, content: fingerprint(bytes) })
  const text = Buffer.from(bytes).toString("latin1")
  if (/-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type:.*ENCRYPTED/m.test(text))
    return unreadable("encrypted")
  const key = readKey(text)
  if (key === null) return unreadable("not a key in PEM")
  const { type, publicKey } = key
  const { asymmetricKeyType } = publicKey
  const der = publicKey.export({ type: "spki", format: "der" })
  const half = type === "public" ? { half: "public only" } : {}
  if (asymmetricKeyType === "rsa") {
    return {
      type: "rsa",
      bits: modulusBits(der),
      publicKey: der.toString("base64"),
      ...half,
    }
  }
  if (asymmetricKeyType === "ed25519") {
    return { type: "ed25519", bits: 256, publicKey: der.subarray(-32).toString("base64"), ...half }
  }
  return unreadable(`a ${asymmetricKeyType} key, which DKIM does not know`)
}

function readKey(
  text: string,
): { readonly type: "private" | "public"; readonly publicKey: KeyObject } | null {
  try {
    return { type: "private", publicKey: createPublicKey(createPrivateKey(text)) }
  } catch {
    try {
      return { type: "public", publicKey: createPublicKey(text) }
    } catch {
      return null
    }
  }
}

/**
 * The length of an RSA modulus. `asymmetricKeyDetails` says the same and takes as long as reading the key.
 * @param der  SubjectPublicKeyInfo: SEQUENCE { algorithm, BIT STRING { SEQUENCE { modulus, exponent } } }
 */
function modulusBits(der: Buffer): number {
  const algorithm = derValue(der, derValue(der, 0).start)
  const key = derValue(der, algorithm.end)
  const modulus = derValue(der, derValue(der, key.start + 1).start)
  const hex = der.toString("hex", modulus.start, modulus.end)
  return BigInt(`0x${hex}`).toString(2).length
}

/** Where the value of the DER element at `at` starts and ends. */
function derValue(der: Buffer, at: number): { readonly start: number; readonly end: number } {
  const first = der.readUInt8(at + 1)
  const size = first < 128 ? 0 : first - 128
  const start = at + 2 + size
  return { start, end: start + (size === 0 ? first : der.readUIntBE(at + 2, size)) }
}
