import { expect, test } from "vitest"
import { parseDuration, showDuration } from "../../src/core/duration.ts"
import { nearest } from "../../src/core/nearest.ts"

test("the nearest name is at most two slips away", () => {
  const names = ["hosts", "hostKeys", "retention", "sudo"]
  expect(nearest("host", names)).toBe("hosts")
  expect(nearest("hsots", names)).toBe("hosts")
  expect(nearest("hostkey", names)).toBe("hostKeys")
  expect(nearest("retnetoin", names)).toBe("retention")
  expect(nearest("sodu", ["sudo"])).toBe(null)
  expect(nearest("x", names)).toBe(null)
  expect(nearest("x".repeat(100_000), names)).toBe(null)
})

test("durations are a whole number of one unit, and are shown as briefly as they can be written", () => {
  expect(["90s", "30m", "24h", "7d", "1w"].map(parseDuration)).toEqual([
    90_000, 1_800_000, 86_400_000, 604_800_000, 604_800_000,
  ])
  expect(["0s", "1.5h", "h", "24", "24H", "-1d", "1h30m", " 1h"].map(parseDuration)).toEqual(
    Array(8).fill(null),
  )
  expect(["90s", "30m", "24h", "14d", "61m"].map(text => showDuration(parseDuration(text) ?? 0))).toEqual([
    "90s",
    "30m",
    "1d",
    "2w",
    "61m",
  ])
})
