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
  const blobs = [...newest].flatMap(([host, { json, sig }]) => [json, sig, hints.get(`${host}.json`) ?? ""])
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
    })
  }
  return records
}

async function itemIds(
  objects: ObjectReader,
  commit: string | undefined,
  folder: string,
): Promise<ReadonlyMap<string, string>> {
  const items = commit === undefined ? [] : await objects.tree(`${commit}:${folder}`)
  return new Map(items.map(item => [item.name, item.oid]))
}
