/** Parts of a text, by names or marks. */
import { certain } from "./certain.ts"

/** What stands before the first `mark`; the whole text where there is none. */
export function textBefore(text: string, mark: string): string {
  const at = text.indexOf(mark)
  return at === -1 ? text : text.slice(0, at)
}

/** What stands behind the first `mark`; nothing where there is none. */
export function textAfter(text: string, mark: string): string {
  const at = text.indexOf(mark)
  return at === -1 ? "" : text.slice(at + mark.length)
}

/** The part between two marks, counted from 0; nothing where there are not so many. */
export function partAt(text: string, mark: string, place: number): string {
  return text.split(mark)[place] ?? ""
}

/**
 * What the groups of an expression matched, in their order.
 * @param names  one for each group; each group takes part in every match
 * @returns      null where the expression does not match
 */
export function matched<Name extends string>(
  pattern: RegExp,
  text: string,
  ...names: readonly Name[]
): Readonly<Record<Name, string>> | null {
  const match = pattern.exec(text)
  return match === null ? null : named(names, match, 1)
}

/**
 * Fields of a line that always has as many, such as git's in a format that it was given; what follows the last named
 * one is left out.
 * @throws Error  where there are fewer
 */
export function fieldsOf<Name extends string>(
  line: string,
  separator: string,
  ...names: readonly Name[]
): Readonly<Record<Name, string>> {
  return named(names, line.split(separator), 0)
}

/** @param first  place of the first name's text; the listing of a fleet comes through here line by line */
function named<Name extends string>(
  names: readonly Name[],
  texts: readonly string[],
  first: number,
): Record<Name, string> {
  const parts = {} as Record<Name, string>
  let place = first
  for (const name of names) parts[name] = certain(texts[place++])
  return parts
}
