import type { HostRecord } from "../../core/vault.ts"
import type { ObjectReader } from "./objects.ts"
import type { Remote } from "./remote.ts"

/** What the branches say of each host. Snapshots are only found here; `seal/` says whether to trust them. */
export async function hostRecords(
  objects: ObjectReader,
  remote: Remote | null,
  heads: ReadonlyMap<string, string>,
  hosts: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, HostRecord>> {
  const main = heads.get("refs/heads/main")
  const bundles = heads.get("refs/heads/bundles")
  const accepted = await itemIds(objects, main, "hosts")
  const live = await itemIds(objects, bundles, "live")
  const snapshots = await itemIds(objects, bundles, "snapshots")
  const newest = new Map<string, { readonly sequence: number; readonly json: string; readonly sig: string }>()
  for (const host of hosts) {
    signal.throwIfAborted()
    const folder = snapshots.get(host)
    const items = folder === undefined ? [] : await objects.tree(folder)
    const last = items.findLast(item => /^\d{8}\.json$/.test(item.name))
    const signature = items.find(item => item.name === `${last?.name}.sig`)
    if (last !== undefined) {
      newest.set(host, { sequence: Number(last.name.slice(0, 8)), json: last.oid, sig: signature?.oid ?? "" })
    }
  }
  const hints = await itemIds(objects, bundles, "hints")
  const logs = await itemIds(objects, bundles, "logs")
  const pages = new Map<string, ReadonlyMap<string, string>>()
  for (const host of hosts) pages.set(host, await newestPages(objects, host, logs.get(host)))
  const blobs = [...newest].flatMap(([host, { json, sig }]) => [
    ...[json, sig, hints.get(`${host}.json`) ?? ""],
    ...(pages.get(host)?.values() ?? []),
  ])
  await remote?.fetchBlobs(
    blobs.filter(oid => oid !== ""),
    signal,
  )
  const records = new Map<string, HostRecord>()
  for (const host of hosts) {
    const found = newest.get(host)
    const bytes = found === undefined ? null : ((await objects.object(found.json))?.content ?? null)
    const signature = found === undefined || found.sig === "" ? null : await objects.object(found.sig)
    const latest =
      found === undefined || bytes === null
        ? null
        : { sequence: found.sequence, bytes, signature: signature?.content.toString("utf8") ?? "" }
    const hint = hints.get(`${host}.json`)
    records.set(host, {
      latest,
      accepted: accepted.get(host) ?? null,
      live: live.get(host) ?? null,
      hint: hint === undefined ? null : ((await objects.object(hint))?.content.toString("utf8") ?? null),
      pages: await contents(objects, pages.get(host) ?? new Map()),
    })
  }
  return records
}

/** @returns  ids by path, of the newest page of each category */
async function newestPages(objects: ObjectReader, host: string, folder: string | undefined) {
  const ids = new Map<string, string>()
  for (const category of folder === undefined ? [] : await objects.tree(folder)) {
    const last = (await objects.tree(category.oid)).findLast(({ name }) => /^\d{8}\.json$/.test(name))
    if (last !== undefined) ids.set(`logs/${host}/${category.name}/${last.name}`, last.oid)
  }
  return ids
}

async function contents(objects: ObjectReader, ids: ReadonlyMap<string, string>) {
  const found = new Map<string, Uint8Array>()
  for (const [path, oid] of ids) {
    const object = await objects.object(oid)
    if (object !== null) found.set(path, object.content)
  }
  return found
}

async function itemIds(
  objects: ObjectReader,
  commit: string | undefined,
  folder: string,
): Promise<ReadonlyMap<string, string>> {
  const items = commit === undefined ? [] : await objects.tree(`${commit}:${folder}`)
  return new Map(items.map(item => [item.name, item.oid]))
}
