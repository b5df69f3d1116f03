/** Segments of a log, proved by stock tools. */
import { createHmac, hash, randomBytes } from "node:crypto"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { zstdCompressSync } from "node:zlib"
import { afterAll, beforeAll, expect, test } from "vitest"
import { endingBytes, framedPieceBytes, type LogSegment, plainPieceBytes } from "../../src/core/log.ts"
import { Secret } from "../../src/core/secret.ts"
import { encrypt } from "../../src/seal/age.ts"
import { checkSpan, openSegment } from "../../src/seal/assemble-log.ts"
import type { Compression } from "../../src/seal/compress.ts"
import { type SealedSegment, sealSegments } from "../../src/seal/segments.ts"
import { unpackInParts } from "../../src/transports/ssh/zstd-frame.ts"
import { succeed } from "../lab/child.ts"
import { ageKey } from "../lab/keys.ts"

let directory: string
let key: { readonly identity: string; readonly recipient: string }
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "pmta-segments-"))
  key = await ageKey()
  await writeFile(join(directory, "identity"), key.identity)
})
afterAll(() => rm(directory, { recursive: true, force: true }))

const MiB = 1024 * 1024
const line = "2026-11-24 03:00:00 an event in the queue, with words that come again and again\n"
const text = (bytes: number) => Buffer.alloc(bytes, line)

/** Feeds content in pieces, as a host that compresses them or one that does not. */
async function sealed(
  content: Buffer,
  options: {
    readonly compression?: Compression
    readonly compressed?: boolean
    readonly whole?: boolean
    readonly pieceBytes?: number
  },
) {
  const { compression = "zstd", compressed = true, whole = false } = options
  const found: SealedSegment[] = []
  const tools = {
    ...{ recipients: [key.recipient], compression, fingerprint: () => createHmac("sha256", "k") },
    store: async (segment: SealedSegment) => {
      found.push({ ...segment, bytes: Buffer.from(segment.bytes) })
    },
  }
  const segments = sealSegments(0, 4096, tools)
  const { pieceBytes = compressed ? framedPieceBytes : plainPieceBytes } = options
  for (let at = 0; at < content.length; at += pieceBytes) {
    const piece = content.subarray(at, at + pieceBytes)
    const frame = compressed ? await succeed("zstd", ["-1", "-q", "-c"], { input: piece }) : null
    const ending = new Secret(frame === null ? piece : Buffer.from(piece.subarray(-endingBytes)))
    const { lastBlockBytes } =
      frame === null ? { lastBlockBytes: 0 } : await unpackInParts(frame, pieceBytes, async () => {})
    await segments.add({ bytes: piece.length, ending, frame, lastBlockBytes }, piece.lastIndexOf(10) + 1)
  }
  return { found, ...(await segments.finish(whole)) }
}

const unpackers = { zstd: ["zstd", "-dc"], gzip: ["gzip", "-dc"] } as const

for (const [name, options] of Object.entries({
  "compressed by the host": { compressed: true },
  "compressed by the host in small frames": { compressed: true, pieceBytes: 2 * MiB },
  "compressed here": { compressed: false },
  "with gzip": { compression: "gzip", compressed: true },
} as const)) {
  test(`${name}: age, and zstd or gzip, give back the file, one segment behind the other`, async () => {
    const content = Buffer.concat([text(140 * MiB), Buffer.from("a line that is not whole")])
    const { found, end } = await sealed(content, options)
    expect(end).toBe(content.lastIndexOf(10) + 1)
    expect(found.length).toBeGreaterThan(2)
    const [unpack, flag] = unpackers["compression" in options ? options.compression : "zstd"]
    let at = 0
    for (const [index, segment] of found.entries()) {
      expect(segment.first).toBe(at)
      const file = join(directory, `${index}.age`)
      await writeFile(file, segment.bytes)
      const packed = await succeed("age", ["-d", "-i", join(directory, "identity"), file])
      const opened = await succeed(unpack, [flag], { input: packed })
      expect(opened.equals(content.subarray(at, segment.end)), `segment ${index}`).toBe(true)
      expect(opened.at(-1), "it ends with a record").toBe(10)
      expect(segment.fingerprint).toBe(createHmac("sha256", "k").update(packed).digest("hex"))
      at = segment.end
    }
    expect(at).toBe(end)
  }, 60_000)
}

