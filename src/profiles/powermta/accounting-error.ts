/**
 * What an SMTP reply says without whom it says it of: addresses, IPs, hosts, ids and numbers become placeholders,
 * so that equal errors group and no person can be found in them. Deny by default: a word stays when it is made of
 * letters and is no part of the recipient's address; a number stays when it is a reply code.
 */

/** Characters of an error that are kept. */
export const errorCharacters = 60
const lineFeed = 10
/** A longer word is an id. */
const longestWord = 24

const upper = 1
const lower = 2
const digit = 4
const dot = 8
const dash = 16
const colon = 32
const atSign = 64
const foreign = 128
const other = 256
const letters = upper | lower | foreign

/** What each byte is within a token; 0 for bytes between tokens. Non-ASCII bytes count as letters. */
const classes = new Int16Array(256)
for (let byte = 0x21; byte < 0x7f; byte++) classes[byte] = other
for (let byte = 0x30; byte <= 0x39; byte++) classes[byte] = digit
for (let byte = 0x41; byte <= 0x5a; byte++) classes[byte] = upper
for (let byte = 0x61; byte <= 0x7a; byte++) classes[byte] = lower
for (let byte = 0x80; byte <= 0xff; byte++) classes[byte] = foreign
for (const char of "\"'`()[]{}<>,;|") classes[char.charCodeAt(0)] = 0
classes[".".charCodeAt(0)] = dot
classes["-".charCodeAt(0)] = dash
classes[":".charCodeAt(0)] = colon
classes["@".charCodeAt(0)] = atSign

const placeholders = {
  address: Buffer.from("<address>"),
  host: Buffer.from("<host>"),
  id: Buffer.from("<id>"),
  ip: Buffer.from("<ip>"),
  number: Buffer.from("<n>"),
  url: Buffer.from("<url>"),
} as const

/** Words of replies that stay even where a mailbox has the same name. */
const commonWords = new Set(
  "account address box connection delivery domain email error from host id in is mail mailbox message no not of on or policy postmaster recipient recipients sender server service smtp spam the to too user users".split(
    " ",
  ),
)

/** Room for every character of an error in UTF-8, and for the token that crosses its end. */
const outputBytes = 4 * errorCharacters + longestWord

export interface ErrorReader {
  /** the error that `read` found last */
  readonly bytes: Uint8Array
  /** how many of them stand before the first word: the kind of reply and its codes */
  codes: number
  /**
   * @param recipient  where the recipient's address stands in `bytes`; empty when there is none
   * @returns          bytes of the error in `this.bytes`
   */
  read(bytes: Uint8Array, from: number, to: number, recipient: number, recipientEnd: number): number
}

export function errorReader(): ErrorReader {
  const out = new Uint8Array(outputBytes)
  let filled = 0
  let characters = 0

  function put(bytes: Uint8Array, from: number, to: number): void {
    for (let at = from; at < to; at++) {
      const byte = bytes[at] as number
      // Line ends and runs of blanks are one blank; doubled quotes, as the file has them, are one.
      const shown = byte <= 0x20 || byte === 0x7f ? 0x20 : byte
      if (filled > 0 && shown === out[filled - 1] && (shown === 0x20 || shown === 0x22)) continue
      const startsCharacter = (byte & 0xc0) !== 0x80
      if (startsCharacter && characters === errorCharacters) return
      if (startsCharacter) characters++
      if (filled < out.length) out[filled++] = shown
    }
  }

  return {
    bytes: out,
    codes: 0,
    read(bytes, from, to, recipient, recipientEnd) {
      filled = characters = this.codes = 0
      let isBeforeWords = true
      const localEnd = localPartEnd(bytes, recipient, recipientEnd)
      for (let at = from; at < to && characters < errorCharacters; ) {
        let end = at
        while (end < to && classes[bytes[end] as number] === 0) {
          if (bytes[end++] === lineFeed) isBeforeWords = true
        }
        put(bytes, at, end)
        at = end
        let kinds = 0
        while (end < to && classes[bytes[end] as number] !== 0)
          kinds |= classes[bytes[end++] as number] as number
        if (at === end) break
        // Marks around a word are no part of it: `policy.`, `error:`, `--`.
        let last = end
        if ((kinds & (dot | dash | colon | other)) !== 0) {
          const first = at
          while (at < end && isMark(bytes[at] as number)) at++
          while (last > at && isMark(bytes[last - 1] as number)) last--
          put(bytes, first, at)
          kinds = kindsOf(bytes, at, last)
        }
        if (at < last) {
          const placeholder = placeholderOf(bytes, at, last, kinds, isBeforeWords, recipient, localEnd)
          if (placeholder === null) put(bytes, at, last)
          else put(placeholder, 0, placeholder.length)
          // The first token is the kind of reply, `smtp`; codes follow, then words.
          if ((kinds & letters) !== 0 && at !== from) isBeforeWords = false
          else if (isBeforeWords) this.codes = filled
        }
        put(bytes, last, end)
        at = end
      }
      return filled
    },
  }
}

