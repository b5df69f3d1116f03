/** Times of accounting files: `2019-02-08 21:54:05+0000`, or seconds since 1970 (4.0, or `iso-times no`). */
import { matched } from "../../core/parts.ts"

/** Where the seconds stand in `2019-02-08 21:54:05+0000`. */
const secondsAt = 17
const offsetAt = 19
const longest = 32

/** @returns  reads a field as seconds since 1970; NaN when it is no time, or one without its offset from UTC */
export function timeReader(): (bytes: Uint8Array, from: number, to: number) => number {
  // Thousands of records in a row were written within the same minute: it is worked out once.
  const known = new Uint8Array(longest)
  const knownWords = new DataView(known.buffer)
  let given = known
  /** the bytes of `given`, four at a time */
  let words = knownWords
  let knownLength = 0
  let minute = Number.NaN
  return (bytes, from, to) => {
    const length = to - from
    if (bytes !== given) {
      given = bytes as Uint8Array<ArrayBuffer>
      words = new DataView(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.byteLength)
    }
    if (length === knownLength && isKnownMinute(words, from, length, knownWords)) {
      return minute + twoDigits(bytes, from + secondsAt)
    }
    if (length > longest) return Number.NaN
    const text = String.fromCharCode(...bytes.subarray(from, to))
    if (/^\d{9,11}$/.test(text)) return Number(text)
    const seconds = isoSeconds(text)
    if (!Number.isNaN(seconds)) {
      known.set(bytes.subarray(from, to))
      knownLength = length
      minute = seconds - twoDigits(bytes, from + secondsAt)
    }
    return seconds
  }
}

/** Both are of `length`; minutes differ most often, so that they are looked at first. */
function isKnownMinute(words: DataView, from: number, length: number, known: DataView): boolean {
  for (let at = secondsAt - 5; at >= 0; at -= 4) {
    if (words.getInt32(from + at) !== known.getInt32(at)) return false
  }
  if (words.getUint8(from + secondsAt - 1) !== known.getUint8(secondsAt - 1)) return false
  for (let at = offsetAt; at < length; at++) {
    if (words.getUint8(from + at) !== known.getUint8(at)) return false
  }
  return true
}

function twoDigits(bytes: Uint8Array, at: number): number {
  const tens = (bytes[at] as number) - 48
  const ones = (bytes[at + 1] as number) - 48
  return tens >= 0 && tens <= 6 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN
}

const isoForm = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d):([0-5]\d|60)(?:\.\d+)?(Z|[+-]\d\d:?\d\d)$/

function isoSeconds(text: string): number {
  const found = matched(isoForm, text, "day", "minute", "seconds", "zone")
  if (found === null) return Number.NaN
  const { day, minute, seconds, zone } = found
  const offset = zone === "Z" ? "Z" : `${zone.slice(0, 3)}:${zone.slice(-2)}`
  const midnight = Date.parse(`${day}T00:00:00Z`)
  // Date.parse takes the 31st of February for the 3rd of March.
  if (Number.isNaN(midnight) || new Date(midnight).toISOString().slice(0, 10) !== day) return Number.NaN
  return Date.parse(`${day}T${minute}:00${offset}`) / 1000 + Number(seconds)
}
