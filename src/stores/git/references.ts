import { Problem } from "../../core/problem.ts"
import { diskFull, isDiskFull } from "./full-disk.ts"
import { freeLeftLocks } from "./left-locks.ts"
import { type Git, git, runGit } from "./process.ts"

export const bundlesRef = "refs/heads/bundles"
/** Lost races in a row before giving up; each try takes what the winners left. */
export const maxRaces = 12

/** A branch to move; null for one that does not exist before, or shall not after. */
export interface RefUpdate {
  readonly ref: string
  readonly from: string | null
  readonly to: string | null
}

/** Moves all branches or none. `moved`: one of them was not where it was seen. */
export type Publish = (
  updates: readonly RefUpdate[],
) => Promise<{ readonly moved: false } | { readonly moved: true; readonly refused: readonly string[] }>

/** All branches by full name. */
export async function branches(repo: Git, signal?: AbortSignal): Promise<ReadonlyMap<string, string>> {
  const listed = await git(
    repo,
    ["for-each-ref", "--format=%(refname) %(objectname)", "refs/heads/"],
    "",
    signal,
  )
  return new Map(
    listed
      .split("\n")
      .filter(line => line !== "")
      .map(line => line.split(" ") as [string, string]),
  )
}

/** ms to wait for another run that holds the lock; git's own 100 ms are less than a slow disk's sync takes. */
const patience = ["core.filesRefLockTimeout=10000", "core.packedRefsTimeout=10000"].flatMap(setting => [
  "-c",
  setting,
])

export const publishLocally =
  (repo: Git): Publish =>
  async updates => {
    const zero = "0".repeat(40)
    const lines = updates.map(({ ref, from, to }) =>
      to === null
        ? `delete ${ref} ${from}`
        : from === null
          ? `create ${ref} ${to}`
          : `update ${ref} ${to} ${from || zero}`,
    )
    const script = ["start", ...lines, "prepare", "commit", ""].join("\n")
    const move = () => runGit(repo, [...patience, "update-ref", "--stdin"], script)
    let { code, stderr } = await move()
    if (
      code !== 0 &&
      (await freeLeftLocks(
        repo,
        updates.map(({ ref }) => ref),
      ))
    )
      ({ code, stderr } = await move())
    if (code === 0) return { moved: false }
    if (await isDiskFull(repo, stderr)) throw diskFull(repo, stderr)
    return { moved: true, refused: stderr.split("\n").filter(line => line !== "") }
  }

export function moved(location: string, what: string): Problem {
  return new Problem(
    "vault/moved",
    `other runs wrote ${what} of ${location} first, ${maxRaces} times in a row`,
    {
      hint: "run again; if it happens often, give the workflow a concurrency group",
    },
  )
}
