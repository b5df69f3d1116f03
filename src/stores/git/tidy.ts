import { readdir } from "node:fs/promises"
import { join } from "node:path"
import { sweep } from "./left-locks.ts"
import { type Git, runGit } from "./process.ts"
import { bundlesRef } from "./references.ts"

/** Each run leaves a pack without deltas, in which every list of snapshots is whole. */
const mostPacks = 8

/**
 * Puts the packs of many runs into one, with deltas: what a run adds shrinks to a few hundred bytes per host. Objects
 * that no branch reaches stay, as they may belong to a run that is under way. Trouble here loses nothing and is left
 * to the next time.
 */
export async function tidy(repo: Git, signal: AbortSignal): Promise<void> {
  await sweep(repo)
  const names = await readdir(join(repo.dir, "objects", "pack")).catch(() => [])
  if (names.filter(name => name.endsWith(".pack")).length < mostPacks) return
  // Without paths git does not know what is ciphertext; by its size most of it is left alone.
  const settings = ["-c", "core.bigFileThreshold=64k"]
  await runGit(repo, [...settings, "repack", "-d", "--quiet", "--geometric=2"], "", signal)
}

/**
 * Frees the disk of what no branch reaches any more. What is younger than a day may belong to a run that is under
 * way: it is put into a pack of its own (git 2.37), and not into a file for each object. Trouble here loses nothing
 * and is left to the next time.
 */
export async function letGo(repo: Git, signal: AbortSignal): Promise<void> {
  await sweep(repo)
  await runGit(repo, ["reflog", "expire", "--expire=now", "--expire-unreachable=now", bundlesRef], "", signal)
  await runGit(repo, ["-c", "gc.cruftPacks=true", "gc", "--quiet", "--prune=1.day.ago"], "", signal)
}
