import fc from "fast-check"
import { expect, test } from "vitest"
import { parse } from "yaml"
import { factsYaml, readFacts } from "../../src/flows/facts-yaml.ts"

const leaf = fc.oneof(fc.string({ unit: "grapheme" }), fc.integer(), fc.boolean(), fc.constant(null))
const { facts } = fc.letrec(tie => ({
  facts: fc.dictionary(fc.string({ minLength: 1 }), tie("node"), { maxKeys: 5, noNullPrototype: true }),
  node: fc.oneof({ depthSize: "small" }, leaf, fc.array(tie("node"), { maxLength: 4 }), tie("facts")),
}))

test("a YAML reader finds the same facts, whatever the names and texts", () => {
  fc.assert(
    fc.property(facts, value => {
      const wanted = JSON.parse(JSON.stringify(value)) as unknown
      expect(parse(factsYaml(value))).toEqual(wanted)
      expect(readFacts(factsYaml(value))).toEqual(wanted)
    }),
    { numRuns: 500 },
  )
})

test("people find it plain", () => {
  expect(
    factsYaml({ "/etc/pmta/config": "0640 root:pmta", licenses: [{ serial: "000001" }], none: [] }),
  ).toBe(`/etc/pmta/config: "0640 root:pmta"\nlicenses:\n  -\n    serial: "000001"\nnone: []\n`)
})

test("facts that a person edited are read too", () => {
  expect(readFacts("a: [1")).toBeNull()
  expect(readFacts("a: [1, 2]\nb: plain text # and why\n")).toEqual({ a: [1, 2], b: "plain text" })
})
