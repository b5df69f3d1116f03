/** Whether a DNS record lets a key sign. Pure. RFC 6376, sections 3.6.1 and 3.6.2; RFC 8463, section 4. */

import { createPublicKey } from "node:crypto"
import { matched } from "../core/parts.ts"

/** What DNS says of a name: texts of records, each in the pieces in which it was published. */
export type TxtAnswer =
  | { readonly kind: "records"; readonly records: readonly (readonly string[])[] }
  | { readonly kind: "missing" }
  | { readonly kind: "failure"; readonly reason: string }

export interface PublicHalf {
  readonly type: "rsa" | "ed25519"
  /** base64, as in `p=` */
  readonly publicKey: string
}

export type RecordVerdict =
  | "good"
  | "testing"
  | "wrong-key"
  | "revoked"
  | "missing-record"
  | "dns-failure"
  | "malformed-record"
  | "several-records"

export interface Judgement {
  readonly verdict: RecordVerdict
  readonly detail: string
  /** the record's text in one piece; null when there is not exactly one */
  readonly record: string | null
}

export function judgeRecord(answer: TxtAnswer, key: PublicHalf): Judgement {
  if (answer.kind === "missing") return judgement("missing-record", "DNS has no TXT record of that name")
  if (answer.kind === "failure")
    return judgement("dns-failure", `DNS did not answer: ${answer.reason}; the record may well be there`)
  // A long record is published in pieces of up to 255 bytes, which belong together without anything between.
  const texts = answer.records.map(pieces => pieces.join(""))
  const records = texts.filter(text => /(^|;)\s*p\s*=/i.test(text) || /^\s*v\s*=\s*DKIM1/i.test(text))
  const [record] = records
  if (record === undefined) return judgement("malformed-record", "the TXT record there is no DKIM key record")
  if (records.length > 1)
    return judgement(
      "several-records",
      `there are ${records.length} key records; which one counts is undefined`,
    )
  return { ...judgeText(record, key), record }
}

function judgeText(record: string, key: PublicHalf): Judgement {
  const tags = tagsOf(record)
  if (typeof tags === "string") return judgement("malformed-record", tags)
  const [first] = tags.keys()
  if (tags.has("v") && (first !== "v" || tags.get("v") !== "DKIM1"))
    return judgement("malformed-record", "v= is not the first tag, or not DKIM1")
  const published = tags.get("p")?.replace(/\s/g, "")
  if (published === undefined) return judgement("malformed-record", "it has no p=")
  if (published === "") return judgement("revoked", "p= is empty: the key was withdrawn")
  const type = tags.get("k") ?? "rsa"
  if (type !== key.type)
    return judgement("wrong-key", `it is for a key of type ${type}, the file holds ${key.type}`)
  if (!isSameKey(published, key)) return judgement("wrong-key", "it publishes another key than the file's")
  const hashes = wordsOf(tags.get("h"))
  if (hashes.length > 0 && !hashes.includes("sha256"))
    return judgement("malformed-record", "h= does not allow sha256")
  const services = wordsOf(tags.get("s"))
  if (services.length > 0 && !services.includes("*") && !services.includes("email"))
    return judgement("malformed-record", "s= does not allow email")
  return wordsOf(tags.get("t")).includes("y")
    ? judgement("testing", "t=y: receivers are told to treat signed mail as unsigned")
    : judgement("good", "")
}

/** Of a list of words with colons between them; none where the tag is not there. */
const wordsOf = (value: string | undefined): readonly string[] =>
  value === undefined ? [] : value.split(":").map(word => word.trim())

const judgement = (verdict: RecordVerdict, detail: string): Judgement => ({ verdict, detail, record: null })

/** @returns what is wrong, as text */
function tagsOf(record: string): ReadonlyMap<string, string> | string {
  const tags = new Map<string, string>()
  for (const part of record.split(";")) {
    if (part.trim() === "") continue
    const tag = matched(/^\s*([A-Za-z][A-Za-z0-9_]*)\s*=(.*)$/s, part, "name", "value")
    if (tag === null) return "it is no list of tags"
    if (tags.has(tag.name)) return `it has ${tag.name}= twice`
    tags.set(tag.name, tag.value.trim())
  }
  return tags
}

/** RSA keys are published as SubjectPublicKeyInfo, and by some as the bare RSAPublicKey of PKCS #1. */
function isSameKey(published: string, { type, publicKey }: PublicHalf): boolean {
  const [there, here] = [Buffer.from(published, "base64"), Buffer.from(publicKey, "base64")]
  if (there.equals(here)) return true
  if (type !== "rsa") return false
  try {
    const bare = createPublicKey({ key: there, format: "der", type: "pkcs1" })
    return bare.export({ format: "der", type: "spki" }).equals(here)
  } catch {
    return false
  }
}
