import { expect, test } from "vitest"
import type { Entry } from "../../src/core/file.ts"
import type { PlanAction, PlanStep } from "../../src/core/restore-plan.ts"
import { proveHostFiles } from "../../src/prove/host-files.ts"

const entry = (changes: Partial<Entry> = {}): Entry => ({
  ...{ path: "/etc/pmta/config", kind: "file", mode: 0o640, uid: 0, gid: 991, owner: "root", group: "pmta" },
  ...{ size: 1, mtime: 0, target: null, sha256: "aa", readable: true },
  ...changes,
})
const step = (action: PlanAction, wanted: Entry | null, found: Entry | null): PlanStep => ({
  ...{ action, path: "/etc/pmta/config", wanted, found },
})
const item = { category: "config", entry: entry(), content: null }
const told = (...steps: readonly PlanStep[]) =>
  proveHostFiles([item], steps).findings.map(({ verdict, detail }) => `${verdict}: ${detail}`)

test("a host that gave back what was restored has nothing wrong", () => {
  const proof = proveHostFiles([item], [step("unchanged", entry(), entry())])
  expect(proof).toMatchObject({ verdict: "proven", findings: [] })
})

test("what a host gave back otherwise is told by what is other about it", () => {
  const wanted = entry()
  expect(told(step("create", wanted, null))).toEqual(["missing: is not there"])
  expect(told(step("change", wanted, entry({ sha256: "bb" })))).toEqual(["different: other content"])
  expect(told(step("rights", wanted, entry({ mode: 0o644 })))).toEqual([
    "different: 0644 root:pmta, not 0640 root:pmta",
  ])
  expect(told(step("change", entry({ target: "/a" }), entry({ target: "/b", owner: "pmta" })))).toEqual([
    "different: leads elsewhere",
    "different: 0640 pmta:pmta, not 0640 root:pmta",
  ])
  expect(told(step("blocked", wanted, entry({ kind: "directory" })))).toEqual([
    "different: is a directory, not a file",
  ])
})

test("what was there before is a note, and no failure", () => {
  const proof = proveHostFiles([item], [step("extra", null, entry())])
  expect(proof.findings).toMatchObject([{ level: "note", verdict: "extra" }])
})
