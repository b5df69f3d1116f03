/**
 * The file in which a capture job carries what it read to the one job that writes the vault: objects by their
 * SHA-256, and a signed record that names them. Ciphertext, masked text and public words only.
 */
import type { Store } from "./store.ts"
import type { Vault } from "./vault.ts"

export interface CaptureWriter extends AsyncDisposable {
  /** the vault's own store as it will be: what is put travels in the file */
  readonly store: Store
  /** blobs are names of objects */
  readonly stage: Vault["stage"]
  readonly stageMirror: Vault["stageMirror"]
  /** Gives the file its name: until then there is none. */
  finish(record: Uint8Array, signature: string): Promise<void>
}

export interface CaptureReader extends AsyncDisposable {
  /** as found: whether to trust it is `seal/`'s to say */
  readonly record: Uint8Array
  readonly signature: string
  /**
   * An object by its name, which is its SHA-256 in hex.
   * @throws Problem "shard/altered" when it is not there, or is not what its name says
   */
  object(sha256: string): Promise<Uint8Array>
}
