import { gzipSync, zstdCompressSync } from "node:zlib"
import { expect, test } from "vitest"
import type { LogSegment } from "../../src/core/log.ts"
import { Secret } from "../../src/core/secret.ts"
import { encrypt } from "../../src/seal/age.ts"
import { checkSpan, openSegment } from "../../src/seal/assemble-log.ts"
import { readIdentities } from "../../src/seal/identity.ts"
import { makeIdentity } from "../../src/seal/open.ts"

const { identity, recipient } = await makeIdentity()
const identities = readIdentities(new Secret(identity))
const segment = (bytes: number): LogSegment => ({
  ...{ file: "f", first: 100, end: 100 + bytes, store: "git", key: "f/100.age", size: 1 },
  ...{ sha256: "", fingerprint: "", recipients: [] },
})
const pieces = async (packed: Uint8Array, bytes: number) => {
  const sealed = await encrypt([recipient], packed)
  return openSegment(sealed, segment(bytes), identities)
}
async function opened(packed: Uint8Array, bytes: number): Promise<string> {
  const parts: Buffer[] = []
  for await (const part of await pieces(packed, bytes)) parts.push(part)
  return Buffer.concat(parts).toString()
}

test("a segment of several frames, or of several gzip members, opens to what was in them", async () => {
  for (const compress of [zstdCompressSync, gzipSync]) {
    const packed = Buffer.concat(["one\n", "two\n"].map(text => compress(text)))
    expect(await opened(packed, 8)).toBe("one\ntwo\n")
  }
})

test("a segment that holds less or more than it should, or what does not decompress, is refused", async () => {
  const frame = zstdCompressSync(Buffer.from("abcdefgh".repeat(100)))
  const flipped = Buffer.from(frame)
  flipped.fill(0xff, 12)
  for (const packed of [
    frame.subarray(0, -2),
    frame.subarray(0, 3),
    flipped,
    gzipSync("x").subarray(0, -9),
    Buffer.from([0x1f, 0]),
  ])
    await expect(opened(packed, 800)).rejects.toMatchObject({
      code: "seal/bundle-altered",
      message: "f/100.age is not what was sealed: it cannot be decompressed",
    })
  for (const bytes of [799, 801])
    await expect(opened(frame, bytes)).rejects.toMatchObject({
      message: "f/100.age is not what was sealed: it holds 800 bytes",
    })
})

test("what goes wrong with its reader is not taken for damage of the segment", async () => {
  for (const error of [
    new TypeError("a bug"),
    Object.assign(new Error("the disk is full"), { code: "ENOSPC" }),
  ]) {
    const reading = await pieces(zstdCompressSync("one\n"), 4)
    await reading.next()
    await expect(reading.throw(error)).rejects.toBe(error)
  }
})

test("segments have to cover a file from its first byte to its last, each once", () => {
  const span = (...ranges: readonly (readonly [number, number])[]) =>
    checkSpan({
      id: "acct@1",
      size: 30,
      segments: ranges.map(([first, end]) => ({ ...segment(0), first, end })),
    })
  expect(span([0, 10], [10, 30])).toBeUndefined()
  expect(() => span([0, 10], [20, 30])).toThrow("acct@1 has no segment for its bytes 10 to 20")
  expect(() => span([5, 30])).toThrow("its bytes 0 to 5")
  expect(() => span([0, 10], [5, 30])).toThrow("its bytes 10 to 5")
  expect(() => span([0, 20])).toThrow("its bytes 20 to 30")
  expect(() => span()).toThrow("its bytes 0 to 30")
})
