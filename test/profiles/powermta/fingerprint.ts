import { createHash } from "node:crypto"
import type { Fingerprint } from "../../../src/core/profile.ts"

/** Stands in for the keyed digest of a vault: the same on every run, so golden files can hold it. */
export const fingerprint: Fingerprint = value => createHash("sha256").update(value).digest("hex").slice(0, 16)
