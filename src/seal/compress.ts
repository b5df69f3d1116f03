import { promisify } from "node:util"
import { constants, gzip, type ZstdOptions, zstdCompress, zstdDecompress } from "node:zlib"

export type Compression = "zstd" | "gzip"

const zstd = promisify(zstdCompress)
const gz = promisify(gzip)
const unzstd = promisify<Uint8Array, ZstdOptions, Buffer>(zstdDecompress)

/** One frame or member, off the main thread: both run on the runtime's pool. */
export async function compress(bytes: Uint8Array, compression: Compression): Promise<Buffer> {
  // As large as what comes out can be: in the default pieces of 16 KiB each is a turn of the pool.
  const chunkSize = Math.max(1024, bytes.length + (bytes.length >> 7))
  if (compression === "gzip") return await gz(bytes, { level: 6, chunkSize })
  return await zstd(bytes, {
    chunkSize,
    params: { [constants.ZSTD_c_compressionLevel]: 3, [constants.ZSTD_c_checksumFlag]: 1 },
  })
}

/** @param bytes  what one whole frame holds */
export async function decompressFrame(frame: Uint8Array, bytes: number): Promise<Buffer> {
  return await unzstd(frame, { chunkSize: bytes + 64, maxOutputLength: bytes })
}
