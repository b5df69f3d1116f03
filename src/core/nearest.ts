import { certain } from "./certain.ts"

/**
 * The known name that a mistyped one most likely stands for.
 * @param known  candidates; on equal distance the first wins
 * @returns      null when nothing is near: more than 2 edits away (1 for names of up to 4 letters), ignoring case
 */
export function nearest(name: string, known: Iterable<string>): string | null {
  let best: string | null = null
  let bestDistance = (name.length <= 4 ? 1 : 2) + 1
  for (const candidate of known) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase())
    if (distance < bestDistance) {
      best = candidate
      bestDistance = distance
    }
  }
  return best
}

/** `; did you mean "x"?`, or nothing: the end of a message that names something unknown. */
export function didYouMean(name: string, known: Iterable<string>): string {
  const near = nearest(name, known)
  return near === null ? "" : `; did you mean "${near}"?`
}

/**
 * Damerau-Levenshtein distance (optimal string alignment): insert, delete, replace, swap neighbours.
 * @see Damerau, "A technique for computer detection and correction of spelling errors", CACM 7(3), 1964
 */
function editDistance(a: string, b: string): number {
  // No answer above 2 is of use, and two long texts would cost the product of their lengths.
  if (Math.abs(a.length - b.length) > 2) return 3
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1
      let least = Math.min(at(last, j) + 1, at(row, j - 1) + 1, at(last, j - 1) + cost)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        least = Math.min(least, at(beforeLast, j - 2) + 1)
      }
      row.push(least)
    }
    beforeLast = last
    last = row
  }
  return at(last, b.length)
}

const at = (row: readonly number[], index: number): number => certain(row[index])
