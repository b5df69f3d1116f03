/** What nobody should have done to a vault, and what is rare in one: each is told, and nothing else breaks. */
import { expect, test } from "vitest"
import type { Entry } from "../../src/core/file.ts"
import type { Fleet, Host } from "../../src/core/fleet.ts"
import type { IssueTracker } from "../../src/core/issues.ts"
import { Problem } from "../../src/core/problem.ts"
import type { Restorable } from "../../src/core/restorable.ts"
import type { Snapshot } from "../../src/core/snapshot.ts"
import type { StatusFinding, StatusReport } from "../../src/core/status.ts"
import type { Vault } from "../../src/core/vault.ts"
import { captureFollows } from "../../src/flows/capture-follows.ts"
import { completeness } from "../../src/flows/completeness.ts"
import { ageFindings, copyAges } from "../../src/flows/copy-ages.ts"
import { DrillReports } from "../../src/flows/drill-reports.ts"
import { factFindings } from "../../src/flows/expiries.ts"
import { storeFor, storeHint } from "../../src/flows/fetch-bundles.ts"
import { type FoundLog, refuseLogOverlaps } from "../../src/flows/find-logs.ts"
import { parseHint } from "../../src/flows/hint.ts"
import { SignedFiles } from "../../src/flows/history.ts"
import { LogChains } from "../../src/flows/log-chains.ts"
import { memoryGate } from "../../src/flows/memory-gate.ts"
import { rpoOf } from "../../src/flows/objectives.ts"
import { strayLogs } from "../../src/flows/prune-logs.ts"
import { reportBreaches } from "../../src/flows/report-breaches.ts"
import { refuseMachine, refuseTarget } from "../../src/flows/spare-host.ts"
import { formatProblem } from "../../src/flows/vault-format.ts"
import { verify } from "../../src/flows/verify.ts"
import { powermta } from "../../src/profiles/powermta/index.ts"
import { PrunedLogs } from "../../src/seal/pruned-logs.ts"
import { snapshotHash } from "../../src/seal/snapshot.ts"

const { signal } = new AbortController()
const at = "2026-11-24T05:00:00.000Z"
const now = Date.parse(at)
const bytes = (text: string) => Buffer.from(text)

test("a format that is not known is told as newer, and one that is none as altered", () => {
  expect(formatProblem(bytes('{"format":1}\n'))).toBeNull()
  expect(formatProblem(bytes('{"format":2}\n'))).toMatchObject({ code: "vault/newer-format" })
  expect(formatProblem(bytes('{"format":1, "more": 2}\n'))).toMatchObject({ code: "seal/altered" })
  expect(formatProblem(null)).toMatchObject({ code: "seal/altered" })
})

test("a hint that is none says nothing", () => {
  const nothing = { references: [], listing: null }
  expect(parseHint(null)).toEqual(nothing)
  for (const text of ["", "3", "null", "[", '{"references":[1,null,{"path":"x"}],"listing":7}'])
    expect(parseHint(bytes(text))).toEqual(nothing)
})

test("a capture comes on top of what it was compared with, and of nothing else", () => {
  const host = { name: "mta1" } as Host
  const before = (sequence: number, run: string | null = null) =>
    ({ bytes: bytes(`snapshot ${sequence}`), snapshot: { sequence, takenAt: at, run } }) as never
  const base = (sequence: number) => ({ sequence, sha256: snapshotHash(bytes(`snapshot ${sequence}`)) })
  const follows = (of: object, vault: Parameters<ReturnType<typeof captureFollows>>[2]) =>
    captureFollows("run 1")(host, { takenAt: "later", base: null, ...of } as never, vault)
  expect(follows({}, null)).toBe("new")
  expect(follows({ base: base(1) }, before(1))).toBe("new")
  expect(follows({ takenAt: at }, before(1, "run 1"))).toBe("recorded")
  expect(follows({ base: base(1) }, before(2))).toMatchObject({ code: "shard/moved" })
  expect(follows({}, before(1))).toMatchObject({
    code: "shard/moved",
    data: [expect.stringContaining("no snapshot"), expect.anything()],
  })
  expect(follows({ base: base(2) }, null)).toMatchObject({
    code: "shard/other-vault",
    data: [expect.anything(), "the vault has no snapshot"],
  })
  expect(follows({ base: base(2) }, before(1))).toMatchObject({ code: "shard/other-vault" })
})

