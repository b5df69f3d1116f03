import { createHash } from "node:crypto"
import { Problem } from "../../core/problem.ts"
import type { Store } from "../../core/store.ts"
import type { Importer } from "./importer.ts"
import type { ObjectReader } from "./objects.ts"

/** The `bundles` branch as a store. What is put becomes visible with the commit that names it. */
export interface BundleStore extends Store {
  /** the blob put under a key in this run; null for keys of earlier runs */
  readonly stagedBlob: (key: string) => string | null
}

export function bundleStore(writer: Importer, objects: ObjectReader, tip: () => string | null): BundleStore {
  const staged = new Map<string, { readonly blob: string; readonly size: number; readonly sha256: string }>()
  return {
    name: "git",
    stagedBlob: key => staged.get(key)?.blob ?? null,
    async put(key, bytes, signal) {
      signal.throwIfAborted()
      const sha256 = createHash("sha256").update(bytes).digest("hex")
      const before = staged.get(key)?.sha256 ?? (await committedHash(objects, tip(), key))
      if (before !== null && before !== sha256) {
        throw new Problem("store/refused", `${key} exists with other content`, {
          hint: "run again: names hold the time",
        })
      }
      if (before === null)
        staged.set(key, { blob: await writer.blob(bytes, true), size: bytes.length, sha256 })
      return { store: "git", key, size: bytes.length, sha256 }
    },
    async get(key, signal) {
      signal.throwIfAborted()
      const fresh = staged.get(key)
      if (fresh !== undefined) return await writer.readBack(fresh.blob)
      const commit = tip()
      const found = commit === null ? null : await objects.object(`${commit}:${key}`)
      if (found?.type !== "blob")
        throw new Problem("store/missing", `the vault has no ${key}`, {
          hint: "look for it in another clone of the vault, or take an older snapshot",
        })
      return found.content
    },
    async list(prefix, signal) {
      const keys = [...staged.keys()].filter(key => key.startsWith(prefix))
      const commit = tip()
      if (commit !== null) await collect(objects, `${commit}:bundles`, "bundles", prefix, keys, signal)
      return [...new Set(keys)].sort()
    },
  }
}

async function committedHash(
  objects: ObjectReader,
  commit: string | null,
  key: string,
): Promise<string | null> {
  if (commit === null) return null
  // Trees are looked at first: they are there even in a clone without blobs.
  const slash = key.lastIndexOf("/")
  const items = await objects.tree(`${commit}:${key.slice(0, slash)}`)
  if (!items.some(item => item.name === key.slice(slash + 1))) return null
  const found = await objects.object(`${commit}:${key}`)
  return found === null ? null : createHash("sha256").update(found.content).digest("hex")
}

/** @param tree  id of the folder, or an expression: by its path git would walk down from the root each time */
async function collect(
  objects: ObjectReader,
  tree: string,
  folder: string,
  prefix: string,
  keys: string[],
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted()
  const within: Promise<void>[] = []
  for (const { name, mode, oid } of await objects.tree(tree)) {
    const path = `${folder}/${name}`
    if (mode !== "40000") {
      if (path.startsWith(prefix)) keys.push(path)
    } else if (path.startsWith(prefix) || prefix.startsWith(`${path}/`)) {
      within.push(collect(objects, oid, path, prefix, keys, signal))
    }
  }
  await Promise.all(within)
}
