/** Opening what was sealed to age recipients. Identities exist in restore, verify and drill only. */
import { createDecipheriv, type KeyObject } from "node:crypto"
import { armor, Decrypter } from "age-encryption"
import { Problem } from "../core/problem.ts"
import { release } from "../core/release.ts"
import type { Secret } from "../core/secret.ts"
import { chunkBytes, nonceBytes, payloadKey, payloadNonce, tagBytes } from "./age.ts"

/** Age identities in the clear, in memory only. */
export interface Identities {
  readonly lines: readonly string[]
}

/**
 * Reads an identity file as `age-keygen` writes it: one identity a line, `#` begins a comment.
 * @param file  null: none was given
 * @throws Problem "seal/no-identity", "seal/identity-unusable"
 */
export function readIdentities(file: Secret | null): Identities {
  if (file === null) {
    throw new Problem("seal/no-identity", "there is no age identity to open the bundles with", {
      hint: "give --identity-file PATH; without one, `restore --bundle FILE` hands over what is still sealed",
    })
  }
  const text = file.revealText("read the identities in it")
  if (/^age-encryption\.org\/v1|BEGIN AGE ENCRYPTED FILE/.test(text)) {
    throw unusable("is locked with a passphrase", "unlock it first: `age -d identity.age > identity`")
  }
  const lines = text.split("\n").map(line => line.trim())
  const found = lines.filter(line => line !== "" && !line.startsWith("#"))
  if (found.some(line => /^age1/.test(line))) {
    throw unusable("holds a recipient, the public half", "give the one that begins with AGE-SECRET-KEY-")
  }
  try {
    const decrypter = new Decrypter()
    for (const line of found) decrypter.addIdentity(line)
  } catch (cause) {
    throw unusable("holds a line that is no age identity", "copy the file again, all its characters", cause)
  }
  if (found.length === 0) throw unusable("is empty", "copy the file again, all its characters")
  return { lines: found }
}

function unusable(what: string, hint: string, cause?: unknown): Problem {
  return new Problem("seal/identity-unusable", `identity ${what}`, { hint, cause })
}

/** Why a sealed file does not open. */
export type Unopened = "wrong-identity" | "truncated" | "damaged"

/**
 * Opens an age file, binary as bundles are, or in the armor that `age -a` writes. The header is read by the
 * `age-encryption` library, the payload by the runtime's own ChaCha20-Poly1305, as when sealing.
 * @returns the plaintext, or why there is none
 */
export async function decrypt(bytes: Uint8Array, identities: Identities): Promise<Buffer | Unopened> {
  const sealed = withoutArmor(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length))
  if (sealed === null) return "damaged"
  const mac = sealed.indexOf("\n--- ")
  const headerEnd = mac === -1 ? -1 : sealed.indexOf(0x0a, mac + 1)
  if (headerEnd === -1) return "damaged"
  const fileKey = await openHeader(sealed.subarray(0, headerEnd + 1), identities)
  if (typeof fileKey === "string") return fileKey
  const nonce = sealed.subarray(headerEnd + 1, headerEnd + 1 + nonceBytes)
  const payload = sealed.subarray(headerEnd + 1 + nonceBytes)
  if (nonce.length < nonceBytes || payload.length < tagBytes) return "truncated"
  return openPayload(payloadKey(fileKey, nonce), payload)
}

/** @returns null when the armor is broken */
function withoutArmor(file: Buffer): Buffer | null {
  if (!/^\s*-----BEGIN/.test(file.toString("latin1", 0, 1024))) return file
  try {
    return Buffer.from(armor.decode(file.toString("latin1")))
  } catch {
    return null
  }
}

async function openHeader(header: Buffer, { lines }: Identities): Promise<Uint8Array | Unopened> {
  const decrypter = new Decrypter()
  for (const line of lines) decrypter.addIdentity(line)
  let nobody = false
  // Asked last, and only when no identity before it could unwrap the file key.
  decrypter.addIdentity({
    unwrapFileKey() {
      nobody = true
      return null
    },
  })
  try {
    return await decrypter.decryptHeader(header)
  } catch {
    return nobody ? "wrong-identity" : "damaged"
  }
}

function openPayload(key: KeyObject, payload: Buffer): Buffer | Unopened {
  const sealedChunk = chunkBytes + tagBytes
  const count = Math.ceil(payload.length / sealedChunk)
  // Chunks go into one buffer as they are opened: kept apart, and joined at the end, they would be there twice.
  const whole = Buffer.allocUnsafeSlow(Math.max(0, payload.length - count * tagBytes))
  let bytes = 0
  for (let index = 0; index < count; index++) {
    const chunk = payload.subarray(index * sealedChunk, (index + 1) * sealedChunk)
    const isLast = index === count - 1
    if (chunk.length < tagBytes) return "truncated"
    const plain = openChunk(key, payloadNonce(index, isLast), chunk)
    // A chunk that is whole, but not marked as the last: the rest was cut off.
    if (plain === null)
      return isLast && openChunk(key, payloadNonce(index, false), chunk) !== null ? "truncated" : "damaged"
    // STREAM ends in an empty chunk only when there is nothing else; else one plaintext had two ciphertexts.
    if (plain.length === 0 && index > 0) return "damaged"
    bytes += plain.copy(whole, bytes)
    release(plain)
  }
  return whole
}

function openChunk(key: KeyObject, nonce: Buffer, chunk: Buffer): Buffer | null {
  const decipher = createDecipheriv("chacha20-poly1305", key, nonce, { authTagLength: tagBytes })
  decipher.setAuthTag(chunk.subarray(chunk.length - tagBytes))
  const plain = decipher.update(chunk.subarray(0, chunk.length - tagBytes))
  try {
    decipher.final()
    return plain
  } catch {
    return null
  }
}
