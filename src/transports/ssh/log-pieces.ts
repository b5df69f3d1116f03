/** The bytes of a log as they come: shown in clear as they pass, kept in pieces. */
import type { ByteReader } from "../../core/byte-reader.ts"
import {
  endingBytes,
  framedPieceBytes,
  type LogPiece,
  plainPieceBytes,
  type RangeTaker,
} from "../../core/log.ts"
import { Secret } from "../../core/secret.ts"
import {
  MalformedFrame,
  packedFrame,
  sizedFrame,
  sizeStart,
  unpackInParts,
  unpackWhole,
} from "./zstd-frame.ts"

/** What comes behind the frames begins with another byte than they do. */
const frameStart = 0x28
/** The smallest frames that hosts make have twice as much: a file may double while it is read. */
const leastFrameBytes = 1024 * 1024

/**
 * Takes so many bytes of a file that come in frames, of at most `framedPieceBytes` each. While one is shown, the next
 * is unpacked already.
 * @param taker  null: they are not wanted, but have to be taken
 * @returns      how many there were: fewer where the file was cut meanwhile; those by which it grew are dropped
 */
export async function takeFramed(
  answer: ByteReader,
  announced: number,
  taker: RangeTaker | null,
): Promise<number> {
  const mostFrames = Math.ceil(announced / leastFrameBytes)
  let taken = 0
  let shown = Promise.resolve()

  async function show(frame: Buffer, turn: Promise<void>): Promise<void> {
    const clear = keepEnding()
    let wanted = 0
    const { bytes, lastBlockBytes } = await unpackInParts(frame, framedPieceBytes, async part => {
      await turn
      const own = part.subarray(0, announced - taken)
      if (own.length === 0) return
      taken += own.length
      wanted += own.length
      clear.add(own)
      await taker?.see(new Secret(own))
    })
    await turn
    if (taker === null || wanted === 0) return
    if (wanted === bytes) return await taker.keep({ bytes, ending: clear.ending(), frame, lastBlockBytes })
    const content = await unpackWhole(frame, framedPieceBytes)
    await taker.keep(plainPiece(content.subarray(0, wanted)))
  }

  try {
    for (let frames = 0; ; frames++) {
      const [start] = await answer.peek()
      if (start !== frameStart && start !== sizeStart) break
      if (frames === mostFrames) throw new MalformedFrame("more frames than the range has bytes")
      const frame = await (start === sizeStart ? sizedFrame : packedFrame)(answer, framedPieceBytes)
      const turn = shown
      shown = show(frame, turn)
      shown.catch(() => undefined)
      await turn
    }
  } finally {
    await shown
  }
  return taken
}

/** Takes so many bytes of a file that come as they are; a file that was cut meanwhile is filled up with zeros. */
export async function takeAllPlain(
  answer: ByteReader,
  announced: number,
  taker: RangeTaker | null,
): Promise<number> {
  for (let left = announced; left > 0; left -= plainPieceBytes) {
    const content = await answer.take(Math.min(left, plainPieceBytes))
    if (taker !== null) await takePlain(taker, content)
  }
  return announced
}

export async function takePlain(taker: RangeTaker, content: Buffer): Promise<void> {
  const piece = plainPiece(content)
  await taker.see(piece.ending)
  await taker.keep(piece)
}

function plainPiece(content: Buffer): LogPiece {
  return { bytes: content.length, ending: new Secret(content), frame: null, lastBlockBytes: 0 }
}

/** Holds the last bytes of what passes. */
function keepEnding() {
  const held = Buffer.allocUnsafe(endingBytes)
  let size = 0
  return {
    add(part: Buffer) {
      const added = part.subarray(-endingBytes)
      const stays = Math.min(size, endingBytes - added.length)
      held.copyWithin(0, size - stays, size)
      held.set(added, stays)
      size = stays + added.length
    },
    ending: () => new Secret(held.subarray(0, size)),
  }
}
