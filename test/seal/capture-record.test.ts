import { expect, test } from "vitest"
import { Secret } from "../../src/core/secret.ts"
import { parseFleet } from "../../src/fleet/parse.ts"
import { type Expected, fleetDigest, openCapture, signCapture } from "../../src/seal/capture-record.ts"
import { unlockKey } from "../../src/seal/private-key.ts"
import { signSnapshot } from "../../src/seal/snapshot.ts"
import { whole } from "../fleet/examples.ts"
import { sshKey } from "../lab/keys.ts"

const fleet = parseFleet(whole, "fleet.yml")
const keyOf = async () => unlockKey("signing-key", new Secret((await sshKey("ed25519")).privateKey), null)
const record = {
  format: 1,
  kind: "capture",
  tool: "1.2.3",
  run: "https://github.invalid/runs/7",
  fleet: fleetDigest(fleet),
  hosts: [{ host: "mta1" }],
} as const

test("a record is believed for its run, its version, its fleet and its signer, and for no other", async () => {
  const [key, other] = [await keyOf(), await keyOf()]
  const { bytes, signature } = signCapture(record, key)
  const right = { signer: key.publicLine, tool: record.tool, run: record.run, fleet }
  const open = (changes: Partial<Expected>) => () =>
    openCapture("one.capture", { record: bytes, signature }, { ...right, ...changes })
  expect(open({})()).toEqual(record.hosts)
  const refused = (code: string) => expect.objectContaining({ code })
  expect(open({ run: "https://github.invalid/runs/8" })).toThrow(refused("shard/other-run"))
  expect(open({ run: null })).toThrow(refused("shard/other-run"))
  expect(open({ tool: "1.2.4" })).toThrow(refused("shard/other-version"))
  expect(open({ signer: other.publicLine })).toThrow(refused("shard/not-ours"))
  for (const changes of [
    { hosts: fleet.hosts.slice(1) },
    { recipients: fleet.recipients.slice(1) },
    { signers: [...fleet.signers, other.publicLine] },
  ])
    expect(open({ fleet: { ...fleet, ...changes } })).toThrow(refused("shard/other-fleet"))
})

test("the signature of a snapshot is none of a capture", async () => {
  const key = await keyOf()
  const snapshot = {
    format: 1,
    ...{ host: "mta1", sequence: 1, previous: null, takenAt: "", profile: "powermta" },
    ...{ tool: "", run: null, categories: {} },
  } as const
  const { bytes, signature } = signSnapshot(snapshot, key)
  const expected = { signer: key.publicLine, tool: "", run: null, fleet }
  expect(() => openCapture("one.capture", { record: bytes, signature }, expected)).toThrow(
    expect.objectContaining({ code: "shard/not-ours" }),
  )
})
