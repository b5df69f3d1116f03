import fc from "fast-check"
import { expect, test } from "vitest"
import { type TarEntry, tarEnd, tarHeader, tarPadding } from "../../src/core/tar.ts"
import { readTar, type TarMember } from "../../src/core/tar-reader.ts"

const limits = { maxEntries: 1000, maxFileBytes: 1_000_000 }

function reader(bytes: Buffer) {
  let at = 0
  return async (size: number) => {
    if (at + size > bytes.length) throw new RangeError("cut")
    at += size
    return bytes.subarray(at - size, at)
  }
}

async function members(bytes: Buffer): Promise<TarMember[]> {
  return await Array.fromAsync(readTar(reader(bytes), limits))
}

const name = fc
  .string({ unit: "grapheme", minLength: 1, maxLength: 200 })
  .map(text => text.replaceAll(/[\0/]/g, "_"))
const file = fc.record({
  path: fc.array(name, { minLength: 1, maxLength: 4 }).map(segments => segments.join("/")),
  mode: fc.integer({ min: 0, max: 0o7777 }),
  uid: fc.integer({ min: 0, max: 4_000_000_000 }),
  gid: fc.integer({ min: 0, max: 4_000_000_000 }),
  owner: name.map(text => text.slice(0, 40)),
  group: fc.constantFrom("root", "pmta"),
  mtime: fc.integer({ min: 0, max: 4_000_000_000 }),
  content: fc.uint8Array({ maxLength: 3000 }),
})

test("what is written is read back, whatever the names", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(file, { maxLength: 6 }), async files => {
      const parts = files.flatMap(({ content, ...fields }) => {
        const entry: TarEntry = { ...fields, kind: "file", size: content.length, target: "" }
        return [tarHeader(entry), content, Buffer.alloc(tarPadding(content.length))]
      })
      const back = await members(Buffer.concat([...parts, tarEnd]))
      expect(back.map(({ entry, content }) => ({ ...entry, content: [...content] }))).toEqual(
        files.map(({ content, ...fields }) => ({
          ...{ ...fields, kind: "file", size: content.length, target: "", content: [...content] },
        })),
      )
    }),
    { numRuns: 100 },
  )
})

test("devices, hard links, forged checksums and endless names are refused", async () => {
  const entry: TarEntry = {
    path: "a",
    kind: "file",
    mode: 0,
    uid: 0,
    gid: 0,
    owner: "",
    group: "",
    size: 0,
    mtime: 0,
    target: "",
  }
  const retyped = (type: string) => {
    const header = tarHeader(entry)
    header.write(type, 156, "latin1")
    header.fill(" ", 148, 156)
    const sum = header.reduce((total, byte) => total + byte, 0)
    header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1")
    return Buffer.concat([header, tarEnd])
  }
  for (const type of ["1", "3", "4", "6", "g", "S"])
    await expect(members(retyped(type))).rejects.toThrow("no file")
  const forged = tarHeader(entry)
  forged[0] = 0x62
  await expect(members(Buffer.concat([forged, tarEnd]))).rejects.toThrow("checksum")
  await expect(members(Buffer.concat([tarHeader({ ...entry, size: 2_000_000 }), tarEnd]))).rejects.toThrow(
    "above",
  )
  await expect(members(tarHeader(entry))).rejects.toThrow("cut")
})
