import { readFileSync } from "node:fs"
import { join } from "node:path"
import { table } from "../test/bench/report.ts"
import { parseResults, type Results } from "../test/bench/results.ts"
import { type Judged, judged } from "../test/bench/targets.ts"

/** The results that stand in the documents: written by `npm run bench -- --json docs/bench.json`. */
export const benchResults = (): Results =>
  parseResults(readFileSync(join(import.meta.dirname, "../docs/bench.json"), "utf8"))

/** What the README says: one fleet, in a few figures, and the plot. */
export function benchSummary(results: Results): string {
  const seconds = (way: string) =>
    ((results["fleet-50"]?.rows?.find(({ name }) => name === way)?.wallMs ?? Number.NaN) / 1000).toFixed(1)
  const kept = judged(results).filter(target => target.kept).length
  return [
    "![Wall time of a backup against the number of hosts](docs/bench.svg)",
    "",
    `50 hosts of 503 files, ${machineOf(results)}: nothing changed ${seconds("ours, unchanged")} s, first backup ${seconds("ours, first")} s;`,
    `\`tar | age\` over \`ssh\`, eight at a time: ${seconds("classic, default kex")} s, with its fastest key exchange ${seconds("classic, curve25519")} s. ${kept} of ${judged(results).length} targets are kept:`,
    "[all figures](docs/BENCHMARK.md), by `npm run bench`.",
  ].join("\n")
}

/** The page of all targets with what was measured, kept or not, and of each case with all its ways. */
export function benchPage(results: Results): string {
  const cases = Object.entries(results).flatMap(([name, { about, runs, machine, rows = [], bytes }]) =>
    rows.length === 0
      ? []
      : [
          "",
          `## ${name}`,
          "",
          `${about}; medians of ${runs} interleaved runs, load ${machine["load"]} when it began.`,
          "",
          table(rows, bytes),
        ],
  )
  return `${[
    "# Benchmark",
    "",
    `Made by \`npm run generate\` from [bench.json](bench.json), which \`npm run bench -- --only CASE --json docs/bench.json\` writes, on`,
    `${machineOf(results)}. Each way's work is opened and compared with its source. "×" is wall time against that way, round by round.`,
    "",
    "| Case | This program | Against | Ratio | Target | |",
    "| --- | --- | --- | --- | --- | --- |",
    ...judged(results).map(target => row(target, results)),
    ...cases,
  ].join("\n")}\n`
}

function machineOf(results: Results): string {
  const { machine } = Object.values(results)[0] ?? {}
  return `${machine?.["cpus"]} cores, ${machine?.["memoryGb"]} GiB, Node ${String(machine?.["node"]).replace(/^v/, "")}`
}

function row({ case: name, of, what, most, value, kept }: Judged, results: Results): string {
  const wall = (way: string) => {
    const ms = results[name]?.rows?.find(found => found.name === way)?.wallMs
    return ms === undefined ? "" : ms < 1000 ? `${ms.toFixed(0)} ms` : `${(ms / 1000).toFixed(2)} s`
  }
  const cells =
    typeof what === "string"
      ? [name, `${of}: ${wall(of)}`, "", `${value.toFixed(0)} ${what}`, `${most} ${what}`]
      : [name, `${of}: ${wall(of)}`, `${what.to}: ${wall(what.to)}`, value.toFixed(2), `${most}`]
  return `| ${[...cells, kept ? "kept" : "**missed**"].map(cell => cell.replaceAll("|", "\\|")).join(" | ")} |`
}
