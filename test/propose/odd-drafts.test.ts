/** Proposals of what is rare: many hosts, nothing but text, pages that somebody changed. */
import { expect, test } from "vitest"
import type { Change } from "../../src/core/change.ts"
import type { ProposalMark } from "../../src/core/forge.ts"
import { bodyOf } from "../../src/propose/body.ts"
import { type Draft, groupDrifts, type HostDrift } from "../../src/propose/group.ts"
import { endedText, isEnded, readMark, writeMark } from "../../src/propose/mark.ts"
import { titleOf } from "../../src/propose/message.ts"
import { heldBackList, pagesToEnd } from "../../src/propose/pages.ts"
import { markOf, type PlannedProposal, type ProposalPlan } from "../../src/propose/plan.ts"

const change = (name: string, changes: Partial<Change> = {}): Change => ({
  ...{ kind: "changed", scope: ["facts", "dkim"], name, before: ["1"], after: ["2"], file: null, line: null },
  ...{ risk: { level: "low", name: "a risk", reason: "why" }, notes: [] },
  ...changes,
})
const drift = (host: string, changes: readonly Change[], paths = ["facts/dkim.yml"]): HostDrift => ({
  ...{ host, tags: [], accepted: "a", live: "b", changes },
  differences: paths.map(path => ({ path, from: "a", to: `${path} now` })),
})
const wording = {
  describe: () => "x",
  summarise: (changes: readonly Change[]) => changes.map(({ name }) => name).join(),
}
const shown = { text: "", files: new Map() }
const pageOf = (draft: Draft, changes: Partial<Parameters<typeof bodyOf>[0]> = {}) =>
  bodyOf({
    draft,
    mark: markOf(draft, "11", "2026-01-01T00:00:00Z"),
    shown,
    run: null,
    kind: "pull-request",
    ...changes,
  })

test("drifts are put together as the fleet file wants", () => {
  const config = change("max-smtp-out", { file: "/etc/pmta/config", scope: [] })
  const drifts = [
    drift("mta1", [change("key"), config], ["facts/dkim.yml", "files/etc/pmta/config"]),
    drift("mta2", [change("key")]),
  ]
  const groups = (by: Parameters<typeof groupDrifts>[1]) =>
    groupDrifts(drifts, by).map(draft => draft.drifts.map(({ host }) => host).join())
  expect(groups("fleet")).toEqual(["mta1,mta2"])
  expect(groups("host")).toEqual(["mta1", "mta2"])
  expect(groups("file")).toEqual(["mta1,mta2", "mta1"])
  expect(groups("change")).toEqual(["mta1", "mta2"])
  const texts = groupDrifts([drift("mta1", []), drift("mta2", []), drift("mta3", [], ["files/x"])], "change")
  expect(texts.map(draft => draft.drifts.length)).toEqual([2, 1])
})

test("a draft of text alone says which file, and that settings are the same", () => {
  const [one] = groupDrifts([drift("mta1", [], ["files/etc/pmta/config"])], "host")
  const [two] = groupDrifts([drift("mta1", [], ["files/etc/pmta/config", "files/etc/pmta/a.conf"])], "host")
  expect(titleOf(one as Draft, wording)).toBe("mta1: text of /etc/pmta/config changed, settings did not")
  expect(titleOf(two as Draft, wording)).toContain("/etc/pmta/config and 1 more changed")
  expect(pageOf(one as Draft)).toContain("Settings are the same")
  expect(pageOf(one as Draft)).not.toContain("Highest risk")
})

test("a title has as many hosts as it has room for", () => {
  const long = (number: number) => `mta${number}.${"a".repeat(40)}.example.com`
  const drifts = [1, 2, 3, 4].map(number => drift(long(number), [change("a-setting-with-a-long-name")]))
  const [draft] = groupDrifts(drifts, "change")
  const title = titleOf(draft as Draft, wording)
  expect(title).toMatch(/^mta1\./)
  expect(title).toContain(": a-setting-with-a-long-name")
  expect(title).not.toContain("mta2.")
})

test("a first mirror of many hosts lists some of them, and counts the rest", () => {
  const hosts = Array.from({ length: 700 }, (_, number) => `mta${number}.${"b".repeat(50)}.example`)
  const drafts = groupDrifts(
    hosts.map(host => ({ ...drift(host, []), accepted: null, differences: [] })),
    "change",
  )
  const files = new Map(hosts.map(host => [host, { config: 1, facts: 2 }]))
  const [draft] = drafts
  expect(pageOf(draft as Draft, { shown: { text: "", files } })).toMatch(/and \d+ more hosts\.|700 hosts\./)
  expect(pageOf(draft as Draft, { shown: { text: "", files }, kind: "file" as never })).toContain(
    "pmta-vault accept 11",
  )
})

const planned = (id: string, changes: Partial<PlannedProposal>): PlannedProposal =>
  ({
    id,
    action: "held-back",
    title: `title ${id}`,
    hosts: [],
    draft: null,
    page: null,
    ...changes,
  }) as PlannedProposal
const plan = (proposals: readonly PlannedProposal[]): ProposalPlan =>
  ({ proposals, writes: [], removes: [] }) as never

test("a page without a mark that can be read ends too, when its branch was ours", () => {
  const [ending] = pagesToEnd(plan([planned("11", { action: "removed" })]), [
    { id: "11", url: "u", mark: null },
  ])
  expect(ending).toMatchObject({ id: "11", reason: expect.stringContaining("The drift is gone.") })
  expect(pagesToEnd(plan([]), [{ id: "12", url: "u", mark: null }])).toEqual([])
})

test("what is held back is listed up to a limit", () => {
  const many = Array.from({ length: 2000 }, (_, number) => planned(String(number), {}))
  expect(heldBackList(plan(many), 3)).toMatch(/2000 more wait[\s\S]*- and \d+ more$/)
})

test("a mark is read as it was written, and what anybody made of it is none", () => {
  const mark: ProposalMark = {
    ...{ id: "11", kind: "drift", content: "c", subject: "s", since: "2026-01-01T00:00:00Z" },
    hosts: ["mta1"],
  }
  const text = `${writeMark(mark)}\n\nwords`
  expect(readMark(text)).toEqual(mark)
  expect(isEnded(endedText(text))).toBe(true)
  expect(endedText(endedText(text))).toBe(endedText(text))
  expect(readMark(writeMark({ ...mark, hosts: Array(2000).fill("mta1.example") }))?.hosts).toEqual([])
  for (const broken of [{ id: 1 }, { kind: "other" }, { since: 1 }, { hosts: "mta1" }, { hosts: [1] }])
    expect(readMark(text.replace(/\{.*\}/, () => JSON.stringify({ ...mark, ...broken })))).toBeNull()
  expect(readMark(text.replace("{", "{{"))).toBeNull()
  for (const nothing of ["no mark", "", null, undefined]) {
    expect(readMark(nothing)).toBeNull()
    expect(isEnded(nothing)).toBe(false)
    expect(endedText(nothing)).toBe(nothing ?? "")
  }
})
