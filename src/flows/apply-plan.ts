/** Applies a confirmed plan, checks the host, and puts everything back when a check fails. */
import type { Host } from "../core/fleet.ts"
import { Problem } from "../core/problem.ts"
import type { HostCheck, RestoreTraits } from "../core/restore-plan.ts"
import type { Applied } from "../core/restore-report.ts"
import type { Ran, Workbench } from "../core/workbench.ts"
import { type JobOptions, makeJob } from "../restore/job.ts"
import { isWork, planLines, planRestore } from "../restore/plan.ts"
import type { Prepared } from "./prepare-plan.ts"
import { redact } from "./redact.ts"

export interface ApplyTools {
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

export async function applyPlan(tools: ApplyTools): Promise<Applied> {
  const { bench, target, prepared, signal, say } = tools
  const job = makeJob(prepared.steps, prepared.items, tools.job)
  const before = await stateBefore(tools)
  signal.throwIfAborted()
  const put = await bench.put(job.archive, signal)
  if (put.status !== 0) {
    await bench.run(`rm -rf ${job.folder}`, tools.commandTimeoutMs, signal)
    throw new Problem("restore/refused", `${target.name} does not take the files; it is as it was before`, {
      data: saidBy(put, tools),
      hint: `is there room below /var/lib on ${target.name}, and may it be written?`,
    })
  }
  let reloaded = false
  try {
    say(`applying on ${target.name}; to undo it there: sh ${job.folder}/undo`)
    const applied = await bench.run(`sh ${job.folder}/apply`, tools.commandTimeoutMs, signal)
    if (applied.status !== 0) throw new Failure("the files could not be put in place", saidBy(applied, tools))
    await proveApplied(tools)
    const checks: CheckResult[] = []
    for (const check of tools.checks) {
      reloaded ||= check.command === tools.traits.reload
      checks.push(await runCheck(check, before, tools))
    }
    const committed = await bench.run(`sh ${job.folder}/commit`, tools.commandTimeoutMs, signal)
    if (committed.status !== 0) throw new Failure("it could not be completed", saidBy(committed, tools))
    return { folder: job.folder, checks }
  } catch (cause) {
    throw await putBack(cause, job.folder, reloaded, tools)
  }
}

/** Something on the host did not go well; the connection stands. */
class Failure extends Error {
  override readonly name = "Failure"
  readonly said: readonly string[]

  constructor(message: string, said: readonly string[]) {
    super(message)
    this.said = said
  }
}

type CheckResult = Applied["checks"][number]

/** What holds on the host before anything is written, so that no check blames the restore for it. */
interface Before {
  readonly serviceRuns: boolean
  /** commands of checks that count only when they succeeded before, and did not */
  readonly failing: ReadonlySet<string>
}

async function stateBefore(tools: ApplyTools): Promise<Before> {
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
async function runCheck(check: HostCheck, before: Before, tools: ApplyTools): Promise<CheckResult> {
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
  { traits, prepared, target }: ApplyTools,
): string | null {
  if (check.name === "own") return null
  if (!prepared.facts.programs.has(traits.program))
    return `${traits.program} is not installed on ${target.name}`
  return check.needsService && !serviceRuns ? `the service does not run on ${target.name}: start it` : null
}

/** What was written is read again: every path must be as the plan says. */
async function proveApplied({ bench, prepared, signal }: ApplyTools): Promise<void> {
  const after = planRestore(prepared.items, await bench.look(prepared.paths, signal), () => false)
  const wrong = after.filter(step => isWork(step) || step.action === "blocked")
  if (wrong.length > 0)
    throw new Failure(
      "what was written reads back otherwise",
      wrong.slice(0, 5).map(({ path }) => path),
    )
}

/** @returns the Problem to throw: it says in what state the host is */
async function putBack(
  cause: unknown,
  folder: string,
  reloaded: boolean,
  tools: ApplyTools,
): Promise<Problem> {
  const { target, say } = tools
  const why = tools.signal.aborted ? "interrupted" : cause instanceof Error ? cause.message : String(cause)
  const data = cause instanceof Failure ? cause.said : cause instanceof Problem ? cause.data : []
  say(`${why}: putting everything back on ${target.name}`)
  const stop = AbortSignal.timeout(recoveryMs)
  try {
    // The connection that failed may be gone, and the run interrupted: a fresh one knows nothing of either.
    await using bench = await tools.reopen(stop)
    const undone = await bench.run(`sh ${folder}/undo`, tools.commandTimeoutMs, stop)
    if (undone.status !== 0) return halfDone(why, [...data, ...saidBy(undone, tools)], folder, tools, cause)
    if (reloaded) await bench.run(tools.traits.reload, tools.commandTimeoutMs, stop)
    const left = await differences(bench, tools, stop)
    if (left.length > 0) return halfDone(why, [...data, ...left], folder, tools, cause)
  } catch (second) {
    const told = second instanceof Error ? [second.message] : []
    return halfDone(why, [...data, ...told], folder, tools, cause)
  }
  const code = tools.signal.aborted ? "run/interrupted" : "restore/rolled-back"
  return new Problem(code, `${why}; ${target.name} is as it was before`, {
    cause,
    data,
    hint: `put that right and look at the plan again; what was tried is in ${folder} on ${target.name}`,
  })
}

/** What is not as the plan found it. */
async function differences(
  bench: Workbench,
  { prepared }: ApplyTools,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const now = planRestore(prepared.items, await bench.look(prepared.paths, signal), prepared.belongs)
  const before = new Set(planLines(prepared.steps))
  return planLines(now).flatMap((line, index) =>
    before.has(line) ? [] : [`${now[index]?.path} is not as it was before`],
  )
}

function halfDone(
  why: string,
  data: readonly string[],
  folder: string,
  { target }: ApplyTools,
  cause: unknown,
): Problem {
  const sudo = target.user === "root" ? "" : "sudo "
  const login = `ssh -p ${target.port} ${target.user}@${target.address} ${sudo}`
  return new Problem("restore/half-done", `${why}; ${target.name} may be half restored`, {
    cause,
    data: [
      ...data,
      `state:  ${login}cat ${folder}/state`,
      `undo:   ${login}sh ${folder}/undo`,
      `finish: ${login}sh ${folder}/apply, then ${login}sh ${folder}/commit`,
    ],
    hint: "once the host can be reached, run one of these; each can be run again",
  })
}

const maxLines = 6

/** The last words of a command, without the secrets of the configs. */
function saidBy({ output }: Ran, { prepared }: ApplyTools): readonly string[] {
  const text = redact(output.revealText("shown without the secrets of the configs"), prepared.configs)
  const lines = text.split("\n").filter(line => line.trim() !== "")
  return lines.slice(-maxLines).map(line => line.slice(0, 300))
}
