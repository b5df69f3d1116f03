import { promisify } from "node:util"
import { gunzip, type ZlibOptions, type ZstdOptions, zstdDecompress } from "node:zlib"
import { Decrypter, generateIdentity, identityToRecipient } from "age-encryption"
import { readTar, type TarMember } from "../core/tar.ts"
import { manifestPath } from "./bundle.ts"

const ungzip = promisify<Buffer, ZlibOptions, Buffer>(gunzip)
const unzstd = promisify<Buffer, ZstdOptions, Buffer>(zstdDecompress)

/** Largest bundle that is opened in memory. */
const maxBytes = 2 * 1024 ** 3

/** What is in a bundle: its manifest as parsed JSON, and its entries. The caller checks one against the other. */
export interface OpenedBundle {
  readonly manifest: unknown
  readonly members: readonly TarMember[]
}

/**
 * Opens a sealed bundle in memory.
 * @param identity  `AGE-SECRET-KEY-1…`
 * @throws          what age-encryption, node:zlib or the tar reader throw on what is no bundle
 */
export async function openBundle(bytes: Uint8Array, identity: string): Promise<OpenedBundle> {
  const decrypter = new Decrypter()
  decrypter.addIdentity(identity)
  const packed = Buffer.from(await decrypter.decrypt(bytes))
  const isGzip = packed[0] === 0x1f && packed[1] === 0x8b
  const tar = await (isGzip ? ungzip : unzstd)(packed, { maxOutputLength: maxBytes })
  let at = 0
  const take = async (size: number) => {
    if (at + size > tar.length) throw new RangeError("the archive is cut")
    at += size
    return tar.subarray(at - size, at)
  }
  const members: TarMember[] = []
  for await (const member of readTar(take, { maxEntries: 1_000_000, maxFileBytes: maxBytes }))
    members.push(member)
  const manifest = members.find(({ entry }) => entry.path === manifestPath)
  return {
    manifest: JSON.parse(manifest?.content.toString("utf8") ?? "null") as unknown,
    members: members.filter(member => member !== manifest),
  }
}

/** A new age identity with its recipient: for `demo`, which keeps both in memory. */
export async function makeIdentity(): Promise<{ readonly identity: string; readonly recipient: string }> {
  const identity = await generateIdentity()
  return { identity, recipient: await identityToRecipient(identity) }
}
