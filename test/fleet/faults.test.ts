/** What is wrong with one line of a fleet file, and what to write instead. */
import { Buffer } from "node:buffer"
import { expect, test } from "vitest"
import { addressFault, pathFault } from "../../src/fleet/names.ts"
import { recipientFault } from "../../src/fleet/recipient.ts"
import { hostKeyFault, signerFault } from "../../src/fleet/ssh-key.ts"
import { age1, ecdsa, ed25519, ed25519Fingerprint, rsa, weakRsa } from "./examples.ts"

/** A key blob with these fields. */
function blob(...fields: readonly Buffer[]): string {
  const parts = fields.flatMap(field => {
    const length = Buffer.alloc(4)
    length.writeUInt32BE(field.length)
    return [length, field]
  })
  return Buffer.concat(parts).toString("base64")
}
const ed = Buffer.from("ssh-ed25519")
const rsaName = Buffer.from("ssh-rsa")

test.each([ed25519, rsa, ecdsa, ed25519Fingerprint, `${ed25519} root@mta1`])(
  "a host key that is right: %s",
  text => {
    expect(hostKeyFault(text)).toBeNull()
  },
)

test.each([
  ["MD5:00:11", "MD5"],
  ["SHA256:short", "43 characters"],
  [`mta1 ${ed25519}`, 'begins with a host; leave "mta1" out'],
  ["-----BEGIN OPENSSH PRIVATE KEY-----", "is a private key"],
  ["ssh-dss AAAA", "is not one of"],
  ["ssh-ed25519", "has nothing after ssh-ed25519"],
  ["ssh-ed25519 AAA", "is cut off or not base64"],
  [`ssh-ed25519 ${blob(ed).slice(0, 16)}`, "is cut off or not base64"],
  [`ssh-ed25519 ${rsa.split(" ")[1]}`, 'holds a key of type "ssh-rsa"'],
  [`ssh-ed25519 ${blob(ed)}`, "holds no whole key"],
  [`ssh-ed25519 ${blob(ed, Buffer.alloc(31, 1))}`, "holds no whole key"],
  [`ssh-rsa ${blob(rsaName, Buffer.from([3]), Buffer.alloc(0))}`, "holds no whole key"],
  [`ssh-rsa ${blob(rsaName, Buffer.from([3]), Buffer.alloc(256))}`, "RSA key of 0 bits"],
  [weakRsa, "RSA key of 1024 bits"],
])("a host key that is none: %s", (text, fault) => {
  expect(hostKeyFault(text)).toContain(fault)
})

test("a signer is a whole key of a kind that signs", () => {
  expect(signerFault(ed25519)).toBeNull()
  expect(signerFault(ed25519Fingerprint)).toContain("whole public key")
  expect(signerFault(ecdsa)).toContain("is not one of")
})

test.each([
  ["AGE-SECRET-KEY-1QQQ", "is a private key"],
  [ed25519, "is an SSH key"],
  ["age1tag1qqqq", "hardware token"],
  ["age1yubikey1qqqq", "needs the plug-in age-plugin-yubikey"],
  ["alice", "is not an age recipient"],
  [age1.replace(/.$/, "q"), "wrong checksum"],
  ["age1rrrrrrrrrrrrrrrrrrrrrrrrrr4psm5c", "has 16 bytes instead of 32"],
])("a recipient that is none: %s", (text, fault) => {
  expect(recipientFault(text)).toContain(fault)
})

test.each([
  ["192.0.2.7", null],
  ["ssh://mta1", "has a scheme"],
  ["root@mta1", "has a user"],
  ["[2001:db8::1]", "has brackets"],
  ["mta1:22", "has a port"],
  ["bücher.example", "letters beyond ASCII"],
  ["a..b", "neither a host name nor an IP address"],
  ["192.0.2.700", "is not an IPv4 address"],
])("an address: %s", (text, fault) => {
  if (fault === null) expect(addressFault(text)).toBeNull()
  else expect(addressFault(text)).toContain(fault)
})

test.each([
  ["etc", "is not absolute"],
  ["/etc/\u0007", "control character"],
  ["/", "is the whole file system"],
  ["/etc/../root", "has a .. in it"],
  ["/etc/", "ends with /"],
  ["/etc//pmta", "not in its shortest form"],
])("a path that is none: %s", (text, fault) => {
  expect(pathFault(text)).toContain(fault)
})
