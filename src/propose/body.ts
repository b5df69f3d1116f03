/**
 * The page of a proposal in Markdown: what changed on which hosts, why it matters, and what to do. Within the
 * limit of GitHub by a ladder of shorter forms. Every word of a host is shown as code.
 */
import { certain } from "../core/certain.ts"
import { byGravity, type Change } from "../core/change.ts"
import { changeWords } from "../core/change-words.ts"
import type { ProposalMark } from "../core/forge.ts"
import { listed } from "../core/listed.ts"
import { code, fenced, reasonCell, table } from "../core/markdown.ts"
import { changeKey, type Draft } from "./group.ts"
import { writeMark } from "./mark.ts"
import { hostsOf } from "./message.ts"

/** GitHub refuses more than 65,536 characters. */
const maxCharacters = 65_000
const maxHostsInRow = 8

export interface PageContext {
  readonly draft: Draft
  readonly mark: ProposalMark
  readonly shown: Shown
  /** where the log of the run is; null outside of CI */
  readonly run: string | null
  readonly kind: "pull-request" | "file"
}

/** What of the content is on a page. */
export interface Shown {
  /** unified diff of the masked texts; empty for a baseline */
  readonly text: string
  /** how many files the mirrors have, by host; of a baseline */
  readonly files: ReadonlyMap<string, FileCounts>
}

export interface FileCounts {
  readonly config: number
  readonly facts: number
}

/** How much is shown; each rung is shorter than the one before. */
interface Rung {
  readonly rows: number
  readonly diffCharacters: number
}

const rungs: readonly Rung[] = [
  { rows: 500, diffCharacters: 60_000 },
  { rows: 500, diffCharacters: 30_000 },
  { rows: 200, diffCharacters: 15_000 },
  { rows: 100, diffCharacters: 0 },
  { rows: 25, diffCharacters: 0 },
  { rows: 0, diffCharacters: 0 },
]

export function bodyOf(context: PageContext): string {
  for (const rung of rungs) {
    const text = bodyAt(context, rung)
    if (text.length <= maxCharacters) return text
  }
  return bodyAt({ ...context, mark: { ...context.mark, hosts: [] } }, { rows: 0, diffCharacters: 0 })
}

function bodyAt(context: PageContext, rung: Rung): string {
  const { draft, mark, run, shown } = context
  const since = `First seen ${mark.since.slice(0, 16).replace("T", " ")} UTC.`
  return [
    writeMark(mark),
    introOf(draft),
    draft.kind === "baseline" ? baselineTable(shown, rung.rows) : changeTable(draft, rung.rows),
    diffSection(shown, rung.diffCharacters),
    adviceOf(context),
    run === null ? since : `${since} Last written by [this run](${run}).`,
  ]
    .filter(part => part !== "")
    .join("\n\n")
}

function introOf(draft: Draft): string {
  const hosts = hostsIn(hostsOf(draft), 20)
  if (draft.kind === "baseline")
    return `The config of ${hosts} as it was first read, secrets masked. It becomes what later runs compare with.`
  const [gravest] = byGravity(draft.changes)
  const says = `${hosts} ${hostsOf(draft).length === 1 ? "has" : "have"} what the accepted mirror has not.`
  return gravest === undefined ? says : `${says} Highest risk: **${gravest.risk.level}**.`
}

/** The changes, the gravest first, each with the hosts that have it. */
function changeTable(draft: Draft, most: number): string {
  if (draft.changes.length === 0)
    return "Settings are the same; comments, blanks or text that the grammar does not know differ."
  const rows = rowsOf(draft)
  const head = ["risk", "hosts", "where", "setting", "accepted", "now", "why it matters"]
  const cells = rows.slice(0, most).map(({ change, hosts }) => {
    const words = changeWords(change)
    const shown = [words.place, words.name, words.before, words.after].map(text => code(text))
    return [words.risk.level, hostsIn(hosts, maxHostsInRow), ...shown, reasonCell(words)]
  })
  const more = rows.length - cells.length
  if (cells.length === 0) return `${more} changes: too many to show here. The files of this branch have them.`
  return `${table(head, cells)}${more > 0 ? `\n\nand ${more} more changes: the files of this branch have them.` : ""}`
}

function rowsOf(draft: Draft): readonly { readonly change: Change; readonly hosts: readonly string[] }[] {
  const hostsWith = new Map<string, Set<string>>()
  for (const { host, changes } of draft.drifts) {
    for (const change of changes) {
      const key = changeKey(change)
      hostsWith.set(key, (hostsWith.get(key) ?? new Set()).add(host))
    }
  }
  return byGravity(draft.changes).map(change => ({
    change,
    hosts: [...certain(hostsWith.get(changeKey(change)))].sort(),
  }))
}

function baselineTable({ files }: Shown, most: number): string {
  const rows = [...files].map(([host, { config, facts }]) => [code(host), String(config), String(facts)])
  if (most === 0) return `${rows.length} hosts.`
  const more = rows.length - most
  return `${table(["host", "config files", "fact files"], rows.slice(0, most))}${more > 0 ? `\n\nand ${more} more hosts.` : ""}`
}

function diffSection({ text }: Shown, most: number): string {
  if (text === "" || most === 0) return ""
  const shown = text.length <= most ? text : `${text.slice(0, most).replace(/\n[^\n]*$/, "")}\n… cut`
  return `<details><summary>Text diff, secrets masked</summary>\n\n${fenced(shown, "diff")}\n\n</details>`
}

function adviceOf({ draft, kind, mark }: PageContext): string {
  const accept =
    kind === "pull-request" ? "merge this pull request" : `\`pmta-vault accept ${mark.id}\` on the vault`
  const undo =
    kind === "pull-request"
      ? "undo it on the hosts; the next run closes this pull request and deletes its branch"
      : "undo it on the hosts; the next run removes this file and its branch"
  const refuse =
    kind === "pull-request"
      ? ["- **Refuse**: close it unmerged; it is not opened again until its content differs."]
      : []
  return [
    "**What to do**",
    "",
    `- **Accept**: ${accept}.`,
    ...(draft.kind === "baseline" ? [] : [`- **Revert**: ${undo}.`]),
    ...refuse,
  ].join("\n")
}

function hostsIn(hosts: readonly string[], most: number): string {
  return listed(
    hosts.map(host => code(host)),
    most,
  )
}
