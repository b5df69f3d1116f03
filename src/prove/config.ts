/** Whether the restored config would be understood: it parses, what it names is there, and secrets are nobody's to read. */
import { type Proof, type ProofFinding, proofOf } from "../core/drill.ts"
import { pathPattern } from "../core/path-pattern.ts"
import type { Profile, Reference } from "../core/profile.ts"
import type { Restorable } from "../core/restorable.ts"
import type { RestoredTree } from "./tree.ts"

/** The config texts that are in force, by path: the main one and all that it includes. */
export function liveConfigs(tree: RestoredTree, profile: Profile): ReadonlyMap<string, string> {
  const texts = new Map<string, string>()
  const open = [profile.mainConfig]
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    const file = tree.target(path)
    if (file === null || texts.has(file)) continue
    const text = tree.text(file)
    texts.set(file, text)
    for (const reference of profile.references(file, text))
      if (reference.include) open.push(...tree.matching(reference.path))
  }
  return texts
}

export function proveConfig(
  items: readonly Restorable[],
  configs: ReadonlyMap<string, string>,
  tree: RestoredTree,
  profile: Profile,
): Proof {
  const references = [...configs].flatMap(([file, text]) => profile.references(file, text))
  const { keyCategory, writtenCategories } = profile.proof
  // Keys have a proof of their own; logs are made by the program.
  const needed = references.filter(
    ({ category }) => category !== keyCategory && !writtenCategories.includes(category),
  )
  const main: readonly ProofFinding[] = configs.has(tree.target(profile.mainConfig) ?? "")
    ? []
    : [{ level: "failed", verdict: "no-config", subject: profile.mainConfig, detail: "is not there" }]
  return proofOf(
    "config",
    `config files that parse: ${configs.size}; includes and references looked up: ${needed.length}`,
    [
      ...main,
      ...[...configs].flatMap(([file, text]) => faultsOf(file, text, profile)),
      ...needed.flatMap(reference => unresolved(reference, tree)),
      ...items.flatMap(item => looseRights(item, profile)),
    ],
  )
}

function unresolved(reference: Reference, tree: RestoredTree): readonly ProofFinding[] {
  const { path, directive, file, line } = reference
  const where = `${directive} in ${file}, line ${line}`
  if (tree.matching(path).length > 0) return []
  return pathPattern(path).literal
    ? [
        {
          level: "failed",
          verdict: "missing-file",
          subject: path,
          detail: `named by ${where}, and not there`,
        },
      ]
    : [{ level: "note", verdict: "matches-nothing", subject: path, detail: where }]
}

/** A block without its end swallows what follows. The rest may be newer than what this program knows. */
function faultsOf(file: string, text: string, profile: Profile): readonly ProofFinding[] {
  return profile.proof.faults(text).map(({ fault, line, name }) => ({
    level: fault === "unbalanced-block" ? "failed" : "note",
    ...{ verdict: fault, subject: `${file}:${line}`, detail: name === "" ? "is no directive" : name },
  }))
}

function looseRights({ category, entry }: Restorable, profile: Profile): readonly ProofFinding[] {
  const isSecret = category === profile.proof.keyCategory && entry.kind === "file"
  if (!isSecret || (entry.mode & 0o007) === 0) return []
  const detail = `mode ${entry.mode.toString(8).padStart(4, "0")}: every account of the host may use this key`
  return [{ level: "weak", verdict: "loose-rights", subject: entry.path, detail }]
}
