/**
 * Artifacts of GitHub Actions as store. They belong to the run that uploads them, cannot be changed, and are gone
 * when they expire. Each bundle is one artifact, uploaded as it is (`skipArchive`): ciphertext does not compress,
 * and so GitHub's digest of the artifact is the digest of the bundle, by which it is found again.
 */

import { createHash } from "node:crypto"
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { ArtifactNotFoundError, DefaultArtifactClient, UsageError } from "@actions/artifact"
import { textBefore } from "../../core/parts.ts"
import { Problem } from "../../core/problem.ts"
import type { ArtifactPlace, RemovableStore, StoredObject } from "../../core/store.ts"
import { wordsOf } from "../../core/thrown.ts"
import { type Catalogue, catalogue, type ListedArtifact } from "./catalogue.ts"
import { artifactName, keyOf } from "./names.ts"
import type { Repository } from "./service.ts"

export interface ArtifactOptions {
  readonly repository: Repository
  /** number of this run; 0 where nothing can be put */
  readonly run: number
  /** reads the artifacts of other runs */
  readonly token: string
  /** 0: as long as the repository keeps its artifacts */
  readonly retentionDays: number
  /** for ciphertext, for the time of a call */
  readonly scratch: string
  readonly now: () => Date
  readonly warn: (message: string) => void
}

const dayMs = 24 * 3600 * 1000
/** Artifacts deleted by one run: GitHub gives a job's token 1,000 requests an hour. */
const mostRemoved = 500

export function artifact(options: ArtifactOptions): RemovableStore {
  const client = new DefaultArtifactClient()
  const others = catalogue(options.token, options.repository)
  const own = new Map<string, Required<StoredObject>>()
  const life = lifeOf(options, others)

  async function upload(name: string, bytes: Uint8Array, sha256: string): Promise<number> {
    return await inScratch(options.scratch, async directory => {
      const file = join(directory, name)
      await writeFile(file, bytes, { mode: 0o600 })
      const { retentionDays } = options
      const days = retentionDays === 0 ? {} : { retentionDays }
      try {
        const made = await client.uploadArtifact(name, [file], directory, { skipArchive: true, ...days })
        if (made.id !== undefined && made.digest === sha256) return made.id
        throw new Problem("store/not-read-back", `${name} was uploaded otherwise than it was`, {
          data: [`bundle    ${sha256}`, `uploaded  ${made.digest ?? "no digest"}`],
          hint: "run again; no snapshot names this artifact",
        })
      } catch (error) {
        if (error instanceof Problem) throw error
        return await sameInThisRun(name, sha256, error)
      }
    })
  }

  /** Names are unique in a run: an earlier attempt, or another job, may have put the very same. */
  async function sameInThisRun(name: string, sha256: string, error: unknown): Promise<number> {
    if (isUsedUp(error)) throw notUploaded(name, error)
    const found = await client.getArtifact(name).catch(() => null)
    if (found === null) throw notUploaded(name, error)
    if (found.artifact.digest === `sha256:${sha256}`) return found.artifact.id
    throw new Problem("store/refused", `${keyOf(name)} exists in this run with other content`, {
      cause: error,
      hint: "run again: names hold the time",
    })
  }

  async function download(id: number, run: number | null, what: string): Promise<Uint8Array> {
    return await inScratch(options.scratch, async directory => {
      const { owner: repositoryOwner, repo: repositoryName } = options.repository
      const { token } = options
      const findBy =
        run === null ? {} : { findBy: { token, workflowRunId: run, repositoryOwner, repositoryName } }
      try {
        await client.downloadArtifact(id, { path: directory, skipDecompress: true, ...findBy })
      } catch (cause) {
        if (cause instanceof ArtifactNotFoundError) throw missing(what, options.repository)
        throw new Problem("store/unreachable", `${what} does not come from GitHub's artifacts`, {
          cause,
          data: [textBefore(wordsOf(cause), "\n").slice(0, 200)],
          hint: "run again; githubstatus.com says whether Actions is down",
        })
      }
      const [file] = await readdir(directory)
      return file === undefined ? new Uint8Array() : await readFile(join(directory, file))
    })
  }

  return {
    name: "artifact",
    async put(key, bytes, signal) {
      const name = artifactName(key)
      const sha256 = createHash("sha256").update(bytes).digest("hex")
      const before = own.get(key)
      if (before !== undefined) {
        if (before.sha256 === sha256) return before
        throw new Problem("store/refused", `${key} exists with other content`, {
          hint: "run again: names hold the time",
        })
      }
      const id = await unlessAborted(upload(name, bytes, sha256), signal)
      const lifeMs = await life(id, signal)
      const uploaded = options.now()
      const place: ArtifactPlace = {
        ...{ id, run: options.run, digest: `sha256:${sha256}`, uploadedAt: uploaded.toISOString() },
        expiresAt: lifeMs === null ? null : new Date(uploaded.getTime() + lifeMs).toISOString(),
      }
      const object = { store: "artifact", key, size: bytes.length, sha256, artifact: place }
      own.set(key, object)
      return object
    },
    async get(key, signal, sha256) {
      const mine = own.get(key)
      if (mine !== undefined) return await unlessAborted(download(mine.artifact.id, null, key), signal)
      const found = await others.named(artifactName(key), signal)
      const { id, run } = chosen(found, key, sha256 ?? null, options.repository)
      return await unlessAborted(download(id, run, key), signal)
    },
    async list(prefix, signal) {
      const keys = new Set<string>()
      for await (const { name, isExpired, isForeign } of others.all(signal)) {
        const key = keyOf(name)
        if (key?.startsWith(prefix) && !isExpired && !isForeign) keys.add(key)
      }
      return [...keys].sort()
    },
    async remove(keys, signal) {
      if (keys.length === 0) return
      const wanted = new Set(keys)
      const found: number[] = []
      for await (const { id, name, isExpired, isForeign } of others.all(signal))
        if (wanted.has(String(keyOf(name))) && !isExpired && !isForeign) found.push(id)
      for (const id of found.slice(0, mostRemoved)) await others.remove(id, signal)
      if (found.length > mostRemoved)
        options.warn(`${found.length - mostRemoved} more artifacts go with the next prunes, or expire before`)
    },
  }
}

