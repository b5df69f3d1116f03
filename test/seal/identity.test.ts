import { createCipheriv, randomBytes } from "node:crypto"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect, test, vi } from "vitest"
import { Secret } from "../../src/core/secret.ts"
import { encrypt } from "../../src/seal/age.ts"
import { sealHeader } from "../../src/seal/age-header.ts"
import { decrypt, readIdentities } from "../../src/seal/identity.ts"
import { chunkBytes, payloadKey, payloadNonce, tagBytes } from "../../src/seal/payload.ts"
import { planDigests } from "../../src/seal/plan-key.ts"
import { succeed } from "../lab/child.ts"
import { ageKey } from "../lab/keys.ts"

const chunk = 65_536

test.each([0, 1, chunk - 1, chunk, chunk + 1, 3 * chunk])(
  "what stock age sealed opens, %i bytes",
  async size => {
    const directory = await mkdtemp(join(tmpdir(), "pmta-age-"))
    try {
      const [one, two] = [await ageKey(), await ageKey()]
      const content = randomBytes(size)
      await writeFile(join(directory, "plain"), content)
      const sealed = await succeed("age", [
        "-r",
        one.recipient,
        "-r",
        two.recipient,
        join(directory, "plain"),
      ])
      for (const { identity } of [one, two]) {
        const file = new Secret(`# created: today\r\n# public key: x\r\n${identity}\r\n`)
        expect(await decrypt(sealed, readIdentities(file))).toEqual(content)
      }
    } finally {
      await rm(directory, { recursive: true })
    }
  },
)

test("every way in which a sealed file can be wrong is told apart, and none opens", async () => {
  const { identity, recipient } = await ageKey()
  const identities = readIdentities(new Secret(identity))
  const sealed = await encrypt([recipient], randomBytes(2 * chunk + 100))
  const header = sealed.indexOf("\n", sealed.indexOf("\n--- ") + 1) + 1
  const flipped = (at: number) => {
    const copy = Buffer.from(sealed)
    copy[at] = (copy[at] ?? 0) ^ 1
    return copy
  }
  const whole = header + 16 + 2 * (chunk + 16)
  const cases = [
    [sealed.subarray(0, whole), "truncated"],
    [sealed.subarray(0, whole - chunk - 16), "truncated"],
    [sealed.subarray(0, header + 10), "truncated"],
    [sealed.subarray(0, header - 5), "damaged"],
    [flipped(header + 30), "damaged"],
    [flipped(sealed.length - 1), "damaged"],
    [flipped(header - 3), "damaged"],
    [Buffer.concat([sealed, Buffer.from("more")]), "damaged"],
    [Buffer.from("hello"), "damaged"],
    [Buffer.alloc(0), "damaged"],
  ] as const
  for (const [bytes, why] of cases) expect(await decrypt(bytes, identities)).toBe(why)
  const other = readIdentities(new Secret((await ageKey()).identity))
  expect(await decrypt(sealed, other)).toBe("wrong-identity")
  const both = readIdentities(new Secret(`${(await ageKey()).identity}\n${identity}\n`))
  expect(Buffer.isBuffer(await decrypt(sealed, both))).toBe(true)
})

test("armor opens as the binary form does, and broken armor is damage", async () => {
  const { identity, recipient } = await ageKey()
  const identities = readIdentities(new Secret(identity))
  const armored = await succeed("age", ["-a", "-r", recipient], { input: "content" })
  expect((await decrypt(armored, identities)).toString()).toBe("content")
  expect((await decrypt(Buffer.concat([Buffer.from("\n "), armored]), identities)).toString()).toBe("content")
  expect(await decrypt(armored.subarray(0, 200), identities)).toBe("damaged")
})

