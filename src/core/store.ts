/** Where ciphertext rests. Knows nothing of what is inside. */

/** Where the store `artifact` keeps an object: for people, and to know how long it is there. */
export interface ArtifactPlace {
  readonly id: number
  /** number of the run that uploaded it */
  readonly run: number
  /** as GitHub shows it: `sha256:` and hex digits */
  readonly digest: string
  /** ISO 8601, UTC */
  readonly uploadedAt: string
  /** ISO 8601, UTC; null when GitHub does not say */
  readonly expiresAt: string | null
}

/** A stored object, as a snapshot names it. */
export interface StoredObject {
  readonly store: string
  /** relative path such as `bundles/mta1/config/20261123T031500Z.tar.zst.age` */
  readonly key: string
  /** bytes */
  readonly size: number
  /** hex digest of the stored bytes */
  readonly sha256: string
  /** of the store `artifact` alone: snapshots of the others do not have it */
  readonly artifact?: ArtifactPlace
}

/**
 * A shelf for ciphertext. Guarantees every adapter gives, proved by `test/contracts/store.ts`:
 * - `put` twice with the same key and bytes is one object; with other bytes it is refused (store/refused);
 * - nothing is visible under its final key before it is complete and on disk;
 * - `get` gives exactly the bytes of `put`, read from the medium and not from memory, in memory that is the caller's;
 * - once `get` has given them back, `put` has no more use for the memory that it was given;
 * - `get` of what is not there throws Problem "store/missing".
 */
export interface Store {
  readonly name: string
  put(key: string, bytes: Uint8Array, signal: AbortSignal): Promise<StoredObject>
  /** @param sha256  hex; says which one is meant where others may put theirs under the same key */
  get(key: string, signal: AbortSignal, sha256?: string): Promise<Uint8Array>
  /** keys below a prefix, sorted */
  list(prefix: string, signal: AbortSignal): Promise<readonly string[]>
}

/** A store that deletes by itself. The vault's own does not: its branch is rewritten. */
export interface RemovableStore extends Store {
  /** Deletes objects; what is not there is no fault. */
  remove(keys: readonly string[], signal: AbortSignal): Promise<void>
}
