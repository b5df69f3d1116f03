/** Messages signed with a restored key, checked by the library that signed them and by OpenDKIM. */
import { generateKeyPairSync, type KeyObject } from "node:crypto"
import { describe, expect, test } from "vitest"
import { signedMessage, verifyMessage } from "../../src/prove/dkim-message.ts"
import { inPieces, labDns } from "../lab/dns.ts"
import { openDkimVerify, whyNoOpenDkim } from "../lab/opendkim.ts"

const now = new Date("2026-11-24T05:00:00Z")
const pem = (key: KeyObject, type: "pkcs1" | "pkcs8") => key.export({ format: "pem", type }).toString()
const half = (key: KeyObject) => key.export({ format: "der", type: "spki" })

const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 })
const edwards = generateKeyPairSync("ed25519")
const kinds = [
  [
    "RSA, PKCS #1",
    pem(rsa.privateKey, "pkcs1"),
    `v=DKIM1; k=rsa; p=${half(rsa.publicKey).toString("base64")}`,
  ],
  [
    "RSA, PKCS #8",
    pem(rsa.privateKey, "pkcs8"),
    `v=DKIM1; k=rsa; p=${half(rsa.publicKey).toString("base64")}`,
  ],
  [
    "Ed25519",
    pem(edwards.privateKey, "pkcs8"),
    `v=DKIM1; k=ed25519; p=${half(edwards.publicKey).subarray(-32).toString("base64")}`,
  ],
] as const

describe.each(kinds)("%s", (_, privateKey, record) => {
  const key = { selector: "s1", domain: "sender.example", privateKey }

  test("a signed message verifies", async () => {
    expect(await verifyMessage(await signedMessage(key, now), record)).toBeNull()
  })

  test("a changed message, another key and a withdrawn one do not", async () => {
    const message = await signedMessage(key, now)
    const others = kinds.filter(([, , other]) => other !== record).map(([, , other]) => other)
    expect(await verifyMessage(message.replace("never sent", "sent twice"), record)).not.toBeNull()
    for (const other of [...others, "v=DKIM1; p="]) expect(await verifyMessage(message, other)).not.toBeNull()
  })
})

test("what is no key cannot sign", async () => {
  const key = {
    selector: "s1",
    domain: "sender.example",
    privateKey: "-----BEGIN PRIVATE KEY-----\nx\n-----END PRIVATE KEY-----",
  }
  await expect(signedMessage(key, now)).rejects.toThrow()
})

const reason = await whyNoOpenDkim()
if (reason !== null) process.stderr.write(`OpenDKIM as second implementation: skipped, ${reason}\n`)

// OpenDKIM 2.11 knows RSA only.
describe.skipIf(reason !== null)("OpenDKIM", () => {
  const [, privateKey, record] = kinds[0]
  const key = { selector: "s1", domain: "sender.example", privateKey }

  test("accepts the message, and refuses it when it was changed or DNS has another key", async () => {
    const address = `127.${64 + (process.pid % 64)}.${(process.pid >> 6) % 250}.${1 + (process.pid % 250)}`
    await using dns = await labDns({ address, port: 53 })
    const name = "s1._domainkey.sender.example"
    dns.records.set(name, [inPieces(record)])
    const message = await signedMessage(key, now)
    const good = await openDkimVerify(message, address)
    expect(good.code, good.stderr).toBe(0)
    expect(dns.asked).toContain(name)
    expect((await openDkimVerify(message.replace("never sent", "sent twice"), address)).code).not.toBe(0)
    const other = generateKeyPairSync("rsa", { modulusLength: 2048 }).publicKey
    dns.records.set(name, [inPieces(`v=DKIM1; p=${half(other).toString("base64")}`)])
    expect((await openDkimVerify(message, address)).code).not.toBe(0)
    dns.records.delete(name)
    expect((await openDkimVerify(message, address)).code).not.toBe(0)
  })
})
