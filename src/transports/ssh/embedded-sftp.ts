/**
 * What an embedded host shows: a file tree in memory, over SFTP version 3, for reading only. Modes are
 * shown, not enforced: who may log in reads as root does. Never touches the disk.
 * @see draft-ietf-secsh-filexfer-02
 */
import { posix } from "node:path"
import ssh2, { type SFTPWrapper } from "ssh2"
import { isNormalPath } from "../../core/path-pattern.ts"

export interface EmbeddedFile {
  readonly content: string
  /** permission bits; 0o644 if not given */
  readonly mode?: number
  /** names of the host's accounts; "root" if not given */
  readonly owner?: string
  readonly group?: string
}

interface File {
  readonly kind: "file"
  readonly content: Buffer
  readonly mode: number
  readonly owner: string
  readonly group: string
  readonly mtime: number
}

interface Directory {
  readonly kind: "directory"
  readonly names: Set<string>
  mtime: number
}

type Node = File | Directory

export interface FileTree {
  find(path: string): Node | null
  /** Replaces the file, as a rename onto it would: who has it open keeps reading the one before. */
  write(path: string, file: EmbeddedFile): void
  /** the number of a user or a group: both have the same */
  idOf(name: string): number
}

/**
 * A tree that holds `/etc/passwd` and `/etc/group`, by which owners have names.
 * @param accounts  names and numbers of the users and of their groups, which are called the same
 */
export function fileTree(accounts: ReadonlyMap<string, number>): FileTree {
  const root: Directory = { kind: "directory", names: new Set(), mtime: seconds() }
  const nodes = new Map<string, Node>([["/", root]])

  const directory = (path: string): Directory => {
    const known = nodes.get(path)
    if (known?.kind === "file") throw new Error(`${path} is a file of the embedded host, not a directory`)
    if (known !== undefined) return known
    const made: Directory = { kind: "directory", names: new Set(), mtime: seconds() }
    enter(path)
    nodes.set(path, made)
    return made
  }
  const enter = (path: string): void => {
    const parent = directory(posix.dirname(path))
    if (!parent.names.has(posix.basename(path))) parent.mtime = later(parent.mtime)
    parent.names.add(posix.basename(path))
  }
  const tree: FileTree = {
    find: path => nodes.get(posix.resolve("/", path)) ?? null,
    write(path, { content, mode = 0o644, owner = "root", group = "root" }) {
      if (!isNormalPath(path)) throw new Error(`${path} is not an absolute, normal path`)
      for (const name of [owner, group]) tree.idOf(name)
      const before = nodes.get(path)
      if (before?.kind === "directory") throw new Error(`${path} is a directory of the embedded host`)
      enter(path)
      const mtime = before === undefined ? seconds() : later(before.mtime)
      nodes.set(path, { kind: "file", content: Buffer.from(content, "utf8"), mode, owner, group, mtime })
    },
    idOf(name) {
      const id = accounts.get(name)
      if (id === undefined) throw new Error(`the embedded host has no account ${name}`)
      return id
    },
  }
  const lines = (line: (name: string, id: number) => string) =>
    [...accounts].map(([name, id]) => `${line(name, id)}\n`).join("")
  tree.write("/etc/passwd", { content: lines((name, id) => `${name}:x:${id}:${id}::/:/usr/sbin/nologin`) })
  tree.write("/etc/group", { content: lines((name, id) => `${name}:x:${id}:`) })
  return tree
}

const seconds = () => Math.floor(Date.now() / 1000)

/** SFTP tells whole seconds: two writes within one must still be told apart. */
const later = (before: number) => Math.max(seconds(), before + 1)

const { OPEN_MODE, STATUS_CODE } = ssh2.utils.sftp
const changing = ["WRITE", "SETSTAT", "FSETSTAT", "REMOVE", "MKDIR", "RMDIR", "RENAME", "SYMLINK"]

/** As much as OpenSSH's client asks for at once by default; every client goes on after a shorter answer. */
const maxReadBytes = 32 * 1024
/** Few enough names for one packet of the 34,000 bytes that every client takes. */
const namesAtOnce = 64

/** What goes along with REALPATH's answer: "dummy values", says the draft. */
const dummy: ssh2.Attributes = { mode: 0, uid: 0, gid: 0, size: 0, atime: 0, mtime: 0 }

