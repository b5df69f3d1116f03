import type { Entry } from "./file.ts"
import type { Secret } from "./secret.ts"

/** One thing to put back, checked: its path is absolute and normal, and none lies below a file or a link. */
export interface Restorable {
  readonly category: string
  readonly entry: Entry
  /** null for all but files */
  readonly content: Secret | null
}

/** A file that is too large for memory, checked as one to put back. */
export interface StreamedFile {
  readonly category: string
  /** `sha256` is null */
  readonly entry: Entry
  /** in order, piece by piece; ends with a Problem when what comes is not what was stored */
  content(): AsyncIterable<Secret>
}
