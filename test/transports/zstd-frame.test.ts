/** Frames of the stock zstd, found in the midst of a stream. */
import { randomBytes } from "node:crypto"
import { expect, test } from "vitest"
import { lastBlockAt, withoutLastBlock } from "../../src/core/zstd-frame.ts"
import { packedFrame, sizedFrame, takeFrame, unpackInParts } from "../../src/transports/ssh/zstd-frame.ts"
import { succeed } from "../lab/child.ts"
import { arriving } from "./arriving.ts"

const limit = 8 * 1024 * 1024
const contents = {
  nothing: Buffer.alloc(0),
  "one byte": Buffer.from("x"),
  "one byte over and over": Buffer.alloc(1_000_000, "y"),
  text: Buffer.from("max-smtp-out 6\n".repeat(50_000)),
  noise: randomBytes(400_000),
  "a block to the byte": randomBytes(128 * 1024),
}

for (const [name, content] of Object.entries(contents)) {
  test.each([
    ["-1"],
    ["-19"],
    ["-3", "--no-check"],
    ["-1", `--stream-size=${content.length}`],
    ["--long=27"],
  ])(`${name} by zstd %s %s: taken whole, and what follows stays`, async (...flags) => {
    const frame = await succeed("zstd", [...flags.filter(flag => flag !== undefined), "-q", "-c"], {
      input: content,
    })
    for (const pieceBytes of [1000, 33_000]) {
      const reader = arriving(Buffer.concat([frame, Buffer.from("after\n")]), pieceBytes)
      expect((await takeFrame(reader, limit)).equals(content)).toBe(true)
      expect((await reader.until(0x0a, 100)).toString()).toBe("after")
    }
  })
}

const sizeOf = (frame: Buffer, bytes = frame.length) => {
  const size = Buffer.from("502a4d180400000000000000", "hex")
  size.writeUInt32LE(bytes, 8)
  return size
}

test.each(Object.entries(contents))(
  "%s by pzstd: each frame by its size, and what follows stays",
  async (name, content) => {
    const packed = await succeed("pzstd", ["-1", "-p", "1", "-q", "-c"], { input: content })
    const reader = arriving(Buffer.concat([packed, Buffer.from("after\n")]), 1000)
    const frame = await sizedFrame(reader, limit)
    expect(sizeOf(frame).equals(packed.subarray(0, 12)), name).toBe(true)
    expect((await succeed("zstd", ["-dcq"], { input: frame })).equals(content)).toBe(true)
    expect((await reader.until(0x0a, 100)).toString()).toBe("after")
  },
)

test("a size that is none, or not the frame's, is told", async () => {
  const frame = await succeed("zstd", ["-1", "-q", "-c"], { input: contents.text })
  const taken = (...parts: readonly Buffer[]) => sizedFrame(arriving(Buffer.concat(parts), 999), limit)
  expect((await taken(sizeOf(frame), frame)).equals(frame)).toBe(true)
  for (const off of [-frame.length, -frame.length + 4, -frame.length + 7, -1, 1, 5])
    await expect(taken(sizeOf(frame, frame.length + off), frame, frame)).rejects.toThrow("another size")
  await expect(taken(sizeOf(frame, limit + limit / 512), frame)).rejects.toThrow("above 8388608")
  await expect(taken(sizeOf(frame, 0xffff_ffff), frame)).rejects.toThrow("above 8388608")
  await expect(taken(sizeOf(frame), frame.subarray(1))).rejects.toThrow("ended")
  await expect(taken(sizeOf(frame), Buffer.alloc(frame.length))).rejects.toThrow("another size")
  for (const at of [0, 4]) {
    const other = sizeOf(frame)
    other[at] = (other[at] ?? 0) ^ 1
    await expect(taken(other, frame)).rejects.toThrow("no size of a zstd frame")
  }
})

test("what is no frame, or a cut or damaged one, is told; nothing of it is given", async () => {
  const frame = await succeed("zstd", ["-1", "-q", "-c"], { input: contents.text })
  await expect(takeFrame(arriving(Buffer.from("drwxr-xr-x root"), 99), limit)).rejects.toThrow(
    "no zstd frame",
  )
  for (const length of [0, 4, 5, 9, frame.length - 5, frame.length - 1]) {
    await expect(takeFrame(arriving(frame.subarray(0, length), 99), limit)).rejects.toThrow("ended")
  }
  for (const at of [10, 20, frame.length - 1]) {
    const damaged = Buffer.from(frame)
    damaged[at] = (damaged[at] ?? 0) ^ 0x55
    await expect(takeFrame(arriving(damaged, 99), limit)).rejects.toThrow(/zstd|ended/)
  }
})

