import type { MirrorDifference, Vault } from "../../core/vault.ts"
import type { ObjectReader } from "./objects.ts"
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
    for (const oid of wanted) {
      const object = await objects.object(oid)
      if (object !== null) found.set(oid, object.content.toString("utf8"))
    }
    return found
  }
  const differences: Vault["differences"] = async (from, to, signal) => {
    const found: MirrorDifference[] = []
    await compareTrees(objects, from, to, "", found, signal)
    return found
  }
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

/** Walks two trees side by side. Equal ids are equal content, so that only what differs is looked into. */
async function compareTrees(
  objects: ObjectReader,
  from: string | null,
  to: string | null,
  folder: string,
  found: MirrorDifference[],
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted()
  if (from === to) return
  const before = new Map((from === null ? [] : await objects.tree(from)).map(item => [item.name, item]))
  const after = new Map((to === null ? [] : await objects.tree(to)).map(item => [item.name, item]))
  for (const name of [...new Set([...before.keys(), ...after.keys()])].sort()) {
    const [old, now] = [before.get(name), after.get(name)]
    const blob = (item: typeof old) => (item === undefined || item.mode === folderMode ? null : item.oid)
    const tree = (item: typeof old) => (item?.mode === folderMode ? item.oid : null)
    if (blob(old) !== blob(now)) found.push({ path: `${folder}${name}`, from: blob(old), to: blob(now) })
    if (tree(old) !== tree(now))
      await compareTrees(objects, tree(old), tree(now), `${folder}${name}/`, found, signal)
  }
}
