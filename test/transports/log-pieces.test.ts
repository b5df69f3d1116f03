/** A range of a log as hosts send it: in frames of the stock zstd and pzstd. */
import { setTimeout as pause } from "node:timers/promises"
import { expect, test } from "vitest"
import type { RangeTaker } from "../../src/core/log.ts"
import { takeFramed } from "../../src/transports/ssh/log-pieces.ts"
import { succeed } from "../lab/child.ts"
import { arriving } from "./arriving.ts"

const MiB = 1024 * 1024
const content = Buffer.from(
  Array.from(
    { length: 120_000 },
    (_, n) => `d,2026-11-24 03:00:00+0000,user${n}@example.com,relayed\r\n`,
  ).join(""),
)
const byPzstd = (input: Buffer) => succeed("pzstd", ["-1", "-p", "1", "-q", "-c"], { input })
const byZstd = (input: Buffer) => succeed("zstd", ["-1", "-q", "-c"], { input })

const sent = (...parts: readonly Buffer[]) => arriving(Buffer.concat(parts), 32_000)

/** What was seen, and how long each piece is that was kept; says so where two things happened at once. */
function taking(delayMs = 0) {
  const seen: Buffer[] = []
  const kept: number[] = []
  let sinceKept = 0
  let busy = 0
  const alone = async (work: () => void) => {
    expect(busy++).toBe(0)
    await pause(delayMs)
    work()
    busy--
  }
  const taker: RangeTaker = {
    see: secret =>
      alone(() => {
        const part = secret.reveal("compare it")
        seen.push(Buffer.from(part))
        sinceKept += part.length
      }),
    keep: ({ bytes, ending }) =>
      alone(() => {
        expect(bytes).toBe(sinceKept)
        const all = Buffer.concat(seen)
        expect(all.subarray(-ending.size).equals(ending.reveal("compare it"))).toBe(true)
        kept.push(bytes)
        sinceKept = 0
      }),
  }
  return { taker, kept, seen: () => Buffer.concat(seen) }
}

test.each([
  ["pzstd", byPzstd, [2 * MiB, 2 * MiB, 2 * MiB, content.length - 6 * MiB]],
  ["zstd", byZstd, [content.length]],
] as const)(
  "frames of %s are shown in order, each kept before the next is shown",
  async (_, pack, pieces) => {
    const packed = await pack(content)
    for (const delayMs of [0, 20]) {
      const { taker, kept, seen } = taking(delayMs)
      const answer = sent(packed, Buffer.from("done 7\n"))
      expect(await takeFramed(answer, content.length, taker)).toBe(content.length)
      expect(seen().equals(content)).toBe(true)
      expect(kept).toEqual(pieces)
      expect((await answer.until(0x0a, 100)).toString()).toBe("done 7")
    }
  },
)

test("a file that was cut meanwhile gives what there is, and one that is not wanted is taken all the same", async () => {
  const packed = await byPzstd(content.subarray(0, 3 * MiB))
  const { taker, seen } = taking()
  expect(await takeFramed(sent(packed, Buffer.from("done 7\n")), content.length, taker)).toBe(3 * MiB)
  expect(seen().equals(content.subarray(0, 3 * MiB))).toBe(true)
  const unwanted = sent(packed, Buffer.from("done 7\n"))
  expect(await takeFramed(unwanted, content.length, null)).toBe(3 * MiB)
  expect((await unwanted.until(0x0a, 100)).toString()).toBe("done 7")
})

test.each([
  ["pzstd", byPzstd],
  ["zstd", byZstd],
] as const)("what a file has grown by is dropped: frames of %s", async (_, pack) => {
  const packed = await pack(content)
  for (const announced of [4 * MiB, 5 * MiB, 5 * MiB + 1]) {
    const { taker, kept, seen } = taking()
    const answer = sent(packed, Buffer.from("done 7\n"))
    expect(await takeFramed(answer, announced, taker)).toBe(announced)
    expect(seen().equals(content.subarray(0, announced))).toBe(true)
    expect(kept.reduce((sum, bytes) => sum + bytes, 0)).toBe(announced)
    expect((await answer.until(0x0a, 100)).toString()).toBe("done 7")
  }
})

test("frames without end are refused", async () => {
  const nothing = await byZstd(Buffer.alloc(0))
  const many = Array.from({ length: 9 }, () => nothing)
  await expect(takeFramed(sent(...many), 5 * MiB, taking().taker)).rejects.toThrow("more frames than")
})

test("what the taker says ends it, whatever comes behind", async () => {
  const packed = await byPzstd(content)
  const { taker } = taking()
  let pieces = 0
  const late = {
    ...taker,
    async keep() {
      if (++pieces === 2) throw new Error("out of time")
    },
  }
  await expect(takeFramed(sent(packed), content.length, late)).rejects.toThrow("out of time")
  expect(pieces).toBe(2)
})