test("reports of drills without a signature, signatures without a report, and lost ones are found", () => {
  const drills = new DrillReports([])
  drills.add("drills/mta1/1.json", null)
  drills.add("drills/mta1/2.json.sig", bytes("x"))
  drills.add("drills/mta1/3.json", bytes("{}"))
  drills.add("drills/mta1/4.md", bytes("text"))
  drills.add("drills/mta1/4.md.sig", bytes("no signature"))
  drills.add("stray.json", bytes("{}"))
  drills.finish()
  expect(drills.findings.map(({ host, key, problem }) => [host, key, problem.code])).toEqual([
    ["mta1", "drills/mta1/1.json", "seal/not-signed"],
    ["mta1", "drills/mta1/2.json", "store/missing"],
    ["mta1", "drills/mta1/3.json", "seal/not-signed"],
    ["mta1", "drills/mta1/4.md", "seal/not-signed"],
    ["", "stray.json", "seal/not-signed"],
  ])
  expect(drills.count).toBe(3)
})

test("files among the snapshots that are none are strays, and a signature alone is no snapshot", () => {
  const files = new SignedFiles()
  files.add("snapshots/mta1/00000001.json", null)
  files.add("snapshots/mta1/00000002.json.sig", null)
  files.add("snapshots/mta1/notes.txt", bytes("mine"))
  files.add("prunes/00000001.json", bytes("{}"))
  expect(files.strays).toEqual(["snapshots/mta1/notes.txt"])
  expect(files.hosts()).toEqual(["mta1"])
  expect(files.of("mta1")).toEqual([{ sequence: 1, bytes: new Uint8Array(), signature: "" }])
  expect(files.of("mta2")).toEqual([])
  expect(files.prunes([])).toMatchObject({ records: [], problem: { code: "seal/not-signed" } })
})

test("a record of a prune that nobody signed is told, also where no host has a snapshot", async () => {
  // Records were once opened with the first snapshot alone.
  const vault = {
    location: "/vault",
    async *contents() {
      yield { path: "prunes/00000001.json", bytes: bytes("{}") }
    },
  } as unknown as Vault
  const tools = {
    fleet: fleet({ warnings: [] }),
    profile: powermta,
    vault,
    stores: new Map(),
    now: () => new Date(at),
  }
  const report = await verify({ hosts: [], wentBack: null, deep: null }, tools, signal)
  expect(report.findings).toMatchObject([{ host: "", problem: { code: "seal/not-signed" } }])
  expect(report.exit).toBe("integrity")
})

test("a page of a log that is lost, changed or another's breaks its chain there", () => {
  const logs = new LogChains()
  const pruned = new PrunedLogs([])
  const key = "logs/mta1/accounting/00000001.json"
  logs.add(key, null)
  const ref = { key, sha256: "0".repeat(64) }
  expect(logs.follow("mta1", "accounting", ref, pruned).broken).toMatchObject({ key })
  logs.add("logs/odd", bytes("{}"))
  expect(logs.strays()).toEqual(["logs/odd"])
})

test("what a store has of logs that no page names is taken for left over only when its time is over", () => {
  const keys = [
    "bundles/mta1/accounting/acct.csv@20261101T050000000Z/0-10.zst",
    "bundles/mta1/accounting/acct.csv@20261123T050000000Z.2/0-10.zst",
    "bundles/mta1/config/20261101T050000000Z.tar.zst.age",
    "bundles/mta1/accounting/known@20261101T050000000Z/0-10.zst",
  ]
  const known = new Set(["bundles/mta1/accounting/known@20261101T050000000Z"])
  const isOver = (_host: string, _category: string, time: number) => time < Date.parse("2026-11-10T00:00:00Z")
  expect(strayLogs(keys, new PrunedLogs([]), known, isOver)).toEqual([keys[0]])
})

test("a store that was not given is named, with the way to give it", () => {
  expect(() => storeFor({ store: "directory", key: "k" } as never, new Map())).toThrow("which is not given")
  expect([storeHint("directory"), storeHint("artifact")]).toEqual([
    expect.stringContaining("--store-path"),
    "say so with --store artifact",
  ])
})

const entry = (path: string, kind: Entry["kind"] = "file"): Entry => ({
  ...{ path, kind, mode: 0o640, uid: 0, gid: 0, owner: "root", group: "root", size: 1, mtime: 0 },
  ...{ target: kind === "link" ? "/x" : null, sha256: null, readable: true },
})
const log = (path: string) => ({ category: "accounting", entry: entry(path) }) as unknown as FoundLog
const item = (path: string, kind: Entry["kind"]): Restorable => ({
  category: "config",
  entry: entry(path, kind),
  content: null,
})

