/**
 * Real OpenSSH hosts: each is a small machine with its own root, accounts, sudo, files and loopback
 * address, while `/usr` is this machine's, read-only. Needs root or `sudo -n`; changes nothing outside
 * of its temporary directory, and leaves no process behind, even when the test process is killed.
 */
import { lstatSync } from "node:fs"
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as pause } from "node:timers/promises"
import { account, accounts, authorizedKey, chroot, type Kind, sshdConfig, sudoers } from "./accounts.ts"
import { freeAddress } from "./address.ts"
import { baseFiles } from "./base.ts"
import { succeed } from "./child.ts"
import { clientKey } from "./client-key.ts"
import { type HostKeyPairs, hostKeyPairs } from "./keys.ts"
import { fstab, launch, type Machine } from "./launch.ts"
import { entriesFor, type FileOptions, type LabFile, type LabFiles } from "./place.ts"
import { asRoot } from "./rights.ts"
import { type TarEntry, tarOf } from "./tar.ts"

/** ms after which what was just written on a host is no longer taken for fresh, and counts as known. */
export const notFresh = 2_100

export interface LabStat {
  readonly kind: "file" | "directory" | "link" | "other"
  readonly mode: number
  readonly owner: string
  readonly group: string
  readonly size: number
  /** seconds since 1970 */
  readonly mtime: number
}

export interface LabHost extends AsyncDisposable {
  readonly name: string
  readonly address: string
  readonly port: number
  readonly user: string
  /** `ssh-ed25519 AAAA…` */
  readonly hostKeys: { readonly ed25519: string; readonly ecdsa: string; readonly rsa: string }
  /** a private key file, 0600, that may log in; one for all hosts of this process */
  readonly clientKey: string
  /** the host's `/`, as a directory of this machine; only for what is not mounted, and as root */
  readonly root: string
  /** Paths are absolute, as the host sees them. A file is replaced, as an editor does it: new inode. */
  write(path: string, content: string | Uint8Array, options?: FileOptions): Promise<void>
  /** Many files at once, much faster than one by one. */
  writeAll(files: LabFiles): Promise<void>
  /** Adds to the end of a file, as a logger does it: same inode. */
  append(path: string, content: string | Uint8Array): Promise<void>
  symlink(path: string, target: string): Promise<void>
  remove(path: string): Promise<void>
  chmod(path: string, mode: number): Promise<void>
  /** @param owner  `root:pmta` */
  chown(path: string, owner: string): Promise<void>
  read(path: string): Promise<Buffer>
  stat(path: string): Promise<LabStat>
  /** Runs a shell command on the host as root; its stdout. */
  run(command: string): Promise<string>
  /** what sshd logged since its first start */
  log(): Promise<string>
  /** New host keys and a restart: what a client sees as a changed key. */
  rotateHostKeys(): Promise<void>
  /** Ends sshd and every other process of the host at once, as a power cut does. Files stay. */
  stop(): Promise<void>
  start(): Promise<void>
}

export interface SshdOptions {
  readonly name: string
  /** default `shell` */
  readonly kind?: Kind
  /** becomes `restrict,command="…"` of the authorized key */
  readonly forcedCommand?: string
  /** further options before the authorized key, such as `from="127.0.0.1"` */
  readonly authorizedOptions?: string
  /** commands allowed through `sudo -n`, or whole sudoers lines */
  readonly sudoers?: readonly string[]
  /** further directories that shall exist; every path outside of /usr is the host's own anyway */
  readonly mounts?: readonly string[]
  /** lines that go before the lab's own */
  readonly sshdConfig?: readonly string[]
  readonly files?: LabFiles
  /** programs this host shall not have, such as `/usr/bin/zstd` */
  readonly without?: readonly string[]
  /** `sftp-chroot`: whether the chroot has `/etc/passwd` and `/etc/group`; default true */
  readonly namesInChroot?: boolean
  /** default: new ones */
  readonly keys?: HostKeyPairs
}

