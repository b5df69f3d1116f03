/**
 * Puts counters into `src/`, for the bundle and for vitest alike: types become blanks first, so that a counter's place
 * is the place in the source, and what both count can be added.
 */
import { stripTypeScriptTypes } from "node:module"
import { join } from "node:path"
import type { FileCoverageData } from "@vitest/istanbul-lib-coverage"
import { createInstrumenter } from "@vitest/istanbul-lib-instrument"
import type { Plugin } from "rolldown"
import { countsDir, root } from "./place.ts"

const source = join(root, "src/")
const entries = ["action.ts", "cli.ts", "wiring/counting-thread.ts"].map(name => source + name)
/** On the first line, before all else. */
const keeping = `import { keepCounts } from ${JSON.stringify(join(import.meta.dirname, "keep.ts"))};keepCounts(${JSON.stringify(countsDir)});`

/** @returns what runs, and what is counted in it */
export function counted(
  path: string,
  text: string,
): { readonly code: string; readonly of: FileCoverageData } {
  const instrumenter = createInstrumenter({
    esModules: true,
    coverageVariable: "__counts__",
    coverageGlobalScope: "globalThis",
    coverageGlobalScopeFunc: false,
  })
  // Of the same length, so that columns stay.
  const runnable = text.replace(/^#!/, "//")
  const code = instrumenter.instrumentSync(stripTypeScriptTypes(runnable), path)
  return { code: withoutMaps(code), of: instrumenter.lastFileCoverage() }
}

/** Where the counted places are is known to who reads the counts; in each file it would double what starts. */
const withoutMaps = (code: string): string =>
  code.replace(/(var coverageData=\{path:"[^"]*",)statementMap:\{.*?\}\},(s:\{)/, "$1$2")

export const counters = {
  name: "counters",
  enforce: "pre",
  transform(code: string, id: string): string | null {
    if (!id.startsWith(source) || !id.endsWith(".ts")) return null
    const text = counted(id, code).code
    return entries.includes(id) ? keeping + text : text
  },
} as const satisfies Plugin & { readonly enforce: "pre" }
