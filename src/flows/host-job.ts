/** What a restore does on a host, step by step, and how it is undone. */

import type { Host } from "../core/fleet.ts"
import { Problem } from "../core/problem.ts"
import type { HostCheck, RestoreTraits } from "../core/restore-plan.ts"
import type { Applied } from "../core/restore-report.ts"
import { wordsOf } from "../core/thrown.ts"
import type { Ran, Workbench } from "../core/workbench.ts"
import type { Job, JobOptions } from "../restore/job.ts"
import { isWork, planLines, planRestore } from "../restore/plan.ts"
import type { Prepared } from "./prepare-plan.ts"
import { redact } from "./redact.ts"

export interface JobTools {
  readonly target: Host
  readonly bench: Workbench
  readonly reopen: (signal: AbortSignal) => Promise<Workbench>
  readonly prepared: Prepared
  readonly traits: RestoreTraits
  readonly checks: readonly HostCheck[]
  readonly job: JobOptions
  readonly commandTimeoutMs: number
  readonly say: (message: string) => void
  readonly signal: AbortSignal
}

/** Longest time for putting things back after the connection or the run has ended, ms. */
const recoveryMs = 90_000

/** Something on the host did not go well; the connection stands. */
export class Failure extends Error {
  override readonly name = "Failure"
  readonly said: readonly string[]

  constructor(message: string, said: readonly string[]) {
    super(message)
    this.said = said
  }
}

/** Sends the folder of a restore. Nothing of the host is changed by it. @throws Problem "restore/refused" */
export async function sendJob(job: Job, tools: JobTools): Promise<void> {
  const { bench, target, signal } = tools
  const put = await bench.put(job.archive, signal).catch(async (cause: unknown) => {
    throw await notSent(cause, job.folder, tools)
  })
  if (put.status === 0) return
  await bench.run(`rm -rf ${job.folder}`, tools.commandTimeoutMs, signal)
  throw new Problem("restore/refused", `${target.name} does not take the files; it is as it was before`, {
    data: saidBy(put, tools),
    hint: `is there room below /var/lib on ${target.name}, and may it be written?`,
  })
}

/** The connection went while the files were on their way: they hold secrets, and are not left behind. */
async function notSent(cause: unknown, folder: string, tools: JobTools): Promise<Problem> {
  const { target, signal } = tools
  const why = signal.aborted ? "interrupted" : wordsOf(cause)
  const stop = AbortSignal.timeout(recoveryMs)
  const remove = `rm -rf ${folder}`
  const isGone = async () => {
    await using bench = await tools.reopen(stop)
    return (await bench.run(remove, tools.commandTimeoutMs, stop)).status === 0
  }
  const left = (await isGone().catch(() => false))
    ? []
    : [`what was sent may still be there; to remove it: ${login(target)}${remove}`]
  const code = signal.aborted ? "run/interrupted" : "restore/rolled-back"
  return new Problem(code, `${why}; ${target.name} is as it was before`, {
    cause,
    data: [...(cause instanceof Problem ? cause.data : []), ...left],
    hint: "look at the plan again: it was not begun",
  })
}

/** Runs one of the folder's scripts. @throws Failure */
export async function runScript({ folder }: Job, script: "apply" | "commit", tools: JobTools): Promise<void> {
  const ran = await tools.bench.run(`sh ${folder}/${script}`, tools.commandTimeoutMs, tools.signal)
  const what = { apply: "the files could not be put in place", commit: "it could not be completed" }
  if (ran.status !== 0) throw new Failure(what[script], saidBy(ran, tools))
}

export type CheckResult = Applied["checks"][number]

/** What holds on the host before anything is written, so that no check blames the restore for it. */
export interface Before {
  readonly serviceRuns: boolean
  /** commands of checks that count only when they succeeded before, and did not */
  readonly failing: ReadonlySet<string>
}

export async function stateBefore(tools: JobTools): Promise<Before> {
  const { bench, traits, prepared, commandTimeoutMs, signal } = tools
  const succeeds = async (command: string) =>
    (await bench.run(command, commandTimeoutMs, signal)).status === 0
  const serviceRuns = prepared.facts.programs.has(traits.program) && (await succeeds(traits.isRunning))
  const failing = new Set<string>()
  for (const check of tools.checks.filter(({ regression }) => regression)) {
    if (skipReason(check, serviceRuns, tools) === null && !(await succeeds(check.command)))
      failing.add(check.command)
  }
  return { serviceRuns, failing }
}

