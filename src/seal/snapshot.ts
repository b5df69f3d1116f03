import { createHash } from "node:crypto"
import { Problem } from "../core/problem.ts"
import type { SignedSnapshot, Snapshot } from "../core/snapshot.ts"
import type { UnlockedKey } from "./private-key.ts"
import { sign, verify } from "./sshsig.ts"

/** What is signed: JSON with two blanks of indentation and a final line end, so that people can read it. */
export function signSnapshot(snapshot: Snapshot, key: UnlockedKey): SignedSnapshot {
  const bytes = Buffer.from(`${JSON.stringify(snapshot, null, 2)}\n`)
  return { snapshot, bytes, signature: sign(key, bytes) }
}

/** How the next snapshot names this one. */
export function snapshotHash(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex")
}

/**
 * Trusts a stored snapshot, or says why not.
 * @param expected  the host and sequence under which it was found
 * @throws Problem "seal/not-signed", "seal/wrong-signer", "seal/altered", "seal/wrong-host", "seal/out-of-order"
 */
export function openSnapshot(
  bytes: Uint8Array,
  signature: string,
  signers: readonly string[],
  expected: { readonly host: string; readonly sequence: number },
): SignedSnapshot {
  const name = `snapshot ${expected.sequence} of ${expected.host}`
  const verdict = verify(signers, bytes, signature)
  if (verdict === "unsigned") throw untrusted("seal/not-signed", `${name} has no signature that can be read`)
  if (verdict === "stranger")
    throw untrusted("seal/wrong-signer", `${name} is signed by a key that fleet.yml does not list`)
  if (verdict === "altered") throw untrusted("seal/altered", `${name} is not what was signed`)
  const snapshot = parse(bytes, name)
  if (snapshot.host !== expected.host)
    throw untrusted("seal/wrong-host", `${name} is a snapshot of ${snapshot.host}`)
  if (snapshot.sequence !== expected.sequence) {
    throw untrusted("seal/out-of-order", `${name} says that it is number ${snapshot.sequence}`)
  }
  return { snapshot, bytes, signature }
}

function parse(bytes: Uint8Array, name: string): Snapshot {
  const snapshot = JSON.parse(Buffer.from(bytes).toString("utf8")) as Snapshot
  if (snapshot.format !== 1) {
    throw new Problem(
      "vault/newer-format",
      `${name} has format ${String(snapshot.format)}; this program knows format 1`,
      {
        hint: "update pmta-vault",
      },
    )
  }
  return snapshot
}

function untrusted(
  code: "seal/not-signed" | "seal/wrong-signer" | "seal/altered" | "seal/wrong-host" | "seal/out-of-order",
  message: string,
) {
  return new Problem(code, message, {
    hint: "compare the bundles branch with a clone you trust before going on",
  })
}
