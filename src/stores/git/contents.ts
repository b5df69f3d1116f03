import { Readable } from "node:stream"
import { matched } from "../../core/parts.ts"
import type { StoredBlob } from "../../core/vault.ts"
import { type Git, git, gitMissing, startGit } from "./process.ts"
import type { Remote } from "./remote.ts"

/**
 * The files of a commit below the prefixes, in the order of the prefixes and then by path: one list, then one
 * stream in which the questions run ahead of the answers.
 * @param commit  null: nothing
 */
export async function* branchContents(
  repo: Git,
  commit: string | null,
  prefixes: readonly string[],
  remote: Remote | null,
  signal: AbortSignal,
): AsyncGenerator<StoredBlob> {
  if (commit === null) return
  const items = await listed(repo, commit, prefixes, signal)
  await remote?.fetchBlobs([...new Set(items.map(({ oid }) => oid))], signal)
  for (let next = 0; next < items.length; ) {
    const rest = items.slice(next)
    for await (const blob of answers(repo, rest, signal)) {
      next++
      yield blob
    }
  }
}

interface Item {
  readonly path: string
  readonly oid: string
}

async function listed(
  repo: Git,
  commit: string,
  prefixes: readonly string[],
  signal: AbortSignal,
): Promise<readonly Item[]> {
  const text = await git(repo, ["ls-tree", "-r", "-z", "--full-tree", commit, "--", ...prefixes], "", signal)
  const items = text
    .split("\0")
    .map(line => matched(/^\d+ blob ([0-9a-f]+)\t(.*)$/s, line, "oid", "path"))
    .filter(item => item !== null)
  return prefixes.flatMap(prefix => items.filter(({ path }) => path.startsWith(prefix)))
}

/** Ends after the first object that cannot be read, as git does. */
async function* answers(repo: Git, items: readonly Item[], signal: AbortSignal): AsyncGenerator<StoredBlob> {
  const child = startGit(repo, ["cat-file", "--batch", "--buffer"])
  let fail: (error: unknown) => void = () => {}
  let failure: unknown = null
  child.once("error", error => {
    failure = gitMissing(error)
    fail(failure)
  })
  // No `Promise.race` with one promise of failure: that would hold every answer until git ends.
  const orFail = <T>(answered: Promise<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      if (failure !== null) reject(failure)
      fail = reject
      answered.then(resolve, reject)
    })
  child.stderr?.resume()
  child.stdin?.end(`${items.map(({ oid }) => oid).join("\n")}\n`)
  const output = pulled(child.stdout ?? Readable.from([]))
  try {
    for (const { path } of items) {
      signal.throwIfAborted()
      const bytes = await orFail(answer(output))
      yield { path, bytes }
      if (bytes === null) return
    }
  } finally {
    child.kill()
  }
}

/** @returns null for an object that is not there, or that git finds damaged */
async function answer(output: Pulled): Promise<Buffer | null> {
  const head = await output.line()
  const size = head === null ? undefined : /^[0-9a-f]{40,64} blob (\d+)$/.exec(head)?.[1]
  const content = size === undefined ? null : await output.take(Number(size) + 1)
  return content === null ? null : content.subarray(0, -1)
}

interface Pulled {
  /** null at the end */
  line(): Promise<string | null>
  take(bytes: number): Promise<Buffer | null>
}

/** Takes from the stream only what is asked for, so that git waits for us and memory holds one object. */
function pulled(stream: Readable): Pulled {
  const chunks = stream[Symbol.asyncIterator]() as AsyncIterator<Buffer>
  let current: Buffer = Buffer.alloc(0)
  const take = async (bytes: number) => {
    const parts = [current]
    for (let have = current.length; have < bytes; ) {
      const { value, done } = await chunks.next()
      if (done === true) return null
      parts.push(value)
      have += value.length
    }
    const whole = parts.length === 1 ? current : Buffer.concat(parts)
    current = whole.subarray(bytes)
    return whole.subarray(0, bytes)
  }
  return {
    take,
    async line() {
      for (;;) {
        const end = current.indexOf(0x0a)
        if (end !== -1) return (await take(end + 1))?.toString("latin1", 0, end) ?? null
        const { value, done } = await chunks.next()
        if (done === true) return null
        current = Buffer.concat([current, value])
      }
    },
  }
}
