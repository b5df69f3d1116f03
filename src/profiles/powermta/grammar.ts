/**
 * The config language of PowerMTA as a tree that keeps every byte. It must never fail, whatever the text:
 * what it does not know becomes an opaque line and a warning. Time and stack depth are bounded by the
 * length of the text, not by its nesting.
 */
import { certain } from "../../core/certain.ts"
import { isKnown, sharedName } from "./directives.ts"
import { codeOf, firstInk, type Line, splitLines } from "./lines.ts"

/** `name value`, perhaps continued over lines that end in a comma. */
export interface Directive {
  readonly kind: "directive"
  /** lower case; empty for an entry without keyword, such as `/regex/ category` */
  readonly name: string
  readonly line: Line
  /** the lines that it is continued on */
  readonly more: readonly Line[]
  /** where the value starts in the first line */
  readonly valueStart: number
}

/** `<tag argument>` … `</tag>`. */
export interface Block {
  readonly kind: "block"
  /** lower case */
  readonly tag: string
  /** as written, blanks around it removed; empty when there is none */
  readonly argument: string
  /** where the argument stands in `open.text` */
  readonly argumentStart: number
  readonly open: Line
  /** what stands before an anonymous block on its opening line: `mail-from /x/ <pattern-list>` */
  readonly opener: Directive | null
  /** where text after the `>` starts; the length of the line when there is none */
  readonly rest: number
  readonly children: readonly Node[]
  /** null when the text or an outer block ends first */
  readonly close: Line | null
}

export type Node =
  | Directive
  | Block
  /** `comment` also when blank stands before it; `stray` is a closing tag without its opening */
  | { readonly kind: "comment" | "blank" | "opaque" | "stray"; readonly line: Line }

export interface Warning {
  readonly kind: "unknown-directive" | "unbalanced-block" | "opaque-line"
  readonly line: number
  /** the directive or tag it is about; empty for an opaque line */
  readonly name: string
}

export interface Tree {
  readonly nodes: readonly Node[]
  readonly warnings: readonly Warning[]
}

interface OpenBlock {
  readonly block: Omit<Block, "close" | "children"> & { children: Node[]; close: Line | null }
}

const noLines: readonly Line[] = []
const patternBlocks = new Set(["bounce-category-patterns", "pattern-list", "smtp-pattern-list"])
const blockOpeners = new Set(["mail-from", "rcpt-to", "header"])

/** The tree of a config text; `print(parse(text).nodes)` is the text again. */
export function parse(text: string): Tree {
  return parseLines(splitLines(text))
}

export function parseLines(lines: readonly Line[]): Tree {
  const nodes: Node[] = []
  const warnings: Warning[] = []
  const open: OpenBlock[] = []
  const openTags = new Map<string, number>()
  const warn = (kind: Warning["kind"], line: number, name: string) => warnings.push({ kind, line, name })
  const add = (node: Node) => (open.at(-1)?.block.children ?? nodes).push(node)
  const enter = (block: OpenBlock["block"]) => {
    add(block)
    open.push({ block })
    openTags.set(block.tag, (openTags.get(block.tag) ?? 0) + 1)
  }
  const leave = (close: Line | null) => {
    const { block } = certain(open.pop())
    block.close = close
    // A list that grew has room to grow: most blocks are short, and large configs have thousands.
    block.children = block.children.slice()
    openTags.set(block.tag, certain(openTags.get(block.tag)) - 1)
    if (close === null) warn("unbalanced-block", block.open.number, block.tag)
  }

  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] as Line
    const code = codeOf(line)
    const start = firstInk(code)
    if (start === code.length) {
      add({ kind: line.code < line.text.length ? "comment" : "blank", line })
      continue
    }
    const within = open.at(-1)?.block.tag ?? ""
    const tag = code[start] === "<" ? readTag(code, start) : null
    if (tag?.closing) {
      if ((openTags.get(tag.name) ?? 0) > 0) {
        while (open.at(-1)?.block.tag !== tag.name) leave(null)
        leave(line)
      } else {
        add({ kind: "stray", line })
        warn("unbalanced-block", line.number, tag.name)
      }
      continue
    }
    if (tag !== null) {
      if (!tag.complete) warn("opaque-line", line.number, tag.name)
      enter(blockOf(tag, line, null))
      continue
    }
    const directive = readDirective(line, start, within)
    if (directive === null) {
      add({ kind: "opaque", line })
      warn("opaque-line", line.number, "")
      continue
    }
    const inner = blockOpeners.has(directive.name) ? trailingTag(code) : null
    if (inner !== null) {
      enter(blockOf(inner, line, directive))
      continue
    }
    const more: Line[] = []
    for (let last = line; endsInComma(last) && continues(lines[i + 1]); more.push(last)) {
      last = lines[++i] as Line
    }
    add(more.length > 0 ? { ...directive, more } : directive)
    if (directive.name !== "" && !isKnown(directive.name)) {
      warn("unknown-directive", line.number, directive.name)
    }
  }
  while (open.length > 0) leave(null)
  return { nodes, warnings }
}

