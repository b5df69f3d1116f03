/** Messages signed with a restored key, checked by the library that signed them and by OpenDKIM. */
import { generateKeyPairSync, type KeyObject } from "node:crypto"
import { describe, expect, test } from "vitest"
import { signedMessage, verifyByLibrary, verifyMessage } from "../../src/prove/dkim-message.ts"
import { checkSignature } from "../../src/prove/dkim-signature.ts"
import { inPieces, labDns } from "../lab/dns.ts"
import { openDkimVerify, whyNoOpenDkim } from "../lab/opendkim.ts"

const now = new Date("2026-11-24T05:00:00Z")
const pem = (key: KeyObject, type: "pkcs1" | "pkcs8") => key.export({ format: "pem", type }).toString()
const half = (key: KeyObject) => key.export({ format: "der", type: "spki" })

const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 })
const edwards = generateKeyPairSync("ed25519")
const published = half(rsa.publicKey).toString("base64")
const short = half(edwards.publicKey).subarray(-32).toString("base64")
const kinds = [
  ["RSA, PKCS #1", pem(rsa.privateKey, "pkcs1"), `v=DKIM1; k=rsa; p=${published}`, published],
  ["RSA, PKCS #8", pem(rsa.privateKey, "pkcs8"), `v=DKIM1; k=rsa; p=${published}`, published],
  ["Ed25519", pem(edwards.privateKey, "pkcs8"), `v=DKIM1; k=ed25519; p=${short}`, short],
] as const

describe.each(kinds)("%s", (_, privateKey, record, publicKey) => {
  const key = { selector: "s1", domain: "sender.example", privateKey }

  test("a signed message verifies, by the library and by a second implementation", async () => {
    const message = await signedMessage(key, now)
    expect(await verifyByLibrary(message, record)).toBeNull()
    expect(checkSignature(message, publicKey)).toBeNull()
    expect(await verifyMessage(message, record, publicKey)).toBeNull()
  })

  test.each([
    ["another body", (message: string) => message.replace("never sent", "sent twice")],
    ["another sender", (message: string) => message.replace("From: drill@", "From: other@")],
    [
      "a field added below a signed one",
      (message: string) => message.replace("Date:", "Subject: no drill\r\nDate:"),
    ],
    [
      "another signature",
      (message: string) => message.replace(/ b=(.)/, (_, char) => ` b=${char === "A" ? "B" : "A"}`),
    ],
    ["no signature", (message: string) => message.slice(message.indexOf("\r\nFrom:") + 2)],
  ])("%s is refused by both", async (_, change) => {
    const changed = change(await signedMessage(key, now))
    expect(await verifyByLibrary(changed, record)).not.toBeNull()
    expect(checkSignature(changed, publicKey)).not.toBeNull()
  })

  test("what changes nothing for a receiver is accepted by both", async () => {
    const message = await signedMessage(key, now)
    const rewrapped = message
      .replace("Subject: a drill", "SUBJECT:  a\r\n\tdrill  ")
      .replace("out of a", "out  of a")
    const longer = `${rewrapped}\r\n\r\n`
    expect(await verifyByLibrary(longer, record)).toBeNull()
    expect(checkSignature(longer, publicKey)).toBeNull()
  })

  test("another key and a withdrawn one are refused by both", async () => {
    const message = await signedMessage(key, now)
    const others = kinds.filter(([, , other]) => other !== record)
    for (const [, , otherRecord, otherKey] of others) {
      expect(await verifyByLibrary(message, otherRecord)).not.toBeNull()
      expect(checkSignature(message, otherKey)).not.toBeNull()
    }
    expect(await verifyByLibrary(message, "v=DKIM1; p=")).not.toBeNull()
    expect(checkSignature(message, "")).not.toBeNull()
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
