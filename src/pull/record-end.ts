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
    if (countOf(content, quote) % 2 === 1) inside = !inside
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

/** By the runtime's own search, several times as fast as a loop over all bytes. */
function countOf(content: Uint8Array, byte: number): number {
  let count = 0
  for (let at = content.indexOf(byte); at !== -1; at = content.indexOf(byte, at + 1)) count++
  return count
}

/** Accounting files are CSV, whatever number or date rotation put behind their names. */
export const isCsv = (path: string) => /\.csv(\.[^/]*)?$/i.test(path)
