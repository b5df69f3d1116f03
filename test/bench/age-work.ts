/** `node age-work seal RECIPIENT FILE OUT`, `… open IDENTITY FILE OUT`: what the program does with a bundle, and no more. */
import { type FileHandle, open, readFile } from "node:fs/promises"
import { Secret } from "../../src/core/secret.ts"
import { encryption } from "../../src/seal/age.ts"
import { decryption, readIdentities } from "../../src/seal/identity.ts"

const [verb, key = "", file = "", out = ""] = process.argv.slice(2)
const pieceBytes = 1024 * 1024

/** The next piece is read while this one is worked on; it is valid until then. */
async function* pieces(from: FileHandle): AsyncGenerator<Buffer> {
  let [one, other] = [Buffer.allocUnsafeSlow(pieceBytes), Buffer.allocUnsafeSlow(pieceBytes)]
  for (let reading = from.read(one, 0, pieceBytes); ; ) {
    const { bytesRead } = await reading
    if (bytesRead === 0) return
    reading = from.read(other, 0, pieceBytes)
    yield one.subarray(0, bytesRead)
    ;[one, other] = [other, one]
  }
}

/** Gathers what is small; a piece is written while the next is filled. */
function writer(to: FileHandle) {
  let [one, other] = [Buffer.allocUnsafeSlow(2 * pieceBytes), Buffer.allocUnsafeSlow(2 * pieceBytes)]
  let filled = 0
  let writing: Promise<unknown> = Promise.resolve()
  const flush = async () => {
    await writing
    writing = to.write(one, 0, filled)
    ;[one, other, filled] = [other, one, 0]
  }
  return {
    async write(parts: Iterable<Buffer>) {
      for (const part of parts) filled += part.copy(one, filled)
      if (filled >= pieceBytes) await flush()
    },
    async end() {
      await flush()
      await writing
    },
  }
}

await using from = await open(file)
await using to = await open(out, "w")
const { write, end } = writer(to)
if (verb === "seal") {
  const sealing = await encryption([key])
  await write([sealing.head])
  for await (const piece of pieces(from)) await write(sealing.add(piece))
  await write(sealing.end())
} else {
  const identities = readIdentities(new Secret(await readFile(key)))
  const all = pieces(from)
  const { value: start } = (await all.next()) as { readonly value: Buffer }
  const opening = await decryption(start, identities)
  if (typeof opening === "string") throw new Error(opening)
  await write(opening.add(start.subarray(opening.headBytes)))
  for await (const piece of all) await write(opening.add(piece))
  await write(opening.end())
}
await end()
