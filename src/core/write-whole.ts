/** Of a file as `node:fs/promises` opens one. */
interface WritesAt {
  write(
    bytes: Uint8Array,
    from: number,
    length: number,
    at: number,
  ): Promise<{ readonly bytesWritten: number }>
}

/** A disk that gets full takes the first part of what it is given, and says so when it is given the rest. */
export async function writeWhole(file: WritesAt, bytes: Uint8Array, at: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, at + done)
    done += bytesWritten
  }
}