/** Answers the requests of one client until it ends. */
export function serveSftp(sftp: SFTPWrapper, tree: FileTree): void {
  const open = new Map<string, File | { readonly kind: "names"; readonly left: FileName[] }>()
  let opened = 0
  const opens = (id: number, what: NonNullable<ReturnType<typeof open.get>>) => {
    const handle = String(opened++)
    open.set(handle, what)
    sftp.handle(id, Buffer.from(handle))
  }
  const stat = (id: number, path: string) => {
    const node = tree.find(path)
    if (node === null) sftp.status(id, STATUS_CODE.NO_SUCH_FILE)
    else sftp.attrs(id, attributes(node, tree))
  }

  for (const request of changing) {
    sftp.on(request, (id: number) => sftp.status(id, STATUS_CODE.PERMISSION_DENIED))
  }
  sftp.on("STAT", stat)
  sftp.on("LSTAT", stat)
  sftp.on("FSTAT", (id, handle) => {
    const file = open.get(handle.toString())
    if (file?.kind === "file") sftp.attrs(id, attributes(file, tree))
    else sftp.status(id, STATUS_CODE.FAILURE)
  })
  sftp.on("REALPATH", (id, path) => {
    const filename = posix.resolve("/", path)
    sftp.name(id, [{ filename, longname: filename, attrs: dummy }])
  })
  // There are no links.
  sftp.on("READLINK", (id, path) => {
    sftp.status(id, tree.find(path) === null ? STATUS_CODE.NO_SUCH_FILE : STATUS_CODE.FAILURE)
  })
  sftp.on("OPENDIR", (id, path) => {
    const node = tree.find(path)
    if (node?.kind === "directory") opens(id, { kind: "names", left: listed(path, node, tree) })
    else sftp.status(id, STATUS_CODE.NO_SUCH_FILE)
  })
  sftp.on("READDIR", (id, handle) => {
    const directory = open.get(handle.toString())
    if (directory?.kind !== "names") sftp.status(id, STATUS_CODE.FAILURE)
    else if (directory.left.length === 0) sftp.status(id, STATUS_CODE.EOF)
    else sftp.name(id, directory.left.splice(0, namesAtOnce))
  })
  sftp.on("OPEN", (id, path, flags) => {
    const node = tree.find(path)
    if (flags !== OPEN_MODE.READ) sftp.status(id, STATUS_CODE.PERMISSION_DENIED)
    else if (node === null) sftp.status(id, STATUS_CODE.NO_SUCH_FILE)
    else if (node.kind === "directory") sftp.status(id, STATUS_CODE.FAILURE)
    else opens(id, node)
  })
  sftp.on("READ", (id, handle, offset, length) => {
    const file = open.get(handle.toString())
    if (file?.kind !== "file") return sftp.status(id, STATUS_CODE.FAILURE)
    const part = file.content.subarray(offset, offset + Math.min(length, maxReadBytes))
    if (part.length === 0) sftp.status(id, STATUS_CODE.EOF)
    else sftp.data(id, part)
  })
  sftp.on("CLOSE", (id, handle) => {
    sftp.status(id, open.delete(handle.toString()) ? STATUS_CODE.OK : STATUS_CODE.FAILURE)
  })
  sftp.on("error", () => sftp.end())
  sftp.on("end", () => sftp.end())
}

type FileName = ssh2.FileEntry

function listed(path: string, directory: Directory, tree: FileTree): FileName[] {
  return [...directory.names].sort().flatMap(filename => {
    const node = tree.find(posix.resolve("/", path, filename))
    return node === null
      ? []
      : [{ filename, longname: longName(filename, node), attrs: attributes(node, tree) }]
  })
}

function attributes(node: Node, tree: FileTree): ssh2.Attributes {
  const times = { atime: node.mtime, mtime: node.mtime }
  if (node.kind === "directory") return { mode: 0o040755, uid: 0, gid: 0, size: 4096, ...times }
  const owners = { uid: tree.idOf(node.owner), gid: tree.idOf(node.group) }
  return { mode: 0o100000 | (node.mode & 0o7777), ...owners, size: node.content.length, ...times }
}

/** A line of `ls -l`, which is what people at `sftp` get to see. */
function longName(filename: string, node: Node): string {
  const file =
    node.kind === "file" ? node : { mode: 0o755, owner: "root", group: "root", content: { length: 4096 } }
  const rights = [..."rwxrwxrwx"].map((letter, bit) => (file.mode & (0o400 >> bit) ? letter : "-")).join("")
  const date = new Date(node.mtime * 1000).toISOString().slice(0, 10)
  const size = String(file.content.length).padStart(8)
  return `${node.kind === "file" ? "-" : "d"}${rights} 1 ${file.owner} ${file.group} ${size} ${date} ${filename}`
}
