/**
 * Proposals as pull requests of a repository on GitHub. Reads in pages of a hundred; writes only what is out of
 * date: two requests for a new pull request (three with reviewers), one for a changed one, two to close one.
 */
import type { Octokit } from "@octokit/core"
import type { Forge, FoundPage, PageWrite } from "../../core/forge.ts"
import { endedText, isEnded, readMark } from "../mark.ts"
import { type Access, client } from "./client.ts"
import { holdBack } from "./held-back.ts"
import { addLabels, requestReviews } from "./on-pull.ts"
import { hasStatus, saysThat } from "./trouble.ts"
import { commitByApi } from "./verified-commit.ts"

export type { Access } from "./client.ts"

export interface GitHubOptions extends Access {
  readonly labels: readonly string[]
  /** users, or `org/team` */
  readonly reviewers: readonly string[]
}

const prefix = "drift/"
const perPage = 100
/** Of closed ones: what was refused longer ago than 500 closed pull requests is proposed again. */
const maxPages = 5

interface Pull {
  readonly number: number
  readonly body: string | null
}

export function gitHub(options: GitHubOptions): Forge {
  const { owner, repo } = options
  const calls = client(options)
  const target = { owner, repo }
  /** open pull requests by id of their proposal */
  const pulls = new Map<string, Pull>()

  const list = async (doing: string, state: "open" | "closed", signal: AbortSignal) => {
    const found = []
    for (let page = 1; page <= maxPages; page++) {
      const order = { sort: "updated", direction: "desc" } as const
      const { data } = await calls.call(
        doing,
        octokit =>
          octokit.request("GET /repos/{owner}/{repo}/pulls", {
            ...{ ...target, state, ...order, per_page: perPage, page },
          }),
        signal,
      )
      found.push(...data)
      if (data.length < perPage) break
    }
    // A fork may have a branch of the same name; the repository itself may have got another one.
    return found.filter(
      ({ head, base }) => head.ref.startsWith(prefix) && head.repo?.full_name === base.repo.full_name,
    )
  }
  const pageOf = (pull: { head: { ref: string }; html_url: string; body: string | null }): FoundPage => ({
    id: pull.head.ref.slice(prefix.length),
    url: pull.html_url,
    mark: readMark(pull.body),
  })

  const create = (octokit: Octokit, { id, title, body }: PageWrite) =>
    octokit.request("POST /repos/{owner}/{repo}/pulls", {
      ...{ ...target, title, body, head: `${prefix}${id}`, base: "main" },
    })
  const update = (octokit: Octokit, number: number, { title, body }: Pick<PageWrite, "title" | "body">) =>
    octokit.request("PATCH /repos/{owner}/{repo}/pulls/{pull_number}", {
      ...{ ...target, pull_number: number, title, body },
    })

  /** An answer that was lost on the way leaves a pull request behind: it is taken over. */
  const openOrTakeOver = async (page: PageWrite, signal: AbortSignal) => {
    const doing = `open a pull request for ${prefix}${page.id}`
    try {
      return (await calls.call(doing, octokit => create(octokit, page), signal)).data
    } catch (error) {
      if (!hasStatus(error, 422) || !saysThat(error, /pull request already exists/i)) throw error
      const head = `${owner}:${prefix}${page.id}`
      const found = await calls.call(
        doing,
        octokit => octokit.request("GET /repos/{owner}/{repo}/pulls", { ...target, head, state: "open" }),
        signal,
      )
      const [pull] = found.data
      if (pull === undefined) throw error
      return (await calls.call(doing, octokit => update(octokit, pull.number, page), signal)).data
    }
  }

  return {
    kind: "pull-request",
    name: `GitHub ${owner}/${repo}`,
    requests: calls.requests,
    async open(signal) {
      const found = await list("list its open pull requests", "open", signal)
      for (const pull of found)
        pulls.set(pull.head.ref.slice(prefix.length), { number: pull.number, body: pull.body })
      return found.map(pageOf)
    },
    async rejected(signal) {
      const found = await list("list its closed pull requests", "closed", signal)
      return found.filter(pull => pull.merged_at === null && !isEnded(pull.body)).map(pageOf)
    },
    async end(endings, signal) {
      for (const { id, reason } of endings) {
        const pull = pulls.get(id)
        if (pull === undefined) continue
        const doing = `close pull request #${pull.number}`
        await calls.call(
          doing,
          octokit =>
            octokit.request("POST /repos/{owner}/{repo}/issues/{issue_number}/comments", {
              ...{ ...target, issue_number: pull.number, body: reason },
            }),
          signal,
        )
        // Marked in the same breath, so that it never counts as refused by a person.
        await calls.call(
          doing,
          octokit =>
            octokit.request("PATCH /repos/{owner}/{repo}/pulls/{pull_number}", {
              ...{ ...target, pull_number: pull.number, state: "closed", body: endedText(pull.body) },
            }),
          signal,
        )
      }
    },
    async write(page, signal) {
      const known = pulls.get(page.id)
      if (known !== undefined) {
        const doing = `update pull request #${known.number}`
        const { data } = await calls.call(doing, octokit => update(octokit, known.number, page), signal)
        return { url: data.html_url, warnings: [] }
      }
      const pull = await openOrTakeOver(page, signal)
      const labels = await addLabels(calls, target, pull.number, options.labels, signal)
      const reviews = await requestReviews(calls, target, pull.number, options.reviewers, signal)
      return { url: pull.html_url, warnings: [...labels, ...reviews] }
    },
    holdBack: (text, signal) => holdBack(calls, target, text, signal),
    commit: (writes, signal) => commitByApi(calls, target, writes, signal),
  }
}
