/** The settings of a host's configs as statements: what two mirrors are compared by. */
import { certain } from "../../core/certain.ts"
import type { Statement } from "../../core/profile.ts"
import { definition, isKnown } from "./directives.ts"
import { type Block, type Directive, type Node, parse } from "./grammar.ts"
import { leafMemo } from "./leaf-memo.ts"
import { codeOf, type Line } from "./lines.ts"
import { hostPath, matching } from "./paths.ts"
import { canonical, cidr, plain } from "./units.ts"
import { values, wholeValue } from "./words.ts"

/** Blocks nested deeper than any real config share the scope of the last one counted. */
const maxDepth = 16
/** A file counts at most this often, so that includes which name each other stay affordable. */
const maxUses = 64
const maxStatements = 500_000

/** First match wins, or the first is special: their order is part of their meaning. */
const ordered = new Set([
  "http-access",
  "domain-key",
  "queue-filter",
  "map-header-to-field",
  "use-proxy",
  "host-name",
])
const orderedIn: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ["pattern-list", new Set(["header", "mail-from", "rcpt-to", ""])],
  ["smtp-pattern-list", new Set(["reply"])],
  ["bounce-category-patterns", new Set([""])],
])

interface Frame {
  /** what is still to be read, last first: what was read can go while the rest waits; null: a file whose turn comes */
  nodes: Node[] | null
  /** of a file: how many statements came before it; null for a block in one */
  from: number | null
  /** of the file; whether it has named no other so far */
  readonly reading: { isAlone: boolean }
  readonly file: string
  /** files whose includes led here, this one too */
  readonly chain: readonly string[]
  readonly scope: readonly string[]
  /** of the innermost block, also when the scope no longer grows */
  readonly tag: string
  readonly share: (text: string) => string
}

const leaves = leafMemo()

/**
 * Statements of all files, as if they were one text: the main config first, each included file where it is
 * included and in that scope, then files that nothing includes, by path. So a block that moves to another
 * file is no change. A block is a statement itself, named `<tag>`, with its argument as value; text that is
 * no statement has an empty name.
 * @param files  masked texts by path
 */
export function outline(files: ReadonlyMap<string, string>, mainConfig: string): readonly Statement[] {
  const paths = [...files.keys()].toSorted()
  /** of files that are used again */
  const trees = new Map<string, readonly Node[]>()
  const uses = new Map<string, number>()
  const statements: Statement[] = []
  const share = sharedTexts()
  const textOf = (file: string) => certain(files.get(file))

  function enter(file: string, from: Pick<Frame, "chain" | "scope" | "tag">): Frame {
    uses.set(file, (uses.get(file) ?? 0) + 1)
    const { scope, tag } = from
    const chain = [...from.chain, file]
    return { nodes: null, from: null, reading: { isAlone: true }, file, chain, scope, tag, share }
  }
  function nodesOf(file: string): Node[] {
    const nodes = trees.get(file) ?? parse(textOf(file)).nodes
    if ((uses.get(file) ?? 0) > 1) trees.set(file, nodes)
    return nodes.toReversed()
  }
  const isFull = () => statements.length >= maxStatements

  for (const start of [mainConfig, ...paths]) {
    if (!files.has(start) || uses.has(start)) continue
    const stack = [enter(start, { chain: [], scope: [], tag: "" })]
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      if (top.nodes === null) {
        const known = leaves.find(textOf(top.file), top)
        top.from = known === null ? statements.length : null
        top.nodes = known === null ? nodesOf(top.file) : []
        for (const statement of known ?? []) if (!isFull()) statements.push(statement)
      }
      const node = top.nodes.pop()
      if (node === undefined || isFull()) {
        stack.pop()
        if (top.from !== null && top.reading.isAlone && !isFull())
          leaves.keep(textOf(top.file), top, statements.slice(top.from))
        continue
      }
      addStatements(node, top, statements)
      if (node.kind === "block") stack.push(inside(node, top))
      if (node.kind === "directive" && node.name === "include") {
        top.reading.isAlone = false
        const { chain, scope, tag } = top
        const found = matching(hostPath(values(node)[0] ?? "") ?? "", paths)
        const fresh = found.filter(path => !chain.includes(path) && (uses.get(path) ?? 0) < maxUses)
        stack.push(...fresh.map(path => enter(path, { chain, scope, tag })).reverse())
      }
    }
  }
  return withRepeats(statements)
}

