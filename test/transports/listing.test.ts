/** What a host lists, read as the reader script writes it, and what nobody should write. */
import { expect, test } from "vitest"
import { ByteReader } from "../../src/core/byte-reader.ts"
import { readListing } from "../../src/transports/ssh/listing.ts"

const read = async (...chunks: readonly (string | Buffer)[]) => {
  const reader = new ByteReader(10_000)
  const listing = readListing(reader, 10)
  // It is looked at when all was sent.
  listing.catch(() => {})
  for (const chunk of chunks) {
    reader.push(Buffer.from(chunk as string))
    await new Promise(resolve => setImmediate(resolve))
  }
  return await listing
}
const head = (type: string) => `r${type} 640 0 107 3 1764000000.5 4711`
const digest = "a".repeat(64)

test("names with line ends and backslashes, of links and of what is none, are read as they are", async () => {
  const text = [
    `${head("f")}\0/etc/a\nb\\c\r\0\0`,
    `${head("l")}\0/etc/link\0../x\0`,
    `${head("p")}\0/etc/pipe\0\0`,
    `\\${digest}  /etc/a\\nb\\\\c\\r\n`,
    `${digest}  /etc/not-listed\n`,
    ".\n",
  ].join("")
  const whole = await read(text)
  expect(whole.map(({ path, kind, sha256, target }) => [path, kind, sha256, target])).toEqual([
    ["/etc/a\nb\\c\r", "file", digest, null],
    ["/etc/link", "link", null, "../x"],
    ["/etc/pipe", "other", null, null],
  ])
  // However it comes in pieces.
  expect(await read(...Array.from(text, char => char))).toEqual(whole)
})

test("a name that is not UTF-8 is shown and never read", async () => {
  const name = Buffer.concat([
    Buffer.from(`${head("f")}\0/etc/`),
    Buffer.from([0xff]),
    Buffer.from("\0\0.\n"),
  ])
  expect(await read(name)).toMatchObject([{ kind: "other", readable: false }])
})

test.each([
  ["an entry that is none", "rf what\0/etc/a\0\0.\n"],
  ["a digest that is none", `${head("f")}\0/etc/a\0\0zz  /etc/a\n.\n`],
  ["a path that is not normal", `${head("f")}\0/etc/../a\0\0.\n`],
  ["too many entries", `${`${head("f")}\0/etc/a\0\0`.repeat(11)}.\n`],
])("%s is refused", async (_, text) => {
  await expect(read(text)).rejects.toMatchObject({ name: "MalformedListing" })
})
