/**
 * Patterns over absolute POSIX paths, as in fleet files and PowerMTA's `include`: `*`, `?` and `[…]` match
 * within one segment, `**` matches any number of segments. Dot files match like any other.
 */
export interface PathPattern {
  readonly pattern: string
  matches(path: string): boolean
  /** the directory above the first segment that has a wildcard; the path itself for a literal */
  readonly base: string
  readonly literal: boolean
  /** whether it can match below a directory that it matches in name (`**`) */
  readonly deep: boolean
}

const wildcard = /[*?[]/

export function pathPattern(pattern: string): PathPattern {
  if (!wildcard.test(pattern))
    return { pattern, literal: true, deep: false, base: pattern, matches: path => path === pattern }
  const segments = pattern.split("/")
  const fixed = segments.findIndex(segment => wildcard.test(segment))
  // Made when it is first asked for: of a host on which nothing changed no path is ever matched.
  let made: RegExp | null = null
  const regex = () => {
    made ??= regexOrNothing(segments.slice(1).map(segmentRegex).join(""))
    return made
  }
  return {
    pattern,
    literal: false,
    deep: segments.includes("**"),
    base: segments.slice(0, fixed).join("/") || "/",
    matches: path => regex().test(path),
  }
}

/** A range the wrong way round, such as `[z-a]`, matches nothing, as in a shell; configs of hosts may hold any text. */
function regexOrNothing(source: string): RegExp {
  try {
    return new RegExp(`^${source}$`, "su")
  } catch {
    return /(?!)/
  }
}

function segmentRegex(segment: string): string {
  if (segment === "**") return "(?:/[^/]+)*"
  let regex = "/"
  for (let i = 0; i < segment.length; i++) {
    const char = segment.charAt(i)
    // A run of stars is one star: it also keeps the expression from backtracking needlessly.
    if (char === "*") regex += segment.charAt(i + 1) === "*" ? "" : "[^/]*"
    else if (char === "?") regex += "[^/]"
    else if (char === "[") {
      const end = segment.indexOf("]", i + 2)
      if (end === -1) regex += "\\["
      else {
        const body = segment.slice(i + 1, end).replace(/[\\[&~|^]/g, "\\$&")
        regex += /^[!]|^\\\^/.test(body) ? `[^/${body.replace(/^!|^\\\^/, "")}]` : `[${body}]`
        i = end
      }
    } else regex += char.replace(/[\\^$.|+(){}\]]/g, "\\$&")
  }
  return regex
}

/** A segment that is empty, `.` or `..`, or NUL. */
const abnormal = /\/\.{0,2}(?:\/|$)|\0/

/** Whether `path` is an absolute path in the form that has only one spelling. */
export function isNormalPath(path: string): boolean {
  return path === "/" || (path.startsWith("/") && !abnormal.test(path))
}

/** Where a link at `path` leads by its text alone: absolute, `.` and `..` resolved. */
export function resolveLink(path: string, target: string): string {
  if (isNormalPath(target)) return target
  const start = target.startsWith("/") ? [] : path.split("/").slice(1, -1)
  const resolved: string[] = []
  for (const segment of [...start, ...target.split("/")]) {
    if (segment === "..") resolved.pop()
    else if (segment !== "" && segment !== ".") resolved.push(segment)
  }
  return `/${resolved.join("/")}`
}

/** Longest chain of links, as the kernel has it. */
export const maxLinks = 40

/**
 * The same place without links on the way: each directory above `path` that is a link, replaced by where it leads.
 * With a slash at its end, a path that is itself a link is followed too.
 * @param targetOf  what a link says, null for what is none
 * @returns         also the links, in the order of the way; null when they lead in a circle
 */
export function throughLinks(
  path: string,
  targetOf: (path: string) => string | null,
): { readonly path: string; readonly links: readonly string[] } | null {
  const links: string[] = []
  let current = path
  for (let end = current.indexOf("/", 1); end > 0; end = current.indexOf("/", end + 1)) {
    const above = current.slice(0, end)
    const target = targetOf(above)
    if (target === null) continue
    if (links.length === maxLinks) return null
    links.push(above)
    const led = resolveLink(above, target)
    current = `${led === "/" ? "" : led}${current.slice(end)}`
    end = 0
  }
  return { path: current, links }
}

/** Whether a path is one of these, matches one of these patterns, or lies below one that has no wildcards. */
export function pathFilter(paths: readonly string[]): (path: string) => boolean {
  const patterns = paths.map(path => pathPattern(path))
  return path =>
    patterns.some(
      ({ pattern, literal, matches }) => matches(path) || (literal && path.startsWith(`${pattern}/`)),
    )
}
