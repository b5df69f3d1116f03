/** Paths as configs write them: quoted, relative to `/etc/pmta`, with wildcards, or not paths at all. */
import { pathPattern, resolveLink } from "../../core/path-pattern.ts"

/** An absolute, normal path; null for what is no path on the host (URL, `{vault}:`, program, nothing). */
export function hostPath(written: string): string | null {
  const text = written.trim()
  if (text === "" || /^[a-z][a-z0-9+.-]{1,15}:\/\//i.test(text) || text.startsWith("{")) return null
  if (text.startsWith("|") || /[\u0000-\u001f]/.test(text)) return null
  const path = resolveLink("/etc/pmta/config", text)
  return path === "/" ? null : path
}

/** The paths that a path or pattern stands for, in order; a pattern that cannot be read stands for none. */
export function matching(pattern: string, paths: readonly string[]): readonly string[] {
  try {
    const { matches } = pathPattern(pattern)
    return paths.filter(path => matches(path))
  } catch {
    return []
  }
}
