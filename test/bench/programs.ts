/** What peers need besides what the tests run: tried once with apt, left out and told where it is not to be had. */

import { accessSync, constants } from "node:fs"
import { delimiter, join } from "node:path"
import { finish } from "../lab/child.ts"
import { asRoot } from "../lab/rights.ts"

const packages = {
  parallel: "parallel",
  rsync: "rsync",
  rclone: "rclone",
  restic: "restic",
  borg: "borgbackup",
  "ansible-playbook": "ansible-core",
} as const
export type Program = keyof typeof packages

/** @returns those of the programs that are there, once apt was asked for the others */
export async function installed(
  programs: readonly Program[],
  say: (line: string) => void,
): Promise<ReadonlySet<Program>> {
  const lacking = programs.filter(name => !isThere(name))
  if (lacking.length > 0) {
    const names = lacking.map(name => packages[name])
    say(`installing ${names.join(", ")}`)
    const apt = ["apt-get", "install", "-y", "-q", "--no-install-recommends", ...names]
    const words = [...(await asRoot()), "env", "DEBIAN_FRONTEND=noninteractive", ...apt]
    const [command = "", ...args] = words
    await finish(command, args, { timeoutMs: 600_000 }).catch(() => null)
  }
  const found = new Set(programs.filter(isThere))
  for (const name of programs)
    if (!found.has(name))
      say(`${name} is not there: try \`apt-get install ${packages[name]}\`; its peers are left out`)
  return found
}

function isThere(program: string): boolean {
  return (process.env["PATH"] ?? "").split(delimiter).some(directory => {
    try {
      accessSync(join(directory, program), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}
