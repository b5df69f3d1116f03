/** Opening what was sealed to age recipients. Identities exist in restore, verify and drill only. */
import { armor, Decrypter } from "age-encryption"
import { Problem } from "../core/problem.ts"
import type { Secret } from "../core/secret.ts"
import {
  NotOpened,
  nonceBytes,
  type Opening,
  openPayload,
  payloadKey,
  sealedChunkBytes,
  tagBytes,
  type Unopened,
} from "./payload.ts"

export { NotOpened, type Unopened }

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

/**
 * Opens an age file, binary as bundles are, or in the armor that `age -a` writes. The header is read by the
 * `age-encryption` library, the payload by the runtime's own ChaCha20-Poly1305, as when sealing.
 * @returns the plaintext, or why there is none
 */
export async function decrypt(bytes: Uint8Array, identities: Identities): Promise<Buffer | Unopened> {
  const sealed = withoutArmor(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length))
  if (sealed === null) return "damaged"
  const opening = await decryption(sealed, identities)
  if (typeof opening === "string") return opening
  const payload = sealed.subarray(opening.headBytes)
  const tags = Math.ceil(payload.length / sealedChunkBytes) * tagBytes
  // Chunks go into one buffer as they are opened: kept apart, and joined at the end, they would be there twice.
  const whole = Buffer.allocUnsafeSlow(Math.max(0, payload.length - tags))
  let filled = 0
  try {
    for (const plain of opening.add(payload)) filled += plain.copy(whole, filled)
    for (const plain of opening.end()) filled += plain.copy(whole, filled)
    return whole
  } catch (error) {
    if (error instanceof NotOpened) return error.why
    throw error
  }
}

/** A binary age file as it is opened: what these give, in order, is the plaintext. */
export interface Decryption extends Opening {
  /** where the payload begins, the first bytes to be added */
  readonly headBytes: number
}

/**
 * As `decrypt`, for a binary file that is not in memory as a whole.
 * @param start  of the file: its header at least, and the nonce behind it
 */
export async function decryption(start: Buffer, identities: Identities): Promise<Decryption | Unopened> {
  const mac = start.indexOf("\n--- ")
  const headerEnd = mac === -1 ? -1 : start.indexOf(0x0a, mac + 1)
  if (headerEnd === -1) return "damaged"
  const fileKey = await openHeader(start.subarray(0, headerEnd + 1), identities)
  if (typeof fileKey === "string") return fileKey
  const headBytes = headerEnd + 1 + nonceBytes
  const nonce = start.subarray(headerEnd + 1, headBytes)
  if (nonce.length < nonceBytes) return "truncated"
  return { headBytes, ...openPayload(payloadKey(fileKey, nonce)) }
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
