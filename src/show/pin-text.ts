import type { Paint } from "./paint.ts"
import { printable } from "./printable.ts"

interface ShownHost {
  readonly name: string
  readonly keys: readonly {
    readonly algorithm: string
    readonly fingerprint: string
    readonly pinned: boolean
  }[]
}

/** The keys a person compares with what the host's console says. */
export function pinText(hosts: readonly ShownHost[], { bold, green, yellow }: Paint): string {
  const lines = hosts.flatMap(({ name, keys }) => [
    bold(name),
    ...keys.map(
      ({ algorithm, fingerprint, pinned }) =>
        `  ${fingerprint}  ${printable(algorithm)}  ${pinned ? green("pinned") : yellow("new")}`,
    ),
  ])
  return `${lines.join("\n")}\nCompare them on each host's console: ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub\n`
}
