/** An age in one unit, as a table has room for: `5 min`, `2 h`, `3 d`; `–` when there is none. */
export function ageInWords(ms: number | null): string {
  if (ms === null) return "–"
  if (ms < 0) return "to come"
  const minutes = Math.floor(ms / 60_000)
  if (minutes < 60) return `${minutes} min`
  const hours = Math.floor(minutes / 60)
  return hours < 48 ? `${hours} h` : `${Math.floor(hours / 24)} d`
}
