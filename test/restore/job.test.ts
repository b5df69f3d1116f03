import { expect, test } from "vitest"
import { jobId } from "../../src/restore/job.ts"

// Two restores of one plan within a second had one folder: the second took the first's copy and times for its own.
test("each restore has a folder of its own, also the same plan at the same time", () => {
  const now = new Date("2026-11-25T18:02:14.250Z")
  const ids = Array.from({ length: 100 }, () => jobId(now, "0123456789abcdef"))
  expect(new Set(ids).size).toBe(100)
  for (const id of ids) expect(id).toMatch(/^20261125T180214250Z-01234567-[0-9a-f]{8}$/)
})
