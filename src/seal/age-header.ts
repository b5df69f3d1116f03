/**
 * The header of an age file: the file key, wrapped for each recipient. Of X25519 recipients, the usual kind, it is made
 * here by the runtime's own cryptography: the library takes four times as long, as it goes through Web Crypto and web
 * streams, and a run makes four headers a host. With recipients of any other kind, the library makes it.
 * Source: C2SP, "age", sections "Header" and "The X25519 recipient type".
 */
import {
  createCipheriv,
  createHmac,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
  randomBytes,
} from "node:crypto"
import { certain } from "../core/certain.ts"
import { Problem } from "../core/problem.ts"
import { nonceBytes, tagBytes } from "./payload.ts"

const fileKeyBytes = 16
const keyBytes = 32

export interface SealedHeader {
  readonly header: Uint8Array
  /** wrapped in it */
  readonly fileKey: Uint8Array
}

/**
 * @param recipients  `age1…` strings; kinds, mixing and duplicates were checked by `fleet/`
 * @throws            Problem "seal/no-recipient", "seal/recipient-unusable"
 */
export async function sealHeader(recipients: readonly string[]): Promise<SealedHeader> {
  if (recipients.length === 0) {
    throw new Problem("seal/no-recipient", "there is no age recipient to seal to", {
      hint: "add one line `recipients: [age1…]` to fleet.yml; make a key with `age-keygen`",
    })
  }
  const keys = (await Promise.all(recipients.map(keyOf))).filter(key => key !== null)
  return keys.length === recipients.length ? headerFor(keys) : await headerByLibrary(recipients)
}

/** An X25519 recipient. */
interface Key {
  readonly raw: Buffer
  readonly object: KeyObject
}

const known = new Map<string, Key | null>()

/** Null for a recipient of another kind. @throws Problem "seal/recipient-unusable" */
async function keyOf(recipient: string): Promise<Key | null> {
  const before = known.get(recipient)
  if (before !== undefined) return before
  // Loaded here: it takes a tenth of the time in which a run comes to its first host, and often there is nothing to seal.
  const { Encrypter } = await import("age-encryption")
  try {
    // The library knows all kinds, and how each is written.
    new Encrypter().addRecipient(recipient)
    const key = /^age1[^1]*$/i.test(recipient) ? readKey(recipient) : null
    if (key !== null) wrapped(randomBytes(fileKeyBytes), key)
    known.set(recipient, key)
    return key
  } catch (cause) {
    throw new Problem("seal/recipient-unusable", `recipient ${recipient.slice(0, 20)}… cannot be used`, {
      cause,
      hint: "copy it again into fleet.yml, or make a new one with `age-keygen`",
    })
  }
}

function headerFor(keys: readonly Key[]): SealedHeader {
  const fileKey = randomBytes(fileKeyBytes)
  const stanzas = keys.map(key => wrapped(fileKey, key))
  const text = `age-encryption.org/v1\n${stanzas.join("")}---`
  const mac = createHmac("sha256", derived(fileKey, "", "header"))
    .update(text)
    .digest()
  return { header: Buffer.from(`${text} ${base64(mac)}\n`), fileKey }
}

/** The stanza of one recipient, which fits on two lines. @throws for a key of low order: anybody could unwrap it */
function wrapped(fileKey: Uint8Array, { raw, object }: Key): string {
  const { publicKey, privateKey } = generateKeyPairSync("x25519")
  const share = publicKey.export({ format: "der", type: "spki" }).subarray(spkiHead.length)
  const secret = diffieHellman({ privateKey, publicKey: object })
  const key = derived(secret, Buffer.concat([share, raw]), "age-encryption.org/v1/X25519")
  // A nonce of zeros: the key is used once.
  const cipher = createCipheriv("chacha20-poly1305", key, Buffer.alloc(12), { authTagLength: tagBytes })
  const body = Buffer.concat([cipher.update(fileKey), cipher.final(), cipher.getAuthTag()])
  return `-> X25519 ${base64(share)}\n${base64(body)}\n`
}

const derived = (secret: Uint8Array, salt: Uint8Array | string, info: string) =>
  new Uint8Array(hkdfSync("sha256", secret, salt, info, keyBytes))

const base64 = (bytes: Buffer) => bytes.toString("base64").replaceAll("=", "")

/** DER of a SubjectPublicKeyInfo up to the key itself. @see RFC 8410 */
const spkiHead = Buffer.from("302a300506032b656e032100", "hex")
const alphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
const checksumLetters = 6

/** Letters of five bits each; the bits that fill up the last letter, and the checksum, are left out. @see BIP 173 */
function readKey(recipient: string): Key {
  const raw = Buffer.alloc(keyBytes)
  let [bits, held, at] = [0, 0, 0]
  for (const letter of recipient.toLowerCase().slice("age1".length, -checksumLetters)) {
    held = ((held << 5) | alphabet.indexOf(letter)) & 0xfff
    bits += 5
    if (bits < 8) continue
    bits -= 8
    raw[at++] = held >>> bits
  }
  const der = Buffer.concat([spkiHead, raw])
  return { raw, object: createPublicKey({ key: der, format: "der", type: "spki" }) }
}

/** The library is asked to seal nothing, and its payload is cut off. */
async function headerByLibrary(recipients: readonly string[]): Promise<SealedHeader> {
  const { Encrypter } = await import("age-encryption")
  const encrypter = new Encrypter()
  for (const recipient of recipients) encrypter.addRecipient(recipient)
  let fileKey: Uint8Array | undefined
  // One more recipient that adds nothing to the header: it is only shown the file key.
  encrypter.addRecipient({
    wrapFileKey(key) {
      fileKey = Uint8Array.from(key)
      return []
    },
  })
  const empty = await encrypter.encrypt(new Uint8Array(0))
  return { header: empty.subarray(0, empty.length - nonceBytes - tagBytes), fileKey: certain(fileKey) }
}