test("a bomb is stopped at the limit, before it is in memory", async () => {
  const bomb = await succeed("zstd", ["-19", "-q", "-c"], { input: Buffer.alloc(64 * 1024 * 1024) })
  expect(bomb.length).toBeLessThan(10_000)
  await expect(takeFrame(arriving(bomb, 4096), limit)).rejects.toThrow(
    "damaged zstd frame, or one above 8388608",
  )
})

for (const [name, content] of Object.entries({ ...contents, "some MB of noise": randomBytes(3_300_000) })) {
  test.each([["-1"], ["-3", "--no-check"], ["-19"]])(
    `${name} by zstd %s %s: shown part by part, and cut before its last block, as zstd sees it`,
    async (...flags) => {
      const words = [...flags.filter(flag => flag !== undefined), "-q", "-c"]
      const frame = await succeed("zstd", words, { input: content })
      const parts: Buffer[] = []
      const { bytes, lastBlockBytes } = await unpackInParts(frame, limit, async part => {
        parts.push(Buffer.from(part))
      })
      expect(bytes).toBe(content.length)
      expect(Buffer.concat(parts).equals(content)).toBe(true)
      expect(lastBlockBytes === null, "looked for where the frame is large").toBe(frame.length < 512 * 1024)
      expect(lastBlockBytes, "the last block holds something").not.toBe(0)
      const before = withoutLastBlock(frame)
      expect(before === null).toBe(content.length <= 128 * 1024)
      if (before === null) return
      const opened = await succeed("zstd", ["-d", "-c", "-q"], { input: before })
      expect(opened.equals(content.subarray(0, opened.length))).toBe(true)
      expect(lastBlockBytes ?? content.length - opened.length).toBe(content.length - opened.length)
    },
  )
}

// Unpacked ahead, the stream had ended before its last part was looked at: what was counted of it got lost.
test("all parts have been looked at, one at a time, when a frame is through, however long each takes", async () => {
  const content = randomBytes(3_500_000)
  const frame = await succeed("zstd", ["-1", "-q", "-c"], { input: content })
  const parts: Buffer[] = []
  let looking = 0
  await unpackInParts(frame, limit, async part => {
    expect(looking++).toBe(0)
    await new Promise(resolve => setTimeout(resolve, 20))
    parts.push(Buffer.from(part))
    looking--
  })
  expect(looking).toBe(0)
  expect(Buffer.concat(parts).equals(content)).toBe(true)
  let [seen, last] = [0, 0]
  const fails = unpackInParts(frame, limit, async part => {
    seen += part.length
    await new Promise(resolve => setTimeout(resolve, 20))
    last = seen
    if (seen === content.length) throw new Error("no room for the last")
  })
  await expect(fails).rejects.toThrow("no room for the last")
  expect(last).toBe(content.length)
})

test("a frame whose header tells how much it holds is not cut", async () => {
  const words = ["-1", `--stream-size=${contents.noise.length}`, "-q", "-c"]
  const frame = await succeed("zstd", words, { input: contents.noise })
  expect(lastBlockAt(frame)).toBeGreaterThan(100_000)
  expect(withoutLastBlock(frame)).toBeNull()
})

test("shown part by part, too, a bomb is stopped, and damage and a listener's error are told", async () => {
  const see = async () => {}
  const bomb = await succeed("zstd", ["-19", "-q", "-c"], { input: Buffer.alloc(64 * 1024 * 1024) })
  await expect(unpackInParts(bomb, limit, see)).rejects.toThrow("one above 8388608")
  const frame = await packedFrame(
    arriving(await succeed("zstd", ["-q"], { input: contents.text }), 999),
    limit,
  )
  const damaged = Buffer.from(frame)
  damaged[frame.length - 1] = (damaged.at(-1) ?? 0) ^ 0x55
  await expect(unpackInParts(damaged, limit, see)).rejects.toThrow("damaged")
  const full = async () => {
    throw new Error("no room")
  }
  await expect(unpackInParts(frame, limit, full)).rejects.toThrow("no room")
})
