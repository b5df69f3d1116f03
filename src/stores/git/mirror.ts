import type { MirrorDifference, Vault } from "../../core/vault.ts"
import type { ObjectReader, TreeItem } from "./objects.ts"
import { type Git, runGit } from "./process.ts"
import type { Remote } from "./remote.ts"

/** Reading mirrors: their files, and how two of them differ. */
export function mirrorReader(
  repo: Git,
  objects: ObjectReader,
  remote: Remote | null,
): Pick<Vault, "mirror" | "texts" | "differences" | "mirrorAt"> {
  const texts: Vault["texts"] = async (blobs, signal) => {
    const wanted = [...new Set(blobs)]
    await remote?.fetchBlobs(wanted, signal)
    const found = new Map<string, string>()
    const read = async (oid: string) => {
      const object = await objects.object(oid)
      if (object !== null) found.set(oid, object.content.toString("utf8"))
    }
    await Promise.all(wanted.map(read))
    return found
  }
  const differences: Vault["differences"] = async (from, to, signal) =>
    await compareTrees(objects, from, to, "", signal)
  return {
    texts,
    differences,
    async mirror(tree, only, signal) {
      const files = (await differences(null, tree, signal)).filter(({ path }) => only(path))
      const contents = await texts(
        files.map(({ to }) => to ?? ""),
        signal,
      )
      return new Map(files.map(({ path, to }) => [path, contents.get(to ?? "") ?? ""]))
    },
    async mirrorAt(host, sequence, signal) {
      const name = `snapshots/${host}/${String(sequence).padStart(8, "0")}.json`
      const log = ["log", "-1", "--format=%H", "--diff-filter=A", "refs/heads/bundles", "--", name]
      const found = await runGit(repo, log, "", signal)
      const commit = found.code === 0 ? found.stdout.toString("utf8").trim() : ""
      // The first commit of a history that was cut adds all snapshots, and saw the newest of them only.
      const beside = commit === "" ? [] : await objects.tree(`${commit}:snapshots/${host}`)
      if (beside.findLast(item => item.name.endsWith(".json"))?.name !== name.split("/").at(-1)) return null
      const items = commit === "" ? [] : await objects.tree(`${commit}:live`)
      return items.find(item => item.name === host)?.oid ?? null
    },
  }
}

const folderMode = "40000"

/**
 * Walks two trees side by side. Equal ids are equal content, so that only what differs is looked into.
 * @returns  in the order of the paths
 */
async function compareTrees(
  objects: ObjectReader,
  from: string | null,
  to: string | null,
  folder: string,
  signal: AbortSignal,
): Promise<readonly MirrorDifference[]> {
  signal.throwIfAborted()
  if (from === to) return []
  const [before, after] = await Promise.all([itemsOf(objects, from), itemsOf(objects, to)])
  const found: (MirrorDifference | Promise<readonly MirrorDifference[]>)[] = []
  for (const name of [...new Set([...before.keys(), ...after.keys()])].sort()) {
    const [old, now] = [before.get(name), after.get(name)]
    if (blobOf(old) !== blobOf(now))
      found.push({ path: `${folder}${name}`, from: blobOf(old), to: blobOf(now) })
    if (treeOf(old) !== treeOf(now))
      found.push(compareTrees(objects, treeOf(old), treeOf(now), `${folder}${name}/`, signal))
  }
  return (await Promise.all(found)).flat()
}

async function itemsOf(objects: ObjectReader, tree: string | null): Promise<ReadonlyMap<string, TreeItem>> {
  const items = tree === null ? [] : await objects.tree(tree)
  return new Map(items.map(item => [item.name, item]))
}

const blobOf = (item: TreeItem | undefined) =>
  item === undefined || item.mode === folderMode ? null : item.oid
const treeOf = (item: TreeItem | undefined) => (item?.mode === folderMode ? item.oid : null)
