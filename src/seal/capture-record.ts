/** What a capture job found, signed: the only thing that the job which writes the vault believes of it. */
import { createHash } from "node:crypto"
import type { Fleet } from "../core/fleet.ts"
import { Problem } from "../core/problem.ts"
import type { UnlockedKey } from "./private-key.ts"
import { captureNamespace, sign, verify } from "./sshsig.ts"

/** @typeParam H  what is told of one host */
export interface CaptureRecord<H> {
  readonly format: 1
  readonly kind: "capture"
  /** version of pmta-vault; what is told of a host has the form that it has in this version */
  readonly tool: string
  /** the run that the job is of, as its log is found; null outside of CI */
  readonly run: string | null
  /** digest of the fleet that the job had, hex */
  readonly fleet: string
  /** each once */
  readonly hosts: readonly H[]
}

export function signCapture<H>(record: CaptureRecord<H>, key: UnlockedKey) {
  const bytes = Buffer.from(`${JSON.stringify(record)}\n`)
  return { bytes, signature: sign(key, bytes, captureNamespace) }
}

/** What a record has to agree with. */
export interface Expected {
  /** of this run's own signing key: fingerprints by another would make all look changed */
  readonly signer: string
  readonly tool: string
  readonly run: string | null
  readonly fleet: Fleet
}

/**
 * Trusts a record, or says why not.
 * @param name  of the file, for messages
 * @returns     what is told of its hosts
 * @throws      Problem "shard/not-ours", "shard/altered", "shard/other-version", "shard/other-run", "shard/other-fleet"
 */
export function openCapture<H>(
  name: string,
  { record: bytes, signature }: { readonly record: Uint8Array; readonly signature: string },
  expected: Expected,
): readonly H[] {
  const verdict = verify([expected.signer], bytes, signature, captureNamespace)
  if (verdict === "altered") {
    throw new Problem("shard/altered", `the record in ${name} is not what was signed`, {
      hint: "find out who could write to it; run the shard again, then collect",
    })
  }
  if (verdict !== "good") {
    const what = verdict === "unsigned" ? "is not signed" : "is signed by another key than this run's"
    throw new Problem("shard/not-ours", `${name} ${what}`, {
      hint: "give the capture jobs and collect the same signing-key; if they have it, find out who made the file",
    })
  }
  const { tool, run, fleet, hosts } = JSON.parse(Buffer.from(bytes).toString("utf8")) as CaptureRecord<H>
  if (tool !== expected.tool) {
    throw new Problem(
      "shard/other-version",
      `${name} was written by version ${tool}; this is ${expected.tool}`,
      {
        hint: "run one version of pmta-vault in all jobs",
      },
    )
  }
  if (run !== expected.run) {
    throw new Problem("shard/other-run", `${name} is of ${inWords(run)}, not of ${inWords(expected.run)}`, {
      hint: "collect what the capture jobs of the same run wrote",
    })
  }
  if (fleet !== fleetDigest(expected.fleet)) {
    throw new Problem("shard/other-fleet", `${name} was made for another fleet.yml than this run has`, {
      hint: "when fleet.yml was changed meanwhile, run all of it again",
    })
  }
  return hosts
}

const inWords = (run: string | null): string => run ?? "a run outside of CI"

/** What of a fleet a capture depends on: hosts and how they are reached, categories, who can open, who may sign. */
export function fleetDigest({ hosts, categories, recipients, signers }: Fleet): string {
  return createHash("sha256")
    .update(JSON.stringify([hosts, [...categories], recipients, signers]))
    .digest("hex")
}
