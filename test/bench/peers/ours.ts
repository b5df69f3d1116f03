/** This program, as whole processes. */
import { existsSync } from "node:fs"
import { rm } from "node:fs/promises"
import { join } from "node:path"
import { dist } from "../../lab/cli.ts"
import type { Ground } from "../ground.ts"
import type { Contender } from "../measure.ts"
import { bundlesOf, proveBundles, type VaultContent } from "../proof.ts"

export const oursIsBuilt = () => existsSync(join(dist, "cli.js"))

interface Ours {
  readonly name: string
  /** whether each run begins with a new vault, or finds all as it was */
  readonly vault: "new" | "unchanged"
  readonly args?: readonly string[]
}

/** This program, whole process. */
export function ours(ground: Ground, { name, vault: kind, args = [] }: Ours): Contender {
  const vault = join(ground.scratch, `vault-${name.replaceAll(/\W+/g, "-")}`)
  let before: VaultContent | null = null
  return {
    name,
    command: [
      ...[process.execPath, join(dist, "cli.js"), "backup", "--fleet", ground.fleetFile, "--vault", vault],
      ...[
        "--ssh-key-file",
        ground.hosts[0]?.clientKey ?? "",
        "--signing-key-file",
        ground.signingKeyFile,
        "--json",
      ],
      ...args,
    ],
    async prepare() {
      if (kind === "new") await rm(vault, { recursive: true, force: true })
    },
    async prove() {
      const now = await bundlesOf(ground, vault)
      if (kind === "new" || before === null) await proveBundles(ground, now.files)
      for (const { name: host } of ground.hosts) {
        const runs = (before === null || kind === "new" ? 0 : before.snapshots.get(host)) ?? 0
        if ((now.snapshots.get(host) ?? 0) <= runs) throw new Error(`${name}: ${host} has no new snapshot`)
        const kept =
          before === null || kind === "new" || `${before.files.get(host)}` === `${now.files.get(host)}`
        if (!kept) throw new Error(`${name}: ${host} was stored again though nothing changed`)
      }
      before = now
    },
  }
}
