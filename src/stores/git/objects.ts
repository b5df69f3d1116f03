import type { ChildProcess } from "node:child_process"
import { ByteReader, StreamEnded } from "../../core/byte-reader.ts"
import { type Git, gitFailed, gitMissing, startGit } from "./process.ts"

export interface GitObject {
  readonly oid: string
  readonly type: string
  readonly content: Buffer
}

export interface TreeItem {
  readonly name: string
  readonly mode: string
  readonly oid: string
}

/**
 * Reads objects through one `git cat-file --batch`, started when first needed. Questions that are asked together are on
 * their way together: many small answers then take one turn of both processes, and not one each.
 */
export interface ObjectReader {
  /** Starts the process before it is needed. */
  begin(): void
  /** @param name  an id, or an expression such as `refs/heads/main:fleet.yml`; null when it is not there */
  object(name: string): Promise<GitObject | null>
  /** the items of a tree; none when it is not there */
  tree(name: string): Promise<readonly TreeItem[]>
  /** Ends the process; the next question starts another, which sees what was written meanwhile. */
  refresh(): void
}

interface Running {
  readonly child: ChildProcess
  readonly output: ByteReader
  complaint: string
  /** until the answer to the last question has been read */
  answered: Promise<unknown>
}

export function objectReader(git: Git): ObjectReader {
  let running: Running | null = null

  const start = (): Running => {
    const child = startGit(git, ["cat-file", "--batch"])
    const output = new ByteReader(0)
    const started: Running = { child, output, complaint: "", answered: Promise.resolve() }
    child.stdout?.on("data", (chunk: Buffer) => output.push(chunk))
    // What is large waits in git until it is taken, however much was asked for.
    output.source = child.stdout
    child.stderr?.on("data", (chunk: Buffer) => {
      started.complaint = `${started.complaint}${chunk.toString("utf8")}`.slice(-4096)
    })
    child.on("error", error => output.end(gitMissing(error)))
    child.on("close", () => output.end())
    return started
  }

  async function read(from: Running): Promise<GitObject | null> {
    const { output } = from
    try {
      const head = (output.untilNow(0x0a) ?? (await output.until(0x0a, 8192))).toString("utf8")
      const match = /^([0-9a-f]{40,64}) (\w+) (\d+)$/.exec(head)
      if (match === null) return null
      const [, oid = "", type = "", size = "0"] = match
      const content = output.takeNow(Number(size) + 1) ?? (await output.take(Number(size) + 1))
      return { oid, type, content: content.subarray(0, Number(size)) }
    } catch (error) {
      throw error instanceof StreamEnded ? gitFailed(git, ["cat-file"], from.complaint) : error
    }
  }

  const object = (name: string): Promise<GitObject | null> => {
    running ??= start()
    const asked = running
    // The stream keeps what git's pipe does not take yet, and answers are read whatever waits there: neither side can
    // come to wait for the other.
    asked.child.stdin?.write(`${name}\n`)
    const answer = asked.answered.then(() => read(asked))
    asked.answered = answer.catch(() => {})
    return answer
  }
  return {
    begin() {
      running ??= start()
    },
    object,
    async tree(name) {
      const found = await object(name)
      return found?.type === "tree" ? parseTree(found.content, found.oid.length / 2) : []
    },
    refresh() {
      running?.child.stdin?.end()
      running = null
    },
  }
}

/** Source: git's tree format: `MODE SP NAME NUL` and the binary id. */
function parseTree(content: Buffer, idBytes: number): TreeItem[] {
  const items: TreeItem[] = []
  for (let at = 0; at < content.length; ) {
    const space = content.indexOf(0x20, at)
    const end = content.indexOf(0, space)
    items.push({
      mode: content.toString("latin1", at, space),
      name: content.toString("utf8", space + 1, end),
      oid: content.toString("hex", end + 1, end + 1 + idBytes),
    })
    at = end + 1 + idBytes
  }
  return items
}
