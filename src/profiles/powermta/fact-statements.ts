/** Public facts as statements, so that a rotated key or a renewed licence is compared like any setting. */

import type { Change } from "../../core/change.ts"
import { matched } from "../../core/parts.ts"
import type { Facts, PublishedKey, Statement } from "../../core/profile.ts"

type Put = (name: string, value: string, compare?: string, repeat?: Statement["repeat"]) => void

/** Facts by category, as `facts.ts` made them. They come back from the vault, where people may have edited them. */
export function factStatements(facts: Facts): readonly Statement[] {
  const statements: Statement[] = []
  for (const [category, value] of Object.entries(facts)) {
    const put: Put = (name, value, compare = value, repeat = "one") =>
      statements.push({
        ...{ scope: ["facts", category], name, value, compare, repeat },
        ...{ file: null, line: null },
      })
    const readers = { dkim: dkimKeys, tls: certificates, license: licenses, permissions: rights }
    const read = Object.hasOwn(readers, category) ? readers[category as keyof typeof readers] : plainFacts
    for (const [path, fact] of fields(value)) read(path, fact, put)
  }
  return statements
}

/** By the name that receivers look the key up under; the file that holds it may move. */
function dkimKeys(path: string, fact: unknown, put: Put): void {
  const { use, type, bits, publicKey, unreadable, content } = recordOf(fact)
  const names = Array.isArray(use) && use.length > 0 ? use.map(text) : [`in ${path}, named by no domain-key`]
  const value =
    publicKey === undefined
      ? `unreadable (${text(unreadable)}), content ${text(content)}`
      : `${text(type)} ${text(bits)} bits p=${text(publicKey)}`
  // The first word is what pairs an old key with the new one.
  for (const name of names) put(`DKIM key ${name}`, value, `key ${value}`, "set")
}

const keyForm = /^(rsa|ed25519) \d+ bits p=([A-Za-z0-9+/=]+)$/

/** The other way round: the key that such a statement shows, where it is new. */
export function publishedKey({ scope, name, after }: Change): PublishedKey | null {
  const record = matched(/^DKIM key ([\w.-]+\._domainkey\.[\w.-]+)$/, name, "name")
  const [key] = after.slice(-1).map(text => matched(keyForm, text, "type", "publicKey"))
  if (scope[1] !== "dkim" || record === null || !key) return null
  return { name: record.name, type: key.type === "rsa" ? "rsa" : "ed25519", publicKey: key.publicKey }
}

function certificates(path: string, fact: unknown, put: Put): void {
  const { certificates: list, content, ...rest } = recordOf(fact)
  for (const item of Array.isArray(list) ? list : []) {
    const { subject, notAfter, issuer, sha256, unreadable } = recordOf(item)
    const value =
      unreadable === undefined
        ? `${text(subject)} until ${text(notAfter).slice(0, 10)}, issued by ${text(issuer)}`
        : text(unreadable)
    put(`certificate in ${path}`, value, `certificate ${value} ${text(sha256)}`, "set")
  }
  if (content !== undefined) put(`content of ${path}`, text(content))
  for (const [key, value] of Object.entries(rest)) put(`${key} in ${path}`, text(value))
}

function licenses(path: string, fact: unknown, put: Put): void {
  const { licenses: list, ...rest } = recordOf(fact)
  for (const item of Array.isArray(list) ? list : []) {
    const { product, version, ...fields } = recordOf(item)
    const name = ["licence", product, version].filter(part => part !== undefined).map(text)
    for (const [field, value] of Object.entries(fields)) {
      put(`${name.join(" ")}: ${field}`, text(value), `${field} ${text(value)}`, "set")
    }
  }
  for (const [key, value] of Object.entries(rest)) put(`licence file ${path}: ${key}`, text(value))
}

function rights(path: string, fact: unknown, put: Put): void {
  put(`permissions of ${path}`, text(fact))
}

function plainFacts(path: string, fact: unknown, put: Put): void {
  put(`content of ${path}`, text(fact))
}

function fields(value: unknown): readonly [string, unknown][] {
  return typeof value === "object" && value !== null ? Object.entries(value) : []
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : { unreadable: text(value) }
}

function text(value: unknown): string {
  if (value instanceof Date) return value.toISOString()
  return typeof value === "object" || value === undefined ? (JSON.stringify(value) ?? "") : String(value)
}
