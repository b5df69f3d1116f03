/**
 * How large the suites of this folder are. `npm test` runs a short form of each; `npm run test:trust` sets
 * TRUST=full. A random suite prints its seed when it fails; TRUST_SEED gives the same run again.
 */
import { writeSync } from "node:fs"

export const isFull = process.env["TRUST"] === "full"

/** Of the two sizes, the one of this run. */
export const sized = <T>(short: T, full: T): T => (isFull ? full : short)

/** The seed of random suites: a new one each time, unless TRUST_SEED gives one. */
export const seed = Number(process.env["TRUST_SEED"] ?? Math.floor(Math.random() * 2 ** 31))

/** What docs/THREATS.md quotes: one line a suite. Past vitest, which would put a heading above it. */
export function figures(suite: string, text: string): void {
  writeSync(2, `trust: ${suite}: ${text}\n`)
}
