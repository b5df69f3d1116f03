/** Bytes wait at their source while nobody wants them, and never longer. */
import { expect, test } from "vitest"
import { ByteReader } from "../../src/core/byte-reader.ts"

test("a source that was stopped goes on once what it gave is taken, although nobody asks for more", async () => {
  const reader = new ByteReader(0)
  let isFlowing = true
  reader.source = { pause: () => (isFlowing = false), resume: () => (isFlowing = true) }
  for (let mib = 0; mib < 16; mib++) reader.push(Buffer.alloc(1024 * 1024, mib))
  expect(isFlowing).toBe(false)
  expect((await reader.take(16 * 1024 * 1024)).length).toBe(16 * 1024 * 1024)
  expect(isFlowing).toBe(true)
})

test("records in a row come in one piece, or not at all while one of them is on its way", async () => {
  const reader = new ByteReader(0)
  reader.push(Buffer.from("one\0two\0thr"))
  await reader.peek()
  expect(reader.recordsNow(0, 3)).toBe(null)
  expect(reader.recordsNow(0, 2)?.toString()).toBe("one\0two\0")
  reader.push(Buffer.from("ee\0"))
  expect(reader.recordsNow(0, 1)).toBe(null)
  expect((await reader.until(0, 100)).toString()).toBe("three")
})

test("the memory of packets that were copied is freed at once, and of no others", async () => {
  const reader = new ByteReader(0)
  const own = [1, 2, 3, 4].map(fill => Buffer.alloc(40_000, fill))
  const shared = Buffer.alloc(80_000, 5)
  for (const packet of own) reader.push(packet)
  reader.push(shared.subarray(0, 40_000))
  const seen = await reader.take(10_000)
  const copied = await reader.take(150_000)
  expect(
    copied.equals(Buffer.concat([1, 2, 3, 4].map(fill => Buffer.alloc(40_000, fill))).subarray(10_000)),
  ).toBe(true)
  const rest = await reader.take(40_000)
  // The first was given out in part before.
  expect(own.map(packet => packet.length)).toEqual([40_000, 0, 0, 0])
  expect(seen.equals(Buffer.alloc(10_000, 1))).toBe(true)
  expect([rest, shared].map(bytes => bytes.every(byte => byte === 5))).toEqual([true, true])
})
