import type { Host } from "../../src/core/fleet.ts"
import type { LabHost } from "./sshd.ts"

type PinnedHost = Pick<LabHost, "name" | "address" | "port" | "user"> & {
  readonly hostKeys: Pick<LabHost["hostKeys"], "ed25519">
}

export interface FleetFile {
  readonly hosts: readonly PinnedHost[]
  /** `age1…` */
  readonly recipients: readonly string[]
  /** OpenSSH public keys */
  readonly signers: readonly string[]
  /** further lines of one host, such as `sudo: true`, and of the file */
  readonly hostLines?: readonly string[]
  readonly lines?: readonly string[]
}

/** A `fleet.yml` of lab hosts, each pinned by its Ed25519 key. JSON strings are YAML strings. */
export function fleetYml({ hosts, recipients, signers, hostLines = [], lines = [] }: FleetFile): string {
  return `${[
    "version: 1",
    `recipients: ${JSON.stringify(recipients)}`,
    `signers: ${JSON.stringify(signers)}`,
    `defaults: { user: ${hosts[0]?.user ?? "pmta-backup"}, profile: powermta }`,
    "hosts:",
    ...hosts.flatMap(host => [
      `  ${host.name}:`,
      `    address: ${host.address}`,
      `    port: ${host.port}`,
      `    hostKeys: ${JSON.stringify([host.hostKeys.ed25519])}`,
      ...hostLines.map(line => `    ${line}`),
    ]),
    ...lines,
  ].join("\n")}\n`
}

/** A lab host, or a stand-in, as `fleet/` would give it, pinned by its Ed25519 key. */
export function fleetHost(
  host: Omit<PinnedHost, "name"> & Partial<Pick<PinnedHost, "name">>,
  changes: Partial<Host> = {},
): Host {
  const [algorithm = "", base64 = ""] = host.hostKeys.ed25519.split(" ")
  return {
    name: host.name ?? "mta1",
    address: host.address,
    port: host.port,
    user: host.user,
    profile: "powermta",
    hostKeys: [{ kind: "key", algorithm, base64 }],
    jumps: [],
    tags: [],
    sudo: false,
    backup: true,
    spare: false,
    ...changes,
  }
}
