import { createHash } from "node:crypto"
import { promisify } from "node:util"
import { gunzip, type ZlibOptions, type ZstdOptions, zstdDecompress } from "node:zlib"
import { Decrypter } from "age-encryption"
import { ByteReader } from "../core/byte-reader.ts"
import type { LogSegment } from "../core/log.ts"
import { Problem } from "../core/problem.ts"
import { frameParts } from "../core/zstd-frame.ts"
import type { StoredLog } from "./log-page.ts"

const ungzip = promisify<Buffer, ZlibOptions, Buffer>(gunzip)
const unzstd = promisify<Buffer, ZstdOptions, Buffer>(zstdDecompress)

/**
 * Gives a log file back, whole and in order, one segment in memory at a time.
 * @param fetch     ciphertext of a segment from the store that it names
 * @param identity  `AGE-SECRET-KEY-1…`
 * @param write     plaintext, to be written one after the other
 * @throws          Problem "seal/altered" for a segment that is not what was stored, "store/missing" for a gap;
 *                  what age-encryption throws when the identity does not open it
 */
export async function assembleLog(
  log: Pick<StoredLog, "id" | "size" | "segments">,
  fetch: (segment: LogSegment) => Promise<Uint8Array>,
  identity: string,
  write: (content: Uint8Array) => Promise<void>,
): Promise<void> {
  let at = 0
  for (const segment of log.segments) {
    if (segment.first !== at) throw gap(log.id, at, segment.first)
    const sealed = await fetch(segment)
    if (createHash("sha256").update(sealed).digest("hex") !== segment.sha256)
      throw altered(segment, "its digest is another")
    let bytes = 0
    for await (const content of opened(sealed, identity)) {
      bytes += content.length
      await write(content)
    }
    if (bytes !== segment.end - segment.first) throw altered(segment, `it holds ${bytes} bytes`)
    at = segment.end
  }
  if (at !== log.size) throw gap(log.id, at, log.size)
}

/** A segment is frames, or gzip members, one behind the other. The runtime opens one zstd frame at a time. */
async function* opened(sealed: Uint8Array, identity: string): AsyncGenerator<Buffer> {
  const decrypter = new Decrypter()
  decrypter.addIdentity(identity)
  const packed = Buffer.from(await decrypter.decrypt(sealed))
  if (packed[0] === 0x1f && packed[1] === 0x8b) {
    yield await ungzip(packed, {})
    return
  }
  const source = new ByteReader(0)
  source.push(packed)
  source.end()
  for (let left = packed.length; left > 0; ) {
    const parts: Buffer[] = []
    for await (const part of frameParts(source)) {
      parts.push(part)
      left -= part.length
    }
    yield await unzstd(Buffer.concat(parts), {})
  }
}

function altered({ key }: LogSegment, what: string): Problem {
  return new Problem("seal/altered", `${key} is not what was stored: ${what}`, {
    hint: "compare the vault with a clone you trust",
  })
}

function gap(id: string, from: number, to: number): Problem {
  return new Problem("store/missing", `${id} has no segment for its bytes ${from} to ${to}`, {
    hint: "an older snapshot may name it",
  })
}
