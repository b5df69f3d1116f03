/**
 * Sealing to age recipients. The payload, which is all the bytes, is sealed by the runtime's own ChaCha20-Poly1305, as
 * that of the `age-encryption` library is about nine times slower.
 * Source: C2SP, "age", section "Payload".
 */
import { createCipheriv, createSecretKey, hkdfSync, type KeyObject, randomBytes } from "node:crypto"
import { release } from "../core/release.ts"
import { nonceBytes, sealHeader, tagBytes } from "./age-header.ts"

export const chunkBytes = 64 * 1024
export { nonceBytes, tagBytes }

/**
 * @param recipients  `age1…` strings; kinds, mixing and duplicates were checked by `fleet/`
 * @param parts       that make up the plaintext, in order
 * @returns           a binary age file
 * @throws            Problem "seal/no-recipient", "seal/recipient-unusable"
 */
export async function encrypt(
  recipients: readonly string[],
  ...parts: readonly Uint8Array[]
): Promise<Buffer> {
  const file = await encryption(recipients)
  const sealed = [file.head, ...parts.flatMap(part => [...file.add(part)]), ...file.end()]
  const whole = Buffer.concat(sealed)
  for (const part of sealed) release(part)
  return whole
}

/** A binary age file in the making: what these give, in order, is the file. */
export interface Encryption {
  readonly head: Buffer
  add(plaintext: Uint8Array): Iterable<Buffer>
  end(): Iterable<Buffer>
}

/** As `encrypt`, for a plaintext that is not in memory as a whole. */
export async function encryption(recipients: readonly string[]): Promise<Encryption> {
  const { header, fileKey } = await sealHeader(recipients)
  const nonce = randomBytes(nonceBytes)
  return { head: Buffer.concat([header, nonce]), ...sealPayload(payloadKey(fileKey, nonce)) }
}

/** As an object: from bytes, Node would make one for each chunk. */
export function payloadKey(fileKey: Uint8Array, nonce: Uint8Array): KeyObject {
  return createSecretKey(Buffer.from(hkdfSync("sha256", fileKey, nonce, "payload", 32)))
}

/**
 * STREAM: chunks of 64 KiB under a counter nonce, the last one marked; an empty payload is one empty chunk. A full
 * chunk waits until it is known whether another follows.
 */
function sealPayload(key: KeyObject): Pick<Encryption, "add" | "end"> {
  let waiting: Uint8Array[] = []
  let bytes = 0
  let index = 0

  function* seal(isLast: boolean): Generator<Buffer> {
    const nonce = payloadNonce(index++, isLast)
    const cipher = createCipheriv("chacha20-poly1305", key, nonce, { authTagLength: tagBytes })
    for (const part of waiting) yield cipher.update(part)
    ;[waiting, bytes] = [[], 0]
    cipher.final()
    yield cipher.getAuthTag()
  }

  return {
    *add(plaintext) {
      for (let at = 0; at < plaintext.length; ) {
        if (bytes === chunkBytes) yield* seal(false)
        const part = plaintext.subarray(at, at + chunkBytes - bytes)
        waiting.push(part)
        bytes += part.length
        at += part.length
      }
    },
    end: () => seal(true),
  }
}

/** The nonce of one chunk: eleven bytes of counter, one that marks the last chunk. */
export function payloadNonce(index: number, isLast: boolean): Buffer {
  const nonce = Buffer.alloc(12)
  nonce.writeUIntBE(index, 5, 6)
  nonce[11] = isLast ? 1 : 0
  return nonce
}
