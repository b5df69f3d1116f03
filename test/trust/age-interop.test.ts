/**
 * Both ways against other implementations of age, at the sizes where chunks begin and end. Classic keys against
 * stock `age`, binary and armored. Post-quantum keys against stock `age` from 1.3 on; with an older one against the
 * library `age-encryption`, whose payload code is not the program's, and the vectors of `age-vectors.test.ts`, which
 * Go's age made.
 */
import { randomBytes } from "node:crypto"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { armor, Decrypter, Encrypter, generateHybridIdentity, identityToRecipient } from "age-encryption"
import { afterAll, beforeAll, expect, test } from "vitest"
import { Secret } from "../../src/core/secret.ts"
import { encrypt } from "../../src/seal/age.ts"
import { decrypt, readIdentities } from "../../src/seal/identity.ts"
import { succeed } from "../lab/child.ts"
import { type AgeKey, ageKey } from "../lab/keys.ts"
import { figures, sized } from "./suite.ts"

const chunk = 65_536
const edges = [0, 1, chunk - 1, chunk, chunk + 1, 2 * chunk - 1, 2 * chunk, 2 * chunk + 1]
const sizes = [
  ...edges,
  ...sized(
    [],
    Array.from({ length: 100 }, (_, index) => index * 4099),
  ),
]

let place: string
let stock: string
beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), "pmta-age-"))
  stock = (await succeed("age", ["--version"])).toString().trim().replace(/^v/, "")
})
afterAll(() => rm(place, { recursive: true, force: true }))

/** Another implementation: what it seals with a recipient, and what it makes of a sealed file. */
interface Peer {
  readonly seal: (plain: Buffer, recipients: readonly string[], isArmored: boolean) => Promise<Buffer>
  readonly open: (sealed: Buffer, key: AgeKey) => Promise<Buffer>
}

const stockAge: Peer = {
  async seal(plain, recipients, isArmored) {
    const args = [...(isArmored ? ["-a"] : []), ...recipients.flatMap(recipient => ["-r", recipient])]
    return await succeed("age", args, { input: plain })
  },
  async open(sealed, { identity }) {
    const file = join(place, "identity")
    await writeFile(file, `${identity}\n`)
    return await succeed("age", ["-d", "-i", file], { input: sealed })
  },
}

const library: Peer = {
  async seal(plain, recipients, isArmored) {
    const encrypter = new Encrypter()
    for (const recipient of recipients) encrypter.addRecipient(recipient)
    const sealed = await encrypter.encrypt(plain)
    return Buffer.from(isArmored ? armor.encode(sealed) : sealed)
  },
  async open(sealed, { identity }) {
    const decrypter = new Decrypter()
    decrypter.addIdentity(identity)
    const isArmored = sealed.subarray(0, 5).toString() === "-----"
    return Buffer.from(await decrypter.decrypt(isArmored ? armor.decode(sealed.toString()) : sealed))
  },
}

async function hybridKey(): Promise<AgeKey> {
  const identity = await generateHybridIdentity()
  return { identity, recipient: await identityToRecipient(identity) }
}

async function bothWays(peer: Peer, makeKey: () => Promise<AgeKey>): Promise<number> {
  const [one, two] = [await makeKey(), await makeKey()]
  const recipients = [one.recipient, two.recipient]
  const identities = readIdentities(new Secret(two.identity))
  let files = 0
  for (const size of sizes) {
    const plain = randomBytes(size)
    const same = (found: Buffer | string) => Buffer.isBuffer(found) && found.equals(plain)
    const ours = await encrypt(recipients, plain)
    for (const isArmored of [false, true]) {
      const given = isArmored ? Buffer.from(armor.encode(ours)) : ours
      expect(same(await peer.open(given, one)), `ours, ${size} bytes, ${isArmored}`).toBe(true)
      const theirs = await peer.seal(plain, recipients, isArmored)
      expect(same(await decrypt(theirs, identities)), `theirs, ${size} bytes, ${isArmored}`).toBe(true)
    }
    files += 4
  }
  return files
}

test("what stock age seals opens here, what is sealed here opens with stock age, armored too", async () => {
  const files = await bothWays(stockAge, ageKey)
  figures("age interop", `${files} files both ways with age ${stock}, X25519, armored and not`)
})

test("post-quantum keys go both ways with another implementation", async () => {
  const [major = 0, minor = 0] = stock.split(".").map(Number)
  const peer = major > 1 || minor >= 3 ? stockAge : library
  const files = await bothWays(peer, hybridKey)
  const name = peer === library ? `age-encryption (age ${stock} knows no post-quantum keys)` : `age ${stock}`
  figures("age interop", `${files} files both ways with ${name}, post-quantum, armored and not`)
})
