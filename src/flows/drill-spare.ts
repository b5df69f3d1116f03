/**
 * A drill onto a spare host over SSH: the path of a restore, every step timed, and the host put back afterwards.
 * Nothing is written before everything was verified and the machine is known to be one that may be overwritten.
 */

import { dirname } from "node:path/posix"
import { proofOf, type SpareHost } from "../core/drill.ts"
import type { Host } from "../core/fleet.ts"
import { Problem } from "../core/problem.ts"
import type { Restorable } from "../core/restorable.ts"
import { wordsOf } from "../core/thrown.ts"
import type { Transport } from "../core/transport.ts"
import type { Workbench } from "../core/workbench.ts"
import { proveHostFiles } from "../prove/host-files.ts"
import { foundTree } from "../prove/tree.ts"
import { type Job, jobId, makeJob } from "../restore/job.ts"
import { isWork, planRestore } from "../restore/plan.ts"
import type { ScratchRequest } from "./drill-scratch.ts"
import {
  type Before,
  Failure,
  halfDone,
  type JobTools,
  runScript,
  sendJob,
  stateBefore,
  undoJob,
} from "./host-job.ts"
import { type Prepared, preparePlan } from "./prepare-plan.ts"
import type { Rehearsal, RehearsalTools } from "./rehearsal.ts"
import type { Fetched } from "./restore.ts"
import { configTexts, refusePlan } from "./restore-to.ts"
import { checkSpare, type Service } from "./spare-checks.ts"
import { refuseMachine, refuseTarget } from "./spare-host.ts"

export interface SpareRequest {
  /** of the fleet; `user` is the account that restores */
  readonly target: Host
  /** the name of the target again; null: nobody gave it */
  readonly confirm: string | null
  /** leave it as restored */
  readonly keep: boolean
  /** commands in place of the profile's checks; empty for those */
  readonly checks: readonly string[]
}

export interface SpareTools {
  readonly transport: Transport
  /** longest time for one command on the host, ms */
  readonly commandTimeoutMs: number
  readonly say: (message: string) => void
}

type Tools = RehearsalTools & SpareTools

interface Planned {
  readonly prepared: Prepared
  /** whether there will be a licence on the host, as far as can be known */
  readonly isLicensed: boolean
}

export async function drillOnSpare(
  run: Rehearsal,
  wanted: ScratchRequest,
  request: SpareRequest,
  tools: Tools,
  signal: AbortSignal,
): Promise<void> {
  const { target, confirm } = request
  refuseTarget(wanted.host, target, confirm, tools.fleet)
  run.spare = untouched
  const { fetched, items } = await run.fetch(wanted, tools, signal)
  await using bench = await run.timed("connect", () => tools.transport.workbench(target, signal))
  const planned = await run.timed("plan", () =>
    plan(run, wanted, request, fetched, items, bench, tools, signal),
  )
  const { prepared } = planned
  const { hostname } = prepared.facts
  run.spare = { ...untouched, hostname }
  const jobTools = jobToolsOf(request, fetched, prepared, bench, tools, signal)
  const before = await stateBefore(jobTools)
  const { program } = tools.profile.restore
  refuseMachine(target, { hostname, program, serviceRuns: before.serviceRuns }, confirm, tools.fleet)
  refusePlan(target, prepared)
  const job = makeJob(prepared.steps, prepared.items, jobTools.job)
  signal.throwIfAborted()
  await run.timed("send", () => sendJob(job, jobTools))
  const spare = { ...planned, before, keep: request.keep }
  await rehearse(run, items, job, spare, jobTools, tools)
}

const untouched: SpareHost = {
  ...{ hostname: null, written: 0, unchanged: 0, checks: [] },
  ...{ left: "untouched", putBackMs: null, folder: null },
}

/** A licence for other hardware is of no use there: the spare keeps its own, and it is said. */
async function plan(
  run: Rehearsal,
  wanted: ScratchRequest,
  { target }: SpareRequest,
  fetched: Fetched,
  items: readonly Restorable[],
  bench: Workbench,
  tools: Tools,
  signal: AbortSignal,
): Promise<Planned> {
  const request = { ...wanted, target, paths: [], withoutLicense: false }
  const { signed } = fetched.chosen
  const whole = await preparePlan(request, items, signed, bench, tools, signal)
  if (whole.plan.reissue.length === 0) return { prepared: whole, isLicensed: true }
  const paths = whole.plan.reissue.map(({ path }) => path)
  run.warnings.push(`${paths.join(", ")} is bound to other hardware than ${target.name}, and was left out`)
  return {
    prepared: await preparePlan({ ...request, withoutLicense: true }, items, signed, bench, tools, signal),
    isLicensed: paths.every(path => whole.found.some(({ entry }) => entry.path === path)),
  }
}

