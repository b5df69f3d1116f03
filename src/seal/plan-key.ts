import { createHmac, hkdfSync } from "node:crypto"
import type { Fingerprint } from "../core/profile.ts"
import type { Identities } from "./identity.ts"

/** Keyed digests for a restore, which has an identity and no signing key. Equal for equal identities. */
export interface PlanDigests {
  /** 16 hex digits */
  readonly ofPlan: (lines: readonly string[]) => string
  /** 16 hex digits: what is shown in place of a secret value */
  readonly ofValue: Fingerprint
}

export function planDigests({ lines }: Identities): PlanDigests {
  const key = (purpose: string) =>
    Buffer.from(hkdfSync("sha256", [...lines].sort().join("\n"), "pmta-vault", purpose, 32))
  const digest = (secret: Buffer, value: string | Uint8Array) =>
    createHmac("sha256", secret).update(value).digest("hex").slice(0, 16)
  const [plan, value] = [key("restore plan, 1"), key("restore value, 1")]
  return { ofPlan: text => digest(plan, text.join("\n")), ofValue: found => digest(value, found) }
}
