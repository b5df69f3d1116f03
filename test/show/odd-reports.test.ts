/** Reports of what is rare: nothing at all, more than there is room for, and what is not known. */
import { expect, test } from "vitest"
import type { DrillReport, ProofFinding } from "../../src/core/drill.ts"
import type { ImpactReport, IspImpact, Rate } from "../../src/core/impact.ts"
import { Problem } from "../../src/core/problem.ts"
import type { BackupReport } from "../../src/core/report.ts"
import type {
  CategoryAge,
  DriftStatus,
  DrillStatus,
  HostStatus,
  StatusReport,
} from "../../src/core/status.ts"
import { driftFinding } from "../../src/flows/drifts.ts"
import { worseFinding } from "../../src/flows/worse-changes.ts"
import { drillMarkdown } from "../../src/show/drill-markdown.ts"
import { drillText } from "../../src/show/drill-text.ts"
import { impactMarkdown } from "../../src/show/impact-markdown.ts"
import { impactPage } from "../../src/show/impact-page.ts"
import { impactText } from "../../src/show/impact-text.ts"
import { initText } from "../../src/show/init-text.ts"
import { paint } from "../../src/show/paint.ts"
import { pinText } from "../../src/show/pin-text.ts"
import { reasonText } from "../../src/show/prune-text.ts"
import { runbook } from "../../src/show/runbook.ts"
import { statusPage } from "../../src/show/status-page.ts"
import { statusSummary } from "../../src/show/status-summary.ts"
import { statusMetrics, statusText } from "../../src/show/status-text.ts"
import { backupSummary } from "../../src/show/summary.ts"

const plain = paint(false)
const at = "2026-11-24T05:00:00.000Z"

const age = (name: string, changes: Partial<CategoryAge> = {}): CategoryAge => ({
  ...{ name, state: "good", lastRun: "unchanged", capturedAt: at, ageMs: 3_600_000, rpoMs: 86_400_000 },
  expiresAt: null,
  ...changes,
})
const host = (name: string, changes: Partial<HostStatus> = {}): HostStatus => ({
  ...{ host: name, inFleet: true, tags: [], snapshot: { sequence: 1, takenAt: at }, problem: null },
  ...{ categories: [age("config")], copies: [] },
  ...changes,
})
const status = (changes: Partial<StatusReport> = {}): StatusReport => ({
  ...{ command: "status", vault: "/vault", at, hosts: [host("mta1")], drifts: [], worse: [], expiries: [] },
  ...{ drills: [], findings: [], exit: "good" },
  ...changes,
})
const drill = (name: string, changes: Partial<DrillStatus> = {}): DrillStatus => ({
  ...{
    host: name,
    path: `drills/${name}/1.json`,
    at,
    verdict: "passed",
    ms: 900,
    scenario: "hardware-failure",
  },
  ...{ rtoMs: 14_400_000, isMet: true, failed: [] },
  ...changes,
})

test("a vault with nothing to do says so everywhere", () => {
  const report = status({ hosts: [host("mta1"), host("old", { inFleet: false, categories: [age("tls")] })] })
  expect(statusPage(report)).toContain("<p>Nothing.</p>")
  expect(statusPage(report)).toContain("not backed up any more")
  expect(statusPage(report)).toContain('<td class="absent">–</td>')
  expect(statusText(report, plain)).toContain("every objective is met")
  expect(statusText(report, plain)).toContain("not backed up any more")
})

test("what is found of many hosts names the first of them, and what has no hint has none", () => {
  const findings = Array.from({ length: 40 }, (_, number) => ({
    ...{
      id: `rpo/mta${number}`,
      level: "breach" as const,
      host: `mta${number}`,
      message: "config is late",
      hint: "",
    },
  }))
  const many = Array.from({ length: 1001 }, (_, number) => ({
    ...{ id: `x/${number}`, level: "warning" as const, host: null, message: `thing ${number}`, hint: "look" },
  }))
  const text = statusText(status({ findings }), plain)
  expect(text).toContain("mta0, mta1, mta2, mta3 and 36 more: config is late")
  expect(statusPage(status({ findings }))).not.toContain('<p class="soft"></p>')
  expect(statusSummary(status({ findings: many }))).toMatch(/- and \d+ more/)
})

test("numbers for a monitor are 0 where a time is not known", () => {
  const drift: DriftStatus = {
    ...{ state: "not-open", id: null, title: "x", hosts: ["mta1", "mta2"], since: null, isOlder: false },
    ...{ risk: null, url: null },
  }
  const text = statusMetrics(
    status({
      hosts: [host("mta1", { categories: [age("dkim", { state: "never", capturedAt: null, ageMs: null })] })],
      drifts: [drift],
      drills: [
        drill("mta1", { at: null, verdict: "untrusted", isMet: false }),
        drill("mta2", { failed: ["dkim"] }),
      ],
    }),
  )
  expect(text).toContain('last_good_copy_timestamp_seconds{host="mta1",category="dkim"} 0\n')
  expect(text).toContain('drill_timestamp_seconds{host="mta1"} 0\n')
  expect(text).toContain('drill_breach{host="mta2"} 1\n')
  expect(text).toContain('drift_timestamp_seconds{state="not-open",drift="mta1,mta2",risk="unknown"} 0\n')
})

