import { Problem } from "../core/problem.ts"
import type { Follows } from "./file-hosts.ts"
import { baseOf } from "./read-hosts.ts"

/**
 * Whether what was captured of a host follows the snapshot that the vault has now. Collected again, it is there already.
 * On top of any other than the one it was compared with it may not come: what it calls unchanged could be something
 * else there, and what is older would come after what is newer.
 * @param run  of the capture, which is this one
 */
export function captureFollows(run: string | null): Follows {
  return ({ name }, { takenAt, base }, before) => {
    if (before?.snapshot.takenAt === takenAt && before.snapshot.run === run) return "recorded"
    const now = baseOf(before)
    if (now?.sha256 === base?.sha256) return "new"
    const data = [
      `captured  ${takenAt}, when the vault had ${snapshotInWords(base?.sequence)}`,
      `the vault has ${snapshotInWords(now?.sequence)}${before === null ? "" : `, taken ${before.snapshot.takenAt}`}`,
    ]
    return now === null || (base !== null && now.sequence <= base.sequence)
      ? new Problem(
          "shard/other-vault",
          `the vault has not the snapshot of ${name} that its capture follows`,
          {
            data,
            hint: "is it the vault that the capture jobs read? if it is, someone set it back: compare it with a clone you trust",
          },
        )
      : new Problem("shard/moved", `another run wrote a snapshot of ${name} after it was captured`, {
          data,
          hint: "run the backup again, and let one run at a time write: a `concurrency` group",
        })
  }
}

const snapshotInWords = (sequence: number | undefined): string =>
  sequence === undefined ? "no snapshot" : `snapshot ${sequence}`
