import { certain } from "../../core/certain.ts"
import { fieldsOf, textBefore } from "../../core/parts.ts"
import type { FoundChange, Vault } from "../../core/vault.ts"
import type { ObjectReader } from "./objects.ts"
import { type Git, runGit } from "./process.ts"
import type { Remote } from "./remote.ts"

const field = "\x1f"
const record = "\x1e"

/**
 * A proposal by its id or by the number of its pull request: on its own branch while it is open, else as the commit
 * that brought it to `main`. And those of late, without any name.
 */
export function changeFinder(
  repo: Git,
  objects: ObjectReader,
  remote: Remote | null,
): Pick<Vault, "change" | "recentChanges"> {
  let whole: Promise<void> | null = null
  const fetchHistory = async (signal: AbortSignal) => {
    whole ??= remote?.fetchHistory(signal) ?? null
    await whole
  }

  async function describe(id: string, found: Found, signal: AbortSignal): Promise<FoundChange> {
    const { proposal, brought, time } = found
    const before = await objects.tree(`${brought.oid}^:hosts`)
    const after = await objects.tree(`${brought.oid}:hosts`)
    const former = new Map(before.map(item => [item.name, item.oid]))
    const mirrors = after
      .filter(({ name: host, oid }) => former.get(host) !== oid)
      .map(({ name: host, oid }) => ({ host, from: former.get(host) ?? null, to: oid }))
    const runs = await runsAround(
      repo,
      mirrors.map(({ host }) => host),
      proposal.writtenAt,
      signal,
    )
    return {
      id,
      title: textBefore(proposal.message, "\n"),
      seenAt: runs.seenAt ?? proposal.writtenAt,
      notBefore: runs.notBefore,
      acceptedAt: time,
      mirrors,
    }
  }

  return {
    async change(name, signal) {
      const id = name.replace(/^(drift\/|#)/, "")
      if (!/^[\w-]{1,64}$/.test(id)) return null
      await fetchHistory(signal)
      const [open] = await commitsOf(repo, ["-1", `refs/heads/drift/${id}`], signal)
      const found =
        open === undefined
          ? ((await mergeOf(repo, id, signal)) ?? (await commitOnMain(repo, id, signal)))
          : { proposal: open, brought: open, time: null }
      return found === null ? null : await describe(id, found, signal)
    },
    async recentChanges(since, most, signal) {
      const seconds = Math.floor(since.getTime() / 1000)
      // The tips alone say whether there is anything to look for, and the history of a remote vault is not fetched.
      const tips = (await tipsOf(repo, signal)).filter(({ time }) => time >= seconds)
      if (tips.length === 0) return []
      await fetchHistory(signal)
      const found: (Found & { readonly id: string })[] = []
      for (const { ref } of tips) {
        const isMain = ref === mainRef
        const which = isMain ? ["--first-parent", `--since=@${seconds}`, ref] : ["-1", ref]
        for (const commit of await commitsOf(repo, which, signal)) {
          const proposal = isMain ? await proposalOf(repo, commit, signal) : commit
          if (!/^Pmta-Vault-Kind: drift$|"kind":"drift"/m.test(proposal.message)) continue
          const id = isMain ? nameOf(commit, proposal) : ref.replace("refs/heads/drift/", "")
          found.push({ id, proposal, brought: commit, time: isMain ? commit.time : null })
        }
      }
      const changes: FoundChange[] = []
      for (const one of found.toSorted((a, b) => b.proposal.writtenAt - a.proposal.writtenAt).slice(0, most))
        changes.push(await describe(one.id, one, signal))
      return changes
    },
  }
}

const mainRef = "refs/heads/main"

interface Found {
  /** the program's own, where it is still there */
  readonly proposal: Commit
  /** the one that has the change against its first parent: of a merge the merge itself, else the proposal's */
  readonly brought: Commit
  /** when `main` got it; null while it is open */
  readonly time: number | null
}

async function tipsOf(repo: Git, signal: AbortSignal): Promise<readonly { ref: string; time: number }[]> {
  const format = "--format=%(refname) %(committerdate:unix)"
  const listed = await runGit(repo, ["for-each-ref", format, mainRef, "refs/heads/drift/"], "", signal)
  if (listed.code !== 0) return []
  const lines = listed.stdout.toString("utf8").split("\n").filter(Boolean)
  return lines
    .map(line => fieldsOf(line, " ", "ref", "time"))
    .map(({ ref, time }) => ({ ref, time: Number(time) }))
}

/** The program's own commit among the merged ones, else the last of them; the commit itself where nothing was merged. */
async function proposalOf(repo: Git, merge: Commit, signal: AbortSignal): Promise<Commit> {
  const [first, second] = merge.parents
  if (second === undefined) return merge
  const merged = await commitsOf(repo, [`${first}..${second}`], signal)
  return merged.find(({ message }) => /^Pmta-Vault-Kind: /m.test(message)) ?? merged[0] ?? merge
}

/** By what `change` finds it again. */
function nameOf(commit: Commit, proposal: Commit): string {
  const id = /^Pmta-Vault-Id: ([\w-]{1,64})$/m.exec(proposal.message)?.[1]
  const branch = /\bdrift\/([\w-]{1,64})/.exec(commit.message)?.[1]
  return id ?? branch ?? /#(\d+)/.exec(commit.message)?.[1] ?? commit.oid
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
      const { parents, time, names } = fieldsOf(commit, field, "parents", "time", "names")
      const at = new Date(Number(time) * 1000).toISOString()
      for (const match of names.matchAll(/^"?live\/([^/]+)\//gm)) {
        const host = certain(match[1])
        if (!found.has(host)) found.set(host, { at, isCut: parents === "" })
      }
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
  /** when its author made it, which a rebase leaves as it was */
  readonly writtenAt: number
  readonly message: string
}

/** A commit of `main` by its whole id. */
async function commitOnMain(repo: Git, oid: string, signal: AbortSignal): Promise<Found | null> {
  if (!/^([0-9a-f]{40}|[0-9a-f]{64})$/.test(oid)) return null
  const isThere = await runGit(repo, ["merge-base", "--is-ancestor", oid, mainRef], "", signal)
  const [brought] = isThere.code === 0 ? await commitsOf(repo, ["-1", oid], signal) : []
  if (brought === undefined) return null
  return { brought, proposal: await proposalOf(repo, brought, signal), time: brought.time }
}

/** The commit on `main` whose message names the proposal. */
async function mergeOf(repo: Git, id: string, signal: AbortSignal): Promise<Found | null> {
  const named = new RegExp(`(^|[\\s/(#])${id}($|[\\s)])`, "m")
  // An id has eight digits, and they may all be decimal ones.
  const asWritten = /^\d{1,7}$/.test(id) ? `#${id}` : id
  // A merge comes before what it merged, whatever their clocks say.
  const filter = ["--topo-order", "--fixed-strings", `--grep=${asWritten}`, mainRef]
  const commits = await commitsOf(repo, filter, signal)
  const brought = commits.find(({ message }) => named.test(message))
  if (brought === undefined) return null
  return { brought, proposal: await proposalOf(repo, brought, signal), time: brought.time }
}

async function commitsOf(
  repo: Git,
  which: readonly string[],
  signal: AbortSignal,
  paths: readonly string[] = ["--"],
): Promise<readonly Commit[]> {
  const format = ["%H", "%P", "%ct", "%at", "%B"].join("%x1f")
  const found = await runGit(repo, ["log", `--format=${format}%x1e`, ...which, ...paths], "", signal)
  if (found.code !== 0) return []
  return found.stdout
    .toString("utf8")
    .split(record)
    .map(text => text.trimStart().split(field))
    .filter(isWhole)
    .map(([oid, parents, time, writtenAt, message]) => ({
      oid,
      parents: parents.split(" ").filter(Boolean),
      time: Number(time),
      writtenAt: Number(writtenAt),
      message,
    }))
}

/** What somebody wrote into a message may hold any of the marks. */
const isWhole = (parts: readonly string[]): parts is [string, string, string, string, string] =>
  parts.length === 5