test("a log takes no other file's place, and lies below none", () => {
  expect(() => refuseLogOverlaps([log("/a/b")], [item("/a", "directory")])).not.toThrow()
  expect(() => refuseLogOverlaps([log("/a")], [item("/a", "file")])).toThrow("is in two categories")
  expect(() => refuseLogOverlaps([log("/a"), log("/a")], [])).toThrow("is in two categories")
  expect(() => refuseLogOverlaps([log("/a/b/c")], [item("/a", "link")])).toThrow("lies below a link")
})

const fleet = (changes: Partial<Fleet> = {}): Fleet =>
  ({
    hosts: [],
    categories: new Map(),
    recipients: [],
    signers: [],
    rto: new Map(),
    ...changes,
  }) as unknown as Fleet
const policy = (rpoMs: number | null) => ({
  everyMs: null,
  rpoMs,
  paths: [],
  recipients: [],
  retention: null,
  keepMs: null,
})

test("a category has its own objective, else the profile's, else a day", () => {
  const own = fleet({
    categories: new Map([
      ["config", policy(1)],
      ["postfix", policy(null)],
    ]),
  })
  expect(["config", "dkim", "postfix"].map(name => rpoOf(name, own, powermta))).toEqual([
    1, 86_400_000, 86_400_000,
  ])
})

const ref = (capturedAt: string, expiresAt: string | null = null) =>
  ({
    key: "k",
    store: "artifact",
    capturedAt,
    artifact: expiresAt === null ? undefined : { expiresAt },
  }) as never
const snapshot = (categories: Record<string, object>): Snapshot =>
  ({ host: "mta1", sequence: 3, takenAt: at, categories }) as unknown as Snapshot

test("ages are of the last good copy, and what has none says why", () => {
  const newest = snapshot({
    config: { status: "stored", bundle: ref("2026-11-24T04:00:00Z") },
    dkim: { status: "missing", bundle: ref("2026-11-20T04:00:00Z") },
    gone: { status: "missing", bundle: null },
    tls: { status: "failed", bundle: ref("2026-11-24T04:00:00Z") },
    license: { status: "stored", bundle: ref("2026-11-25T04:00:00Z") },
    old: { status: "stored", bundle: ref("2026-11-01T04:00:00Z") },
  })
  const ages = copyAges(newest, ["config", "log"], () => 86_400_000, now)
  expect(ages.map(({ name, state }) => `${name} ${state}`)).toEqual([
    ...["config good", "dkim absent", "gone absent", "license clock", "log never", "old late", "tls good"],
  ])
  expect(ageFindings("mta1", ages).map(({ id, level }) => `${id} ${level}`)).toEqual([
    ...["rpo/mta1/dkim warning", "rpo/mta1/license breach", "rpo/mta1/log breach", "rpo/mta1/old breach"],
    "rpo/mta1/tls warning",
  ])
})

test("what a host should have and has not is told, and what is only kept from before is a warning", () => {
  const whole = { status: "stored", bundle: ref(at) }
  const tools = { fleet: fleet(), profile: powermta, now: () => new Date(at) }
  const told = (categories: Record<string, object>) => completeness("mta1", snapshot(categories), tools)
  const empty = completeness("mta1", null, tools)
  expect(empty.findings).toMatchObject([
    { sequence: null, problem: { message: "the vault has no copy of mta1" } },
  ])
  const { findings, warnings } = told({
    ...{ config: whole, data: whole, tls: { status: "missing", bundle: null } },
    dkim: { status: "failed", problem: "pull/no-rights", bundle: ref(at) },
    license: { status: "missing", bundle: ref(at) },
    accounting: {
      status: "failed",
      problem: "pull/stalled",
      bundle: null,
      log: { key: "k", sha256: "", capturedAt: null },
    },
    log: { status: "failed", problem: "pull/stalled", bundle: null },
  })
  expect(findings.map(({ problem }) => problem.message)).toEqual(["the vault has no copy of log of mta1"])
  expect(warnings.join("\n")).toMatch(/dkim of mta1: failed: pull\/no-rights/)
  expect(warnings.join("\n")).toMatch(/license of mta1: the host has it no more/)
  expect(warnings.join("\n")).toMatch(
    /accounting of mta1: failed: pull\/stalled; what was stored so far is kept/,
  )
})

