import { createHmac, createSecretKey, type Hmac } from "node:crypto"
import type { Entry } from "../core/file.ts"
import type { Fingerprint } from "../core/profile.ts"
import { deriveKey, type UnlockedKey } from "./private-key.ts"

/** Keyed digests of one vault. Nobody without the signing key can guess a low-entropy secret from them. */
export interface Fingerprints {
  /** 16 hex digits: what the mirror shows in place of a secret value */
  readonly ofValue: Fingerprint
  /** 64 hex digits over everything that makes a category's content; times and numeric ids do not count */
  ofEntries(entries: readonly Entry[]): string
  /** keyed digest of bytes of a log, to be fed piece by piece; 64 hex digits */
  ofLog(): Hmac
  /** 64 hex digits that nobody without the signing key can compute, bound to plain data */
  salt(state: unknown): string
}

export function fingerprints(key: UnlockedKey): Fingerprints {
  // As objects: from bytes, Node would make one for each digest.
  const keyFor = (purpose: string) => createSecretKey(deriveKey(key, purpose))
  const valueKey = keyFor("fingerprint of a value, 1")
  const saltKey = keyFor("salt of a listing, 1")
  const logKey = keyFor("fingerprint of a log, 1")
  const contentKey = keyFor("fingerprint of a category, 1")
  return {
    ofValue: value => createHmac("sha256", valueKey).update(value).digest("hex").slice(0, 16),
    ofLog: () => createHmac("sha256", logKey),
    salt: state => createHmac("sha256", saltKey).update(JSON.stringify(state)).digest("hex"),
    ofEntries(entries) {
      const lines = entries.map(entry =>
        JSON.stringify([
          entry.path,
          entry.kind,
          entry.mode,
          entry.owner,
          entry.group,
          entry.sha256 ?? entry.target,
        ]),
      )
      const text = lines
        .sort()
        .map(line => `${line}\n`)
        .join("")
      return createHmac("sha256", contentKey).update(text).digest("hex")
    },
  }
}
