import { type Change, compareRisks } from "../core/change.ts"
import { contentDigest, type Draft } from "./group.ts"
import { writeTrailers } from "./trailers.ts"

/** How changes are put in words; `diff/` knows. */
export interface Wording {
  readonly describe: (change: Change) => string
  readonly summarise: (changes: readonly Change[]) => string
}

const maxHostsInTitle = 3
const maxChangeLines = 60

/** `mta1, mta2: gmail.com max-smtp-out 6 → 8 (sending limit raised: high)`: what a careful operator would have written. */
export function titleOf(draft: Draft, { summarise }: Wording): string {
  const names = hostsOf(draft)
  const more = names.length - maxHostsInTitle
  const hosts = more > 0 ? `${names.slice(0, maxHostsInTitle).join(", ")} and ${more} more` : names.join(", ")
  if (draft.kind === "baseline") return `${hosts}: first mirror (baseline)`
  return `${hosts}: ${draft.changes.length > 0 ? summarise(draft.changes) : textOnly(draft)}`
}

export function messageOf(draft: Draft, wording: Wording): string {
  const trailers = writeTrailers({ kind: draft.kind, hosts: hostsOf(draft), content: contentDigest(draft) })
  return `${titleOf(draft, wording)}\n\n${bodyOf(draft, wording)}\n\n${trailers}\n`
}

export function hostsOf(draft: Draft): string[] {
  return [...new Set(draft.drifts.map(({ host }) => host))].sort()
}

function bodyOf(draft: Draft, { describe }: Wording): string {
  if (draft.kind === "baseline") {
    return "The config of these hosts as it was first read, secrets masked. Accepting it makes it what later runs\nare compared with."
  }
  const lines = draft.changes
    .toSorted((a, b) => compareRisks(a.risk, b.risk))
    .map(change => `- ${describe(change)}${riskOf(change)}`)
  if (lines.length === 0) return `- ${textOnly(draft)}`
  const more = lines.length - maxChangeLines
  return [...lines.slice(0, maxChangeLines), ...(more > 0 ? [`- and ${more} more`] : [])].join("\n")
}

function riskOf({ risk: { level, name, reason } }: Change): string {
  return name === "" ? "" : ` (${name}, ${level}: ${reason})`
}

/** Comments, blanks, order of files, text that the grammar does not know. */
function textOnly(draft: Draft): string {
  const paths = [...new Set(draft.drifts.flatMap(({ differences }) => differences.map(({ path }) => path)))]
  const [first = ""] = paths
  const name = first.replace(/^files/, "").replace(/[\p{Cc}\p{Cf}]/gu, "")
  return `text of ${name}${paths.length > 1 ? ` and ${paths.length - 1} more` : ""} changed, settings did not`
}
