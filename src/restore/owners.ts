import { readFile } from "node:fs/promises"
import { certain } from "../core/certain.ts"

/** The accounts of this machine: numbers by name. */
export interface Owners {
  readonly users: ReadonlyMap<string, number>
  readonly groups: ReadonlyMap<string, number>
}

/** As `passwd` and `group` have them; none where these are not, as in the smallest containers. */
export async function localOwners(etc = "/etc"): Promise<Owners> {
  const [users, groups] = await Promise.all([names(`${etc}/passwd`), names(`${etc}/group`)])
  return { users, groups }
}

async function names(path: string): Promise<ReadonlyMap<string, number>> {
  const text = await readFile(path, "utf8").catch(() => "")
  const lines = text.matchAll(/^([^:\n]*):[^:\n]*:(\d+)(?=:|$)/gm)
  return new Map([...lines].map(([, name, id]) => [certain(name), Number(id)]))
}
