const unitMs = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const

/** A whole number of one unit, such as `90s`, `30m`, `24h`, `7d`, `1w`. */
export const durationPattern = /^[1-9][0-9]{0,5}[smhdw]$/

/** What a text has to look like to be read by `parseDuration`, for messages. */
export const durationForm = "a number with its unit, such as 90s, 30m, 24h, 7d or 1w"

/** @returns milliseconds, or null when the text is not a duration */
export function parseDuration(text: string): number | null {
  if (!durationPattern.test(text)) return null
  return Number(text.slice(0, -1)) * unitMs[text.slice(-1) as keyof typeof unitMs]
}

/** The shortest text that `parseDuration` reads as `ms`; whole seconds. */
export function showDuration(ms: number): string {
  for (const unit of ["w", "d", "h", "m"] as const) {
    if (ms > 0 && ms % unitMs[unit] === 0) return `${ms / unitMs[unit]}${unit}`
  }
  return `${Math.round(ms / 1000)}s`
}
