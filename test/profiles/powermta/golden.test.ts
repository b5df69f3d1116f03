import { readdirSync, readFileSync, writeFileSync } from "node:fs"
import { expect, test } from "vitest"
import { parse, print } from "../../../src/profiles/powermta/grammar.ts"
import { powermta } from "../../../src/profiles/powermta/index.ts"
import { fingerprint } from "./fingerprint.ts"

// Each folder is a case: `input.config` and what is made of it. PMTA_VAULT_GOLDEN=write makes them anew.
const root = new URL("../../golden/powermta/", import.meta.url)
const writing = process.env["PMTA_VAULT_GOLDEN"] === "write"
const main = "/etc/pmta/config"

for (const name of readdirSync(root).sort()) {
  const folder = new URL(`${name}/`, root)
  const input = readFileSync(new URL("input.config", folder), "utf8")
  // Made within each test: what runs while a file loads counts, to a mutation run, as run by every test.
  const mask = () => powermta.mask(main, input, fingerprint)

  test(`${name}: parses without loss`, () => {
    expect(print(parse(input).nodes)).toBe(input)
  })

  test(`${name}: is masked as expected, and masking again changes nothing`, () => {
    const masked = mask()
    same(new URL("masked.config", folder), masked)
    expect(powermta.mask(main, masked, fingerprint)).toBe(masked)
    expect(masked).not.toMatch(/planted/i)
  })

  test(`${name}: keeps every line end`, () => {
    expect(mask().match(/\r?\n/g)).toEqual(input.match(/\r?\n/g))
  })

  test(`${name}: has the expected outline`, () => {
    same(new URL("outline.json", folder), lines(powermta.outline(new Map([[main, mask()]]), {})))
  })

  test(`${name}: names the expected files, masked or not`, () => {
    same(new URL("references.json", folder), lines(powermta.references(main, input)))
    expect(powermta.references(main, mask())).toEqual(powermta.references(main, input))
  })

  test(`${name}: gives the expected warnings`, () => {
    same(new URL("warnings.json", folder), lines(parse(input).warnings))
  })
}

function same(file: URL, text: string): void {
  if (writing) writeFileSync(file, text)
  expect(text).toBe(readFileSync(file, "utf8"))
}

/** JSON with one item a line, so that a difference reads well. */
function lines(items: readonly unknown[]): string {
  return `[\n${items.map(item => JSON.stringify(item)).join(",\n")}\n]\n`
}
