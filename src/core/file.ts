import type { Secret } from "./secret.ts"

export type FileKind = "file" | "link" | "directory" | "other"

/** One file system entry of a host, as the host tells it. Hostile until checked by `pull/`. */
export interface Entry {
  /** absolute, normalised POSIX path; any byte but NUL, decoded as UTF-8 */
  readonly path: string
  readonly kind: FileKind
  /** permission bits, at most 0o7777 */
  readonly mode: number
  readonly uid: number
  readonly gid: number
  /** name where the host knows one, else the number as text */
  readonly owner: string
  readonly group: string
  /** bytes; 0 for all but regular files */
  readonly size: number
  /** seconds since 1970, whole */
  readonly mtime: number
  /** what a link points to, as written; null for all but links */
  readonly target: string | null
  /** hex digest of the content, where it is known without moving the content */
  readonly sha256: string | null
  /** whether the account may read it */
  readonly readable: boolean
}

/** A regular file with its content, whose size and digest agree with `entry`. */
export interface CapturedFile {
  readonly entry: Entry & { readonly kind: "file"; readonly sha256: string }
  readonly content: Secret
}
