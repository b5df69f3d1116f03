/** One issue per breach: opened, kept up to date, closed once it is healed, and opened again when it comes back. */
import { createHash } from "node:crypto"
import type { FoundIssue, IssueUpdate } from "../core/issues.ts"
import { code, inert } from "../core/markdown.ts"
import type { StatusFinding } from "../core/status.ts"

/** When everything is down, more issues say nothing more. */
const mostOpen = 20
const maxTitle = 119
const healed = "Healed: the objective is met again."

export interface IssuePlan {
  readonly create: readonly { readonly title: string; readonly body: string }[]
  readonly update: readonly IssueUpdate[]
  /** breaches without an issue of their own, as there are too many */
  readonly heldBack: number
}

/** @param found  issues with this program's label, the newest first */
export function planIssues(breaches: readonly StatusFinding[], found: readonly FoundIssue[]): IssuePlan {
  const known = new Map<string, FoundIssue>()
  for (const issue of found) {
    const mark = markIn(issue.body)
    if (mark !== null && !known.has(mark)) known.set(mark, issue)
  }
  const now = new Map(breaches.map(breach => [markOf(breach), breach]))
  const update: IssueUpdate[] = []
  const fresh: { title: string; body: string }[] = []
  for (const [mark, breach] of now) {
    const issue = known.get(mark)
    const body = bodyOf(breach, mark)
    if (issue === undefined) fresh.push({ title: titleOf(breach), body })
    // What a person closed stays closed; what we closed as healed is back.
    else if (issue.open || issue.body.includes(healed)) {
      if (!issue.open || plain(issue.body) !== body) update.push({ number: issue.number, body, open: true })
    }
  }
  for (const [mark, issue] of known) {
    if (!issue.open || now.has(mark)) continue
    update.push({ number: issue.number, body: `${plain(issue.body)}\n\n${healed}`, open: false })
  }
  const stillOpen = [...known].filter(([mark, issue]) => issue.open && now.has(mark)).length
  const room = Math.max(0, mostOpen - stillOpen)
  return { create: fresh.slice(0, room), update, heldBack: Math.max(0, fresh.length - room) }
}

/** GitHub gives texts back with its own line ends. */
const plain = (body: string): string => body.replaceAll("\r", "")

/** Names of hosts and files are in the id of a finding: its digest cannot leave the mark. */
const markOf = ({ id }: StatusFinding): string => createHash("sha256").update(id).digest("hex").slice(0, 16)
const markIn = (body: string): string | null =>
  /<!-- pmta-vault breach ([0-9a-f]{16}) -->/.exec(body)?.[1] ?? null

const titleOf = ({ host, message }: StatusFinding): string =>
  inert(`${host === null ? "" : `${host}: `}${message}`).slice(0, maxTitle)

function bodyOf({ host, message, hint }: StatusFinding, mark: string): string {
  const lines = [
    ...(host === null ? [] : [`Host ${code(host)}`]),
    code(message),
    ...(hint === "" ? [] : [`Next: ${code(hint)}`]),
    "The watchdog closes this issue once the objective is met again.",
  ]
  return `${lines.join("\n\n")}\n\n<!-- pmta-vault breach ${mark} -->`
}
