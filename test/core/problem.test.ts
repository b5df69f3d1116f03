import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { expect, test } from "vitest"
import { codes } from "../../src/core/problem.ts"

const root = join(import.meta.dirname, "../..")
const sources = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })
  .filter(name => name.endsWith(".ts") && name !== "core/problem.ts")
  .map(name => readFileSync(join(root, "src", name), "utf8"))

/** Codes that stand in code, and not only in a comment or a comparison. */
function thrownIn(text: string): readonly string[] {
  const code = text.replaceAll(/\/\*[\s\S]*?\*\//g, "").replaceAll(/(^|\s)\/\/.*$/gm, "$1")
  const compared = /(?:[=!]==\s*|case\s+)"[^"\n]*"/g
  return [...code.replaceAll(compared, "").matchAll(/"([a-z]+\/[a-z-]+)"/g)].map(([, found = ""]) => found)
}

test("every code of the table is thrown somewhere", () => {
  const thrown = new Set(sources.flatMap(thrownIn))
  expect(Object.keys(codes).filter(code => !thrown.has(code))).toEqual([])
})

test("only what is made counts as thrown", () => {
  expect(thrownIn('throw new Problem("a/b", "…")')).toEqual(["a/b"])
  expect(thrownIn('/** @throws Problem "a/b" */\n// "c/d"\nif (code === "e/f") x()')).toEqual([])
})

test("the troubleshooting page says what each code means, and names no other", () => {
  const page = readFileSync(join(root, "docs", "TROUBLESHOOTING.md"), "utf8")
  const rows = [...page.matchAll(/^\| `([a-z]+\/[a-z-]+)` +\|/gm)].map(([, code]) => code)
  expect(rows.sort()).toEqual(Object.keys(codes).sort())
})
