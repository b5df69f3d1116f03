import { expect, test } from "vitest"
import type { Change } from "../../src/core/change.ts"
import { describe as inWords, summarise } from "../../src/diff/describe.ts"
import { textDiff } from "../../src/diff/text.ts"
import { factsYaml, readFacts } from "../../src/flows/facts-yaml.ts"

const change = (changes: Partial<Change>): Change => ({
  ...{ kind: "removed", scope: [], name: "relay-domain", before: [""], after: [], file: null, line: null },
  ...{ risk: { level: "low", name: "", reason: "" }, notes: [] },
  ...changes,
})

test("a setting without a value that came or went is named alone", () => {
  expect(inWords(change({}))).toBe("relay-domain removed")
  expect(inWords(change({ kind: "added", before: [], after: [""] }))).toBe("relay-domain added")
  expect(inWords(change({ before: ["example.org"] }))).toBe("relay-domain removed: example.org")
})

test("of a block that came with others in it the outermost is told", () => {
  const block = (name: string, value: string, scope: readonly string[]) =>
    change({ kind: "added", name: `<${name}>`, scope, before: [], after: [value] })
  const outer = block("virtual-mta", "a", [])
  const inner = block("domain", "gmail.com", ["virtual-mta a"])
  const grave = change({
    ...{
      kind: "added",
      name: "max-smtp-out",
      scope: ["virtual-mta a", "domain gmail.com"],
      before: [],
      after: ["9"],
    },
    risk: { level: "critical", name: "a risk", reason: "" },
  })
  expect(summarise([grave, inner, outer])).toBe("virtual-mta a added (a risk: critical)")
})

// Two texts of 12,000 lines took nine seconds.
test("files that came and went are compared with nothing, and texts too large are not shown", () => {
  expect(textDiff(new Map([["a", "x\n"]]), new Map())).toContain("--- a/a\n+++ /dev/null\n")
  expect(textDiff(new Map(), new Map([["a", "x\n"]]))).toContain("--- /dev/null\n+++ b/a\n")
  const lines = (letter: string) =>
    Array.from({ length: 3000 }, (_, number) => `${letter}${number}\n`).join("")
  expect(textDiff(new Map([["a", lines("x")]]), new Map([["a", lines("y")]]))).toBe(
    "a/a → b/a: too different to show\n",
  )
})

test("facts with times and gaps are written so that they are read again", () => {
  const facts = {
    "/etc/x": { at: new Date(0), gone: undefined, list: [], map: {}, yes: "no", deep: [{ a: 1 }] },
  }
  expect(readFacts(factsYaml(facts))).toEqual({
    "/etc/x": { at: "1970-01-01T00:00:00.000Z", list: [], map: {}, yes: "no", deep: [{ a: 1 }] },
  })
  expect(readFacts(factsYaml({}))).toEqual({})
  expect(readFacts("a:\n   b: 1\n")).toEqual({ a: { b: 1 } })
  expect(readFacts('a: {"b"\n')).toBeNull()
})
