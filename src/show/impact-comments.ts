/** What became of the comments about merged changes, as text and for a job summary. */
import type { CommentedChange, ImpactCommentsReport } from "../core/impact.ts"
import { impactMarkdown } from "./impact-markdown.ts"
import { results } from "./impact-words.ts"
import type { Paint } from "./paint.ts"
import { printable } from "./printable.ts"

const nothing = "no change was merged lately: there is nothing to comment on"

const deeds: Readonly<Record<CommentedChange["comment"], string>> = {
  made: "commented",
  updated: "comment brought up to date",
  same: "comment is up to date",
  none: "nothing is counted yet: no comment",
  failed: "no comment",
}

export function impactCommentsText({ changes }: ImpactCommentsReport, colors: Paint): string {
  if (changes.length === 0) return `${nothing}\n`
  const lines = changes.flatMap(({ id, url, report, comment, problem }) => [
    `${colors.bold(`drift/${id}`)}  ${url}`,
    `  ${deeds[comment]}${problem === null ? "" : `: ${printable(problem.message)}`}`,
    ...(problem === null ? [] : [`  hint: ${printable(problem.hint)}`]),
    ...(report === null || report.isps.length === 0
      ? []
      : [`  ${results[report.result]}: ${printable(report.reason)}`]),
  ])
  return `${lines.join("\n")}\n`
}

export function impactCommentsMarkdown({ changes }: ImpactCommentsReport): string {
  if (changes.length === 0) return `${nothing}\n`
  return changes
    .map(({ id, url, report, comment, problem }) => {
      const head = `[\`drift/${id}\`](${url}): ${deeds[comment]}${problem === null ? "" : ` (\`${problem.code}\`)`}`
      return report === null || report.isps.length === 0
        ? `${head}\n`
        : `${head}\n\n${impactMarkdown(report)}`
    })
    .join("\n")
}
