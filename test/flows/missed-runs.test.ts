import { expect, test } from "vitest"
import type { Fleet } from "../../src/core/fleet.ts"
import { parseFleet } from "../../src/fleet/parse.ts"
import { missedRuns } from "../../src/flows/missed-runs.ts"
import { powermta } from "../../src/profiles/powermta/index.ts"
import { withHost } from "../fleet/examples.ts"

const now = Date.parse("2026-11-24T02:00:00Z")
const record = (takenAt: string) => ({
  latest: { sequence: 1, bytes: Buffer.from(JSON.stringify({ takenAt })), signature: "" },
  accepted: null,
  live: null,
  hint: null,
  pages: new Map(),
})
const fleet = (more = ""): Fleet => parseFleet(`${withHost()}\n${more}`, "fleet.yml")
const missed = (hoursAgo: number, more?: string) =>
  missedRuns([record(new Date(now - hoursAgo * 3_600_000).toISOString())], fleet(more), powermta, now)

test.each([
  [24, 0],
  [35, 0],
  [37, 1],
  [100, 3],
])("with a run a day, %i hours without one are %i missed", (hours, runs) => {
  expect(missed(hours)?.runs ?? 0).toBe(runs)
})

test("the message says when the last run was, and how many were missed", () => {
  expect(missed(72)?.message).toBe(
    "the last run was on 2026-11-21T02:00:00.000Z; with one every 1d, 2 were missed: look at the schedule and at the machine that runs it",
  )
})

test("`every` is the schedule when the fleet file has one", () => {
  expect(missed(72, "categories: { accounting: { every: 6h } }")?.runs).toBe(11)
  expect(missed(72, "categories: { accounting: { every: 7d } }")).toBeNull()
})

test("the first run, and one after a clock was set back, miss nothing", () => {
  expect(missedRuns([], fleet(), powermta, now)).toBeNull()
  expect(missed(-500)).toBeNull()
})

test("one host that was away is no missed run", () => {
  const records = [record("2026-11-01T02:00:00Z"), record("2026-11-23T02:00:00Z")]
  expect(missedRuns(records, fleet(), powermta, now)).toBeNull()
})
