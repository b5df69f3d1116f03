import fc from "fast-check"
import { expect, test } from "vitest"
import { type Node, parse, print } from "../../../src/profiles/powermta/grammar.ts"
import { powermta } from "../../../src/profiles/powermta/index.ts"
import { configText } from "./config-text.ts"
import { fingerprint } from "./fingerprint.ts"

const warningsOf = (text: string) => parse(text).warnings

test("any text is printed back byte for byte", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), text => print(parse(text).nodes) === text))
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

const mega = 1 << 20
const hostile: Readonly<Record<string, string>> = {
  "one line of a megabyte": `command ${"x".repeat(mega)}`,
  "blanks without end": `a${" ".repeat(mega)}b`,
  "quotes only": `command ${'"'.repeat(mega)}`,
  "backslashes in quotes": `command "${"\\".repeat(mega)}`,
  "a hundred thousand nested blocks": "<domain a>\n".repeat(100_000),
  "closing tags for nothing": `${"<a>\n".repeat(50_000)}${"</b>\n".repeat(50_000)}`,
  "a list that never ends": `domain-macro m a,\n${"b,\n".repeat(200_000)}`,
  "URL upon URL": `x ${"://a".repeat(mega / 4)}`,
  "half a PEM block, often": "-----BEGIN ".repeat(mega / 11),
  "slashes in a pattern block": `<bounce-category-patterns>\n${"/".repeat(mega)}`,
  "includes of everything": "include /etc/pmta/*\n".repeat(20_000),
  "long words before a token": `domain-key ${`${"a/".repeat(2000)},`.repeat(100)}${"A1b2C3d4E5f6A7b8,".repeat(30_000)}`,
}
for (const [name, text] of Object.entries(hostile)) {
  test(`hostile text takes no longer than its length allows: ${name}`, { timeout: 20_000 }, () => {
    const start = performance.now()
    expect(print(parse(text).nodes) === text).toBe(true)
    const parseMs = performance.now() - start
    powermta.mask("/etc/pmta/config", text, fingerprint)
    powermta.outline(new Map([["/etc/pmta/config", text]]), {})
    powermta.references("/etc/pmta/config", text)
    // Generous, for busy machines: what is quadratic takes minutes here.
    expect(parseMs).toBeLessThan(3000)
    expect(performance.now() - start).toBeLessThan(15_000)
  })
}
