import { compareTexts } from "../core/order.ts"
import { tarEnd, tarHeader, tarPadding } from "../core/tar.ts"

/**
 * Packs files into one tar, below one folder, sorted by name.
 * @param files  content by relative name
 * @param mtime  seconds since 1970, of all of them
 */
export function packFiles(folder: string, files: ReadonlyMap<string, Uint8Array>, mtime: number): Buffer {
  const common = { mode: 0o644, uid: 0, gid: 0, owner: "root", group: "root", target: "", mtime }
  const parts: Uint8Array[] = []
  for (const [name, bytes] of [...files].sort(([a], [b]) => compareTexts(a, b))) {
    const path = `${folder}/${name}`
    parts.push(tarHeader({ ...common, path, kind: "file", size: bytes.length }), bytes)
    parts.push(Buffer.alloc(tarPadding(bytes.length)))
  }
  return Buffer.concat([...parts, tarEnd])
}
