import type { ByteReader } from "../../core/byte-reader.ts"
import { certain } from "../../core/certain.ts"
import type { Entry } from "../../core/file.ts"
import { matched } from "../../core/parts.ts"
import type { TarEntry } from "../../core/tar.ts"

/** Sends a request for names and reads its answer. */
type Ask = <T>(body: string, signal: AbortSignal, read: (answer: ByteReader) => Promise<T>) => Promise<T>

const newline = 0x0a
const maxLineBytes = 16 * 1024
const line = /^([^:\s]{1,64}):[^:]*:(\d{1,10}):/

/** What GNU tar puts of a name into a header; one of that length may have been cut. An account's may have 32. */
const tarNameBytes = 31

/** The host's names of numeric owners and groups, as far as one session knows them. */
export function hostNames(ask: Ask) {
  const users = new Map<string, string>()
  const groups = new Map<string, string>()
  /** An archive has the names beside the numbers: what it tells need not be asked for. */
  const learn = ({ uid, owner, gid, group }: TarEntry) => {
    if (isWhole(owner)) users.set(`${uid}`, owner)
    if (isWhole(group)) groups.set(`${gid}`, group)
  }
  /** Puts names in place of numbers. Each number is asked for once; one without a name stays a number. */
  const named = async <T extends Entry>(
    entries: readonly T[],
    signal: AbortSignal,
  ): Promise<readonly T[]> => {
    const newUsers = unknown(
      users,
      entries.filter(({ owner, uid }) => isNumber(owner, uid)).map(({ owner }) => owner),
    )
    const newGroups = unknown(
      groups,
      entries.filter(({ group, gid }) => isNumber(group, gid)).map(({ group }) => group),
    )
    if (newUsers.length + newGroups.length > 0) {
      await ask(`${newUsers.join("\n")};${newGroups.join("\n")}`, signal, async answer => {
        await readSection(answer, newUsers, users)
        await readSection(answer, newGroups, groups)
      })
    }
    return entries.map(entry => ({
      ...entry,
      owner: isNumber(entry.owner, entry.uid) ? certain(users.get(entry.owner)) : entry.owner,
      group: isNumber(entry.group, entry.gid) ? certain(groups.get(entry.group)) : entry.group,
    }))
  }
  return { learn, named }
}

/** Whether a name in an archive is there and all of it. */
const isWhole = (name: string) => /^[^:\s]+$/.test(name) && Buffer.byteLength(name) < tarNameBytes

const isNumber = (name: string, id: number) => name === `${id}`

function unknown(known: ReadonlyMap<string, string>, ids: readonly string[]): readonly string[] {
  return [...new Set(ids)].filter(id => !known.has(id))
}

/** Lines of passwd(5) or group(5) up to `.`; the first name of a number counts, as in getpwuid(3). */
async function readSection(
  answer: ByteReader,
  asked: readonly string[],
  names: Map<string, string>,
): Promise<void> {
  for (;;) {
    const text = (await answer.until(newline, maxLineBytes)).toString("utf8")
    if (text === ".") break
    const found = matched(line, text, "name", "id")
    if (found !== null && asked.includes(found.id) && !names.has(found.id)) names.set(found.id, found.name)
  }
  for (const id of asked) if (!names.has(id)) names.set(id, id)
}
