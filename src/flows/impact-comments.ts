/** The story of impact in the review: what merged changes did, as one comment each, until their windows are full. */

import type { Discussions, MergedPage } from "../core/forge.ts"
import type { CommentedChange, ImpactCommentsReport, ImpactReport } from "../core/impact.ts"
import { caughtProblem, type Exit, gravest, Problem } from "../core/problem.ts"
import { impactMarkdown } from "../show/impact-markdown.ts"
import { type ImpactRequest, type ImpactTools, impact } from "./impact.ts"
import { nameOnMain } from "./merged-page.ts"

export interface CommentRequest extends Pick<ImpactRequest, "windowSeconds" | "thresholds" | "hosts"> {
  /** one change, whenever it was merged; null: all that were merged lately */
  readonly change: string | null
}

export interface CommentTools extends ImpactTools {
  readonly discussions: Discussions
}

/** After a window is over, counts may still come in, with the next backup that reads accounting. */
const graceSeconds = 86_400
/** Requests stay few: what is more than this waits for the next run, which finds the others done. */
const mostChanges = 50

export async function commentImpacts(
  request: CommentRequest,
  tools: CommentTools,
  signal: AbortSignal,
): Promise<ImpactCommentsReport> {
  const changes: CommentedChange[] = []
  let stopped: Problem | null = null
  for (const page of (await wanted(request, tools, signal)).slice(0, mostChanges)) {
    if (stopped !== null) break
    try {
      changes.push(await commentOn(page, request, tools, signal))
    } catch (error) {
      const problem = caughtProblem(error, signal)
      const { id, url } = page
      changes.push({ id, url, report: null, comment: "failed", problem })
      // What concerns all requests need not be found out fifty times.
      if (isOfAll.has(problem.code)) stopped = problem
    }
  }
  const { name, requests } = tools.discussions
  return {
    command: "impact",
    ...{ changes, forge: { name, ...requests } },
    exit: gravest(changes.flatMap(exitsOf)),
  }
}

const isOfAll = new Set([
  "propose/token",
  "propose/not-permitted",
  "propose/rate-limited",
  "propose/unavailable",
])

async function wanted(
  { change, windowSeconds }: CommentRequest,
  { discussions, now }: CommentTools,
  signal: AbortSignal,
): Promise<readonly MergedPage[]> {
  const lately = now().getTime() - (windowSeconds + graceSeconds) * 1000
  const merged = await discussions.merged(new Date(change === null ? lately : 0), signal)
  // A first mirror is no change: nothing was before it.
  const pages = merged.filter(({ mark }) => mark?.kind !== "baseline")
  if (change === null) return pages
  const name = change.replace(/^(drift\/|#)/, "")
  const found = pages.filter(({ id, number }) => id === name || String(number) === name)
  if (found.length > 0) return found
  throw new Problem("propose/no-such-proposal", `no merged pull request is of ${JSON.stringify(change)}`, {
    hint: "what a change did is written below its pull request once that is merged; leave --comment out to see it before",
  })
}

async function commentOn(
  page: MergedPage,
  request: CommentRequest,
  tools: CommentTools,
  signal: AbortSignal,
): Promise<CommentedChange> {
  const { id, url } = page
  const report = await reportOf(page, request, tools, signal)
  // Without a count there is nothing to say yet, and perhaps there never is.
  if (report.isps.length === 0) return { id, url, report, comment: "none", problem: null }
  const comment = await tools.discussions.comment(page, impactMarkdown(report), signal)
  return { id, url, report, comment, problem: null }
}

async function reportOf(
  page: MergedPage,
  request: CommentRequest,
  tools: CommentTools,
  signal: AbortSignal,
): Promise<ImpactReport> {
  const { id } = page
  const name = (await nameOnMain(page, tools.vault, signal)) ?? id
  const report = await impact({ ...request, of: { kind: "change", name } }, tools, signal)
  return { ...report, subject: { ...report.subject, name: id } }
}

/** Bad news makes a run red once: when it is written, and again when it changes. */
function exitsOf({ report, comment, problem }: CommentedChange): readonly Exit[] {
  if (problem !== null) return [problem.exit]
  return report?.result === "worse" && comment !== "same" ? ["objective"] : []
}
