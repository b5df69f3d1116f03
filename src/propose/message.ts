import { byGravity, type Change } from "../core/change.ts"
import { firstLines } from "../core/first-lines.ts"
import { listed } from "../core/listed.ts"
import { cut, inert } from "../core/markdown.ts"
import { contentDigest, type Draft } from "./group.ts"
import { writeTrailers } from "./trailers.ts"

/** How changes are put in words; `diff/` knows. */
export interface Wording {
  readonly describe: (change: Change) => string
  readonly summarise: (changes: readonly Change[]) => string
}

const maxHostsInTitle = 3
const maxChangeLines = 60
/** GitHub takes 256 characters; people read the first hundred. */
const maxTitle = 119

/**
 * `mta1, mta2: gmail.com max-smtp-out 6 → 8 (sending limit raised: high)`: what a careful operator would have written;
 * inert.
 */
export function titleOf(draft: Draft, { summarise }: Wording): string {
  const what =
    draft.kind === "baseline"
      ? "first mirror (baseline)"
      : draft.changes.length > 0
        ? summarise(draft.changes)
        : textOnly(draft)
  const tail = cut(inert(what), maxTitle - 40)
  const names = hostsOf(draft)
  const fits = (head: string) => head.length + 2 + tail.length <= maxTitle
  const heads = [maxHostsInTitle, 2].map(count => listed(names, count))
  const head = heads.find(fits) ?? listed(names, 1)
  return `${cut(head, maxTitle - 2 - tail.length)}: ${tail}`
}

export function messageOf(id: string, draft: Draft, wording: Wording): string {
  const trailers = writeTrailers(id, {
    kind: draft.kind,
    hosts: hostsOf(draft),
    content: contentDigest(draft),
  })
  return `${titleOf(draft, wording)}\n\n${bodyOf(draft, wording)}\n\n${trailers}\n`
}

export function hostsOf(draft: Draft): string[] {
  return [...new Set(draft.drifts.map(({ host }) => host))].sort()
}

function bodyOf(draft: Draft, { describe }: Wording): string {
  if (draft.kind === "baseline") {
    return "The config of these hosts as it was first read, secrets masked. Accepting it makes it what later runs\nare compared with."
  }
  const lines = byGravity(draft.changes).map(change => inert(`${describe(change)}${riskOf(change)}`))
  if (lines.length === 0) return `- ${inert(textOnly(draft))}`
  return firstLines(lines, maxChangeLines, "- ").join("\n")
}

function riskOf({ risk: { level, name, reason } }: Change): string {
  return name === "" ? "" : ` (${name}, ${level}: ${reason})`
}

/** Comments, blanks, order of files, text that the grammar does not know. */
function textOnly(draft: Draft): string {
  const paths = [...new Set(draft.drifts.flatMap(({ differences }) => differences.map(({ path }) => path)))]
  const names = paths.map(path => cut(path.replace(/^files/, ""), 60))
  return `text of ${listed(names, 1)} changed, settings did not`
}
