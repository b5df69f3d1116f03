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

/** Reads objects through one `git cat-file --batch`, started when first needed. */
export interface ObjectReader {
  /** @param name  an id, or an expression such as `refs/heads/main:fleet.yml`; null when it is not there */
  object(name: string): Promise<GitObject | null>
  /** the items of a tree; none when it is not there */
  tree(name: string): Promise<readonly TreeItem[]>
  /** Ends the process; the next question starts another, which sees what was written meanwhile. */
  refresh(): void
}

export function objectReader(git: Git): ObjectReader {
  let running: { child: ChildProcess; output: ByteReader } | null = null
  let queue: Promise<unknown> = Promise.resolve()
  let complaint = ""

  const start = () => {
    const child = startGit(git, ["cat-file", "--batch"])
    const output = new ByteReader(0)
    child.stdout?.on("data", (chunk: Buffer) => output.push(chunk))
    child.stderr?.on("data", (chunk: Buffer) => {
      complaint = `${complaint}${chunk.toString("utf8")}`.slice(-4096)
    })
    child.on("error", error => output.end(gitMissing(error)))
    child.on("close", () => output.end())
    return { child, output }
  }

  async function read(name: string): Promise<GitObject | null> {
    running ??= start()
    const { child, output } = running
    child.stdin?.write(`${name}\n`)
    try {
      const head = (await output.until(0x0a, 8192)).toString("utf8")
      const match = /^([0-9a-f]{40,64}) (\w+) (\d+)$/.exec(head)
      if (match === null) return null
      const [, oid = "", type = "", size = "0"] = match
      const content = await output.take(Number(size) + 1)
      return { oid, type, content: content.subarray(0, Number(size)) }
    } catch (error) {
      throw error instanceof StreamEnded ? gitFailed(git, ["cat-file"], complaint) : error
    }
  }

  const object = (name: string): Promise<GitObject | null> => {
    const answer = queue.then(() => read(name))
    queue = answer.catch(() => {})
    return answer
  }
  return {
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
