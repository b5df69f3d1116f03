/** What a config names: other config texts, keys, certificates, data files, and where logs are written. */
import type { Reference } from "../../core/profile.ts"
import { firstWords } from "./first-words.ts"
import { type Directive, parse, walk } from "./grammar.ts"
import { hostPath } from "./paths.ts"
import { domainKeyParts } from "./units.ts"
import { values, wholeValue, wordsOf } from "./words.ts"

/** Directives whose first word is a file that is read. */
const named: ReadonlyMap<string, string> = new Map([
  ["include", "config"],
  ["smtp-server-tls-certificate", "tls"],
  ["tls-certificate", "tls"],
  ["smtp-client-certificate", "tls"],
  ["http-webhook-certificate", "tls"],
  ["smtp-server-tls-ca-file", "tls"],
  ["tls-ca-file", "tls"],
  ["smtp-tls-ca-file", "tls"],
  ["http-tls-ca-file", "tls"],
  ["http-webhook-ca-file", "tls"],
  ["address-file", "data"],
  ["precached-domains-file", "data"],
  ["body-pattern-file", "data"],
  ["include-headers-from", "data"],
  ["dsn-failed-body-template-from", "data"],
  ["http-delivery-extra-headers", "data"],
  ["http-webhook-extra-headers", "data"],
  ["dummy-smtp-blacklist", "data"],
])

/** Whether a text, as bytes, can name anything: most do not. False is certain. */
export const mayName = firstWords([...named.keys(), "domain-key", "log-file", "move-to"], ["acct-file"])

/** All references of one text, in order. Programs, directories, URLs and Vault paths are none. */
export function references(file: string, text: string): readonly Reference[] {
  const found: Reference[] = []
  const accountingFiles: string[] = []
  const add = (category: string, path: string | null, directive: string, line: number) => {
    if (path !== null) found.push({ category, path, include: directive === "include", directive, file, line })
  }
  for (const node of walk(parse(text).nodes)) {
    if (node.kind === "block") {
      const path = node.tag === "acct-file" ? firstPath(wordsOf(node.argument).map(({ text }) => text)) : null
      if (node.tag === "acct-file") accountingFiles.push(path ?? "")
      if (path !== null) add("accounting", datedFiles(path), "acct-file", node.open.number)
    } else if (node.kind === "end" && node.block.tag === "acct-file") accountingFiles.pop()
    else if (node.kind === "directive") {
      const line = node.line.number
      const category = named.get(node.name)
      if (category !== undefined) add(category, firstPath(values(node)), node.name, line)
      else if (node.name === "domain-key") add("dkim", keyPath(node), node.name, line)
      else if (node.name === "log-file") {
        const path = firstPath(values(node))
        add("log", path === null ? null : `${path}*`, node.name, line)
      } else if (node.name === "move-to") {
        const directory = firstPath(values(node))
        const name = accountingFiles.at(-1)?.split("/").at(-1)
        if (directory !== null && name) add("accounting", datedFiles(`${directory}/${name}`), node.name, line)
      }
    }
  }
  return found
}

/** A directive may stand there without a value. */
const firstPath = ([path = ""]: readonly string[]): string | null => hostPath(path)

/** The grammar's lower case makes a `k` of the sign for kelvin, which a flag `i` does not. */
const mayHaveKey = /domain-[k\u212a]ey/i

/** The files that hold a text's DKIM keys, with the selector and domain that each line gives them. */
export function domainKeys(text: string): readonly { selector: string; domain: string; path: string }[] {
  const keys: { selector: string; domain: string; path: string }[] = []
  if (!mayHaveKey.test(text)) return keys
  for (const node of walk(parse(text).nodes)) {
    if (node.kind !== "directive" || node.name !== "domain-key") continue
    const path = keyPath(node)
    const [selector, domain] = domainKeyParts(wholeValue(node))
    if (path !== null) keys.push({ selector, domain, path })
  }
  return keys
}

/** The key file of a `domain-key`; a macro in its path may stand for anything within a segment. */
function keyPath(directive: Directive): string | null {
  const [, , file] = domainKeyParts(wholeValue(directive))
  return hostPath(file.replace(/\$(?:\{\w+\}|\w+)/g, "*"))
}

/** `/dir/acct.csv` is written as `/dir/acct-YYYY-MM-DD-NNNN.csv`. */
function datedFiles(path: string): string {
  const slash = path.lastIndexOf("/")
  const dot = path.lastIndexOf(".")
  return dot > slash + 1 ? `${path.slice(0, dot)}-*${path.slice(dot)}` : `${path}-*`
}
