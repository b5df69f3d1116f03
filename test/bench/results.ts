/** The file of results: each case as it was run last, so that cases can be run one by one. */
import { existsSync } from "node:fs"
import { readFile, writeFile } from "node:fs/promises"
import type { Row } from "./report.ts"

export interface CaseResult {
  readonly about: string
  /** ISO 8601, UTC */
  readonly at: string
  readonly runs: number
  readonly machine: Readonly<Record<string, string | number>>
  /** bytes that each way reads, where that is what counts */
  readonly bytes?: number
  readonly rows?: readonly Row[]
  /** of a case that is not a comparison */
  readonly figures?: object
}

export type Results = Readonly<Record<string, CaseResult>>

export const parseResults = (text: string): Results => JSON.parse(text) as Results

/** Puts cases into a file of results, in place of those of the same names. */
export async function addResults(file: string, found: Results): Promise<void> {
  const before = existsSync(file) ? parseResults(await readFile(file, "utf8")) : {}
  const all = Object.entries({ ...before, ...found }).sort(([a], [b]) => (a < b ? -1 : 1))
  await writeFile(file, `${JSON.stringify(Object.fromEntries(all), rounded, 1)}\n`)
}

/** A hundredth of a millisecond is more than a clock is worth. */
const rounded = (_: string, value: unknown) =>
  typeof value === "number" && !Number.isInteger(value) ? Number(value.toPrecision(5)) : value
