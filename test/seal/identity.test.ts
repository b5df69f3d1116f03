import { randomBytes } from "node:crypto"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect, test } from "vitest"
import { Secret } from "../../src/core/secret.ts"
import { encrypt } from "../../src/seal/age.ts"
import { decrypt, readIdentities } from "../../src/seal/identity.ts"
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
