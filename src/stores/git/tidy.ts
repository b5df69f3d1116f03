import { mkdir, readdir, rm, stat, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { sweep } from "./left-locks.ts"
import { type Git, runGit } from "./process.ts"
import { bundlesRef } from "./references.ts"

/** Above this a pack is ciphertext in the main: it has no deltas, and is not copied again. */
const mostBytes = 64 * 1024 * 1024
/** Up to here packs are put together whatever else there is: that takes a tenth of a second. */
const smallBytes = 8 * 1024 * 1024
/** How many times larger a pack may be than the one it takes in. */
const mostTimes = 16
/** Runs that follow each other sooner leave their packs as they are, up to so many: putting them together takes longer than they do. */
const restMs = 6 * 3600_000
const mostSmall = 8
/**
 * How many lists of snapshots may be kept as what they lack of the next day's, one after another. The newest is always
 * whole, and those of long ago are read by nobody: git's 50 would have one more whole list every 50 days.
 */
const mostDepth = 1000

/**
 * Puts the pack that a run leaves into one of those before it, some hours later or when there are many. A run writes without deltas, and so has the list of
 * snapshots of each host whole; beside the list of the day before, the new one is a few hundred bytes. The number
 * of packs stays as it is, each ten or more times larger than the last, so that little is copied on most days.
 * Objects that no branch reaches stay, as they may belong to a run that is under way. Trouble here loses nothing
 * and is left to the next time.
 */
export async function tidy(repo: Git, signal: AbortSignal): Promise<void> {
  await sweep(repo)
  const packs = await freePacks(join(repo.dir, "objects", "pack"))
  const together = toPutTogether(packs)
  if (together.length === 0 || isForLater(packs, together)) return
  const others = packs.filter(pack => !together.includes(pack)).map(({ name }) => `--keep-pack=${name}`)
  // Without paths git does not know what is ciphertext; by its size most of it is left alone.
  const settings = ["-c", "core.bigFileThreshold=64k"]
  // All that is not kept, as no pack has so many times the objects of another.
  const all = "--geometric=1024"
  const depth = `--depth=${mostDepth}`
  await runGit(repo, [...settings, "repack", "-d", "--quiet", all, depth, ...others], "", signal)
}

interface Pack {
  readonly name: string
  readonly bytes: number
  /** since 1970, by the disk's clock */
  readonly writtenMs: number
}

function isForLater(packs: readonly Pack[], together: readonly Pack[]): boolean {
  const small = packs.filter(({ bytes }) => bytes <= smallBytes)
  return small.length <= mostSmall && together.every(({ writtenMs }) => Date.now() - writtenMs < restMs)
}

/** Without those that a run under way, or a person, wants to keep, and without what `letGo` put aside. */
async function freePacks(folder: string): Promise<readonly Pack[]> {
  const names = new Set(await readdir(folder).catch(() => []))
  const isMarked = (name: string) => [".keep", ".mtimes"].some(end => names.has(name.replace(/\.pack$/, end)))
  const packs = [...names].filter(name => name.endsWith(".pack") && !isMarked(name))
  const found = packs.map(async name => {
    const file = await stat(join(folder, name)).catch(() => null)
    return { name, bytes: file?.size ?? 0, writtenMs: file?.mtimeMs ?? 0 }
  })
  return await Promise.all(found)
}

/** The smallest two packs that are near enough to each other in size, and what is no larger than both. */
function toPutTogether(packs: readonly Pack[]): readonly Pack[] {
  const bySize = packs.filter(({ bytes }) => bytes <= mostBytes).sort((a, b) => a.bytes - b.bytes)
  const isNear = (one: Pack, next: Pack) => next.bytes <= Math.max(smallBytes, mostTimes * one.bytes)
  const first = bySize.findIndex((pack, index) => {
    const next = bySize[index + 1]
    return next !== undefined && isNear(pack, next)
  })
  const found = first < 0 ? [] : bySize.slice(first, first + 2)
  for (const pack of first < 0 ? [] : bySize.slice(first + 2)) {
    if (pack.bytes > Math.max(smallBytes, sum(found))) break
    found.push(pack)
  }
  return found
}

const sum = (packs: readonly Pack[]): number => packs.reduce((bytes, pack) => bytes + pack.bytes, 0)

/**
 * Frees the disk of what no branch reaches any more. What is younger than a day may belong to a run that is under
 * way: it is put into a pack of its own (git 2.37), and not into a file for each object. Trouble here loses nothing
 * and is left to the next time.
 */
export async function letGo(repo: Git, signal: AbortSignal): Promise<void> {
  await sweep(repo)
  await runGit(repo, ["reflog", "expire", "--expire=now", "--expire-unreachable=now", bundlesRef], "", signal)
  const gc = ["-c", "gc.cruftPacks=true", "gc", "--quiet", "--prune=1.day.ago"]
  const { code } = await runGit(repo, gc, "", signal)
  if (code === 0) await rm(lettingGo(repo), { force: true })
}

/** Stands in the repository from before a rewrite until git has let go of what went. */
const lettingGo = ({ dir }: Git): string => join(dir, "pmta-vault", "letting-go")

/** To be called before a rewrite: should the run end before `letGo` does, the next prune knows. */
export async function expectLettingGo(repo: Git): Promise<void> {
  await mkdir(join(repo.dir, "pmta-vault"), { recursive: true })
  await writeFile(lettingGo(repo), "a prune was rewriting bundles; the next one frees the disk\n")
}

/** Whether there are bytes of a former prune: it was cut off, or what it let go was too young to be deleted. */
export async function isToLetGo(repo: Git): Promise<boolean> {
  if ((await stat(lettingGo(repo)).catch(() => null)) !== null) return true
  const names = await readdir(join(repo.dir, "objects", "pack")).catch(() => [])
  return names.some(name => name.endsWith(".mtimes"))
}
