/**
 * What a git that was killed leaves behind. git itself never takes a lock away, as it cannot know whose it is: until
 * a person did, every later run would be refused.
 */
import { randomBytes } from "node:crypto"
import { link, readdir, readFile, rename, rm, stat } from "node:fs/promises"
import { join } from "node:path"
import { setTimeout as pause } from "node:timers/promises"
import type { Git } from "./process.ts"

/** A reference is locked for the time of a few syncs. A lock this old has no owner any more. */
const longestLockMs = 60_000
const lookMs = 500

/**
 * Takes away the locks of these references whose owners are gone, and waits until those that may have one are either
 * free or too old. Locks of other references, and of the index, are a person's for a day: they stay.
 * @returns whether it is worth another try
 */
export async function freeLeftLocks({ dir }: Git, refs: readonly string[]): Promise<boolean> {
  const paths = [...refs, "packed-refs"].map(ref => join(dir, `${ref}.lock`))
  const held = (await Promise.all(paths.map(async path => ({ path, lock: await lockAt(path) })))).filter(
    ({ lock }) => lock !== null,
  )
  for (const { path, lock } of held) {
    while (lock !== null && isSame(await lockAt(path), lock)) {
      if (Date.now() - lock.since < longestLockMs) await pause(lookMs)
      else await take(path, lock)
    }
  }
  return held.length > 0
}

interface Lock {
  readonly inode: number
  /** ms since 1970 */
  readonly since: number
}

async function lockAt(path: string): Promise<Lock | null> {
  const found = await stat(path).catch(() => null)
  return found === null ? null : { inode: found.ino, since: found.mtimeMs }
}

const isSame = (one: Lock | null, other: Lock) =>
  one !== null && one.inode === other.inode && one.since === other.since

/** Another run may have been faster and hold a lock of its own by now: what was taken is looked at, and put back. */
async function take(path: string, lock: Lock): Promise<void> {
  const aside = `${path}.left-${randomBytes(4).toString("hex")}`
  await rename(path, aside).catch(() => undefined)
  const taken = await lockAt(aside)
  if (taken !== null && !isSame(taken, lock)) await link(aside, path).catch(() => undefined)
  await rm(aside, { force: true })
}

/** What is younger may belong to a run that is under way. */
const longestRunMs = 24 * 3_600_000

/**
 * Takes away what a killed git left: marks of `fast-import` by which its packs are kept for ever, even when nothing names
 * what is in them, and locks, by which `gc` and `reflog` refuse their work. Marks that somebody else made say so inside.
 * A person's commit holds the lock of the index for as long as its message is being written: that one stays.
 */
export async function sweep({ dir }: Git): Promise<void> {
  const below = (folder: string) => ({
    folder: join(dir, folder),
    recursive: true,
    name: /\.lock$/,
    content: /^/,
  })
  const places = [
    { ...below(""), recursive: false, name: /^(?!index\.).*\.lock$/ },
    ...["refs", "logs", "objects/info"].map(below),
    { ...below("objects/pack"), name: /\.keep$/, content: /^(fast-import.*)?$/s },
  ]
  for (const { folder, recursive, name, content } of places) {
    const names = await readdir(folder, { recursive }).catch(() => [])
    for (const path of names.filter(file => name.test(file)).map(file => join(folder, file))) {
      const lock = await lockAt(path)
      if (lock === null || Date.now() - lock.since < longestRunMs) continue
      if (content.test(await readFile(path, "utf8").catch(() => "?"))) await rm(path, { force: true })
    }
  }
}
