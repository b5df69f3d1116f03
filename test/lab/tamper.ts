import { rm } from "node:fs/promises"
import { join } from "node:path"
import { succeed } from "./child.ts"

/**
 * Commits other content to the branch `bundles`, as someone would who may write there but has no key.
 * @param changes  by path; null removes
 */
export async function tamper(
  vault: string,
  changes: Readonly<Record<string, Uint8Array | string | null>>,
): Promise<void> {
  const index = join(vault, ".git", `tamper-${process.pid}`)
  const env = { ...process.env, GIT_INDEX_FILE: index }
  const git = async (args: readonly string[], input?: Uint8Array | string) =>
    (await succeed("git", ["-C", vault, ...args], input === undefined ? { env } : { env, input }))
      .toString()
      .trim()
  await git(["read-tree", "bundles"])
  for (const [path, content] of Object.entries(changes)) {
    if (content === null) await git(["update-index", "--force-remove", "--", path])
    else {
      const blob = await git(["hash-object", "-w", "--stdin"], content)
      await git(["update-index", "--add", "--cacheinfo", `100644,${blob},${path}`])
    }
  }
  const tree = await git(["write-tree"])
  const who = ["-c", "user.name=Someone", "-c", "user.email=someone@example.com"]
  const commit = await git([...who, "commit-tree", tree, "-p", "bundles", "-m", "tamper"])
  await git(["update-ref", "refs/heads/bundles", commit])
  await rm(index, { force: true })
}
