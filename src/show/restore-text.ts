import type { ListedFile, RestoreReport } from "../core/restore-report.ts"
import type { Paint } from "./paint.ts"
import { appliedText, checksText, planText } from "./plan-text.ts"
import { bytesInWords, plural, printable, timeInWords } from "./printable.ts"

/** The result of a restore for a terminal. */
export function restoreText(report: RestoreReport, colors: Paint): string {
  const { outcome, categories } = report
  const head = `${colors.bold(printable(report.host))}: snapshot ${report.sequence}, taken ${report.takenAt}\n`
  const parts = categories.map(
    ({ name, files, bytes, capturedAt }) =>
      `  ${name.padEnd(12)} ${plural(files, "file")}, ${bytesInWords(bytes)}, as of ${capturedAt}\n`,
  )
  return [
    head,
    ...parts,
    ...(outcome.form === "list" ? outcome.files.map(listedText) : []),
    ...(outcome.form === "to" ? [planText(outcome.plan, colors), checksText(outcome.applied)] : []),
    ...report.warnings.map(warning => `${colors.yellow("warning:")} ${printable(warning)}\n`),
    `${resultText(report, colors)}; ${timeInWords(report.ms)}\n`,
  ].join("")
}

function listedText({ rights, path, bytes }: ListedFile): string {
  return `  ${printable(rights).padEnd(24)} ${printable(path)}  ${bytesInWords(bytes)}\n`
}

function resultText({ outcome, categories }: RestoreReport, { green }: Paint): string {
  const files = plural(
    categories.reduce((sum, category) => sum + category.files, 0),
    "file",
  )
  switch (outcome.form) {
    case "list":
      return `${files}; nothing was written`
    case "out":
      return `${green("restored")} ${files} into ${printable(outcome.directory)}`
    case "to":
      return appliedText(outcome.plan, outcome.applied, green)
    case "bundle":
      return `${green("written")} ${printable(outcome.file)}, ${bytesInWords(outcome.bytes)}, SHA-256 ${outcome.sha256}`
  }
}
