import { account, idOf, type Kind } from "./accounts.ts"
import type { TarEntry } from "./tar.ts"

export interface FileOptions {
  /** default: 0640 below PowerMTA's directories (0600 on a `sudo` host), 0644 elsewhere */
  readonly mode?: number
  readonly owner?: string
  readonly group?: string
  /** seconds since 1970; default now */
  readonly mtime?: number
}

export interface LabFile extends FileOptions {
  readonly content: string | Uint8Array
}

/** by absolute path, as the host sees it */
export type LabFiles = Readonly<Record<string, string | Uint8Array | LabFile>>

/** What names and default rights follow from. */
export interface Place {
  readonly kind: Kind
  readonly passwd: string
  readonly group: string
}

/** Files as tar entries, after all directories above them, with the rights a real host would have. */
export function entriesFor(
  files: LabFiles,
  place: Place,
  directories: readonly string[],
): readonly TarEntry[] {
  const now = Math.floor(Date.now() / 1000)
  const made = new Set<string>()
  for (const directory of directories) for (const path of [...parents(directory), directory]) made.add(path)
  for (const path of Object.keys(files)) for (const parent of parents(path)) made.add(parent)
  const numbers = (owner: string, group: string) => ({
    uid: idOf(place.passwd, owner),
    gid: idOf(place.group, group),
  })
  return [
    ...[...made].sort().map((path): TarEntry => {
      const usual = usualRights(path, place.kind)
      return { kind: "directory", path, mode: usual.directory, ...numbers(usual.owner, usual.group) }
    }),
    ...Object.entries(files).map(([path, given]): TarEntry => {
      if (!path.startsWith("/") || /^\/(usr\/(?!local\/)|bin\/|sbin\/|lib|proc\/|sys\/|dev\/)/.test(path))
        throw new Error(
          `${path} is not the lab host's own: choose an absolute path outside of /usr, or below /usr/local`,
        )
      const file = typeof given === "string" || given instanceof Uint8Array ? { content: given } : given
      const usual = usualRights(path, place.kind)
      return {
        kind: "file",
        path,
        mode: file.mode ?? usual.file,
        ...numbers(file.owner ?? usual.owner, file.group ?? usual.group),
        mtime: file.mtime ?? now,
        content: typeof file.content === "string" ? Buffer.from(file.content) : file.content,
      }
    }),
  ]
}

function parents(path: string): readonly string[] {
  const parts = path.split("/").slice(1, -1)
  return parts.map((_, index) => `/${parts.slice(0, index + 1).join("/")}`)
}

function usualRights(path: string, kind: Kind) {
  if (/^(\/var)?\/tmp$/.test(path)) return { owner: "root", group: "root", directory: 0o1777, file: 0o644 }
  if (path === "/root") return { owner: "root", group: "root", directory: 0o700, file: 0o600 }
  if (within(path, "/var/log/pmta")) return { owner: "pmta", group: "pmta", directory: 0o750, file: 0o640 }
  if (within(path, "/etc/pmta") || within(path, "/var/lib/pmta"))
    return kind === "sudo"
      ? { owner: "root", group: "root", directory: 0o700, file: 0o600 }
      : { owner: "root", group: "pmta", directory: 0o750, file: 0o640 }
  if (within(path, account.home))
    return { owner: account.name, group: account.name, directory: 0o700, file: 0o600 }
  if (within(path, "/home/pmta")) return { owner: "pmta", group: "pmta", directory: 0o755, file: 0o644 }
  return { owner: "root", group: "root", directory: 0o755, file: 0o644 }
}

const within = (path: string, top: string) => path === top || path.startsWith(`${top}/`)
