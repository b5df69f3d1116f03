/** What nobody can be faster than: logging in to each host and running `true`. */
import { join } from "node:path"
import { clientScript } from "../bundled.ts"
import type { Ground } from "../ground.ts"
import type { Contender } from "../measure.ts"
import { type Exchange, forEachHost, sshWords } from "./classic.ts"

/** One login to the first host. */
export function sshTrue(ground: Ground, exchange: Exchange): Contender {
  const host = ground.hosts[0]
  if (host === undefined) throw new Error("the ground has no host")
  const target = ["-p", `${host.port}`, `${host.user}@${host.address}`, "true"]
  return {
    name: `ssh host true, ${exchange}`,
    command: [...sshWords(ground, exchange), ...target],
    prove: async () => undefined,
  }
}

export async function allTrue(ground: Ground, exchange: Exchange): Promise<Contender> {
  return await forEachHost(ground, {
    name: `floor: xargs -P8 ssh true, ${exchange}`,
    script: [...sshWords(ground, exchange), '-p "$3" "pmta-backup@$2" true'].join(" "),
    out: "empty",
    prove: async () => undefined,
  })
}

/** The same with the SSH client of this program: a script that has nothing else, bundled as the program is. */
export async function oursTrue(ground: Ground): Promise<Contender> {
  const script = await clientScript(
    join(import.meta.dirname, "floor-client.ts"),
    join(ground.scratch, "floor-client"),
  )
  return {
    name: "floor: our SSH client, true",
    command: [process.execPath, script, ground.fleetFile, ground.hosts[0]?.clientKey ?? "", "8"],
    async prove({ stdout }) {
      if (stdout.trim() !== `${ground.hosts.length}`) throw new Error(`${stdout.trim()} hosts were reached`)
    },
  }
}
