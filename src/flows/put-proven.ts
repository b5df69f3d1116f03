import { createHash } from "node:crypto"
import { Problem } from "../core/problem.ts"
import { release } from "../core/release.ts"
import type { Store, StoredObject } from "../core/store.ts"

/** Nothing counts as a backup before it was read back. */
export async function putProven(
  store: Store,
  key: string,
  bytes: Uint8Array,
  signal: AbortSignal,
): Promise<StoredObject> {
  const stored = await store.put(key, bytes, signal)
  const back = await store.get(key, signal, stored.sha256)
  const sha256 = createHash("sha256").update(back).digest("hex")
  const size = back.length
  release(back)
  if (sha256 === stored.sha256 && size === stored.size) return stored
  throw new Problem("store/not-read-back", `${key} reads back otherwise than it was written`, {
    data: [`written  ${stored.sha256}, ${stored.size} bytes`, `read     ${sha256}, ${size} bytes`],
    hint: "the medium is not sound: check its disk; no snapshot names this bundle",
  })
}
