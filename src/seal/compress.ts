import { promisify } from "node:util"
import { constants, gzip, type ZstdOptions, zstdCompress, zstdCompressSync, zstdDecompress } from "node:zlib"
import { leastPooledBytes } from "../core/zstd-frame.ts"

export type Compression = "zstd" | "gzip"

const zstd = promisify(zstdCompress)
const gz = promisify(gzip)
const unzstd = promisify<Uint8Array, ZstdOptions, Buffer>(zstdDecompress)

/** One frame or member; what is large is compressed off the main thread, by the runtime's pool. */
export async function compress(bytes: Uint8Array, compression: Compression, zstdLevel = 3): Promise<Buffer> {
  // As large as what comes out can be: in the default pieces of 16 KiB each is a turn of the pool.
  const chunkSize = Math.max(1024, bytes.length + (bytes.length >> 7))
  if (compression === "gzip") return await gz(bytes, { level: 6, chunkSize })
  const params = { [constants.ZSTD_c_compressionLevel]: zstdLevel, [constants.ZSTD_c_checksumFlag]: 1 }
  return bytes.length < leastPooledBytes
    ? zstdCompressSync(bytes, { chunkSize, params })
    : await zstd(bytes, { chunkSize, params })
}

/** @param bytes  what one whole frame holds */
export async function decompressFrame(frame: Uint8Array, bytes: number): Promise<Buffer> {
  return await unzstd(frame, { chunkSize: bytes + 64, maxOutputLength: bytes })
}
