/**
 * `npm run bench -- [--only NAME]… [--runs N] [--size MB] [--json FILE]`: this program against what operators do
 * today, on real sshd hosts of this machine. Prints Markdown; every backup is opened and compared.
 */
import { writeFile } from "node:fs/promises"
import { parseArgs } from "node:util"
import { casesOf } from "./cases.ts"
import { diffCase } from "./diff-case.ts"
import { logCase } from "./log.ts"
import { compare } from "./measure.ts"
import { oursIsBuilt } from "./peers.ts"
import { machine, type Row, rows, table } from "./report.ts"

const { values } = parseArgs({
  options: {
    only: { type: "string", multiple: true },
    runs: { type: "string", default: "5" },
    size: { type: "string", default: "2000" },
    json: { type: "string" },
  },
})
const runs = Number(values.runs)
const cases = [...casesOf(Number(values.size) * 1e6), logCase(Number(values.size))]
const isWanted = ({ name }: { readonly name: string }) => values.only?.includes(name) ?? true
const chosen = cases.filter(isWanted)
if ((chosen.length === 0 && !isWanted(diffCase)) || !(runs >= 1)) {
  say(
    `usage: --only ${[...cases, diffCase].map(({ name }) => name).join("|")}  --runs N (at least 1)  --size MB (of accounting)  --json FILE`,
  )
  process.exit(2)
}
if (!oursIsBuilt()) say("dist/cli.js is not built: only the others are measured")

const found: Record<string, readonly Row[] | object> = {}
if (isWanted(diffCase)) {
  say(`${diffCase.name}: ${diffCase.about}`)
  const { table, figures } = await diffCase.measure(runs)
  found[diffCase.name] = figures
  process.stdout.write(`## ${diffCase.name}\n${diffCase.about}; median of ${runs} runs\n\n${table}\n\n`)
}
for (const { name, about, prepare } of chosen) {
  say(`${name}: ${about}`)
  await using prepared = await prepare()
  const results = await compare(prepared.contenders, runs, prepared.scratch, say)
  const measured = rows(results)
  found[name] = measured
  const measuredTable = table(measured, prepared.bytes)
  process.stdout.write(`## ${name}\n${about}; medians of ${runs} interleaved runs\n\n${measuredTable}\n\n`)
}
if (values.json !== undefined)
  await writeFile(
    values.json,
    `${JSON.stringify({ machine: await machine(), runs, cases: found }, null, 2)}\n`,
  )

function say(line: string): void {
  process.stderr.write(`${line}\n`)
}
