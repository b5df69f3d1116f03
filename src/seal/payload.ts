/**
 * The payload of an age file, which is all its bytes, by the runtime's own ChaCha20-Poly1305: the one of the
 * `age-encryption` library is about nine times slower.
 * Source: C2SP, "age", section "Payload".
 */
import { createCipheriv, createDecipheriv, createSecretKey, hkdfSync, type KeyObject } from "node:crypto"
import { release } from "../core/release.ts"

export const chunkBytes = 64 * 1024
export const tagBytes = 16
export const nonceBytes = 16
export const sealedChunkBytes = chunkBytes + tagBytes

/** What these give, in order, is the payload. The memory of what was given is taken back when the next is asked for. */
export interface Sealing {
  /** @param plaintext  its memory is the caller's again when all was given */
  add(plaintext: Uint8Array): Iterable<Buffer>
  end(): Iterable<Buffer>
}

/** Why a sealed file does not open. */
export type Unopened = "wrong-identity" | "truncated" | "damaged"

/** Why opening ends in the midst of a file; what was given before it is what was sealed. */
export class NotOpened extends Error {
  override readonly name = "NotOpened"
  readonly why: Unopened

  constructor(why: Unopened) {
    super(why)
    this.why = why
  }
}

/**
 * What these give, in order, is the plaintext, of which nothing is certain to be all before `end` has given the last
 * of it. The memory of what was given is taken back when the next is asked for. Both throw NotOpened.
 */
export interface Opening {
  /** @param sealed  its memory is the caller's again when all was given */
  add(sealed: Uint8Array): Iterable<Buffer>
  end(): Iterable<Buffer>
}

/** As an object: from bytes, Node would make one for each chunk. */
export function payloadKey(fileKey: Uint8Array, nonce: Uint8Array): KeyObject {
  return createSecretKey(Buffer.from(hkdfSync("sha256", fileKey, nonce, "payload", 32)))
}

/** STREAM: chunks of 64 KiB under a counter nonce, the last one marked; an empty payload is one empty chunk. */
export function sealPayload(key: KeyObject): Sealing {
  let index = 0

  function* seal(chunk: Uint8Array, isLast: boolean): Generator<Buffer> {
    const nonce = payloadNonce(index++, isLast)
    const cipher = createCipheriv("chacha20-poly1305", key, nonce, { authTagLength: tagBytes })
    const sealed = cipher.update(chunk)
    cipher.final()
    yield sealed
    // Left to the garbage collector, each chunk would be new memory, which the system has to find and clear.
    release(sealed)
    yield cipher.getAuthTag()
  }

  const chunks = inChunks(chunkBytes, chunk => seal(chunk, false))
  return { add: chunks.add, end: () => seal(chunks.rest(), true) }
}

/** @throws NotOpened */
export function openPayload(key: KeyObject): Opening {
  let index = 0

  function* open(chunk: Uint8Array): Generator<Buffer> {
    const plain = openChunk(key, payloadNonce(index++, false), chunk)
    if (plain === null) throw new NotOpened("damaged")
    yield plain
    release(plain)
  }

  function* openLast(chunk: Uint8Array): Generator<Buffer> {
    if (chunk.length < tagBytes) throw new NotOpened("truncated")
    const plain = openChunk(key, payloadNonce(index, true), chunk)
    if (plain === null) {
      // A chunk that is whole, but not marked as the last: the rest was cut off.
      const isCut = openChunk(key, payloadNonce(index, false), chunk) !== null
      throw new NotOpened(isCut ? "truncated" : "damaged")
    }
    // STREAM ends in an empty chunk only when there is nothing else; else one plaintext had two ciphertexts.
    if (plain.length === 0 && index > 0) throw new NotOpened("damaged")
    yield plain
    release(plain)
  }

  const chunks = inChunks(sealedChunkBytes, open)
  return { add: chunks.add, end: () => openLast(chunks.rest()) }
}

/**
 * Cuts what comes into chunks of so many bytes. A full chunk waits until it is known that another follows: the last
 * one is another thing.
 */
function inChunks(size: number, use: (chunk: Uint8Array) => Iterable<Buffer>) {
  const waiting = Buffer.allocUnsafe(size)
  let filled = 0
  return {
    *add(bytes: Uint8Array): Generator<Buffer> {
      for (let at = 0; at < bytes.length; ) {
        if (filled === size) {
          yield* use(waiting)
          filled = 0
        }
        if (filled === 0 && bytes.length - at > size) {
          yield* use(bytes.subarray(at, at + size))
          at += size
        } else {
          const part = bytes.subarray(at, at + size - filled)
          waiting.set(part, filled)
          filled += part.length
          at += part.length
        }
      }
    },
    rest: () => waiting.subarray(0, filled),
  }
}

/** The nonce of one chunk: eleven bytes of counter, one that marks the last chunk. */
export function payloadNonce(index: number, isLast: boolean): Buffer {
  const nonce = Buffer.alloc(12)
  nonce.writeUIntBE(index, 5, 6)
  nonce[11] = isLast ? 1 : 0
  return nonce
}

function openChunk(key: KeyObject, nonce: Buffer, chunk: Uint8Array): Buffer | null {
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
