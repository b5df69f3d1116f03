import { access, constants, mkdtemp, rm, statfs } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Problem } from "../core/problem.ts"

export interface Scratch extends AsyncDisposable {
  readonly directory: string
  /** whether it is gone with the machine's memory; else plaintext is on a disk until it is removed */
  readonly isInMemory: boolean
}

/** @see Linux, include/uapi/linux/magic.h: TMPFS_MAGIC, RAMFS_MAGIC */
const memoryKinds = new Set([0x01021994, 0x858458f6])

/**
 * A directory that only this account can enter, removed when it is let go of.
 * @param parent  where it is made; null: in memory where there is room, else with the temporary files
 * @param bytes   that will be written
 * @param memory  where this system keeps shared memory as files
 * @throws Problem "restore/refused"
 */
export async function openScratch(
  parent: string | null,
  bytes: number,
  memory = "/dev/shm",
): Promise<Scratch> {
  const place = parent ?? ((await hasRoom(memory, bytes)) ? memory : tmpdir())
  const directory = await mkdtemp(join(place, "pmta-drill-")).catch((cause: NodeJS.ErrnoException) => {
    throw new Problem("restore/refused", `${place} cannot be written (${cause.code})`, {
      cause,
      hint: "name a directory that this account may write with --scratch DIRECTORY",
    })
  })
  return {
    directory,
    isInMemory: await isMemory(directory),
    [Symbol.asyncDispose]: async () => await rm(directory, { recursive: true, force: true }),
  }
}

async function hasRoom(path: string, bytes: number): Promise<boolean> {
  try {
    await access(path, constants.W_OK)
    const { bavail, bsize } = await statfs(path)
    // Small files take a page each.
    return (await isMemory(path)) && bavail * bsize > 4 * bytes + 16 * 1024 * 1024
  } catch {
    return false
  }
}

async function isMemory(path: string): Promise<boolean> {
  return memoryKinds.has((await statfs(path)).type)
}
