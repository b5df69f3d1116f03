/**
 * Branches for repositories that take signed commits only: GitHub signs what an App or a workflow's own token
 * commits by API, as long as no author is given. The texts are there already: the live mirror on `bundles` has
 * them, so that only names travel.
 * @see https://docs.github.com/authentication/managing-commit-signature-verification "Signature verification for bots"
 */
import type { ProposalChange, ProposalWrite } from "../../core/vault.ts"
import type { Client } from "./client.ts"

interface Target {
  readonly owner: string
  readonly repo: string
}

export async function commitByApi(
  calls: Client,
  target: Target,
  writes: readonly ProposalWrite[],
  signal: AbortSignal,
): Promise<void> {
  if (writes.length === 0) return
  const main = await calls.call(
    "show its branch main",
    octokit => octokit.request("GET /repos/{owner}/{repo}/commits/{ref}", { ...target, ref: "heads/main" }),
    signal,
  )
  for (const write of writes) {
    const doing = `write the branch drift/${write.id}`
    const tree = await calls.call(
      doing,
      octokit =>
        octokit.request("POST /repos/{owner}/{repo}/git/trees", {
          ...{ ...target, base_tree: main.data.commit.tree.sha, tree: write.changes.map(treeItem) },
        }),
      signal,
    )
    const commit = await calls.call(
      doing,
      octokit =>
        octokit.request("POST /repos/{owner}/{repo}/git/commits", {
          ...{ ...target, message: write.message, tree: tree.data.sha, parents: [main.data.sha] },
        }),
      signal,
    )
    await calls.call(doing, octokit => moveBranch(octokit, target, write, commit.data.sha), signal)
  }
}

type Send = Parameters<Parameters<Client["call"]>[1]>[0]

async function moveBranch(octokit: Send, target: Target, { id, replaces }: ProposalWrite, sha: string) {
  if (replaces === null)
    return await octokit.request("POST /repos/{owner}/{repo}/git/refs", {
      ...{ ...target, ref: `refs/heads/drift/${id}`, sha },
    })
  return await octokit.request("PATCH /repos/{owner}/{repo}/git/refs/{ref}", {
    ...{ ...target, ref: `heads/drift/${id}`, sha, force: true },
  })
}

function treeItem(change: ProposalChange) {
  const folder = `hosts/${change.host}`
  return "mirror" in change
    ? { path: folder, mode: "040000" as const, type: "tree" as const, sha: change.mirror }
    : {
        ...{ path: `${folder}/${change.path}`, mode: "100644" as const, type: "blob" as const },
        sha: change.blob,
      }
}
