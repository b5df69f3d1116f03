/** Archives as tools write them that are not GNU tar of today, and as nobody should. */
import { expect, test } from "vitest"
import { type TarEntry, tarBlock, tarEnd, tarHeader, tarPadding } from "../../src/core/tar.ts"
import { readTar } from "../../src/core/tar-reader.ts"

const limits = { maxEntries: 2, maxFileBytes: 1_000_000 }
const plain: TarEntry = {
  ...{ path: "a", kind: "file", mode: 0o644, uid: 1, gid: 2, owner: "root", group: "root" },
  ...{ size: 0, mtime: 3, target: "" },
}

/** A header with some of its fields written over, its checksum made anew. */
function header(fields: Readonly<Record<number, string | Buffer>>, entry = plain): Buffer {
  const block = Buffer.from(tarHeader(entry))
  for (const [at, text] of Object.entries(fields))
    block.set(Buffer.from(text as string, "latin1"), Number(at))
  block.fill(" ", 148, 156)
  const sum = block.reduce((total, byte) => total + byte, 0)
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148)
  return block
}

/** An extension of this type before a plain entry. */
function extended(typeflag: string, body: string | Buffer, entry = plain): Buffer {
  const bytes = Buffer.from(body as string)
  const head = header({ 156: typeflag }, { ...plain, path: "ext", size: bytes.length })
  return Buffer.concat([head, bytes, Buffer.alloc(tarPadding(bytes.length)), tarHeader(entry)])
}

async function entries(...parts: readonly Buffer[]): Promise<TarEntry[]> {
  const bytes = Buffer.concat([...parts, tarEnd])
  let at = 0
  const take = (size: number) => {
    at += size
    return bytes.subarray(at - size, at)
  }
  return (await Array.fromAsync(readTar(take, limits))).map(({ entry }) => entry)
}

test("names come from wherever a tool puts them: a prefix, GNU's long names, pax", async () => {
  expect(await entries(header({ 156: "\0", 345: "etc/pmta" }))).toMatchObject([
    { path: "etc/pmta/a", kind: "file" },
  ])
  expect(await entries(extended("L", "long\0"))).toMatchObject([{ path: "long" }])
  expect(await entries(extended("L", "whole"))).toMatchObject([{ path: "whole" }])
  const link: TarEntry = { ...plain, kind: "link", target: "short" }
  expect(await entries(extended("K", "there\0", link))).toMatchObject([{ target: "there" }])
  expect(await entries(extended("K", "there", link))).toMatchObject([{ target: "there" }])
  expect(await entries(extended("x", "12 uid=7000\n15 gname=staff\n"))).toMatchObject([
    { uid: 7000, group: "staff" },
  ])
})

test("a time before 1970 is read as GNU writes it", async () => {
  const seconds = Buffer.alloc(12, 0xff)
  seconds.writeIntBE(-315_619_200, 6, 6)
  expect(await entries(header({ 136: seconds }))).toMatchObject([{ mtime: -315_619_200 }])
})

test("numbers too large for octal digits are read as GNU writes them", async () => {
  const large = Buffer.alloc(12)
  large[0] = 0x80
  large.writeUIntBE(2 ** 40, 6, 6)
  expect(await entries(header({ 136: large }))).toMatchObject([{ mtime: 2 ** 40 }])
})

test.each<[string, Buffer]>([
  ["more entries than there may be", Buffer.concat([tarHeader(plain), tarHeader(plain), tarHeader(plain)])],
  ["a size below zero", header({ 124: Buffer.alloc(12, 0xff) })],
  ["a number that is none", header({ 136: "12x45678901\0" })],
  ["a pax record that is cut", extended("x", "99 uid=7000\n")],
  ["a pax record without a length", extended("x", "uid=7000\n")],
  ["a pax record without a value", extended("x", "9 uid 70\n")],
  ["a pax number that is none", extended("x", "12 uid=many\n")],
  ["a name with NUL in pax", extended("x", "12 path=a\0b\n")],
  ["a name that is not UTF-8", extended("L", Buffer.from([0x61, 0xff]))],
  ["an extension that is too long", header({ 156: "x" }, { ...plain, size: 2 ** 30 })],
  ["a file above the limit", tarHeader({ ...plain, size: 2_000_000 })],
])("%s is refused", async (_, bytes) => {
  await expect(entries(bytes)).rejects.toMatchObject({ name: "MalformedTar" })
})

test("what is read back is no longer than a block", () => {
  expect(tarHeader(plain)).toHaveLength(tarBlock)
  // Names and sizes that a header has no room for go into a record before it.
  const long = { ...plain, group: "g".repeat(40), size: 2 ** 34 }
  expect(tarHeader(long).length).toBeGreaterThan(tarBlock)
  expect(tarHeader(long).toString("latin1")).toContain(` size=${2 ** 34}\n`)
})
