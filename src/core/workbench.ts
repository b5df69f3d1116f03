import type { Entry } from "./file.ts"
import type { Secret } from "./secret.ts"

/** What a restore has to know of a machine before it writes to it. */
export interface MachineFacts {
  readonly hostname: string
  /** hardware addresses, lower case; loopback left out */
  readonly macs: readonly string[]
  /** those of the asked names that the machine knows */
  readonly users: ReadonlySet<string>
  readonly groups: ReadonlySet<string>
  readonly programs: ReadonlySet<string>
}

export interface FoundFile {
  readonly entry: Entry
  /** null for all but files */
  readonly content: Secret | null
}

/** How a command on the host ended. */
export interface Ran {
  readonly status: number
  /** what it said, both streams, cut to 64 KiB; may hold secrets */
  readonly output: Secret
}

/**
 * A session with the rights of root, in which a host is restored. Separate from `Session`, which can only read.
 * Problems are `pull/…` when the connection fails, and name the host.
 */
export interface Workbench extends AsyncDisposable {
  facts(
    ask: {
      readonly users: readonly string[]
      readonly groups: readonly string[]
      readonly programs: readonly string[]
    },
    signal: AbortSignal,
  ): Promise<MachineFacts>
  /** What is at and below some absolute paths; what is not there is left out. */
  look(paths: readonly string[], signal: AbortSignal): Promise<readonly FoundFile[]>
  /** Unpacks a tar at `/`, with modes, owners by name, and times. */
  put(archive: Uint8Array, signal: AbortSignal): Promise<Ran>
  /** Runs a shell command to its end; status 124 when it takes longer than `timeoutMs`. */
  run(command: string, timeoutMs: number, signal: AbortSignal): Promise<Ran>
}
