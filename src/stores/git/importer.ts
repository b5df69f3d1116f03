import type { ChildProcess } from "node:child_process"
import { randomBytes } from "node:crypto"
import { ByteReader, StreamEnded } from "../../core/byte-reader.ts"
import type { Problem } from "../../core/problem.ts"
import { type BlobPack, blobPack, objectId, type PackedType } from "./blob-pack.ts"
import { diskFull, isDiskFull, speaksOfFullDisk } from "./full-disk.ts"
import { type Git, gitFailed, gitMissing, startGit } from "./process.ts"

/** One change of a tree: a blob or a tree by id, or a removal (of a file or a directory). */
export type TreeChange =
  | { readonly path: string; readonly blob: string | null }
  | { readonly path: string; readonly tree: string }

export interface CommitSpec {
  readonly parents: readonly string[]
  readonly message: string
  /** seconds since 1970 */
  readonly time: number
  readonly changes: readonly TreeChange[]
}

/**
 * Writes objects through one `git fast-import`: a pack for the whole run, no checkout, no process per object; blobs that
 * are large, or many and new, go into one beside it. Nothing is reachable before its caller moves a reference to it.
 */
export interface Importer {
  /** What comes is text, worth compressing; without effect once something was written. */
  expectText(): void
  /**
   * @param isNew  what no run before can have written, so that git need not be asked whether it has it, and which is not
   *               worth compressing
   * @returns      the blob's id
   */
  blob(content: Uint8Array, isNew?: boolean): Promise<string>
  /** As `blob` of what is new, without waiting: null where that would be needed. */
  blobNow(content: Uint8Array): string | null
  /** @returns the id of a tree, from its content as git has it; what it names may still be on its way */
  tree(content: Uint8Array): Promise<string>
  /** the content of a blob by its id, read back from the pack on disk */
  readBack(blob: string): Promise<Buffer>
  /** @returns the id of a commit that no reference names yet; other processes see it after `checkpoint` */
  commit(spec: CommitSpec): Promise<string>
  /** Puts everything on disk under its final name, so that other processes see it. */
  checkpoint(): Promise<void>
  close(): Promise<void>
}

const writeBytes = 256 * 1024
/** Below, one more pack is not worth its files: of one blob, or of all that came before. */
const largeBytes = 1024 * 1024

/** zlib level of a run that found nothing new: its pack is snapshots, signatures and trees alone. */
const textLevel = 1

const linesAtATime = 1000

const identity = "pmta-vault <pmta-vault@localhost>"

/**
 * With each commit goes a blob by chance that nothing names. Two runs that propose the same in the same second would
 * else write the same pack, and git ends the second: it finds the first one's file of that name in its way.
 *
 * @param compression  zlib level of the pack. 0 where it stays on this machine: most of it is ciphertext, and
 *                     git's maintenance compresses the rest; 1 where it is pushed over a network. A pack of text
 *                     alone is compressed in any case
 */