test("the last drill is the newest, whatever order they come in, and an untrusted one says so", () => {
  const [old, fresh] = [drill("mta1", { at: "2026-01-01T00:00:00Z" }), drill("mta2")]
  for (const drills of [
    [old, fresh],
    [fresh, old],
    [drill("mta3", { at: null }), fresh],
  ])
    expect(statusText(status({ drills }), plain)).toContain("last drill: mta2 passed on 2026-11-24")
  expect(
    statusText(status({ drills: [drill("mta1", { at: null, verdict: "untrusted" })] }), plain),
  ).toContain("its report is not signed")
})

test("drift is told by where it stands, and since when as far as that is known", () => {
  const risk = { level: "high", name: "", reason: "" } as const
  const drift: DriftStatus = {
    ...{ state: "open", id: "11", title: "mta1 has 2 changes", hosts: ["mta1"], since: at, isOlder: false },
    ...{ risk, url: null },
  }
  const told = (changes: Partial<DriftStatus>) => driftFinding({ ...drift, ...changes })
  expect(told({})).toMatchObject({
    id: "drift/11",
    host: "mta1",
    message: expect.stringContaining("(risk high)"),
  })
  expect(told({ state: "rejected", url: "/pull/7" })).toMatchObject({
    message: expect.stringContaining("first proposed on 2026-11-24"),
    hint: expect.stringContaining("merge /pull/7"),
  })
  expect(told({ state: "rejected", since: null })).toMatchObject({
    message: "rejected and still live: mta1 has 2 changes (risk high)",
    hint: expect.stringContaining("merge drift/11"),
  })
  const many = { hosts: ["mta1", "mta2"], id: null, risk: null } as const
  expect(told({ ...many, state: "unproposed", isOlder: true })).toMatchObject({
    ...{ id: "unproposed/mta1,mta2", host: null },
    message: "mta1 has 2 changes, since 2026-11-24 or before, not proposed yet",
  })
  expect(told({ ...many, state: "not-open", since: null }).message).toBe(
    "mta1 has 2 changes, in no open proposal: rejected, or not proposed yet",
  )
})

test("a change that made it worse is told of as many hosts as were looked at", () => {
  const change = {
    id: "11",
    title: "limit raised",
    hosts: ["mta1"],
    looked: 1,
    reason: "it rose",
    seenAt: 1_764_000_000,
  }
  expect(worseFinding(change)).toMatchObject({
    host: "mta1",
    message: expect.not.stringContaining("as seen on"),
  })
  expect(worseFinding({ ...change, hosts: ["mta1", "mta2", "mta3"], looked: 2 })).toMatchObject({
    ...{ host: null, message: expect.stringContaining("as seen on 2 of its 3 hosts") },
  })
})

const rate = (deferred: number, attempts: number): Rate => ({
  ...{ attempts, deferred, bounced: 0, delivered: attempts - deferred, recipients: deferred },
  rate: attempts === 0 ? null : deferred / attempts,
  interval: attempts === 0 ? null : [0, 1],
})
const isp = (name: string, changes: Partial<IspImpact> = {}): IspImpact => ({
  ...{ isp: name, before: rate(1, 100), after: rate(20, 100), difference: 0.19, interval: [0.1, 0.3] },
  ...{ isSmall: false, movement: "rose", isTouched: true, weekEarlier: null, isUsual: false, level: "good" },
  ...{ ips: [], pattern: { kind: "none", ips: [] }, errors: [] },
  ...changes,
})
const impact = (isps: readonly IspImpact[], changes: Partial<ImpactReport> = {}): ImpactReport => ({
  command: "impact",
  subject: { name: "11", title: "", hosts: ["mta1"], isps: null, intent: "fewer" },
  ...{ before: { from: 0, to: 300 }, after: { from: 300, to: 600 }, weekEarlier: { from: -600, to: -300 } },
  ...{ isFull: false, thresholds: { investigate: 0.05, reduce: 0.15 }, result: "unclear", reason: "why" },
  ...{
    isps,
    blindHosts: [],
    skipped: [{ host: "mta1", reason: "new-kind", count: 3 }],
    notes: [],
    exit: "good",
  },
  // Not of all of them, as in a real report.
  course: isps.slice(0, 6).map(one => ({ isp: one.isp, points: [{ at: 0, attempts: 0, deferred: 0 }] })),
  ...changes,
})