export async function sshd(options: SshdOptions): Promise<LabHost> {
  const kind = options.kind ?? "shell"
  const [where, client, firstKeys, real, base] = await Promise.all([
    freeAddress(),
    clientKey(),
    options.keys ?? hostKeyPairs(),
    realAccounts(),
    baseFiles(),
  ])
  let keys = firstKeys
  let rotations = 0
  const names = accounts(real, kind)
  const etc: LabFiles = {
    ...base,
    ...own("/etc/passwd", names.passwd, 0o644),
    ...own("/etc/group", names.group, 0o644),
    ...own("/etc/shadow", names.shadow, 0o640, "shadow"),
    ...own("/etc/hostname", `${options.name}\n`, 0o644),
    ...own("/etc/hosts", `127.0.0.1 localhost\n127.0.1.1 ${options.name}\n`, 0o644),
    ...own("/etc/sudoers", sudoers(options.sudoers ?? []), 0o440),
    ...own("/etc/ssh/sshd_config", sshdConfig({ ...where, kind, lines: options.sshdConfig ?? [] }), 0o644),
    ...keyFiles(keys),
    [`${account.home}/.ssh/authorized_keys`]: {
      content: authorizedKey({
        publicKey: client.publicKey,
        forcedCommand: options.forcedCommand,
        options: options.authorizedOptions,
      }),
      ...{ mode: 0o600, owner: account.name, group: account.name },
    },
    ...(kind === "sftp-chroot" && options.namesInChroot !== false
      ? {
          ...own(`${chroot}/etc/passwd`, names.passwd, 0o644),
          ...own(`${chroot}/etc/group`, names.group, 0o644),
        }
      : {}),
  }
  const place = { kind, passwd: names.passwd, group: names.group }
  const directories = [...skeleton, ...(options.mounts ?? [])]
  const inJail = kind === "sftp-chroot" ? owned.map(path => [path, `${chroot}${path}`] as const) : []
  const entries = [
    ...entriesFor({ ...etc, ...options.files }, place, [
      ...directories,
      ...inJail.map(([, target]) => target),
    ]),
    ...merged.map(name => ({ kind: "link", path: `/${name}`, target: `usr/${name}` }) as const),
  ]

  const directory = await mkdtemp(join(tmpdir(), `pmta-lab-${process.pid}-`))
  const root = join(directory, "root")
  await mkdir(root)
  await Promise.all([
    writeFile(join(directory, "initial.tar"), tarOf(entries), { mode: 0o600 }),
    writeFile(join(directory, "fstab"), fstab(root, inJail, options.without ?? [])),
  ])
  const machine = await launch({ hostname: options.name, directory }).catch(async error => {
    await rm(directory, { recursive: true, force: true })
    throw error
  })

  const act = async (args: readonly string[], input?: string | Uint8Array) =>
    await within(machine, args, input)
  const place_ = async (placed: readonly TarEntry[]) =>
    void (await act(["tar", "-xpf", "-", "-C", "/", "--numeric-owner"], tarOf(placed)))

  const host: LabHost = {
    name: options.name,
    ...where,
    user: account.name,
    get hostKeys() {
      return { ed25519: keys.ed25519.publicKey, ecdsa: keys.ecdsa.publicKey, rsa: keys.rsa.publicKey }
    },
    clientKey: client.file,
    root,
    async write(path, content, fileOptions = {}) {
      await host.writeAll({ [path]: { content, ...fileOptions } })
    },
    async writeAll(files) {
      const [passwd, group] = await Promise.all([host.read("/etc/passwd"), host.read("/etc/group")])
      const now = { kind, passwd: passwd.toString(), group: group.toString() }
      const known = new Set((await act(["find", ...owned, "-type", "d"])).toString().split("\n"))
      await place_(
        entriesFor(files, now, []).filter(entry => entry.kind === "file" || isNew(entry.path, known)),
      )
    },
    append: async (path, content) => void (await act(["sh", "-c", 'cat >>"$1"', "sh", path], content)),
    symlink: async (path, target) => void (await act(["ln", "-sfn", "--", target, path])),
    remove: async path => void (await act(["rm", "-rf", "--", path])),
    chmod: async (path, mode) => void (await act(["chmod", mode.toString(8), "--", path])),
    chown: async (path, owner) => void (await act(["chown", "-h", owner, "--", path])),
    read: async path => await act(["cat", "--", path]),
    stat: async path =>
      parsedStat((await act(["stat", "-c", "%a\t%U\t%G\t%s\t%Y\t%F", "--", path])).toString()),
    run: async command => (await act(["sh", "-c", command])).toString(),
    log: async () => (await act(["cat", "/run/sshd.log"])).toString(),
    async rotateHostKeys() {
      rotations++
      keys = await hostKeyPairs(rotations)
      await place_(entriesFor(keyFiles(keys), place, []).filter(entry => entry.kind === "file"))
      await host.stop()
      await host.start()
    },
    stop: async () => await machine.order("stop"),
    async start() {
      await machine.order("start")
      await listening(host)
    },
    [Symbol.asyncDispose]: async () => await machine[Symbol.asyncDispose](),
  }
  try {
    await host.start()
  } catch (error) {
    await machine[Symbol.asyncDispose]()
    throw error
  }
  return host
}

