import type { KnownCategory } from "../core/capture.ts"
import type { Fleet } from "../core/fleet.ts"
import { Problem } from "../core/problem.ts"
import type { Reference } from "../core/profile.ts"
import type { SignedSnapshot } from "../core/snapshot.ts"
import type { HostRecord } from "../core/vault.ts"
import type { Known } from "../pull/pull.ts"
import { openSnapshot } from "../seal/snapshot.ts"

/** The newest snapshot of a host, if there is one and it can be trusted. */
export function trustedSnapshot(
  host: string,
  record: HostRecord | undefined,
  fleet: Fleet,
): SignedSnapshot | null {
  const latest = record?.latest
  if (latest === undefined || latest === null) return null
  return openSnapshot(latest.bytes, latest.signature, fleet.signers, { host, sequence: latest.sequence })
}

/** What a run may take as known of a host. The references are a hint only: nothing is skipped on their word. */
export function knownOf(snapshot: SignedSnapshot | null, record: HostRecord | undefined): Known {
  if (snapshot === null) return { categories: new Map(), references: [] }
  const categories = new Map<string, KnownCategory>()
  for (const [name, { bundle }] of Object.entries(snapshot.snapshot.categories)) {
    if (bundle !== null) categories.set(name, bundle)
  }
  return { categories, references: parseReferences(record?.references ?? null) }
}

export function parseReferences(json: string | null): readonly Reference[] {
  if (json === null) return []
  try {
    const found: unknown = JSON.parse(json)
    return Array.isArray(found) ? found.filter(isReference) : []
  } catch {
    return []
  }
}

function isReference(found: unknown): found is Reference {
  const fields = found as Partial<Reference> | null
  return (
    typeof fields?.path === "string" && fields.path.startsWith("/") && typeof fields.category === "string"
  )
}

/** The run's own key must be one that later runs will accept. */
export function checkSigner(fleet: Fleet, publicLine: string): void {
  if (isSigner(fleet, publicLine)) return
  throw new Problem("seal/no-signer", "the signing key is not one of the signers of fleet.yml", {
    data: [`it is    ${publicLine}`, ...fleet.signers.map(signer => `listed   ${signer}`)],
    hint: "add it under `signers:` of fleet.yml, or give the key that is listed",
  })
}

/** Comments after a key do not count. */
export function isSigner({ signers }: Fleet, publicLine: string): boolean {
  return signers.some(signer => signer.split(/\s+/).slice(0, 2).join(" ") === publicLine)
}
