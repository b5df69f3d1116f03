import type { StoredRecord } from "../../core/retention.ts"
import type { StoredSnapshot, VaultHistory } from "../../core/vault.ts"
import type { ObjectReader, TreeItem } from "./objects.ts"
import type { Remote } from "./remote.ts"

/** Reads every signed record that a commit of `bundles` holds: all blobs in one request, one git for all of them. */
export async function readHistory(
  objects: ObjectReader,
  remote: Remote | null,
  commit: string | undefined,
  signal: AbortSignal,
): Promise<VaultHistory> {
  if (commit === undefined) return { snapshots: new Map(), prunes: [] }
  const hosts = await objects.tree(`${commit}:snapshots`)
  const found: { readonly host: string; readonly files: readonly SignedFile[] }[] = []
  for (const { name, oid } of hosts) {
    signal.throwIfAborted()
    found.push({ host: name, files: signedFiles(await objects.tree(oid)) })
  }
  const pruneFiles = signedFiles(await objects.tree(`${commit}:prunes`))
  const all = [...found.flatMap(({ files }) => files), ...pruneFiles]
  await remote?.fetchBlobs(
    all.flatMap(({ json, sig }) => (sig === null ? [json] : [json, sig])),
    signal,
  )
  const snapshots = new Map<string, readonly StoredSnapshot[]>()
  for (const { host, files } of found) {
    const stored: StoredSnapshot[] = []
    for (const file of files) stored.push({ sequence: file.number, ...(await contentOf(objects, file)) })
    snapshots.set(host, stored)
    signal.throwIfAborted()
  }
  const prunes: StoredRecord[] = []
  for (const file of pruneFiles) prunes.push({ number: file.number, ...(await contentOf(objects, file)) })
  return { snapshots, prunes }
}

export const recordName = (number: number): string => `${String(number).padStart(8, "0")}.json`

interface SignedFile {
  readonly number: number
  readonly json: string
  readonly sig: string | null
}

/** Trees are sorted by name, so these are in the order of their numbers. */
function signedFiles(items: readonly TreeItem[]): readonly SignedFile[] {
  const ids = new Map(items.map(({ name, oid }) => [name, oid]))
  return items
    .filter(({ name }) => /^\d{8}\.json$/.test(name))
    .map(({ name, oid }) => ({
      number: Number(name.slice(0, 8)),
      json: oid,
      sig: ids.get(`${name}.sig`) ?? null,
    }))
}

async function contentOf(objects: ObjectReader, { json, sig }: SignedFile) {
  const bytes = (await objects.object(json))?.content ?? Buffer.alloc(0)
  const signature = sig === null ? "" : ((await objects.object(sig))?.content.toString("utf8") ?? "")
  return { bytes, signature }
}
