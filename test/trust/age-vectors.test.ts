/**
 * The vectors that every implementation of age is tested with, C2SP's CCTV, through the program's own open path:
 * what must open opens, what must not gives the reason and not one byte.
 */
import { createHash } from "node:crypto"
import { inflateSync } from "node:zlib"
import * as vectors from "cctv-age"
import { expect, test } from "vitest"
import { Secret } from "../../src/core/secret.ts"
import { decrypt, readIdentities, type Unopened } from "../../src/seal/identity.ts"
import { ageKey } from "../lab/keys.ts"
import { figures } from "./suite.ts"

type Expected =
  | "success"
  | "no match"
  | "HMAC failure"
  | "header failure"
  | "payload failure"
  | "armor failure"

/** What the program says for each of the failures that the vectors tell apart. */
const told: Readonly<Record<Exclude<Expected, "success">, readonly Unopened[]>> = {
  "no match": ["wrong-identity"],
  "HMAC failure": ["damaged"],
  // Without its nonce the payload is no part of the header any more for us: the file is cut off.
  "header failure": ["damaged", "truncated"],
  "payload failure": ["damaged", "truncated"],
  "armor failure": ["damaged"],
}

/**
 * Files that only a passphrase opens. A fleet's recipients are public keys, so no bundle is one, and the program
 * takes no passphrase: each is refused as sealed to others, or as damaged, also those that age would open.
 */
const isByPassphrase = ({ passphrases }: Vector) => passphrases.length > 0

/** Those of them that age would open. */
const openByPassphrase = ["armor_scrypt", "scrypt"]

interface Vector {
  readonly name: string
  readonly expect: Expected
  /** hex SHA-256 of the plaintext; of what may be released, where the payload is bad */
  readonly payload: string | null
  readonly identities: readonly string[]
  readonly passphrases: readonly string[]
  readonly file: Buffer
}

function read(name: string, bytes: Uint8Array): Vector {
  const all = Buffer.from(bytes)
  const end = all.indexOf("\n\n")
  const fields = all
    .toString("utf8", 0, end)
    .split("\n")
    .map(line => [line.slice(0, line.indexOf(": ")), line.slice(line.indexOf(": ") + 2)] as const)
  const every = (key: string) => fields.filter(([found]) => found === key).map(([, value]) => value)
  const body = all.subarray(end + 2)
  return {
    name,
    expect: every("expect")[0] as Expected,
    payload: every("payload")[0] ?? null,
    identities: every("identity"),
    passphrases: every("passphrase"),
    file: every("compressed")[0] === "zlib" ? inflateSync(body) : body,
  }
}

const all = Object.entries(vectors).map(([name, bytes]) => read(name, bytes))

function isRight(vector: Vector, found: Buffer | Unopened): boolean {
  if (typeof found !== "string")
    return vector.expect === "success" && createHash("sha256").update(found).digest("hex") === vector.payload
  if (isByPassphrase(vector)) return found === "wrong-identity" || found === "damaged"
  return vector.expect !== "success" && told[vector.expect].includes(found)
}

test("every vector of age opens, or is refused for its reason and releases nothing", async () => {
  const stranger = (await ageKey()).identity
  const counts = new Map<string, number>()
  const refused: string[] = []
  const wrong: string[] = []
  for (const vector of all) {
    const lines = vector.identities.length > 0 ? vector.identities : [stranger]
    const found = await decrypt(vector.file, readIdentities(new Secret(lines.join("\n"))))
    const isOpen = typeof found !== "string"
    if (!isRight(vector, found))
      wrong.push(`${vector.name}: ${vector.expect}, found ${isOpen ? "plaintext" : found}`)
    if (isByPassphrase(vector) && vector.expect === "success") refused.push(vector.name)
    counts.set(vector.expect, (counts.get(vector.expect) ?? 0) + 1)
  }
  expect(wrong).toEqual([])
  expect(refused.sort()).toEqual(openByPassphrase)
  figures(
    "age vectors",
    `${all.length} of cctv-age, ${[...counts].map(([kind, count]) => `${count} ${kind}`).join(", ")}; of those with success ${refused.length} have only a passphrase and are refused`,
  )
})