const owned = ["/etc/pmta", "/var/log/pmta", "/var/lib/pmta"] as const
const skeleton = [
  ...[
    "/",
    ...owned,
    "/etc/sudoers.d",
    "/etc/alternatives",
    "/run/sshd",
    "/var/empty",
    "/root",
    "/tmp",
    "/var/tmp",
  ],
  ...["/home/pmta", "/opt", "/srv", "/usr", "/own-local/bin", "/own-local/sbin", "/proc", "/sys", "/dev"],
  ...["/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"].filter(path => rootEntry(path)?.isDirectory()),
]
const merged = ["bin", "sbin", "lib", "lib32", "lib64", "libx32"].filter(name =>
  rootEntry(`/${name}`)?.isSymbolicLink(),
)

function rootEntry(path: string) {
  return lstatSync(path, { throwIfNoEntry: false })
}

const own = (path: string, content: string, mode: number, group = "root"): LabFiles => ({
  [path]: { content, mode, owner: "root", group },
})

const keyFiles = (keys: HostKeyPairs): LabFiles =>
  Object.fromEntries(
    (["ed25519", "ecdsa", "rsa"] as const).map((type): [string, LabFile] => [
      `/etc/ssh/ssh_host_${type}_key`,
      { content: keys[type].privateKey, mode: 0o600, owner: "root", group: "root" },
    ]),
  )

const isNew = (path: string, known: ReadonlySet<string>) =>
  owned.some(top => path.startsWith(`${top}/`)) && !known.has(path)

async function realAccounts() {
  const [passwd, group] = await Promise.all([readFile("/etc/passwd", "utf8"), readFile("/etc/group", "utf8")])
  return { passwd, group }
}

/** Runs a program inside the host's namespaces and root, as root. */
async function within(
  machine: Machine,
  args: readonly string[],
  input?: string | Uint8Array,
): Promise<Buffer> {
  const enter = ["nsenter", "-t", `${machine.pid}`, "--mount", "--uts", "--pid", "--root", "--wd", "--"]
  const [command, ...rest] = [...(await asRoot()), ...enter, ...args]
  if (command === undefined) throw new Error("unreachable: no command")
  const env = { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", LC_ALL: "C.UTF-8" }
  return await succeed(command, rest, input === undefined ? { env } : { env, input })
}

/** sshd writes its pid file once it listens; looking at the file leaves no trace in its log. */
async function listening(host: LabHost): Promise<void> {
  const deadline = Date.now() + 20_000
  while (Date.now() < deadline) {
    if (await stat(join(host.root, "run/sshd.pid")).catch(() => null)) return
    await pause(4)
  }
  throw new Error(`sshd of ${host.name} does not listen\n${await host.log().catch(() => "it wrote no log")}`)
}

function parsedStat(line: string): LabStat {
  const [mode = "", owner = "", group = "", size = "", mtime = "", type = ""] = line.trim().split("\t")
  const kinds = { "symbolic link": "link", directory: "directory" } as const
  const kind = type.startsWith("regular") ? "file" : (kinds[type as keyof typeof kinds] ?? "other")
  return { kind, mode: Number.parseInt(mode, 8), owner, group, size: Number(size), mtime: Number(mtime) }
}
