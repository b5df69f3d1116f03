import { certain } from "../core/certain.ts"
import type { Applied, PlanReport } from "../core/restore-report.ts"
import type { Paint } from "./paint.ts"
import { plural, printable, printableLines } from "./printable.ts"

/** A plan for a terminal: each path that is not as it shall be, the masked diff, and how to apply it. */
export function planText(plan: PlanReport, colors: Paint): string {
  const { yellow, bold, red, green } = colors
  const unchanged = plan.steps.filter(({ action }) => action === "unchanged").length
  const rows = plan.steps
    .filter(({ action }) => action !== "unchanged")
    .map(({ action, path, before, after }) => {
      const rights =
        before !== null && after !== null && before !== after
          ? `${before} → ${after}`
          : certain(after ?? before)
      return `  ${action.padEnd(9)} ${printable(path)}  ${colors.dim(printable(rights))}\n`
    })
  const licences = plan.reissue.flatMap(({ path, facts, oldMac, newMacs }) => [
    `${yellow("licence:")} ${printable(path)} is bound to other hardware. For a re-issue, send the vendor:\n`,
    ...Object.entries(facts).map(([name, value]) => `  ${name}: ${printable(value)}\n`),
    `  old MAC: ${printable(oldMac)}\n  new MAC: ${newMacs.map(printable).join(", ") || "unknown"}\n`,
    "  then go on with --without-license\n",
  ])
  return [
    `\n${bold(`plan ${plan.hash}`)} for ${plan.target}, which calls itself ${printable(plan.hostname)}, as ${plan.user}\n`,
    ...rows,
    unchanged === 0 ? "" : `  ${plural(unchanged, "path")} unchanged\n`,
    plan.diff === "" ? "" : `\n${coloredDiff(plan.diff, red, green)}\n`,
    ...licences,
    ...plan.obstacles.map(obstacle => `${red("in the way:")} ${printable(obstacle)}\n`),
  ].join("")
}

function coloredDiff(text: string, red: (text: string) => string, green: (text: string) => string): string {
  const lines = printableLines(text).split("\n")
  return lines
    .map(line => (line.startsWith("+") ? green(line) : line.startsWith("-") ? red(line) : line))
    .join("\n")
}

export function checksText(applied: Applied | null): string {
  const marks = { passed: "ok  ", skipped: "skip" }
  return (applied?.checks ?? [])
    .map(({ command, result, said }) => {
      const reason = result === "skipped" ? `: ${printable(said)}` : ""
      return `  ${marks[result]} ${printable(command)}${reason}\n`
    })
    .join("")
}

export function appliedText(
  plan: PlanReport,
  applied: Applied | null,
  green: (text: string) => string,
): string {
  const work = plan.steps.filter(({ action }) => ["create", "change", "rights"].includes(action)).length
  if (applied === null)
    return `nothing was written; to apply it: --confirm ${plan.target} --plan-hash ${plan.hash}`
  if (applied.folder === null) return `${green("in order")} already: ${plan.target} has all of it`
  return `${green("restored")} ${plural(work, "path")} on ${plan.target}; to undo it there: sh ${applied.folder}/undo`
}
