/**
 * Writes host keys into the text of a fleet file. Only the lines of these keys change: comments, order and
 * layout are the operator's.
 */

import { isAlias, isMap, isScalar, isSeq, type Pair, parseDocument, type YAMLMap, type YAMLSeq } from "yaml"
import { certain } from "../core/certain.ts"
import { didYouMean } from "../core/nearest.ts"
import { Problem } from "../core/problem.ts"
import { withoutComment } from "./ssh-key.ts"

/**
 * @param text  a fleet file that YAML can read
 * @param host  a name under `hosts:`
 * @param keys  public key lines or fingerprints: all that the host is to have from now on
 * @returns     the text with the host's `hostKeys` replaced or added; lines of keys that stay are untouched
 * @throws      Problem "fleet/no-such-host"; "fleet/invalid" where the file is written in a way that has to be
 *              edited by hand, such as an alias in the place of the host
 */
export function pinHostKeys(text: string, host: string, keys: readonly string[]): string {
  const document = parseDocument(text, { prettyErrors: false })
  const hosts = isMap(document.contents) ? document.contents.get("hosts", true) : undefined
  if (!isMap(hosts)) throw byHand(host, "hosts is not a map")
  const pair = hosts.items.find(({ key }) => nameOf(key) === host)
  if (pair === undefined) {
    const names = hosts.items.map(({ key }) => nameOf(key))
    throw new Problem("fleet/no-such-host", `the fleet has no host ${host}${didYouMean(host, names)}`, {
      hint: `hosts are ${names.join(", ")}`,
    })
  }
  if (!isMap(pair.value)) throw byHand(host, isAlias(pair.value) ? "it is an alias" : "it has no address yet")
  const pinned = withKeys(text, pair.value, keys, host)
  // The edit is done on text: what it means is read again rather than trusted.
  if (!saysTheSame(text, pinned, host, keys)) throw byHand(host, "its layout is unusual")
  return pinned
}

/** Whether the edited text is the old one but for the keys of this host, and those are the wanted ones. */
function saysTheSame(before: string, after: string, host: string, keys: readonly string[]): boolean {
  const path = ["hosts", host, "hostKeys"]
  const read = (text: string) => parseDocument(text, { prettyErrors: false })
  const [old, edited] = [read(before), read(after)]
  if (edited.errors.length > 0) return false
  const list: unknown = edited.getIn(path)
  const found = isSeq(list) ? list.items.map(item => withoutComment(nameOf(item))) : []
  old.deleteIn(path)
  edited.deleteIn(path)
  const wanted = new Set(keys.map(withoutComment))
  return (
    new Set(found).symmetricDifference(wanted).size === 0 && JSON.stringify(edited) === JSON.stringify(old)
  )
}

function withKeys(text: string, entry: YAMLMap, keys: readonly string[], host: string): string {
  const pair = entry.items.find(({ key }) => nameOf(key) === "hostKeys")
  const eol = text.includes("\r\n") ? "\r\n" : "\n"
  if (pair === undefined) return withPair(text, entry, keys, eol)
  if (isSeq(pair.value) && pair.value.flow !== true && keys.length > 0)
    return withItems(text, pair.value, keys, eol)
  if (isAlias(pair.value)) throw byHand(host, "its hostKeys are an alias")
  const [start, end] = rangeOf(pair.value)
  const isEmpty = isScalar(pair.value) && pair.value.value === null && start === end
  if (!isEmpty) return splice(text, start, end, flow(keys))
  const colon = text.indexOf(":", rangeOf(pair.key)[1]) + 1
  return splice(text, colon, colon, ` ${flow(keys)}`)
}

