import type { CapturedFile, Entry } from "./file.ts"
import type { Host } from "./fleet.ts"
import type { ByteRange, LogEntry, RangeTaker } from "./log.ts"
import type { Workbench } from "./workbench.ts"

/** How files are read: commands in a shell, a fixed `sudo` command, or SFTP where no command may run. */
export type Way = "shell" | "sudo" | "sftp"

/** Where a listing starts. */
export type Root =
  /** the directory and all below it, without following links below it */
  | { readonly kind: "tree"; readonly path: string }
  /**
   * what the pattern (`*`, `?`, `[…]`) matches, itself only; a literal path is such a pattern. `named` by a
   * config on the host, or known from the fleet file and so the same in every run.
   */
  | { readonly kind: "glob"; readonly pattern: string; readonly named: boolean }

/** Caps on what one host may send in one run. Passing one is a Problem, never a silent cut. */
export interface Limits {
  readonly maxEntries: number
  /** bytes of one file that is read whole */
  readonly maxFileBytes: number
  /** bytes of all files read from one host in one run */
  readonly maxHostBytes: number
  readonly connectTimeoutMs: number
  /** longest silence of a host while it is being read */
  readonly idleTimeoutMs: number
  /** longest time for one host altogether */
  readonly hostTimeoutMs: number
}

/** Time spent with one host, ms, by phase. */
export interface SessionTimes {
  connectMs: number
  authMs: number
}

/**
 * An open connection to a host whose key was verified. Closing it is `await using`'s job.
 * Problems are `pull/…` and name the host.
 */
export interface Session extends AsyncDisposable {
  /** how this host is read; certain after the first `list` */
  readonly way: Way
  readonly times: SessionTimes
  /** bytes received from the host so far */
  received(): number
  /**
   * All entries at and below the roots, no path twice. A root that does not exist gives no entry; one that
   * the account may not enter gives an entry with `readable: false`.
   * @param need  whether digests are wanted, where the host gives them: it reads all files for them. Without them
   *              owners and groups may be numbers, for `named` once files are read, which brings most names along
   */
  list(roots: readonly Root[], need: { readonly digests: boolean }, signal: AbortSignal): Promise<Listing>
  /**
   * What `Listing.digest` of the same roots would give now, without moving the listing, and in the same answer what
   * `listLogs` gives. Null where the host cannot tell.
   */
  digest(
    roots: readonly Root[],
    salt: string,
    logs: readonly Root[],
    signal: AbortSignal,
  ): Promise<DigestAnswer | null>
  /**
   * The content of regular files, each either whole and agreeing with its size (and its digest, where the
   * entry has one; else with its time), or named in `unread`: the caller lists and reads again.
   * @throws Problem "pull/too-large" above the limits
   */
  read(entries: readonly Entry[], signal: AbortSignal): Promise<Reading>
  /**
   * As `list`, but without digests, with what tells a file from another of the same name, and with numbers for
   * owners and groups as far as the host gives numbers.
   */
  listLogs(roots: readonly Root[], signal: AbortSignal): Promise<readonly LogEntry[]>
  /** The same entries with the host's names of owners and groups where they are numbers. */
  named<T extends Entry>(entries: readonly T[], signal: AbortSignal): Promise<readonly T[]>
  /**
   * Reads a range of a file that was listed, in order; the host sends no faster than it is taken. `whole`: up to
   * `end`; `short`: the file ended before; `changed`: another file, or none, has its name by now, and nothing was
   * taken.
   */
  readRange(
    entry: LogEntry,
    range: ByteRange,
    taker: RangeTaker,
    signal: AbortSignal,
  ): Promise<"whole" | "short" | "changed" | "denied">
  /** The host's time, to the second; null where it cannot be asked. After `list` only. */
  clock(signal: AbortSignal): Promise<Date | null>
}

export interface DigestAnswer {
  readonly digest: string
  /** null where the host has to be asked for them apart */
  readonly logs: readonly LogEntry[] | null
}

export interface Listing {
  readonly entries: readonly Entry[]
  /**
   * Hex digest over the whole listing and a secret salt of 64 hex digits: equal only if nothing has changed, times
   * (of change too, where the host tells it) and numeric ids included. Null where the host gives no digests.
   */
  digest(salt: string): string | null
}

export interface Reading {
  readonly files: readonly CapturedFile[]
  /** by path: it changed or vanished since it was listed, or the account may not read it */
  readonly unread: ReadonlyMap<string, "changed" | "denied">
}

/** A host key as the host offers it. */
export interface OfferedKey {
  readonly algorithm: string
  readonly base64: string
}

/** How to reach a host. One object serves a whole run and may share connections to jump hosts. */
export interface Transport extends AsyncDisposable {
  readonly name: string
  /** @throws Problem "pull/host-key-changed" before anything is sent to a host with another key */
  connect(host: Host, signal: AbortSignal): Promise<Session>
  /**
   * A session that may write, as root. `user` of the host is the account that restores: root, or one that sudo
   * lets become it.
   * @throws Problem "restore/no-rights", and what `connect` throws
   */
  workbench(host: Host, signal: AbortSignal): Promise<Workbench>
  /** The keys a host offers, one per algorithm, without logging in: what `pin` shows to a person. */
  offeredKeys(host: Host, signal: AbortSignal): Promise<readonly OfferedKey[]>
}
