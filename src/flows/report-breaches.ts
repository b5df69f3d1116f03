import type { IssueTracker } from "../core/issues.ts"
import { caughtProblem, gravest } from "../core/problem.ts"
import type { StatusReport } from "../core/status.ts"
import { planIssues } from "../propose/breach-issues.ts"

/**
 * Makes the issues say what the status says. Trouble with them is told and makes the run red; the status itself
 * stands.
 */
export async function reportBreaches(
  report: StatusReport,
  tracker: IssueTracker,
  signal: AbortSignal,
): Promise<StatusReport> {
  try {
    const breaches = report.findings.filter(({ level }) => level === "breach")
    const plan = planIssues(breaches, await tracker.list(signal))
    for (const issue of plan.update) await tracker.update(issue, signal)
    for (const issue of plan.create) await tracker.create(issue, signal)
    if (plan.heldBack === 0) return report
    const message = `${plan.heldBack} more breaches have no issue of their own: there are too many`
    const finding = {
      id: "issues/held-back",
      level: "warning",
      host: null,
      message,
      hint: "see the summary",
    } as const
    return { ...report, findings: [...report.findings, finding] }
  } catch (error) {
    const problem = caughtProblem(error, signal)
    const message = `the issues do not say this: ${problem.message}`
    const finding = {
      id: "issues/trouble",
      level: "warning",
      host: null,
      message,
      hint: problem.hint,
    } as const
    return {
      ...report,
      findings: [...report.findings, finding],
      exit: gravest([report.exit, problem.exit]),
    }
  }
}
