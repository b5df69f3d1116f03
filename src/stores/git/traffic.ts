import type { TrafficDay } from "../../core/traffic.ts"
import { mergeDays, readDay, writeDay } from "../../core/traffic-day.ts"
import type { ObjectReader } from "./objects.ts"
import type { Remote } from "./remote.ts"

/**
 * How long counts are kept: a change can be looked at six weeks later, and be compared with the week before it. They
 * are no backup, and follow no rule of one.
 */
const keptDays = 42

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

/** Files as they become when these counts are added to what is there; days too old to be kept go. */
export async function addedTraffic(
  objects: ObjectReader,
  remote: Remote | null,
  tip: string | undefined,
  added: readonly TrafficDay[],
  now: Date,
  signal: AbortSignal,
): Promise<readonly { readonly path: string; readonly content: Uint8Array | null }[]> {
  const first = new Date(now.getTime() - keptDays * 86_400_000).toISOString().slice(0, 10)
  const changes: { path: string; content: Uint8Array | null }[] = []
  for (const [host, days] of Map.groupBy(added, day => day.host)) {
    const fresh = [...Map.groupBy(days, ({ day }) => day)].filter(([day]) => day >= first)
    const names = fresh.map(([day]) => day)
    const there = await readTraffic(objects, remote, tip, [host], names, signal)
    for (const [day, [one, ...more]] of fresh) {
      if (one === undefined) continue
      const merged = mergeDays([one, ...more, ...there.filter(known => known.day === day)])
      changes.push({ path: `${folderOf(host)}/${day}.json`, content: Buffer.from(writeDay(merged)) })
    }
    const items = tip === undefined ? [] : await objects.tree(`${tip}:${folderOf(host)}`)
    const old = items.filter(({ name }) => /^\d{4}-\d\d-\d\d\.json$/.test(name) && name.slice(0, 10) < first)
    changes.push(...old.map(({ name }) => ({ path: `${folderOf(host)}/${name}`, content: null })))
  }
  return changes
}