/** @throws Failure when the check does not succeed */
export async function runCheck(check: HostCheck, before: Before, tools: JobTools): Promise<CheckResult> {
  const { name, command } = check
  const skipped = skipReason(check, before.serviceRuns, tools)
  if (skipped !== null) return { name, command, result: "skipped", said: skipped }
  const ran = await tools.bench.run(command, tools.commandTimeoutMs, tools.signal)
  const said = saidBy(ran, tools)
  if (ran.status === 0) return { name, command, result: "passed", said: said.join("\n") }
  if (!before.failing.has(command)) throw new Failure(`\`${command}\` ended with ${ran.status}`, said)
  return { name, command, result: "skipped", said: `it failed before the restore, too: ${said.join("; ")}` }
}

function skipReason(
  check: HostCheck,
  serviceRuns: boolean,
  { traits, prepared, target }: JobTools,
): string | null {
  if (check.name === "own") return null
  if (!prepared.facts.programs.has(traits.program))
    return `${traits.program} is not installed on ${target.name}`
  return check.needsService && !serviceRuns ? `the service does not run on ${target.name}: start it` : null
}

/** What was written is read again: every path must be as the plan says. */
export async function proveApplied({ bench, prepared, signal }: JobTools): Promise<void> {
  const after = planRestore(prepared.items, await bench.look(prepared.paths, signal), () => false)
  const wrong = after.filter(step => isWork(step) || step.action === "blocked")
  if (wrong.length > 0)
    throw new Failure(
      "what was written reads back otherwise",
      wrong.slice(0, 5).map(({ path }) => path),
    )
}

/** Commands for the host, around the undoing of a restore. */
export interface Around {
  /** before anything is put back */
  readonly before: readonly string[]
  readonly after: readonly string[]
  /** once all is known to be as it was */
  readonly proven: readonly string[]
}

/**
 * Puts everything back that a restore changed, over a connection of its own.
 * @returns  what is not as it was before, each a sentence; empty when all is
 */
export async function undoJob({ folder }: Job, around: Around, tools: JobTools): Promise<readonly string[]> {
  const stop = AbortSignal.timeout(recoveryMs)
  try {
    // The connection that failed may be gone, and the run interrupted: a fresh one knows nothing of either.
    await using bench = await tools.reopen(stop)
    for (const command of around.before) await bench.run(command, tools.commandTimeoutMs, stop)
    const undone = await bench.run(`sh ${folder}/undo`, tools.commandTimeoutMs, stop)
    if (undone.status !== 0) {
      const said = saidBy(undone, tools)
      return said.length > 0 ? said : [`${folder}/undo ended with ${undone.status}`]
    }
    for (const command of around.after) await bench.run(command, tools.commandTimeoutMs, stop)
    const left = await differences(bench, tools, stop)
    if (left.length > 0) return left
    for (const command of around.proven) await bench.run(command, tools.commandTimeoutMs, stop)
    return []
  } catch (problem) {
    return [wordsOf(problem)]
  }
}

/** What is not as the plan found it. */
async function differences(
  bench: Workbench,
  { prepared }: JobTools,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const now = planRestore(prepared.items, await bench.look(prepared.paths, signal), prepared.belongs)
  const before = new Set(planLines(prepared.steps))
  return planLines(now).flatMap((line, index) =>
    before.has(line) ? [] : [`${now[index]?.path} is not as it was before`],
  )
}

export function halfDone(
  why: string,
  data: readonly string[],
  folder: string,
  { target }: JobTools,
  cause: unknown,
): Problem {
  const there = login(target)
  return new Problem("restore/half-done", `${why}; ${target.name} may be half restored`, {
    cause,
    data: [
      ...data,
      `state:  ${there}cat ${folder}/state`,
      `undo:   ${there}sh ${folder}/undo`,
      `finish: ${there}sh ${folder}/apply, then ${there}sh ${folder}/commit`,
    ],
    hint: "once the host can be reached, run one of these; each can be run again",
  })
}

const login = ({ user, address, port }: Host) =>
  `ssh -p ${port} ${user}@${address} ${user === "root" ? "" : "sudo "}`

const maxLines = 6

/** The last words of a command, without the secrets of the configs. */
function saidBy({ output }: Ran, { prepared }: JobTools): readonly string[] {
  const text = redact(output.revealText("shown without the secrets of the configs"), prepared.configs)
  const lines = text.split("\n").filter(line => line.trim() !== "")
  return lines.slice(-maxLines).map(line => line.slice(0, 300))
}
