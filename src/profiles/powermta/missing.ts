/** Files that the configs of a host name and the host does not have. */
import type { Facts, Statement } from "../../core/profile.ts"
import { matching } from "./paths.ts"
import { mayName, references } from "./references.ts"

/** What a server does without, or makes by itself. */
const optional = new Set(["accounting", "log"])

/**
 * One statement for each name without a file. Which files a host has is told by their rights; without these
 * nothing is known, and nothing is said.
 */
export function missingFiles(files: ReadonlyMap<string, string>, facts: Facts): readonly Statement[] {
  const { permissions } = facts
  if (typeof permissions !== "object" || permissions === null) return []
  const paths = Object.keys(permissions)
  const exists = new Set(paths)
  const judged = new Map<string, boolean>()
  const isThere = (path: string) => {
    const known = judged.get(path) ?? (exists.has(path) || matching(path, paths).length > 0)
    judged.set(path, known)
    return known
  }
  const missing = new Set<string>()
  for (const [file, text] of files) {
    if (!mayName(Buffer.from(text))) continue
    for (const { category, path, directive } of references(file, text)) {
      if (!optional.has(category) && !isThere(path)) missing.add(`${path} (${directive})`)
    }
  }
  return [...missing].toSorted().map(value => ({
    ...{ scope: ["facts", "permissions"], name: "missing-file", value, compare: value },
    ...{ repeat: "set", file: null, line: null },
  }))
}
