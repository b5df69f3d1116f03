/**
 * Seals a range of a log in segments of bounded size as its pieces arrive, so that memory does not grow with
 * the file. Pieces that the host compressed are kept as they came. Where a segment ends within one, the frame is
 * cut before its last block, and only what was in that is compressed again, in two.
 */
import type { Hmac } from "node:crypto"
import type { ByteRange, LogPiece, Mark } from "../core/log.ts"
import { release, releaseWithRest } from "../core/release.ts"
import { Secret } from "../core/secret.ts"
import { withoutLastBlock } from "../core/zstd-frame.ts"
import { encryptInto } from "./age.ts"
import { type Compression, compress, decompressFrame } from "./compress.ts"

export interface SealedSegment extends ByteRange {
  /** a binary age file; its memory is taken back when it is stored */
  readonly bytes: Buffer
  readonly fingerprint: string
}

export interface SegmentTools {
  readonly recipients: readonly string[]
  readonly compression: Compression
  readonly fingerprint: () => Hmac
  /** called in order, and not again before it has returned */
  readonly store: (segment: SealedSegment) => Promise<void>
}

export interface Segments {
  /**
   * @param piece  its frame is used up
   * @param cut    bytes of the piece up to the last place where a segment may end; 0 for none
   */
  add(piece: LogPiece, cut: number): Promise<void>
  /**
   * Seals what is left: all of it, or up to the last place where a segment may end.
   * @returns  where the stored bytes end, and the mark of the last of them
   */
  finish(whole: boolean): Promise<{ readonly end: number; readonly tail: Mark | null }>
}

/** Plaintext and ciphertext of a segment, at most, or one piece: what fits into memory several times. */
const mostPlain = 64 * 1024 * 1024
const mostPacked = 2 * 1024 * 1024

/**
 * @param first      where the range begins in the file
 * @param tailBytes  to be marked at its end, at most `endingBytes`
 */
export function sealSegments(first: number, tailBytes: number, tools: SegmentTools): Segments {
  let segment = begin(first)
  /** the piece within which the segment may end, and those behind it, in which it may not */
  let held: { readonly piece: LogPiece; readonly cut: number }[] = []
  let tail: Buffer = Buffer.alloc(0)
  let storing: Promise<void> = Promise.resolve()
  /** of the segment before, which is stored when the next is sealed */
  let memory = Buffer.alloc(0)

  function begin(at: number) {
    return { first: at, end: at, packed: 0, parts: [] as Uint8Array[], mac: tools.fingerprint() }
  }

  function append(part: Uint8Array): void {
    segment.mac.update(part)
    segment.parts.push(part)
    segment.packed += part.length
  }

  /** @param ending  the last bytes of what the parts hold in all */
  function appended(bytes: number, ending: Uint8Array): void {
    segment.end += bytes
    tail = Buffer.concat([tail, ending.subarray(-tailBytes)]).subarray(-tailBytes)
  }

  async function appendWhole(piece: LogPiece): Promise<void> {
    if (piece.bytes === 0) return
    append(
      piece.frame !== null && tools.compression === "zstd"
        ? piece.frame
        : await compress(await contentOf(piece), tools.compression),
    )
    appended(piece.bytes, piece.ending.reveal("mark the end of what is stored"))
  }

  /** @returns  what is left of the piece */
  async function appendUpTo(piece: LogPiece, cut: number): Promise<LogPiece> {
    if (cut === piece.bytes) {
      await appendWhole(piece)
      return plain(new Uint8Array(0))
    }
    const ending = piece.ending.reveal("compress it apart from what follows")
    const left = ending.subarray(ending.length - (piece.bytes - cut))
    const divided = tools.compression === "zstd" ? await beforeLastBlock(piece, cut, tailBytes) : null
    if (divided === null) {
      const content = await contentOf(piece)
      append(await compress(content.subarray(0, cut), tools.compression))
      appended(cut, content.subarray(0, cut))
      return plain(content.subarray(cut))
    }
    append(divided.before)
    const within = ending.subarray(-divided.lastBlockBytes, ending.length - left.length)
    if (within.length > 0) append(await compress(within, tools.compression))
    appended(cut, ending.subarray(0, ending.length - left.length))
    return plain(left)
  }

  /** Sealing goes on while the next pieces come; two segments are in memory then, not more. */
  async function seal(): Promise<void> {
    const { first: start, end, parts, mac } = segment
    segment = begin(end)
    if (end === start) return
    await storing
    storing = encryptInto(memory, tools.recipients, ...parts).then(bytes => {
      for (const part of parts) release(part)
      memory = Buffer.from(bytes.buffer as ArrayBuffer)
      return tools.store({ first: start, end, bytes, fingerprint: mac.digest("hex") })
    })
    storing.catch(() => {})
  }

  return {
    async add(piece, cut) {
      if (cut === 0) {
        // Still the same record: what is held stays the place to cut, and this piece goes with it.
        held.push({ piece, cut })
        return
      }
      for (const before of held) await appendWhole(before.piece)
      held = [{ piece, cut }]
      const packedBytes = piece.frame?.length ?? 0
      // With one more like it, it would be too large.
      const isFull =
        segment.end - segment.first + 2 * piece.bytes > mostPlain ||
        segment.packed + 2 * packedBytes > mostPacked
      if (!isFull) return
      held = [{ piece: await appendUpTo(piece, cut), cut: 0 }]
      await seal()
    },
    async finish(whole) {
      const [start] = held
      if (whole) for (const { piece } of held) await appendWhole(piece)
      else if (start !== undefined && start.cut > 0) await appendUpTo(start.piece, start.cut)
      held = []
      const { end } = segment
      await seal()
      await storing
      if (tail.length === 0) return { end, tail: null }
      return {
        end,
        tail: { bytes: tail.length, fingerprint: tools.fingerprint().update(tail).digest("hex") },
      }
    },
  }
}

function plain(content: Uint8Array): LogPiece {
  return { bytes: content.length, ending: new Secret(content), frame: null, lastBlockBytes: 0 }
}

async function contentOf({ bytes, ending, frame }: LogPiece): Promise<Uint8Array> {
  return frame === null ? ending.reveal("compress it") : await decompressFrame(frame, bytes)
}

/** The piece's frame up to its last block, if the cut lies in that, and what is before the cut is known in clear. */
async function beforeLastBlock(
  { bytes, ending, frame, lastBlockBytes }: LogPiece,
  cut: number,
  tailBytes: number,
): Promise<{ readonly before: Buffer; readonly lastBlockBytes: number } | null> {
  const known = bytes - ending.size
  if (frame === null || (known > 0 && cut - known < tailBytes)) return null
  const before = withoutLastBlock(Buffer.from(frame.buffer, frame.byteOffset, frame.length))
  if (before === null) return null
  const last = lastBlockBytes ?? bytes - (await decompressedBytes(before, bytes))
  return cut >= bytes - last ? { before, lastBlockBytes: last } : null
}

async function decompressedBytes(frame: Uint8Array, mostBytes: number): Promise<number> {
  const content = await decompressFrame(frame, mostBytes)
  const { length } = content
  releaseWithRest(content)
  return length
}