test("impact of many ISPs shows the first, with the week before where it is known", () => {
  const many = Array.from({ length: 60 }, (_, number) => isp(`isp${number}.example`))
  const [first, ...rest] = many
  const shown = [
    { ...(first as IspImpact), weekEarlier: rate(0, 0), isUsual: true },
    isp("some.example", { pattern: { kind: "some", ips: ["192.0.2.1"] }, weekEarlier: rate(2, 100) }),
    isp("small.example", { isSmall: true, movement: "unclear", pattern: { kind: "unclear", ips: [] } }),
    isp("unclear.example", { movement: "unclear" }),
    ...rest,
  ]
  const page = impactPage(impact(shown))
  expect(page).toContain("a week earlier")
  expect(page).toContain("not over yet")
  expect(page).toMatch(/And \d+ more\./)
  const markdown = impactMarkdown(impact(shown))
  expect(markdown).toMatch(/And \d+ more ISPs\./)
  expect(markdown).toContain("192.0.2.1 of 0 IPs: reputation")
  // A reason that a newer version wrote is shown as it is.
  expect(impactText(impact(shown), plain)).toContain("3 not counted, new-kind")
})

test("impact without any traffic has no table to show, and no picture breaks", () => {
  expect(impactPage(impact([], { isFull: true, course: [] }))).not.toContain("Replies")
  expect(impactText(impact([]), plain)).toContain("not over yet")
})

test("a summary that would be too long for GitHub is cut at a line, and says so", () => {
  const problem = new Problem("pull/stalled", "mta1 is silent", { hint: "look at it" })
  const report = {
    ...{ command: "collect", dryRun: false, capture: null, vault: "/vault", startedAt: at, missedRuns: 0 },
    ...{ hosts: [], changed: false, proposals: [], forge: null, exit: "partial" },
    captures: [{ file: "a.tar", hosts: 0, problem }],
    reviewProblem: problem,
    warnings: Array.from({ length: 30_000 }, (_, number) => `warning number ${number}, which is long enough`),
    ms: { open: 0, hosts: 0, record: 0, propose: 0, total: 0 },
  } as const satisfies BackupReport
  const text = backupSummary(report)
  expect(text).toContain("### Captures that were refused")
  expect(text.endsWith("\n\n… cut: the rest is in the log.\n")).toBe(true)
  expect(backupSummary({ ...report, warnings: [] })).toContain("next: `look at it`")
})

const findings = (level: ProofFinding["level"], count: number): ProofFinding[] =>
  Array.from({ length: count }, (_, number) => ({ level, verdict: "v", subject: `s${number}`, detail: "d" }))

test("a drill with more findings than anybody reads shows the first, and where the rest is", () => {
  const report = {
    ...{ command: "drill", host: "mta1", verdict: "weak", sequence: 1, takenAt: at, startedAt: at, ms: 900 },
    ...{ target: "scratch", spare: null, tool: "1", run: null, steps: [], warnings: [], exit: "good" },
    objective: { scenario: "hardware-failure", rtoMs: 14_400_000, isMet: true },
    proofs: [{ name: "files", verdict: "weak", summary: "s", findings: findings("note", 500) }],
  } as unknown as DrillReport
  expect(drillMarkdown(report)).toMatch(/and \d+ more, in the JSON report/)
  expect(drillText(report, null, plain)).toMatch(/and \d+ more notes/)
})

test("a runbook for a host that the fleet has no more leaves out what nobody knows", () => {
  const facts: Parameters<typeof runbook>[0] = {
    ...{ host: "mta1", sequence: 1, takenAt: at, tool: "1", license: null, reach: null },
    ...{ recipients: ["age1x"], objectives: new Map(), snapshotFile: "snapshot.json" },
    categories: [{ name: "config", file: "bundles/config.tar.gz.age", files: 1, bytes: 1, capturedAt: at }],
  } as never
  const text = runbook(facts)
  expect(text).toContain('SSH="ssh -p 22 root@ADDRESS"')
  expect(text).toContain("The vault has no facts of a licence")
  expect(text).toContain("gzip -d")
  expect(text).not.toContain("promised within")
})

test("small texts: keys that are new, a vault with its recipients, reasons to keep", () => {
  const keys = [
    { algorithm: "ssh-ed25519", fingerprint: "SHA256:a", pinned: true },
    { algorithm: "ssh-rsa", fingerprint: "SHA256:b", pinned: false },
  ]
  expect(pinText([{ name: "mta1", keys }], plain)).toMatch(/SHA256:a .* pinned\n.*SHA256:b .* new\n/)
  expect(initText("/vault", 2)).not.toContain("Recovery kit")
  expect(initText("/vault", 1)).toContain("Recovery kit")
  expect(reasonText({ rule: "clock", of: "", categories: [] })).toContain("in doubt")
  expect(reasonText({ rule: "daily", of: "2026-11-24", categories: ["tls"] })).toBe("day 2026-11-24 (tls)")
})
