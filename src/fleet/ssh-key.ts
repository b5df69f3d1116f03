import { Buffer } from "node:buffer"
import { certain } from "../core/certain.ts"
import type { HostKeyPin } from "../core/fleet.ts"
import { didYouMean } from "../core/nearest.ts"
import { partAt } from "../core/parts.ts"

/** Fields of a public key after its type. @see RFC 4253, 6.6; RFC 5656, 3.1; RFC 8709, 4 */
const fieldsOf = {
  "ssh-ed25519": 1,
  "ssh-rsa": 2,
  "ecdsa-sha2-nistp256": 2,
  "ecdsa-sha2-nistp384": 2,
  "ecdsa-sha2-nistp521": 2,
} as const

type Algorithm = keyof typeof fieldsOf

export const hostKeyAlgorithms = Object.keys(fieldsOf) as Algorithm[]
export const signerAlgorithms: readonly Algorithm[] = ["ssh-ed25519", "ssh-rsa"]

const smallestRsaBits = 2048
const copyAgain = "copy the whole line again"

/** What is wrong with a line of `hostKeys`, as the end of a sentence with its remedy; null: nothing. */
export function hostKeyFault(text: string): string | null {
  if (text.startsWith("MD5:") || /^([0-9a-f]{2}:){15}[0-9a-f]{2}$/i.test(text)) {
    return "is an MD5 fingerprint, which can be forged; use the SHA256: one"
  }
  if (text.startsWith("SHA256:")) {
    return /^SHA256:[A-Za-z0-9+/]{43}$/.test(text)
      ? null
      : "is not a fingerprint; after SHA256: come 43 characters, without ="
  }
  const [first, second] = [partAt(text, " ", 0), partAt(text, " ", 1)]
  // A line of known_hosts has the host in front.
  if (!isAlgorithm(first) && isAlgorithm(second))
    return `begins with a host; leave ${JSON.stringify(first)} out`
  return publicKeyFault(text, hostKeyAlgorithms)
}

/** What is wrong with a line of `signers`, as the end of a sentence with its remedy; null: nothing. */
export function signerFault(text: string): string | null {
  if (text.startsWith("SHA256:")) return "is a fingerprint; signatures are checked with the whole public key"
  return publicKeyFault(text, signerAlgorithms)
}

/** @param text  one in which `hostKeyFault` finds nothing */
export function pinOf(text: string): HostKeyPin {
  if (text.startsWith("SHA256:")) return { kind: "fingerprint", sha256: text }
  return { kind: "key", algorithm: partAt(text, " ", 0), base64: partAt(text, " ", 1) }
}

/** The key of a public key line without its comment: what makes two lines the same key. */
export const withoutComment = (text: string): string => text.split(" ", 2).join(" ")

function publicKeyFault(text: string, algorithms: readonly Algorithm[]): string | null {
  if (/PRIVATE KEY/.test(text)) return "is a private key; write the line of its .pub file"
  const [algorithm, base64] = [partAt(text, " ", 0), partAt(text, " ", 1)]
  if (!isAlgorithm(algorithm) || !algorithms.includes(algorithm)) {
    const known = algorithms.join(", ")
    return `begins with ${JSON.stringify(algorithm.slice(0, 40))}, which is not one of ${known}${didYouMean(algorithm, algorithms)}`
  }
  if (base64 === "") return `has nothing after ${algorithm}; ${copyAgain}`
  const fields = fieldsIn(base64)
  if (fields === null) return `is cut off or not base64; ${copyAgain}`
  const [type, ...values] = fields
  const inner = certain(type).toString("latin1")
  if (inner !== algorithm)
    return `says ${algorithm}, but holds a key of type ${JSON.stringify(inner.slice(0, 40))}; ${copyAgain}`
  if (values.length !== fieldsOf[algorithm] || values.some(value => value.length === 0))
    return `holds no whole key; ${copyAgain}`
  if (algorithm === "ssh-ed25519" && values[0]?.length !== 32) return `holds no whole key; ${copyAgain}`
  const bits = algorithm === "ssh-rsa" ? bitsOf(certain(values[1])) : smallestRsaBits
  return bits < smallestRsaBits ? `is an RSA key of ${bits} bits, which is too weak; use ssh-ed25519` : null
}

/** The length-prefixed fields of a key blob; null when it is not base64 or does not end where it says. */
function fieldsIn(base64: string): readonly Buffer[] | null {
  const bytes = Buffer.from(base64, "base64")
  if (bytes.toString("base64") !== base64) return null
  const fields: Buffer[] = []
  for (let at = 0; at < bytes.length; ) {
    const end = at + 4 <= bytes.length ? at + 4 + bytes.readUInt32BE(at) : Number.POSITIVE_INFINITY
    if (end > bytes.length) return null
    fields.push(bytes.subarray(at + 4, end))
    at = end
  }
  return fields
}

/** Bits of an SSH mpint, which has a zero byte in front where the first bit would be a sign. */
function bitsOf(modulus: Buffer): number {
  const hex = modulus.toString("hex").replace(/^0+/, "")
  return hex === "" ? 0 : BigInt(`0x${hex}`).toString(2).length
}

const isAlgorithm = (text: string): text is Algorithm => Object.hasOwn(fieldsOf, text)
