/** Signatures as somebody without the key would bend them: each is told for what it is. */
import { createHash } from "node:crypto"
import ssh2 from "ssh2"
import { describe, expect, test } from "vitest"
import { Secret } from "../../src/core/secret.ts"
import { type UnlockedKey, unlockKey } from "../../src/seal/private-key.ts"
import { reportNamespace, sign, verify } from "../../src/seal/sshsig.ts"
import { hostKeyPairs, sshKey } from "../lab/keys.ts"

const keys = await hostKeyPairs()
const message = Buffer.from("what is signed\n")
const ed25519 = unlockKey("signing-key", new Secret(keys.ed25519.privateKey), null)
const rsa = unlockKey("signing-key", new Secret(keys.rsa.privateKey), null)

/** A text or bytes as SSH writes them. */
function string(content: string | Buffer): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(Buffer.byteLength(content))
  return Buffer.concat([length, Buffer.from(content as string)])
}

function armored(blob: Buffer): string {
  const lines = blob.toString("base64").replaceAll(/.{70}(?=.)/g, "$&\n")
  return `-----BEGIN SSH SIGNATURE-----\n${lines}\n-----END SSH SIGNATURE-----\n`
}

interface Parts {
  readonly start: Buffer
  readonly publicKey: Buffer
  readonly namespace: string
  readonly reserved: string
  readonly hash: string
  readonly algorithm: string
  readonly raw: Buffer
  /** behind the signature, and within it */
  readonly more: readonly string[]
  readonly rest: readonly string[]
}

/** Signs in earnest, over what the parts say, and writes it as they say. */
function bent(key: UnlockedKey, changes: Partial<Parts> = {}): string {
  const isRsa = key.type === "ssh-rsa"
  const parts = {
    ...{ start: Buffer.from("SSHSIG\0\0\0\x01"), publicKey: Buffer.from(key.parsed.getPublicSSH()) },
    ...{ namespace: "pmta-vault", reserved: "", hash: "sha512" },
    ...{ algorithm: isRsa ? "rsa-sha2-512" : "ssh-ed25519", more: [], rest: [] },
    ...changes,
  }
  const { namespace, reserved, hash } = parts
  const digest = createHash("sha512").update(message).digest()
  const signed = Buffer.concat([Buffer.from("SSHSIG"), ...[namespace, reserved, hash, digest].map(string)])
  const raw = changes.raw ?? Buffer.from(key.parsed.sign(signed, isRsa ? "sha512" : undefined) as Buffer)
  const signature = Buffer.concat([string(parts.algorithm), string(raw), ...parts.rest.map(string)])
  const fields = [parts.publicKey, namespace, reserved, hash, signature, ...parts.more]
  return armored(Buffer.concat([parts.start, ...fields.map(string)]))
}
const verdict = (signature: string, signers = [keys.ed25519.publicKey, keys.rsa.publicKey]) =>
  verify(signers, message, signature)

test("what is written by hand in the right form is good, so that the others are refused for what they bend", () => {
  expect(bent(ed25519)).toBe(sign(ed25519, message))
  expect(bent(rsa)).toBe(sign(rsa, message))
  expect([verdict(bent(ed25519)), verdict(bent(rsa))]).toEqual(["good", "good"])
})

test.each<[string, Partial<Parts>]>([
  ["that begins with another word", { start: Buffer.from("SSHSIH\0\0\0\x01") }],
  ["of another version", { start: Buffer.from("SSHSIG\0\0\0\x02") }],
  ["that is cut within its head", { start: Buffer.alloc(0) }],
  ["for another purpose", { namespace: reportNamespace }],
  ["with something in the reserved field", { reserved: "x" }],
  ["over another hash", { hash: "sha256" }],
  ["whose algorithm is another type's", { algorithm: "rsa-sha2-512" }],
  ["with SHA-1", { algorithm: "ssh-rsa" }],
  ["by a key of no known type", { publicKey: string("ssh-dss") }],
  ["by a key without a type", { publicKey: Buffer.from([0, 0, 0, 9, 1]) }],
  ["by a key of three bytes", { publicKey: Buffer.from([0, 0, 0]) }],
  // It once passed: one signature could be written in many forms.
  ["with something behind it", { more: ["x"] }],
  ["with something within it", { rest: ["x"] }],
])("a signature %s is none", (_, changes) => {
  expect(verdict(bent(ed25519, changes))).toBe("unsigned")
})

