import type { TrafficDay } from "../../core/traffic.ts"
import { readDay, writeDay } from "../../core/traffic-day.ts"
import type { StagedBlob } from "../../core/vault.ts"
import type { ObjectReader } from "./objects.ts"
import type { Remote } from "./remote.ts"

const folderOf = (host: string): string => `stats/${host}`

/** The days of these hosts that are there; a file that is none of ours is left out. */
export async function readTraffic(
  objects: ObjectReader,
  remote: Remote | null,
  tip: string | undefined,
  hosts: readonly string[],
  days: readonly string[],
  signal: AbortSignal,
): Promise<readonly TrafficDay[]> {
  const wanted = new Set(days.map(day => `${day}.json`))
  const blobs: string[] = []
  for (const host of tip === undefined ? [] : hosts) {
    signal.throwIfAborted()
    const items = await objects.tree(`${tip}:${folderOf(host)}`)
    blobs.push(...items.filter(({ name }) => wanted.has(name)).map(({ oid }) => oid))
  }
  await remote?.fetchBlobs(blobs, signal)
  const found: TrafficDay[] = []
  for (const oid of blobs) {
    const object = await objects.object(oid)
    const day = object === null ? null : readDay(object.content.toString("utf8"))
    if (day !== null) found.push(day)
  }
  return found
}

/**
 * Files as they become when these counts are added to what is there; days before `since` go.
 * @param added  files of a day, by host
 * @param write  gives the blob of a content: of many hosts, only one day is in memory at a time
 */
export async function addedTraffic(
  objects: ObjectReader,
  remote: Remote | null,
  tip: string | undefined,
  added: ReadonlyMap<string, readonly string[]>,
  write: (content: Uint8Array) => Promise<StagedBlob>,
  since: string,
  signal: AbortSignal,
): Promise<readonly { readonly path: string; readonly content: StagedBlob | null }[]> {
  const changes: { path: string; content: StagedBlob | null }[] = []
  for (const [host, texts] of added) {
    for (const text of texts) {
      const fresh = readDay(text)
      if (fresh === null || fresh.day < since) continue
      const there = await readTraffic(objects, remote, tip, [host], [fresh.day], signal)
      // Days are added up only where there is something to add to: it takes its time.
      const sum = there.length === 0 ? text : writeDay(fresh, ...there)
      changes.push({ path: `${folderOf(host)}/${fresh.day}.json`, content: await write(Buffer.from(sum)) })
    }
  }
  if (changes.length === 0 || tip === undefined) return changes
  return [...changes, ...(await oldDays(objects, tip, since))]
}

/** Of all hosts, also of those that the fleet has no more. */
async function oldDays(objects: ObjectReader, tip: string, since: string) {
  const changes: { path: string; content: null }[] = []
  for (const { name: host } of await objects.tree(`${tip}:stats`)) {
    for (const { name } of await objects.tree(`${tip}:${folderOf(host)}`)) {
      const isOld = /^\d{4}-\d\d-\d\d\.json$/.test(name) && name.slice(0, 10) < since
      if (isOld) changes.push({ path: `${folderOf(host)}/${name}`, content: null })
    }
  }
  return changes
}