/** Gives one text for equal short texts: most values occur often, and outlines of large configs take room. */
function sharedTexts(): (text: string) => string {
  const known = new Map<string, string>()
  return text => {
    if (text.length > 24) return text
    const same = known.get(text)
    if (same !== undefined) return same
    known.set(text, text)
    return text
  }
}

function inside(block: Block, frame: Frame): Frame {
  const scope = frame.scope.length < maxDepth ? [...frame.scope, scopeLabel(block)] : frame.scope
  return { ...frame, nodes: block.children.toReversed(), from: null, scope, tag: block.tag }
}

/** `domain gmail.com`; for an anonymous block the entry that it belongs to. */
function scopeLabel(block: Block): string {
  if (block.opener !== null) return `${block.opener.name} ${openerValue(block.opener)}`
  return `${block.tag} ${normalArgument(block)}`.trim()
}

function openerValue(opener: Directive): string {
  const value = wholeValue(opener)
  return value.slice(0, value.lastIndexOf("<")).trim()
}

function normalArgument(block: Block): string {
  const argument = plain(block.argument)
  if (block.tag === "domain") return argument.includes("$") ? argument : argument.toLowerCase()
  return block.tag === "source" ? cidr(argument) : argument
}

/** What a node itself says, without its children. */
function addStatements(node: Node, frame: Frame, to: Statement[]): void {
  if (node.kind === "directive") to.push(directiveStatement(node, frame))
  else if (node.kind === "opaque" || node.kind === "stray")
    to.push(textStatement(codeOf(node.line), node.line, frame))
  else if (node.kind === "block") {
    if (node.opener === null) {
      const argument = normalArgument(node)
      to.push(statement(frame.share(`<${node.tag}>`), argument, argument, "set", node.open, frame))
    } else to.push(directiveStatement(node.opener, frame))
    const rest = codeOf(node.open).slice(node.rest).trim()
    if (rest !== "") to.push(textStatement(rest, node.open, frame))
  }
}

function statement(
  name: string,
  value: string,
  compare: string,
  repeat: Statement["repeat"],
  { number }: Line,
  { scope, file }: Frame,
): Statement {
  return { scope, name, value, compare, repeat, file, line: number }
}

function textStatement(code: string, line: Line, frame: Frame): Statement {
  const text = code.trim()
  return statement("", text, text, "set", line, frame)
}

function directiveStatement(directive: Directive, frame: Frame): Statement {
  const { name } = directive
  const known = definition(name, frame.tag)
  const value = wholeValue(directive)
  const inOrder = ordered.has(name) || orderedIn.get(frame.tag)?.has(name)
  const repeat = inOrder ? "list" : known?.multi || name === "" ? "set" : "one"
  const compare = canonical(known?.type ?? "text", value)
  return statement(name, frame.share(value), frame.share(compare), repeat, directive.line, frame)
}

/** Unknown directives that occur more than once in a scope are taken as a set, so that none is lost. */
function withRepeats(statements: readonly Statement[]): readonly Statement[] {
  const unknown = statements.filter(({ repeat, name }) => repeat === "one" && !isKnown(name))
  if (unknown.length < 2) return statements
  const keyOf = ({ scope, name }: Statement) => `${scope.join("\u0001")}\u0002${name}`
  const repeated = new Set(
    [...Map.groupBy(unknown, keyOf).values()].filter(({ length }) => length > 1).flat(),
  )
  return statements.map(statement => (repeated.has(statement) ? { ...statement, repeat: "set" } : statement))
}
