/** One spelling for values that mean the same: `1h` and `3600s`, `yes` and `true`, `10/8` and `10.0.0.0/8`. */

import { certain } from "../../core/certain.ts"
import { matched, textAfter, textBefore } from "../../core/parts.ts"
import type { ValueKind } from "./directives.ts"
import { wordsOf } from "./words.ts"

const secondsPer: Readonly<Record<string, number>> = { w: 604800, d: 86400, h: 3600, m: 60, s: 1 }
/** Seconds of each. */
const rateUnits: ReadonlyMap<string, number> = new Map(
  [
    ["d day days", 86400] as const,
    ["h hr hrs hour hours", 3600] as const,
    ["m min mins minute minutes", 60] as const,
    ["s sec secs second seconds", 1] as const,
  ].flatMap(([names, seconds]) => names.split(" ").map(name => [name, seconds] as const)),
)
const bytesPer: Readonly<Record<string, number>> = {
  "": 1,
  b: 1,
  k: 1024,
  m: 1024 ** 2,
  g: 1024 ** 3,
  t: 1024 ** 4,
}
const recordTypes: Readonly<Record<string, string>> = {
  delivery: "d",
  bounce: "b",
  transient: "t",
  "transient-queue": "tq",
  receipt: "r",
  "remote-bounce": "rb",
  "remote-status": "rs",
  "feedback-loop": "f",
}

