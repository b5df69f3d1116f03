/** What a capture job found is believed only with this run's own signature, of this run, version and fleet. */
import { expect, test } from "vitest"
import { Secret } from "../../src/core/secret.ts"
import { parseFleet } from "../../src/fleet/parse.ts"
import { type CaptureRecord, fleetDigest, openCapture, signCapture } from "../../src/seal/capture-record.ts"
import { unlockKey } from "../../src/seal/private-key.ts"
import { sign } from "../../src/seal/sshsig.ts"
import { whole } from "../fleet/examples.ts"
import { hostKeyPairs, sshKey } from "../lab/keys.ts"

const pair = (await hostKeyPairs()).ed25519
const key = unlockKey("signing-key", new Secret(pair.privateKey), null)
const strange = unlockKey("signing-key", new Secret((await sshKey("ed25519")).privateKey), null)
const fleet = parseFleet(whole, "fleet.yml")
const expected = { signer: pair.publicKey, tool: "1.2.3", run: "https://ci.example/1", fleet }
const record: CaptureRecord<string> = {
  ...{ format: 1, kind: "capture", tool: "1.2.3", run: expected.run, fleet: fleetDigest(fleet) },
  hosts: ["mta1", "mta2"],
}
const open = (signed: { readonly bytes: Uint8Array; readonly signature: string }) => () =>
  openCapture<string>("capture-1", { record: signed.bytes, signature: signed.signature }, expected)
const signed = signCapture(record, key)

test("a record of this run is believed", () => {
  expect(open(signed)()).toEqual(["mta1", "mta2"])
})

test.each<[string, () => unknown, string, string]>([
  [
    "that was altered",
    open({ ...signed, bytes: Buffer.from("{}") }),
    "shard/altered",
    "is not what was signed",
  ],
  ["without a signature", open({ ...signed, signature: "" }), "shard/not-ours", "capture-1 is not signed"],
  [
    "by another key",
    open(signCapture(record, strange)),
    "shard/not-ours",
    "signed by another key than this run's",
  ],
  [
    "that is signed as a snapshot is",
    open({ ...signed, signature: sign(key, signed.bytes) }),
    "shard/not-ours",
    "is not signed",
  ],
  [
    "of another version",
    open(signCapture({ ...record, tool: "1.2.4" }, key)),
    "shard/other-version",
    "was written by version 1.2.4; this is 1.2.3",
  ],
  [
    "of another run",
    open(signCapture({ ...record, run: "https://ci.example/2" }, key)),
    "shard/other-run",
    "is of https://ci.example/2, not of https://ci.example/1",
  ],
  [
    "of a run by hand",
    open(signCapture({ ...record, run: null }, key)),
    "shard/other-run",
    "is of a run outside of CI, not of https://ci.example/1",
  ],
  [
    "for another fleet",
    open(signCapture({ ...record, fleet: "0" }, key)),
    "shard/other-fleet",
    "another fleet.yml",
  ],
])("a record %s is refused", (_, opening, code, message) => {
  expect(opening).toThrow(expect.objectContaining({ code, message: expect.stringContaining(message) }))
})

test("a fleet is another when hosts, categories, recipients or signers are, and not when reviewers are", () => {
  const digests = [
    whole,
    whole.replace("192.0.2.10", "192.0.2.11"),
    whole.replace(/^recipients: \[(.*), (.*)\]/m, "recipients: [$2, $1]"),
    whole.replace("tags: [eu]", "tags: [us]"),
  ].map(text => fleetDigest(parseFleet(text, "fleet.yml")))
  expect(new Set(digests).size).toBe(4)
  expect(digests[0]).toMatch(/^[0-9a-f]{64}$/)
  expect(fleetDigest({ ...fleet, warnings: ["other"], rto: new Map() })).toBe(digests[0])
  expect(fleetDigest({ ...fleet, signers: [] })).not.toBe(digests[0])
  expect(fleetDigest({ ...fleet, categories: new Map() })).not.toBe(digests[0])
})
