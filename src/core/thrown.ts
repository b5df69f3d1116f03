/** What was thrown is unknown: a library may throw anything. */

/** What the system calls the trouble that it had, such as `ENOENT`. */
export function systemCode(thrown: unknown): string {
  return thrown instanceof Error && "code" in thrown ? String(thrown.code) : "unknown reason"
}

export const asError = (thrown: unknown): Error =>
  thrown instanceof Error ? thrown : new Error(String(thrown))

export const wordsOf = (thrown: unknown): string => asError(thrown).message

/** With the places that it came through. */
export const traceOf = (thrown: unknown): string => String(asError(thrown).stack)
