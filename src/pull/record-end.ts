/** Where a growing file may be cut: behind a line end that ends a record, so that no segment begins within one. */

const quote = 0x22
const newline = 0x0a

/** What is longer is no record: a file without line ends, or with a stray quote. */
export const maxRecordBytes = 4 * 1024 * 1024

export interface RecordEnds {
  /** Looks at the next bytes. */
  see(content: Uint8Array): void
  /** bytes seen up to the last end of a record, 0 for none */
  readonly end: number
  /** whether a quoted field was open after the bytes seen so far */
  readonly quoted: boolean
  /** whether a record was too long to be one, and was cut within: line ends counted again, and without any, all */
  readonly gaveUp: boolean
}

/**
 * @param csv     whether line ends within quotes are part of a field (RFC 4180, 2.6); a doubled quote closes and
 *                opens again
 * @param quoted  whether the bytes begin within quotes
 */
export function recordEnds(csv: boolean, quoted: boolean): RecordEnds {
  let inside = csv && quoted
  let [seen, end, gaveUp] = [0, 0, false]

  /** @returns  bytes of these up to the last end of a record; 0 when none ends here */
  function lastEnd(content: Uint8Array): number {
    if (!csv) return content.lastIndexOf(newline) + 1
    if (hasOddQuotes(content)) inside = !inside
    // From behind it is a short way: most pieces end with the greater part of one record.
    let within = inside
    for (let at = content.length - 1; at >= 0; at--) {
      if (content[at] === quote) within = !within
      else if (content[at] === newline && !within) return at + 1
    }
    return 0
  }

  return {
    see(content) {
      const found = lastEnd(content)
      if (found > 0) end = seen + found
      else if (seen + content.length - end > maxRecordBytes) {
        ;[inside, gaveUp] = [false, true]
        end = seen + (content.lastIndexOf(newline) + 1 || content.length)
      }
      seen += content.length
    },
    get end() {
      return end
    },
    get quoted() {
      return inside
    },
    get gaveUp() {
      return gaveUp
    },
  }
}

const quotes = 0x2222_2222
const lowBits = 0x7f7f_7f7f

/**
 * Four bytes at a time, as every byte of a log comes by here: with `indexOf` for each quote it took three times as long.
 * After the exclusive or with quotes a byte is zero where one was, and only there its highest bit stays zero.
 */
function hasOddQuotes(content: Uint8Array): boolean {
  const ahead = -content.byteOffset & 3
  if (content.length < ahead) return oddOf(content, 0, content.length)
  const words = new Int32Array(content.buffer, content.byteOffset + ahead, (content.length - ahead) >> 2)
  const behind = ahead + 4 * words.length
  let odd = oddOf(content, 0, ahead) !== oddOf(content, behind, content.length)
  let bits = 0
  for (let at = 0; at < words.length; at++) {
    const word = (words[at] as number) ^ quotes
    bits ^= ((word & lowBits) + lowBits) | word
  }
  // As many others as there are bytes without quotes; of four bytes each, an even number.
  for (let byte = 0; byte < 4; byte++) if (((bits >>> (8 * byte + 7)) & 1) === 1) odd = !odd
  return odd
}

function oddOf(content: Uint8Array, from: number, to: number): boolean {
  let odd = false
  for (let at = from; at < to; at++) if (content[at] === quote) odd = !odd
  return odd
}

/** Accounting files are CSV, whatever number or date rotation put behind their names. */
export const isCsv = (path: string) => /\.csv(\.[^/]*)?$/i.test(path)
