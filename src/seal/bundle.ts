import type { CapturedFile, Entry } from "../core/file.ts"
import { compareTexts } from "../core/order.ts"
import { release, releaseWithRest } from "../core/release.ts"
import { putTarHeader, type TarEntry, tarEnd, tarHeaderBytes, tarPadding } from "../core/tar.ts"
import { type Compression, compress } from "./compress.ts"

export type { Compression }

/** One category of one host, as read. */
export interface BundleContent {
  readonly host: string
  readonly category: string
  /** the snapshot that is expected to name it first */
  readonly sequence: number
  readonly files: readonly CapturedFile[]
  /** links and directories */
  readonly others: readonly Entry[]
}

/** What `tar -x` gives first: every entry with all that a restore needs and a check compares. */
export const manifestPath = ".pmta-vault/manifest.json"

/** The default, 3, takes twice as long, and many short texts or keys in a row are not smaller for it. */
const zstdLevel = 1

/**
 * Packs, compresses and encrypts one category. Equal content gives an equal archive before encryption.
 * @returns the bytes of a binary age file
 */
export async function sealBundle(
  content: BundleContent,
  compression: Compression,
  recipients: readonly string[],
): Promise<Buffer> {
  // Loaded here: a run in which nothing changed seals nothing.
  const { encrypt } = await import("./age.ts")
  const archive = packBundle(content)
  const packed = await compress(archive, compression, zstdLevel)
  release(archive)
  const sealed = await encrypt(recipients, packed)
  releaseWithRest(packed)
  return sealed
}

/** @returns a tar whose first entry is the manifest, the rest sorted by path and relative to `/` */
export function packBundle(content: BundleContent): Buffer {
  const files = new Map(content.files.map(file => [file.entry.path, file]))
  const entries = sorted([...content.files.map(file => file.entry), ...content.others])
  const manifest = Buffer.from(`${JSON.stringify(manifestOf(content, entries), null, 1)}\n`)
  const members: Member[] = [{ header: manifestEntry(manifest.length), content: manifest }]
  for (const entry of entries) {
    const kind = entry.kind === "file" || entry.kind === "link" ? entry.kind : "directory"
    members.push({
      header: { ...entry, kind, path: entry.path.slice(1), target: entry.target ?? "" },
      content: files.get(entry.path)?.content.reveal("pack it into the bundle") ?? nothing,
    })
  }
  let bytes = tarEnd.length
  for (const { header, content } of members)
    bytes += tarHeaderBytes(header) + content.length + tarPadding(content.length)
  const archive = Buffer.alloc(bytes)
  let at = 0
  for (const { header, content } of members) {
    at = putTarHeader(archive, at, header)
    archive.set(content, at)
    at += content.length + tarPadding(content.length)
  }
  return archive
}

interface Member {
  readonly header: TarEntry
  readonly content: Uint8Array
}

const nothing = new Uint8Array(0)

/** By bytes, not by locale: the order must be the same on every machine. */
function sorted(entries: Entry[]): Entry[] {
  const isAscii = entries.every(({ path }) => /^[\x20-\x7e]*$/.test(path))
  return isAscii ? entries.sort((a, b) => compareTexts(a.path, b.path)) : entries.sort(byPath)
}

function byPath(a: Entry, b: Entry): number {
  return Buffer.compare(Buffer.from(a.path), Buffer.from(b.path))
}

function manifestEntry(size: number) {
  const common = { mode: 0o600, uid: 0, gid: 0, owner: "root", group: "root", mtime: 0, target: "" }
  return { ...common, path: manifestPath, kind: "file" as const, size }
}

function manifestOf(content: BundleContent, entries: readonly Entry[]) {
  const { host, category, sequence } = content
  return {
    format: 1,
    host,
    category,
    sequence,
    files: entries.map(entry => ({
      path: entry.path,
      kind: entry.kind,
      mode: entry.mode.toString(8).padStart(4, "0"),
      owner: entry.owner,
      group: entry.group,
      uid: entry.uid,
      gid: entry.gid,
      size: entry.size,
      mtime: entry.mtime,
      ...(entry.sha256 === null ? {} : { sha256: entry.sha256 }),
      ...(entry.target === null ? {} : { target: entry.target }),
    })),
  }
}

/** What the name of a bundle ends in. */
export const bundleEnding = (compression: Compression) =>
  compression === "gzip" ? "tar.gz.age" : "tar.zst.age"
