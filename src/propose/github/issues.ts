import type { FoundIssue, IssueTracker } from "../../core/issues.ts"
import { type Access, client } from "./client.ts"

const label = "pmta-vault-breach"
const perPage = 100
/** What was healed longer ago than 500 issues is opened as a new one. */
const maxPages = 5

/** Issues of a repository on GitHub that have our label. */
export function gitHubIssues(access: Access): IssueTracker {
  const { owner, repo } = access
  const calls = client(access)
  const target = { owner, repo }
  return {
    async list(signal) {
      const found: FoundIssue[] = []
      for (let page = 1; page <= maxPages; page++) {
        const query = { ...target, labels: label, state: "all", per_page: perPage, page } as const
        const { data } = await calls.call(
          "list its issues",
          octokit => octokit.request("GET /repos/{owner}/{repo}/issues", query),
          signal,
        )
        found.push(
          ...data.map(({ number, state, body }) => ({ number, open: state === "open", body: body ?? "" })),
        )
        if (data.length < perPage) break
      }
      return found
    },
    async create(issue, signal) {
      await calls.call(
        "open an issue",
        octokit =>
          octokit.request("POST /repos/{owner}/{repo}/issues", { ...target, ...issue, labels: [label] }),
        signal,
      )
    },
    async update({ number, body, open }, signal) {
      const state = open ? "open" : "closed"
      await calls.call(
        `update issue #${number}`,
        octokit =>
          octokit.request("PATCH /repos/{owner}/{repo}/issues/{issue_number}", {
            ...{ ...target, issue_number: number, body, state },
          }),
        signal,
      )
    },
  }
}
