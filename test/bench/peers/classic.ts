/** What operators write today: a tar of each host over ssh into age, eight hosts at a time. */
import { mkdir, rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { sshOptions } from "../../lab/ssh.ts"
import type { Ground } from "../ground.ts"
import type { Contender } from "../measure.ts"
import { proveBundles } from "../proof.ts"

/** Key exchanges of stock ssh: what OpenSSH does unasked, and the fastest it can. */
export const exchanges = { "default kex": [], curve25519: ["-o", "KexAlgorithms=curve25519-sha256"] } as const
export type Exchange = keyof typeof exchanges

/** How stock programs are told to take several hosts at a time. */
export type Runner = "xargs" | "parallel"

/** `ssh` with all it needs but `-p PORT USER@ADDRESS`. */
export function sshWords(ground: Ground, exchange: Exchange): readonly string[] {
  const host = ground.hosts[0]
  if (host === undefined) throw new Error("the ground has no host")
  const options = sshOptions(host, ground.knownHosts)
  const port = options.indexOf("-p")
  return ["ssh", ...options.toSpliced(port, 2), ...exchanges[exchange]]
}

/** A shell script run for each host; `$1` is its name, `$2` its address, `$3` its port. */
export interface ForEachHost {
  readonly name: string
  readonly script: string
  readonly runner?: Runner
  /** hosts at a time; default 8 */
  readonly width?: number
  /** before each run, once the directory is there */
  prepare?(out: string): Promise<void>
  /** what is in the directory before each run that `$out` names: nothing, or what the run before left */
  readonly out: "empty" | "kept"
  /** @param out  the directory */
  prove(out: string): Promise<void>
}

export async function forEachHost(ground: Ground, way: ForEachHost): Promise<Contender> {
  const out = join(ground.scratch, way.name.replaceAll(/\W+/g, "-"))
  const [list, script] = [`${out}.list`, `${out}.sh`]
  await writeFile(list, ground.hosts.map(host => `${host.name} ${host.address} ${host.port}\n`).join(""))
  await writeFile(script, `set -e\nout=${out}\n${way.script}\n`)
  const width = way.width ?? 8
  const runners = {
    xargs: `xargs -P${width} -L1 sh ${script} <${list}`,
    parallel: `parallel -j${width} --will-cite --colsep ' ' sh ${script} {1} {2} {3} <${list}`,
  }
  return {
    name: way.name,
    command: ["sh", "-c", runners[way.runner ?? "xargs"]],
    async prepare() {
      if (way.out === "empty") await rm(out, { recursive: true, force: true })
      await mkdir(out, { recursive: true })
      await way.prepare?.(out)
    },
    prove: async () => await way.prove(out),
  }
}

export async function classic(
  ground: Ground,
  exchange: Exchange,
  runner: Runner = "xargs",
): Promise<Contender> {
  const ssh = [...sshWords(ground, exchange), '-p "$3" "pmta-backup@$2"'].join(" ")
  return await forEachHost(ground, {
    name: runner === "xargs" ? `classic, ${exchange}` : `classic, ${exchange}, GNU parallel`,
    script: `${ssh} 'tar czf - -C / etc/pmta' | age -r ${ground.recipient} -o "$out/$1.tar.gz.age"`,
    ...{ runner, out: "empty" },
    prove: async out => await proveSealed(ground, out),
  })
}

/** One `NAME.tar.gz.age` per host that holds all of it. */
export async function proveSealed(ground: Ground, out: string): Promise<void> {
  const files = ground.hosts.map(host => [host.name, [join(out, `${host.name}.tar.gz.age`)]] as const)
  await proveBundles(ground, new Map(files))
}

/** What a peer leaves to be done when it has fetched a host's files into `$out/$1`. */
export const sealFolder = (ground: Ground) =>
  `tar czf - -C "$out/$1" etc | age -r ${ground.recipient} -o "$out/$1.tar.gz.age"`
