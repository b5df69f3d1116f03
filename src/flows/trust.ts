import type { KnownCategory } from "../core/capture.ts"
import { certain } from "../core/certain.ts"
import { type Fleet, recipientsOf } from "../core/fleet.ts"
import { caughtProblem, Problem } from "../core/problem.ts"
import type { SignedSnapshot } from "../core/snapshot.ts"
import type { HostRecord, StoredSnapshot } from "../core/vault.ts"
import { type Known, nothingKnown } from "../pull/last-seen.ts"
import { openPage } from "../seal/log-page.ts"
import { openSnapshot } from "../seal/snapshot.ts"
import { parseHint } from "./hint.ts"
import type { KnownLog } from "./host-logs.ts"
import { isGone } from "./renewal.ts"

/** The newest snapshot of a host, if there is one and it can be trusted. */
export function trustedSnapshot(
  host: string,
  record: HostRecord | undefined,
  fleet: Fleet,
): SignedSnapshot | null {
  const latest = record?.latest
  if (latest === undefined || latest === null) return null
  const before = opened.get(latest)
  if (before?.signers === fleet.signers && before.trusted.snapshot.host === host) return before.trusted
  const expected = { host, sequence: latest.sequence }
  const trusted = openSnapshot(latest.bytes, latest.signature, fleet.signers, expected)
  opened.set(latest, { signers: fleet.signers, trusted })
  return trusted
}

/** A run asks twice for the very same one: before it reads a host, and before it records what it has read. */
const opened = new WeakMap<
  StoredSnapshot,
  { readonly signers: readonly string[]; readonly trusted: SignedSnapshot }
>()

/** Equal to no digest: what has it is stored again. */
const noFingerprint = ""

/**
 * What a run may take as known of a host. A bundle that is sealed to others than the recipients of today
 * counts as one to be replaced; one that is gone is not known, and its content has to be read and kept anew.
 */
export function knownOf(
  snapshot: SignedSnapshot | null,
  record: HostRecord | undefined,
  fleet: Pick<Fleet, "recipients" | "categories">,
  now: Date,
): Known {
  if (snapshot === null) return nothingKnown
  const categories = new Map<string, KnownCategory>()
  for (const [name, { bundle }] of Object.entries(snapshot.snapshot.categories)) {
    if (bundle === null || isGone(bundle, now)) continue
    const wanted = new Set(recipientsOf(fleet, name))
    const current = wanted.symmetricDifference(new Set(bundle.recipients)).size === 0
    categories.set(name, current ? bundle : { ...bundle, fingerprint: noFingerprint })
  }
  return { categories, ...parseHint(record?.hint ?? null) }
}

/** What a run may take as known of a host's logs; a page that cannot be trusted concerns its category alone. */
export function knownLogs(
  snapshot: SignedSnapshot | null,
  record: HostRecord | undefined,
): ReadonlyMap<string, KnownLog> {
  const logs = new Map<string, KnownLog>()
  for (const [name, { log }] of Object.entries(snapshot?.snapshot.categories ?? {})) {
    if (!log || snapshot === null) continue
    const { key, sha256, capturedAt } = log
    const { host } = snapshot.snapshot
    // What has a snapshot has a record.
    const { pages } = certain(record)
    const newest = [...pages.keys()].find(path => path.startsWith(`logs/${host}/${name}/`))
    const page = trusted(() => {
      if (newest !== undefined && newest > key) throw unnamedPage(newest, host)
      return openPage(pages.get(key) ?? null, log, host, name)
    })
    logs.set(name, { ref: { key, sha256 }, capturedAt, page })
  }
  return logs
}

/** Page and snapshot come in one commit: a page without its snapshot is all that is left of a run. */
function unnamedPage(path: string, host: string): Problem {
  return new Problem("seal/gap", `the vault has ${path}, and no snapshot of ${host} that names it`, {
    hint: "someone removed a snapshot; look for it in another clone of the vault",
  })
}

function trusted<T>(open: () => T): T | Problem {
  try {
    return open()
  } catch (error) {
    return caughtProblem(error)
  }
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
