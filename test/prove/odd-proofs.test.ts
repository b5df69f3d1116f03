/** Messages, keys and records that are not as the library makes them. */
import { generateKeyPairSync } from "node:crypto"
import { expect, test } from "vitest"
import { signedMessage, verifyByLibrary, verifyMessage } from "../../src/prove/dkim-message.ts"
import { judgeRecord } from "../../src/prove/dkim-record.ts"
import { checkSignature } from "../../src/prove/dkim-signature.ts"

const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 })
const pem = privateKey.export({ type: "pkcs8", format: "pem" }) as string
const der = publicKey.export({ type: "spki", format: "der" }).toString("base64")
const record = `v=DKIM1; k=rsa; p=${der}`
const sign = async () =>
  await signedMessage(
    { selector: "s1", domain: "example.org", privateKey: pem },
    new Date("2026-11-24T05:00:00Z"),
  )

test("a message is good as it was signed, and says what is not when it was changed", async () => {
  const message = await sign()
  expect(await verifyMessage(message, record, der)).toBeNull()
  const told = (changed: string) => checkSignature(changed, der)
  expect(told("")).toContain("no relaxed/relaxed signature")
  expect(told(message.replace("relaxed/relaxed", "simple/simple"))).toContain("no relaxed/relaxed signature")
  expect(told(message.replace("never sent", "sent twice"))).toBe("the body hash differs")
  expect(told(message.slice(0, message.indexOf("\r\n\r\n") + 4))).toBe("the body hash differs")
  expect(told(message.replace("Subject: a drill", "Subject: another drill"))).toBe(
    "the signature does not fit the headers",
  )
  expect(told(message.replace(/;\s*h=[^;]*;/, ";"))).toBe("the signature does not fit the headers")
  expect(told(message.replace("a=rsa-sha256", "a=rsa-sha1"))).toContain("none for rsa-sha1")
  expect(checkSignature(message, "AAAA")).toContain("none for rsa-sha256")
})

test("a message without a signature is not good by the library either", async () => {
  const message = await sign()
  expect(await verifyByLibrary(message.slice(message.indexOf("From: ")), record)).toContain(
    "message not signed",
  )
  expect(await verifyByLibrary(message, "v=DKIM1; k=rsa; p=")).toMatch(/\w+/)
})

test("a key that cannot sign is told", async () => {
  await expect(
    signedMessage({ selector: "s1", domain: "example.org", privateKey: "no key" }, new Date(0)),
  ).rejects.toThrow()
})

test("a record of an Ed25519 key is that key or another", () => {
  const key = { type: "ed25519", publicKey: Buffer.alloc(32, 1).toString("base64") } as const
  const judge = (p: string) =>
    judgeRecord({ kind: "records", records: [[`v=DKIM1; k=ed25519; p=${p}`]] }, key).verdict
  expect([judge(key.publicKey), judge(Buffer.alloc(32, 2).toString("base64"))]).toEqual(["good", "wrong-key"])
})
