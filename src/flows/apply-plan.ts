/** Applies a confirmed plan, checks the host, and puts everything back when a check fails. */

import { Problem } from "../core/problem.ts"
import type { Applied } from "../core/restore-report.ts"
import { wordsOf } from "../core/thrown.ts"
import { type Job, makeJob } from "../restore/job.ts"
import {
  type CheckResult,
  Failure,
  halfDone,
  type JobTools,
  proveApplied,
  runCheck,
  runScript,
  sendJob,
  stateBefore,
  undoJob,
} from "./host-job.ts"

export async function applyPlan(tools: JobTools): Promise<Applied> {
  const { target, prepared, signal, say } = tools
  const job = makeJob(prepared.steps, prepared.items, tools.job)
  const before = await stateBefore(tools)
  signal.throwIfAborted()
  await sendJob(job, tools)
  let reloaded = false
  try {
    say(`applying on ${target.name}; to undo it there: sh ${job.folder}/undo`)
    await runScript(job, "apply", tools)
    await proveApplied(tools)
    const checks: CheckResult[] = []
    for (const check of tools.checks) {
      reloaded ||= check.command === tools.traits.reload
      checks.push(await runCheck(check, before, tools))
    }
    await runScript(job, "commit", tools)
    return { folder: job.folder, checks }
  } catch (cause) {
    throw await putBack(cause, job, reloaded, tools)
  }
}

/** @returns the Problem to throw: it says in what state the host is */
async function putBack(cause: unknown, job: Job, reloaded: boolean, tools: JobTools): Promise<Problem> {
  const { target, say } = tools
  const why = tools.signal.aborted ? "interrupted" : wordsOf(cause)
  const data = cause instanceof Failure ? cause.said : cause instanceof Problem ? cause.data : []
  say(`${why}: putting everything back on ${target.name}`)
  const around = { before: [], after: reloaded ? [tools.traits.reload] : [], proven: [] }
  const left = await undoJob(job, around, tools)
  if (left.length > 0) return halfDone(why, [...data, ...left], job.folder, tools, cause)
  const code = tools.signal.aborted ? "run/interrupted" : "restore/rolled-back"
  return new Problem(code, `${why}; ${target.name} is as it was before`, {
    cause,
    data,
    hint: `put that right and look at the plan again; what was tried is in ${job.folder} on ${target.name}`,
  })
}
