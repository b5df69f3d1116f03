/** Which proposal goes on, which is new, and which is not made: decided from drifts and what stands already. */
import { expect, test } from "vitest"
import type { Change, RiskLevel } from "../../src/core/change.ts"
import type { FoundPage, ProposalMark } from "../../src/core/forge.ts"
import type { FoundProposal } from "../../src/core/vault.ts"
import { type Draft, groupDrifts } from "../../src/propose/group.ts"
import { byRisk, heldBackList, pagesToEnd, pagesToWrite } from "../../src/propose/pages.ts"
import { markOf, planProposals, type Standing } from "../../src/propose/plan.ts"
import { writeTrailers } from "../../src/propose/trailers.ts"

const wording = {
  describe: () => "x",
  summarise: (changes: readonly Change[]) => changes.map(({ name }) => name).join(),
}
const nothing: Standing = { branches: [], open: [], rejected: [] }

const change = (name: string, level: RiskLevel = "low"): Change => ({
  ...{ kind: "changed", scope: [], name, before: ["1"], after: ["2"], file: null, line: null },
  ...{ risk: { level, name: "a risk", reason: "why" }, notes: [] },
})
/** Hosts with the names of the settings that changed on them. */
const drafts = (hosts: Readonly<Record<string, readonly Change[]>>): readonly Draft[] =>
  groupDrifts(
    Object.entries(hosts).map(([host, changes]) => {
      const to = changes.map(({ name }) => name).join()
      const differences = [{ path: "files/etc/pmta/config", from: "a", to }]
      return { host, tags: [], accepted: `tree of ${host}`, live: `now of ${host}`, differences, changes }
    }),
    "change",
  )
const plan = (given: readonly Draft[], standing: Partial<Standing> = {}, mostOpen = 10) =>
  planProposals(given, { ...nothing, ...standing }, mostOpen, wording)
const actions = (given: ReturnType<typeof plan>) =>
  given.proposals.map(({ action, hosts }) => `${action} ${hosts}`)

const own = (mark: ProposalMark): FoundProposal => ({
  id: mark.id,
  tip: "t",
  message: `x\n\n${writeTrailers(mark.id, mark)}\n`,
  committedAt: "2026-11-24T00:00:00Z",
})
const foreign = (id: string): FoundProposal => ({
  ...{ id, tip: "t", message: "I was here\n", committedAt: "2026-11-24T00:00:00Z" },
})
const page = (mark: ProposalMark): FoundPage => ({ id: mark.id, url: `/pull/${mark.id}`, mark })
const markFor = (given: readonly Draft[], id: string) =>
  markOf(given[0] ?? expect.fail(), id, "2026-01-01T00:00:00Z")

test("what stands with the same content is kept, and its page is made if it is missing", () => {
  const given = drafts({ mta1: [change("a")] })
  const mark = markFor(given, "11")
  const kept = plan(given, { branches: [own(mark)], open: [page(mark)] })
  expect(actions(kept)).toEqual(["kept mta1"])
  expect([kept.writes, kept.removes, pagesToWrite(kept)]).toEqual([[], [], []])
  expect(pagesToWrite(plan(given, { branches: [own(mark)] }))).toMatchObject([{ id: "11" }])
})

test("hosts that diverge split off; the branch goes on with most of them", () => {
  const before = drafts({ mta1: [change("a")], mta2: [change("a")], mta3: [change("a")] })
  const mark = markFor(before, "11")
  const after = plan(drafts({ mta1: [change("b")], mta2: [change("a")], mta3: [change("a")] }), {
    branches: [own(mark)],
  })
  expect(actions(after)).toEqual(["created mta1", "updated mta2,mta3"])
  expect(after.writes.map(({ id, replaces }) => replaces === null || id)).toEqual([true, "11"])
})

test("refused is refused for fewer hosts too, and for no more", () => {
  const refused = page(markFor(drafts({ mta1: [change("a")], mta2: [change("a")] }), "11"))
  const now = (hosts: Readonly<Record<string, readonly Change[]>>) =>
    actions(plan(drafts(hosts), { rejected: [refused] }))
  expect(now({ mta1: [change("a")], mta2: [change("a")] })).toEqual(["rejected mta1,mta2"])
  expect(now({ mta2: [change("a")] })).toEqual(["rejected mta2"])
  expect(now({ mta2: [change("a")], mta3: [change("a")] })).toEqual(["created mta2,mta3"])
  expect(now({ mta1: [change("a"), change("b")] })).toEqual(["created mta1"])
})

test("what was refused takes no branch of another proposal", () => {
  const refused = page(markFor(drafts({ mta1: [change("a")] }), "11"))
  const other = markFor(drafts({ mta1: [change("b")] }), "22")
  const done = plan(drafts({ mta1: [change("a")] }), {
    branches: [own(other)],
    open: [page(other)],
    rejected: [refused],
  })
  expect(actions(done)).toEqual(["rejected mta1", "removed mta1"])
  expect(pagesToEnd(done, [page(other)])).toEqual([
    { id: "22", reason: expect.stringMatching(/^Refused already in `drift\/11`: `mta1`\./) },
  ])
})

test("a branch with a person's commit stands for its drift, known by the mark of its page", () => {
  const mark = markFor(drafts({ mta1: [change("a")] }), "11")
  const done = plan(drafts({ mta1: [change("b")] }), { branches: [foreign("11")], open: [page(mark)] })
  expect(actions(done)).toEqual(["left-alone mta1"])
  expect([done.writes, done.removes]).toEqual([[], []])
  const unknown = plan(drafts({ mta1: [change("b")] }), { branches: [foreign("11")] })
  expect(actions(unknown)).toEqual(["created mta1", "left-alone "])
})

test("above the cap the gravest goes first, what is open stays, and the rest is listed", () => {
  const open = markFor(drafts({ mta0: [change("old")] }), "11")
  const given = byRisk(
    drafts({
      mta0: [change("old")],
      ...{
        mta1: [change("small", "low")],
        mta2: [change("grave", "critical")],
        mta3: [change("big", "high")],
      },
    }),
  )
  const done = plan(given, { branches: [own(open)], open: [page(open)] }, 2)
  expect(actions(done).toSorted()).toEqual(["created mta2", "held-back mta1", "held-back mta3", "kept mta0"])
  expect(heldBackList(done, 2)).toMatch(/At most 2 .* 2 more wait[\s\S]*- `mta3: big`\n- `mta1: small`$/)
  expect(heldBackList(plan(given), 10)).toBeNull()
})

test("a first mirror is written whole, whatever it holds, and known again by it", () => {
  const fresh = (mirrors: Readonly<Record<string, string>>) =>
    groupDrifts(
      Object.entries(mirrors).map(([host, live]) => ({
        ...{ host, tags: [], accepted: null, live, differences: [], changes: [] },
      })),
      "change",
    )
  const given = fresh({ mta1: "tree 1", mta2: "tree 2" })
  const mark = markFor(given, "11")
  expect(plan(given).writes.map(({ changes }) => changes)).toEqual([
    [
      { host: "mta1", mirror: "tree 1" },
      { host: "mta2", mirror: "tree 2" },
    ],
  ])
  const standing = { branches: [own(mark)], open: [page(mark)] }
  expect(actions(plan(given, standing))).toEqual(["kept mta1,mta2"])
  expect(actions(plan(fresh({ mta1: "tree 1", mta2: "tree 3" }), standing))).toEqual(["updated mta1,mta2"])
})
