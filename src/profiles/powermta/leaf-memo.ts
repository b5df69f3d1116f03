import type { Statement } from "../../core/profile.ts"

/** Where a file is included: what its statements depend on, besides its text. */
export interface Place {
  readonly file: string
  readonly scope: readonly string[]
  /** of the innermost block */
  readonly tag: string
}

/**
 * The statements of files that include no others. The two mirrors of a host share most files, and so do the hosts of a
 * fleet: what was read once for a run need not be parsed again, nor be in memory twice.
 */
export interface LeafMemo {
  find(text: string, place: Place): readonly Statement[] | null
  keep(text: string, place: Place, statements: readonly Statement[]): void
}

/** Of masked texts. What is longer is rare, and would drive all others out. */
const longest = 32 * 1024
const mostCharacters = 2 * 1024 * 1024

export function leafMemo(): LeafMemo {
  const known = new Map<string, readonly (Place & { readonly statements: readonly Statement[] })[]>()
  let characters = 0
  return {
    find: (text, place) => known.get(text)?.find(one => isSame(one, place))?.statements ?? null,
    keep(text, { file, scope, tag }, statements) {
      if (text.length > longest) return
      characters += text.length
      if (characters > mostCharacters) {
        known.clear()
        characters = text.length
      }
      known.set(text, [...(known.get(text) ?? []), { file, scope, tag, statements }])
    },
  }
}

const isSame = (one: Place, other: Place): boolean =>
  one.file === other.file &&
  one.tag === other.tag &&
  one.scope.length === other.scope.length &&
  one.scope.every((label, n) => label === other.scope[n])
