import { cpus, loadavg, totalmem } from "node:os"
import { finish } from "../lab/child.ts"
import { median, type Result } from "./measure.ts"

export interface Row {
  readonly name: string
  readonly wallMs: number
  readonly minMs: number
  readonly maxMs: number
  readonly cpuMs: number
  readonly peakMb: number
  /** median of this wall time ÷ the first contender's of the same round; likewise for the second */
  readonly toFirst: number
  readonly toSecond: number | null
  /** wall time of each run: the n-th of all rows met the same machine */
  readonly walls: readonly number[]
}

/** Medians; ratios are taken round by round, since a noisy machine is noisy for all of a round. */
export function rows(results: readonly Result[]): readonly Row[] {
  const ratio = (result: Result, base: Result) =>
    median(result.runs.map((run, index) => run.wallMs / (base.runs[index]?.wallMs ?? Number.NaN)))
  const [first, second] = results
  return results.map(result => {
    const walls = result.runs.map(run => run.wallMs)
    return {
      name: result.name,
      wallMs: median(walls),
      minMs: Math.min(...walls),
      maxMs: Math.max(...walls),
      cpuMs: median(result.runs.map(run => run.cpuMs)),
      peakMb: median(result.runs.map(run => run.peakMb)),
      toFirst: first === undefined ? Number.NaN : ratio(result, first),
      toSecond: second === undefined ? null : ratio(result, second),
      walls,
    }
  })
}

/** @param bytes  that each way reads; adds its throughput */
export function table(found: readonly Row[], bytes?: number): string {
  const [first, second] = found
  const heads = [
    "way",
    "wall s",
    "min–max",
    "client CPU s",
    "peak MB",
    `× ${first?.name}`,
    `× ${second?.name ?? "–"}`,
    ...(bytes === undefined ? [] : ["MB/s", "MB per CPU s"]),
  ]
  const throughput = (ms: number) => (bytes === undefined ? [] : [(bytes / 1_000 / ms).toFixed(0)])
  const seconds = (ms: number) => (ms / 1_000).toFixed(2)
  const lines = found.map(row => [
    row.name,
    seconds(row.wallMs),
    `${seconds(row.minMs)}–${seconds(row.maxMs)}`,
    Number.isFinite(row.cpuMs) ? seconds(row.cpuMs) : "–",
    Number.isFinite(row.peakMb) ? row.peakMb.toFixed(0) : "–",
    row.toFirst.toFixed(2),
    row.toSecond?.toFixed(2) ?? "–",
    ...throughput(row.wallMs),
    ...throughput(row.cpuMs),
  ])
  return [heads, heads.map(() => "---"), ...lines]
    .map(cells => `| ${cells.map(cell => cell.replaceAll("|", "\\|")).join(" | ")} |`)
    .join("\n")
}

/** What the figures depend on. */
export async function machine() {
  const ssh = await finish("ssh", ["-V"])
  return {
    cpus: cpus().length,
    model: cpus()[0]?.model ?? "unknown",
    memoryGb: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    ssh: ssh.stderr.trim(),
    load: Number(loadavg()[0]?.toFixed(2)),
  }
}
