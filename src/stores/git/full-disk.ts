/** A full disk, told as such: git has many words for it, and some say nothing of the disk. */
import { statfs } from "node:fs/promises"
import { Problem } from "../../core/problem.ts"
import { complaintLines, type Git } from "./process.ts"

/** git's own words, and the C library's in the C locale that every call sets. */
export const speaksOfFullDisk = (complaint: string): boolean =>
  /No space left on device|Disk quota exceeded|Out of diskspace/.test(complaint)

/** Too little for any write of git to be sure of. */
const leastBytes = 64 * 1024

/** Whether something failed for want of room, as far as its words or the disk as it is now can tell. */
export async function isDiskFull({ dir }: Git, complaint: string): Promise<boolean> {
  if (speaksOfFullDisk(complaint)) return true
  const disk = await statfs(dir).catch(() => null)
  return disk !== null && disk.bavail * disk.bsize < leastBytes
}

export function diskFull(git: Git, complaint: string): Problem {
  return new Problem("vault/full", `the disk of the vault is full: ${git.dir}`, {
    data: complaintLines(complaint),
    hint: "make room and run again; what was there before is untouched",
  })
}
