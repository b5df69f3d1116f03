/** The order of code units, the same everywhere; for `sort`. */
export function compareTexts(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
