import { Problem } from "../core/problem.ts"
import type { PruneRecord, StoredRecord } from "../core/retention.ts"
import type { UnlockedKey } from "./private-key.ts"
import { snapshotHash } from "./snapshot.ts"
import { sign, verify } from "./sshsig.ts"

/** As a snapshot is signed: JSON with two blanks of indentation and a final line end. */
export function signRecord(record: PruneRecord, key: UnlockedKey): StoredRecord {
  const bytes = Buffer.from(`${JSON.stringify(record, null, 2)}\n`)
  return { number: record.number, bytes, signature: sign(key, bytes) }
}

/**
 * Trusts all prune records of a vault, or says why not: each signed, in order, and none missing.
 * @param stored  all that the vault has, by number
 * @throws Problem "seal/not-signed", "seal/wrong-signer", "seal/altered", "seal/out-of-order"
 */
export function openRecords(
  stored: readonly StoredRecord[],
  signers: readonly string[],
): readonly PruneRecord[] {
  let previous: string | null = null
  return stored.map(({ number, bytes, signature }, index) => {
    const name = `prune record ${number}`
    const verdict = verify(signers, bytes, signature)
    if (verdict === "unsigned")
      throw untrusted("seal/not-signed", `${name} has no signature that can be read`)
    if (verdict === "stranger")
      throw untrusted("seal/wrong-signer", `${name} is signed by a key that fleet.yml does not list`)
    if (verdict === "altered") throw untrusted("seal/altered", `${name} is not what was signed`)
    const record = JSON.parse(Buffer.from(bytes).toString("utf8")) as PruneRecord
    if (
      record.kind !== "prune" ||
      record.number !== number ||
      number !== index + 1 ||
      record.previous !== previous
    ) {
      throw untrusted("seal/out-of-order", `${name} does not follow the one before`)
    }
    previous = snapshotHash(bytes)
    return record
  })
}

/** Keys of the bundles that these records say went. */
export function prunedBundles(records: readonly PruneRecord[]): ReadonlySet<string> {
  const hosts = records.flatMap(record => Object.values(record.hosts))
  return new Set(hosts.flatMap(({ bundles }) => bundles.map(({ key }) => key)))
}

function untrusted(
  code: "seal/not-signed" | "seal/wrong-signer" | "seal/altered" | "seal/out-of-order",
  message: string,
): Problem {
  return new Problem(code, message, {
    hint: "compare the bundles branch with a clone you trust: without its record nobody knows what may be missing",
  })
}
