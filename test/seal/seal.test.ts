import { createHash, randomBytes } from "node:crypto"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Decrypter, generateHybridIdentity, identityToRecipient } from "age-encryption"
import { describe, expect, test } from "vitest"
import type { Entry } from "../../src/core/file.ts"
import { Secret } from "../../src/core/secret.ts"
import { encrypt } from "../../src/seal/age.ts"
import { type BundleContent, packBundle, sealBundle } from "../../src/seal/bundle.ts"
import { fingerprints } from "../../src/seal/fingerprint.ts"
import { readIdentities } from "../../src/seal/identity.ts"
import { makeIdentity, openBundle } from "../../src/seal/open.ts"
import { unlockKey } from "../../src/seal/private-key.ts"
import { openSnapshot, signSnapshot } from "../../src/seal/snapshot.ts"
import { sign, verify } from "../../src/seal/sshsig.ts"
import { succeed } from "../lab/child.ts"
import { ageKey, sshKey } from "../lab/keys.ts"

async function scratch(): Promise<{ readonly path: string } & AsyncDisposable> {
  const path = await mkdtemp(join(tmpdir(), "pmta-seal-"))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}

describe("age", () => {
  test.each([0, 1, 65_535, 65_536, 65_537, 200_000])("stock age opens %i sealed bytes", async size => {
    await using directory = await scratch()
    const [one, two] = [await ageKey(), await ageKey()]
    const content = randomBytes(size)
    await writeFile(
      join(directory.path, "sealed.age"),
      await encrypt([one.recipient, two.recipient], content),
    )
    for (const { identity } of [one, two]) {
      await writeFile(join(directory.path, "identity"), identity)
      const opened = await succeed("age", [
        "-d",
        "-i",
        join(directory.path, "identity"),
        join(directory.path, "sealed.age"),
      ])
      expect(opened.equals(content)).toBe(true)
    }
  })

  // Each header is sealed with keys by chance: what depends on their bytes shows only in many.
  test("the age-encryption library opens what is sealed, for each of many headers", async () => {
    const [one, two] = [await ageKey(), await ageKey()]
    for (let count = 0; count < 200; count++) {
      const sealed = await encrypt([one.recipient, two.recipient], Buffer.from(`content ${count}`))
      const decrypter = new Decrypter()
      decrypter.addIdentity(count % 2 === 0 ? one.identity : two.identity)
      expect(Buffer.from(await decrypter.decrypt(sealed)).toString()).toBe(`content ${count}`)
    }
  })

  test("a recipient of the post-quantum kind is sealed to as well", async () => {
    const identity = await generateHybridIdentity()
    const sealed = await encrypt([await identityToRecipient(identity)], Buffer.from("content"))
    const decrypter = new Decrypter()
    decrypter.addIdentity(identity)
    expect(Buffer.from(await decrypter.decrypt(sealed)).toString()).toBe("content")
  })

  test("a recipient to which anybody could open is refused", async () => {
    const ofZeros = "age1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq5cu47z"
    await expect(encrypt([ofZeros], Buffer.from("x"))).rejects.toMatchObject({
      code: "seal/recipient-unusable",
    })
  })

  test("nothing is sealed to nobody", async () => {
    await expect(encrypt([], Buffer.from("x"))).rejects.toMatchObject({ code: "seal/no-recipient" })
  })
})

const entry = (path: string, content: string, changes: Partial<Entry> = {}) => ({
  entry: {
    ...{
      path,
      kind: "file" as const,
      mode: 0o640,
      uid: 0,
      gid: 2100,
      owner: "root",
      group: "pmta",
      mtime: 1_700_000_000,
    },
    ...{ size: Buffer.byteLength(content), target: null, sha256: null, readable: true },
    ...changes,
    kind: "file" as const,
    sha256: createHash("sha256").update(content).digest("hex"),
  },
  content: new Secret(content),
})

const odd = [
  "/etc/pmta/a\nb.conf",
  `/etc/pmta/q'u"o.conf`,
  "/etc/pmta/ü→.conf",
  "/etc/pmta/-rf",
  "/etc/pmta/back\\slash",
  `/etc/pmta/${"long".repeat(60)}`,
]
const content: BundleContent = {
  ...{ host: "mta1", category: "config", sequence: 1, others: [] },
  files: odd.map((path, index) => entry(path, `content ${index}`)),
}

describe("bundles", () => {
  test.each(["zstd", "gzip"] as const)(
    "stock tools open a %s bundle, odd names and all",
    async compression => {
      await using directory = await scratch()
      const { identity, recipient } = await ageKey()
      const sealed = join(directory.path, "sealed.age")
      await writeFile(sealed, await sealBundle(content, compression, [recipient]))
      await writeFile(join(directory.path, "identity"), identity)
      const open = `age -d -i ${directory.path}/identity ${sealed} | ${compression} -dc | tar -xp --no-same-owner -C ${directory.path}`
      await succeed("bash", ["-c", `set -o pipefail; ${open}`])
      for (const [index, path] of odd.entries()) {
        const found = await succeed("cat", ["--", `${directory.path}${path}`])
        expect(found.toString()).toBe(`content ${index}`)
      }
      const first = await succeed("bash", [
        "-c",
        `age -d -i ${directory.path}/identity ${sealed} | ${compression} -dc | tar -t | head -1`,
      ])
      expect(first.toString()).toBe(".pmta-vault/manifest.json\n")
    },
  )

  test("the program opens what it sealed", async () => {
    const { identity, recipient } = await makeIdentity()
    const sealed = await sealBundle(content, "zstd", [recipient])
    const expected = { host: "mta1", category: "config", key: "bundles/x" }
    const opened = await openBundle(sealed, readIdentities(new Secret(`# mine\n${identity}\n`)), expected)
    expect(opened).toMatchObject({ host: "mta1", category: "config" })
    expect(opened.files.map(({ entry: { path } }) => path).sort()).toEqual([...odd].sort())
  })

  test("equal content gives equal archives, in whatever order it was read", () => {
    expect(packBundle({ ...content, files: content.files.toReversed() }).equals(packBundle(content))).toBe(
      true,
    )
  })
})

