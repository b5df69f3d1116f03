/** The story of a drill: restore a host elsewhere, prove that it would work, say how long it took. */

import { type DrillReport, type Proof, type ProofName, proofOf } from "../core/drill.ts"
import { gravest, Problem } from "../core/problem.ts"
import { drillIntoScratch, type ScratchRequest } from "./drill-scratch.ts"
import { drillOnSpare, type SpareRequest, type SpareTools } from "./drill-spare.ts"
import { Rehearsal, type RehearsalTools } from "./rehearsal.ts"

export interface DrillRequest extends ScratchRequest {
  /** which objective the drill is measured by */
  readonly scenario: string
}

export interface DrillTools extends RehearsalTools {
  readonly about: { readonly tool: string; readonly run: string | null }
}

/** A machine of the fleet that takes the place of the scratch directory, and the way to it. */
export interface Spare {
  readonly request: SpareRequest
  readonly tools: SpareTools
}

/**
 * A restore that fails is what a drill is for: it is a failed proof, and no exception.
 * @param spare  null: into a scratch directory
 */
export async function drill(
  request: DrillRequest,
  spare: Spare | null,
  tools: DrillTools,
  signal: AbortSignal,
): Promise<DrillReport> {
  const rtoMs = objectiveOf(request.scenario, tools)
  const run = new Rehearsal()
  const startedAt = tools.now().toISOString()
  const restoring =
    spare === null
      ? drillIntoScratch(run, request, tools, signal)
      : drillOnSpare(run, request, spare.request, { ...tools, ...spare.tools }, signal)
  const problem = await restoring.then(
    () => null,
    (error: unknown) => {
      if (!(error instanceof Problem) || signal.aborted || error.exit === "usage") throw error
      return error
    },
  )
  if (problem !== null) run.warnings.push(...problem.data)
  const done = run.proofs.filter(({ name }) => problem === null || name !== "restore")
  const proofs = problem === null ? done : [failedRestore(problem), ...done, ...skipped(done, spare !== null)]
  const ms = run.steps.reduce((sum, step) => sum + step.ms, 0)
  const isMet = problem === null && ms <= rtoMs
  const isFailed = !isMet || proofs.some(({ verdict }) => verdict === "failed")
  const isWeak = proofs.some(({ verdict }) => verdict === "weak")
  return {
    ...{ command: "drill", format: 1, host: request.host },
    ...{ target: spare?.request.target.name ?? "scratch", spare: run.spare },
    ...{ sequence: run.snapshot?.sequence ?? null, takenAt: run.snapshot?.takenAt ?? null, startedAt },
    ...tools.about,
    ...{ steps: run.steps, ms, objective: { scenario: request.scenario, rtoMs, isMet }, proofs },
    warnings: run.warnings,
    verdict: isFailed ? "failed" : isWeak ? "weak" : "passed",
    exit: gravest([isFailed ? "objective" : "good", ...(problem === null ? [] : [problem.exit])]),
  }
}

function objectiveOf(scenario: string, { fleet }: DrillTools): number {
  const rtoMs = fleet.rto.get(scenario)
  if (rtoMs !== undefined) return rtoMs
  throw new Problem(
    "settings/invalid",
    `the policy has no RTO for ${JSON.stringify(scenario.slice(0, 60))}`,
    {
      hint: `there are ${[...fleet.rto.keys()].join(", ")}; \`policy: rto:\` of fleet.yml adds others`,
    },
  )
}

function failedRestore(problem: Problem): Proof {
  const detail = `${problem.message}; ${problem.hint}`
  const finding = { level: "failed", verdict: problem.code, subject: "restore", detail } as const
  return proofOf("restore", "the host could not be restored", [finding])
}

function skipped(done: readonly Proof[], onSpare: boolean): readonly Proof[] {
  const all: readonly ProofName[] = [
    "files",
    "config",
    "dkim",
    "license",
    ...(onSpare ? ["host" as const] : []),
  ]
  const names = all.filter(name => !done.some(proof => proof.name === name))
  return names.map(name => ({ name, verdict: "skipped", summary: "nothing was restored", findings: [] }))
}
