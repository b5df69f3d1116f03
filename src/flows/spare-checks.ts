/** What the MTA itself says on a spare host of what was restored onto it. */
import type { DrilledCheck } from "../core/drill.ts"
import type { HostCheck } from "../core/restore-plan.ts"
import { proveHostChecks } from "../prove/host-checks.ts"
import { type Before, Failure, type JobTools, runCheck } from "./host-job.ts"
import type { Rehearsal } from "./rehearsal.ts"

/** What was done to the service, and has to be undone with the files. */
export interface Service {
  reloaded: boolean
  started: boolean
}

export interface SpareState {
  readonly before: Before
  readonly isLicensed: boolean
  readonly service: Service
}

/** The checks of a restore; where nothing is running, the service is started in place of being told to read anew. */
export async function checkSpare(
  run: Rehearsal,
  { before, isLicensed, service }: SpareState,
  jobTools: JobTools,
): Promise<readonly DrilledCheck[]> {
  const { traits, prepared } = jobTools
  const isInstalled = prepared.facts.programs.has(traits.program)
  const starts = isInstalled && isLicensed && !before.serviceRuns
  const done: DrilledCheck[] = []
  let { serviceRuns } = before
  for (const usual of jobTools.checks) {
    const isReload = usual.command === traits.reload
    const check: HostCheck =
      isReload && starts ? { ...usual, name: "start", command: traits.start, needsService: false } : usual
    if (done.some(({ result }) => result === "failed")) {
      done.push({ command: usual.command, result: "skipped", said: "a command before it failed" })
      continue
    }
    // Before it is run: what is cut off in the midst of it has to be undone, too.
    service.reloaded ||= isReload && before.serviceRuns
    service.started ||= isReload && starts
    const name = check.name === "start" ? "start the service" : check.command
    const checked = await run.timed(name, () => drilled(check, { ...before, serviceRuns }, jobTools))
    serviceRuns ||= check.name === "start" && checked.result === "passed"
    done.push(checked)
  }
  run.proofs.push(proveHostChecks(done, obstacleOf(isInstalled, isLicensed, jobTools)))
  return done
}

/** A check that fails is a finding, and no reason to stop. */
async function drilled(check: HostCheck, before: Before, jobTools: JobTools): Promise<DrilledCheck> {
  const { command } = check
  try {
    const { result, said } = await runCheck(check, before, jobTools)
    return { command, result, said }
  } catch (failure) {
    if (!(failure instanceof Failure)) throw failure
    return { command, result: "failed", said: [failure.message, ...failure.said].join("; ") }
  }
}

/** Why commands that were skipped leave the question open whether the service would run. */
function obstacleOf(isInstalled: boolean, isLicensed: boolean, { checks, traits, target }: JobTools) {
  if (checks.some(({ name }) => name === "own")) return null
  if (!isInstalled)
    return { verdict: "not-installed", detail: `${traits.program} is not installed on ${target.name}` }
  if (isLicensed) return null
  return { verdict: "not-started", detail: `${target.name} has no licence of its own: nothing was started` }
}