test.each([
  ["an empty text", ""],
  ["other words", "-----BEGIN SSH SIGNATURE-----\n!\n-----END SSH SIGNATURE-----\n"],
  ["nothing between its lines", armored(Buffer.alloc(0))],
  ["a head alone", armored(Buffer.from("SSHSIG\0\0\0\x01"))],
  [
    "fields that are longer than the whole",
    armored(Buffer.from("SSHSIG\0\0\0\x01\xff\xff\xff\xff", "latin1")),
  ],
  [
    "lines of another length",
    sign(ed25519, message)
      .replace("\n", "\n ")
      .replaceAll(/(?<=U)\n/g, ""),
  ],
  ["a word before it", `x${sign(ed25519, message)}`],
  ["no last line end", sign(ed25519, message).trimEnd()],
])("%s is no signature", (_, text) => {
  expect(verdict(text)).toBe("unsigned")
})

test("a listed key that is none verifies nothing", () => {
  for (const [type, ...fields] of [
    ["ssh-ed25519"],
    ["ssh-ed25519", "short"],
    ["ssh-rsa"],
    ["ssh-rsa", "\x01"],
  ]) {
    const publicKey = Buffer.concat([type ?? "", ...fields].map(string))
    const algorithm = type === "ssh-rsa" ? "rsa-sha2-512" : "ssh-ed25519"
    const listed = `${type} ${publicKey.toString("base64")}`
    expect(verdict(bent(ed25519, { publicKey, algorithm }), [listed])).toMatch(/unsigned|altered/)
  }
})

test("a signature by a key that is not listed is a stranger's, one of another text is altered", () => {
  expect(verdict(bent(ed25519), [])).toBe("stranger")
  expect(verdict(bent(ed25519), [keys.rsa.publicKey])).toBe("stranger")
  expect(verdict(bent(ed25519), [`${keys.ed25519.publicKey} a comment`])).toBe("good")
  expect(verdict(bent(ed25519), [`  ${keys.ed25519.publicKey}`])).toBe("stranger")
  expect(verdict(bent(ed25519, { raw: Buffer.alloc(64) }))).toBe("altered")
  expect(verdict(bent(rsa, { raw: Buffer.alloc(256) }))).toBe("altered")
})

test("a report's signature is good as a report's alone", () => {
  const signature = sign(ed25519, message, reportNamespace)
  expect(verify([keys.ed25519.publicKey], message, signature, reportNamespace)).toBe("good")
  expect(verdict(signature)).toBe("unsigned")
})

describe("keys to sign with", () => {
  const unlock =
    (text: string, passphrase: string | null = null) =>
    () =>
      unlockKey("signing-key", new Secret(text), passphrase === null ? null : new Secret(passphrase))

  test("of a type that cannot be verified are refused by name", () => {
    const key = unlock(keys.ecdsa.privateKey)()
    expect(() => sign(key, message)).toThrow("a signing key of type ecdsa-sha2-nistp256 is not supported")
  })

  test("without their private half cannot sign, and say so", () => {
    const parsed = ssh2.utils.parseKey(keys.ed25519.publicKey) as ssh2.ParsedKey
    expect(() => sign({ ...ed25519, parsed }, message)).toThrow("the signing key cannot sign")
  })

  test.each([
    ["the public half", "ssh-ed25519 AAAA x", "holds a public key"],
    ["the public half of another kind", "ecdsa-sha2-nistp256 AAAA x", "holds a public key"],
    ["some text", "hello", "holds no private key that can be read"],
    ["half a key", keys.ed25519.privateKey.slice(0, 60), "holds no private key that can be read"],
    [
      "a key of nothing",
      "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n",
      "holds no private key",
    ],
    [
      "a file with no key in it",
      `-----BEGIN OPENSSH PRIVATE KEY-----\n${Buffer.concat([
        Buffer.from("openssh-key-v1\0"),
        ...["none", "none", ""].map(string),
        Buffer.alloc(4),
        string(Buffer.alloc(8)),
      ]).toString("base64")}\n-----END OPENSSH PRIVATE KEY-----\n`,
      "holds no private key that can be read",
    ],
  ])("%s is told apart", (_, text, message) => {
    expect(unlock(text)).toThrow(
      expect.objectContaining({
        code: "seal/key-unusable",
        message: expect.stringContaining(`signing-key ${message}`),
      }),
    )
  })

  test("that are locked say so in PEM as in OpenSSH's form, and whether the passphrase was tried", async () => {
    const { privateKey } = await sshKey("ed25519", "phrase")
    const pem =
      "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nAAAA\n-----END RSA PRIVATE KEY-----\n"
    for (const text of [privateKey, pem]) {
      expect(unlock(text)).toThrow("signing-key is encrypted and no passphrase is given")
      expect(unlock(text, "other")).toThrow("the passphrase does not open signing-key")
    }
  })

  test("give the line that fleet.yml lists", () => {
    expect(ed25519.publicLine).toBe(keys.ed25519.publicKey)
    expect(rsa).toMatchObject({ type: "ssh-rsa", publicLine: keys.rsa.publicKey })
  })
})
