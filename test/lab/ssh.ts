/** Stock `ssh` and `sftp`, the second implementation, against a lab host. */
import { type Finished, finish } from "./child.ts"
import type { LabHost } from "./sshd.ts"

/** What a login needs of a host. */
export type SshTarget = Pick<LabHost, "address" | "port" | "user" | "clientKey"> & {
  readonly hostKeys: { readonly ed25519: string }
}

/** `known_hosts` line of a lab host. */
export const knownHost = (host: SshTarget) => `[${host.address}]:${host.port} ${host.hostKeys.ed25519}`

/**
 * The arguments with which stock `ssh` logs in to a lab host without asking or writing anything.
 * @param knownHosts  a file; null: the host's key goes along as a command that prints it
 */
export function sshOptions(host: SshTarget, knownHosts: string | null = null): readonly string[] {
  const known =
    knownHosts === null
      ? ["UserKnownHostsFile=/dev/null", `KnownHostsCommand=/bin/echo ${knownHost(host)}`]
      : [`UserKnownHostsFile=${knownHosts}`]
  const options = ["BatchMode=yes", "IdentitiesOnly=yes", "StrictHostKeyChecking=yes", ...known]
  return [
    "-F",
    "none",
    "-i",
    host.clientKey,
    "-p",
    `${host.port}`,
    ...options.flatMap(option => ["-o", option]),
  ]
}

/** Logs in and runs a command. */
export async function ssh(host: SshTarget, command: string, input = ""): Promise<Finished> {
  return await finish("ssh", [...sshOptions(host), `${host.user}@${host.address}`, command], { input })
}

/** Runs a batch of `sftp` commands, one a line. */
export async function sftp(host: SshTarget, batch: string): Promise<Finished> {
  const options = sshOptions(host).map(option => (option === "-p" ? "-P" : option))
  return await finish("sftp", ["-q", ...options, "-b", "-", `${host.user}@${host.address}`], { input: batch })
}
