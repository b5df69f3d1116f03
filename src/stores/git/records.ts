import type { HostMirrors, HostRecord, Vault } from "../../core/vault.ts"
import type { ObjectReader } from "./objects.ts"
import type { Remote } from "./remote.ts"

type Heads = ReadonlyMap<string, string>

/** What the branches say of each host. Snapshots are only found here; `seal/` says whether to trust them. */
export function recordReader(
  objects: ObjectReader,
  remote: Remote | null,
  heads: () => Heads,
): Pick<Vault, "records" | "mirrors"> {
  /** What commits say never changes: it is read again when a branch has moved. */
  const known = new WeakMap<Heads, ReadonlyMap<string, HostRecord>>()
  return {
    async records(hosts, signal) {
      const of = heads()
      const before = known.get(of) ?? new Map<string, HostRecord>()
      const isRead = hosts.every(host => before.has(host))
      const records = isRead ? before : await hostRecords(objects, remote, of, hosts, signal)
      known.set(of, records)
      const wanted = new Set(hosts)
      return new Map([...records].filter(([host]) => wanted.has(host)))
    },
    async mirrors(hosts, signal) {
      signal.throwIfAborted()
      return await hostMirrors(objects, heads(), hosts)
    },
  }
}

async function hostRecords(
  objects: ObjectReader,
  remote: Remote | null,
  heads: Heads,
  hosts: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, HostRecord>> {
  signal.throwIfAborted()
  const bundles = heads.get("refs/heads/bundles")
  const [mirrors, snapshots, hints, logs] = await Promise.all([
    hostMirrors(objects, heads, hosts),
    itemIds(objects, bundles, "snapshots"),
    itemIds(objects, bundles, "hints"),
    itemIds(objects, bundles, "logs"),
  ])
  const found = await Promise.all(
    hosts.map(async host => {
      const [newest, pages] = await Promise.all([
        newestSnapshot(objects, snapshots.get(host)),
        newestPages(objects, host, logs.get(host)),
      ])
      return { host, newest, pages, hint: hints.get(`${host}.json`) ?? null }
    }),
  )
  const blobs = found.flatMap(({ newest, pages, hint }) => [
    newest?.json ?? null,
    newest?.sig ?? null,
    hint,
    ...pages.values(),
  ])
  await remote?.fetchBlobs(
    blobs.filter(oid => oid !== null),
    signal,
  )
  signal.throwIfAborted()
  const records = await Promise.all(
    found.map(async ({ host, newest, pages, hint }) => {
      const [bytes, signature, hinted, texts] = await Promise.all([
        contentOf(objects, newest?.json ?? null),
        contentOf(objects, newest?.sig ?? null),
        contentOf(objects, hint),
        contentsOf(objects, pages),
      ])
      const latest =
        newest === null || bytes === null
          ? null
          : { sequence: newest.sequence, bytes, signature: signature?.toString("utf8") ?? "" }
      const { accepted, live } = mirrors.get(host) ?? { accepted: null, live: null }
      return [host, { latest, accepted, live, hint: hinted, pages: texts }] as const
    }),
  )
  return new Map(records)
}

async function hostMirrors(
  objects: ObjectReader,
  heads: Heads,
  hosts: readonly string[],
): Promise<ReadonlyMap<string, HostMirrors>> {
  const [accepted, live] = await Promise.all([
    itemIds(objects, heads.get("refs/heads/main"), "hosts"),
    itemIds(objects, heads.get("refs/heads/bundles"), "live"),
  ])
  return new Map(
    hosts.map(host => [host, { accepted: accepted.get(host) ?? null, live: live.get(host) ?? null }]),
  )
}

async function newestSnapshot(objects: ObjectReader, folder: string | undefined) {
  const items = folder === undefined ? [] : await objects.tree(folder)
  const last = items.findLast(item => /^\d{8}\.json$/.test(item.name))
  if (last === undefined) return null
  const signature = items.find(item => item.name === `${last.name}.sig`)
  return { sequence: Number(last.name.slice(0, 8)), json: last.oid, sig: signature?.oid ?? null }
}

/** @returns  ids by path, of the newest page of each category */
async function newestPages(objects: ObjectReader, host: string, folder: string | undefined) {
  const categories = folder === undefined ? [] : await objects.tree(folder)
  const pages = await Promise.all(
    categories.map(async ({ name, oid }) => {
      const last = (await objects.tree(oid)).findLast(item => /^\d{8}\.json$/.test(item.name))
      return last === undefined ? [] : [[`logs/${host}/${name}/${last.name}`, last.oid] as const]
    }),
  )
  return new Map(pages.flat())
}

async function contentOf(objects: ObjectReader, oid: string | null): Promise<Buffer | null> {
  return oid === null ? null : ((await objects.object(oid))?.content ?? null)
}

async function contentsOf(objects: ObjectReader, ids: ReadonlyMap<string, string>) {
  const found = await Promise.all(
    [...ids].map(async ([path, oid]) => [path, await contentOf(objects, oid)] as const),
  )
  return new Map(found.flatMap(([path, content]) => (content === null ? [] : [[path, content] as const])))
}

async function itemIds(
  objects: ObjectReader,
  commit: string | undefined,
  folder: string,
): Promise<ReadonlyMap<string, string>> {
  const items = commit === undefined ? [] : await objects.tree(`${commit}:${folder}`)
  return new Map(items.map(item => [item.name, item.oid]))
}
