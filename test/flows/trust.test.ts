/** A snapshot that was trusted once is trusted again only as the same record, of the same host, by the same signers. */
import { expect, test } from "vitest"
import type { Fleet } from "../../src/core/fleet.ts"
import { Secret } from "../../src/core/secret.ts"
import type { HostRecord } from "../../src/core/vault.ts"
import { trustedSnapshot } from "../../src/flows/trust.ts"
import { unlockKey } from "../../src/seal/private-key.ts"
import { signSnapshot } from "../../src/seal/snapshot.ts"
import { sshKey } from "../lab/keys.ts"

test("what was trusted before is looked at again for another host, other signers, and another record", async () => {
  const [own, other] = await Promise.all([sshKey("ed25519"), sshKey("ed25519")])
  const key = unlockKey("signing-key", new Secret(own.privateKey), null)
  const base = { format: 1, sequence: 7, previous: null, takenAt: "2026-03-02T03:00:00Z" } as const
  const about = { profile: "powermta", tool: "0", run: null, categories: {} }
  const { bytes, signature } = signSnapshot({ ...base, ...about, host: "mta1" }, key)
  const recordOf = (content: Uint8Array): HostRecord => ({
    latest: { sequence: 7, bytes: content, signature },
    ...{ accepted: null, live: null, hint: null, pages: new Map() },
  })
  const fleetOf = (...signers: string[]) => ({ signers }) as unknown as Fleet
  const fleet = fleetOf(own.publicKey)
  const record = recordOf(bytes)

  const trusted = trustedSnapshot("mta1", record, fleet)
  expect(trusted?.snapshot.sequence).toBe(7)
  expect(trustedSnapshot("mta1", record, fleet)).toBe(trusted)
  expect(() => trustedSnapshot("mta2", record, fleet)).toThrow("is a snapshot of mta1")
  expect(() => trustedSnapshot("mta1", record, fleetOf(other.publicKey))).toThrow("does not list")
  const altered = Buffer.from(bytes.toString().replace("03:00", "04:00"))
  expect(() => trustedSnapshot("mta1", recordOf(altered), fleet)).toThrow("not what was signed")
})
