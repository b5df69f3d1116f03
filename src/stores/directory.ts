import { createHash, randomBytes } from "node:crypto"
import { link, mkdir, open, readdir, readFile, rm } from "node:fs/promises"
import { dirname, join, relative } from "node:path"
import { Problem } from "../core/problem.ts"
import type { RemovableStore } from "../core/store.ts"
import { systemCode } from "../core/thrown.ts"

/** A directory as store: one file per object, complete and on disk before it has its name. */
export function directory(root: string): RemovableStore {
  const pathOf = (key: string) => {
    const path = join(root, key)
    if (relative(root, path).startsWith(".."))
      throw new Problem("store/refused", `${key} leads out of the store`, {
        hint: "verify says which snapshot names it; compare the vault with a clone you trust",
      })
    return path
  }
  const read = async (key: string): Promise<Buffer | null> =>
    await readFile(pathOf(key)).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return null
      throw failed(root, key, error)
    })
  return {
    name: "directory",
    async put(key, bytes, signal) {
      signal.throwIfAborted()
      const path = pathOf(key)
      const sha256 = createHash("sha256").update(bytes).digest("hex")
      const partial = join(dirname(path), `.partial-${randomBytes(6).toString("hex")}`)
      try {
        await mkdir(dirname(path), { recursive: true, mode: 0o700 })
        await writeDurably(partial, bytes)
        // `link` refuses an existing name, where `rename` would replace it.
        await link(partial, path)
        await syncDirectory(dirname(path))
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw failed(root, key, error)
        if (!(await readFile(path)).equals(bytes)) {
          throw new Problem("store/refused", `${key} exists with other content`, {
            hint: "run again: names hold the time",
          })
        }
      } finally {
        await rm(partial, { force: true })
      }
      return { store: "directory", key, size: bytes.length, sha256 }
    },
    async get(key, signal) {
      signal.throwIfAborted()
      const bytes = await read(key)
      if (bytes === null)
        throw new Problem("store/missing", `the store has no ${key}`, { hint: `looked in ${root}` })
      return bytes
    },
    async list(prefix, signal) {
      signal.throwIfAborted()
      const below = pathOf(prefix.slice(0, prefix.lastIndexOf("/") + 1))
      const items = await readdir(below, { recursive: true, withFileTypes: true }).catch(() => [])
      return items
        .filter(item => item.isFile() && !item.name.startsWith(".partial-"))
        .map(item => relative(root, join(item.parentPath, item.name)))
        .filter(key => key.startsWith(prefix))
        .sort()
    },
    async remove(keys, signal) {
      for (const key of keys) {
        signal.throwIfAborted()
        await rm(pathOf(key), { force: true }).catch((error: unknown) => {
          throw failed(root, key, error)
        })
      }
    },
  }
}

async function writeDurably(path: string, bytes: Uint8Array): Promise<void> {
  await using file = await open(path, "wx", 0o600)
  await file.writeFile(bytes)
  await file.sync()
}

async function syncDirectory(path: string): Promise<void> {
  await using handle = await open(path, "r")
  await handle.sync()
}

function failed(root: string, key: string, cause: unknown): Problem {
  const code = systemCode(cause)
  if (code === "ENOSPC" || code === "EDQUOT") {
    return new Problem("store/full", `the disk of the store is full: ${root}`, {
      cause,
      hint: "make room and run again; what was there before is untouched",
    })
  }
  return new Problem("store/refused", `${key} cannot be written or read in ${root}: ${code}`, {
    cause,
    hint:
      code === "EROFS"
        ? "its disk is read-only: look for errors of it in `dmesg`, make it writable, and run again"
        : "check the directory's owner and mode",
  })
}