/** All nodes in the order of the text, each with the blocks around it, without recursion. */
export function* walk(
  nodes: readonly Node[],
): Generator<Node | { readonly kind: "end"; readonly block: Block }> {
  const stack: { nodes: readonly Node[]; at: number; block: Block | null }[] = [{ nodes, at: 0, block: null }]
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    const node = top.nodes[top.at++]
    if (node === undefined) {
      stack.pop()
      if (top.block !== null) yield { kind: "end", block: top.block }
    } else {
      yield node
      if (node.kind === "block") stack.push({ nodes: node.children, at: 0, block: node })
    }
  }
}

/** The text of a tree, byte for byte what was parsed. */
export function print(nodes: readonly Node[]): string {
  const parts: string[] = []
  const put = (line: Line) => parts.push(line.text, line.eol)
  for (const node of walk(nodes)) {
    if (node.kind === "directive") [node.line, ...node.more].forEach(put)
    else if (node.kind === "block") put(node.open)
    else if (node.kind === "end") {
      if (node.block.close !== null) put(node.block.close)
    } else put(node.line)
  }
  return parts.join("")
}

/** What `text`, a statement from `start` on, is called and where its value starts. */
export function splitName(
  text: string,
  start: number,
): { readonly name: string; readonly valueStart: number } {
  const end = text.slice(start).search(/[\s=:"<>]/)
  const nameEnd = end === -1 ? text.length : Math.max(start + end, start + 1)
  const gap = text.slice(nameEnd).search(/[^\s=:]/)
  return {
    name: text.slice(start, nameEnd).toLowerCase(),
    valueStart: gap === -1 ? text.length : nameEnd + gap,
  }
}

interface Tag {
  readonly closing: boolean
  readonly name: string
  readonly argument: string
  readonly argumentStart: number
  readonly rest: number
  /** whether its `>` is there */
  readonly complete: boolean
}

const tagName = /<[^\S\n]*(\/?)[^\S\n]*([A-Za-z][\w-]*)/y

function readTag(code: string, start: number): Tag | null {
  tagName.lastIndex = start
  const match = tagName.exec(code)
  if (match === null) return null
  const end = code.lastIndexOf(">")
  const complete = end >= tagName.lastIndex
  const inside = code.slice(tagName.lastIndex, complete ? end : code.length)
  return {
    closing: match[1] === "/",
    name: certain(match[2]).toLowerCase(),
    argument: inside.trim(),
    argumentStart: tagName.lastIndex + firstInk(inside),
    rest: complete ? end + 1 : code.length,
    complete,
  }
}

/** `<pattern-list>` at the end of an entry. */
function trailingTag(code: string): Tag | null {
  const start = code.endsWith(">") ? code.lastIndexOf("<") : -1
  const tag = start === -1 ? null : readTag(code, start)
  return tag?.name === "pattern-list" && !tag.closing ? tag : null
}

function blockOf(tag: Tag, open: Line, opener: Directive | null): OpenBlock["block"] {
  const { name, argument, argumentStart, rest } = tag
  return { kind: "block", tag: name, argument, argumentStart, open, opener, rest, children: [], close: null }
}

function readDirective(line: Line, start: number, within: string): Directive | null {
  const code = codeOf(line)
  const directive = (name: string, valueStart: number): Directive => {
    return { kind: "directive", name: sharedName(name), line, more: noLines, valueStart }
  }
  if (patternBlocks.has(within)) {
    if (code[start] === "/") return /\/[^\S\n]+[^/\s]+$/.test(code.slice(-200)) ? directive("", start) : null
    if (code[start] === "*") return directive("", start)
    const named = splitName(code, start)
    return isKnown(named.name) ? directive(named.name, named.valueStart) : null
  }
  if (code[start] === "<") return null
  const { name, valueStart } = splitName(code, start)
  return directive(name, valueStart)
}

function endsInComma(line: Line): boolean {
  return codeOf(line).endsWith(",")
}

/** Whether a line after a trailing comma goes on with the list: it is no tag, comment or directive itself. */
function continues(line: Line | undefined): boolean {
  if (line === undefined) return false
  const code = codeOf(line)
  const start = firstInk(code)
  if (start === code.length || code[start] === "<" || code[start] === "/") return false
  return !isKnown(splitName(code, start).name)
}
