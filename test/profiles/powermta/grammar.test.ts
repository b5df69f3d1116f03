import fc from "fast-check"
import { expect, test } from "vitest"
import { type Node, parse, print } from "../../../src/profiles/powermta/grammar.ts"
import { anyText, configText } from "./config-text.ts"

const warningsOf = (text: string) => parse(text).warnings

test("any text is printed back byte for byte", () => {
  fc.assert(fc.property(anyText, text => print(parse(text).nodes) === text))
  fc.assert(
    fc.property(configText, text => print(parse(text).nodes) === text),
    { numRuns: 1000 },
  )
})

test("a block closed with its argument repeated is closed", () => {
  expect(warningsOf("<domain-key-list a>\ndomain-key s, d, /f\n</domain-key-list a>\n")).toEqual([])
})

test("an inner block that is never closed ends with the outer one", () => {
  const { nodes, warnings } = parse("<virtual-mta a>\n<domain b>\n</virtual-mta>\nhost-name c\n")
  expect(warnings).toEqual([{ kind: "unbalanced-block", line: 2, name: "domain" }])
  expect(nodes.map(node => node.kind)).toEqual(["block", "directive"])
})

test("a name that is both a tag and a directive is read as what it stands as", () => {
  const kinds = (text: string) => parse(text).nodes.map((node: Node) => node.kind)
  expect(kinds("spool /a\n<spool /a>\n</spool>\nsmtp-listener 0/0:25\n")).toEqual([
    "directive",
    "block",
    "directive",
  ])
})

test("a list goes on after a trailing comma, unless the next line is a directive of its own", () => {
  expect(parse("domain-macro a b,\n c,\n d\n").nodes).toHaveLength(1)
  expect(parse("domain-macro a b,\nhost-name c\n").nodes).toHaveLength(2)
  expect(parse("domain-macro a b,\n# c\n").nodes).toHaveLength(2)
})

test("unknown directives are named with their line", () => {
  expect(warningsOf("host-name a\nturbo-mode yes\n")).toEqual([
    { kind: "unknown-directive", line: 2, name: "turbo-mode" },
  ])
})