describe("signatures", () => {
  test.each(["ed25519", "rsa"] as const)(
    "ssh-keygen verifies an %s signature, and refuses another text",
    async type => {
      await using directory = await scratch()
      const pair = await sshKey(type)
      const key = unlockKey("signing-key", new Secret(pair.privateKey), null)
      const message = Buffer.from("what is signed\n")
      await writeFile(join(directory.path, "signers"), `vault ${pair.publicKey}\n`)
      await writeFile(join(directory.path, "sig"), sign(key, message))
      const check = (text: string) =>
        succeed("bash", [
          "-c",
          `printf '%s\\n' '${text}' | ssh-keygen -Y verify -f ${directory.path}/signers -I vault -n pmta-vault -s ${directory.path}/sig`,
        ])
      await expect(check("what is signed")).resolves.toBeDefined()
      await expect(check("what is forged")).rejects.toThrow()
      expect(verify([pair.publicKey], message, sign(key, message))).toBe("good")
      expect(verify([pair.publicKey], Buffer.from("other"), sign(key, message))).toBe("altered")
      expect(verify([], message, sign(key, message))).toBe("stranger")
      expect(verify([pair.publicKey], message, "nothing")).toBe("unsigned")
    },
  )

  test("a snapshot is refused under another host's name or number", async () => {
    const pair = await sshKey("ed25519")
    const key = unlockKey("signing-key", new Secret(pair.privateKey), null)
    const snapshot = {
      format: 1,
      host: "mta1",
      sequence: 3,
      previous: null,
      takenAt: "",
      profile: "powermta",
      tool: "",
      run: null,
      categories: {},
    } as const
    const { bytes, signature } = signSnapshot(snapshot, key)
    const open = (host: string, sequence: number) =>
      openSnapshot(bytes, signature, [pair.publicKey], { host, sequence })
    expect(open("mta1", 3).snapshot).toEqual(snapshot)
    expect(() => open("mta2", 3)).toThrow(expect.objectContaining({ code: "seal/wrong-host" }))
    expect(() => open("mta1", 4)).toThrow(expect.objectContaining({ code: "seal/out-of-order" }))
  })

  test("an encrypted key asks for its passphrase and opens with it", async () => {
    const { privateKey } = await sshKey("ed25519", "pass phrase")
    const unlock = (passphrase: string | null) => () =>
      unlockKey("ssh-key", new Secret(privateKey), passphrase === null ? null : new Secret(passphrase))
    expect(unlock(null)).toThrow(expect.objectContaining({ code: "seal/key-locked" }))
    expect(unlock("wrong")).toThrow(expect.objectContaining({ code: "seal/key-locked" }))
    expect(unlock("pass phrase")().type).toBe("ssh-ed25519")
  })
})

test("fingerprints depend on the key, and not on times", async () => {
  const keyOf = async () => unlockKey("signing-key", new Secret((await sshKey("ed25519")).privateKey), null)
  const [mine, other] = [fingerprints(await keyOf()), fingerprints(await keyOf())]
  const [before, later] = [entry("/a", "x"), entry("/a", "x", { mtime: 1 })]
  expect(mine.ofValue("secret")).toMatch(/^[0-9a-f]{16}$/)
  expect(mine.ofValue("secret")).not.toBe(other.ofValue("secret"))
  expect(mine.ofEntries([before.entry])).toBe(mine.ofEntries([later.entry]))
  expect(mine.ofEntries([before.entry])).not.toBe(mine.ofEntries([{ ...before.entry, mode: 0o644 }]))
  const link = (target: string) => ({ ...before.entry, kind: "link" as const, sha256: null, target })
  expect(mine.ofEntries([link("a")])).not.toBe(mine.ofEntries([link("b")]))
  expect(mine.ofEntries([before.entry, link("a")])).toBe(mine.ofEntries([link("a"), before.entry]))
  expect(mine.salt({ a: 1 })).toBe(mine.salt({ a: 1 }))
  expect(mine.salt({ a: 1 })).not.toBe(other.salt({ a: 1 }))
  expect(mine.salt({ a: 1 })).not.toBe(mine.salt({ a: 2 }))
  // What one key is for says nothing of what another is.
  const ofOne = [mine.ofLog().update("x").digest("hex"), mine.salt("x"), mine.ofEntries([])]
  expect(new Set(ofOne.map(digest => digest.length))).toEqual(new Set([64]))
  expect(mine.ofLog().update("x").digest("hex")).not.toBe(other.ofLog().update("x").digest("hex"))
})

test("a secret says nothing of itself", () => {
  const secret = new Secret("hunter2")
  expect(`${secret} ${JSON.stringify({ secret })}`).toBe('[secret] {"secret":"[secret]"}')
})
