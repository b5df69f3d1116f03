/** Sealing to age recipients: header and payload, by the runtime's own cryptography as far as that goes. */
import { randomBytes } from "node:crypto"
import { sealHeader } from "./age-header.ts"
import { chunkBytes, nonceBytes, payloadKey, type Sealing, sealPayload, tagBytes } from "./payload.ts"

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
  return await encryptInto(Buffer.alloc(0), recipients, ...parts)
}

/** As `encrypt`, in this memory where there is enough of it. New memory costs as much as sealing into it. */
export async function encryptInto(
  memory: Buffer,
  recipients: readonly string[],
  ...parts: readonly Uint8Array[]
): Promise<Buffer> {
  const file = await encryption(recipients)
  const bytes = parts.reduce((sum, part) => sum + part.length, 0)
  const tags = Math.max(1, Math.ceil(bytes / chunkBytes)) * tagBytes
  const size = file.head.length + bytes + tags
  const whole = memory.length >= size ? memory.subarray(0, size) : Buffer.allocUnsafeSlow(size)
  let filled = file.head.copy(whole)
  for (const part of parts) for (const sealed of file.add(part)) filled += sealed.copy(whole, filled)
  for (const sealed of file.end()) filled += sealed.copy(whole, filled)
  return whole
}

/** A binary age file in the making: what these give, in order, is the file. */
export interface Encryption extends Sealing {
  readonly head: Buffer
}

/** As `encrypt`, for a plaintext that is not in memory as a whole. */
export async function encryption(recipients: readonly string[]): Promise<Encryption> {
  const { header, fileKey } = await sealHeader(recipients)
  const nonce = randomBytes(nonceBytes)
  return { head: Buffer.concat([header, nonce]), ...sealPayload(payloadKey(fileKey, nonce)) }
}
