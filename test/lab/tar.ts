/** A small writer of ustar archives, for placing files with any owner, mode and time in one go. */

export type TarEntry =
  | { readonly kind: "link"; readonly path: string; readonly target: string }
  | {
      readonly kind: "directory"
      readonly path: string
      readonly mode: number
      readonly uid: number
      readonly gid: number
    }
  | {
      readonly kind: "file"
      readonly path: string
      readonly mode: number
      readonly uid: number
      readonly gid: number
      /** seconds since 1970 */
      readonly mtime: number
      readonly content: Uint8Array
    }

/** @param entries  absolute paths; written relative to `/`, in the given order */
export function tarOf(entries: Iterable<TarEntry>): Buffer {
  const blocks: Uint8Array[] = []
  for (const entry of entries) {
    const name = Buffer.from(`.${entry.path}${entry.kind === "directory" ? "/" : ""}`)
    // GNU's long name entry, so that a test may use names of any length.
    if (name.length > 100)
      blocks.push(header({ ...nobody, name: longLink, type: "L", size: name.length }), padded(name))
    if (entry.kind === "link") blocks.push(header({ ...nobody, name, type: "2", target: entry.target }))
    else if (entry.kind === "directory") blocks.push(header({ ...nobody, ...entry, name, type: "5" }))
    else {
      blocks.push(
        header({ ...nobody, ...entry, name, type: "0", size: entry.content.length }),
        padded(entry.content),
      )
    }
  }
  blocks.push(Buffer.alloc(1024))
  return Buffer.concat(blocks)
}

const longLink = Buffer.from("././@LongLink")
const nobody = { mode: 0o777, uid: 0, gid: 0, mtime: Math.floor(Date.now() / 1000), size: 0, target: "" }

interface Header {
  readonly name: Buffer
  readonly type: "0" | "2" | "5" | "L"
  readonly size: number
  readonly mode: number
  readonly uid: number
  readonly gid: number
  readonly mtime: number
  readonly target: string
}

function header({ name, type, size, mode, uid, gid, mtime, target }: Header): Buffer {
  const block = Buffer.alloc(512)
  name.copy(block, 0, 0, Math.min(name.length, 100))
  block.write(octal(mode, 7), 100)
  block.write(octal(uid, 7), 108)
  block.write(octal(gid, 7), 116)
  block.write(octal(size, 11), 124)
  block.write(octal(mtime, 11), 136)
  block.write("        ", 148)
  block.write(type, 156)
  block.write(target, 157, 100)
  block.write("ustar\u000000", 257)
  const sum = block.reduce((total, byte) => total + byte, 0)
  block.write(`${octal(sum, 6)}\u0000 `, 148)
  return block
}

const octal = (value: number, digits: number) => value.toString(8).padStart(digits, "0")

function padded(content: Uint8Array): Buffer {
  const whole = Buffer.alloc(Math.ceil(content.length / 512) * 512)
  whole.set(content)
  return whole
}
