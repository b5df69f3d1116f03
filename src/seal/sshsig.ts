/**
 * SSH signatures, as `ssh-keygen -Y sign` makes and `ssh-keygen -Y verify` checks them.
 * Source: OpenSSH, PROTOCOL.sshsig.
 */
import { createHash, createPublicKey, type KeyObject, verify as verifyRaw } from "node:crypto"
import { Problem } from "../core/problem.ts"
import type { UnlockedKey } from "./private-key.ts"

export const signatureNamespace = "pmta-vault"
/** Reports are signed under a name of their own: none can ever pass for a snapshot. */
export const reportNamespace = "pmta-vault-report"
/** So are the records of capture jobs. */
export const captureNamespace = "pmta-vault-capture"
const magic = Buffer.from("SSHSIG")
const hashAlgorithm = "sha512"

/** @returns the armored signature, with a final line end */
export function sign(key: UnlockedKey, message: Uint8Array, namespace = signatureNamespace): string {
  const algorithm = signatureAlgorithm(key.type)
  const raw: unknown = key.parsed.sign(
    signedData(message, namespace),
    algorithm === "rsa-sha2-512" ? "sha512" : undefined,
  )
  if (!Buffer.isBuffer(raw)) {
    throw new Problem("seal/key-unusable", "the signing key cannot sign", {
      ...{ cause: raw, hint: "make a new one: ssh-keygen -t ed25519 -f signing-key" },
    })
  }
  const blob = Buffer.concat([
    magic,
    uint32(1),
    string(key.parsed.getPublicSSH()),
    string(namespace),
    string(""),
    string(hashAlgorithm),
    string(Buffer.concat([string(algorithm), string(raw)])),
  ])
  return armored(blob)
}

function armored(blob: Buffer): string {
  const lines = blob.toString("base64").match(/.{1,70}/g) ?? []
  return `-----BEGIN SSH SIGNATURE-----\n${lines.join("\n")}\n-----END SSH SIGNATURE-----\n`
}

function signatureAlgorithm(type: string): string {
  if (type === "ssh-ed25519") return type
  if (type === "ssh-rsa") return "rsa-sha2-512"
  throw new Problem("seal/key-unusable", `a signing key of type ${type} is not supported`, {
    hint: "make one with `ssh-keygen -t ed25519 -f signing-key -N ''`",
  })
}

/** Why a signature is not accepted: `unsigned`, not readable as one; `stranger`, valid but not listed. */
export type Verdict = "good" | "unsigned" | "stranger" | "altered"

/** @param signers  OpenSSH public keys, `TYPE BASE64 [comment]` */
export function verify(
  signers: readonly string[],
  message: Uint8Array,
  signature: string,
  namespace = signatureNamespace,
): Verdict {
  const parsed = parseSignature(signature, namespace)
  if (parsed === null) return "unsigned"
  const line = `${parsed.type} ${parsed.publicKey.toString("base64")}`
  if (!signers.some(signer => signer.split(/\s+/).slice(0, 2).join(" ") === line)) return "stranger"
  const key = publicKeyOf(parsed)
  if (key === null) return "unsigned"
  const hash = parsed.algorithm === "rsa-sha2-512" ? "sha512" : null
  return verifyRaw(hash, signedData(message, namespace), key, parsed.signature) ? "good" : "altered"
}

/** From the form that SSH writes: RFC 8709, section 4; RFC 4253, section 6.6. */
function publicKeyOf({ type, publicKey }: ParsedSignature): KeyObject | null {
  const [, first = nothing, second = nothing] = strings(publicKey)
  const number = (bytes: Buffer) => (bytes[0] === 0 ? bytes.subarray(1) : bytes).toString("base64url")
  try {
    return type === "ssh-ed25519"
      ? createPublicKey({
          format: "jwk",
          key: { kty: "OKP", crv: "Ed25519", x: first.toString("base64url") },
        })
      : createPublicKey({ format: "jwk", key: { kty: "RSA", e: number(first), n: number(second) } })
  } catch {
    return null
  }
}

interface ParsedSignature {
  readonly type: string
  readonly publicKey: Buffer
  readonly algorithm: string
  readonly signature: Buffer
}

function parseSignature(text: string, expectedNamespace: string): ParsedSignature | null {
  const body = /^-----BEGIN SSH SIGNATURE-----\n([A-Za-z0-9+/=\n]+)-----END SSH SIGNATURE-----\n$/.exec(
    text,
  )?.[1]
  const blob = Buffer.from(body ?? "", "base64")
  // Only as `ssh-keygen` writes it: base64 has spare bits, and a signature shall have one form.
  if (armored(blob) !== text) return null
  if (blob.length < 10 || !blob.subarray(0, 6).equals(magic) || blob.readUInt32BE(6) !== 1) return null
  const [publicKey = nothing, namespace, reserved, hash, signature = nothing, ...more] = strings(
    blob.subarray(10),
  )
  const [algorithm, raw = nothing, ...rest] = strings(signature)
  const type = String(strings(publicKey)[0])
  if (namespace?.toString() !== expectedNamespace || reserved?.length !== 0) return null
  if (hash?.toString() !== hashAlgorithm || more.length + rest.length > 0) return null
  // The algorithm must be the one for this type of key: no SHA-1, no cross-over.
  const expected = { "ssh-ed25519": "ssh-ed25519", "ssh-rsa": "rsa-sha2-512" }[type]
  if (expected === undefined || algorithm?.toString() !== expected) return null
  return { type, publicKey, algorithm: expected, signature: raw }
}

function signedData(message: Uint8Array, namespace: string): Buffer {
  const digest = createHash(hashAlgorithm).update(message).digest()
  return Buffer.concat([magic, string(namespace), string(""), string(hashAlgorithm), string(digest)])
}

function uint32(value: number): Buffer {
  const buffer = Buffer.alloc(4)
  buffer.writeUInt32BE(value)
  return buffer
}

function string(content: string | Buffer): Buffer {
  const bytes = Buffer.from(content as string)
  return Buffer.concat([uint32(bytes.length), bytes])
}

const nothing = Buffer.alloc(0)

/** All SSH strings in a row, or none when the lengths do not fit. */
function strings(blob: Buffer): readonly Buffer[] {
  const found: Buffer[] = []
  for (let at = 0; at < blob.length; ) {
    if (at + 4 > blob.length) return []
    const length = blob.readUInt32BE(at)
    if (at + 4 + length > blob.length) return []
    found.push(blob.subarray(at + 4, at + 4 + length))
    at += 4 + length
  }
  return found
}
