import type { Host } from "../../core/fleet.ts"
import type { Root } from "../../core/transport.ts"
import {
  authorizedKeysReaderLine,
  authorizedKeysSftpLine,
  authorizedKeysSudoLine,
  sudoersLine,
} from "./reader-script.ts"
import { sudoPaths } from "./sudo-session.ts"

/**
 * The lines to put on a host so that a key may read what belongs to PowerMTA, and do nothing else.
 * @param named  paths that its configs name
 */
export function privilegeLines(
  publicKey: string,
  host: Host,
  roots: readonly Root[],
  named: readonly string[],
): readonly { readonly where: string; readonly line: string }[] {
  const account = `~${host.user}/.ssh/authorized_keys on ${host.name}`
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
  const sudoers = [paths.fixed, ...outside.map(path => [path])].map(set => ({
    where: `/etc/sudoers.d/pmta-vault on ${host.name}`,
    line: sudoersLine(host.user, set),
  }))
  // A forced command is one command: with files outside the fixed roots there are several.
  const forced =
    outside.length === 0
      ? [{ where: account, line: authorizedKeysSudoLine(publicKey, paths.fixed) }]
      : [{ where: account, line: `restrict ${publicKey}` }]
  return [...forced, ...sudoers]
}
