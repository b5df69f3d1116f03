/** Public facts of licence files. A file may hold several keys, one after the other. */

import type { CapturedFile } from "../../core/file.ts"
import { compareTexts } from "../../core/order.ts"
import { matched } from "../../core/parts.ts"
import type { Facts, Fingerprint } from "../../core/profile.ts"

/** Fields that may be shown, lower case → as shown. Everything else in the file is not. */
const shown: ReadonlyMap<string, string> = new Map(
  ["product", "version", "platform", "units", "instances", "serial", "licensee", "mac", "issued", "expires"]
    .map(field => [field, field] as [string, string])
    .concat([["supportexpires", "supportExpires"]]),
)

/** How long before its end a licence asks for attention. */
const nearDays = 30

/** By path: the licences in the order of the file. `check`, the signature, is shown as its fingerprint. */
export function licenseFacts(files: readonly CapturedFile[], fingerprint: Fingerprint, now: Date): Facts {
  const facts: Record<string, unknown> = {}
  for (const { entry, content } of files.toSorted((a, b) => compareTexts(a.entry.path, b.entry.path))) {
    const licenses = readLicenses(
      content.revealText("the dates and names of a licence are public"),
      fingerprint,
      now,
    )
    facts[entry.path] =
      licenses.length > 0
        ? { licenses }
        : { unreadable: "no `product:` line", content: fingerprint(content.reveal("a change must show")) }
  }
  return facts
}

/** The licences of one file: public fields, and the signature as its fingerprint. */
export function readLicenses(text: string, fingerprint: Fingerprint, now: Date): readonly Facts[] {
  const blocks: Map<string, string>[] = []
  let lastField = ""
  for (const line of text.split("\n")) {
    const found = matched(/^\s*([A-Za-z]+):(.*)$/s, line.slice(0, 4096), "name", "value")
    const name = found?.name.toLowerCase()
    if (name === "product") blocks.push(new Map())
    const block = blocks.at(-1)
    if (block === undefined) continue
    if (found !== null && name !== undefined) {
      block.set(name, found.value.trim())
      lastField = name
    }
    // The signature may stand on the lines after its name.
    else if (lastField === "check") block.set("check", `${block.get("check")}${line.trim()}`)
  }
  return blocks.map(block => {
    const license: Record<string, unknown> = {}
    for (const [field, label] of shown) {
      const value = block.get(field)
      if (value !== undefined && value !== "") license[label] = value
    }
    const check = block.get("check") ?? ""
    return {
      ...license,
      ...endOf(block.get("expires") ?? "", now),
      ...(check === "" ? {} : { check: fingerprint(check) }),
    }
  })
}

/** Said once when the end comes near and once when it is over, so that a countdown is no daily change. */
function endOf(expires: string, now: Date): Facts {
  const date = /^\d{4}-\d{2}-\d{2}$/.test(expires) ? Date.parse(`${expires}T23:59:59Z`) : Number.NaN
  const days = (date - now.getTime()) / (24 * 3600 * 1000)
  return days < 0 ? { ends: "is over" } : days < nearDays ? { ends: `within ${nearDays} days` } : {}
}
