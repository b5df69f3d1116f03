/**
 * Searches bytes for secrets in every form in which they could have left: as they are, base64 at any offset, hex,
 * percent-encoded, escaped for JSON, HTML and URLs, and all of that inside gzip, zlib, zstd and zip, wherever in the
 * bytes these begin.
 */
import { gunzipSync, inflateRawSync, inflateSync, zstdDecompressSync } from "node:zlib"

export interface Canary {
  /** what it is the secret of */
  readonly name: string
  readonly text: string
}

/** The beginning of every invented secret, so that one search finds them all. */
export const mark = "Lk7Q9zWcX"

export interface Leak {
  readonly canary: string
  readonly form: string
  readonly place: string
}

type Needle = { readonly form: string; readonly bytes: Buffer }

/** The middle of the base64 of a text that stands behind 0, 1 or 2 other bytes: what its neighbours do not touch. */
function base64Middle(bytes: Buffer, offset: number): string {
  const whole = Buffer.concat([Buffer.alloc(offset), bytes])
    .toString("base64")
    .replaceAll("=", "")
  const first = Math.ceil((offset * 8) / 6)
  const last = Math.floor(((offset + bytes.length) * 8) / 6)
  return whole.slice(first, last)
}

/** @param text  at least 8 characters; of a PEM one line of base64, whose bytes are searched for too */
export function formsOf(text: string): readonly Needle[] {
  const raw = Buffer.from(text)
  const hex = raw.toString("hex")
  const percent = hex.replaceAll(/../g, pair => `%${pair}`)
  const escaped = hex.replaceAll(/../g, pair => `\\u00${pair}`)
  const json = JSON.stringify(text).slice(1, -1)
  const forms: [string, string | Buffer][] = [
    ["plain", raw],
    ["backwards", [...text].reverse().join("")],
    ["hex", hex],
    ["HEX", hex.toUpperCase()],
    ["percent", percent],
    ["PERCENT", percent.toUpperCase()],
    ["escapes", escaped],
    ["URL", encodeURIComponent(text)],
    ["JSON", json],
    ["JSON in JSON", JSON.stringify(json).slice(1, -1)],
    ["JSON", json.replaceAll("/", "\\/")],
    ["HTML", htmlEscaped(text)],
    ...inBase64(raw, "base64"),
    ["utf-16", Buffer.from(text, "utf16le")],
  ]
  if (/^[A-Za-z0-9+/]{48,}$/.test(text)) {
    const decoded = Buffer.from(text.slice(0, text.length & ~3), "base64")
    forms.push(["decoded", decoded], ["decoded hex", decoded.toString("hex")])
    forms.push(...inBase64(decoded, "encoded again"))
  }
  const distinct = new Map<string, Needle>()
  for (const [form, bytes] of forms) {
    const needle = { form, bytes: Buffer.from(bytes as string) }
    const key = needle.bytes.toString("latin1")
    if (!distinct.has(key)) distinct.set(key, needle)
  }
  return [...distinct.values()]
}

function inBase64(bytes: Buffer, form: string): [string, string][] {
  const middles = [0, 1, 2].map(offset => base64Middle(bytes, offset))
  const forUrls = middles.map(middle => middle.replaceAll("+", "-").replaceAll("/", "_"))
  return [
    ...middles.map(text => [form, text] as const),
    ...forUrls.map(text => [`${form}url`, text] as const),
  ].map(([name, text]) => [name, text])
}

const htmlEscapes = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" } as const
const htmlEscaped = (text: string) =>
  text.replaceAll(/[&<>"']/g, char => htmlEscapes[char as keyof typeof htmlEscapes])

export interface Scanner {
  /** @param place  where the bytes are from, for people */
  scan(place: string, bytes: Buffer): void
  readonly leaks: readonly Leak[]
  /** bytes looked at, what was unpacked counted too */
  readonly bytes: number
  readonly places: number
}

export function leakScanner(canaries: readonly Canary[]): Scanner {
  const marked = formsOf(mark)
  const own = canaries
    .filter(({ text }) => !text.startsWith(mark))
    .flatMap(({ name, text }) => formsOf(text).map(needle => ({ ...needle, name })))
  const leaks: Leak[] = []
  let seen = 0
  let places = 0
  const look = (place: string, bytes: Buffer, packed: string) => {
    seen += bytes.length
    const found = (name: string, form: string) =>
      leaks.push({ canary: name, form: `${packed}${form}`, place })
    for (const { form, bytes: needle } of marked) {
      if (bytes.includes(needle)) found(whose(canaries, bytes), form)
    }
    for (const { name, form, bytes: needle } of own) if (bytes.includes(needle)) found(name, form)
    if (packed.length > 24) return
    for (const { form, bytes: inner } of unpacked(bytes)) look(place, inner, `${packed}${form} `)
  }
  return {
    scan(place, bytes) {
      places++
      look(place, bytes, "")
    },
    leaks,
    get bytes() {
      return seen
    },
    get places() {
      return places
    },
  }
}

/** Which of the invented secrets it is; the mark alone says only that one is there. */
function whose(canaries: readonly Canary[], bytes: Buffer): string {
  const names = canaries
    .filter(({ text }) => formsOf(text).some(({ bytes: needle }) => bytes.includes(needle)))
    .map(({ name }) => name)
  return names.length === 0 ? "an invented secret" : names.join(", ")
}

/** What was packed, beginning anywhere in the bytes; of zlib, whose mark is too short for that, at their beginning. */
function* unpacked(bytes: Buffer): Iterable<Needle> {
  for (const { form, begins, open } of packings) {
    for (let at = bytes.indexOf(begins); at !== -1; at = bytes.indexOf(begins, at + 1)) {
      const inner = quietly(() => open(bytes.subarray(at)))
      if (inner !== null) yield { form, bytes: inner }
    }
  }
  if (bytes[0] !== 0x78 || bytes.length < 2 || bytes.readUInt16BE(0) % 31 !== 0) return
  const inner = quietly(() => inflateSync(bytes))
  if (inner !== null) yield { form: "zlib", bytes: inner }
}

function quietly(open: () => Buffer): Buffer | null {
  try {
    return open()
  } catch {
    return null
  }
}

/** A member of a zip: its method, and the lengths of its name and its extra field, stand before its bytes. */
function zipMember(bytes: Buffer): Buffer {
  const start = 30 + bytes.readUInt16LE(26) + bytes.readUInt16LE(28)
  return bytes.readUInt16LE(8) === 8 ? inflateRawSync(bytes.subarray(start)) : Buffer.alloc(0)
}

const packings = [
  { form: "gzip", begins: Buffer.of(0x1f, 0x8b, 0x08), open: gunzipSync },
  { form: "zstd", begins: Buffer.of(0x28, 0xb5, 0x2f, 0xfd), open: zstdDecompressSync },
  { form: "zip", begins: Buffer.of(0x50, 0x4b, 0x03, 0x04), open: zipMember },
] as const
