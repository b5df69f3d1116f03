/** A host that speaks SFTP alone and has what no embedded host has: links, devices, and answers that do not fit. */
import type { AddressInfo } from "node:net"
import ssh2, { type Attributes, type FileEntry } from "ssh2"
import { makeKeyPair } from "../../src/transports/ssh/embedded-host.ts"

const { STATUS_CODE } = ssh2.utils.sftp

export interface OddNode {
  /** with its kind, such as `0o100644` */
  readonly mode: number
  readonly content?: string
  /** as it is told, where it is not the content's length */
  readonly size?: number
  /** seconds since 1970 */
  readonly mtime?: number
  readonly target?: string
  readonly uid?: number
  /** what a directory names; default: what lies in it */
  readonly names?: readonly string[]
  /** what `open` and `opendir` answer */
  readonly refusal?: keyof typeof STATUS_CODE
  /** what `read` answers from some byte on */
  readonly readFault?: keyof typeof STATUS_CODE
  /** called when it was opened: what is told of it may be another thing from then on */
  readonly opened?: () => void
}

export interface OddSftp extends AsyncDisposable {
  readonly address: string
  readonly port: number
  readonly hostKey: string
}

/** @param nodes  by absolute path; looked at anew for each request, but a file that is open stays the same */
export async function oddSftp(nodes: Readonly<Record<string, OddNode>>): Promise<OddSftp> {
  const hostKey = makeKeyPair()
  const server = new ssh2.Server({ hostKeys: [hostKey.privateKey] }, connection => {
    connection.on("error", () => connection.end())
    connection.on("authentication", context => context.accept())
    connection.on("session", accept => {
      accept().on("sftp", acceptSftp => answer(acceptSftp(), nodes))
    })
  })
  await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve))
  const { address, port } = server.address() as AddressInfo
  return {
    ...{ address, port, hostKey: hostKey.publicLine },
    async [Symbol.asyncDispose]() {
      await new Promise<void>(resolve => server.close(() => resolve()))
    },
  }
}

function answer(sftp: ssh2.SFTPWrapper, nodes: Readonly<Record<string, OddNode>>): void {
  const open = new Map<string, { readonly path: string; readonly node: OddNode; told: boolean }>()
  const attributesOf = ({ mode, content = "", size, uid = 0, mtime = 1_700_000_000 }: OddNode) =>
    ({ mode, uid, gid: uid, size: size ?? content.length, atime: mtime, mtime }) satisfies Attributes
  const stat = (id: number, path: string) => {
    const node = nodes[path]
    if (node === undefined) sftp.status(id, STATUS_CODE.NO_SUCH_FILE)
    else sftp.attrs(id, attributesOf(node))
  }
  const opens = (id: number, path: string) => {
    const node = nodes[path] ?? { mode: 0, refusal: "NO_SUCH_FILE" }
    if (node.refusal !== undefined) return sftp.status(id, STATUS_CODE[node.refusal])
    const handle = String(open.size)
    open.set(handle, { path, node, told: false })
    sftp.handle(id, Buffer.from(handle))
    node.opened?.()
  }
  const inside = (path: string): readonly string[] => {
    const folder = path === "/" ? "/" : `${path}/`
    const below = Object.keys(nodes).filter(name => name !== path && name.startsWith(folder))
    return (
      nodes[path]?.names ?? below.map(name => name.slice(folder.length)).filter(name => !name.includes("/"))
    )
  }
  const named = (path: string, filename: string): FileEntry => {
    const node = nodes[`${path === "/" ? "" : path}/${filename}`] ?? { mode: 0o100644, content: "" }
    return { filename, longname: filename, attrs: attributesOf(node) }
  }
  sftp.on("STAT", stat)
  sftp.on("LSTAT", stat)
  sftp.on("OPEN", opens)
  sftp.on("OPENDIR", opens)
  sftp.on("READLINK", (id, path) => {
    const filename = nodes[path]?.target ?? ""
    sftp.name(id, [{ filename, longname: filename, attrs: attributesOf({ mode: 0 }) }])
  })
  sftp.on("READDIR", (id, handle) => {
    const directory = open.get(handle.toString())
    if (directory === undefined || directory.told) return sftp.status(id, STATUS_CODE.EOF)
    directory.told = true
    const { path } = directory
    sftp.name(
      id,
      inside(path).map(name => named(path, name)),
    )
  })
  sftp.on("READ", (id, handle, offset, length) => {
    const { content = "", readFault = "EOF" } = open.get(handle.toString())?.node ?? {}
    const part = Buffer.from(content).subarray(offset, offset + length)
    if (part.length === 0) sftp.status(id, STATUS_CODE[readFault])
    else sftp.data(id, part)
  })
  sftp.on("CLOSE", id => sftp.status(id, STATUS_CODE.OK))
}
