/** The one table of changes, as a reviewer meets it: on the page and in the summary. */
import { expect, test } from "vitest"
import type { Change, RiskLevel } from "../../src/core/change.ts"
import type { BackupReport } from "../../src/core/report.ts"
import { bodyOf } from "../../src/propose/body.ts"
import type { Draft } from "../../src/propose/group.ts"
import { readMark } from "../../src/propose/mark.ts"
import { markOf } from "../../src/propose/plan.ts"
import { backupSummary } from "../../src/show/summary.ts"

const judged = (name: string, level: RiskLevel, reason: string, notes: readonly string[]): Change => ({
  ...{ kind: "changed", scope: ["domain gmail.com"], name, before: ["6"], after: ["8"] },
  ...{ file: "/etc/pmta/config", line: 3, risk: { level, name: "a risk", reason }, notes },
})
const changes = [
  judged("retry-after", "low", "mail waits longer", []),
  judged("max-smtp-out", "high", "a higher limit can cost reputation", ["$limit is 8"]),
]
const drifts = ["mta1", "mta2"].map(host => ({
  ...{ host, tags: [], accepted: "t", live: "u", changes: host === "mta1" ? changes : changes.slice(1) },
  differences: [{ path: "files/etc/pmta/config", from: "a", to: "b" }],
}))
const draft: Draft = { kind: "drift", drifts, changes }

test("the page has a row for each change, the gravest first, with its hosts, its risk and why", () => {
  const mark = markOf(draft, "0123abcd", "2026-11-24T02:17:00.000Z")
  const body = bodyOf({
    draft,
    mark,
    shown: { text: "-    6\n+    8\n", files: new Map() },
    run: null,
    kind: "pull-request",
  })
  const rows = body.split("\n").filter(line => line.startsWith("| "))
  expect(rows).toEqual([
    "| risk | hosts | where | setting | accepted | now | why it matters |",
    "| --- | --- | --- | --- | --- | --- | --- |",
    "| high | `mta1`, `mta2` | `domain gmail.com` | `max-smtp-out` | `6` | `8` | a higher limit can cost reputation<br>`$limit is 8` |",
    "| low | `mta1` | `domain gmail.com` | `retry-after` | `6` | `8` | mail waits longer |",
  ])
  expect(body).toContain("Highest risk: **high**.")
  expect(body).toContain("First seen 2026-11-24 02:17 UTC.")
  expect(body).toContain("```diff\n-    6\n+    8\n```")
  expect(readMark(body)).toEqual(mark)
  expect(readMark(body.replaceAll("\n", "\r\n")), "as GitHub may give it back").toEqual(mark)
})

test("the summary has the same rows", () => {
  const report = {
    ...{ hosts: [], warnings: [], reviewProblem: null, forge: null, ms: { total: 1 } },
    ...{ capture: null, captures: [] },
    proposals: [
      { id: "0123abcd", kind: "drift", action: "created", title: "x", hosts: [], changes, url: null },
    ],
  } as unknown as BackupReport
  expect(backupSummary(report).split("\n")).toContain(
    "| high | `domain gmail.com` | `max-smtp-out` | `6` | `8` | a higher limit can cost reputation<br>`$limit is 8` |",
  )
})