test("facts that a person edited, and ends that are none, are no trouble; weak keys are", () => {
  const keys = Object.fromEntries(
    [1, 2, 3, 4, 5].map(number => [`/k/${number}.pem`, { type: "rsa", bits: 1024, use: [] }]),
  )
  const facts = new Map<string, unknown>([
    ["dkim", { ...keys, "/k/x.pem": { unreadable: "encrypted" } }],
    [
      "license",
      { "/l": { licenses: [{ product: "PowerMTA", expires: "never" }, { expires: "2026-11-01" }] } },
    ],
    [
      "tls",
      {
        "/t": { certificates: [{ subject: "CN=a", notAfter: "soon" }] },
        "/u": 3,
        "/v": { certificates: "x" },
      },
    ],
  ])
  const { expiries, findings } = factFindings("mta1", facts, now)
  expect(expiries.map(({ kind, expiresAt }) => [kind, expiresAt])).toEqual([
    ["license", "2026-11-01T23:59:59.000Z"],
  ])
  const told = findings.map(({ level, message }) => `${level} ${message}`).join("\n")
  expect(told).toMatch(/\/k\/1\.pem, \/k\/2\.pem, \/k\/3\.pem and 2 more/)
})

test("issues that cannot be written make the status red and say so; too many are counted", async () => {
  const report = { findings: [], exit: "good" } as unknown as StatusReport
  const breach = (number: number): StatusFinding => ({
    id: String(number),
    level: "breach",
    host: null,
    message: "m",
    hint: "",
  })
  const made: string[] = []
  const tracker: IssueTracker = {
    list: async () => [],
    create: async ({ body }) => void made.push(body),
    update: async () => {},
  }
  const many = await reportBreaches(
    { ...report, findings: Array.from({ length: 40 }, (_, n) => breach(n)) },
    tracker,
    signal,
  )
  expect(many.findings.at(-1)).toMatchObject({
    id: "issues/held-back",
    message: expect.stringMatching(/^\d+ more breaches/),
  })
  expect(made[0]).not.toMatch(/Host|Next:/)
  const refused = new Problem("propose/not-permitted", "no", { hint: "give the right" })
  const trouble = { ...tracker, list: async () => Promise.reject(refused) }
  expect(await reportBreaches(report, trouble, signal)).toMatchObject({
    findings: [{ id: "issues/trouble", hint: "give the right" }],
    exit: refused.exit,
  })
})

test("a machine that is no spare is not drilled onto", () => {
  const host = (name: string, changes: Partial<Host> = {}): Host =>
    ({
      name,
      address: name,
      port: 22,
      jumps: [],
      hostKeys: [],
      backup: true,
      spare: false,
      ...changes,
    }) as unknown as Host
  const spare = host("spare", { spare: true, backup: false })
  const all = (target: Host) =>
    fleet({
      hosts: [host("mta1"), host("mta2", { hostKeys: [{ kind: "fingerprint", sha256: "x" }] }), target],
    })
  const refuse =
    (target: Host, confirm: string | null = null) =>
    () =>
      refuseTarget("mta1", target, confirm, all(target))
  expect(refuse(spare)).not.toThrow()
  expect(refuse(spare, "other")).toThrow("confirm names other")
  expect(refuse(host("mta1"))).toThrow("cannot be its own spare")
  expect(refuse(host("spare", { address: "mta2", spare: true }))).toThrow(
    "has the address or a host key of mta2",
  )
  expect(refuse(host("spare", { address: "mta2", port: 2222, spare: true }))).not.toThrow()
  const jump = [{ name: "bastion" }] as never
  expect(refuse(host("spare", { address: "mta2", jumps: jump, spare: true }))).not.toThrow()
  expect(refuse(host("spare", { hostKeys: [{ kind: "fingerprint", sha256: "x" }], spare: true }))).toThrow(
    "host key of mta2",
  )
  expect(refuse(host("mta3"))).toThrow("is backed up, so it is in use")
  expect(refuse(host("mta3", { backup: false }))).toThrow("is not marked as a spare")
  expect(refuse(host("mta3"), "mta3")).not.toThrow()
  const found = { hostname: "MTA1.example.com", serviceRuns: false, program: "pmta" }
  expect(() => refuseMachine(spare, found, null, all(spare))).toThrow("calls itself MTA1.example.com")
  expect(() =>
    refuseMachine(spare, { ...found, hostname: "x", serviceRuns: true }, null, all(spare)),
  ).toThrow("pmta is running")
  expect(() => refuseMachine(spare, found, "spare", all(spare))).not.toThrow()
})

test("hosts wait for memory in turn, and one alone may have more than there is", async () => {
  const gate = memoryGate(10)
  const order: string[] = []
  const [one, two, three] = [gate.share(), gate.share(), gate.share()]
  await one.admit(100)
  const waits = [two.admit(6), three.admit(6)].map((admitted, index) =>
    admitted.then(() => order.push(String(index))),
  )
  await one.admit(1)
  expect(order).toEqual([])
  one[Symbol.dispose]()
  await waits[0]
  expect(order).toEqual(["0"])
  two[Symbol.dispose]()
  await Promise.all(waits)
  expect(order).toEqual(["0", "1"])
})
