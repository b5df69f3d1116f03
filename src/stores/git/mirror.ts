import type { MirrorDifference, Vault } from "../../core/vault.ts"
import type { ObjectReader } from "./objects.ts"
import { type Git, git, runGit } from "./process.ts"
import type { Remote } from "./remote.ts"

/** git's name for a tree without items; known to every repository. */
const emptyTree = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"

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
    const raw = await git(repo, ["diff-tree", "-r", "-z", "--raw", "--no-abbrev", from ?? emptyTree, to], "", signal)
    return parseRawDiff(raw)
  }
  return {
    texts,
    differences,
    async mirror(tree, only, signal) {
      const files = (await differences(null, tree, signal)).filter(({ path }) => only(path))
      const contents = await texts(files.map(({ to }) => to ?? ""), signal)
      return new Map(files.map(({ path, to }) => [path, contents.get(to ?? "") ?? ""]))
    },
    async mirrorAt(host, sequence, signal) {
      const name = `snapshots/${host}/${String(sequence).padStart(8, "0")}.json`
      const log = ["log", "-1", "--format=%H", "--diff-filter=A", "refs/heads/bundles", "--", name]
      const found = await runGit(repo, log, "", signal)
      const commit = found.code === 0 ? found.stdout.toString("utf8").trim() : ""
      const items = commit === "" ? [] : await objects.tree(`${commit}:live`)
      return items.find(item => item.name === host)?.oid ?? null
    },
  }
}

/** Source: git-diff-tree(1), "raw output format", with `-z`. */
function parseRawDiff(raw: string): MirrorDifference[] {
  const fields = raw.split("\0")
  const found: MirrorDifference[] = []
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const [, , from = "", to = ""] = (fields[at] ?? "").split(" ")
    const path = fields[at + 1] ?? ""
    found.push({ path, from: /^0+$/.test(from) ? null : from, to: /^0+$/.test(to) ? null : to })
  }
  return found
}
