import type { Host } from "../../core/fleet.ts"
import type { Root } from "../../core/transport.ts"
import {
  authorizedKeysReaderLine,
  authorizedKeysSftpLine,
  authorizedKeysSudoLine,
  sudoersLine,
  sudoersLogLine,
} from "./reader-script.ts"
import { logDirectories } from "./sudo-logs.ts"
import { sudoPaths } from "./sudo-session.ts"
import { workbenchSudoersLine } from "./workbench-script.ts"

interface PrivilegeLine {
  readonly where: string
  readonly line: string
}

/**
 * The lines to put on a host so that a key may read what belongs to PowerMTA, and do nothing else.
 * @param isJump  whether other hosts are reached through this one
 * @param named   paths that its configs name, other than logs
 * @param logs    where its log files are
 */
export function privilegeLines(
  publicKey: string,
  host: Host,
  isJump: boolean,
  roots: readonly Root[],
  named: readonly string[],
  logs: readonly Root[],
): readonly PrivilegeLine[] {
  const account = `~${host.user}/.ssh/authorized_keys on ${host.name}`
  if (!host.backup) {
    const line = `restrict,port-forwarding,command="/bin/false" ${publicKey}`
    return [{ where: `${account}: to go through it, and nothing else`, line }]
  }
  const lines = readingLines(publicKey, host, account, roots, named, logs)
  // `restrict` takes away what a jump host is for.
  return isJump
    ? lines.map(({ where, line }) => ({
        where,
        line: line.replace(/^restrict\b/, "restrict,port-forwarding"),
      }))
    : lines
}

function readingLines(
  publicKey: string,
  host: Host,
  account: string,
  roots: readonly Root[],
  named: readonly string[],
  logs: readonly Root[],
): readonly PrivilegeLine[] {
  if (!host.sudo) {
    return [
      { where: `${account}: reads by one command, fast`, line: authorizedKeysReaderLine(publicKey) },
      { where: `${account}: or by SFTP alone`, line: authorizedKeysSftpLine(publicKey) },
    ]
  }
  const extra = named.map(pattern => ({ kind: "glob", pattern, named: true }) as const)
  const paths = sudoPaths([...roots, ...extra])
  const outside = paths.named.filter(
    path => !paths.fixed.some(fixed => path === fixed || path.startsWith(`${fixed}/`)),
  )
  const directories = logDirectories(logs)
  const sudoers = [
    ...[paths.fixed, ...outside.map(path => [path])].map(set => sudoersLine(host.user, set)),
    ...directories.map(directory => sudoersLogLine(host.user, directory)),
  ].map(line => ({ where: `/etc/sudoers.d/pmta-vault on ${host.name}`, line }))
  // A forced command is one command: with logs, or files outside the fixed roots, there are several.
  const forced =
    outside.length === 0 && directories.length === 0
      ? [{ where: account, line: authorizedKeysSudoLine(publicKey, paths.fixed) }]
      : [{ where: account, line: `restrict ${publicKey}` }]
  return [...forced, ...sudoers]
}

/** The lines for an account that restores; root needs none. */
export function restoreLines(
  publicKey: string,
  host: Host,
  user: string,
): readonly { readonly where: string; readonly line: string }[] {
  const sudoers = {
    where: `/etc/sudoers.d/pmta-vault-restore on ${host.name}: makes ${user} root, so that it can restore; take it out afterwards`,
    line: workbenchSudoersLine(user),
  }
  const key = {
    where: `~${user}/.ssh/authorized_keys on ${host.name}: restores`,
    line: `restrict ${publicKey}`,
  }
  return user === "root" ? [] : [key, sudoers]
}
