import { readFile } from "node:fs/promises"

/** The accounts of this machine: numbers by name. */
export interface Owners {
  readonly users: ReadonlyMap<string, number>
  readonly groups: ReadonlyMap<string, number>
}

/** As `/etc/passwd` and `/etc/group` have them. */
export async function localOwners(): Promise<Owners> {
  const [users, groups] = await Promise.all(["/etc/passwd", "/etc/group"].map(names))
  return { users: users ?? new Map(), groups: groups ?? new Map() }
}

async function names(path: string): Promise<ReadonlyMap<string, number>> {
  const text = await readFile(path, "utf8").catch(() => "")
  return new Map(
    text.split("\n").flatMap(line => {
      const [name = "", , id = ""] = line.split(":")
      return /^\d+$/.test(id) ? [[name, Number(id)] as const] : []
    }),
  )
}
