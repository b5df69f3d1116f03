/**
 * Files that grow: captured as byte ranges, each byte once. What is known of them is public: names, sizes and
 * times as in a directory listing, and keyed digests; nothing of their content, which names people.
 */
import type { Entry } from "./file.ts"
import type { Secret } from "./secret.ts"
import type { StoredObject } from "./store.ts"
import type { ResumePoint } from "./traffic.ts"

/** A file as listed, with what tells it from another of the same name. */
export interface LogEntry extends Entry {
  /** its number in the file system; null where the host does not tell, as over SFTP */
  readonly inode: string | null
}

/** Bytes from `first` up to, and without, `end`. */
export interface ByteRange {
  readonly first: number
  readonly end: number
}

/** A piece of a range as it has come, at most `framedPieceBytes`. */
export interface LogPiece {
  /** of the file */
  readonly bytes: number
  /** its last `endingBytes` in clear; all of it where it is shorter, or where there is no frame */
  readonly ending: Secret
  /** all of it as one zstd frame, where the host compressed it; null where it did not */
  readonly frame: Uint8Array | null
  /** bytes of the file that the last block of the frame holds; null where nobody has looked yet */
  readonly lastBlockBytes: number | null
}

/** What a range is given to as it is read. */
export interface RangeTaker {
  /** The bytes themselves, in order, some at a time; their memory is taken back when this returns. */
  see(content: Secret): Promise<void>
  /** What was seen since the piece before, to be kept; the host is held back until it returns. */
  keep(piece: LogPiece): Promise<void>
}

/** Starting zstd takes as long as compressing a MiB or two: the pieces are larger than what is held in clear. */
export const framedPieceBytes = 16 * 1024 * 1024
export const plainPieceBytes = 4 * 1024 * 1024
/** More than a block of zstd's, which holds 128 KiB at most. */
export const endingBytes = 192 * 1024

/** A keyed digest of so many bytes. */
export interface Mark {
  readonly bytes: number
  /** 64 hex digits */
  readonly fingerprint: string
}

/** A log file of a host: what of it is stored, and how it is known again under another name. */
export interface LogFile {
  /** `<escaped name>@<time>`: name and time of its first storing; unique in its category for ever */
  readonly id: string
  /** absolute path as last seen */
  readonly path: string
  readonly inode: string | null
  /** as last seen: for a restore, and to see that nothing has changed */
  readonly mode: number
  readonly owner: string
  readonly group: string
  readonly uid: number
  readonly gid: number
  readonly size: number
  /** seconds since 1970 */
  readonly mtime: number
  /** bytes stored, from the first on */
  readonly end: number
  /** whether it may have been written to when it was last seen */
  readonly open: boolean
  /** whether the stored bytes end within a quoted field */
  readonly quoted: boolean
  /** its first stored bytes, and its last ones up to `end` */
  readonly head: Mark
  readonly tail: Mark
  /**
   * how far the attempts that it tells of are counted; not in other files, nor in pages from before they were counted
   */
  readonly counted?: ResumePoint
}

/** A sealed byte range. Decompressed segments of one file, joined in order, are the file. */
export interface LogSegment extends ByteRange, StoredObject {
  /** `id` of the file */
  readonly file: string
  /** keyed digest of what is sealed, the compressed bytes; 64 hex digits */
  readonly fingerprint: string
  /** age recipients it is sealed to */
  readonly recipients: readonly string[]
}

/** A segment as far as it has to be found and checked: a vault has many, and they are in memory together. */
export type SegmentPlace = Omit<LogSegment, "fingerprint" | "recipients">

/**
 * What one run found of one log category. Pages form a chain, so that none holds the history: `files` are those
 * on the host, `segments` those that this run stored.
 */
export interface LogPage {
  readonly format: 1
  readonly host: string
  readonly category: string
  /** of the snapshot that names it first */
  readonly sequence: number
  readonly previous: PageRef | null
  /** when the run read the host; ISO 8601, UTC */
  readonly takenAt: string
  /** digest of nothing, the first 16 hex digits: marks of two pages compare only where it is equal */
  readonly key: string
  readonly files: readonly LogFile[]
  readonly segments: readonly LogSegment[]
}

/** How a snapshot, or the next page, names a page. */
export interface PageRef {
  /** path on the branch `bundles`, `logs/<host>/<category>/<8 digits>.json` */
  readonly key: string
  /** hex digest of its bytes */
  readonly sha256: string
}

/** The name of a file as one segment of a key that no file system and no git takes for anything else. */
export function escapedName(name: string): string {
  const escaped = [...Buffer.from(name)]
    .map(byte => {
      const char = String.fromCharCode(byte)
      return /[A-Za-z0-9._-]/.test(char) ? char : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`
    })
    .join("")
    .replace(/^\./, "%2E")
  // With time and range behind it, it stays below the 255 bytes of a file name.
  return escaped.length <= 160 ? escaped : escaped.slice(0, 160).replace(/%.?$/, "")
}

/** `20261123T051032337Z`: a time as keys have it. */
export function keyTime(iso: string): string {
  return iso.replace(/[-:]/g, "").replace(".", "")
}