/** ASCII words without quotes, one blank between them. */
const simpleWords = /^[!#-~]+(?: [!#-~]+)*$/

/** The value in its one spelling. What does not fit its kind is only freed of needless quotes and blanks. */
export function canonical(kind: ValueKind, value: string): string {
  const text = plain(value)
  const gap = text.indexOf(" ")
  const first = gap === -1 ? text : text.slice(0, gap)
  const tail = gap === -1 ? "" : text.slice(gap + 1)
  switch (kind) {
    case "bool":
      return boolean(text)
    case "int":
      return integer(text)
    case "int-or-unlimited":
      return unlimited(text) ?? integer(text)
    case "enum":
      return boolean(text.toLowerCase())
    case "duration":
      return duration(text)
    case "duration-list":
      return items(text).map(duration).join(",")
    case "rate":
      return rate(text)
    case "rate-list":
      return items(text).map(rate).join(",")
    case "data-rate":
      return dataRate(text)
    case "size":
      return size(text)
    case "size-or-unlimited":
      return unlimited(text) ?? size(text)
    case "cidr-int":
      return `${cidr(first)} ${unlimited(tail) ?? integer(tail)}`
    case "cidr-rate":
      return `${cidr(first)} ${rate(tail)}`
    case "cidr-data-rate":
      return `${cidr(first)} ${dataRate(tail)}`
    case "cidr-text":
      return [cidr(first), tail.toLowerCase()].join(" ").trim()
    case "host-text":
      return text.toLowerCase()
    case "name-list":
      return items(text.toLowerCase()).join(",")
    case "list":
      return items(text).join(",")
    case "record-types":
      return sorted(items(text.toLowerCase()).map(recordType))
    case "record-fields":
      return `${recordType(first.toLowerCase())} ${items(tail).join(",")}`
    case "macro":
      return `${first} ${sorted(items(tail.toLowerCase()))}`
    case "domain-key":
      return domainKey(value)
    default:
      return text
  }
}

/** Words with one blank between them, and nothing in them to be unquoted. */
const isUnquoted = /^[!#-[\]-~]+(?: [!#-[\]-~]+)*$/

/** Selector, domain and file of a `domain-key` value; blanks around the commas do not count. */
export function domainKeyParts(value: string): readonly [selector: string, domain: string, file: string] {
  const words = isUnquoted.test(value) ? [value] : wordsOf(value).map(({ text }) => text)
  const text = words.join(" ")
  const [selector, rest] = [textBefore(text, ","), textAfter(text, ",")]
  return [selector.trim(), textBefore(rest, ",").trim().toLowerCase(), textAfter(rest, ",").trim()]
}

/** The file apart, so that another file for the same selector and domain pairs up as one change. */
function domainKey(value: string): string {
  const [selector, domain, file] = domainKeyParts(value)
  return `${selector},${domain} ${file}`
}

/** Words unquoted where quotes are not needed, with one blank between them. */
export function plain(value: string): string {
  if (simpleWords.test(value)) return value
  return wordsOf(value)
    .map(({ text }) => (text === "" || /\s/.test(text) ? JSON.stringify(text) : text))
    .join(" ")
}

function items(text: string): readonly string[] {
  return text
    .split(",")
    .map(item => item.trim())
    .filter(item => item !== "")
}

function sorted(list: readonly string[]): string {
  return list.toSorted().join(",")
}

function boolean(text: string): string {
  const lower = text.toLowerCase()
  return lower === "yes" ? "true" : lower === "no" ? "false" : /^(?:true|false)$/.test(lower) ? lower : text
}

function integer(text: string): string {
  return /^\d{1,15}$/.test(text) ? String(Number(text)) : text
}

function unlimited(text: string): string | null {
  return text === "0" || text.toLowerCase() === "unlimited" ? "unlimited" : null
}

function duration(text: string): string {
  const lower = text.toLowerCase()
  const length = seconds(lower)
  return length === null ? boolean(lower) : `${length}s`
}

/** The seconds of a time such as `1d12h` or `300`; null for what is none. */
export function seconds(text: string): number | null {
  if (text === "" || text.length > 60) return null
  let sum = 0
  let count = 0
  let digits = 0
  for (let at = 0; at < text.length; at++) {
    const digit = text.charCodeAt(at) - 48
    if (digit >= 0 && digit <= 9) {
      count = count * 10 + digit
      if (++digits > 12) return null
      continue
    }
    const unit = secondsPer[text.charAt(at)]
    if (unit === undefined || digits === 0) return null
    sum += count * unit
    count = 0
    digits = 0
  }
  // A bare number is seconds; one after a unit is nothing.
  if (digits === text.length) return count
  return digits === 0 ? sum : null
}

/** Two rates are equal when count and window are: 60 a minute allows a burst that 1 a second does not. */
function rate(text: string): string {
  return perWindow(text, integer)
}

function dataRate(text: string): string {
  return perWindow(text, size)
}

function perWindow(text: string, amount: (text: string) => string): string {
  const compact = (text.includes(" ") ? text.replaceAll(" ", "") : text).toLowerCase()
  const free = unlimited(compact)
  if (free !== null) return free
  const found = matched(/^(\d{1,15}[bkmgt]?)\/(\d{0,9})([a-z]+)$/, compact, "count", "times", "unit")
  const seconds = found === null ? undefined : rateUnits.get(found.unit)
  if (found === null || seconds === undefined) return text
  return `${amount(found.count)}/${Number(found.times || 1) * seconds}s`
}

function size(text: string): string {
  const found = matched(/^(\d{1,15})([bkmgt]?)$/i, text, "count", "unit")
  return found === null ? text : String(Number(found.count) * certain(bytesPer[found.unit.toLowerCase()]))
}

function recordType(name: string): string {
  return recordTypes[name] ?? name
}

/** Four octets without leading zeros. */
const fullAddress = /^(?:0|[1-9]\d{0,2})(?:\.(?:0|[1-9]\d{0,2})){3}$/

/** An address or network in full: `10/8` is `10.0.0.0/8`, `192.0.2.1/32` is `192.0.2.1`. Else unchanged. */
export function cidr(text: string): string {
  const found = matched(/^([\da-fA-F:.]+)((?:\/\d{1,3})?)$/, text, "address", "mask")
  if (found === null) return text
  const { address } = found
  const bits = found.mask === "" ? undefined : found.mask.slice(1)
  if (address.includes(":")) {
    const short = URL.canParse(`http://[${address}]`)
      ? new URL(`http://[${address}]`).hostname.slice(1, -1)
      : address
    return bits === undefined || bits === "128" ? short : `${short}/${bits}`
  }
  if (!/^\d{1,3}(?:\.\d{1,3}){0,3}$/.test(address)) return text
  if (bits === "32" && fullAddress.test(address)) return address
  const octets = address.split(".")
  if (octets.length < 4 && bits === undefined) return text
  const full = [...octets, "0", "0", "0"].slice(0, 4).map(Number).join(".")
  return bits === undefined || bits === "32" ? full : `${full}/${bits}`
}
