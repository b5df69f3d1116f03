/**
 * `npm run bench -- [--only NAME]… [--runs N] [--json FILE]`: this program against what operators do
 * today, on real sshd hosts of this machine. Prints Markdown; every backup is opened and compared.
 */
import { writeFile } from "node:fs/promises"
import { parseArgs } from "node:util"
import { cases } from "./cases.ts"
import { compare } from "./measure.ts"
import { oursIsBuilt } from "./peers.ts"
import { machine, type Row, rows, table } from "./report.ts"

const { values } = parseArgs({
  options: {
    only: { type: "string", multiple: true },
    runs: { type: "string", default: "5" },
    json: { type: "string" },
  },
})
const runs = Number(values.runs)
const chosen = cases.filter(({ name }) => values.only?.includes(name) ?? true)
if (chosen.length === 0 || !(runs >= 1)) {
  say(`usage: --only ${cases.map(({ name }) => name).join("|")}  --runs N (at least 1)  --json FILE`)
  process.exit(2)
}
if (!oursIsBuilt()) say("dist/cli.js is not built: only the others are measured")

const found: Record<string, readonly Row[]> = {}
for (const { name, about, prepare } of chosen) {
  say(`${name}: ${about}`)
  await using prepared = await prepare()
  const results = await compare(prepared.contenders, runs, prepared.scratch, say)
  found[name] = rows(results)
  process.stdout.write(
    `## ${name}\n${about}; medians of ${runs} interleaved runs\n\n${table(found[name])}\n\n`,
  )
}
if (values.json !== undefined)
  await writeFile(
    values.json,
    `${JSON.stringify({ machine: await machine(), runs, cases: found }, null, 2)}\n`,
  )

function say(line: string): void {
  process.stderr.write(`${line}\n`)
}
