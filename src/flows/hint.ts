/**
 * How the next run of a host can be quick. The vault keeps it beside the snapshots, and it is not signed: the
 * references are asked for but not relied on, and the digest counts only where the host gives the same one.
 */
import type { Reference } from "../core/profile.ts"
import type { Known } from "../pull/last-seen.ts"

type Hint = Pick<Known, "references" | "listing">

function hintOf({ references, listing }: Hint): string {
  return `${JSON.stringify({ references, listing }, null, 1)}\n`
}

/** Null when it says what is known already. */
export function newHint(now: Hint, known: Hint): string | null {
  // They may be long, and on most hosts they are what was known.
  if (now.references === known.references && now.listing === known.listing) return null
  const hint = hintOf(now)
  return hint === hintOf(known) ? null : hint
}

/** What is not as `hintOf` writes it says nothing. */
export function parseHint(json: Uint8Array | null): Hint {
  const { references, listing } = parse(json)
  return {
    references: Array.isArray(references) ? references.filter(isReference) : [],
    listing: typeof listing === "string" ? listing : null,
  }
}

function parse(json: Uint8Array | null): { readonly references?: unknown; readonly listing?: unknown } {
  try {
    const found: unknown = JSON.parse(json === null ? "{}" : Buffer.from(json).toString("utf8"))
    return typeof found === "object" && found !== null ? found : {}
  } catch {
    return {}
  }
}

function isReference(found: unknown): found is Reference {
  const fields = found as Partial<Reference> | null
  return (
    typeof fields?.path === "string" && fields.path.startsWith("/") && typeof fields.category === "string"
  )
}
