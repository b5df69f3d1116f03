import type { StoredRecord } from "../../core/retention.ts"
import type { VaultHistory } from "../../core/vault.ts"
import type { ObjectReader, TreeItem } from "./objects.ts"
import type { Remote } from "./remote.ts"

/** The signed records that a commit of `bundles` holds: all blobs in one request, one git for all of them. */
export async function readHistory(
  objects: ObjectReader,
  remote: Remote | null,
  commit: string | undefined,
  signal: AbortSignal,
): Promise<VaultHistory> {
  if (commit === undefined) return { prunes: [], async *snapshots() {} }
  const hosts = await objects.tree(`${commit}:snapshots`)
  const found = await Promise.all(
    hosts.map(async ({ name, oid }) => ({ host: name, files: signedFiles(await objects.tree(oid)) })),
  )
  const pruneFiles = signedFiles(await objects.tree(`${commit}:prunes`))
  const all = [...found.flatMap(({ files }) => files), ...pruneFiles]
  await remote?.fetchBlobs(
    all.flatMap(({ json, sig }) => (sig === null ? [json] : [json, sig])),
    signal,
  )
  return {
    prunes: await contentsOf(objects, pruneFiles),
    async *snapshots() {
      for (const { host, files } of found) {
        signal.throwIfAborted()
        const contents = await contentsOf(objects, files)
        yield { host, stored: contents.map(({ number, ...content }) => ({ sequence: number, ...content })) }
      }
    },
  }
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

async function contentsOf(objects: ObjectReader, files: readonly SignedFile[]): Promise<StoredRecord[]> {
  const read = async ({ number, json, sig }: SignedFile) => {
    const [record, signature] = await Promise.all([
      objects.object(json),
      sig === null ? null : objects.object(sig),
    ])
    return {
      number,
      bytes: record?.content ?? Buffer.alloc(0),
      signature: signature?.content.toString("utf8") ?? "",
    }
  }
  return await Promise.all(files.map(read))
}
