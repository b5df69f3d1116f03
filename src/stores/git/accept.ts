import { textBefore } from "../../core/parts.ts"
import { Problem } from "../../core/problem.ts"
import { complaintLines, type Git, git, gitFailed, runGit } from "./process.ts"

/**
 * Merges a proposal as a person would with git: the checked-out `main` moves with it. Nothing is changed
 * when git would have to guess.
 */
export async function acceptProposal(
  repo: Git,
  workTree: string | null,
  heads: ReadonlyMap<string, string>,
  id: string,
  signal: AbortSignal,
): Promise<{ readonly commit: string; readonly message: string }> {
  const branch = `drift/${id}`
  const tip = heads.get(`refs/heads/${branch}`)
  if (tip === undefined) throw noSuchProposal(id, heads)
  if (workTree === null) {
    throw new Problem("propose/no-such-proposal", "`accept` works on a local vault with main checked out", {
      hint: "merge the pull request instead, or clone the vault and give its path as --vault",
    })
  }
  const inTree = [`--work-tree=${workTree}`]
  const current = (await git(repo, [...inTree, "symbolic-ref", "--short", "HEAD"], "", signal)).trim()
  if (current !== "main") {
    throw new Problem("vault/local-changes", `${workTree} has ${current} checked out, not main`, {
      hint: `git -C ${workTree} switch main`,
    })
  }
  const dirty = await git(repo, [...inTree, "status", "--porcelain", "--untracked-files=no"], "", signal)
  if (dirty !== "") {
    throw new Problem("vault/local-changes", `${workTree} has changes that are not committed`, {
      data: dirty
        .split("\n")
        .filter(line => line !== "")
        .slice(0, 5),
      hint: `commit them, or put them aside: git -C ${workTree} stash`,
    })
  }
  const message = (await git(repo, ["log", "-1", "--format=%B", tip], "", signal)).trim()
  const title = `accept: ${textBefore(message, "\n")}`
  const identity = ["-c", "user.name=pmta-vault", "-c", "user.email=pmta-vault@localhost"]
  const known = (await runGit(repo, ["var", "GIT_COMMITTER_IDENT"], "", signal)).code === 0
  const merge = [
    ...inTree,
    ...(known ? [] : identity),
    "merge",
    "--no-ff",
    "--no-edit",
    "-m",
    title,
    "-m",
    `Proposal: ${branch}`,
    tip,
  ]
  const merged = await runGit(repo, merge, "", signal)
  if (merged.code !== 0) {
    await runGit(repo, [...inTree, "merge", "--abort"])
    throw new Problem("propose/conflict", `${branch} does not merge into main any more`, {
      data: complaintLines(`${merged.stdout.toString("utf8")}\n${merged.stderr}`),
      hint: "run `pmta-vault backup`: it writes the proposal anew on top of main",
    })
  }
  const deleted = await runGit(repo, ["update-ref", "-d", `refs/heads/${branch}`, tip])
  if (deleted.code !== 0) throw gitFailed(repo, ["update-ref"], deleted.stderr)
  const commit = (await git(repo, ["rev-parse", "refs/heads/main"], "", signal)).trim()
  return { commit, message }
}

function noSuchProposal(id: string, heads: ReadonlyMap<string, string>): Problem {
  const ids = [...heads.keys()].filter(ref => ref.startsWith("refs/heads/drift/")).map(ref => ref.slice(17))
  return new Problem("propose/no-such-proposal", `there is no proposal drift/${id}`, {
    data: ids.length === 0 ? [] : [`there are: ${ids.join(", ")}`],
    hint: "`pmta-vault diff` shows what differs now",
  })
}
