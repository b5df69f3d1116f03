/** The tree of a config, by what each of its parts is taken for and where. */
import { expect, test } from "vitest"
import {
  type Block,
  type Node,
  parse,
  print,
  splitName,
  walk,
} from "../../../src/profiles/powermta/grammar.ts"

/** Each node as a short text: kind, name and value, or kind and line. */
function tree(nodes: readonly Node[]): readonly unknown[] {
  return nodes.map(node => {
    if (node.kind === "block") return [`<${node.tag} ${node.argument}>`, ...tree(node.children)]
    if (node.kind !== "directive") return `${node.kind} ${node.line.number}`
    const value = node.line.text.slice(node.valueStart)
    return [node.name, value, ...node.more.map(line => line.text)].join("|")
  })
}
const read = (text: string) => {
  const { nodes, warnings } = parse(text)
  expect(print(nodes)).toBe(text)
  return {
    nodes,
    shape: tree(nodes),
    told: warnings.map(({ kind, line, name }) => `${line} ${kind} ${name}`),
  }
}
const blockOf = (text: string) => read(text).nodes[0] as Block

test("blank lines, comments, settings and entries are told apart", () => {
  expect(read("\n  \n # c\nhost-name  a # c\nHOST-NAME=a\nhost-name: a\nhost-name\n")).toMatchObject({
    shape: ["blank 1", "blank 2", "comment 3", "host-name|a # c", "host-name|a", "host-name|a", "host-name|"],
    told: [],
  })
})

test("a name ends at a blank, `=`, `:`, a quote or an angle bracket", () => {
  expect(splitName("Ab\tcd", 0)).toEqual({ name: "ab", valueStart: 3 })
  expect(splitName("x ab = : cd", 2)).toEqual({ name: "ab", valueStart: 9 })
  for (const end of ['"', "<", ">"]) expect(splitName(`ab${end}c`, 0)).toEqual({ name: "ab", valueStart: 2 })
  expect(splitName('"ab" c', 0)).toEqual({ name: '"', valueStart: 1 })
  expect(splitName("ab", 0)).toEqual({ name: "ab", valueStart: 2 })
  expect(splitName("ab  ", 0)).toEqual({ name: "ab", valueStart: 4 })
})

test("a tag has a name, an argument and perhaps more behind it, all where they stand", () => {
  expect(blockOf("  < Domain   a b  > x\n</domain>\n")).toMatchObject({
    ...{ tag: "domain", argument: "a b", argumentStart: 13, rest: 19, opener: null },
    close: { number: 2 },
  })
  expect(blockOf("<domain>\n</domain>\n")).toMatchObject({ argument: "", argumentStart: 7, rest: 8 })
  // Of several brackets the last counts.
  expect(blockOf("<domain a>b>\n</domain>\n")).toMatchObject({ argument: "a>b", rest: 12 })
  expect(read("<domain a\nretry-after 1h\n</domain>\n")).toMatchObject({
    shape: [["<domain a>", "retry-after|1h"]],
    told: ["1 opaque-line domain"],
  })
  expect(blockOf("<domain a\n</domain>\n")).toMatchObject({ rest: 9 })
  expect(read("<1>\n<>\n")).toMatchObject({
    shape: ["opaque 1", "opaque 2"],
    told: ["1 opaque-line ", "2 opaque-line "],
  })
})

test("a closing tag closes its own block and those within; without one it is a stray", () => {
  expect(
    read("<domain a>\n<source b>\n<x c>\n</ Source >\nretry-after 1h\n</domain>\n</domain>\n</y z>\n"),
  ).toMatchObject({
    shape: [["<domain a>", ["<source b>", ["<x c>"]], "retry-after|1h"], "stray 7", "stray 8"],
    told: ["3 unbalanced-block x", "7 unbalanced-block domain", "8 unbalanced-block y"],
  })
  expect(read("<domain a>\n<domain b>\n</domain>\nretry-after 1h\n")).toMatchObject({
    shape: [["<domain a>", ["<domain b>"], "retry-after|1h"]],
    told: ["1 unbalanced-block domain"],
  })
  expect(read("<a>\n<b>\n")).toMatchObject({ told: ["2 unbalanced-block b", "1 unbalanced-block a"] })
})

test("in blocks of patterns stand patterns with a category, a star, and settings that are known", () => {
  for (const tag of ["bounce-category-patterns", "pattern-list", "smtp-pattern-list"]) {
    const text = `<${tag}>\n/a b/ spam-related\n/a/\tx\n/a b\n/a/ b/c\n* other\nhost-name x\nunheard-of x\n</${tag}>\n`
    expect(read(text)).toMatchObject({
      shape: [
        [
          ...[
            `<${tag} >`,
            "|/a b/ spam-related",
            "|/a/\tx",
            "opaque 4",
            "opaque 5",
            "|* other",
            "host-name|x",
          ],
          "opaque 8",
        ],
      ],
      told: ["4 opaque-line ", "5 opaque-line ", "8 opaque-line "],
    })
  }
  // Elsewhere these are settings that no guide knows.
  expect(read("/a/ x\n")).toMatchObject({ shape: ["/a/|x"], told: ["1 unknown-directive /a/"] })
})

test("an entry that ends in <pattern-list> opens a block of its own", () => {
  for (const opener of ["mail-from", "rcpt-to", "header"]) {
    const text = `${opener} /x/ <pattern-list>\n/a/ b\n</pattern-list>\n`
    expect(read(text)).toMatchObject({ shape: [["<pattern-list >", "|/a/ b"]] })
    expect(blockOf(text).opener).toMatchObject({ name: opener, valueStart: opener.length + 1 })
  }
  for (const line of [
    "mail-from /x/ <other>",
    "mail-from /x/ </pattern-list>",
    "mail-from <pattern-list> x",
    "host-name x <pattern-list>",
  ])
    expect(read(`${line}\n`).nodes[0]?.kind, line).toBe("directive")
})

test("a line that ends in a comma goes on, but not with a tag, a comment, a pattern or a setting", () => {
  expect(read("domain-macro a b,\n c, # x\n d\n e\n").shape).toEqual(["domain-macro|a b,| c, # x| d", "e|"])
  for (const next of ["# c", "", "<domain x>", "/a/ b", "host-name x"])
    expect(read(`domain-macro a b,\n${next}\n`).nodes, next).toHaveLength(2)
  expect(read("domain-macro a b,").nodes).toHaveLength(1)
  expect(read("turbo a,\n b,\n c\n").told).toEqual(["1 unknown-directive turbo"])
  expect(read("domain-macro a # b,\n c\n").nodes).toHaveLength(2)
})

test("a walk meets each node in the order of the text, and the end of each block", () => {
  const { nodes } = parse("<domain a>\n<source b>\nretry-after 1h\n</source>\n</domain>\n\n")
  const met = [...walk(nodes)].map(node => (node.kind === "end" ? `end ${node.block.tag}` : node.kind))
  expect(met).toEqual(["block", "block", "directive", "end source", "end domain", "blank"])
})
