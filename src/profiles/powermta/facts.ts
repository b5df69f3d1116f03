/** What may be said of files that are never shown. */

import type { CapturedFile, Entry } from "../../core/file.ts"
import { compareTexts } from "../../core/order.ts"
import type { Facts, Fingerprint } from "../../core/profile.ts"
import { dkimFacts } from "./dkim.ts"
import { licenseFacts } from "./license.ts"
import { tlsFacts } from "./tls.ts"

/** Public facts of one category, or null for a category that has none. */
export function facts(
  category: string,
  files: readonly CapturedFile[],
  configs: ReadonlyMap<string, string>,
  fingerprint: Fingerprint,
  now: Date,
): Facts | null {
  switch (category) {
    case "dkim":
      return dkimFacts(files, configs, fingerprint)
    case "tls":
      return tlsFacts(files, fingerprint)
    case "license":
      return licenseFacts(files, fingerprint, now)
    case "data":
      return dataFacts(files, fingerprint)
    default:
      return null
  }
}

/** By path: a fingerprint of the content, so that a change shows and nothing else does. */
function dataFacts(files: readonly CapturedFile[], fingerprint: Fingerprint): Facts {
  return Object.fromEntries(
    files
      .map(
        ({ entry, content }) =>
          [entry.path, fingerprint(content.reveal("only its fingerprint is kept"))] as const,
      )
      .toSorted(([a], [b]) => compareTexts(a, b)),
  )
}

/** Rights by path, sorted: `0640 root:pmta`; a link is `link -> target`. */
export function permissions(entries: readonly Entry[]): ReadonlyMap<string, string> {
  const sorted = entries.toSorted((a, b) => compareTexts(a.path, b.path))
  return new Map(sorted.map(entry => [entry.path, rights(entry)]))
}

function rights({ kind, mode, owner, group, target }: Entry): string {
  if (kind === "link") return `link -> ${target}`
  return `${mode.toString(8).padStart(4, "0")} ${owner}:${group}`
}
