/** Programs with repositories of their own, fed by a tar of each host over ssh: they too leave nothing on it. */
import { join } from "node:path"
import { succeed } from "../../lab/child.ts"
import type { Ground } from "../ground.ts"
import type { Contender } from "../measure.ts"
import { proveFolders } from "../proof.ts"
import { type Exchange, forEachHost, sshWords } from "./classic.ts"

interface Repository {
  readonly name: string
  /** hosts at a time, where it can do several */
  readonly width: number
  readonly environment: Readonly<Record<string, string>>
  readonly init: (repository: string) => string
  /** shell words that take a host's tar from their input; the script has `$out` and `$1` */
  readonly store: string
  /** shell words that give it back; likewise */
  readonly open: string
}

async function repository(ground: Ground, exchange: Exchange, of: Repository): Promise<Contender> {
  const environment = Object.entries(of.environment)
    .map(([name, value]) => `export ${name}="${value}"\n`)
    .join("")
  const ssh = [...sshWords(ground, exchange), '-p "$3" "pmta-backup@$2"'].join(" ")
  return await forEachHost(ground, {
    name: of.name,
    script: `${environment}${ssh} 'tar cf - -C / etc/pmta' | ${of.store}`,
    ...{ width: of.width, out: "empty" },
    prepare: async out =>
      void (await succeed("sh", ["-c", `${environment}${of.init(join(out, "repository"))}`])),
    async prove(out) {
      for (const { name } of ground.hosts) {
        const folder = join(`${out}.open`, name)
        const script = `set -e; out=${out}; ${environment}rm -rf ${folder}; mkdir -p ${folder}; ${of.open} | tar xf - -C ${folder}`
        await succeed("bash", ["-o", "pipefail", "-c", script, "open", name], { timeoutMs: 600_000 })
      }
      await proveFolders(ground, host => join(`${out}.open`, host))
    },
  })
}

export const restic = async (ground: Ground, exchange: Exchange) =>
  await repository(ground, exchange, {
    name: `restic --stdin, ${exchange}`,
    width: 8,
    environment: { RESTIC_PASSWORD: "bench", RESTIC_CACHE_DIR: join(ground.scratch, "restic-cache") },
    init: at => `restic init -q -r ${at}`,
    store: 'restic -q -r "$out/repository" backup --stdin --stdin-filename "$1.tar" --host "$1"',
    open: 'restic -q -r "$out/repository" dump --host "$1" latest "/$1.tar"',
  })

/** Its repository takes one writer at a time. */
export const borg = async (ground: Ground, exchange: Exchange) =>
  await repository(ground, exchange, {
    name: `borg create -, one by one, ${exchange}`,
    width: 1,
    environment: { BORG_PASSPHRASE: "bench", BORG_BASE_DIR: join(ground.scratch, "borg") },
    init: at => `borg init -e repokey ${at}`,
    store: 'borg create --compression zstd,3 "$out/repository::$1" -',
    open: 'borg extract --stdout "$out/repository::$1"',
  })