/** A host without `hostKeys` gets them after its last key. */
function withPair(text: string, entry: YAMLMap, keys: readonly string[], eol: string): string {
  const last = entry.items.at(-1)
  if (entry.flow === true || last === undefined) {
    const close = text.lastIndexOf("}", rangeOf(entry)[1] - 1)
    const before = text.slice(0, close).trimEnd()
    const separator = before.endsWith("{") ? " " : before.endsWith(",") ? " " : ", "
    return `${before}${separator}hostKeys: ${flow(keys)}${text.slice(before.length, close) || " "}${text.slice(close)}`
  }
  const first = rangeOf(entry.items[0]?.key)[0]
  const indent = " ".repeat(first - lineStart(text, first))
  const lines = [`${indent}hostKeys:`, ...keys.map(key => `${indent}  - ${scalar(key)}`)]
  return insertLines(text, contentEnd(last), lines, eol)
}

/** A block list keeps the lines of keys that stay, loses those of keys that go, and gets the rest at its end. */
function withItems(text: string, list: YAMLSeq, keys: readonly string[], eol: string): string {
  const wanted = new Map(keys.map(key => [withoutComment(key), key]))
  const staying = list.items.filter(item => isScalar(item) && wanted.has(withoutComment(String(item.value))))
  for (const item of staying) wanted.delete(withoutComment(nameOf(item)))
  const first = rangeOf(list)[0]
  const indent = text.slice(lineStart(text, first), first).replace(/[^ ]/g, " ")
  const added = [...wanted.values()].map(key => `${indent}- ${scalar(key)}`)
  let edited = insertLines(text, rangeOf(list.items.at(-1))[1], added, eol)
  // From the end, so that what comes before keeps its place.
  for (const item of list.items.toReversed()) {
    if (staying.includes(item)) continue
    const [start, end] = rangeOf(item)
    edited = splice(edited, lineStart(edited, start), lineEnd(edited, end), "")
  }
  return edited
}

function insertLines(text: string, offset: number, lines: readonly string[], eol: string): string {
  if (lines.length === 0) return text
  const at = lineEnd(text, offset)
  const isLastLine = at === text.length && !text.endsWith("\n")
  const block = lines.join(eol)
  return splice(text, at, at, isLastLine ? `${eol}${block}` : `${block}${eol}`)
}

/** Where the text of a pair ends, without comments and blank lines behind it. */
function contentEnd(pair: Pair): number {
  const { value } = pair
  if ((isMap(value) || isSeq(value)) && value.flow !== true) {
    const last: unknown = value.items.at(-1)
    if (last !== undefined) return isMap(value) ? contentEnd(last as Pair) : rangeOf(last)[1]
  }
  return isScalar(value) && value.value === null ? rangeOf(pair.key)[1] : rangeOf(value)[1]
}

const splice = (text: string, start: number, end: number, by: string): string =>
  text.slice(0, start) + by + text.slice(end)

const lineStart = (text: string, offset: number): number => text.lastIndexOf("\n", offset - 1) + 1

/** After the newline of the line that holds what ends at `offset`; a block scalar's end is behind its newline. */
function lineEnd(text: string, offset: number): number {
  if (text[offset - 1] === "\n") return offset
  const newline = text.indexOf("\n", offset)
  return newline === -1 ? text.length : newline + 1
}

/** @param node  out of a parsed file, where each has its place */
function rangeOf(node: unknown): readonly [number, number] {
  const [start, end] = certain((node as { readonly range?: readonly [number, number, number] }).range)
  return [start, end]
}

const nameOf = (node: unknown): string => (isScalar(node) ? String(node.value) : "")

/** Keys and fingerprints have no quotes, colons with blanks or other marks, but a comment may. */
const scalar = (key: string): string =>
  /^[A-Za-z][\w+/=:@. -]*[\w+/=]$/.test(key) && !key.includes(": ") ? key : JSON.stringify(key)

const flow = (keys: readonly string[]): string => `[${keys.map(key => JSON.stringify(key)).join(", ")}]`

function byHand(host: string, reason: string): Problem {
  return new Problem("fleet/invalid", `the keys of host ${host} cannot be written into the file: ${reason}`, {
    hint: `edit hosts.${host}.hostKeys by hand`,
  })
}