test("records longer than a block of zstd's are not cut either", async () => {
  const record = () => `${randomBytes(240_000).toString("base64")}\n`
  const content = Buffer.from(Array.from({ length: 150 }, record).join(""))
  const { found, end } = await sealed(content, { compressed: true })
  expect(end).toBe(content.length)
  expect(found.length).toBeGreaterThan(2)
  for (const segment of found) expect(content[segment.end - 1]).toBe(10)
  expect((await assembledFrom(found, end)).equals(content)).toBe(true)
})

test("what does not compress comes in small segments, and nothing is lost of it", async () => {
  const content = randomBytes(20 * MiB)
  const { found, end } = await sealed(content, { compressed: false, whole: true })
  expect(end).toBe(content.length)
  expect(Math.max(...found.map(({ bytes }) => bytes.length))).toBeLessThan(18 * MiB)
  expect((await assembledFrom(found, end)).equals(content)).toBe(true)
})

test("a full segment that ends with its last piece leaves nothing to be cut off", async () => {
  const pieces = [1, 2].map(() => Buffer.from(`${randomBytes(2 * MiB).toString("base64")}\n`))
  const found: SealedSegment[] = []
  const segments = sealSegments(0, 4096, {
    ...{ recipients: [key.recipient], compression: "zstd", fingerprint: () => createHmac("sha256", "k") },
    store: async segment => void found.push({ ...segment, bytes: Buffer.from(segment.bytes) }),
  })
  for (const piece of pieces) {
    const ending = new Secret(Buffer.from(piece.subarray(-endingBytes)))
    await segments.add(
      { bytes: piece.length, ending, frame: zstdCompressSync(piece), lastBlockBytes: 1 },
      piece.length,
    )
  }
  const { end } = await segments.finish(true)
  expect(found.map(({ end }) => end)).toEqual([pieces[0]?.length, end])
  expect((await assembledFrom(found, end)).equals(Buffer.concat(pieces))).toBe(true)
})

test("a closed file is stored to its last byte, and one without a whole record not at all", async () => {
  const content = Buffer.from("no line end in here")
  expect(await sealed(content, { whole: true })).toMatchObject({ end: content.length, tail: { bytes: 19 } })
  expect(await sealed(content, { whole: false })).toMatchObject({ end: 0, tail: null, found: [] })
})

const segmentsOf = (found: readonly SealedSegment[]): LogSegment[] =>
  found.map(({ bytes, ...range }, index) => ({
    ...range,
    ...{ file: "f", store: "git", key: `${index}.zst.age`, size: bytes.length, recipients: [] },
    sha256: hash("sha256", bytes),
  }))

async function assembledFrom(found: readonly SealedSegment[], size: number): Promise<Buffer> {
  const segments = segmentsOf(found)
  checkSpan({ id: "f", size, segments })
  const parts: Uint8Array[] = []
  for (const [index, segment] of segments.entries())
    for await (const content of openSegment(found[index]?.bytes ?? Buffer.alloc(0), segment, own()))
      parts.push(content)
  return Buffer.concat(parts)
}
const own = () => ({ lines: [key.identity] })

test("a log is put together from its segments, and one that is missing or another is told", async () => {
  const content = text(90 * MiB)
  const { found, end } = await sealed(content, { whole: true })
  expect(found.length).toBeGreaterThan(1)
  expect((await assembledFrom(found, end)).equals(content)).toBe(true)
  for (const some of [found.slice(0, -1), found.slice(1)])
    await expect(assembledFrom(some, end)).rejects.toMatchObject({ code: "store/missing" })
  const [first] = segmentsOf(found)
  const bytes = found[0]?.bytes
  if (first === undefined || bytes === undefined) throw new Error("too few segments")
  const opened = async (sealed: Buffer, segment: LogSegment, identities = own()) => {
    for await (const _ of openSegment(sealed, segment, identities));
  }
  await expect(opened(bytes, { ...first, end: first.end + 1 })).rejects.toMatchObject({
    code: "seal/bundle-altered",
  })
  await expect(opened(bytes.subarray(0, -9), first)).rejects.toMatchObject({
    code: expect.stringMatching(/^seal\/(truncated|bundle-altered)$/),
  })
  const other = { lines: [(await ageKey()).identity] }
  await expect(opened(bytes, first, other)).rejects.toMatchObject({ code: "seal/wrong-identity" })
  const noFrame = await encrypt([key.recipient], Buffer.from("no frame at all"))
  await expect(opened(noFrame, first)).rejects.toMatchObject({ code: "seal/bundle-altered" })
})
