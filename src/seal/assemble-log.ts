/** A log file put together again from its segments, one of them in memory at a time. */
import { promisify } from "node:util"
import { gunzip, type ZlibOptions, type ZstdOptions, zstdDecompress } from "node:zlib"
import { ByteReader, StreamEnded } from "../core/byte-reader.ts"
import type { LogSegment } from "../core/log.ts"
import { Problem } from "../core/problem.ts"
import { frameParts, MalformedFrame } from "../core/zstd-frame.ts"
import { decrypt, type Identities } from "./identity.ts"
import type { StoredLog } from "./log-page.ts"
import { unopened } from "./open.ts"

const ungzip = promisify<Buffer, ZlibOptions, Buffer>(gunzip)
const unzstd = promisify<Buffer, ZstdOptions, Buffer>(zstdDecompress)

/** Far above what one frame or member of a segment holds. */
const maxOutputLength = 512 * 1024 * 1024

/**
 * Whether segments cover a file from its first stored byte to its last, each byte once.
 * @throws Problem "store/missing"
 */
export function checkSpan({ id, size, segments }: Pick<StoredLog, "id" | "size" | "segments">): void {
  let at = 0
  for (const { first, end } of segments) {
    if (first !== at) throw gap(id, at, first)
    at = end
  }
  if (at !== size) throw gap(id, at, size)
}

/**
 * The plaintext of one segment, in pieces.
 * @param sealed  whose digest was compared with the signed one
 * @throws        Problem "seal/wrong-identity", "seal/truncated", "seal/bundle-altered"
 */
export async function* openSegment(
  sealed: Uint8Array,
  segment: LogSegment,
  identities: Identities,
): AsyncGenerator<Buffer> {
  const packed = await decryptSegment(sealed, segment, identities)
  let bytes = 0
  try {
    for await (const content of unpacked(packed)) {
      bytes += content.length
      yield content
    }
  } catch (cause) {
    if (!isMalformed(cause)) throw cause
    throw altered(segment, "it cannot be decompressed", cause)
  }
  if (bytes !== segment.end - segment.first) throw altered(segment, `it holds ${bytes} bytes`)
}

/** As `openSegment`, still compressed: enough to know that it opens. */
export async function decryptSegment(
  sealed: Uint8Array,
  segment: LogSegment,
  identities: Identities,
): Promise<Buffer> {
  const packed = await decrypt(sealed, identities)
  if (typeof packed === "string") throw unopened(packed, segment)
  return packed
}

/** A segment is frames, or gzip members, one behind the other. The runtime opens one zstd frame at a time. */
async function* unpacked(packed: Buffer): AsyncGenerator<Buffer> {
  if (packed[0] === 0x1f && packed[1] === 0x8b) {
    yield await ungzip(packed, { maxOutputLength })
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
    yield await unzstd(Buffer.concat(parts), { maxOutputLength })
  }
}

/** What the readers of compressed data throw; all else is somebody else's. */
function isMalformed(error: unknown): boolean {
  const isOfRuntime = error instanceof Error && "code" in error && /^(Z_|ZSTD_|ERR_)/.test(String(error.code))
  return isOfRuntime || error instanceof MalformedFrame || error instanceof StreamEnded
}

function altered({ key }: LogSegment, what: string, cause?: unknown): Problem {
  return new Problem("seal/bundle-altered", `${key} is not what was sealed: ${what}`, {
    cause,
    hint: "someone sealed another thing under this name; find out who could write",
  })
}

function gap(id: string, from: number, to: number): Problem {
  return new Problem("store/missing", `${id} has no segment for its bytes ${from} to ${to}`, {
    hint: "take it from another clone of the vault; `pmta-vault verify` says what else is missing",
  })
}
