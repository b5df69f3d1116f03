/** Programs that copy a host's files as they are; sealing them is left to be done. */
import { writeFile } from "node:fs/promises"
import { join } from "node:path"
import { succeed } from "../../lab/child.ts"
import type { Ground } from "../ground.ts"
import type { Contender } from "../measure.ts"
import { proveFolders } from "../proof.ts"
import { type Exchange, forEachHost, proveSealed, sealFolder, sshWords } from "./classic.ts"

/**
 * @param state  `first`: into an empty folder, then tar and age; `unchanged`: into the folder of the run before,
 *               where nothing is left to be sealed
 */
export async function rsync(
  ground: Ground,
  exchange: Exchange,
  state: "first" | "unchanged",
): Promise<Contender> {
  const ssh = `${sshWords(ground, exchange).join(" ")} -p $3`
  const copy = `mkdir -p "$out/$1/etc"; rsync -az -e "${ssh}" "pmta-backup@$2:/etc/pmta" "$out/$1/etc/"`
  return await forEachHost(ground, {
    name: state === "first" ? `rsync, tar, age, ${exchange}` : `rsync, unchanged, ${exchange}`,
    script: state === "first" ? `${copy}\n${sealFolder(ground)}` : copy,
    out: state === "first" ? "empty" : "kept",
    prove: async out =>
      state === "first"
        ? await proveSealed(ground, out)
        : await proveFolders(ground, host => join(out, host)),
  })
}

export async function scp(ground: Ground, exchange: Exchange): Promise<Contender> {
  const [, ...options] = sshWords(ground, exchange)
  const from = `-P "$3" "pmta-backup@$2:/etc/pmta" "$out/$1/etc/"`
  return await forEachHost(ground, {
    name: `scp -r, tar, age, ${exchange}`,
    script: `mkdir -p "$out/$1/etc"; scp -q -r ${options.join(" ")} ${from}\n${sealFolder(ground)}`,
    out: "empty",
    prove: async out => await proveSealed(ground, out),
  })
}

/** rclone has an SSH client and a cipher of its own. */
export async function rclone(ground: Ground): Promise<Contender> {
  const config = join(ground.scratch, "rclone.conf")
  const password = (await succeed("rclone", ["obscure", "bench"])).toString().trim()
  const hosts = ground.hosts.map(host =>
    [
      `[${host.name}]\ntype = sftp\nhost = ${host.address}\nport = ${host.port}\nuser = ${host.user}`,
      `key_file = ${host.clientKey}\nknown_hosts_file = ${ground.knownHosts}\nshell_type = unix\n`,
    ].join("\n"),
  )
  const command = `rclone --config ${config}`
  return await forEachHost(ground, {
    name: "rclone, sftp to crypt",
    script: `${command} -q copy "$1:/etc/pmta" "vault:$1/etc/pmta"`,
    out: "empty",
    async prepare(out) {
      const vault = `[vault]\ntype = crypt\nremote = ${out}\npassword = ${password}\n`
      await writeFile(config, `${hosts.join("\n")}\n${vault}`, { mode: 0o600 })
    },
    async prove(out) {
      await succeed("sh", ["-c", `rm -rf ${out}.open; ${command} -q copy vault: ${out}.open`], {
        timeoutMs: 600_000,
      })
      await proveFolders(ground, host => join(`${out}.open`, host))
    },
  })
}
