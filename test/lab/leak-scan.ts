/**
 * Searches bytes for secrets in every form in which they could have left: as they are, base64 at any offset, hex,
 * percent-encoded, as JSON escapes, and all of that inside gzip, zlib and zstd.
 */
import { gunzipSync, inflateSync, zstdDecompressSync } from "node:zlib"

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
  const middles = [0, 1, 2].map(offset => base64Middle(raw, offset))
  const forms: [string, string | Buffer][] = [
    ["plain", raw],
    ["backwards", [...text].reverse().join("")],
    ["hex", hex],
    ["HEX", hex.toUpperCase()],
    ["percent", percent],
    ["PERCENT", percent.toUpperCase()],
    ["escapes", escaped],
    ...middles.map((middle): [string, string] => ["base64", middle]),
    ...middles.map((middle): [string, string] => [
      "base64url",
      middle.replaceAll("+", "-").replaceAll("/", "_"),
    ]),
    ["utf-16", Buffer.from(text, "utf16le")],
  ]
  if (/^[A-Za-z0-9+/]{48,}$/.test(text)) {
    const decoded = Buffer.from(text.slice(0, text.length & ~3), "base64")
    forms.push(["decoded", decoded], ["decoded hex", decoded.toString("hex")])
  }
  return forms.map(([form, bytes]) => ({ form, bytes: Buffer.from(bytes as string) }))
}

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
    for (const { form, open } of packings) {
      const inner = open(bytes)
      if (inner !== null && packed.length < 24) look(place, inner, `${packed}${form} `)
    }
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

const begins = (bytes: Buffer, ...first: readonly number[]) =>
  first.every((byte, index) => bytes[index] === byte)
const quietly = (open: () => Buffer): Buffer | null => {
  try {
    return open()
  } catch {
    return null
  }
}

const packings = [
  {
    form: "gzip",
    open: (bytes: Buffer) => (begins(bytes, 0x1f, 0x8b) ? quietly(() => gunzipSync(bytes)) : null),
  },
  {
    form: "zlib",
    open: (bytes: Buffer) =>
      bytes[0] === 0x78 && bytes.readUInt16BE(0) % 31 === 0 ? quietly(() => inflateSync(bytes)) : null,
  },
  {
    form: "zstd",
    open: (bytes: Buffer) =>
      begins(bytes, 0x28, 0xb5, 0x2f, 0xfd) ? quietly(() => zstdDecompressSync(bytes)) : null,
  },
] as const
