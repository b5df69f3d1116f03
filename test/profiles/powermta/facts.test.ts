import { execFileSync } from "node:child_process"
import { createPublicKey, generateKeyPairSync, verify, X509Certificate } from "node:crypto"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect, test } from "vitest"
import type { CapturedFile, Entry } from "../../../src/core/file.ts"
import { Secret } from "../../../src/core/secret.ts"
import { powermta } from "../../../src/profiles/powermta/index.ts"
import { fingerprint } from "./fingerprint.ts"

const entry = (path: string, more: Partial<Entry> = {}): Entry => ({
  ...{ path, kind: "file", mode: 0o640, uid: 0, gid: 991, owner: "root", group: "pmta", size: 1, mtime: 0 },
  ...{ target: null, sha256: "", readable: true },
  ...more,
})
const file = (path: string, content: string | Uint8Array): CapturedFile => ({
  entry: { ...entry(path), kind: "file", sha256: "" },
  content: new Secret(content),
})
const now = new Date("2026-11-24T12:00:00Z")
const facts = (category: string, files: readonly CapturedFile[], config = "") =>
  powermta.facts(category, files, new Map([["/etc/pmta/config", config]]), fingerprint, now)

const pem = { type: "pkcs8", format: "pem" } as const
const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 })
const ed25519 = generateKeyPairSync("ed25519")

test("DKIM keys: the public half as DNS has it, and every selector and domain that uses it", () => {
  const config =
    "domain-key s1, Example.org, /k/rsa.pem\n<virtual-mta a>\ndomain-key s2,b.example,/k/rsa.pem\n</virtual-mta>\n"
  const found = facts("dkim", [file("/k/rsa.pem", rsa.privateKey.export(pem))], config)
  expect(found).toEqual({
    "/k/rsa.pem": {
      use: ["s1._domainkey.example.org", "s2._domainkey.b.example"],
      type: "rsa",
      bits: 2048,
      publicKey: rsa.publicKey.export({ type: "spki", format: "der" }).toString("base64"),
    },
  })
})

test("DKIM keys: Ed25519 is published as its 32 bytes", () => {
  const found = facts("dkim", [file("/k/ed.pem", ed25519.privateKey.export(pem))])
  const { x = "" } = ed25519.publicKey.export({ format: "jwk" })
  const publicKey = Buffer.from(x, "base64url").toString("base64")
  expect(found).toEqual({ "/k/ed.pem": { use: [], type: "ed25519", bits: 256, publicKey } })
})

test("DKIM keys: the older PEM form is read as well", () => {
  const text = rsa.privateKey.export({ type: "pkcs1", format: "pem" })
  expect(facts("dkim", [file("/k", text)])).toMatchObject({ "/k": { type: "rsa", bits: 2048, use: [] } })
})

test("DKIM keys: what is no usable key says why and shows a change", () => {
  const locked = rsa.privateKey.export({ ...pem, cipher: "aes-256-cbc", passphrase: "x" })
  const ec = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export(pem)
  const found = facts("dkim", [file("/a", locked), file("/b", "hello"), file("/c", ec), file("/d", "")])
  expect(found).toMatchObject({
    "/a": { unreadable: "encrypted", content: fingerprint(locked) },
    "/b": { unreadable: "not a key in PEM" },
    "/c": { unreadable: "a ec key, which DKIM does not know" },
    "/d": { unreadable: "not a key in PEM" },
  })
})

test("no private half of any key is in any facts", () => {
  const files = [rsa, ed25519].map(({ privateKey }, i) => file(`/k${i}`, privateKey.export(pem)))
  const secret = JSON.stringify(rsa.privateKey.export({ format: "jwk" }).d).slice(1, 20)
  for (const { name } of powermta.categories) {
    const text = JSON.stringify(facts(name, files)) ?? ""
    expect(text).not.toContain(secret)
    expect(text).not.toContain("PRIVATE")
    for (const line of rsa.privateKey.export(pem).toString().split("\n").slice(2, -2))
      expect(text).not.toContain(line)
  }
})

