import { certain } from "../../core/certain.ts"
import type { Discussions, MergedPage } from "../../core/forge.ts"
import { textBefore } from "../../core/parts.ts"
import { readMark } from "../mark.ts"
import { type Access, client } from "./client.ts"

const prefix = "drift/"
const perPage = 100
/** Of closed pull requests, and of the comments of one. */
const maxPages = 5

/** Who may write to the repository; what others write there is no comment of ours, whatever its first line is. */
const insiders = new Set(["OWNER", "MEMBER", "COLLABORATOR"])

/**
 * Comments on merged pull requests: one request that lists them, then one for each to read its comments, and one to
 * write where something is new.
 */
export function gitHubDiscussions(access: Access): Discussions {
  const { owner, repo } = access
  const calls = client(access)
  const target = { owner, repo }

  const commentOf = async ({ number }: MergedPage, firstLine: string, signal: AbortSignal) => {
    for (let page = 1; page <= maxPages; page++) {
      const query = { ...target, issue_number: number, per_page: perPage, page }
      const { data } = await calls.call(
        `read the comments of pull request #${number}`,
        octokit => octokit.request("GET /repos/{owner}/{repo}/issues/{issue_number}/comments", query),
        signal,
      )
      const found = data.find(
        ({ body, user, author_association }) =>
          body?.startsWith(firstLine) === true &&
          (user?.type === "Bot" || insiders.has(String(author_association))),
      )
      if (found !== undefined || data.length < perPage) return found ?? null
    }
    return null
  }

  return {
    name: `GitHub ${owner}/${repo}`,
    requests: calls.requests,
    async merged(since, signal) {
      const found: MergedPage[] = []
      for (let page = 1; page <= maxPages; page++) {
        const order = { sort: "updated", direction: "desc" } as const
        const { data } = await calls.call(
          "list its merged pull requests",
          octokit =>
            octokit.request("GET /repos/{owner}/{repo}/pulls", {
              ...{ ...target, state: "closed", ...order, per_page: perPage, page },
            }),
          signal,
        )
        for (const pull of data) {
          const { head, base, number, html_url: url, body, merged_at: mergedAt } = pull
          const isOurs = head.ref.startsWith(prefix) && head.repo?.full_name === base.repo.full_name
          if (!isOurs || mergedAt === null || new Date(mergedAt) < since) continue
          const commit = pull.merge_commit_sha
          found.push({ id: head.ref.slice(prefix.length), number, url, mark: readMark(body), commit })
        }
        if (data.length < perPage || new Date(certain(data.at(-1)).updated_at) < since) break
      }
      return found
    },
    async comment(page, text, signal) {
      const firstLine = textBefore(text, "\n")
      const known = await commentOf(page, firstLine, signal)
      const doing = `comment on pull request #${page.number}`
      if (known === null) {
        await calls.call(
          doing,
          octokit =>
            octokit.request("POST /repos/{owner}/{repo}/issues/{issue_number}/comments", {
              ...{ ...target, issue_number: page.number, body: text },
            }),
          signal,
        )
        return "made"
      }
      if (known.body?.replaceAll("\r", "").trimEnd() === text.trimEnd()) return "same"
      await calls.call(
        doing,
        octokit =>
          octokit.request("PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}", {
            ...{ ...target, comment_id: known.id, body: text },
          }),
        signal,
      )
      return "updated"
    },
  }
}
