import { existsSync } from "node:fs"
import { mkdir, rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { dist } from "../lab/cli.ts"
import { sshOptions } from "../lab/ssh.ts"
import type { Ground } from "./ground.ts"
import type { Contender } from "./measure.ts"
import { bundlesOf, proveBundles, type VaultContent } from "./proof.ts"

/** Key exchanges of the classic way: what OpenSSH does unasked, and the fastest it can. */
export const exchanges = { "default kex": [], curve25519: ["-o", "KexAlgorithms=curve25519-sha256"] } as const
export type Exchange = keyof typeof exchanges

/** What an operator writes today: tar over ssh into age, eight hosts at a time. */
export async function classic(ground: Ground, exchange: Exchange): Promise<Contender> {
  const name = `classic, ${exchange}`
  const out = join(ground.scratch, name.replaceAll(/\W+/g, "-"))
  const list = `${out}.list`
  await writeFile(list, ground.hosts.map(host => `${host.name} ${host.address} ${host.port}\n`).join(""))
  const ssh = [...sshWords(ground, exchange), '-p "$3" "pmta-backup@$2"'].join(" ")
  const one = `${ssh} 'tar czf - -C / etc/pmta' | age -r ${ground.recipient} -o "${out}/$1.tar.gz.age"`
  await writeFile(`${out}.sh`, `set -e\n${one}\n`)
  return {
    name,
    command: ["sh", "-c", `xargs -P8 -L1 sh ${out}.sh <${list}`],
    async prepare() {
      await rm(out, { recursive: true, force: true })
      await mkdir(out)
    },
    async prove() {
      const bundles = new Map(ground.hosts.map(host => [host.name, [join(out, `${host.name}.tar.gz.age`)]]))
      await proveBundles(ground, bundles)
    },
  }
}

/** The floor of any way over ssh: one login to the first host. */
export function sshTrue(ground: Ground, exchange: Exchange): Contender {
  const host = ground.hosts[0]
  if (host === undefined) throw new Error("the ground has no host")
  const command = [
    ...sshWords(ground, exchange),
    "-p",
    `${host.port}`,
    `${host.user}@${host.address}`,
    "true",
  ]
  return { name: `ssh host true, ${exchange}`, command, prove: async () => undefined }
}

function sshWords(ground: Ground, exchange: Exchange): readonly string[] {
  const host = ground.hosts[0]
  if (host === undefined) throw new Error("the ground has no host")
  const options = sshOptions(host, ground.knownHosts)
  const port = options.indexOf("-p")
  return ["ssh", ...options.toSpliced(port, 2), ...exchanges[exchange]]
}

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
