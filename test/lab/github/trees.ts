/** Trees as GitHub's API makes them: from another tree, and a list of what is different. */
import { finish } from "../child.ts"
import type { BareRepository } from "../git-http.ts"

export interface TreeItem {
  readonly path: string
  readonly mode: string
  readonly type: string
  readonly sha: string | null
}

/** What is not of the type that it is said to be, in words; null when all is. */
export async function wrongItem(
  repository: BareRepository,
  items: readonly TreeItem[],
): Promise<string | null> {
  for (const { path, sha, type } of items) {
    const found = sha === null ? type : await repository.git("cat-file", "-t", sha).catch(() => "nothing")
    if (found.trim() !== type) return `tree.sha ${sha} is not a valid ${type}: ${path}`
  }
  return null
}

/** Through an index of its own. A folder replaces the one of its name whole. */
export async function newTree(
  { bareDir, env }: BareRepository,
  from: string,
  items: readonly TreeItem[],
): Promise<string> {
  const lines = items
    .filter(({ type }) => type === "blob")
    .map(({ path, mode, sha }) =>
      sha === null ? `0 ${"0".repeat(40)}\t${path}\n` : `${mode} ${sha}\t${path}\n`,
    )
  const folders = items
    .filter(({ type }) => type === "tree")
    .flatMap(({ path, sha }) => [
      `git rm -r -q --cached --ignore-unmatch '${path}'`,
      `git read-tree --prefix='${path}/' ${sha}`,
    ])
  const steps = [`git read-tree ${from}`, "git update-index --index-info", ...folders, "git write-tree"]
  // Some of these ask for a work tree; none of them looks into it.
  const script = `cd "$GIT_WORK_TREE" && rm -f "$GIT_INDEX_FILE"; ${steps.join(" && ")}`
  const made = await finish("sh", ["-c", script], {
    env: { ...env, GIT_DIR: bareDir, GIT_WORK_TREE: bareDir, GIT_INDEX_FILE: `${bareDir}/api-index` },
    input: lines.join(""),
  })
  if (made.code !== 0) throw new Error(made.stderr)
  return made.stdout.toString().trim()
}
