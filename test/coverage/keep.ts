/** Runs inside what is counted, with nothing but Node: keeps the counts when the process ends. */
import { randomUUID } from "node:crypto"
import { writeFileSync } from "node:fs"
import { isMainThread, parentPort } from "node:worker_threads"
import type { FileCoverageData } from "@vitest/istanbul-lib-coverage"

/** By path: how often each statement ran, and each side of each branch. */
export type Counts = Readonly<
  Record<string, { readonly s: readonly number[]; readonly b: readonly (readonly number[])[] }>
>

export function keepCounts(directory: string): void {
  const name = `${directory}/${randomUUID()}.json`
  const write = () => writeCounts(name)
  if (isMainThread) process.on("exit", write)
  // A thread is ended from outside and not told: it keeps what it has each time that it was asked something.
  else parentPort?.on("message", () => setTimeout(write, 10))
}

export function writeCounts(name: string): void {
  const { __counts__: files = {} } = globalThis as {
    readonly __counts__?: Readonly<Record<string, FileCoverageData>>
  }
  const counts: Counts = Object.fromEntries(
    Object.entries(files).map(([path, { s, b }]) => [path, { s: Object.values(s), b: Object.values(b) }]),
  )
  try {
    writeFileSync(name, JSON.stringify(counts))
  } catch {
    // Full disks and users without rights are among what is tested; what such a run counted is lost.
  }
}
