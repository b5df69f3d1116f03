/** Who is backed up, for whom it is sealed, and under which policy: `fleet.yml` after parsing. */

/** A pinned host key: the whole public key, or its fingerprint as `ssh-keygen -l` prints it. */
export type HostKeyPin =
  | { readonly kind: "key"; readonly algorithm: string; readonly base64: string }
  | { readonly kind: "fingerprint"; readonly sha256: string }

export interface Host {
  /** the key under `hosts:`; letters, digits, dot, dash, underscore */
  readonly name: string
  readonly address: string
  readonly port: number
  readonly user: string
  readonly profile: string
  /** at least one */
  readonly hostKeys: readonly HostKeyPin[]
  /** the hosts to go through, nearest to this machine first; empty for a direct connection */
  readonly jumps: readonly Host[]
  readonly tags: readonly string[]
  /** whether reads go through `sudo -n` */
  readonly sudo: boolean
  /** false: it is only gone through to reach others; nothing of it is read */
  readonly backup: boolean
  /** whether drills may overwrite it; then it is not backed up */
  readonly spare: boolean
}

/** What `fleet.yml` says of one category, on top of what the profile says. */
export interface CategoryPolicy {
  /** how often it is due, ms; null: each run */
  readonly everyMs: number | null
  /** recovery point objective, ms; null: the profile's */
  readonly rpoMs: number | null
  /** absolute patterns (`*`, `?`, `[…]`, `**`) which replace the profile's when not empty */
  readonly paths: readonly string[]
  /** which of its copies `prune` keeps; null: as the fleet's */
  readonly retention: Retention | null
  /** of a log category: how long a file stays once its newest byte was read, ms; null: for ever */
  readonly keepMs: number | null
  /** age recipients of its own; empty: those of the fleet */
  readonly recipients: readonly string[]
}

/** How many snapshots stay: the newest, and one per day, week, month and year. */
export interface Retention {
  readonly last: number
  readonly daily: number
  readonly weekly: number
  readonly monthly: number
  readonly yearly: number
}

export type ReviewGroup = "change" | "host" | "file" | "fleet"

export interface Review {
  readonly group: ReviewGroup
  readonly labels: readonly string[]
  readonly reviewers: readonly string[]
  /** scope paths or directive names whose changes are not proposed */
  readonly ignore: readonly string[]
}

export interface Fleet {
  /** age recipients, in the order of the file; at least one, one kind only */
  readonly recipients: readonly string[]
  /** OpenSSH public keys that may sign snapshots */
  readonly signers: readonly string[]
  /** in the order of the file */
  readonly hosts: readonly Host[]
  readonly categories: ReadonlyMap<string, CategoryPolicy>
  /** recovery time objectives by scenario, ms */
  readonly rto: ReadonlyMap<string, number>
  readonly retention: Retention
  /** how long counts of accounting stay, ms */
  readonly countsMs: number
  /** snapshots that stay, by host */
  readonly pinned: ReadonlyMap<string, ReadonlySet<number>>
  readonly review: Review
  /** what is allowed but unwise, each a sentence */
  readonly warnings: readonly string[]
}

/** Who can open a category: its own recipients, or those of the fleet. */
export function recipientsOf(fleet: Pick<Fleet, "recipients" | "categories">, category: string) {
  const own = fleet.categories.get(category)?.recipients ?? []
  return own.length > 0 ? own : fleet.recipients
}

/** All but those that are only gone through. */
export function backedUpHosts({ hosts }: Pick<Fleet, "hosts">): readonly Host[] {
  return hosts.filter(({ backup }) => backup)
}
