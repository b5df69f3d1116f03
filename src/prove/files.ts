/** Whether what was restored is what the manifests say, read back from where it was written. */
import { type Proof, type ProofFinding, proofOf } from "../core/drill.ts"
import type { Restorable } from "../core/restorable.ts"
import type { RestoredEntry, RestoredTree } from "./tree.ts"

/** numbers of accounts by name; null when this account cannot give files away */
export type Accounts = {
  readonly users: ReadonlyMap<string, number>
  readonly groups: ReadonlyMap<string, number>
} | null

export function proveFiles(items: readonly Restorable[], tree: RestoredTree, accounts: Accounts): Proof {
  const findings = items.flatMap(item => {
    const found = tree.entries.get(item.entry.path)
    const wrong = found === undefined ? ["missing"] : differences(item, found, accounts)
    return wrong.map(detail => failed(item.entry.path, found === undefined ? "missing" : "different", detail))
  })
  const known = new Set(items.map(({ entry }) => entry.path))
  const extra = tree.paths().filter(path => !known.has(path))
  const files = items.filter(({ entry }) => entry.kind === "file").length
  const owners = accounts === null ? "; owners could not be set, as this is not root" : ""
  return proofOf(
    "files",
    `${files} files are there, equal to the manifest in content, mode and time${owners}`,
    [
      ...findings,
      ...extra.map(path => failed(path, "extra", "is in no manifest")),
      ...unknownNames(items, accounts),
    ],
  )
}

const failed = (subject: string, verdict: string, detail: string): ProofFinding => ({
  ...{ level: "failed", verdict, subject, detail },
})

function differences({ entry }: Restorable, found: RestoredEntry, accounts: Accounts): readonly string[] {
  if (found.kind !== entry.kind) return [`is a ${found.kind}, not a ${entry.kind}`]
  const wrong: string[] = []
  if (entry.kind === "file" && found.sha256 !== entry.sha256) wrong.push("other content")
  if (entry.kind === "link" && found.target !== entry.target) wrong.push("leads elsewhere")
  if (entry.kind !== "link" && found.mode !== entry.mode)
    wrong.push(`mode ${octal(found.mode)}, not ${octal(entry.mode)}`)
  if (found.mtime !== entry.mtime) wrong.push("another time")
  if (accounts !== null) {
    const uid = accounts.users.get(entry.owner) ?? entry.uid
    const gid = accounts.groups.get(entry.group) ?? entry.gid
    if (found.uid !== uid || found.gid !== gid) wrong.push(`not of ${entry.owner}:${entry.group}`)
  }
  return wrong
}

const octal = (mode: number): string => mode.toString(8).padStart(4, "0")

/** A scratch machine need not have the host's accounts; the machine that takes its place has to. */
function unknownNames(items: readonly Restorable[], accounts: Accounts): readonly ProofFinding[] {
  if (accounts === null) return []
  const users = items
    .map(({ entry }) => entry.owner)
    .filter(name => !accounts.users.has(name) && !/^\d+$/.test(name))
  const groups = items
    .map(({ entry }) => entry.group)
    .filter(name => !accounts.groups.has(name) && !/^\d+$/.test(name))
  return [
    ...[...new Set(users)].map(name => note(`user ${name}`)),
    ...[...new Set(groups)].map(name => note(`group ${name}`)),
  ]
}

const note = (subject: string): ProofFinding => ({
  ...{ level: "note", verdict: "unknown-account", subject },
  detail: "is not on this machine; a rebuilt server has to have it before the restore",
})