/**
 * How long artifacts of this run live, ms, as GitHub says of the first one: what was asked for is only a wish.
 * @returns null when GitHub does not say
 */
function lifeOf({ retentionDays, warn }: ArtifactOptions, others: Catalogue) {
  let first: Promise<number | null> | null = null
  const ask = async (id: number, signal: AbortSignal) => {
    const { createdAt, expiresAt } = (await others.byId(id, signal)) ?? { createdAt: null, expiresAt: null }
    if (createdAt === null || expiresAt === null) return null
    const lifeMs = Date.parse(expiresAt) - Date.parse(createdAt)
    const days = Math.round(lifeMs / dayMs)
    if (days < retentionDays) {
      warn(
        `artifacts are kept for ${days} days, not for the ${retentionDays} that artifact-retention-days asks for: ` +
          "raise the limit in the repository's settings under Actions",
      )
    }
    return lifeMs
  }
  return async (id: number, signal: AbortSignal) => {
    first ??= ask(id, signal)
    return await first
  }
}

/** Anybody who may run a workflow may upload under any name: the digest says which one is meant. */
function chosen(
  found: readonly ListedArtifact[],
  key: string,
  sha256: string | null,
  repository: Repository,
): ListedArtifact {
  const ours = found.filter(({ isForeign }) => !isForeign)
  const there = ours.filter(({ isExpired }) => !isExpired)
  const exact = there.find(({ digest }) => digest === `sha256:${sha256}`)
  const any = exact ?? there[0]
  if (any !== undefined) return any
  const expired = ours.at(-1)
  if (expired === undefined) throw missing(key, repository)
  throw new Problem(
    "store/missing",
    `the artifact of ${key} expired at ${expired.expiresAt ?? "an unknown time"}`,
    {
      hint: "take an older snapshot with --at; a longer artifact-retention-days keeps later ones",
    },
  )
}

function missing(key: string, { owner, repo }: Repository): Problem {
  return new Problem("store/missing", `there is no artifact of ${key} in ${owner}/${repo}`, {
    hint: "it expired, was deleted, or is of another repository: see --artifact-repository",
  })
}

/** The client wraps its own errors in plain ones, of which only the text is left. */
const isUsedUp = (error: unknown): boolean =>
  error instanceof Error && error.message.includes(new UsageError().message)

function notUploaded(name: string, cause: unknown): Problem {
  if (isUsedUp(cause)) {
    return new Problem("store/full", "the artifact storage of this account is used up", {
      cause,
      hint: "delete artifacts or raise the limit (GitHub counts anew every 6 to 12 hours), or use store git",
    })
  }
  return new Problem("store/refused", `the artifact service does not take ${name}`, {
    cause,
    data: [textBefore(wordsOf(cause), "\n").slice(0, 200)],
    hint: "run again as a new run; githubstatus.com says whether Actions is down",
  })
}

async function inScratch<T>(scratch: string, use: (directory: string) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(join(scratch, "pmta-artifact-"))
  try {
    return await use(directory)
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

/** The client cannot be stopped; what it still does after an interruption is named by no snapshot. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted()
  const stop = Promise.withResolvers<never>()
  const abort = () => stop.reject(signal.reason)
  signal.addEventListener("abort", abort, { once: true })
  try {
    return await Promise.race([work, stop.promise])
  } finally {
    signal.removeEventListener("abort", abort)
    work.catch(() => {})
  }
}
