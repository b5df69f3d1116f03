import type { Entry } from "./file.ts"
import type { Secret } from "./secret.ts"

/** One thing to put back, checked: its path is absolute and normal, and none lies below a file or a link. */
export interface Restorable {
  readonly category: string
  readonly entry: Entry
  /** null for all but files */
  readonly content: Secret | null
}
