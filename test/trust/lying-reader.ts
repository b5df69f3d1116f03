/** A host whose reader answers as the real one does, but for one lie. Built on the stand-in of `test/lab`. */
import { createHash } from "node:crypto"
import type { ServerChannel } from "ssh2"
import { tarEnd, tarHeader, tarPadding } from "../../src/core/tar.ts"
import { readerGreeting } from "../../src/transports/ssh/reader-script.ts"
import type { Misbehaviour } from "../lab/misbehaving.ts"

/** What is sent in place of the true answer; null for the true one. */
export interface Lie {
  readonly list?: (honest: Buffer) => Answer
  readonly read?: (honest: Buffer) => Answer
  readonly names?: () => Answer
  /** with `zstd` every answer but `names` is to be a frame */
  readonly greeting?: string
}
/** Bytes; or pieces as long as somebody reads; then the channel stays open, or is cut. */
export type Answer = Buffer | { readonly bytes: Buffer; readonly next: "stall" | "cut" | "again" }

export const config = "max-smtp-out 5\n"
export const files: Readonly<Record<string, string>> = {
  "/etc/pmta/config": config,
  "/etc/pmta/dkim/a.pem": "not a key\n",
}

export const entry = (
  path: string,
  size: number,
  more: { kind?: string; head?: string; target?: string } = {},
) =>
  Buffer.from(
    `${more.head ?? `r${more.kind ?? "f"} 640 0 0 ${size} 1700000000.5 4711 1700000000.7`}\0${path}\0${more.target ?? ""}\0`,
  )

export function listing(entries: readonly Buffer[]): Buffer {
  const sums = Object.entries(files).map(
    ([path, text]) => `${createHash("sha256").update(text).digest("hex")}  ${path}\n`,
  )
  return Buffer.concat([...entries, Buffer.from(`${sums.join("")}.\n.\n`)])
}

export const honestEntries = Object.entries(files).map(([path, text]) => entry(path, text.length))

/** A member as GNU tar names it on a host, by `./` and the absolute path; `change` may spoil its header. */
export function member(path: string, content: string, change: (header: Buffer) => void = () => {}): Buffer {
  const rights = {
    mode: 0o640,
    uid: 0,
    gid: 0,
    owner: "root",
    group: "root",
    mtime: 1_700_000_000,
    target: "",
  }
  const header = tarHeader({ ...rights, path, kind: "file", size: content.length })
  change(header)
  header.fill(" ", 148, 156)
  header.write(
    `${header
      .reduce((sum, byte) => sum + byte, 0)
      .toString(8)
      .padStart(6, "0")}\0 `,
    148,
    "latin1",
  )
  return Buffer.concat([header, Buffer.from(content), Buffer.alloc(tarPadding(content.length))])
}

export function archive(members: readonly Buffer[]): Buffer {
  const tar = Buffer.concat([...members, tarEnd])
  const filled = Buffer.alloc((32_768 - (tar.length % 32_768)) % 32_768)
  return Buffer.concat([tar, filled, Buffer.from("done 0\n")])
}

export function lyingReader(lie: Lie): Misbehaviour {
  return {
    kind: "custom",
    exec(channel) {
      channel.write(lie.greeting ?? `${readerGreeting} plain\n`)
      let rest = Buffer.alloc(0)
      channel.on("data", (chunk: Buffer) => {
        rest = Buffer.concat([rest, chunk])
        for (;;) {
          const end = rest.indexOf("\n")
          const [verb = "", size = "0"] = rest.toString("latin1", 0, Math.max(0, end)).split(" ")
          if (end === -1 || rest.length < end + 1 + Number(size)) return
          const body = rest.subarray(end + 1, end + 1 + Number(size))
          rest = rest.subarray(end + 1 + Number(size))
          send(channel, answerTo(verb, body, lie))
        }
      })
    },
  }
}

function answerTo(verb: string, body: Buffer, lie: Lie): Answer {
  if (verb === "list") {
    const honest = listing(honestEntries)
    // The logs are asked for after the rest, and there are none.
    return body.includes("/var/log") && !body.includes("/etc/pmta")
      ? Buffer.from(".\n.\n")
      : (lie.list?.(honest) ?? honest)
  }
  if (verb === "names") return lie.names?.() ?? Buffer.from("root:x:0:0::/:/bin/sh\n.\nroot:x:0:\n.\n")
  if (verb === "clock") return Buffer.from(`${Math.floor(Date.now() / 1000)}\n`)
  if (verb !== "read") return Buffer.from(".\n.\n")
  const asked = body
    .toString()
    .split("\0")
    .filter(path => path !== "")
  const honest = archive(asked.map(path => member(`.${path}`, files[path] ?? "")))
  return lie.read?.(honest) ?? honest
}

function send(channel: ServerChannel, answer: Answer): void {
  if (Buffer.isBuffer(answer)) {
    channel.write(answer)
    return
  }
  channel.write(answer.bytes)
  if (answer.next === "cut") channel.close()
  if (answer.next !== "again") return
  const more = () => {
    while (!channel.destroyed && channel.write(answer.bytes));
  }
  channel.on("drain", more)
  more()
}
