import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { succeed } from "./child.ts"
import { asRoot } from "./rights.ts"

export interface SmallDisk extends AsyncDisposable {
  readonly path: string
  /** Fills it up to so many free bytes. */
  fillTo(freeBytes: number): Promise<void>
  /** Takes away what `fillTo` put there. */
  makeRoom(): Promise<void>
  /** Lets nobody write to it, as a disk with errors is mounted; false: as before. */
  readOnly(isReadOnly: boolean): Promise<void>
}

/** A disk of its own, in memory, that can run full. */
export async function smallDisk(bytes: number): Promise<SmallDisk> {
  const path = await mkdtemp(join(tmpdir(), "pmta-lab-disk-"))
  const [command = "mount", ...args] = [...(await asRoot()), "mount", "-t", "tmpfs"]
  const owner = `uid=${process.getuid?.() ?? 0},gid=${process.getgid?.() ?? 0},mode=0700`
  await succeed(command, [...args, "-o", `size=${bytes},${owner}`, "pmta-lab", path])
  const filler = join(path, "filler")
  return {
    path,
    async fillTo(freeBytes) {
      await rm(filler, { force: true })
      const text = (await succeed("stat", ["-f", "-c", "%a %S", path])).toString()
      const [blocks = 0, size = 0] = text.trim().split(" ").map(Number)
      await writeFile(filler, Buffer.alloc(Math.max(0, blocks * size - freeBytes)))
    },
    makeRoom: async () => await rm(filler, { force: true }),
    async readOnly(isReadOnly) {
      const [mount = "mount", ...rest] = [...(await asRoot()), "mount", "-o"]
      await succeed(mount, [...rest, `remount,${isReadOnly ? "ro" : "rw"}`, path])
    },
    async [Symbol.asyncDispose]() {
      const [umount = "umount", ...rest] = [...(await asRoot()), "umount", "--lazy", path]
      await succeed(umount, rest)
      await rm(path, { recursive: true, force: true })
    },
  }
}
