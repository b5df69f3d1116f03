import { promisify } from "node:util"
import { gunzip, type ZlibOptions, type ZstdOptions, zstdDecompress } from "node:zlib"
import { generateIdentity, identityToRecipient } from "age-encryption"
import { Problem } from "../core/problem.ts"
import { readTar, type TarMember } from "../core/tar-reader.ts"
import { manifestPath } from "./bundle.ts"
import { type BundleContents, checkContents } from "./contents.ts"
import { decrypt, type Identities, type Unopened } from "./identity.ts"

const ungzip = promisify<Buffer, ZlibOptions, Buffer>(gunzip)
const unzstd = promisify<Buffer, ZstdOptions, Buffer>(zstdDecompress)

/** Largest bundle that is opened in memory. */
const maxBytes = 2 * 1024 ** 3

/** What a bundle has to be, by the snapshot that names it. */
export interface ExpectedBundle {
  readonly host: string
  readonly category: string
  readonly key: string
}

/**
 * Opens a sealed bundle in memory and holds every file against the manifest.
 * @throws Problem "seal/wrong-identity", "seal/truncated", "seal/bundle-altered", "seal/wrong-host",
 *         "seal/swapped", "seal/unsafe-path", "vault/newer-format"
 */
export async function openBundle(
  bytes: Uint8Array,
  identities: Identities,
  expected: ExpectedBundle,
): Promise<BundleContents> {
  const packed = await decrypt(bytes, identities)
  if (typeof packed === "string") throw unopened(packed, expected)
  const { manifest, members } = await unpack(packed).catch((cause: unknown) => {
    throw new Problem("seal/bundle-altered", `${expected.key} holds no archive that can be read`, {
      cause,
      hint,
    })
  })
  return checkContents(manifest, members, expected)
}

const hint = "take the bundle from another clone of the vault, or another snapshot with --at SEQUENCE"

export function unopened(why: Unopened, { key }: Pick<ExpectedBundle, "key">): Problem {
  if (why === "wrong-identity") {
    return new Problem("seal/wrong-identity", `the identity does not open ${key}: it was sealed to others`, {
      hint: "`recipients` in the snapshot says to whom; take the identity of one of them from the recovery kit",
    })
  }
  return why === "truncated"
    ? new Problem("seal/truncated", `${key} is cut off`, { hint })
    : new Problem("seal/bundle-altered", `${key} was altered after it was sealed`, { hint })
}

async function unpack(packed: Buffer) {
  const isGzip = packed[0] === 0x1f && packed[1] === 0x8b
  const tar = await (isGzip ? ungzip : unzstd)(packed, { maxOutputLength: maxBytes })
  let at = 0
  const take = async (size: number) => {
    if (at + size > tar.length) throw new RangeError("the archive is cut")
    at += size
    return tar.subarray(at - size, at)
  }
  const found: TarMember[] = []
  for await (const member of readTar(take, { maxEntries: 1_000_000, maxFileBytes: maxBytes }))
    found.push(member)
  const [first, ...members] = found
  const text = first?.entry.path === manifestPath ? first.content.toString("utf8") : "null"
  return { manifest: JSON.parse(text) as unknown, members }
}

/** A new age identity with its recipient: for `demo`, which keeps both in memory. */
export async function makeIdentity(): Promise<{ readonly identity: string; readonly recipient: string }> {
  const identity = await generateIdentity()
  return { identity, recipient: await identityToRecipient(identity) }
}
