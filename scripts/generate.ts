/** Writes the files that are made from the source: run with `node scripts/generate.ts` after a change. */
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { actionYml } from "./action-yml.ts"
import { fleetPlot } from "./bench-plot.ts"
import { benchPage, benchResults } from "./bench-table.ts"
import { fleetSchemaJson } from "./fleet-schema.ts"
import { withTables } from "./readme-tables.ts"

const root = join(import.meta.dirname, "..")

/** Each generated file with its text, made from the text that is there. */
export const generated: Readonly<Record<string, (before: string) => string>> = {
  "action.yml": actionYml,
  "fleet.schema.json": fleetSchemaJson,
  "README.md": withTables,
  "docs/BENCHMARK.md": () => benchPage(benchResults()),
  "docs/bench.svg": () => fleetPlot(benchResults()),
}

if (import.meta.main) {
  for (const [file, make] of Object.entries(generated)) {
    const path = join(root, file)
    const before = file === "README.md" ? readFileSync(path, "utf8") : ""
    writeFileSync(path, make(before))
  }
}
