/**
 * Checks a DKIM signature by the RFCs alone, as a second implementation beside the library that made it. Knows what a
 * drill signs: `c=relaxed/relaxed`, sha256, RSA and Ed25519, one signature on top.
 * @see RFC 6376, sections 3.4.2, 3.4.4, 3.5, 3.7; RFC 8463, section 3
 */
import { createHash, createPublicKey, type KeyObject, verify } from "node:crypto"

/**
 * @param message    with lines that end in CR LF, its DKIM-Signature first
 * @param publicKey  base64, as in `p=` of the DNS record
 * @returns          null when the signature is good, or what is not
 */
export function checkSignature(message: string, publicKey: string): string | null {
  const split = message.indexOf("\r\n\r\n")
  const head = message.slice(0, split + 2)
  const [signature, ...others] = [...head.matchAll(/[^\r\n]+(?:\r\n[ \t][^\r\n]*)*\r\n/g)].map(String)
  if (signature === undefined || !/^dkim-signature:.*[;\s]c=relaxed\/relaxed\s*;/is.test(signature))
    return "no relaxed/relaxed signature is on top"
  const tags = tagsOf(signature)
  const algorithm = tags.get("a")
  const body = relaxedBody(message.slice(split + 4))
  if (createHash("sha256").update(body).digest("base64") !== tags.get("bh")) return "the body hash differs"
  const signed = `${signedFields(String(tags.get("h")), others)}${relaxedField(withoutValue(signature)).slice(0, -2)}`
  const key = keyOf(publicKey, algorithm)
  if (key === null) return `the record's key is none for ${algorithm}`
  const bytes = Buffer.from(String(tags.get("b")), "base64")
  // Ed25519 signs the digest, RSA what was digested.
  const isGood =
    algorithm === "ed25519-sha256"
      ? verify(null, createHash("sha256").update(signed).digest(), key, bytes)
      : verify("sha256", Buffer.from(signed), key, bytes)
  return isGood ? null : "the signature does not fit the headers"
}

/** Blanks within a value mean nothing in any tag that is read here. */
function tagsOf(field: string): ReadonlyMap<string, string> {
  const list = field.slice(field.indexOf(":") + 1).split(";")
  return new Map(
    list.map(part => {
      const equals = part.indexOf("=")
      return [part.slice(0, equals).trim(), part.slice(equals + 1).replace(/\s/g, "")]
    }),
  )
}

/** Each name takes the lowest field of that name that is left; one that is not there signs its absence. */
function signedFields(names: string, fields: readonly string[]): string {
  const left = fields.map(relaxedField)
  return names
    .split(":")
    .map(name => {
      const at = left.findLastIndex(field => field.startsWith(`${name.toLowerCase()}:`))
      return at === -1 ? "" : left.splice(at, 1).join("")
    })
    .join("")
}

function relaxedField(field: string): string {
  const colon = field.indexOf(":")
  const value = field
    .slice(colon + 1)
    .replace(/\r\n/g, "")
    .replace(/[ \t]+/g, " ")
    .trim()
  return `${field.slice(0, colon).trimEnd().toLowerCase()}:${value}\r\n`
}

/** The signature signs its own field without the value of `b=`. */
const withoutValue = (field: string): string => field.replace(/([;\s:]b[ \t]*=)[^;]*/, "$1")

function relaxedBody(body: string): string {
  const lines = body.split("\r\n").map(line => line.replace(/[ \t]+/g, " ").trimEnd())
  const text = lines.join("\r\n").replace(/(\r\n)+$/, "")
  return text === "" ? "" : `${text}\r\n`
}

function keyOf(publicKey: string, algorithm: string | undefined): KeyObject | null {
  const der = Buffer.from(publicKey, "base64")
  try {
    if (algorithm === "ed25519-sha256") {
      return createPublicKey({
        format: "jwk",
        key: { kty: "OKP", crv: "Ed25519", x: der.toString("base64url") },
      })
    }
    const key = createPublicKey({ key: der, format: "der", type: "spki" })
    return key.asymmetricKeyType === "rsa" && algorithm === "rsa-sha256" ? key : null
  } catch {
    return null
  }
}