function jobToolsOf(
  { target, checks }: SpareRequest,
  { chosen }: Fetched,
  prepared: Prepared,
  bench: Workbench,
  tools: Tools,
  signal: AbortSignal,
): JobTools {
  const { profile, transport, commandTimeoutMs, say, now } = tools
  const { snapshot } = chosen.signed
  const own = checks.map(command => ({ name: "own", command, needsService: false, regression: false }))
  return {
    ...{ target, bench, prepared, commandTimeoutMs, say, signal },
    reopen: stop => transport.workbench(target, stop),
    traits: profile.restore,
    checks: own.length > 0 ? own : profile.restore.checks(configTexts(prepared.items, profile)),
    job: {
      id: jobId(now(), prepared.plan.hash),
      title: `drill: snapshot ${snapshot.sequence} of ${snapshot.host} onto ${target.name}`,
      time: Math.floor(now().getTime() / 1000),
    },
  }
}

/** From the first write on: whatever happens, the host is left in a state that is known, or that is told. */
async function rehearse(
  run: Rehearsal,
  items: readonly Restorable[],
  job: Job,
  { before, isLicensed, keep }: Planned & { readonly before: Before; readonly keep: boolean },
  jobTools: JobTools,
  tools: Tools,
): Promise<void> {
  const { prepared, target, say, signal } = jobTools
  const service: Service = { reloaded: false, started: false }
  const about = {
    ...(run.spare ?? untouched),
    written: prepared.steps.filter(isWork).length,
    unchanged: prepared.steps.filter(({ action }) => action === "unchanged").length,
    folder: job.folder,
  }
  run.spare = { ...about, left: "unknown" }
  say(`restoring onto ${target.name}; to undo it there: sh ${job.folder}/undo`)
  const work = async () => {
    await run.timed("apply", () => runScript(job, "apply", jobTools))
    run.proofs.push(proofOf("restore", `opened with the identity, and in place on ${target.name}`, []))
    const found = await run.timed("read back", () => jobTools.bench.look(prepared.paths, signal))
    const after = planRestore(prepared.items, found, prepared.belongs)
    run.proofs.push(proveHostFiles(prepared.items, after))
    await run.prove(items, foundTree(found), prepared.facts.macs, tools, signal)
    const checks = await checkSpare(run, { before, isLicensed, service }, jobTools)
    run.spare = { ...about, left: "unknown", checks }
    if (keep) await runScript(job, "commit", jobTools)
  }
  const failure = await work().then(
    () => null,
    (cause: unknown) => ({ cause }),
  )
  if (failure === null && keep) {
    run.spare = { ...run.spare, left: "restored" }
    return
  }
  const started = performance.now()
  const left = await putBack(job, service, jobTools)
  const why = failure === null ? "the drill is over" : whyOf(failure.cause, signal)
  if (left.length > 0) throw halfDone(why, left, job.folder, jobTools, failure?.cause)
  const putBackMs = Math.round(performance.now() - started)
  run.spare = { ...run.spare, left: "before", putBackMs, folder: null }
  if (failure === null) return
  const { cause } = failure
  if (cause instanceof Problem && !signal.aborted) throw cause
  const code = signal.aborted ? "run/interrupted" : "restore/rolled-back"
  const data = cause instanceof Failure ? cause.said : []
  throw new Problem(code, `${why}; ${target.name} is as it was before`, {
    ...{ cause, data },
    hint: `drill again once ${target.name} answers; nothing has to be undone`,
  })
}

const whyOf = (cause: unknown, signal: AbortSignal): string =>
  signal.aborted ? "interrupted" : wordsOf(cause)

/** @returns what is not as it was before, each a sentence */
async function putBack(job: Job, service: Service, jobTools: JobTools): Promise<readonly string[]> {
  const { traits, target, say } = jobTools
  say(`putting ${target.name} back as it was`)
  return await undoJob(
    job,
    {
      before: service.started ? [traits.stop] : [],
      after: service.reloaded ? [traits.reload] : [],
      // Until then the folder could undo the rest.
      proven: [`rm -rf ${job.folder}; rmdir ${dirname(job.folder)} 2>/dev/null; true`],
    },
    jobTools,
  )
}
