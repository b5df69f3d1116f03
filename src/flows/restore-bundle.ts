/** One file for the operator: what is still sealed, the proof of where it comes from, and a runbook. */
import { createHash } from "node:crypto"
import { basename } from "node:path"
import { showDuration } from "../core/duration.ts"
import type { Host } from "../core/fleet.ts"
import type { RestoreReport } from "../core/restore-report.ts"
import type { RunbookFacts } from "../core/runbook.ts"
import type { StoredSnapshot } from "../core/vault.ts"
import { packFiles } from "../restore/pack-files.ts"
import { writeNew } from "../restore/write-new.ts"
import { signatureNamespace } from "../seal/sshsig.ts"
import type { FetchedBundle } from "./fetch-bundles.ts"
import { refuseLogs } from "./find-logs.ts"
import { type Fetched, fetchSnapshot, type RestoreRequest, type RestoreTools, report } from "./restore.ts"

export interface BundleTools extends RestoreTools {
  /** puts the facts in words */
  readonly runbook: (facts: RunbookFacts) => string
  /** version of this program */
  readonly tool: string
}

/** Needs no identity: every byte is proven by the signed snapshot, and nothing is opened. */
export async function restoreBundle(
  request: Omit<RestoreRequest, "paths"> & { readonly paths: readonly string[]; readonly file: string },
  tools: BundleTools,
  signal: AbortSignal,
): Promise<RestoreReport> {
  const started = performance.now()
  const fetched = await fetchSnapshot(request, tools, signal)
  refuseLogs(fetched.logs)
  const files = await filesOf(fetched, tools, signal)
  const { host, sequence, takenAt } = fetched.chosen.signed.snapshot
  const folder = `restore-${host}-${sequence}`
  const archive = packFiles(folder, files, Math.floor(Date.parse(takenAt) / 1000))
  signal.throwIfAborted()
  await writeNew(request.file, archive)
  const sha256 = createHash("sha256").update(archive).digest("hex")
  const outcome = { form: "bundle", file: request.file, bytes: archive.length, sha256 } as const
  const whole = request.paths.length === 0 ? [] : ["path was not looked at: what is sealed cannot be divided"]
  return report(fetched, null, outcome, whole, started)
}

type Files = ReadonlyMap<string, Uint8Array>

async function filesOf(fetched: Fetched, tools: BundleTools, signal: AbortSignal): Promise<Files> {
  const { chosen, bundles } = fetched
  const { host, sequence, takenAt } = chosen.signed.snapshot
  const entry = tools.fleet.hosts.find(({ name }) => name === host) ?? null
  const files = new Map<string, Uint8Array>(bundles.map(bundle => [fileOf(bundle), bundle.bytes]))
  for (const snapshot of chosen.upTo) {
    files.set(snapshotFile(snapshot), snapshot.bytes)
    files.set(`${snapshotFile(snapshot)}.sig`, Buffer.from(snapshot.signature))
  }
  files.set("allowed_signers", Buffer.from(allowedSigners(tools.fleet.signers)))
  if (entry !== null) files.set("known_hosts", Buffer.from(knownHosts(entry)))
  const facts: RunbookFacts = {
    ...{ host, sequence, takenAt, tool: tools.tool, snapshotFile: snapshotFile({ sequence }) },
    reach: entry,
    categories: bundles.map(bundle => {
      const { files: count, bytes, capturedAt, recipients } = bundle.ref
      return { name: bundle.category, file: fileOf(bundle), files: count, bytes, capturedAt, recipients }
    }),
    license: await licenseFacts(host, tools, signal),
    objectives: new Map([...tools.fleet.rto].map(([scenario, ms]) => [scenario, showDuration(ms)])),
  }
  files.set("RUNBOOK.md", Buffer.from(tools.runbook(facts)))
  files.set("SHA256SUMS", Buffer.from(checksums(files)))
  return files
}

const fileOf = ({ category, ref }: FetchedBundle) =>
  `bundles/${category}.${basename(ref.key).replace(/^[^.]*\./, "")}`

const snapshotFile = ({ sequence }: Pick<StoredSnapshot, "sequence">) =>
  `snapshots/${String(sequence).padStart(8, "0")}.json`

/** As `ssh-keygen -Y verify -f` reads it. */
function allowedSigners(signers: readonly string[]): string {
  const lines = signers.map(signer => signer.split(/\s+/).slice(0, 2).join(" "))
  return lines.map(key => `pmta-vault namespaces="${signatureNamespace}" ${key}\n`).join("")
}

/** As `ssh` reads it; a fingerprint alone is no key. */
function knownHosts({ address, port, hostKeys }: Host): string {
  const name = port === 22 ? address : `[${address}]:${port}`
  return hostKeys
    .flatMap(pin => (pin.kind === "key" ? [`${name} ${pin.algorithm} ${pin.base64}\n`] : []))
    .join("")
}

/** As `sha256sum -c` reads it. */
function checksums(files: Files): string {
  return [...files]
    .map(([name, bytes]) => `${createHash("sha256").update(bytes).digest("hex")}  ${name}\n`)
    .sort()
    .join("")
}

async function licenseFacts(
  host: string,
  { vault }: BundleTools,
  signal: AbortSignal,
): Promise<string | null> {
  for await (const { bytes } of vault.contents([`live/${host}/facts/license.yml`], signal))
    return bytes === null ? null : Buffer.from(bytes).toString("utf8")
  return null
}
