/** Where ciphertext rests. Knows nothing of what is inside. */

/** A stored object, as a snapshot names it. */
export interface StoredObject {
  readonly store: string
  /** relative path such as `bundles/mta1/config/20261123T031500Z.tar.zst.age` */
  readonly key: string
  /** bytes */
  readonly size: number
  /** hex digest of the stored bytes */
  readonly sha256: string
}

/**
 * A shelf for ciphertext. Guarantees every adapter gives, proved by `test/contracts/store.ts`:
 * - `put` twice with the same key and bytes is one object; with other bytes it is refused (store/refused);
 * - nothing is visible under its final key before it is complete and on disk;
 * - `get` gives exactly the bytes of `put`, read from the medium and not from memory;
 * - `get` of what is not there throws Problem "store/missing".
 */
export interface Store {
  readonly name: string
  put(key: string, bytes: Uint8Array, signal: AbortSignal): Promise<StoredObject>
  get(key: string, signal: AbortSignal): Promise<Uint8Array>
  /** keys below a prefix, sorted */
  list(prefix: string, signal: AbortSignal): Promise<readonly string[]>
}

/** A store that deletes by itself. The vault's own does not: its branch is rewritten. */
export interface RemovableStore extends Store {
  /** Deletes objects; what is not there is no fault. */
  remove(keys: readonly string[], signal: AbortSignal): Promise<void>
}
