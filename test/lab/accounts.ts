/** The texts of a lab host's `/etc`: accounts, sshd, sudo, authorized keys. Pure. */

export type Kind = "shell" | "sftp-chroot" | "sudo" | "forced"

export const account = { name: "pmta-backup", uid: 2101, home: "/home/pmta-backup" } as const
export const chroot = "/srv/sftp"

/** `passwd`, `group` and `shadow` of this machine with the lab's accounts added. */
export function accounts(real: { readonly passwd: string; readonly group: string }, kind: Kind) {
  const passwd = `${real.passwd}pmta:x:2100:2100:PowerMTA:/home/pmta:/usr/sbin/nologin
${account.name}:x:${account.uid}:${account.uid}:backup:${account.home}:/bin/sh
`
  const members = kind === "sudo" ? "" : account.name
  const group = `${real.group}pmta:x:2100:${members}\n${account.name}:x:${account.uid}:\n`
  // `*` forbids passwords and still lets a public key in; `!` would lock the account.
  const shadow = passwd.replace(/^([^:\n]+):.*$/gm, "$1:*:20000:0:99999:7:::")
  return { passwd, group, shadow }
}

/** @returns the number of a user or group as `passwd` or `group` has it; numbers stand for themselves */
export function idOf(table: string, name: string): number {
  if (/^\d+$/.test(name)) return Number(name)
  const id = table
    .split("\n")
    .find(line => line.startsWith(`${name}:`))
    ?.split(":")[2]
  if (id === undefined) throw new Error(`the lab host knows no account or group "${name}"`)
  return Number(id)
}

export interface SshdConfig {
  readonly address: string
  readonly port: number
  readonly kind: Kind
  /** go first: sshd keeps the first value of a keyword */
  readonly lines: readonly string[]
}

export function sshdConfig({ address, port, kind, lines }: SshdConfig): string {
  const jail = [`Match User ${account.name}`, `  ChrootDirectory ${chroot}`, "  ForceCommand internal-sftp"]
  return `${[
    ...lines,
    `Port ${port}`,
    `ListenAddress ${address}`,
    ...["ed25519", "ecdsa", "rsa"].map(type => `HostKey /etc/ssh/ssh_host_${type}_key`),
    "PidFile /run/sshd.pid",
    "UsePAM no",
    "StrictModes yes",
    "PasswordAuthentication no",
    "KbdInteractiveAuthentication no",
    "PermitRootLogin prohibit-password",
    "MaxStartups 500",
    "UseDNS no",
    "LogLevel VERBOSE",
    "PrintMotd no",
    "AcceptEnv LANG LC_*",
    `Subsystem sftp ${kind === "sftp-chroot" ? "internal-sftp" : "/usr/lib/openssh/sftp-server"}`,
    ...(kind === "sftp-chroot" ? jail : []),
  ].join("\n")}\n`
}

/**
 * @param lines  commands (`/usr/bin/cat /etc/pmta/config`), each allowed without a password; or whole
 *               sudoers lines, taken as they are, when they begin with the account, `Defaults` or an alias
 */
export function sudoers(lines: readonly string[]): string {
  const whole = new RegExp(`^(${account.name}\\s|Defaults\\b|\\w+_Alias\\s|#)`)
  return `${[
    "Defaults env_reset",
    'Defaults secure_path="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"',
    "Defaults use_pty",
    "root ALL=(ALL:ALL) ALL",
    ...lines.map(line => (whole.test(line) ? line : `${account.name} ALL=(root) NOPASSWD: ${line}`)),
  ].join("\n")}\n`
}

export interface AuthorizedKey {
  readonly publicKey: string
  readonly forcedCommand: string | undefined
  readonly options: string | undefined
}

/** One line of `authorized_keys`. */
export function authorizedKey({ publicKey, forcedCommand, options }: AuthorizedKey): string {
  const parts = [
    ...(options === undefined ? [] : [options]),
    ...(forcedCommand === undefined ? [] : ["restrict", `command="${quoted(forcedCommand)}"`]),
  ]
  return `${[...(parts.length > 0 ? [parts.join(",")] : []), publicKey].join(" ")}\n`
}

/** sshd(8): inside the quotes only `\"` is an escape, every other backslash stands for itself. */
function quoted(command: string): string {
  if (/\n|\\$/.test(command))
    throw new Error("authorized_keys cannot hold a command with a newline or a final backslash")
  return command.replaceAll('"', '\\"')
}