test("TLS: names and dates of every certificate, and whether a key is in the file", () => {
  const folder = mkdtempSync(join(tmpdir(), "pmta-vault-"))
  try {
    const [key, crt] = [join(folder, "key"), join(folder, "crt")]
    const subject = [
      "-subj",
      "/CN=mx1.mail.example/O=Mail",
      "-addext",
      "subjectAltName=DNS:mx1.mail.example,DNS:mx2.mail.example",
    ]
    execFileSync(
      "openssl",
      [
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "30",
        "-keyout",
        key,
        "-out",
        crt,
        ...subject,
      ],
      {
        stdio: "ignore",
      },
    )
    const [keyText, certificate] = [readFileSync(key, "utf8"), readFileSync(crt, "utf8")]
    const { validTo, fingerprint256 } = new X509Certificate(certificate)
    const shown = {
      subject: "CN=mx1.mail.example, O=Mail",
      issuer: "CN=mx1.mail.example, O=Mail",
      notAfter: new Date(validTo).toISOString(),
      names: ["DNS:mx1.mail.example", "DNS:mx2.mail.example"],
      sha256: fingerprint256.replaceAll(":", "").toLowerCase(),
    }
    const found = facts("tls", [
      file("/both.pem", keyText + certificate),
      file("/chain.pem", certificate + certificate),
      file("/der.crt", new X509Certificate(certificate).raw),
      file("/key.pem", keyText),
      file("/odd.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"),
      file("/ca.pem", certificate.repeat(20)),
    ])
    expect(found).toMatchObject({
      "/both.pem": { certificates: [shown], privateKey: true },
      "/chain.pem": { certificates: [shown, shown], privateKey: false },
      "/der.crt": { certificates: [shown], privateKey: false },
      "/key.pem": { certificates: [], privateKey: true },
      "/odd.pem": { certificates: [{ unreadable: "not a certificate" }], privateKey: false },
      "/ca.pem": { authorities: 20, privateKey: false },
    })
    expect(JSON.stringify(found)).not.toContain(keyText.split("\n")[3])
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test("licences: several keys in one file, the signature as fingerprint only", () => {
  const text = `product: PowerMTA
version: 5.0
platform: linux-intel
mac: 00:00:5e:00:53:01
licensee: Some Sender Ltd
serial: 42
comment: never shown
issued: 2025-11-01
expires: never
SupportExpires: 2026-11-01
check:
AAAASIGNATUREAAAA==

product: PowerMTA
version: 6.0
expires: 2027-01-15
check: BBBBSIGNATUREBBBB==
`
  expect(facts("license", [file("/etc/pmta/license", text)])).toEqual({
    "/etc/pmta/license": {
      licenses: [
        {
          ...{ product: "PowerMTA", version: "5.0", platform: "linux-intel", serial: "42" },
          ...{
            licensee: "Some Sender Ltd",
            mac: "00:00:5e:00:53:01",
            issued: "2025-11-01",
            expires: "never",
          },
          ...{ supportExpires: "2026-11-01", check: fingerprint("AAAASIGNATUREAAAA==") },
        },
        {
          product: "PowerMTA",
          version: "6.0",
          expires: "2027-01-15",
          check: fingerprint("BBBBSIGNATUREBBBB=="),
        },
      ],
    },
  })
  expect(facts("license", [file("/l", "nothing of the kind")])).toMatchObject({
    "/l": { unreadable: expect.any(String) },
  })
})

test("data files: a fingerprint each; categories without facts have none", () => {
  expect(facts("data", [file("/b", "x"), file("/a", "y")])).toEqual({
    "/a": fingerprint("y"),
    "/b": fingerprint("x"),
  })
  expect(facts("accounting", [file("/a", "x")])).toBeNull()
})

test("permissions: mode, owner and group by name, links by their target", () => {
  const entries = [
    entry("/etc/pmta/license", { mode: 0o600 }),
    entry("/etc/pmta/config"),
    entry("/etc/pmta/current", { kind: "link", target: "config", mode: 0o777 }),
  ]
  expect([...powermta.permissions(entries)]).toEqual([
    ["/etc/pmta/config", "0640 root:pmta"],
    ["/etc/pmta/current", "link -> config"],
    ["/etc/pmta/license", "0600 root:pmta"],
  ])
})

test("the published RSA key checks what the private one signed", async () => {
  const { sign } = await import("node:crypto")
  const found = facts("dkim", [file("/k", rsa.privateKey.export(pem))]) as { "/k": { publicKey: string } }
  const key = createPublicKey({
    key: Buffer.from(found["/k"].publicKey, "base64"),
    type: "spki",
    format: "der",
  })
  expect(verify("sha256", Buffer.from("m"), key, sign("sha256", Buffer.from("m"), rsa.privateKey))).toBe(true)
})

test("DKIM keys: bits are those of the modulus, and the same key twice has the same facts", () => {
  for (const modulusLength of [1024, 1027, 2048]) {
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength })
    const found = facts("dkim", [file("/a", privateKey.export(pem)), file("/b", privateKey.export(pem))])
    expect(found?.["/a"]).toMatchObject({ bits: privateKey.asymmetricKeyDetails?.modulusLength })
    expect(found?.["/b"]).toEqual(found?.["/a"])
  }
})

test("a licence says when its end is near, and when it is over", () => {
  const ends = (expires: string) => {
    const found = facts("license", [file("/etc/pmta/license", `product: PowerMTA\nexpires: ${expires}\n`)])
    return JSON.stringify(found).match(/"ends":"([^"]+)"/)?.[1]
  }
  expect(["2027-11-30", "never", "2026-12-20", "2026-11-24", "2026-11-23"].map(ends)).toEqual([
    undefined,
    undefined,
    "within 30 days",
    "within 30 days",
    "is over",
  ])
})
