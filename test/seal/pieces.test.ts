import { randomBytes } from "node:crypto"
import fc from "fast-check"
import { expect, test } from "vitest"
import { Secret } from "../../src/core/secret.ts"
import { encryption } from "../../src/seal/age.ts"
import { decrypt, decryption, NotOpened, readIdentities } from "../../src/seal/identity.ts"
import { succeed } from "../lab/child.ts"
import { ageKey } from "../lab/keys.ts"

const chunk = 65_536
const { identity, recipient } = await ageKey()
const identities = readIdentities(new Secret(identity))

/** Each piece lies in the same memory, which is overwritten by the next, and what is given is copied at once. */
function gathered(pieces: readonly Buffer[], take: (piece: Buffer) => Iterable<Buffer>): Buffer[] {
  const memory = Buffer.alloc(Math.max(0, ...pieces.map(({ length }) => length)))
  const given: Buffer[] = []
  for (const piece of pieces) {
    const there = memory.subarray(0, piece.copy(memory))
    for (const part of take(there)) given.push(Buffer.from(part))
    memory.fill(0)
  }
  return given
}

function cut(whole: Buffer, sizes: readonly number[]): Buffer[] {
  const pieces: Buffer[] = []
  for (let at = 0, index = 0; at < whole.length; index++) {
    const piece = whole.subarray(at, at + (sizes[index % sizes.length] ?? 1))
    pieces.push(piece)
    at += piece.length
  }
  return pieces
}

async function sealedInPieces(plain: Buffer, sizes: readonly number[]): Promise<Buffer> {
  const { head, add, end } = await encryption([recipient])
  const given = gathered(cut(plain, sizes), add)

  const last: Buffer[] = []
  for (const part of end()) last.push(Buffer.from(part))
  return Buffer.concat([head, ...given, ...last])
}

async function openedInPieces(sealed: Buffer, sizes: readonly number[]): Promise<Buffer | string> {
  const opening = await decryption(sealed, identities)
  if (typeof opening === "string") return opening
  try {
    const given = gathered(cut(sealed.subarray(opening.headBytes), sizes), opening.add)
    for (const part of opening.end()) given.push(Buffer.from(part))
    return Buffer.concat(given)
  } catch (error) {
    if (error instanceof NotOpened) return error.why
    throw error
  }
}

const edge = fc.constantFrom(0, chunk, chunk + 16, 2 * chunk, 2 * (chunk + 16), 5 * chunk)
const size = fc.tuple(edge, fc.integer({ min: -2, max: 2 })).map(([near, by]) => Math.max(1, near + by))
// One at least is large: a chunk in pieces of a byte each is slow, and tells no more.
const sizes = fc
  .tuple(fc.integer({ min: chunk - 2, max: 3 * chunk }), fc.array(size, { maxLength: 4 }))
  .map(([large, more]) => [...more, large])

test("in whatever pieces a file is sealed, and in whatever pieces it is opened, it is the same", async () => {
  await fc.assert(
    fc.asyncProperty(size, sizes, sizes, async (bytes, sealedIn, openedIn) => {
      const plain = randomBytes(bytes)
      const sealed = await sealedInPieces(plain, sealedIn)
      expect(plain.equals((await decrypt(sealed, identities)) as Buffer)).toBe(true)
      expect(plain.equals((await openedInPieces(sealed, openedIn)) as Buffer)).toBe(true)
    }),
    { numRuns: 60 },
  )
})

test("stock age opens what was sealed in pieces", async () => {
  for (const bytes of [0, 3 * chunk, 3 * chunk + 1]) {
    const plain = randomBytes(bytes)
    const sealed = await sealedInPieces(plain, [chunk - 1, 1, chunk + 1, 2 * chunk])
    const script = `printf '%s\\n' '${identity}' >"$0"; age -d -i "$0"; rm "$0"`
    const file = `/dev/shm/pmta-age-${process.pid}`
    expect((await succeed("sh", ["-c", script, file], { input: sealed })).equals(plain)).toBe(true)
  }
})

test("what is cut off or altered is told in pieces as it is in the whole", async () => {
  const sealed = await sealedInPieces(randomBytes(3 * chunk), [chunk])
  const head = sealed.length - 3 * (chunk + 16)
  for (const end of [head, head + 15, head + chunk + 16, head + 2 * (chunk + 16) + 9, sealed.length - 1]) {
    const part = sealed.subarray(0, end)
    const whole = await decrypt(part, identities)
    expect(whole, `${end}`).toBe(await openedInPieces(part, [chunk, 17]))
    expect(["truncated", "damaged"]).toContain(whole)
  }
  const altered = Buffer.from(sealed)
  altered[head + chunk + 100] = (altered[head + chunk + 100] ?? 0) ^ 1
  expect(await openedInPieces(altered, [chunk])).toBe("damaged")
  expect(await decrypt(altered, identities)).toBe("damaged")
})
