import type { StoredRecord } from "./retention.ts"
import type { SignedSnapshot } from "./snapshot.ts"
import type { Store } from "./store.ts"
import type { TrafficDay } from "./traffic.ts"

/** The git repository that holds all: `main` for people, `bundles` for the program, `drift/*` to be reviewed. */

/** Ids of what is shown of a host. */
export interface HostMirrors {
  /** the accepted mirror on `main`; null before the first accepted baseline */
  readonly accepted: string | null
  /** the mirror as last seen on the host; null before the first snapshot */
  readonly live: string | null
}

/** What the vault knows of a host. Snapshots are as found: whether to trust them is `seal/`'s to say. */
export interface HostRecord extends HostMirrors {
  readonly latest: StoredSnapshot | null
  /** how the next run can be quick, as JSON; 37 KB where there are 200 keys. Not signed, so never to be believed */
  readonly hint: Uint8Array | null
  /** the newest page of each log category, by its path; as found */
  readonly pages: ReadonlyMap<string, Uint8Array>
}

export interface StoredSnapshot {
  readonly sequence: number
  readonly bytes: Uint8Array
  readonly signature: string
}

/** A file of the branch `bundles`, as stored. */
export interface StoredBlob {
  readonly path: string
  /** null when the repository has lost or damaged it */
  readonly bytes: Uint8Array | null
}

/** A blob handed to the vault, not yet visible under any name. */
export interface StagedBlob {
  readonly blob: string
}

/** A folder handed to the vault whole, not yet visible under any name. */
export interface StagedTree {
  readonly tree: string
}

/** What a run adds for one host. */
export interface HostEntry {
  readonly snapshot: SignedSnapshot
  readonly live: MirrorUpdate
  /** JSON; null: as it was */
  readonly hint: StagedBlob | null
  /** counts to add to those that are there, of what this run read for the first time: files of a day */
  readonly traffic: readonly string[]
  /** new pages of log categories by path, and the keys of the segments that they name */
  readonly pages: ReadonlyMap<string, Uint8Array>
  readonly segments: readonly string[]
}

/** How the live mirror of a host changes; paths are below the host, such as `files/etc/pmta/config`. */
export interface MirrorChange {
  /** files and folders that go first */
  readonly removed: readonly string[]
  /** asked for one by one, so that not all need be in memory */
  readonly written: Contents | AsyncContents
}

type Contents = Iterable<readonly [path: string, content: Uint8Array]>
type AsyncContents = AsyncIterable<readonly [path: string, content: Uint8Array]>

/** The same once the vault has its contents. What is removed first may be written as a whole. */
export interface MirrorUpdate {
  readonly removed: readonly string[]
  readonly written: ReadonlyMap<string, StagedBlob | StagedTree>
}

/** One path in which a mirror differs from another; ids of blobs, null where it does not exist. */
export interface MirrorDifference {
  readonly path: string
  readonly from: string | null
  readonly to: string | null
}

/** A proposal as found: a branch `drift/<id>`. */
export interface FoundProposal {
  readonly id: string
  readonly tip: string
  /** of the branch's newest commit */
  readonly message: string
  /** when that was written; ISO 8601, UTC */
  readonly committedAt: string
}

/** What a proposal's branch shall be. `changes` apply to `main` as it is now. */
export interface ProposalWrite {
  readonly id: string
  /** the tip that this replaces; null for a new branch */
  readonly replaces: string | null
  readonly message: string
  readonly changes: readonly ProposalChange[]
}

/** One file of a host's mirror, null to remove it; or the whole mirror, as it is elsewhere in the vault. */
export type ProposalChange =
  | { readonly host: string; readonly path: string; readonly blob: string | null }
  | { readonly host: string; readonly mirror: string }

/** All signed records of a vault, as found. */
export interface VaultHistory {
  readonly prunes: readonly StoredRecord[]
  /**
   * Of one host after the other, each in the order of the numbers; also of hosts that the fleet has no more. Read when
   * asked for: over the years those of a whole fleet would fill the memory.
   */
  snapshots(): AsyncIterable<HostSnapshots>
}

export interface HostSnapshots {
  readonly host: string
  readonly stored: readonly StoredSnapshot[]
}

/** What goes from the branch `bundles`, with the record of it. */
export interface Rewrite {
  readonly snapshots: readonly { readonly host: string; readonly sequence: number }[]
  /** keys of bundles that rest in the vault itself */
  readonly bundles: readonly string[]
  /** pages of logs, and segments that rest in the vault itself */
  readonly logs: readonly string[]
  readonly record: StoredRecord
}

/** A proposal, open or accepted, and when it came to be. Times are seconds since 1970. */
export interface FoundChange {
  readonly id: string
  readonly title: string
  /** a run found it on its hosts */
  readonly seenAt: number
  /** the run before that, which had not; null when there was none */
  readonly notBefore: number | null
  /** null while it is open */
  readonly acceptedAt: number | null
  /** the mirrors of its hosts without it and with it */
  readonly mirrors: readonly { readonly host: string; readonly from: string | null; readonly to: string }[]
}

