import { lstat, mkdtemp, readdir, rm } from "node:fs/promises"
import { join } from "node:path"
import { Problem } from "../../core/problem.ts"
import { complaintLines, type Git, git, runGit } from "./process.ts"
import type { Publish, RefUpdate } from "./references.ts"

/** A remote vault: a bare, shallow, blobless clone in a directory of its own, which is removed at the end. */
export interface Remote {
  readonly git: Git
  /** Brings the branches up to date: their newest commits and trees, no blobs. */
  fetch(signal: AbortSignal): Promise<void>
  /** Brings the commits and trees from before too, no blobs. */
  fetchHistory(signal: AbortSignal): Promise<void>
  /** Brings blobs in one request; without it, git asks for each when it is first read. */
  fetchBlobs(oids: readonly string[], signal: AbortSignal): Promise<void>
  readonly publish: Publish
  remove(): Promise<void>
}

export async function cloneRemote(
  url: string,
  base: Omit<Git, "dir">,
  scratch: string,
  signal: AbortSignal,
): Promise<Remote> {
  await removeLeftClones(scratch)
  const dir = await mkdtemp(join(scratch, cloneName))
  const repo: Git = { ...base, dir }
  const location = withoutCredentials(url)
  await git(repo, ["init", "--quiet", "--bare", "-b", "main", dir], "", signal)
  for (const [key, value] of [
    ["remote.origin.url", url],
    ["remote.origin.promisor", "true"],
    ["remote.origin.partialclonefilter", "blob:none"],
  ] as const) {
    await git(repo, ["config", key, value], "", signal)
  }
  const remote: Remote = {
    git: repo,
    async fetch(stop) {
      const refspec = "+refs/heads/*:refs/heads/*"
      const args = [
        "fetch",
        "--quiet",
        "--prune",
        "--no-tags",
        "--depth=1",
        "--filter=blob:none",
        "--update-head-ok",
        "origin",
        refspec,
      ]
      const { code, stderr } = await runGit(repo, args, "", stop)
      // git 2.39 answers an empty repository with status 1 and no word when asked for a depth.
      if (code !== 0 && stderr.trim() === "") {
        const whole = await runGit(
          repo,
          args.filter(arg => arg !== "--depth=1"),
          "",
          stop,
        )
        if (whole.code !== 0) throw unreachable(location, whole.stderr)
        return
      }
      if (code !== 0) throw unreachable(location, stderr)
    },
    async fetchHistory(stop) {
      // As --unshallow, which complains where nothing was cut.
      const whole = ["--depth=2147483647", "--filter=blob:none", "--update-head-ok"]
      const args = ["fetch", "--quiet", "--no-tags", ...whole, "origin", "+refs/heads/*:refs/heads/*"]
      const { code, stderr } = await runGit(repo, args, "", stop)
      if (code !== 0) throw unreachable(location, stderr)
    },
    async fetchBlobs(oids, stop) {
      if (oids.length === 0) return
      // The same request that git itself makes for a promised object, for all at once.
      const args = [
        "-c",
        "fetch.negotiationAlgorithm=noop",
        "fetch",
        "--quiet",
        "--no-tags",
        "--no-write-fetch-head",
      ]
      const { code, stderr } = await runGit(
        repo,
        [...args, "--filter=blob:none", "--stdin", "origin"],
        `${oids.join("\n")}\n`,
        stop,
      )
      if (code !== 0) throw unreachable(location, stderr)
    },
    publish: updates => push(repo, location, updates),
    remove: () => rm(dir, { recursive: true, force: true }),
  }
  try {
    await remote.fetch(signal)
  } catch (error) {
    await remote.remove()
    throw error
  }
  return remote
}

const cloneName = "pmta-vault-clone-"
/** What is younger may belong to a run that is under way. */
const longestRunMs = 24 * 3_600_000

/** Clones of runs that were killed, which nobody else would ever take away. What is another account's stays. */
async function removeLeftClones(scratch: string): Promise<void> {
  const names = (await readdir(scratch).catch(() => [])).filter(name => name.startsWith(cloneName))
  for (const path of names.map(name => join(scratch, name))) {
    const found = await lstat(path).catch(() => null)
    const isOld = found?.isDirectory() === true && Date.now() - found.mtimeMs > longestRunMs
    if (isOld) await rm(path, { recursive: true, force: true }).catch(() => undefined)
  }
}

/** Compare-and-swap on the other side: each branch moves only from where we saw it, all or none. */
async function push(repo: Git, location: string, updates: readonly RefUpdate[]): ReturnType<Publish> {
  const leases = updates.map(({ ref, from }) => `--force-with-lease=${ref}:${from ?? ""}`)
  const specs = updates.map(({ ref, to }) => `${to ?? ""}:${ref}`)
  const { code, stdout, stderr } = await runGit(repo, [
    "push",
    "--porcelain",
    "--atomic",
    ...leases,
    "origin",
    ...specs,
  ])
  if (code === 0) return { moved: false }
  const refusals = stdout
    .toString("utf8")
    .split("\n")
    .filter(line => line.startsWith("!"))
  if (refusals.length === 0) {
    // The connection may have gone after the branches had moved, and before that was said.
    if (await areThere(repo, updates)) return { moved: false }
    throw unreachable(location, stderr)
  }
  // What the server itself says is worth most.
  const said = stderr.split("\n").filter(line => /^remote: +\S/.test(line))
  return {
    moved: true,
    refused: [
      ...said.slice(0, 5).map(line => line.trim().slice(0, 300)),
      ...complaintLines([...refusals.map(line => line.replaceAll("\t", " ")), stderr].join("\n")),
    ],
  }
}

async function areThere(repo: Git, updates: readonly RefUpdate[]): Promise<boolean> {
  const { code, stdout } = await runGit(repo, ["ls-remote", "origin", ...updates.map(({ ref }) => ref)])
  const lines = stdout
    .toString("utf8")
    .split("\n")
    .filter(line => line !== "")
  const found = new Map(lines.map(line => line.split("\t").reverse() as [string, string]))
  return code === 0 && updates.every(({ ref, to }) => (found.get(ref) ?? null) === to)
}

function unreachable(location: string, stderr: string): Problem {
  return new Problem("vault/unreachable", `the vault ${location} cannot be reached`, {
    data: complaintLines(stderr),
    hint: "check the URL and the token's rights: `git ls-remote` with the same URL shows whether git can reach it",
  })
}

export function isRemote(vault: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(vault) || /^[\w.-]+@[\w.-]+:/.test(vault)
}

export function withoutCredentials(url: string): string {
  return url.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^@/]*@/i, "$1")
}
