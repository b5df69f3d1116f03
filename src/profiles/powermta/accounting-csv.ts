/**
 * RFC 4180 over bytes, as far as accounting files need it: records are found, not copied, and no text is made of
 * what nobody asks for. Lenient where real files are: LF ends lines too, a quote inside a plain field is a character.
 */

/** Sees the records of one file, in order. Positions are valid during the call only. */
export interface RecordSink {
  /**
   * @param bytes   holds the record; field n is `bytes[starts[n]]` up to, not with, `bytes[ends[n]]`, without the
   *                quotes around it, with doubled quotes as they stand
   * @param count   fields; only the first `maxFields` have positions
   * @param offset  of the record's first byte in the file
   * @returns       false when this cannot be a record: one of several lines is then read again as lines of their own,
   *                as its quotes must be broken
   */
  record(bytes: Uint8Array, starts: Int32Array, ends: Int32Array, count: number, offset: number): boolean
  /** A line that is no record; reading goes on after its end. `cut`: the file ends in the middle of it. */
  broken(reason: "quotes" | "too-long" | "cut", offset: number): void
}

export interface RecordReader {
  /** @param chunk  read during the call only */
  push(chunk: Uint8Array): void
  /** The file is complete: what has no line end by now never gets one. */
  end(): void
  /** where in the file the first record begins that is not whole yet */
  position(): number
}

export const maxFields = 512
/** A longer record is a broken one: the longest real replies have a few KiB. */
export const maxRecordBytes = 64 * 1024
/** Read at a time; small enough to stay in a processor's cache. */
const sliceBytes = 256 * 1024

const lineFeed = 10
const carriageReturn = 13
const quote = 34
const comma = 44

/** @param offset  where in its file the first byte lies: the beginning of a record */
export function recordReader(sink: RecordSink, offset = 0): RecordReader {
  // One buffer of one class for all input: what the loop sees is always the same, which is what makes it fast.
  const bytes = new Uint8Array(sliceBytes + maxRecordBytes + 2)
  const starts = new Int32Array(maxFields)
  const ends = new Int32Array(maxFields)
  let filled = 0
  /** offset in the file of bytes[0] */
  let base = offset
  /** inside a line that was given up, up to its end */
  let skipping = false

  /**
   * Hands out the records that lie whole in `bytes[from..filled]`.
   * @returns  where the first incomplete one begins
   */
  function scan(from: number): number {
    const end = filled
    let begin = from
    let at = from
    let field = 0
    // Stops every loop below without asking for the end at each byte.
    bytes[end] = lineFeed
    bytes[end + 1] = quote
    for (;;) {
      let byte = bytes[at] as number
      if (byte === quote) {
        const close = closingQuote(at + 1, end)
        if (close === end) return begin
        starts[field & (maxFields - 1)] = at + 1
        ends[field & (maxFields - 1)] = close
        at = close + 1
        byte = bytes[at] as number
        if (byte === carriageReturn) byte = bytes[++at] as number
        if (byte !== comma && byte !== lineFeed && at < end) {
          sink.broken("quotes", base + begin)
          begin = at = afterLine(begin, end)
          field = 0
          if (at > end) return end
          continue
        }
      } else {
        starts[field & (maxFields - 1)] = at
        // All but a few bytes of real files are above the comma: one comparison for each of them.
        while (byte > comma || (byte !== comma && byte !== lineFeed)) byte = bytes[++at] as number
        ends[field & (maxFields - 1)] = at
        if (byte === lineFeed && bytes[at - 1] === carriageReturn) ends[field & (maxFields - 1)] = at - 1
      }
      if (at >= end) return begin
      at++
      field++
      if (byte === comma) continue
      const isEmptyLine = field === 1 && starts[0] === ends[0]
      if (!isEmptyLine && !sink.record(bytes, starts, ends, field, base + begin)) at = afterLine(begin, end)
      begin = at
      field = 0
    }
  }

  /** @returns  the position of the quote that ends the field; `end` when it is not there yet */
  function closingQuote(from: number, end: number): number {
    for (let at = from; ; at++) {
      while (bytes[at] !== quote) at++
      // The last byte may be the first of a doubled quote.
      if (at >= end - 1) return end
      if (bytes[at + 1] !== quote) return at
      at++
    }
  }

  /** @returns  the beginning of the next line; above `end` when that is not there yet, and then it is looked for */
  function afterLine(from: number, end: number): number {
    let at = from
    while (bytes[at] !== lineFeed) at++
    skipping = at === end
    return at + 1
  }

  function read(): void {
    let from = 0
    if (skipping) from = Math.min(afterLine(sentinel(0), filled), filled)
    if (!skipping && from < filled) from = scan(from)
    // What is not complete after so many bytes is not waited for.
    while (!skipping && filled - from >= maxRecordBytes) {
      const next = afterLine(sentinel(from), filled)
      sink.broken(next <= filled ? "quotes" : "too-long", base + from)
      from = skipping ? filled : scan(next)
    }
    bytes.copyWithin(0, from, filled)
    base += from
    filled -= from
  }

  function sentinel(from: number): number {
    bytes[filled] = lineFeed
    return from
  }

  return {
    push(chunk) {
      for (let at = 0; at < chunk.length; at += sliceBytes) {
        const slice = chunk.subarray(at, at + sliceBytes)
        bytes.set(slice, filled)
        filled += slice.length
        read()
      }
    },
    end() {
      while (filled > 0 && !skipping) {
        const next = afterLine(sentinel(0), filled)
        const isCut = next > filled
        sink.broken(isCut ? "cut" : "quotes", base)
        if (isCut) break
        bytes.copyWithin(0, next, filled)
        base += next
        filled -= next
        read()
      }
      base += filled
      filled = 0
      skipping = false
    },
    position: () => base,
  }
}