test("a payload that ends in an empty chunk, or in less than one, is refused", async () => {
  const { identity, recipient } = await ageKey()
  const { header, fileKey } = await sealHeader([recipient])
  const nonce = randomBytes(16)
  const key = payloadKey(fileKey, nonce)
  const chunkOf = (plain: Buffer, index: number, isLast: boolean) => {
    const cipher = createCipheriv("chacha20-poly1305", key, payloadNonce(index, isLast), {
      authTagLength: tagBytes,
    })
    return [cipher.update(plain), cipher.final(), cipher.getAuthTag()]
  }
  const full = chunkOf(Buffer.alloc(chunkBytes), 0, false)
  const identities = readIdentities(new Secret(identity))
  const open = (...chunks: readonly Uint8Array[]) =>
    decrypt(Buffer.concat([header, nonce, ...chunks]), identities)
  expect(await open(...chunkOf(Buffer.from("x"), 0, true))).toEqual(Buffer.from("x"))
  expect(await open(...full, ...chunkOf(Buffer.alloc(0), 1, true))).toBe("damaged")
  expect(await open(...full, Buffer.alloc(tagBytes - 1))).toBe("truncated")
  expect(await open(Buffer.alloc(tagBytes - 1))).toBe("truncated")
})

test.each([
  ["is not given", null, "seal/no-identity", "there is no age identity"],
  [
    "is locked",
    "age-encryption.org/v1\n-> scrypt",
    "seal/identity-unusable",
    "identity is locked with a passphrase",
  ],
  [
    "is locked, in armor",
    "-----BEGIN AGE ENCRYPTED FILE-----\n",
    "seal/identity-unusable",
    "identity is locked with a passphrase",
  ],
  [
    "is the public half",
    "# mine\nage1abc\n",
    "seal/identity-unusable",
    "identity holds a recipient, the public half",
  ],
  [
    "is none",
    "AGE-SECRET-KEY-1ABC\n",
    "seal/identity-unusable",
    "identity holds a line that is no age identity",
  ],
  ["is some text", "hello\n", "seal/identity-unusable", "identity holds a line that is no age identity"],
  ["is a remark", "# nothing\n\n", "seal/identity-unusable", "identity is empty"],
])("an identity that %s is told as that", (_, text, code, message) => {
  expect(() => readIdentities(text === null ? null : new Secret(text))).toThrow(
    expect.objectContaining({ code, message: expect.stringContaining(message) }),
  )
})

test("a recipient that is none cannot be sealed to, and is named by its beginning alone", async () => {
  const recipient = `age1${"x".repeat(58)}`
  await expect(encrypt([recipient], Buffer.from("x"))).rejects.toMatchObject({
    code: "seal/recipient-unusable",
    message: `recipient ${recipient.slice(0, 20)}… cannot be used`,
  })
})

test("a plan has one digest with the same identities, in whatever order they stand, and another with others", () => {
  const lines = ["AGE-SECRET-KEY-1A", "AGE-SECRET-KEY-1B"]
  const [mine, turned, other] = [lines, lines.toReversed(), lines.slice(1)].map(lines =>
    planDigests({ lines }),
  )
  expect(mine?.ofPlan(["a", "b"])).toMatch(/^[0-9a-f]{16}$/)
  expect(mine?.ofPlan(["a", "b"])).toBe(turned?.ofPlan(["a", "b"]))
  expect(mine?.ofPlan(["a", "b"])).not.toBe(other?.ofPlan(["a", "b"]))
  expect(mine?.ofPlan(["a", "b"])).not.toBe(mine?.ofPlan(["a", "c"]))
  expect(mine?.ofValue("a")).toMatch(/^[0-9a-f]{16}$/)
  // One shows in a plan what the other confirms: neither may stand for the other.
  expect(mine?.ofValue("a")).not.toBe(mine?.ofPlan(["a"]))
})

test("a bug while a file is opened is not taken for damage of the file", async () => {
  const { identity, recipient } = await ageKey()
  const sealed = await encrypt([recipient], Buffer.from("content"))
  const bug = new TypeError("a bug")
  const { copy } = Buffer.prototype
  // Of the plaintext alone: the runtime and the test runner copy bytes, too.
  const copying = vi.spyOn(Buffer.prototype, "copy").mockImplementation(function (this: Buffer, ...to) {
    if (this.toString() === "content") throw bug
    return copy.apply(this, to)
  })
  try {
    await expect(decrypt(sealed, readIdentities(new Secret(identity)))).rejects.toBe(bug)
  } finally {
    copying.mockRestore()
  }
})
