/**
 * `npm run bench -- [--only NAME]… [--runs N] [--size MB] [--json FILE]`: this program against what operators do
 * today, on real sshd hosts of this machine. Prints Markdown; every backup is opened and compared. With `--json` the
 * cases that were run are put into a file of results, beside those that are there. `--plot FILE` runs nothing: it
 * draws the plot from a file of results, to stdout.
 */
import { readFileSync } from "node:fs"
import { parseArgs } from "node:util"
import { fleetPlot } from "../../scripts/bench-plot.ts"
import { casesOf } from "./cases.ts"
import { diffCase } from "./diff-case.ts"
import { logCase } from "./log.ts"
import { compare } from "./measure.ts"
import { oursIsBuilt } from "./peers/ours.ts"
import { machine, rows, table } from "./report.ts"
import { addResults, type CaseResult, parseResults } from "./results.ts"
import { verdicts } from "./targets.ts"

const { values } = parseArgs({
  options: {
    only: { type: "string", multiple: true },
    runs: { type: "string", default: "5" },
    size: { type: "string", default: "2000" },
    json: { type: "string" },
    plot: { type: "string" },
  },
})
if (values.plot !== undefined) {
  process.stdout.write(fleetPlot(parseResults(readFileSync(values.plot, "utf8"))))
  process.exit(0)
}
const runs = Number(values.runs)
const cases = [...casesOf(Number(values.size) * 1e6), logCase(Number(values.size))]
const isWanted = ({ name }: { readonly name: string }) => values.only?.includes(name) ?? true
const chosen = cases.filter(isWanted)
if ((chosen.length === 0 && !isWanted(diffCase)) || !(runs >= 1)) {
  say(
    `usage: --only ${[...cases, diffCase].map(({ name }) => name).join("|")}  --runs N (at least 1)  --size MB (of logs)  --json FILE  --plot FILE`,
  )
  process.exit(2)
}
if (!oursIsBuilt()) say("dist/cli.js is not built: only the others are measured")

if (isWanted(diffCase)) {
  say(`${diffCase.name}: ${diffCase.about}`)
  const ran = await circumstances(diffCase.about)
  const { table, figures } = await diffCase.measure(runs)
  await keep(diffCase.name, { ...ran, figures })
  process.stdout.write(`## ${diffCase.name}\n${diffCase.about}; median of ${runs} runs\n\n${table}\n\n`)
}
for (const { name, about, prepare } of chosen) {
  say(`${name}: ${about}`)
  await using prepared = await prepare()
  const ran = await circumstances(about)
  const measured = rows(await compare(prepared.contenders, runs, prepared.scratch, say))
  const { bytes } = prepared
  const result = { ...ran, ...(bytes === undefined ? {} : { bytes }), rows: measured }
  await keep(name, result)
  process.stdout.write(
    `## ${name}\n${about}; medians of ${runs} interleaved runs\n\n${table(measured, bytes)}\n\n`,
  )
  for (const line of verdicts({ [name]: result })) process.stdout.write(`${line}\n`)
  process.stdout.write("\n")
}

async function circumstances(about: string) {
  return { about, at: new Date().toISOString(), runs, machine: await machine() }
}

async function keep(name: string, result: CaseResult): Promise<void> {
  if (values.json !== undefined) await addResults(values.json, { [name]: result })
}

function say(line: string): void {
  process.stderr.write(`${line}\n`)
}
