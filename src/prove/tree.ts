import { createHash } from "node:crypto"
import { lstatSync, readdirSync, readFileSync, readlinkSync, type Stats } from "node:fs"
import { join } from "node:path"
import { resolveLink } from "../core/path-pattern.ts"

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
  /** @param path  of a file */
  text(path: string): string
}

const maxLinks = 16

export function readTree(root: string): RestoredTree {
  const entries = new Map<string, RestoredEntry>()
  for (const item of readdirSync(root, { recursive: true, withFileTypes: true })) {
    const place = join(item.parentPath, item.name)
    entries.set(place.slice(root.length), readEntry(place))
  }
  const files = [...entries]
    .filter(([, { kind }]) => kind === "file" || kind === "link")
    .map(([path]) => path)
  const target = (path: string): string | null => {
    let at = path
    for (let hops = 0; hops < maxLinks; hops++) {
      const found = entries.get(at)
      if (found?.kind === "file") return at
      if (found?.kind !== "link") return null
      at = resolveLink(at, found.target ?? "")
    }
    return null
  }
  return { entries, paths: () => files, target, text: path => readFileSync(join(root, path), "utf8") }
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
