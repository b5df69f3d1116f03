/** What GitHub refuses, in words that say what to change. Its own words are shown below, as data. */

import { cut } from "../../core/markdown.ts"
import { textBefore } from "../../core/parts.ts"
import { Problem } from "../../core/problem.ts"
import { asError } from "../../core/thrown.ts"
import type { Access } from "./client.ts"

interface Refusal {
  readonly status: number
  readonly message: string
  readonly headers: Readonly<Record<string, string | number | undefined>>
}

/** @param error  what Octokit threw; anything that is no answer of GitHub is a broken connection */
export function problemFor(error: unknown, doing: string, access: Access): Error {
  const refusal = refusalOf(error)
  if (refusal === null) return asError(error)
  const name = `${access.owner}/${access.repo}`
  const options = { data: [cut(textBefore(refusal.message, "\n"), 300)], cause: error }
  const say = (code: ConstructorParameters<typeof Problem>[0], message: string, hint: string) =>
    new Problem(code, message, { ...options, hint })
  const { status, message, headers } = refusal
  // GitHub tells these apart by its words alone.
  if (isRateLimit(refusal))
    return say(
      "propose/rate-limited",
      `GitHub's rate limit stopped us: it did not ${doing}`,
      waitHint(headers),
    )
  if (/not permitted to create or approve pull requests/i.test(message))
    return say(
      "propose/not-permitted",
      `GitHub Actions may not create pull requests in ${name}`,
      'tick "Allow GitHub Actions to create and approve pull requests" in Settings › Actions › General, in the organisation too; or give the token of a GitHub App',
    )
  switch (status) {
    case 401:
      return say(
        "propose/token",
        `GitHub does not accept the token for ${name}`,
        "it may have expired; in a workflow leave `token` out, or give `token: $" + "{{ github.token }}`",
      )
    case 403:
      return say(
        "propose/not-permitted",
        `the token may not ${doing} in ${name}`,
        "give the job `permissions: { contents: write, pull-requests: write, issues: write }`, or the token these rights",
      )
    case 404:
      return say(
        "propose/not-found",
        `GitHub has no ${name} for this token: it did not ${doing}`,
        "check the name in `vault`, and that the token covers this repository with `pull-requests: write`",
      )
    case 409:
    case 410:
    case 422:
      return say("propose/refused", `GitHub refuses to ${doing} in ${name}`, hintFor(message))
    default:
      return say(
        "propose/unavailable",
        `GitHub did not ${doing} for ${name}${status === 500 ? "" : ` (${status})`}`,
        "run again later: what is missing is made then; https://www.githubstatus.com says whether others wait too",
      )
  }
}

/** Whether an error is an answer of GitHub with this status. */
export function hasStatus(error: unknown, ...statuses: readonly number[]): boolean {
  const refusal = refusalOf(error instanceof Problem ? error.cause : error)
  return refusal !== null && statuses.includes(refusal.status)
}

export function saysThat(error: unknown, words: RegExp): boolean {
  return words.test(refusalOf(error instanceof Problem ? error.cause : error)?.message ?? "")
}

function refusalOf(error: unknown): Refusal | null {
  if (!(error instanceof Error) || !("status" in error) || typeof error.status !== "number") return null
  const response =
    "response" in error ? (error.response as { headers?: Refusal["headers"] } | undefined) : undefined
  return { status: error.status, message: error.message, headers: response?.headers ?? {} }
}

function isRateLimit({ status, message, headers }: Refusal): boolean {
  if (status === 429) return true
  return status === 403 && (/\brate limit\b/i.test(message) || headers["x-ratelimit-remaining"] === "0")
}

function waitHint(headers: Refusal["headers"]): string {
  const reset = Number(headers["x-ratelimit-reset"])
  const again = reset > 0 ? `after ${new Date(reset * 1000).toISOString().slice(11, 16)} UTC` : "later"
  return `run again ${again}: what is missing is made then; lower max-proposals if it happens often`
}

function hintFor(message: string): string {
  if (/verified signature/i.test(message))
    return "the rule wants signed commits, and GitHub signs those of GITHUB_TOKEN and of Apps, not those of people's tokens: give one of the former"
  if (/repository rule violations|protected branch/i.test(message))
    return "exempt the branches drift/* and bundles from the rule, or let the token bypass it"
  return "its words above say why; `pmta-vault backup` tries again"
}