export interface Vault extends AsyncDisposable {
  /** path or URL, without credentials */
  readonly location: string
  /** a directory for texts about proposals, beside the repository and in no branch; null for a remote vault */
  readonly pages: string | null
  /** the store for bundles that lives in this repository */
  readonly bundles: Store
  /** `fleet.yml` of `main`, or null; `edited` when the checked-out file says something else */
  fleet(signal: AbortSignal): Promise<{ readonly text: string; readonly edited: boolean } | null>
  records(hosts: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, HostRecord>>
  /** Of the records what the mirrors are, without reading the rest. */
  mirrors(hosts: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, HostMirrors>>
  /**
   * All files of the branch `bundles` below some prefixes, in the order of the prefixes, each read once. Only
   * one of them is in memory at a time.
   */
  contents(prefixes: readonly string[], signal: AbortSignal): AsyncIterable<StoredBlob>
  /** The files of a mirror by path. `only` limits what is read. */
  mirror(
    tree: string,
    only: (path: string) => boolean,
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, string>>
  /** Blobs by id, as text. */
  texts(blobs: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, string>>
  differences(from: string | null, to: string, signal: AbortSignal): Promise<readonly MirrorDifference[]>
  /** A page of a log category by its path, from the newest commit; null when there is none. */
  page(key: string, signal: AbortSignal): Promise<Uint8Array | null>
  /** The mirror that a snapshot saw; null where the history does not reach back to it. */
  mirrorAt(host: string, sequence: number, signal: AbortSignal): Promise<string | null>
  /**
   * Puts `fleet.yml` on `main` of a vault that has none, committed or not.
   * @throws Problem "vault/local-changes" when it has one
   */
  addFleet(text: string, signal: AbortSignal): Promise<void>
  /** @param isNew  whether it is of a host of which the vault has nothing, so that it need not look for the same */
  stage(content: Uint8Array, isNew: boolean, signal: AbortSignal): Promise<StagedBlob>
  stageMirror(change: MirrorChange, isNew: boolean, signal: AbortSignal): Promise<MirrorUpdate>
  /**
   * Adds snapshots, and the bundles that they name, in one commit on `bundles`. When another run was faster,
   * `prepare` is called again with what is there now.
   * @param countsSince  the first UTC day whose counts stay, such as `2026-03-02`
   * @throws Problem "vault/moved" after many lost races, "vault/refused", "vault/full"
   */
  record(
    prepare: (records: ReadonlyMap<string, HostRecord>) => readonly HostEntry[],
    hosts: readonly string[],
    countsSince: string,
    signal: AbortSignal,
  ): Promise<void>
  /** Every host that has a snapshot, also those that the fleet has no more. */
  knownHosts(signal: AbortSignal): Promise<readonly string[]>
  /** By host, the ids of the fact files that were seen last, by category; `texts` gives their content. */
  factBlobs(
    hosts: readonly string[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, ReadonlyMap<string, string>>>
  /** By host that was ever drilled, the path of its newest report, and the ids of it and of its signature. */
  drillBlobs(
    hosts: readonly string[],
    signal: AbortSignal,
  ): Promise<
    ReadonlyMap<string, { readonly path: string; readonly report: string; readonly signature: string | null }>
  >
  history(signal: AbortSignal): Promise<VaultHistory>
  /** Makes bundles quick to get: those of a remote vault come in one request. */
  prefetch(keys: readonly string[], signal: AbortSignal): Promise<void>
  /**
   * Rewrites `bundles` to what stays, in one commit without a past. When another run wrote meanwhile, `prepare`
   * is called again with what is there now; null from it leaves all as it is.
   * @throws Problem "vault/refused" when the vault does not take a rewritten branch; nothing is lost then
   */
  rewrite(prepare: (history: VaultHistory) => Promise<Rewrite | null>, signal: AbortSignal): Promise<void>
  /** Keeps a local vault small, now and then; nothing to see for anybody. */
  tidy(signal: AbortSignal): Promise<void>
  /**
   * Keeps files on `bundles`, in one commit. Their names must be new.
   * @param message  of the commit
   * @throws as `record`
   */
  keep(files: ReadonlyMap<string, Uint8Array>, message: string, signal: AbortSignal): Promise<void>
  /** Counts of these hosts on these UTC days, as far as they are there. */
  traffic(
    hosts: readonly string[],
    days: readonly string[],
    signal: AbortSignal,
  ): Promise<readonly TrafficDay[]>
  /**
   * @param name  the id of a proposal, the number of its pull request, or the commit that brought it to `main`
   * @returns     null when there is none; a number is known only where a message on `main` names it
   */
  change(name: string, signal: AbortSignal): Promise<FoundChange | null>
  /**
   * By host, when a run first saw the mirror that is live now; ISO 8601. `isCut`: the history begins there, as after a
   * prune, and it may have been so before.
   */
  liveSince(
    hosts: readonly string[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, { readonly at: string; readonly isCut: boolean }>>
  /** Drift that was proposed or accepted since then, the newest proposal first; no first mirrors. */
  recentChanges(since: Date, most: number, signal: AbortSignal): Promise<readonly FoundChange[]>
  proposals(signal: AbortSignal): Promise<readonly FoundProposal[]>
  /**
   * Writes and removes proposals in one push, all or none.
   * @throws Problem "vault/refused"; "vault/unsigned" where only signed commits are taken
   */
  propose(
    writes: readonly ProposalWrite[],
    removes: readonly FoundProposal[],
    signal: AbortSignal,
  ): Promise<void>
  /** Merges `drift/<id>` into `main` and removes the branch. Local vaults only. */
  accept(id: string, signal: AbortSignal): Promise<{ readonly commit: string; readonly message: string }>
}
