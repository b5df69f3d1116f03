/** Which parts of a statement or a comment are secret. Deny by default: in doubt, more is hidden. */
import { definition, directives, isKnown, secretNames } from "./directives.ts"
import { splitName } from "./grammar.ts"
import { firstInk } from "./lines.ts"
import { isMark, type Span } from "./marks.ts"
import { isPlainValue, isTelling, optionSpans } from "./options.ts"
import { isPath, looksRandom, tokenSpans } from "./tokens.ts"
import { wordsOf } from "./words.ts"

const secretBlocks = new Set(["smtp-user", "vault", "signals", "transmissions-api"])
const talkOfSecrets =
  /passw|\bpass(?:phrase|code)?\b\s*[:=]|passphrase|passcode|\bpwd?\b|secret|token|api[-_ ]?key|credential|(?:private|access|encryption|signing)[-_ ]?key|bearer|authorization|contrase|\bsenha\b|\bmot de passe\b|парол/i
const talkOrScheme = new RegExp(`${talkOfSecrets.source}|basic`, "i")
const endsInTalk = /(?:passwor[dt]|passwd|passphrase|pwd?|secret|token|key|credentials?|is|are)\s*[:=]?$/i

/** Names of settings that hold a secret behind their first word. */
const keeperNames = new Set(
  directives.filter(({ type }) => /^(?:file|method)-secret$/.test(type)).map(({ name }) => name),
)
/** By length of a name: those names that are at most one letter longer or shorter. */
type NamesByLength = readonly (readonly string[])[]
const near = (names: Iterable<string>): NamesByLength =>
  Array.from({ length: 40 }, (_, length) => [...names].filter(name => Math.abs(name.length - length) < 2))
const secretNamesNear = near(secretNames)
const keeperNamesNear = near(keeperNames.union(secretNames))

/**
 * @param code   the line's text without its comment
 * @param start  where the value starts
 * @param name   lower case; empty for an entry without keyword
 * @param first  whether the value starts on this line and is not continued from the one before
 * @param block  tag of the innermost block
 * @param from   where the statement starts: behind a tag, when it shares its line
 */
export function valueSecrets(
  code: string,
  start: number,
  name: string,
  first: boolean,
  block: string,
  from = 0,
): readonly Span[] {
  const rest = whole(code, start)
  const known = name === "" ? null : definition(name, block)
  switch (name === "" ? "text" : known?.type) {
    case "secret":
      return rest
    case "file-secret":
    case "method-secret":
      return first ? besideFirstWord(code, start) : rest
    case "command":
      return commandSecrets(code, start)
    case "file":
    case "include":
    case "directory":
    case "domain-key":
      return fileSecrets(code, start)
    case undefined:
      return unknownSecrets(code, start, name, block, from)
    default:
      return tokenSpans(code.slice(start), start, "calm")
  }
}

/** All behind the first word, which is a file or a method, and what is secret in that word. */
function besideFirstWord(code: string, start: number): readonly Span[] {
  const end = wordsOf(code, start)[0]?.end ?? code.length
  return [...fileSecrets(code.slice(0, end), start), ...whole(code, end)]
}

/** What is secret in a value that names a file: tokens of URLs, but no part of a path. */
function fileSecrets(code: string, start: number): readonly Span[] {
  return tokenSpans(code.slice(start), start, "calm").filter(({ start: at, end }) => {
    return !isPartOfPath(code, at, end)
  })
}

/** What is secret in a command line. */
export function commandSecrets(code: string, start: number): readonly Span[] {
  const text = code.slice(start)
  return [...tokenSpans(text, start, "strict"), ...optionSpans(text, start)]
}

/** What is secret in a comment, or in a line that is no statement; `start` is behind blanks and `#`. */
export function proseSecrets(text: string, start: number): readonly Span[] {
  const body = text.slice(start).trimEnd()
  if (isMark(body)) return []
  const { name, valueStart } = splitName(text, start)
  if (isSecretName(name)) return whole(text, valueStart)
  if (isKeeperName(name)) return whole(text, wordsOf(text, valueStart)[0]?.end ?? text.length)
  if (talkOfSecrets.test(body)) return whole(text, start)
  return commandSecrets(text.slice(0, start + body.length), start)
}

/** Whether a comment that starts with this name is taken for a setting with a secret in it. */
export function isKeeperName(name: string): boolean {
  return isNear(keeperNamesNear, name) && (keeperNames.has(name) || isSecretName(name))
}

/** Whether a comment speaks of secrets, or of the scheme that stands before one. */
export function saysSecret(body: string): boolean {
  return talkOrScheme.test(body)
}

/** Whether a comment announces that its secret follows on the next line. */
export function announcesSecret(body: string): boolean {
  return talkOfSecrets.test(body) && endsInTalk.test(body.slice(-40).trimEnd())
}

/** Whether a directive of this name holds nothing but a secret; slips of the pen count as well. */
export function isSecretName(name: string): boolean {
  if (secretNames.has(name)) return true
  return name.length > 4 && name.length < 33 && isNear(secretNamesNear, name) && !isKnown(name)
}

/** Whether a name is one of those, or differs by a slip of the pen. */
function isNear(names: NamesByLength, name: string): boolean {
  for (const other of names[name.length] ?? []) if (isSlip(name, other)) return true
  return false
}

/** From `start` to the end of the line's ink, unless that is a mark already. */
export function whole(text: string, start: number): readonly Span[] {
  const end = text.trimEnd().length
  const from = start + firstInk(text.slice(start))
  return from >= end || isMark(text.slice(from, end)) ? [] : [{ start: from, end }]
}

function unknownSecrets(
  code: string,
  start: number,
  name: string,
  block: string,
  from: number,
): readonly Span[] {
  const value = code.slice(start)
  const suspect = isSecretName(name) || isTelling(name) || secretBlocks.has(block)
  if (suspect && !isPlainValue(value) && !isPath(value.trim())) return whole(code, start)
  const spans = [...commandSecrets(code, start)]
  const nameStart = from + firstInk(code.slice(from))
  if (looksRandom(name, "strict") || isSecretShaped(code.slice(nameStart, start))) {
    spans.push(...whole(code.slice(0, start), nameStart))
  }
  return spans
}

function isSecretShaped(text: string): boolean {
  return tokenSpans(text, 0, "strict").length > 0
}

function isPartOfPath(code: string, start: number, end: number): boolean {
  if (code.slice(start, end).includes("://")) return false
  let from = start
  while (from > 0 && start - from < 4096 && !/[\s,"]/.test(code.charAt(from - 1))) from--
  const word = code.slice(from, end)
  return word.includes("/") && !word.includes("://")
}

/** Whether two words differ by one letter too many, too few or wrong, or by two swapped neighbours. */
function isSlip(a: string, b: string): boolean {
  const shorter = Math.min(a.length, b.length)
  let from = 0
  while (from < shorter && a.charCodeAt(from) === b.charCodeAt(from)) from++
  let cut = 0
  while (cut < shorter - from && a.charCodeAt(a.length - 1 - cut) === b.charCodeAt(b.length - 1 - cut)) cut++
  const left = a.length - cut - from
  const right = b.length - cut - from
  if (left < 2 && right < 2) return true
  return left === 2 && right > 1 && a[from] === b[from + 1] && a[from + 1] === b[from]
}
