/** Everything that people or machines read of a proposal, with hostile words in every place that hosts fill. */
import { describe, expect, test } from "vitest"
import type { Change } from "../../src/core/change.ts"
import { code, fenced, inert, table } from "../../src/core/markdown.ts"
import type { BackupReport } from "../../src/core/report.ts"
import { describe as describeChange, summarise } from "../../src/diff/describe.ts"
import { bodyOf } from "../../src/propose/body.ts"
import type { Draft } from "../../src/propose/group.ts"
import { messageOf, titleOf } from "../../src/propose/message.ts"
import { markOf } from "../../src/propose/plan.ts"
import { backupSummary } from "../../src/show/summary.ts"
import { activeInLine, activeTokens, hostileWords } from "../lab/hostile.ts"

const wording = { describe: describeChange, summarise }
const hosts = ["mta1", "drift--main.lock-", `${"h".repeat(62)}9`]
const change = (word: string): Change => ({
  ...{ kind: "changed", scope: [word, `domain ${word}`], name: word, before: [word, word], after: [word] },
  ...{
    file: `/etc/pmta/${word}`,
    line: 1,
    risk: { level: "high", name: "ours", reason: "Ours." },
    notes: [word],
  },
})
const draft = (words: readonly string[]): Draft => {
  const changes = words.map(change)
  const differences = words.map(word => ({ path: `files/etc/pmta/${word}`, from: "a", to: "b" }))
  return {
    kind: "drift",
    changes,
    drifts: hosts.map(host => ({ host, tags: [], accepted: "t", live: "u", differences, changes })),
  }
}
const bodyFor = (given: Draft, text: string) =>
  bodyOf({
    ...{
      draft: given,
      shown: { text, files: new Map() },
      run: "https://github.example/run/1",
      kind: "pull-request",
    },
    mark: markOf(given, "0123abcd", "2026-01-01T00:00:00Z"),
  })

describe.each(hostileWords.map(word => [JSON.stringify(word.slice(0, 50)), word]))("%s", (_, word) => {
  test("is a code span of one line, also in a table, and text in a fence", () => {
    expect(activeTokens(code(word))).toEqual([])
    const html = table(["a", "b"], [[code(word), "end"]])
    expect(activeTokens(html)).toEqual([])
    expect(activeTokens(`before ${code(word)} after`)).toEqual([])
    expect(activeTokens(fenced(`${word}\n${word}`, "diff"))).toEqual([])
  })

  test("is inert in titles and commit messages", () => {
    for (const given of [draft([word]), { ...draft([word]), changes: [] }]) {
      const title = titleOf(given, wording)
      expect(activeInLine(title)).toEqual([])
      expect(title.length).toBeLessThan(120)
      expect(title).not.toContain("\n")
      expect(activeInLine(messageOf("ab12cd34", given, wording))).toEqual([])
    }
    expect(activeInLine(inert(word))).toEqual([])
  })

  test("is shown as code in bodies and summaries", () => {
    const given = draft([word])
    const body = bodyFor(given, `+${word}\n-${word}`)
    expect(body.length).toBeLessThan(65_536)
    expect(activeTokens(body, ["https://github.example/run/"])).toEqual([])
    const proposal = {
      id: "0123abcd",
      kind: "drift",
      title: titleOf(given, wording),
      hosts,
      changes: given.changes,
    }
    const problem = { code: "propose/refused", message: word, data: [word], hint: word }
    const report = {
      ...{ hosts: [], warnings: [word], reviewProblem: problem, forge: null, ms: { total: 1 } },
      ...{ capture: null, captures: [] },
      proposals: [{ ...proposal, action: "created", url: "https://github.example/pull/1" }],
    } as unknown as BackupReport
    expect(activeTokens(backupSummary(report), ["https://github.example/pull/"])).toEqual([])
  })
})

test("a page is within GitHub's limit, however much there is to show, and still says what to do", () => {
  const many = draft(Array.from({ length: 3000 }, (_, index) => `${index} ${"`|\\".repeat(100)}`))
  const body = bodyFor(many, hostileWords.join("\n").repeat(20))
  expect(body.length).toBeLessThan(65_536)
  expect(activeTokens(body, ["https://github.example/run/"])).toEqual([])
  expect(body).toContain("**Accept**: merge this pull request.")
  expect(body).toMatch(/and \d+ more changes|\d+ changes: too many/)
})

test("the judge sees what is alive", () => {
  for (const word of [
    "@octocat",
    "#1",
    "https://x.example",
    "<img src=x>",
    "[x](https://evil.example)",
    "a\u200bb",
  ])
    expect(activeTokens(word), word).not.toEqual([])
  for (const word of ["fixes #2", "@example/admins", "<b>", "\u202e"])
    expect(activeInLine(word), word).not.toEqual([])
})
