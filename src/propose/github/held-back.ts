/** One issue that lists what the cap holds back, found again by its label. */
import { Problem } from "../../core/problem.ts"
import type { Client } from "./client.ts"
import { hasStatus } from "./trouble.ts"

interface Target {
  readonly owner: string
  readonly repo: string
}

const label = "pmta-vault-held-back"
const title = "Drift that waits to be proposed"
const nothing = "Nothing is held back any more."

/** @returns warnings: the list also stands in the summary, so trouble with the issue stops nothing */
export async function holdBack(
  calls: Client,
  target: Target,
  list: string | null,
  signal: AbortSignal,
): Promise<readonly string[]> {
  try {
    const doing = "list its issues"
    const query = { ...target, labels: label, state: "all", per_page: 10 } as const
    const { data } = await calls.call(
      doing,
      octokit => octokit.request("GET /repos/{owner}/{repo}/issues", query),
      signal,
    )
    // For GitHub pull requests are issues too.
    const issue = data.find(({ pull_request }) => pull_request === undefined)
    if (issue === undefined) {
      if (list !== null) await open(calls, target, list, signal)
    } else if ((issue.body ?? "").replaceAll("\r", "") !== (list ?? nothing)) {
      await update(calls, target, issue.number, list, signal)
    }
    return []
  } catch (error) {
    if (!(error instanceof Problem) || !hasStatus(error, 403, 404, 410)) throw error
    if (error.code === "propose/rate-limited") throw error
    // Without anything to list, a token without rights on issues is all right.
    return list === null ? [] : [`no issue lists what is held back: ${error.message}; ${error.hint}`]
  }
}

async function open(calls: Client, target: Target, body: string, signal: AbortSignal): Promise<void> {
  await calls.call(
    "open an issue",
    octokit =>
      octokit.request("POST /repos/{owner}/{repo}/issues", { ...target, title, body, labels: [label] }),
    signal,
  )
}

/** A list that says something new is opened again, whoever closed the one before. */
async function update(
  calls: Client,
  target: Target,
  number: number,
  list: string | null,
  signal: AbortSignal,
): Promise<void> {
  const state = list === null ? "closed" : "open"
  await calls.call(
    `update issue #${number}`,
    octokit =>
      octokit.request("PATCH /repos/{owner}/{repo}/issues/{issue_number}", {
        ...{ ...target, issue_number: number, body: list ?? nothing, state },
      }),
    signal,
  )
}
