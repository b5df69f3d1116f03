/** What is put on a new pull request. Trouble with it is a warning: the pull request is there. */
import { partAt } from "../../core/parts.ts"
import { Problem } from "../../core/problem.ts"
import type { Client } from "./client.ts"
import { hasStatus } from "./trouble.ts"

interface Target {
  readonly owner: string
  readonly repo: string
}

const color = "d4a72c"

/** GitHub makes a missing label itself where the token may; elsewhere it is made first. */
export async function addLabels(
  calls: Client,
  target: Target,
  number: number,
  labels: readonly string[],
  signal: AbortSignal,
): Promise<readonly string[]> {
  if (labels.length === 0) return []
  const doing = `label pull request #${number}`
  const add = () =>
    calls.call(
      doing,
      octokit =>
        octokit.request("POST /repos/{owner}/{repo}/issues/{issue_number}/labels", {
          ...{ ...target, issue_number: number, labels: [...labels] },
        }),
      signal,
    )
  return await orWarning(async () => {
    try {
      await add()
    } catch (error) {
      if (!hasStatus(error, 404, 422)) throw error
      for (const name of labels) await makeLabel(calls, target, name, signal)
      await add()
    }
  }, "no labels were added")
}

async function makeLabel(calls: Client, target: Target, name: string, signal: AbortSignal): Promise<void> {
  try {
    await calls.call(
      `make the label ${JSON.stringify(name)}`,
      octokit => octokit.request("POST /repos/{owner}/{repo}/labels", { ...target, name, color }),
      signal,
    )
  } catch (error) {
    // It is there already.
    if (!hasStatus(error, 422)) throw error
  }
}

export async function requestReviews(
  calls: Client,
  target: Target,
  number: number,
  reviewers: readonly string[],
  signal: AbortSignal,
): Promise<readonly string[]> {
  if (reviewers.length === 0) return []
  const teams = reviewers.filter(name => name.includes("/")).map(name => partAt(name, "/", 1))
  const users = reviewers.filter(name => !name.includes("/"))
  return await orWarning(
    () =>
      calls.call(
        `ask for reviews of pull request #${number}`,
        octokit =>
          octokit.request("POST /repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers", {
            ...{ ...target, pull_number: number, reviewers: users, team_reviewers: teams },
          }),
        signal,
      ),
    "nobody was asked for a review",
  )
}

/** Only what concerns this alone is a warning: without token or GitHub the run goes no further. */
async function orWarning(work: () => Promise<unknown>, what: string): Promise<readonly string[]> {
  try {
    await work()
    return []
  } catch (error) {
    if (!(error instanceof Problem) || !hasStatus(error, 403, 404, 422)) throw error
    if (error.code === "propose/rate-limited") throw error
    return [`${what}: ${error.message}: ${error.data.join(" ")}`]
  }
}
