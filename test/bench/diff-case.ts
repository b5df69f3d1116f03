import { join } from "node:path"
import { succeed } from "../lab/child.ts"
import type { DiffMeasure } from "./diff-work.ts"
import { median } from "./measure.ts"

/** What one large changed config may cost; promised in the README. */
const most = { ms: 150, timesItsSize: 10 }

/** Work of the program measured inside a process that is warm, where starting it would hide it. */
export const diffCase = {
  name: "diff",
  about: "mask, parse and compare a changed config of 1 MB and 20,000 directives, in a warm process",
  /** A Markdown table, and its figures. */
  async measure(runs: number): Promise<{ readonly table: string; readonly figures: object }> {
    const script = join(import.meta.dirname, "diff-work.ts")
    const printed = await succeed(process.execPath, ["--expose-gc", script, `${runs}`], {
      timeoutMs: 600_000,
    })
    const { bytes, directives, ms, liveBytes } = JSON.parse(printed.toString()) as DiffMeasure
    const [wall, times] = [median(ms), liveBytes / bytes]
    const verdict = (value: number, limit: number) => (value <= limit ? "kept" : "MISSED")
    const table = [
      "| | measured | at most | |",
      "| --- | --- | --- | --- |",
      `| wall ms (min–max) | ${wall.toFixed(0)} (${Math.min(...ms).toFixed(0)}–${Math.max(...ms).toFixed(0)}) | ${most.ms} | ${verdict(wall, most.ms)} |`,
      `| live memory ÷ config | ${times.toFixed(1)} | ${most.timesItsSize} | ${verdict(times, most.timesItsSize)} |`,
    ]
    return { table: table.join("\n"), figures: { bytes, directives, ms, liveBytes } }
  },
}
