/** Files a drill's report in the vault, signed, where nobody can change it unseen. */

import type { DrillReport } from "../core/drill.ts"
import type { Fleet } from "../core/fleet.ts"
import { keyTime } from "../core/log.ts"
import type { Vault } from "../core/vault.ts"
import type { UnlockedKey } from "../seal/private-key.ts"
import { reportNamespace, sign } from "../seal/sshsig.ts"
import { checkSigner } from "./trust.ts"

export interface EvidenceTools {
  readonly vault: Vault
  readonly fleet: Fleet
  readonly signingKey: UnlockedKey
  readonly markdown: (report: DrillReport) => string
}

/** @returns the path of the JSON on the branch `bundles` */
export async function fileEvidence(
  report: DrillReport,
  { vault, fleet, signingKey, markdown }: EvidenceTools,
  signal: AbortSignal,
): Promise<string> {
  checkSigner(fleet, signingKey.publicLine)
  const name = `drills/${report.host}/${keyTime(report.startedAt)}`
  const texts = { json: `${JSON.stringify(report, null, 2)}\n`, md: markdown(report) }
  const files = new Map<string, Uint8Array>()
  for (const [ending, text] of Object.entries(texts)) {
    const bytes = Buffer.from(text)
    files.set(`${name}.${ending}`, bytes)
    files.set(`${name}.${ending}.sig`, Buffer.from(sign(signingKey, bytes, reportNamespace)))
  }
  await vault.keep(files, `drill: ${report.host} ${report.verdict}`, signal)
  return `${name}.json`
}
