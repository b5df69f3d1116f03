/** Shows the keys that hosts offer and, once a person has compared them, writes them to the fleet file. */

import type { Host } from "../core/fleet.ts"
import { Problem } from "../core/problem.ts"
import type { OfferedKey } from "../core/transport.ts"
import { pinHostKeys } from "../fleet/pin.ts"

export interface OfferedHost {
  readonly host: Host
  readonly keys: readonly (OfferedKey & { readonly fingerprint: string; readonly pinned: boolean })[]
}

export interface PinReport {
  readonly command: "pin"
  readonly file: string
  readonly hosts: readonly {
    readonly host: string
    readonly keys: readonly {
      readonly algorithm: string
      readonly fingerprint: string
      readonly pinned: boolean
    }[]
  }[]
  readonly written: boolean
}

export interface PinTools {
  readonly read: () => Promise<string>
  readonly write: (text: string) => Promise<void>
  readonly offered: (text: string) => Promise<readonly OfferedHost[]>
  /** shows what is offered and asks; false: leave the file as it is */
  readonly confirm: (hosts: readonly OfferedHost[]) => Promise<boolean>
}

export async function pin(file: string, tools: PinTools): Promise<PinReport> {
  const text = await tools.read()
  const hosts = await tools.offered(text)
  const silent = hosts.find(({ keys }) => keys.length === 0)
  if (silent !== undefined) {
    throw new Problem(
      "pull/no-algorithm",
      `${silent.host.name} offers no host key of a type that is safe to pin`,
      {
        hint: "make an Ed25519 key on it: `ssh-keygen -A`, then restart its SSH server",
      },
    )
  }
  const wanted = await tools.confirm(hosts)
  if (wanted) {
    await tools.write(
      hosts.reduce(
        (before, { host, keys }) =>
          pinHostKeys(
            before,
            host.name,
            keys.map(({ algorithm, base64 }) => `${algorithm} ${base64}`),
          ),
        text,
      ),
    )
  }
  const shown = hosts.map(({ host, keys }) => ({
    host: host.name,
    keys: keys.map(({ algorithm, fingerprint, pinned }) => ({ algorithm, fingerprint, pinned })),
  }))
  return { command: "pin", file, hosts: shown, written: wanted }
}