export function importer(git: Git, compression: 0 | 1): Importer {
  let running: {
    child: ChildProcess
    answers: ByteReader
    progress: ByteReader
    ended: Promise<number | null>
  } | null = null
  let level: number = compression
  let complaint = ""
  let marks = 0
  let large: Promise<BlobPack> | null = null
  /** the same once it is there */
  let open: BlobPack | null = null
  let reading: Promise<unknown> = Promise.resolve()
  let checkpoints = 0
  let newBytes = 0
  const gathered: Uint8Array[] = []
  let gatheredBytes = 0
  let draining: Promise<unknown> | null = null

  // fast-import commits to references only. This one is taken back before it is ever written to disk; even so git
  // locks its name, and another run has to have another.
  const ownRef = `refs/pmta-vault/${randomBytes(8).toString("hex")}`
  const start = () => {
    const settings = ["-c", `core.compression=${level}`, "-c", "fastimport.unpackLimit=0"]
    // No deltas: against ciphertext, the blob before in most cases, git would look for them in vain.
    const options = ["--quiet", "--done", "--date-format=raw", "--depth=0", "--cat-blob-fd=3"]
    const child = startGit(git, [...settings, "fast-import", ...options], true)
    const answers = new ByteReader(0)
    const progress = new ByteReader(0)
    const pipe = child.stdio[3]
    if (pipe && "on" in pipe) pipe.on("data", (chunk: Buffer) => answers.push(chunk))
    child.stdout?.on("data", (chunk: Buffer) => progress.push(chunk))
    child.stderr?.on("data", (chunk: Buffer) => {
      complaint = `${complaint}${chunk.toString("utf8")}`.slice(-4096)
    })
    const ended = new Promise<number | null>(resolve => {
      child.on("error", error => answers.end(gitMissing(error)))
      child.on("close", code => {
        answers.end()
        progress.end()
        resolve(code)
      })
    })
    return { child, answers, progress, ended }
  }

  /** Gathers what is written: a system call for each of many small blobs takes longer than the copy. */
  async function write(...parts: readonly (string | Uint8Array)[]): Promise<void> {
    running ??= start()
    for (const part of parts) {
      const bytes = typeof part === "string" ? Buffer.from(part, "utf8") : part
      gathered.push(bytes)
      gatheredBytes += bytes.length
    }
    if (gatheredBytes >= writeBytes) await flush()
  }

  async function flush(): Promise<void> {
    if (running === null || gatheredBytes === 0) return
    const { child, ended } = running
    if (child.exitCode !== null || child.stdin === null) throw importFailed(git, complaint)
    // What is large is not copied once more; many small pieces are, as each would be a system call.
    const parts = gatheredBytes > 4 * writeBytes ? [...gathered] : [Buffer.concat(gathered, gatheredBytes)]
    let room = true
    for (const part of parts) room = child.stdin.write(part)
    gathered.length = 0
    gatheredBytes = 0
    if (room) return
    // Many hosts wait for the same.
    const drained = () => new Promise(resolve => child.stdin?.once("drain", resolve))
    draining ??= Promise.race([drained(), ended]).finally(() => {
      draining = null
    })
    await draining
  }

  /** Answers come in the order of the questions: one at a time, whatever host asks. */
  function inTurn<T>(ask: () => Promise<T>): Promise<T> {
    const turn = reading.then(ask)
    reading = turn.catch(() => {})
    return turn
  }

  async function answer<T>(read: () => Promise<T>): Promise<T> {
    await flush()
    try {
      return await read()
    } catch (error) {
      if (!(error instanceof StreamEnded)) throw error
      await running?.ended
      throw importFailed(git, complaint)
    }
  }

  /** Of the pack of large blobs. */
  async function told<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (cause) {
      const words = String(cause)
      throw (await isDiskFull(git, words)) ? diskFull(git, words) : gitFailed(git, ["index-pack"], words)
    }
  }

  async function packed(type: PackedType, content: Uint8Array): Promise<string> {
    large ??= blobPack(git)
    const pack = large
    return await told(async () => {
      const opened = await pack
      if (large === pack) open = opened
      return await opened.add(type, content)
    })
  }

  /** git finds what a commit names. */
  async function finishLarge(): Promise<void> {
    const pack = large
    large = null
    open = null
    if (pack !== null) await told(async () => await (await pack).finish())
  }

  return {
    expectText() {
      if (running === null) level = textLevel
    },
    async blob(content, isNew = false) {
      if (isNew) newBytes += content.length
      if (content.length >= largeBytes || (isNew && newBytes >= largeBytes))
        return await packed("blob", content)
      await write(`blob\ndata ${content.length}\n`, content, "\n")
      return objectId("blob", content)
    },
    blobNow: content => open?.addNow("blob", content) ?? null,
    tree: content => packed("tree", content),
    async readBack(blob) {
      const pack = large
      const found = pack === null ? null : await told(async () => await (await pack).read(blob))
      if (found !== null) return found
      return await inTurn(async () => {
        await write(`cat-blob ${blob}\n`)
        return await answer(async () => {
          const head = (await running?.answers.until(0x0a, 8192))?.toString("latin1") ?? ""
          const size = Number(/^[0-9a-f]+ blob (\d+)$/.exec(head)?.[1])
          if (!Number.isSafeInteger(size)) throw new StreamEnded("no such blob")
          const content = (await running?.answers.take(size)) ?? Buffer.alloc(0)
          await running?.answers.take(1)
          return content
        })
      })
    },
    async commit(spec) {
      await finishLarge()
      const person = `${identity} ${spec.time} +0000`
      const message = Buffer.from(spec.message)
      const [from, ...merges] = spec.parents
      const mark = `:${++marks}`
      const lines = [
        `reset ${ownRef}\n`,
        `commit ${ownRef}\nmark ${mark}\nauthor ${person}\ncommitter ${person}\ndata ${message.length}\n`,
      ]
      const links = [
        ...(from === undefined ? [] : [`from ${from}\n`]),
        ...merges.map(merge => `merge ${merge}\n`),
      ]
      await write("blob\ndata 16\n", randomBytes(16), "\n")
      await write(...lines, message, "\n", links.join(""))
      // The first commit of a large fleet has hundreds of thousands.
      for (let first = 0; first < spec.changes.length; first += linesAtATime)
        await write(
          spec.changes
            .slice(first, first + linesAtATime)
            .map(changeLine)
            .join(""),
        )
      await write("\n")
      await write(`reset ${ownRef}\nfrom ${"0".repeat(40)}\n\n`)
      return await inTurn(async () => {
        await write(`get-mark ${mark}\n`)
        return await answer(async () => (await running?.answers.until(0x0a, 8192))?.toString("latin1") ?? "")
      })
    },
    async checkpoint() {
      await finishLarge()
      const word = `checkpoint-${++checkpoints}`
      await write("checkpoint\n", `progress ${word}\n`)
      await answer(async () => {
        while ((await running?.progress.until(0x0a, 8192))?.toString("latin1") !== `progress ${word}`);
      })
    },
    async close() {
      await (await large?.catch(() => null))?.discard()
      large = null
      open = null
      if (running === null) return
      await flush().catch(() => {})
      const { child, ended } = running
      child.stdin?.end("done\n")
      await ended
      running = null
      level = compression
    },
  }
}

function changeLine(change: TreeChange): string {
  const path = quoted(change.path)
  if ("tree" in change) return `M 040000 ${change.tree} ${path}\n`
  return change.blob === null ? `D ${path}\n` : `M 100644 ${change.blob} ${path}\n`
}

/** Source: git-fast-import(1), "quoted path". */
function quoted(path: string): string {
  const escaped = /["\\\n]/.test(path) ? path.replace(/[\\"]/g, "\\$&").replaceAll("\n", "\\n") : path
  return `"${escaped}"`
}

function importFailed(git: Git, complaint: string): Problem {
  return speaksOfFullDisk(complaint) ? diskFull(git, complaint) : gitFailed(git, ["fast-import"], complaint)
}
