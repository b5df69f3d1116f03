/** Carries out what a plan wants: pages end while their branches are there, one push, then pages are written. */

import type { Forge } from "../core/forge.ts"
import { caughtProblem, Problem } from "../core/problem.ts"
import type { Vault } from "../core/vault.ts"
import { textDiff } from "../diff/text.ts"
import type { FileCounts, Shown } from "../propose/body.ts"
import type { Draft, HostDrift } from "../propose/group.ts"
import { heldBackList, pageOf, pagesToEnd, pagesToWrite } from "../propose/pages.ts"
import type { ProposalPlan, Standing } from "../propose/plan.ts"

export interface ProposingTools {
  readonly vault: Vault
  /** null: proposals are branches only */
  readonly forge: Forge | null
  /** how many proposals may be open at a time */
  readonly mostOpen: number
  readonly now: () => Date
  /** where the log of this run is; null outside of CI */
  readonly run: string | null
}

export interface Proposed {
  /** addresses of pages by id of their proposal */
  readonly urls: ReadonlyMap<string, string>
  readonly warnings: readonly string[]
  /** what stopped it before its end; the next run does what is missing */
  readonly problem: Problem | null
}

/** Different texts of one proposal that are shown; more are in its branch. */
const maxTexts = 10

export async function carryOut(
  plan: ProposalPlan,
  { open }: Standing,
  tools: ProposingTools,
  signal: AbortSignal,
): Promise<Proposed> {
  const urls = new Map<string, string>()
  const warnings: string[] = []
  const done = { urls, warnings }
  try {
    await tools.forge?.end(pagesToEnd(plan, open), signal)
    await writeBranches(plan, tools, signal)
    if (tools.forge === null) return { ...done, problem: null }
    for (const { page, write } of await pagesFor(plan, tools, tools.forge, signal)) {
      const written = await tools.forge.write(write, signal)
      urls.set(page, written.url)
      warnings.push(...written.warnings)
    }
    warnings.push(...(await tools.forge.holdBack(heldBackList(plan, tools.mostOpen), signal)))
    return { ...done, problem: null }
  } catch (error) {
    const problem = caughtProblem(error, signal)
    return { ...done, problem }
  }
}

async function writeBranches(
  { writes, removes }: ProposalPlan,
  { vault, forge }: ProposingTools,
  signal: AbortSignal,
): Promise<void> {
  if (writes.length + removes.length === 0) return
  try {
    await vault.propose(writes, removes, signal)
  } catch (error) {
    const commit = forge?.commit ?? null
    if (!(error instanceof Problem) || error.code !== "vault/unsigned" || commit === null) throw error
    await vault.propose([], removes, signal)
    await commit(writes, signal)
  }
}

async function pagesFor(plan: ProposalPlan, tools: ProposingTools, forge: Forge, signal: AbortSignal) {
  const proposals = pagesToWrite(plan)
  const shown = proposals.flatMap(({ draft }) => (draft.kind === "baseline" ? [] : differentTexts(draft)))
  const blobs = shown.flatMap(({ drift }) => drift.differences.flatMap(({ from, to }) => [from, to]))
  const texts =
    blobs.length === 0 ? new Map<string, string>() : await tools.vault.texts(blobs.filter(isId), signal)
  const about = { now: tools.now(), run: tools.run, kind: forge.kind }
  const pages = []
  for (const proposal of proposals) {
    const { id, draft } = proposal
    const shown =
      draft.kind === "baseline"
        ? { text: "", files: await fileCounts(draft, tools.vault, signal) }
        : { text: draftText(draft, texts), files: new Map() }
    pages.push({ page: id, write: pageOf(proposal, shown, about) })
  }
  return pages
}

async function fileCounts({ drifts }: Draft, vault: Vault, signal: AbortSignal): Promise<Shown["files"]> {
  const counts = new Map<string, FileCounts>()
  for (const { host, live } of drifts) {
    const paths = (await vault.differences(null, live, signal)).map(({ path }) => path)
    const config = paths.filter(path => path.startsWith("files/")).length
    counts.set(host, { config, facts: paths.length - config })
  }
  return counts
}

const isId = (blob: string | null): blob is string => blob !== null

/** Hosts whose files differ in the same way are shown once. */
function differentTexts(
  draft: Draft,
): readonly { readonly drift: HostDrift; readonly hosts: readonly string[] }[] {
  const groups = Map.groupBy(draft.drifts, ({ differences }) => JSON.stringify(differences))
  return [...groups.values()].slice(0, maxTexts).flatMap(drifts => {
    const [drift] = drifts
    return drift === undefined ? [] : [{ drift, hosts: drifts.map(({ host }) => host) }]
  })
}

function draftText(draft: Draft, texts: ReadonlyMap<string, string>): string {
  const parts = differentTexts(draft)
  return parts
    .map(({ drift: { differences }, hosts }) => {
      const side = (pick: "from" | "to") =>
        new Map(
          differences.flatMap(difference => {
            const blob = difference[pick]
            return blob === null ? [] : [[difference.path, texts.get(blob) ?? ""] as const]
          }),
        )
      return `${parts.length > 1 ? `# ${hosts.join(", ")}\n` : ""}${textDiff(side("from"), side("to"))}`
    })
    .join("\n")
}
