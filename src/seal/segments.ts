/**
 * Seals a range of a log in segments of bounded size as its pieces arrive, so that memory does not grow with
 * the file. Pieces that the host compressed are kept as they came; only where a segment ends within one is
 * that one compressed again, in two.
 */
import type { Hmac } from "node:crypto"
import type { ByteRange, LogPiece, Mark } from "../core/log.ts"
import { encrypt } from "./age.ts"
import { type Compression, compress } from "./compress.ts"

export interface SealedSegment extends ByteRange {
  /** a binary age file */
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
  /** @param cut  bytes of the piece up to the last place where a segment may end; 0 for none */
  add(piece: LogPiece, cut: number): Promise<void>
  /**
   * Seals what is left: all of it, or up to the last place where a segment may end.
   * @returns  where the stored bytes end, and the mark of the last of them
   */
  finish(whole: boolean): Promise<{ readonly end: number; readonly tail: Mark | null }>
}

/** Plaintext and ciphertext of a segment, at most, give or take a piece: what fits into memory several times. */
const mostPlain = 64 * 1024 * 1024
const mostPacked = 2 * 1024 * 1024

/** @param first  where the range begins in the file */
export function sealSegments(first: number, tailBytes: number, tools: SegmentTools): Segments {
  let segment = begin(first)
  /** the piece within which the segment may have to end */
  let held: { readonly content: Uint8Array; readonly frame: Uint8Array | null; cut: number } | null = null
  let tail: Buffer = Buffer.alloc(0)
  let storing: Promise<void> = Promise.resolve()

  function begin(at: number) {
    return { first: at, end: at, packed: 0, parts: [] as Uint8Array[], mac: tools.fingerprint() }
  }

  async function append(content: Uint8Array, frame: Uint8Array | null): Promise<void> {
    if (content.length === 0) return
    const part =
      frame !== null && tools.compression === "zstd" ? frame : await compress(content, tools.compression)
    segment.mac.update(part)
    segment.parts.push(part)
    segment.packed += part.length
    segment.end += content.length
    const last = content.subarray(Math.max(0, content.length - tailBytes))
    tail = Buffer.concat([tail, last]).subarray(-tailBytes)
  }

  /** Sealing goes on while the next pieces come; two segments are in memory then, not more. */
  async function seal(): Promise<void> {
    const { first: start, end, parts, mac } = segment
    segment = begin(end)
    if (end === start) return
    await storing
    storing = encrypt(tools.recipients, Buffer.concat(parts)).then(bytes =>
      tools.store({ first: start, end, bytes, fingerprint: mac.digest("hex") }),
    )
    storing.catch(() => {})
  }

  return {
    async add(piece, cut) {
      const content = piece.content.reveal("seal it")
      if (held !== null && cut === 0) {
        // Still the same record: what is held stays the place to cut, and this piece goes with it.
        const joined = Buffer.concat([held.content, content])
        held = { content: joined, frame: null, cut: held.cut }
        return
      }
      if (held !== null) await append(held.content, held.frame)
      held = { content, frame: piece.frame, cut }
      const isFull = segment.end - segment.first + content.length > mostPlain || segment.packed > mostPacked
      if (!isFull || cut === 0) return
      await append(content.subarray(0, cut), cut === content.length ? piece.frame : null)
      await seal()
      held = cut === content.length ? null : { content: content.subarray(cut), frame: null, cut: 0 }
    },
    async finish(whole) {
      if (held !== null) {
        const bytes = whole ? held.content.length : held.cut
        await append(held.content.subarray(0, bytes), bytes === held.content.length ? held.frame : null)
        held = null
      }
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
