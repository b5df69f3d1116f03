/** A host restored over SSH: everything is checked, the plan is shown, and only the confirmed plan is applied. */
import type { Host } from "../core/fleet.ts"
import { Problem } from "../core/problem.ts"
import type { Profile } from "../core/profile.ts"
import type { Restorable } from "../core/restorable.ts"
import type { HostCheck } from "../core/restore-plan.ts"
import type { Applied, PlanReport, RestoreReport } from "../core/restore-report.ts"
import type { Transport } from "../core/transport.ts"
import { jobId } from "../restore/job.ts"
import { endedJobs, endLeftJobs } from "../restore/left-jobs.ts"
import { isWork } from "../restore/plan.ts"
import type { Identities } from "../seal/identity.ts"
import { applyPlan } from "./apply-plan.ts"
import { refuseLogs } from "./find-logs.ts"
import type { JobTools } from "./host-job.ts"
import { type Prepared, preparePlan } from "./prepare-plan.ts"
import { fetchSnapshot, openFetched, type RestoreRequest, type RestoreTools, report } from "./restore.ts"

export interface RestoreToRequest extends RestoreRequest {
  readonly identities: Identities
  /** of the fleet; `user` is the account that restores */
  readonly target: Host
  /** the plan is all that is wanted */
  readonly planOnly: boolean
  /** null: nobody confirmed */
  readonly confirm: string | null
  /** of the plan that was looked at */
  readonly planHash: string | null
  /** commands in place of the profile's checks; empty for those */
  readonly checks: readonly string[]
  readonly withoutLicense: boolean
}

export interface RestoreToTools extends RestoreTools {
  readonly profile: Profile
  readonly transport: Transport
  /** longest time for one command on the host, ms */
  readonly commandTimeoutMs: number
  /** told before the first write */
  readonly keepPlan: (plan: PlanReport) => Promise<void>
  readonly say: (message: string) => void
}

export async function restoreTo(
  request: RestoreToRequest,
  tools: RestoreToTools,
  signal: AbortSignal,
): Promise<RestoreReport> {
  const started = performance.now()
  const { target } = request
  const applies = isConfirmed(request)
  const fetched = await fetchSnapshot(request, tools, signal)
  refuseLogs(fetched.logs)
  const items = await openFetched(fetched, request.identities, request.paths)
  await using bench = await tools.transport.workbench(target, signal)
  const prepared = await preparePlan(request, items, fetched.chosen.signed, bench, tools, signal)
  const { plan } = prepared
  await tools.keepPlan(plan)
  const done = (applied: Applied | null, warnings: readonly string[] = []) =>
    report(
      fetched,
      prepared.items,
      { form: "to", plan, applied },
      [...prepared.warnings, ...warnings],
      started,
    )
  if (!applies) return done(null)
  if (plan.hash !== request.planHash) throw planChanged(request, plan)
  refuse(target, prepared)
  const ended = await bench.run(endLeftJobs, tools.commandTimeoutMs, signal)
  const left = endedJobs(ended.output.revealText("names of folders"))
  if (!prepared.steps.some(isWork))
    return done({ folder: null, checks: [] }, [...left, "there was nothing to do"])
  const { snapshot } = fetched.chosen.signed
  const applyTools: JobTools = {
    ...{ target, bench, prepared, commandTimeoutMs: tools.commandTimeoutMs, say: tools.say, signal },
    reopen: stop => tools.transport.workbench(target, stop),
    traits: tools.profile.restore,
    checks: checksOf(request, prepared, tools.profile),
    job: {
      id: jobId(tools.now(), plan.hash),
      title: `snapshot ${snapshot.sequence} of ${snapshot.host} onto ${target.name}`,
      time: Math.floor(tools.now().getTime() / 1000),
    },
  }
  return done(await applyPlan(applyTools), left)
}

/** Whether the plan shall be applied. Refused before anything is read when the wrong host is named. */
function isConfirmed({ target, confirm, planHash, planOnly, host }: RestoreToRequest): boolean {
  if (confirm !== null && confirm !== target.name) {
    throw new Problem(
      "restore/wrong-host",
      `confirm names ${confirm.slice(0, 60)}, and the target is ${target.name}`,
      {
        hint: "name the host that is to be overwritten in both",
      },
    )
  }
  if (planOnly || (confirm === null && planHash === null)) return false
  if (confirm === null) {
    throw new Problem("restore/not-confirmed", `nobody confirmed that ${target.name} is to be overwritten`, {
      hint: `give --confirm ${target.name} with the plan-hash; without both, the plan is shown`,
    })
  }
  if (planHash !== null) return true
  const source = host === target.name ? "" : ` --host ${host}`
  throw new Problem("restore/not-confirmed", "there is no plan-hash: nobody has looked at the plan yet", {
    hint: `run \`pmta-vault restore${source} --to ${target.name} --plan\`, read it, and give its hash with --plan-hash`,
  })
}

function planChanged({ target, planHash }: RestoreToRequest, plan: PlanReport): Problem {
  return new Problem(
    "restore/plan-changed",
    `the plan for ${target.name} is not the one that was confirmed`,
    {
      data: [`confirmed ${planHash?.slice(0, 64)}`, `now       ${plan.hash}`],
      hint: "the host, the snapshot or the identity is another than then: look at the plan again; nothing was written",
    },
  )
}

function refuse(target: Host, prepared: Prepared): void {
  const [licence] = prepared.plan.reissue
  if (licence !== undefined) {
    const sent = Object.entries(licence.facts).map(([name, value]) => `${name}: ${value}`)
    throw new Problem(
      "restore/other-hardware",
      `${licence.path} is bound to other hardware than ${target.name}`,
      {
        data: [...sent, `old MAC: ${licence.oldMac}`, `new MAC: ${licence.newMacs.join(", ") || "unknown"}`],
        hint: "send these facts to the vendor for a re-issue, and go on with --without-license; nothing was written",
      },
    )
  }
  refusePlan(target, prepared)
}

/** @throws Problem "restore/blocked" when something on the host is in the way */
export function refusePlan(target: Host, { plan }: Pick<Prepared, "plan">): void {
  if (plan.obstacles.length === 0) return
  throw new Problem("restore/blocked", `the plan cannot be applied to ${target.name}; nothing was written`, {
    data: plan.obstacles.slice(0, 10),
    hint: "put that right on the host first, then look at the plan again",
  })
}

function checksOf({ checks }: RestoreToRequest, { items }: Prepared, profile: Profile): readonly HostCheck[] {
  if (checks.length > 0)
    return checks.map(command => ({ name: "own", command, needsService: false, regression: false }))
  return profile.restore.checks(configTexts(items, profile))
}

export function configTexts(items: readonly Restorable[], profile: Profile): ReadonlyMap<string, string> {
  const shown = new Set(profile.categories.filter(({ shownMasked }) => shownMasked).map(({ name }) => name))
  return new Map(
    items.flatMap(({ category, entry, content }) =>
      content !== null && shown.has(category)
        ? [[entry.path, content.revealText("find what it names")] as const]
        : [],
    ),
  )
}
