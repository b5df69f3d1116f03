import { stripVTControlCharacters } from "node:util"
import { expect, test } from "vitest"
import type { Change } from "../../src/core/change.ts"
import type { DiffReport } from "../../src/core/report.ts"
import { changesTable } from "../../src/show/changes.ts"
import { diffText } from "../../src/show/diff-text.ts"
import { paint } from "../../src/show/paint.ts"

const change: Change = {
  kind: "changed",
  scope: ["virtual-mta a", "domain gmail.com"],
  name: "max-smtp-out",
  before: ["6"],
  after: ["8"],
  file: "/etc/pmta/config",
  line: 3,
  risk: { level: "high", name: "sending limit raised", reason: "Receivers may block the IP." },
  notes: [],
}
const root: Change = {
  ...change,
  ...{
    scope: [],
    name: "run-as-root",
    kind: "removed",
    before: ["no"],
    after: [],
    notes: ["used by nobody"],
  },
  risk: { level: "critical", name: "runs as root", reason: "Everything may be done." },
}

test("changes are a table, the gravest first, and each risk is explained once", () => {
  expect(changesTable([change, { ...change, name: "max-msg-rate" }, root], paint(false), "  ")).toBe(
    `  critical  run-as-root removed no
            used by nobody
            runs as root: Everything may be done.
  high      virtual-mta a › domain gmail.com: max-smtp-out 6 → 8
  high      virtual-mta a › domain gmail.com: max-msg-rate 6 → 8
            sending limit raised: Receivers may block the IP.
`,
  )
})

test("colours are for terminals only, and say the same", () => {
  const [plain, colored] = [paint(false), paint(true)].map(colors => changesTable([root, change], colors, ""))
  expect(plain).not.toContain("\u001b")
  expect(colored).toContain("\u001b[31m")
  expect(stripVTControlCharacters(colored ?? "")).toBe(plain)
})

/** Everything that a terminal or GitHub may take for more than text. */
const hostile = [
  "\u001b[2J\u001b]0;title\u0007",
  "\u009b31m",
  "\r\n::set-output name=x::y",
  "\u202egnp.exe\u2066\u200b\u200d\ufeff\u2028",
  "`code` ``two`` ![x](https://evil.example/a.png) <img src=x onerror=alert(1)> @octocat #1 | cell |",
  "x".repeat(200_000),
  "😀".repeat(100_000),
]
const evil: Change = {
  ...change,
  scope: hostile.map(text => `domain ${text}`),
  name: hostile[0] ?? "",
  before: hostile,
  after: [...hostile, ...hostile],
  notes: hostile,
}
const active = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/

test("hostile text is harmless and short in a terminal", () => {
  const text = `--- a/x\n+++ b/x\n${hostile
    .flatMap(text => text.split("\n"))
    .map(line => `+${line}\n`)
    .join("")}`
  const host = { host: "mta1", accepted: true, changes: [evil], text, problem: null }
  const report: DiffReport = { command: "diff", hosts: [host], warnings: [], exit: "drift" }
  const shown = diffText(report, paint(false))
  expect(shown).not.toMatch(active)
  expect(shown).not.toMatch(/^::/m)
  expect(Math.max(...shown.split("\n").map(line => line.length))).toBeLessThan(12_000)
  expect(shown.isWellFormed()).toBe(true)
})