const isMark = (byte: number): boolean => ((classes[byte] as number) & (dot | dash | colon | other)) !== 0

function kindsOf(bytes: Uint8Array, from: number, to: number): number {
  let kinds = 0
  for (let at = from; at < to; at++) kinds |= classes[bytes[at] as number] as number
  return kinds
}

/** What stands for a token; null for the token itself. */
function placeholderOf(
  bytes: Uint8Array,
  from: number,
  to: number,
  kinds: number,
  isBeforeWords: boolean,
  recipient: number,
  localEnd: number,
): Uint8Array | null {
  const length = to - from
  if ((kinds & ~(letters | dash)) === 0) {
    if (length > 2 * longestWord) return placeholders.id
    return namesRecipient(bytes, from, to, recipient, localEnd) ? placeholders.address : null
  }
  if ((kinds & atSign) !== 0) return placeholders.address
  // What most replies have is told without making a text of it.
  if ((kinds & ~(upper | lower | digit)) === 0 && (kinds & lower) !== 0) return placeholders.id
  if (
    (kinds & ~(digit | dot | dash)) === 0 &&
    isStatus(bytes, bytes[from + 3] === 0x2d ? from + 4 : from, to)
  )
    return null
  if (kinds === digit) return isBeforeWords && length === 3 ? null : placeholders.number
  if (length > 256) return placeholders.id
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + from, length).toString("latin1")
  if (ipForm.test(text)) return placeholders.ip
  if (codeForm.test(text) && !namesRecipient(bytes, from, to, recipient, localEnd)) return null
  if (text.includes("://")) return placeholders.url
  if (hostForm.test(text)) return placeholders.host
  return (kinds & ~(digit | dot)) === 0 ? placeholders.number : placeholders.id
}

/** `4.7.28` between `from` and `to`. Source: RFC 3463. */
function isStatus(bytes: Uint8Array, from: number, to: number): boolean {
  const first = bytes[from] as number
  if (first !== 0x32 && first !== 0x34 && first !== 0x35) return false
  let dots = 0
  let digits = 0
  for (let at = from + 1; at < to; at++) {
    if (classes[bytes[at] as number] === digit) digits++
    else if (dots++ > 1 || (at > from + 1 && (digits === 0 || digits > 3))) return false
    else digits = 0
  }
  return dots === 2 && bytes[from + 1] === 0x2e && digits > 0 && digits <= 3
}

/** IPv4, with a port or a prefix length too; IPv6. */
const ipForm = /^(\d{1,3}(\.\d{1,3}){3}([:/]\d{1,5})?|(?=.*:.*:)[0-9a-f:.]+(%\w+)?(\/\d{1,3})?)$/i
/** Codes that receivers give errors: `TSS04`, `S3140`, `OU-002`, `RLY:B1`. */
const codeForm = /^[A-Z]{1,5}([:-][A-Z]{0,3})?\d{0,4}$/
const hostForm = /^[\w-]+(\.[\w-]+)*\.[a-z][a-z-]*$/i

/** Whether a word of a token is a word of the recipient's name, such as `smith` of `john.smith@…`. */
function namesRecipient(
  bytes: Uint8Array,
  from: number,
  to: number,
  recipient: number,
  end: number,
): boolean {
  for (let at = from; at < to; at++) {
    const first = at
    while (at < to && isLetter(bytes[at] as number)) at++
    if (at > first && isWordOf(bytes, first, at, recipient, end)) return true
  }
  return false
}

function isWordOf(bytes: Uint8Array, from: number, to: number, recipient: number, end: number): boolean {
  const length = to - from
  const first = folded(bytes[from] as number)
  for (let at = recipient; at + length <= end; at++) {
    if (folded(bytes[at] as number) !== first) continue
    if (at > recipient && isLetter(bytes[at - 1] as number)) continue
    if (at + length < end && isLetter(bytes[at + length] as number)) continue
    let same = 1
    while (same < length && folded(bytes[at + same] as number) === folded(bytes[from + same] as number))
      same++
    if (same === length) {
      return !commonWords.has(Buffer.from(bytes.subarray(from, to)).toString("utf8").toLowerCase())
    }
  }
  return false
}

/** Where the local part of an address ends: at its last `@`. */
function localPartEnd(bytes: Uint8Array, from: number, to: number): number {
  let at = to
  while (at > from && classes[bytes[at - 1] as number] !== atSign) at--
  return at === from ? to : at - 1
}

const folded = (byte: number): number => (classes[byte] === upper ? byte | 0x20 : byte)
const isLetter = (byte: number): boolean => ((classes[byte] as number) & letters) !== 0
