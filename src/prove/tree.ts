import { createHash } from "node:crypto"
import { lstatSync, readdirSync, readFileSync, readlinkSync, type Stats } from "node:fs"
import { join } from "node:path"
import { certain } from "../core/certain.ts"
import { pathPattern, throughLinks } from "../core/path-pattern.ts"
import type { FoundFile } from "../core/workbench.ts"

export interface RestoredEntry {
  readonly kind: "file" | "link" | "directory" | "other"
  readonly mode: number
  readonly uid: number
  readonly gid: number
  readonly size: number
  /** seconds since 1970, whole */
  readonly mtime: number
  readonly target: string | null
  /** hex; null for all but files */
  readonly sha256: string | null
}

/** What a restore wrote into a directory, read back, by the paths of the host. Links are followed within it. */
export interface RestoredTree {
  readonly entries: ReadonlyMap<string, RestoredEntry>
  paths(): readonly string[]
  /** the file that a path leads to; null when there is none */
  target(path: string): string | null
  /** the files that a path or pattern leads to */
  matching(pattern: string): readonly string[]
  /** @param path  of a file */
  text(path: string): string
}

export function readTree(root: string): RestoredTree {
  const entries = new Map<string, RestoredEntry>()
  for (const item of readdirSync(root, { recursive: true, withFileTypes: true })) {
    const place = join(item.parentPath, item.name)
    entries.set(place.slice(root.length), readEntry(place))
  }
  return treeOf(entries, path => readFileSync(join(root, path), "utf8"))
}

/** The same of what a host gave back after a restore over SSH. */
export function foundTree(found: readonly FoundFile[]): RestoredTree {
  const files = new Map(found.map(file => [file.entry.path, file]))
  const entries = new Map([...files].map(([path, { entry }]) => [path, entry]))
  const contentOf = (path: string) => certain(certain(files.get(path)).content)
  return treeOf(entries, path => contentOf(path).revealText("prove that it works"))
}

function treeOf(entries: ReadonlyMap<string, RestoredEntry>, textOf: (path: string) => string): RestoredTree {
  const files = [...entries]
    .filter(([, { kind }]) => kind === "file" || kind === "link")
    .map(([path]) => path)
  const real = (path: string): string | null =>
    throughLinks(`${path}/`, at => entries.get(at)?.target ?? null)?.path.slice(0, -1) ?? null
  const target = (path: string): string | null => {
    const found = real(path)
    return found !== null && entries.get(found)?.kind === "file" ? found : null
  }
  return {
    entries,
    target,
    paths: () => files,
    matching(pattern) {
      const { literal, base } = pathPattern(pattern)
      if (literal) return [target(pattern)].filter(path => path !== null)
      const { matches } = pathPattern(`${real(base) ?? base}${pattern.slice(base.length)}`)
      const found = files.filter(matches).map(target)
      return [...new Set(found.filter(path => path !== null))]
    },
    text: textOf,
  }
}

function readEntry(place: string): RestoredEntry {
  const stat = lstatSync(place)
  const kind = kindOf(stat)
  return {
    ...{ kind, mode: stat.mode & 0o7777, uid: stat.uid, gid: stat.gid, size: stat.size },
    mtime: Math.floor(stat.mtimeMs / 1000),
    target: kind === "link" ? readlinkSync(place) : null,
    sha256: kind === "file" ? createHash("sha256").update(readFileSync(place)).digest("hex") : null,
  }
}

function kindOf(stat: Stats): RestoredEntry["kind"] {
  if (stat.isFile()) return "file"
  if (stat.isSymbolicLink()) return "link"
  return stat.isDirectory() ? "directory" : "other"
}
