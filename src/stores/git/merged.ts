import type { Vault } from "../../core/vault.ts"
import type { ObjectReader } from "./objects.ts"
import { type Git, runGit } from "./process.ts"
import type { Remote } from "./remote.ts"

const field = "\x1f"
const record = "\x1e"

/**
 * A proposal by its id or by the number of its pull request: on its own branch while it is open, else as the commit
 * that brought it to `main`.
 */
export function changeFinder(repo: Git, objects: ObjectReader, remote: Remote | null): Vault["change"] {
  return async (name, signal) => {
    const id = name.replace(/^(drift\/|#)/, "")
    if (!/^[\w-]{1,64}$/.test(id)) return null
    await remote?.fetchHistory(signal)
    const open = await commitsOf(repo, ["-1", `refs/heads/drift/${id}`], signal)
    const merged = open[0] === undefined ? await mergeOf(repo, id, signal) : null
    const found = open[0] ?? merged?.proposal
    if (found === undefined) return null
    const before = await objects.tree(`${found.oid}^:hosts`)
    const after = await objects.tree(`${found.oid}:hosts`)
    const former = new Map(before.map(item => [item.name, item.oid]))
    const mirrors = after
      .filter(({ name: host, oid }) => former.get(host) !== oid)
      .map(({ name: host, oid }) => ({ host, from: former.get(host) ?? null, to: oid }))
    const runs = await runsAround(
      repo,
      mirrors.map(({ host }) => host),
      found.time,
      signal,
    )
    return {
      id,
      title: found.message.split("\n")[0] ?? "",
      seenAt: runs.seenAt ?? found.time,
      notBefore: runs.notBefore,
      acceptedAt: merged?.time ?? null,
      mirrors,
    }
  }
}

/** When a run last found the mirror of each host to be another than before. Hosts with no such run are left out. */
export function liveChanges(repo: Git, remote: Remote | null): Vault["liveSince"] {
  return async (hosts, signal) => {
    const found = new Map<string, { readonly at: string; readonly isCut: boolean }>()
    if (hosts.length === 0) return found
    await remote?.fetchHistory(signal)
    const below = hosts.map(host => `live/${host}`)
    const log = ["log", "--name-only", "--format=%x1e%P%x1f%ct%x1f", "refs/heads/bundles", "--", ...below]
    const { stdout } = await runGit(repo, ["-c", "log.showRoot=true", ...log], "", signal)
    for (const commit of stdout.toString("utf8").split(record).slice(1)) {
      const [parents, time, names = ""] = commit.split(field)
      const at = new Date(Number(time) * 1000).toISOString()
      for (const [, host = ""] of names.matchAll(/^"?live\/([^/]+)\//gm))
        if (!found.has(host)) found.set(host, { at, isCut: parents === "" })
    }
    return found
  }
}

/** The run that first saw what a proposal of `time` proposes, and the run of these hosts before that. */
async function runsAround(
  repo: Git,
  hosts: readonly string[],
  time: number,
  signal: AbortSignal,
): Promise<{ readonly seenAt: number | null; readonly notBefore: number | null }> {
  const below = (folder: string) => ["--", ...hosts.map(host => `${folder}/${host}`)]
  const newest = ["-1", `--until=@${time}`, "refs/heads/bundles"]
  const [seen] = await commitsOf(repo, newest, signal, below("live"))
  const [former] =
    seen === undefined ? [] : await commitsOf(repo, ["-1", `${seen.oid}^`], signal, below("snapshots"))
  return { seenAt: seen?.time ?? null, notBefore: former?.time ?? null }
}

interface Commit {
  readonly oid: string
  readonly parents: readonly string[]
  /** seconds since 1970 */
  readonly time: number
  readonly message: string
}

/** The commit on `main` whose message names the proposal, and the proposal's own commit: the merged one, or itself. */
async function mergeOf(
  repo: Git,
  id: string,
  signal: AbortSignal,
): Promise<{ readonly time: number; readonly proposal: Commit } | null> {
  const named = new RegExp(`(^|[\\s/(#])${id}($|[\\s)])`, "m")
  const asWritten = /^\d+$/.test(id) ? `#${id}` : id
  const filter = ["--fixed-strings", `--grep=${asWritten}`, "refs/heads/main"]
  const commits = await commitsOf(repo, filter, signal)
  const merge = commits.find(({ message }) => named.test(message))
  if (merge === undefined) return null
  const second = merge.parents[1]
  const proposal = second === undefined ? merge : (await commitsOf(repo, ["-1", second], signal))[0]
  return proposal === undefined ? null : { time: merge.time, proposal }
}

async function commitsOf(
  repo: Git,
  which: readonly string[],
  signal: AbortSignal,
  paths: readonly string[] = ["--"],
): Promise<readonly Commit[]> {
  const format = ["%H", "%P", "%ct", "%B"].join("%x1f")
  const found = await runGit(repo, ["log", `--format=${format}%x1e`, ...which, ...paths], "", signal)
  if (found.code !== 0) return []
  return found.stdout
    .toString("utf8")
    .split(record)
    .map(text => text.trimStart().split(field))
    .filter(parts => parts.length === 4)
    .map(([oid = "", parents = "", time = "", message = ""]) => ({
      oid,
      parents: parents.split(" ").filter(Boolean),
      time: Number(time),
      message,
    }))
}
